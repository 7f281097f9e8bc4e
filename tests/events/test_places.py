"""What place words mean: country, region, settlement, precision; every row written by hand from an atlas."""

from __future__ import annotations

import pytest

from extractor.events.places import locate
from extractor.events.vocabulary import PlacePrecision

# words | given country | country | admin1 | settlement | precision | coordinates to the degree (lat, lon), or "-"
TABLE = """
Idlib | Syria | SYR | SY-ID | Idlib | settlement | 36 37
Idlib Province | Syria | SYR | SY-ID | - | admin1 | -
Idlib governorate | Syria | SYR | SY-ID | - | admin1 | -
the province of Idlib | Syria | SYR | SY-ID | - | admin1 | -
northwestern Idlib | Syria | SYR | SY-ID | - | admin1 | -
the Idlib countryside | Syria | SYR | SY-ID | - | admin1 | -
rebel-held Idlib | Syria | SYR | SY-ID | Idlib | settlement | 36 37
northwest Syria | - | SYR | - | - | country | -
northern Syria | Syria | SYR | - | - | country | -
Syria | - | SYR | - | - | country | -
Syria's Idlib province | - | SYR | SY-ID | - | admin1 | -
the northern Syrian city of Aleppo | - | SYR | SY-HL | Aleppo | settlement | 36 37
Aleppo's Salaheddine district | Syria | SYR | SY-HL | Aleppo | site | 36 37
the Salaheddine district of Aleppo | Syria | SYR | SY-HL | Aleppo | site | 36 37
the Damascus suburb of Douma | Syria | SYR | SY-RD | Douma | settlement | 34 36
the outskirts of Aleppo | Syria | SYR | SY-HL | Aleppo | near_settlement | 36 37
a hospital in Maarat al-Numan, Idlib province | Syria | SYR | SY-ID | Maarat al-Numan | site | 36 37
Deir ez-Zor | Syria | SYR | SY-DY | Deir ez-Zor | settlement | 35 40
Deir al-Zor | Syria | SYR | SY-DY | Deir al-Zor | settlement | 35 40
Deir Ezzor | Syria | SYR | SY-DY | Deir Ezzor | settlement | 35 40
Raqqa | Syria | SYR | SY-RA | Raqqa | settlement | 36 39
ar-Raqqah | Syria | SYR | SY-RA | ar-Raqqah | settlement | 36 39
al-Bab | Syria | SYR | SY-HL | al-Bab | settlement | 36 38
Khan Sheikhoun | Syria | SYR | SY-ID | Khan Sheikhoun | settlement | 35 37
Hama | Syria | SYR | SY-HM | Hama | settlement | 35 37
T4 airbase near Palmyra | Syria | SYR | SY-HI | Palmyra | near_settlement | 35 38
Hmeimim air base | Syria | SYR | - | - | site | -
Aleppo and Idlib provinces | Syria | SYR | - | - | country | -
Saraqeb and Binnish in Idlib province | Syria | SYR | SY-ID | - | admin1 | -
between Homs and Hama | Syria | SYR | SY-HI | Homs | near_settlement | 35 37
Kafr Nowhere in Idlib province | Syria | SYR | SY-ID | Kafr Nowhere | settlement | -
a school | Syria | SYR | - | - | country | -
Mosul | - | IRQ | IQ-NI | Mosul | settlement | 36 43
Al Mawsil | - | IRQ | IQ-NI | Al Mawsil | settlement | 36 43
about 30 km north of Mosul | - | IRQ | IQ-NI | Mosul | near_settlement | 36 43
30 km (19 miles) north of Mosul | Iraq | IRQ | IQ-NI | Mosul | near_settlement | 36 43
Tal Afar, west of Mosul | Iraq | IRQ | IQ-NI | Tal Afar | settlement | 36 42
Anbar province | Iraq | IRQ | IQ-AN | - | admin1 | -
Salahuddin province | Iraq | IRQ | IQ-SD | - | admin1 | -
central Baghdad | Iraq | IRQ | IQ-BG | Baghdad | settlement | 33 44
Baghdad's Sadr City district | Iraq | IRQ | IQ-BG | Baghdad | site | 33 44
the Kurdistan Region | Iraq | IRQ | - | - | country | -
Mount Sinjar | Iraq | IRQ | - | - | country | -
Tripoli | Lebanon | LBN | LB-AS | Tripoli | settlement | 34 36
Tripoli | Libya | LBY | LY-TB | Tripoli | settlement | 33 13
Tripoli, Lebanon | - | LBN | LB-AS | Tripoli | settlement | 34 36
Tripoli | - | - | - | Tripoli | settlement | -
Beirut's southern suburbs | Lebanon | LBN | LB-BA | Beirut | near_settlement | 34 36
Ain al-Hilweh camp | Lebanon | LBN | - | - | site | -
southern Lebanon | Lebanon | LBN | - | - | country | -
Gaza | - | PSE | PS.GZ | - | admin1 | -
the Gaza Strip | Palestine | PSE | PS.GZ | - | admin1 | -
Gaza City | Palestine | PSE | PS-GZA | Gaza City | settlement | 32 34
Rafah | Gaza | PSE | PS-RFH | Rafah | settlement | 31 34
Rafah | Egypt | EGY | EG-SIN | Rafah | settlement | 31 34
the West Bank city of Jenin | - | PSE | PS-JEN | Jenin | settlement | 32 35
Jabalia refugee camp | Palestine | PSE | PS-NGZ | Jabalia | site | 32 34
Shifa Hospital in Gaza City | - | PSE | PS-GZA | Gaza City | site | 32 34
Beersheba | Israel | ISR | IL-D | Beersheba | settlement | 31 35
Sana'a | Yemen | YEM | YE-SA | Sana'a | settlement | 15 44
Hodeidah | Yemen | YEM | YE-HU | Hodeidah | settlement | 15 43
Marib province | Yemen | YEM | YE-MA | - | admin1 | -
off the coast of Yemen | - | YEM | - | - | country | -
Riyadh | - | SAU | SA-01 | Riyadh | settlement | 25 47
Isfahan | Iran | IRN | IR-10 | Isfahan | settlement | 33 52
Sistan and Baluchestan province | Iran | IRN | IR-11 | - | admin1 | -
Diyarbakir | Turkey | TUR | TR-21 | Diyarbakir | settlement | 38 40
near the Syrian border | Turkey | TUR | - | - | country | -
near the Syrian border | - | - | - | - | unknown | -
the Syrian-Turkish border | - | - | - | - | unknown | -
Kabul | Afghanistan | AFG | AF-KAB | Kabul | settlement | 35 69
Kandahar | Afghanistan | AFG | AF-KAN | Kandahar | settlement | 32 66
Kandahar province | - | AFG | AF-KAN | - | admin1 | -
Lashkar Gah, the capital of Helmand province | Afghanistan | AFG | AF-HEL | Lashkar Gah | settlement | 32 64
Peshawar | Pakistan | PAK | PK-KP | Peshawar | settlement | 34 72
Quetta, Balochistan | Pakistan | PAK | PK-BA | Quetta | settlement | 30 67
Hyderabad | Pakistan | PAK | PK-SD | Hyderabad | settlement | 25 68
Hyderabad | India | IND | IN-TS | Hyderabad | settlement | 17 78
Hyderabad | - | - | - | Hyderabad | settlement | -
Srinagar | India | IND | IN-JK | Srinagar | settlement | 34 75
Indian-administered Kashmir | - | IND | IN-JK | - | admin1 | -
Kupwara district | India | IND | IN-JK | - | admin1 | -
Bombay | - | IND | IN-MH | Bombay | settlement | 19 73
Imphal in the state of Manipur | India | IND | IN-MN | Imphal | settlement | 25 94
Cox's Bazar | Bangladesh | BGD | BD-B | Cox's Bazar | settlement | 21 92
Kathmandu | - | NPL | NP-P3 | Kathmandu | settlement | 28 85
Colombo | Sri Lanka | LKA | LK-1 | Colombo | settlement | 7 80
Kachin State | Myanmar | MMR | MM-11 | - | admin1 | -
Kachin | Burma | MMR | MM-11 | - | admin1 | -
Myitkyina | Myanmar | MMR | MM-11 | Myitkyina | settlement | 25 97
Rangoon | - | MMR | MM-06 | Rangoon | settlement | 17 96
Mandalay region | Myanmar | MMR | MM-04 | - | admin1 | -
Pattani province | Thailand | THA | TH-94 | - | admin1 | -
Phnom Penh | - | KHM | KH-12 | Phnom Penh | settlement | 12 105
Hanoi | - | VNM | VN-HN | Hanoi | settlement | 21 106
Manila | - | PHL | PH-00 | Manila | settlement | 15 121
the southern island of Mindanao | Philippines | PHL | - | - | country | -
Jolo, Sulu | Philippines | PHL | PH-14 | Jolo | settlement | 6 121
Surabaya | Indonesia | IDN | ID-JI | Surabaya | settlement | -7 113
Aceh province | Indonesia | IDN | ID-AC | - | admin1 | -
Urumqi, Xinjiang | China | CHN | CN-XJ | Urumqi | settlement | 44 88
Tibet | China | CHN | CN-XZ | - | admin1 | -
Hong Kong | - | HKG | - | - | country | -
Taipei | - | TWN | TW.04 | Taipei | settlement | 25 122
Pyongyang | North Korea | PRK | KP-01 | Pyongyang | settlement | 39 126
Seoul | - | KOR | KR-11 | Seoul | settlement | 38 127
Tokyo | - | JPN | JP-13 | Tokyo | settlement | 36 140
Almaty | - | KAZ | KZ-75 | Almaty | settlement | 43 77
Kyiv | - | UKR | UA-30 | Kyiv | settlement | 50 31
Kiev | - | UKR | UA-30 | Kiev | settlement | 50 31
Bucha | Ukraine | UKR | UA-32 | Bucha | settlement | 51 30
Donetsk region | Ukraine | UKR | UA-14 | - | admin1 | -
Bakhmut, Donetsk oblast | Ukraine | UKR | UA-14 | Bakhmut | settlement | 49 38
the Donbas | - | UKR | - | - | country | -
Crimea | - | UKR | UA-43 | - | admin1 | -
Zaporizhzhia nuclear power plant | Ukraine | UKR | UA-23 | Zaporizhzhia | site | 48 35
Odessa | Ukraine | UKR | UA-51 | Odessa | settlement | 46 31
Odessa, Texas | - | USA | US-TX | Odessa | settlement | 32 -102
Odessa | - | UKR | UA-51 | Odessa | settlement | 46 31
Moscow | - | RUS | RU-MOW | Moscow | settlement | 56 38
St. Petersburg | Russia | RUS | RU-SPE | St. Petersburg | settlement | 60 30
Kursk region | Russia | RUS | RU-KRS | - | admin1 | -
Grozny, Chechnya | - | RUS | RU-CE | Grozny | settlement | 43 46
Tbilisi, Georgia | - | GEO | GE-TB | Tbilisi | settlement | 42 45
Georgia | - | GEO | - | - | country | -
Georgia | United States | USA | US-GA | - | admin1 | -
Atlanta, Georgia | - | USA | US-GA | Atlanta | settlement | 34 -84
Abkhazia | - | GEO | GE-AB | - | admin1 | -
Stepanakert, Nagorno-Karabakh | Azerbaijan | AZE | AZ-XA | Stepanakert | settlement | 40 47
Minsk | - | BLR | BY-HM | Minsk | settlement | 54 28
Warsaw | - | POL | PL-14 | Warsaw | settlement | 52 21
Mitrovica | Kosovo | XKX | XK.10097358 | Mitrovica | settlement | 43 21
Sarajevo, Bosnia | - | BIH | BA-BIH | Sarajevo | settlement | 44 18
Bosnia and Herzegovina | - | BIH | - | - | country | -
Paris | - | FRA | FR-IDF | Paris | settlement | 49 2
Paris, Texas | - | USA | US-TX | Paris | settlement | 34 -96
Paris | United States | USA | - | Paris | settlement | -
Nice | France | FRA | FR-PAC | Nice | settlement | 44 7
Barcelona | Spain | ESP | ES-CT | Barcelona | settlement | 41 2
Catalonia | - | ESP | ES-CT | - | admin1 | -
Munich, Bavaria | - | DEU | DE-BY | Munich | settlement | 48 12
London | - | GBR | GB-ENG | London | settlement | 52 0
London, Ontario | - | CAN | CA-ON | London | settlement | 43 -81
Belfast, Northern Ireland | - | GBR | GB-NIR | Belfast | settlement | 55 -6
Scotland | United Kingdom | GBR | GB-SCT | - | admin1 | -
Glasgow | Scotland | GBR | GB-SCT | Glasgow | settlement | 56 -4
Birmingham | - | - | - | Birmingham | settlement | -
Birmingham | Britain | GBR | GB-ENG | Birmingham | settlement | 52 -2
Birmingham, Alabama | - | USA | US-AL | Birmingham | settlement | 34 -87
Lac-Mégantic, Quebec | - | CAN | CA-QC | Lac-Mégantic | settlement | 46 -71
New York | - | USA | US-NY | New York | settlement | 41 -74
Washington | - | USA | US-DC | Washington | settlement | 39 -77
Texas | - | USA | US-TX | - | admin1 | -
California | - | USA | US-CA | - | admin1 | -
Springfield | United States | USA | - | Springfield | settlement | -
Springfield, Illinois | - | USA | US-IL | Springfield | settlement | 40 -90
Harris County, Texas | - | USA | US-TX | - | admin1 | -
downtown Chicago | United States | USA | US-IL | Chicago | settlement | 42 -88
Ciudad Juárez, Chihuahua | Mexico | MEX | MX-CHH | Ciudad Juárez | settlement | 32 -106
the state of Guerrero | Mexico | MEX | MX-GRO | - | admin1 | -
Port-au-Prince | - | HTI | HT-OU | Port-au-Prince | settlement | 19 -72
Santiago | Chile | CHL | CL-RM | Santiago | settlement | -33 -71
San Antonio | Chile | CHL | CL-VS | San Antonio | settlement | -34 -72
Cali | Colombia | COL | CO-VAC | Cali | settlement | 3 -77
Buenos Aires | - | ARG | AR-C | Buenos Aires | settlement | -35 -58
Rio de Janeiro | Brazil | BRA | BR-RJ | Rio de Janeiro | settlement | -23 -43
Khartoum, the capital of Sudan | - | SDN | SD-KH | Khartoum | settlement | 16 33
Sudan's capital Khartoum | - | SDN | SD-KH | Khartoum | settlement | 16 33
El Fasher, North Darfur | - | SDN | SD-DN | El Fasher | settlement | 14 25
Darfur | - | SDN | - | - | country | -
South Darfur | - | SDN | SD-DS | - | admin1 | -
South Kordofan state | Sudan | SDN | SD-KS | - | admin1 | -
Juba | - | SSD | SS-EC | Juba | settlement | 5 32
Mekelle, Tigray | Ethiopia | ETH | ET-TI | Mekelle | settlement | 13 39
Mogadishu's KM4 junction | - | SOM | SO-BN | Mogadishu | site | 2 45
Lower Shabelle region | Somalia | SOM | SO-SH | - | admin1 | -
Nairobi | - | KEN | KE-30 | Nairobi | settlement | -1 37
Goma | - | COD | CD-NK | Goma | settlement | -2 29
Bukavu, South Kivu | - | COD | CD-SK | Bukavu | settlement | -2 29
Beni in North Kivu | DR Congo | COD | CD-NK | Beni | settlement | 0 29
Bangui | - | CAF | CF-BGF | Bangui | settlement | 4 19
Maiduguri, Borno State | Nigeria | NGA | NG-BO | Maiduguri | settlement | 12 13
Jos | Nigeria | NGA | NG-PL | Jos | settlement | 10 9
Zamfara state | Nigeria | NGA | NG-ZA | - | admin1 | -
Timbuktu | Mali | MLI | ML-6 | Timbuktu | settlement | 17 -3
central Mali's Mopti region | - | MLI | ML-5 | - | admin1 | -
Djibo | Burkina Faso | BFA | BF-12 | Djibo | settlement | 14 -2
Niamey | - | NER | NE-8 | Niamey | settlement | 14 2
Bamenda | Cameroon | CMR | CM-NW | Bamenda | settlement | 6 10
Pemba, Cabo Delgado | Mozambique | MOZ | MZ-P | Pemba | settlement | -13 41
Cape Town | - | ZAF | ZA-WC | Cape Town | settlement | -34 18
Benghazi | Libya | LBY | LY-BA | Benghazi | settlement | 32 20
North Sinai | Egypt | EGY | EG-SIN | - | admin1 | -
Casablanca | Morocco | MAR | MA-06 | Casablanca | settlement | 34 -8
Rafah, southern Gaza Strip | - | PSE | PS-RFH | Rafah | settlement | 31 34
إدلب | Syria | SYR | SY-ID | - | admin1 | -
Vilnius | - | LTU | LT-VL | Vilnius | settlement | 55 25
Athens | Greece | GRC | GR-I | Athens | settlement | 38 24
Lima | Peru | PER | PE-LMA | Lima | settlement | -12 -77
Kampala | - | UGA | UG-C | Kampala | settlement | 0 33
Sydney, New South Wales | - | AUS | AU-NSW | Sydney | settlement | -34 151
Port Moresby | - | PNG | PG-NCD | Port Moresby | settlement | -9 147
the northwestern Syrian province of Idlib | - | SYR | SY-ID | - | admin1 | -
the southeastern Turkish province of Sirnak | - | TUR | TR-73 | - | admin1 | -
the Syrian border town of Tal Abyad | - | SYR | SY-RA | Tal Abyad | settlement | 37 39
rural Damascus | Syria | SYR | SY-RD | - | admin1 | -
Eastern Ghouta near Damascus | Syria | SYR | - | Eastern Ghouta | settlement | -
the village of Kafr Nabl, 20km south of Idlib | Syria | SYR | SY-ID | Kafr Nabl | settlement | 36 37
Sloviansk in eastern Ukraine's Donetsk region | - | UKR | UA-14 | Sloviansk | settlement | 49 38
Kabul's Green Zone | - | AFG | AF-KAB | Kabul | site | 35 69
Ukraine's Black Sea port of Odesa | - | UKR | UA-51 | Odesa | settlement | 46 31
the Nigerian state of Borno | - | NGA | NG-BO | - | admin1 | -
outside the U.S. embassy in Baghdad | - | IRQ | IQ-BG | Baghdad | near_settlement | 33 44
White House | United States | USA | - | - | site | -
Capitol Hill in Washington | - | USA | US-DC | Washington | site | 39 -77
El Geneina, West Darfur | Sudan | SDN | SD-DW | El Geneina | settlement | 13 22
Aleppo City | Syria | SYR | SY-HL | Aleppo | settlement | 36 37
The Hague | - | NLD | NL-ZH | The Hague | settlement | 52 4
Ramallah | - | PSE | PS-RBH | Ramallah | settlement | 32 35
Kashmir | - | - | - | - | unknown | -
Kashmir | India | IND | IN-JK | - | admin1 | -
Donetsk People's Republic | Ukraine | UKR | UA-14 | - | admin1 | -
the Mali-Burkina Faso border | - | - | - | - | unknown | -
Aleppo and Mosul | - | - | - | - | unknown | -
Kafr Foo | Scotland | GBR | GB-SCT | Kafr Foo | settlement | -
Punjab | - | - | - | Punjab | settlement | -
Punjab | Pakistan | PAK | PK-PB | - | admin1 | -
Punjab province | - | - | - | - | unknown | -
Florida | - | USA | US-FL | - | admin1 | -
the Airport | Syria | SYR | - | - | country | -
The village of Kafr Nabl | Syria | SYR | SY-ID | Kafr Nabl | settlement | 36 37
the Sahel and Nowhereland | - | - | - | - | unknown | -
northern Mali, in the Sahel | - | MLI | - | - | country | -
the Middle East | - | - | - | - | unknown | -
the Sahel | - | - | - | - | unknown | -
northern Europe | - | - | - | - | unknown | -
Lake Chad | - | - | - | - | unknown | -
the Sahel | Mali | MLI | - | - | country | -
Beirut | Syria | SYR | - | Beirut | settlement | -
northern Gaza | Israel | ISR | - | - | country | -
"""

ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(
    ("words", "given", "country", "admin1", "settlement", "precision", "point"),
    ROWS,
    ids=[f"{r[0]}-{r[1]}" for r in ROWS],
)
def test_place_words_mean_what_an_atlas_says(
    words: str, given: str, country: str, admin1: str, settlement: str, precision: str, point: str
) -> None:
    """Words and a given country lead to the country, region, settlement, precision and point of the table."""
    where = locate(words, None if given == "-" else given)
    found = (where.country or "-", where.admin1 or "-", where.settlement or "-", where.precision.value)
    assert found == (country, admin1, settlement, precision)
    assert (where.words, "-" if where.lat is None else f"{where.lat:.0f} {where.lon:.0f}".replace("-0", "0")) == (
        words,
        point,
    )


