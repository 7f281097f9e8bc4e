"""Sector and country of actors, as far as tables know them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.events.actors import _tables, normalise_name, resolve_actor
from extractor.events.countries import country_name
from extractor.events.vocabulary import Involvement, Role, Sector


def told(name: str, sector: Sector = Sector.UNK, where: str | None = None) -> str:
    """Write what is known of an actor as "SECTOR COUNTRY", "-" for no country."""
    actor = resolve_actor(name, Role.TARGET, sector, Involvement.CLAIMED, where_country=where)
    assert (actor.name, actor.role, actor.involvement) == (name, Role.TARGET, Involvement.CLAIMED)
    return f"{actor.sector} {actor.country or '-'}"


NAMES = [
    ("Kremlin spokesman Dmitry Peskov", "GOV RUS"),
    ("US President Donald Trump", "GOV USA"),
    ("U.S. Secretary of State", "GOV USA"),
    ("the White House", "GOV USA"),
    ("the Pentagon", "MIL USA"),
    ("Downing Street", "GOV GBR"),
    ("Trump administration", "GOV USA"),
    ("Syria", "GOV SYR"),
    ("Russia", "GOV RUS"),
    ("Moscow", "GOV RUS"),
    ("Syrians", "CVL SYR"),
    ("the Palestinians", "CVL PSE"),
    ("French President Emmanuel Macron", "GOV FRA"),
    ("Syria's President Bashar al-Assad", "GOV SYR"),
    ("Israeli Prime Minister Benjamin Netanyahu", "GOV ISR"),
    ("the president of France", "GOV FRA"),
    ("the Turkish defence ministry", "GOV TUR"),
    ("Polish foreign minister", "GOV POL"),
    ("the Syrian ambassador to Russia", "GOV SYR"),
    ("US envoy for Syria", "GOV USA"),
    ("the Hamas-run health ministry", "GOV -"),
    ("the mayor", "GOV -"),
    ("Syrian army", "MIL SYR"),
    ("soldiers", "MIL -"),
    ("Turkish soldiers", "MIL TUR"),
    ("Russian soldiers in Syria", "MIL RUS"),
    ("Russian jets", "MIL RUS"),
    ("Syrian and Russian forces", "MIL -"),
    ("government forces", "MIL -"),
    ("a spokesman for the French army", "MIL FRA"),
    ("the IDF", "MIL ISR"),
    ("Iran's Revolutionary Guards", "MIL IRN"),
    ("the US-led coalition", "MIL -"),
    ("peacekeepers", "MIL -"),
    ("police", "COP -"),
    ("police chief Omar Haddad", "COP -"),
    ("riot police", "COP -"),
    ("Iraqi policemen", "COP IRQ"),
    ("FBI agents", "COP USA"),
    ("security forces", "COP -"),
    ("the CIA", "SPY USA"),
    ("Pakistan's Inter-Services Intelligence", "SPY PAK"),
    ("the Supreme Court", "JUD -"),
    ("Spanish prosecutors", "JUD ESP"),
    ("a judge", "JUD -"),
    ("the International Criminal Court", "JUD -"),
    ("Parliament", "LEG -"),
    ("Senator Jane Doe", "LEG -"),
    ("the Knesset", "LEG ISR"),
    ("the House of Commons", "LEG GBR"),
    ("Ukrainian lawmakers", "LEG UKR"),
    ("the Republican Party", "PTY USA"),
    ("the ruling party", "PTY -"),
    ("the Syrian opposition", "OPP SYR"),
    ("opposition leader Jane Doe", "OPP -"),
    ("rebels", "REB -"),
    ("rebels in Syria", "REB -"),
    ("rebel forces", "REB -"),
    ("Syrian rebels", "REB SYR"),
    ("Russian-backed separatists", "REB -"),
    ("guerrillas", "REB -"),
    ("the Free Syrian Army", "REB SYR"),
    ("FSA fighters", "REB SYR"),
    ("Jaysh al-Islam", "REB SYR"),
    ("Hayat Tahrir al-Sham", "REB SYR"),
    ("ISIS fighters", "REB -"),
    ("members of the Islamic State", "REB -"),
    ("suspected Islamic State gunmen", "REB -"),
    ("Al-Qaeda", "REB -"),
    ("al Qaida in the Islamic Maghreb", "REB DZA"),
    ("the Taliban", "REB AFG"),
    ("the Pakistani Taliban", "REB PAK"),
    ("Yemen's Houthi rebels", "REB YEM"),
    ("Boko Haram", "REB NGA"),
    ("FMLN guerrillas", "REB SLV"),
    ("THE FMLN", "REB SLV"),
    ("Shining Path", "REB PER"),
    ("the FARC", "REB COL"),
    ("the Kurdistan Workers\u2019 Party", "REB TUR"),
    ("Islamist militants", "REB -"),
    ("Hamas", "REB PSE"),
    ("Hezbollah", "PRM LBN"),
    ("pro-government militia", "PRM -"),
    ("pro\u2011government fighters", "PRM -"),
    ("Popular Mobilisation Forces", "PRM IRQ"),
    ("gunmen", "UAF -"),
    ("unknown gunmen", "UAF -"),
    ("a suicide bomber", "UAF -"),
    ("Iran-backed militias", "UAF -"),
    ("pro-Iranian militias", "UAF -"),
    ("Kurdish fighters", "UAF -"),
    ("tribal militia", "IDM -"),
    ("a drug cartel", "CRM -"),
    ("Somali pirates", "CRM SOM"),
    ("Sinaloa Cartel", "CRM MEX"),
    ("civilians", "CVL -"),
    ("residents of Idlib", "CVL -"),
    ("relatives of Hezbollah fighters", "CVL -"),
    ("victims of Islamic State", "CVL -"),
    ("an army officer's wife", "CVL -"),
    ("anti-government protesters", "CVL -"),
    ("Syrian refugees", "REF SYR"),
    ("migrants from Libya", "REF LBY"),
    ("journalists", "JRN -"),
    ("an Al Jazeera reporter", "JRN -"),
    ("state news agency SANA", "JRN SYR"),
    ("an Iranian-American journalist", "JRN -"),
    ("doctors", "MED -"),
    ("a hospital", "MED -"),
    ("French teachers", "EDU FRA"),
    ("students", "EDU -"),
    ("the Catholic Church", "REL -"),
    ("an imam", "REL -"),
    ("an oil company", "BUS -"),
    ("the trade union", "LAB -"),
    ("activists", "SOC -"),
    ("anti-Syrian activists", "SOC -"),
    ("the UN", "IGO -"),
    ("U.N.", "IGO -"),
    ("UN Security Council", "IGO -"),
    ("the European Union", "IGO -"),
    ("NATO", "IGO -"),
    ("Syrian NGOs", "NGO SYR"),
    ("the Syrian Observatory for Human Rights", "NGO SYR"),
    ("Human Rights Watch", "NGO -"),
    ("a war monitor", "NGO -"),
    ("the White Helmets", "NGO SYR"),
    ("Donald Trump", "UNK -"),
    ("former President Jane Doe", "UNK -"),
    ("a retired general", "UNK -"),
    ("Jane Doe", "UNK -"),
    ("who is to blame", "UNK -"),
    ("an amnesty", "UNK -"),
    ("", "UNK -"),
]
WITH_PLACE = [
    ("al-Shabaab", "KEN", "REB SOM"),
    ("al-Shabaab", "MOZ", "REB MOZ"),
    ("al-Shabaab", None, "REB SOM"),
    ("Congolese soldiers", "COD", "MIL COD"),
    ("Congolese soldiers", "COG", "MIL COG"),
    ("Congolese soldiers", "RWA", "MIL -"),
    ("Congolese soldiers", None, "MIL -"),
    ("residents", "SYR", "CVL SYR"),
    ("local police", "IRQ", "COP IRQ"),
    ("police", "IRQ", "COP -"),
    ("gunmen", "SYR", "UAF -"),
    ("soldiers", "UKR", "MIL -"),
    ("the army", "SYR", "MIL -"),
    ("Syrian residents", "TUR", "CVL SYR"),
]
OVERRULED = [
    ("police", Sector.MIL, "COP -"),
    ("civilians", Sector.REB, "CVL -"),
    ("the Free Syrian Army", Sector.MIL, "REB SYR"),
    ("the UN", Sector.NGO, "IGO -"),
]
KEPT = [
    ("gunmen", Sector.REB, "REB -"),
    ("Hezbollah", Sector.PTY, "PTY LBN"),
    ("Hamas", Sector.GOV, "GOV PSE"),
    ("protesters", Sector.OPP, "OPP -"),
    ("Jane Doe", Sector.LEG, "LEG -"),
    ("the former army chief", Sector.OPP, "OPP -"),
    ("Syria", Sector.MIL, "MIL SYR"),
    ("a commander", Sector.REB, "REB -"),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_names_have_the_sector_and_country_that_tables_know(name: str, expected: str) -> None:
    """Organisations, offices, forces and people are told by their words; what no table knows stays unknown."""
    assert told(name) == expected


@pytest.mark.parametrize(("name", "where", "expected"), WITH_PLACE)
def test_the_place_only_tells_two_meanings_apart(name: str, where: str | None, expected: str) -> None:
    """The country of the event decides between two meanings and for locals; it is never given to an actor otherwise."""
    assert told(name, where=where) == expected


@pytest.mark.parametrize(("name", "sector", "expected"), OVERRULED)
def test_an_unmistakable_name_overrules_the_model(name: str, sector: Sector, expected: str) -> None:
    """Police are COP whatever the model says."""
    assert told(name, sector) == expected


@pytest.mark.parametrize(("name", "sector", "expected"), KEPT)
def test_otherwise_the_model_stands(name: str, sector: Sector, expected: str) -> None:
    """A word that can mean several things never overrules the model's reading."""
    assert told(name, sector) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("The  Syrian\u00a0Army", "syrian army"),
        ("al-Nusra Front", "nusra front"),
        ("Ba\u2019ath Party", "baath party"),
        ("JAISH AL-ISLAM", "jaish islam"),
        ("\u201cThe Group\u201d", "group"),
        ("\uff35\uff33", "us"),
        ("Erdo\u011fan", "erdo\u011fan"),
        ("The A", "the a"),
        ("", ""),
    ],
)
def test_names_are_compared_without_their_dress(name: str, expected: str) -> None:
    """Case, punctuation, articles and "al-" make no difference; a name of articles only stays itself."""
    assert normalise_name(name) == expected


def test_tables_hold_real_countries_and_no_contradictions() -> None:
    """Every country code exists, and no name stands in the tables under two sectors."""
    tables = _tables()
    for table in (tables.organisations, tables.words):
        for entries in table.values():
            keys = [keys for keys, _ in entries]
            assert len(keys) == len(set(keys)), keys
            for _, entry in entries:
                assert all(country_name(code) for code in entry.countries), entry
    assert all(country_name(code) for codes in tables.demonyms.values() for code in codes)


@given(name=st.text(max_size=120), sector=st.sampled_from(Sector))
def test_any_name_is_answered(name: str, sector: Sector) -> None:
    """No text makes it fail; the name comes back untouched."""
    actor = resolve_actor(name, Role.TARGET, sector, Involvement.STATED, where_country="SYR")
    assert actor.name == name
