"""Datelines, and beginnings that only look like one."""

from __future__ import annotations

import pytest

from extractor.articles.datelines import find_dateline

TRUE = [
    ("ISTANBUL, June 3 (Reuters) -", "Three people died."),
    ("BEIRUT (AP) —", "Three people died."),
    ("SANTIAGO, 21 JAN 90 (DOMESTIC SERVICE) -- [TEXT]", "THE ARMY WON."),
    ("MANAGUA (NICARAGUA), 13 APR 89 (RADIO SANDINO) -- [TEXT]", "THE ARMY WON."),
    ("LONDON (UK), 15 FEB 90 (PRESS ASSOCIATION) -- [TEXT]", "BRITAIN WON."),
    ("SAN SALVADOR, NO DATE (RADIO CADENA YSU) --", "WE WON."),
    ("Damascus, SANA -", "The army entered the town."),
    ("LONDON –", "Police said a man died."),
    ("KABUL:", "A bomb went off."),
    ("BEIRUT/ANKARA (Reuters) -", "Three people died."),
    ("WASHINGTON D.C. (AP) —", "Three people died."),
    ("Beirut, Lebanon - June 3, 2019 (AFP) -", "Three people died."),
    ("BEIRUT, Lebanon —", "Three people died."),
    ("Jerusalem / Gaza City (dpa) -", "Three people died."),
    ("(Reuters) -", "Three people died."),
    ("AMMAN (Reuters)", "Syrian troops advanced."),
    ("Moscow, 3 June, TASS.", "Three people died."),
    ("NEW YORK, June 3, 2019 /PRNewswire/ --", "Acme won."),
    ("Al-Hasakah, (ANHA) –", "Three people died."),
    ("GENEVA (3 June 2019) –", "UN experts said so."),
    ("SÃO PAULO (Reuters) -", "Three people died."),
]
FALSE = [
    "UN: Syria must act",
    "EU – US talks stall",
    "ISIS: the rise of a movement",
    "IS - the group - said it did it.",
    "NATO – the alliance – met.",
    "U.S. President Joe Doe left.",
    "The army (AFP) - says",
    "Trump – who was there – said so.",
    "BEIRUT - SYRIAN ARMY UNITS LEFT",
    "John Smith (AP). He left.",
    "READ MORE: The war in maps",
    "UPDATE - The war goes on",
    "President Roe (pictured) - the first woman in office - left.",
    "The agency (Reuters) said - and others agreed - that he left.",
    "In Aleppo, June 3 - the day of the vote - was quiet.",
    "He said 3-4 people died.",
    "",
]


@pytest.mark.parametrize(("dateline", "body"), TRUE, ids=[d for d, _ in TRUE])
def test_dateline_ends_before_the_prose(dateline: str, body: str) -> None:
    """The dateline ends with its dash, colon, bracket or [TEXT], whatever its parts."""
    sentence = f"{dateline} {body}"
    end = find_dateline(sentence)
    assert end is not None
    assert sentence[:end] == dateline


@pytest.mark.parametrize("sentence", FALSE)
def test_prose_has_no_dateline(sentence: str) -> None:
    """Acronyms, labels, names and asides before a dash are not places of filing."""
    assert find_dateline(sentence) is None


def test_bare_place_counts_only_at_the_start_of_the_body() -> None:
    """A place in mixed case with only a dash is a dateline where a body starts, and an aside elsewhere."""
    sentence = "Aleppo - Syrian forces entered the town."
    assert find_dateline(sentence) is None
    assert find_dateline(sentence, first=True) == len("Aleppo -")
    assert find_dateline("Damascus - the capital - fell.", first=True) is None