def test_table_is_long_enough() -> None:
    """The table keeps at least 150 rows from at least 70 countries."""
    assert len(ROWS) >= 150
    assert len({row[2] for row in ROWS}) >= 70


@pytest.mark.parametrize("words", [None, "", "   "])
def test_no_words_leave_the_given_country(words: str | None) -> None:
    """Without place words the place is the given country, or nothing."""
    given = locate(words, "Syria")
    assert (given.words, given.country, given.precision) == (None, "SYR", PlacePrecision.COUNTRY)
    nothing = locate(words, None)
    assert (nothing.country, nothing.precision) == (None, PlacePrecision.UNKNOWN)
    assert locate(words, "Scotland").admin1 == "GB-SCT"
    assert locate(words, "the Middle East").country is None


@pytest.mark.parametrize(
    ("words", "context", "country"),
    [
        ("Tripoli", ("LBN", "SYR"), "LBN"),
        ("Tripoli", ("SYR", "LBY"), "LBY"),
        ("Birmingham", ("USA",), "USA"),
        ("Hyderabad", ("PAK", "IND"), "PAK"),
        ("Tripoli", ("FRA",), None),
        ("Odessa", ("UKR",), "UKR"),
        ("Moscow", ("USA", "RUS"), "RUS"),
        ("Moscow", ("USA",), "RUS"),
        ("London", ("CAN",), "CAN"),
        ("Assam", ("IND", "SYR"), "IND"),
    ],
)
def test_context_decides_between_namesakes(words: str, context: tuple[str, ...], country: str | None) -> None:
    """The article's first country that has the name decides, but for cities known everywhere; one without, does not."""
    assert locate(words, None, context_countries=context).country == country


