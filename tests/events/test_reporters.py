"""Who tells of an event is told apart from who did it."""

from __future__ import annotations

import pytest

from extractor.events.reporters import dates_the_telling, teller, telling_from, tells, toll_teller


@pytest.mark.parametrize(
    ("name", "sentence", "expected"),
    [
        ("the Observatory", "Nine people died in air strikes, the Observatory said.", True),
        ("Rami Haddad", "Monitor chief Rami Haddad told the agency that shells had hit the town.", True),
        ("Lena Obi", "According to police officer Lena Obi, the man fled.", True),
        ("Amal", "Amal, a group based in London, said the army had burned the village.", True),
        ("Human Data Watch", "Human Data Watch (HDW) reported on Monday that 12 were killed.", True),
        ("the army", "The army burned the village, residents said.", False),
        ("the army", "The army said the army had burned nothing.", False),
        ("gunmen", "Gunmen on motorcycles killed 11 farmers, the mayor said.", False),
        ("the mayor", "Gunmen on motorcycles killed 11 farmers, the mayor said.", True),
        ("nobody", "Gunmen killed 11 farmers.", False),
    ],
)
def test_a_name_beside_a_verb_of_saying_tells(name: str, sentence: str, expected: bool) -> None:
    """A name tells when every mention of it stands at a verb of saying."""
    assert tells(name, sentence) is expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Nine people died when the boat sank, the coast guard said.", "the coast guard"),
        ("Rami Haddad told reporters that shells had hit the town.", "Rami Haddad"),
        ("The mayor said three died, but the Red Tide Network (RTN) reported nine.", "the Red Tide Network"),
        ("Residents of Kalwe said the army had burned it.", "Residents of Kalwe"),
        ("Three died, NGOs said.", "NGOs"),
        ("The Harbour Union has said that three died.", "The Harbour Union"),
        ("Local officials said nine died.", "Local officials"),
        ("Nine died, according to the coast guard.", "the coast guard"),
        ("According to the Harbour Union, 40 dockers were hurt.", "the Harbour Union"),
        ("Nine died, according to a doctor of the Kalwe Clinic in the port.", "a doctor of the Kalwe Clinic"),
        ("Nine died, according to Dr. Lena Obi.", "Dr. Lena Obi"),
        ("Nine died, according to state television.", "state television"),
        ("According to the Union's report of March 16, nine died.", "the Union"),
        ("Nine died, according to police in the port.", "police"),
        ("Nine died in Kesteria a monitoring group said.", "a monitoring group"),
        ("Nine died, according to police.", "police"),
        ("Shells hit the town.", None),
        ("", None),
    ],
)
def test_a_toll_has_the_teller_of_its_sentence(sentence: str, expected: str | None) -> None:
    """The one who tells is named in the sentence's words; without one the reporter tells."""
    assert teller(sentence) == expected
    assert expected is None or expected in sentence


@pytest.mark.parametrize(
    ("phrase", "sentence", "expected"),
    [
        ("on Friday", "He said on Friday that 950 had been killed.", True),
        ("on Friday", "The minister told reporters in Oslo on Friday that talks had failed.", True),
        ("Friday", "The mayor announced Friday that the bridge was shut.", True),
        ("on Friday", "A bomb killed nine on Friday, police said.", False),
        ("on Friday", "Police said that the bomb which killed nine went off on Friday.", False),
        ("on Monday", "He said on Friday that 950 had been killed.", False),
    ],
)
def test_a_day_beside_a_verb_of_saying_dates_the_telling(phrase: str, sentence: str, expected: bool) -> None:
    """What was said on Friday happened on some other day."""
    assert dates_the_telling(phrase, sentence) is expected


@pytest.mark.parametrize(
    ("sentence", "closing"),
    [
        ("Twelve were hurt near Nairobi, the NGOs said at a news conference.", "said at a news conference."),
        ("Nine died when a boat sank off Salu, the mayor told the port police.", "told the port police."),
        ("The mayor said nine people had died when a boat sank.", ""),
        ("Nine died on the boat and its captain said that it sank.", ""),
        ("In a long letter to the whole town the mayor wrote: it sank.", ""),
        ("Nine people died.", ""),
        ("", ""),
    ],
)
def test_closing_words_of_telling_say_where_it_was_said(sentence: str, closing: str) -> None:
    """Only a verb of saying in the second half that introduces nothing ends the event's own part."""
    assert sentence[telling_from(sentence) :] == closing


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The defence ministry spoke of three dead.", "The defence ministry"),
        ("Health officials put the death toll at 12.", "Health officials"),
        ("Police counted 12 bodies.", "Police"),
        ("Reached by telephone, the separatist leadership spoke of 30 dead.", "the separatist leadership"),
        ("The Observatory, a monitor based in Oslo, said 12 died.", "The Observatory"),
        ("Nine died, the coast guard said.", "the coast guard"),
        ("State television has reported no deaths.", "State television"),
        ("The guild newsletter has counted three dead.", None),
        ("Floods claimed 12 lives.", None),
        ("On Monday 12 soldiers were killed.", None),
        ("Two buses gave way and 12 died.", None),
    ],
)
def test_a_number_has_whoever_counted_as_its_source(sentence: str, expected: str | None) -> None:
    """Verbs of counting tell beside a toll; what kills only seems to claim."""
    assert toll_teller(sentence) == expected
