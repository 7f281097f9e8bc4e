"""Names of countries to ISO codes, and the countries that a text names."""

from __future__ import annotations

import time

import pycountry
import pytest

from extractor.events.countries import (
    countries_in,
    country_code,
    country_name,
    country_part,
    demonym_country,
    is_wider,
)

NOT_THE_USUAL_MEANING = {
    "COG": "'Congo' alone names two countries",
}


@pytest.mark.parametrize("entry", list(pycountry.countries), ids=lambda c: c.alpha_3)
def test_every_iso_country_is_known(entry: pycountry.db.Data) -> None:
    """Name, common name, official name and both codes of every ISO 3166-1 country give its alpha-3 code."""
    names = [entry.name, getattr(entry, "common_name", None), getattr(entry, "official_name", None)]
    if entry.alpha_3 in NOT_THE_USUAL_MEANING:
        names = names[1:]
    for name in [*names, entry.alpha_2, entry.alpha_3]:
        assert name is None or country_code(name) == entry.alpha_3, name


def test_only_kosovo_goes_beyond_iso() -> None:
    """The table has the countries of ISO 3166-1 and Kosovo, and each has an English name."""
    iso = {entry.alpha_3 for entry in pycountry.countries}
    known = {code for code in iso | {"XKX", "SUN", "YUG", "CSK", "ANT"} if country_name(code)}
    assert known == iso | {"XKX"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Ivory Coast", "CIV"), ("Côte d\u2019Ivoire", "CIV"), ("Burma", "MMR"), ("the UK", "GBR"), ("U.K.", "GBR"),
        ("US", "USA"), ("U.S.", "USA"), ("the U.S.", "USA"), ("USA", "USA"), ("America", "USA"),
        ("DR Congo", "COD"), ("DRC", "COD"), ("the Democratic Republic of Congo", "COD"), ("Zaire", "COD"),
        ("Congo-Brazzaville", "COG"), ("Republic of Congo", "COG"), ("Palestine", "PSE"), ("Gaza", "PSE"),
        ("the Gaza Strip", "PSE"), ("the West Bank", "PSE"), ("Kosovo", "XKX"), ("Taiwan", "TWN"),
        ("Hong Kong", "HKG"), ("Russia", "RUS"), ("Russian Federation", "RUS"), ("Syria", "SYR"), ("syria", "SYR"),
        ("South Korea", "KOR"), ("North Korea", "PRK"), ("Republic of Korea", "KOR"), ("DPRK", "PRK"),
        ("Czech Republic", "CZE"), ("Czechia", "CZE"), ("Turkey", "TUR"), ("Türkiye", "TUR"), ("Swaziland", "SWZ"),
        ("Macedonia", "MKD"), ("East Timor", "TLS"), ("Cape Verde", "CPV"), ("Holland", "NLD"), ("Britain", "GBR"),
        ("Scotland", "GBR"), ("Northern Ireland", "GBR"), ("northern Syria", "SYR"), ("northwest Syria", "SYR"),
        ("Syria's", "SYR"), ("south-eastern Turkey", "TUR"), ("South Sudan", "SSD"), ("South Africa", "ZAF"),
        ("Bosnia", "BIH"), ("St. Lucia", "LCA"), ("UAE", "ARE"), ("Vatican", "VAT"), ("East Germany", "DEU"),
        ("Persia", "IRN"), ("Rhodesia", "ZWE"), ("Crimea", "UKR"), ("Western Sahara", "ESH"), ("SYR", "SYR"),
        ("SY", "SYR"), ("Guinea", "GIN"), ("Equatorial Guinea", "GNQ"), ("Georgia", "GEO"), ("Micronesia", "FSM"),
    ],
)  # fmt: skip
def test_usual_names_give_codes(name: str, code: str) -> None:
    """The names that news uses give ISO 3166-1 alpha-3 codes."""
    assert country_code(name) == code