def test_given_country_beats_words_and_context() -> None:
    """Neither the words nor the context may move a place out of the given country."""
    where = locate("Tripoli, Lebanon", "Libya", context_countries=("LBN",))
    assert (where.country, where.admin1) == ("LBY", "LY-TB")
    unknown = locate("Ogossagou", "Syria", context_countries=("MLI",))
    assert (unknown.country, unknown.settlement, unknown.lat, unknown.geonameid) == ("SYR", "Ogossagou", None, None)


@pytest.mark.parametrize("words", ["Monday", "Islamic State territory", "the 47th Brigade positions", "the village"])
def test_words_that_name_no_place_give_no_settlement(words: str) -> None:
    """Weekdays, bodies of people and common nouns are never returned as settlements."""
    assert locate(words, "Syria").settlement is None


def test_same_words_give_equal_results() -> None:
    """The result is a pure function of its arguments."""
    assert locate("Douma", "Syria") == locate(" Douma ", "SYR").model_copy()


@pytest.mark.parametrize(
    "words",
    [
        "'s",
        "of of of",
        "near",
        "and and",
        "in, in, in",
        "the",
        "(",
        "Ω",
        "北京",
        "a" * 5000,
        "the of the",
        "- -",
    ],
)
def test_odd_words_never_raise(words: str) -> None:
    """Any string is answered, and never with a country that nobody named."""
    assert locate(words, None).country is None
