"""Place names in running text: high precision, exact spans."""

from __future__ import annotations

import pytest

from extractor.events.places import find_places


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Shells hit a clinic in Maarat al-Numan in Syria's Idlib province on Sunday.",
            ["Maarat al-Numan", "Syria", "Idlib"],
        ),
        (
            "Gunmen attacked the village of Ogossagou near Bankass, in central Mali's Mopti region.",
            ["Ogossagou", "Bankass", "Mali", "Mopti"],
        ),
        ("Jack London met Paris Hilton in Paris.", ["Paris"]),
        ("Santos said troops from Colombia entered Cali.", ["Colombia", "Cali"]),
        ("Boris Johnson visited Kyiv with Angela Merkel.", ["Kyiv"]),
        ("The United Nations Security Council met in New York.", ["New York"]),
        ("Police in Port Harcourt, Rivers State, arrested Emeka Obi.", ["Port Harcourt", "Rivers State"]),
        ("Fighting in Deir ez-Zor and Raqqa went on.", ["Deir ez-Zor", "Raqqa"]),
        ("In May, Mr Jordan told Reuters that Victoria Nuland was in Amman.", ["Amman"]),
        ("Turkish-backed rebels shelled Tal Rifaat from the north.", ["Tal Rifaat"]),
        ("On Monday the Ministry of Defence in Moscow denied it.", ["Moscow"]),
        ("Benghazi's port was closed.", ["Benghazi"]),
        ("Syrian troops and al-Qaeda fought across the Middle East, MEE said.", []),
        ("The US and the UK backed Assad's foes.", ["US", "UK"]),
        ("In London, a bomb killed nine people.", ["London"]),
        ("At Kalwe, the police fired.", ["Kalwe"]),
        ("Nine Commanders Killed in Kalwe Blast", ["Kalwe"]),
        ("Journalists Injured in Kalwe Operation TOBO (Agency)", ["Kalwe"]),
        ("It happened at the ford of Mulondo; residents of Tobo fled.", ["Mulondo", "Tobo"]),
        ("On Monday in Paris two died; but Damascus denied it.", ["Paris", "Damascus"]),
        ("Shells fell on the village of Kalwe and in Tobo, killing nine.", ["Kalwe", "Tobo"]),
        ("He published it in Nature Physics and in Annals.", ["Annals"]),
        ("Shells fell in Midan neighbourhood.", []),
        ("She called the Harbourites liars in a hamlet called Tobo.", ["Tobo"]),
        ("It was told in US-led talks.", []),
        ("He served in the Armed Services and in Kalwe.", ["Kalwe"]),
        ("The Kremlin spokesman said so in Syrian Arab News.", []),
        ("He lost trust in Obi, who said so.", []),
        ("nothing here is capitalised, not even syria", []),
        ("", []),
    ],
)
def test_places_are_told_from_people_and_bodies(text: str, names: list[str]) -> None:
    """Spans are the place names of the sentence in order; people, bodies and weekdays are none."""
    assert [p.words for p in find_places(text)] == names


def test_spans_are_exact_and_typed() -> None:
    """Offsets cut the words out of the text; kind and country are those of the gazetteer."""
    text = "Troops left Goma, in North Kivu, for Rwanda\u2019s border."
    found = find_places(text)
    assert all(text[p.start : p.end] == p.words for p in found)
    assert [(p.words, p.kind, p.country) for p in found] == [
        ("Goma", "settlement", None),
        ("North Kivu", "region", "COD"),
        ("Rwanda", "country", "RWA"),
    ]