@pytest.mark.parametrize(
    "name",
    [None, "", "us", "Congo", "Korea", "Soviet Union", "USSR", "Yugoslavia", "Czechoslovakia", "the Middle East",
     "Sahel", "northern Europe", "Africa", "South America", "Israel and Lebanon", "Atlantis", "the north",
     "northern", "Idlib"],
)  # fmt: skip
def test_what_is_no_one_country_gives_none(name: str | None) -> None:
    """Vanished unions, larger regions, ambiguous names and lists give no country."""
    assert country_code(name) is None


def test_parts_carry_their_region() -> None:
    """A part of a country gives its region where the gazetteer has one."""
    scotland, donbas, north = country_part("Scotland"), country_part("the Donbas"), country_part("northern Iraq")
    assert scotland is not None
    assert donbas is not None
    assert north is not None
    assert (scotland.country, scotland.region, scotland.whole) == ("GBR", "GB-SCT", False)
    assert (donbas.country, donbas.region, donbas.whole) == ("UKR", None, False)
    assert (north.country, north.region, north.whole) == ("IRQ", None, False)


@pytest.mark.parametrize(
    ("word", "code"),
    [("Syrian", "SYR"), ("Syrians", "SYR"), ("South Korean", "KOR"), ("Nigerien", "NER"), ("Nigerian", "NGA"),
     ("Dutch", "NLD"),
     ("Burmese", "MMR"), ("Israeli", "ISR"), ("Congolese", None), ("Dominican", None), ("army", None)],
)  # fmt: skip
def test_demonyms_give_their_country(word: str, code: str | None) -> None:
    """An adjective or noun of origin gives its country; one that two peoples share gives none."""
    assert demonym_country(word) == code


@pytest.mark.parametrize(
    ("name", "wider"), [("the Sahel", True), ("northern Europe", True), ("EU", True), ("Mali", False), ("Idlib", False)]
)
def test_wider_regions_are_known(name: str, wider: bool) -> None:
    """Regions larger than a country are told from countries and towns."""
    assert is_wider(name) is wider


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Turkish jets struck northern Syria, Iraq's army said.", ("TUR", "SYR", "IRQ")),
        ("South Korean troops left North Korea alone.", ("KOR", "PRK")),
        ("South America and Latin America gained; Americans did not.", ("USA",)),
        ("The US-led coalition and U.S. officials met them; tell us more.", ("USA",)),
        ("Michael Jordan and Jordan Peterson met.", ()),
        ("In Jordan, King Abdullah spoke.", ("JOR",)),
        ("Jordan said it would wait.", ("JOR",)),
        ("The Indian Ocean lies south of India.", ("IND",)),
        ("Bosnia and Herzegovina and Guinea-Bissau signed.", ("BIH", "GNB")),
        ("Talks opened in Paris and Kyiv; Washington watched.", ("FRA", "UKR", "USA")),
        ("Tripoli and Kingston stay unclear.", ()),
        ("New Zealand's offer to Papua New Guinea", ("NZL", "PNG")),
        ("the Democratic Republic of the Congo and the Republic of Congo", ("COD", "COG")),
        ("Native American groups and the Gulf of Guinea", ()),
        ("Residents of Gaza and Scotland", ("PSE", "GBR")),
        ("Syrian, Syrians, Syria", ("SYR",)),
        ("", ()),
    ],
)
def test_countries_stand_in_order_of_mention(text: str, codes: tuple[str, ...]) -> None:
    """Names, demonyms and unmistakable capitals count once each, in order; people and oceans do not."""
    assert countries_in(text) == codes


def test_scanning_an_article_is_fast() -> None:
    """Six hundred words of ordinary prose take about a millisecond (bound: 5, as machines are busy)."""
    sentence = (
        "Government forces shelled a market in the town on Sunday and killed at least nine people, a monitor in Syria "
        "said, while Turkish officials denied that any of the rockets had been fired from across the border that day. "
    )
    text = sentence * 17
    assert len(text.split()) >= 600
    countries_in(text)
    best = min(_timed(text) for _ in range(20))
    assert best < 0.005


def _timed(text: str) -> float:
    start = time.process_time()
    countries_in(text)
    return time.process_time() - start
