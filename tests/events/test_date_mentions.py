"""Time phrases are found whole, verbatim and without the numbers beside them."""

from __future__ import annotations

import pytest

from extractor.events.date_mentions import find_times


@pytest.mark.parametrize(
    ("sentence", "phrases"),
    [
        ("On Sunday, 2 June 2019, two people were hurt.", ("On Sunday, 2 June 2019",)),
        ("The minister on Sunday told reporters to leave; last week 5 men left.", ("on Sunday", "last week")),
        ("A September deal was supposed to avert it.", ("September",)),
        ("Some 2 million people fled in the past two days.", ("in the past two days",)),
        ("He said on Monday that 17 were killed three days ago.", ("on Monday", "three days ago")),
        ("The union last year left the 2015 accord.", ("last year", "2015")),
        ("Snow fell between 3 and 7 June.", ("between 3 and 7 June",)),
        ("The trial began in May 2018.", ("in May 2018",)),
        ("She was 47 and lived at number 12.", ()),
        ("The village may be cut off.", ()),
        ("Rebels march on the capital.", ()),
        ("Tom Ray called Prime Minister Tessa May's offer poor.", ()),
        ("The trial began on 3 May and ended in May.", ("on 3 May", "in May")),
        ("A user called rider1970 saw it.", ()),
        ("It happened overnight.", ("overnight",)),
        ("Police said yesterday's raid was yesterday.", ("yesterday",)),
        ("", ()),
    ],
)
def test_phrases_are_found_verbatim(sentence: str, phrases: tuple[str, ...]) -> None:
    """Each phrase that dates something is returned once, as the sentence writes it."""
    assert find_times(sentence) == phrases
    assert all(phrase in sentence for phrase in phrases)
