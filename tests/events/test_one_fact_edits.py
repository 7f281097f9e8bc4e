"""The bar of event-schema.md §6: of 27 one-fact edits of true quotes 0 pass every check, and 12 of 12 true ones do.

Every edit is tried both ways: the reply claims the changed fact against the true article, and the true reply meets an
article whose sentence was changed. The true claims must also survive curly quotes, soft hyphens, no-break spaces and
line wraps. The stories are made up, in the manner of agency reports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from extractor.events.ground import ground
from extractor.events.reply import Reply
from extractor.events.vocabulary import CheckResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.articles.article import Article
    from extractor.events.summary import Check

PUBLISHED = date(2021, 4, 14)


@dataclass(frozen=True)
class Story:
    """A made-up article and one true claim about it; ``facts`` are the fields of a reply event."""

    lines: tuple[str, ...]
    facts: dict[str, Any]
    counts: tuple[tuple[str, str], ...] = ()
    """Measure and words; ``measure/who`` where someone in particular is counted."""
    actors: tuple[tuple[str, str], ...] = ()
    """Name and role."""
    speakers: tuple[tuple[str | None, str], ...] = ()
    sources: dict[int, str] = field(default_factory=dict)


def claim(story: Story, **changes: Any) -> Reply:
    """Return a reply of one event that claims the story's facts, or what ``changes`` put in their place."""
    facts: dict[str, Any] = {"when": None, "place": None, "country": None, "status": "actual", "standing": "main"}
    facts |= story.facts | {k: v for k, v in changes.items() if k not in {"counts", "actors", "swap"}}
    old, new = changes.get("swap", ("", ""))
    counts = changes.get("counts", story.counts)
    actors = changes.get("actors", story.actors)

    def swapped(value: Any) -> Any:
        return value.replace(old, new) if old and isinstance(value, str) else value

    rows = [(*measure.split("/"), "all")[:2] + (words,) for measure, words in counts]
    event = {key: swapped(value) for key, value in facts.items()} | {
        "actors": [{"name": swapped(n), "role": r, "sector": "UNK", "involvement": "stated"} for n, r in actors],
        "counts": [
            {"measure": m, "who": w, "words": swapped(words), "source": story.sources.get(i)}
            for i, (m, w, words) in enumerate(rows)
        ],
        "speakers": [{"name": n, "stance": s} for n, s in story.speakers],
    }
    return Reply.model_validate({"published": None, "events": [event]})


def failures(reply: Reply, article: Article) -> list[Check]:
    """Return the failed checks of the reply's one event."""
    grounded = ground(reply, article)
    assert len(grounded.events) == 1
    return [check for check in grounded.events[0].checks if check.result is CheckResult.FAILED]


STORIES = {
    "market": Story(
        (
            "A car bomb tore through a crowded market in the northern town of Tal Rifa on Tuesday, killing 17 people "
            "and wounding 71, hospital officials said.",
            "No group claimed responsibility for the blast.",
            "Rescuers were still searching the rubble in Tal Rifa.",
        ),
        {
            "sentences": [1],
            "type": "remote_explosive_landmine_ied",
            "when": "on Tuesday",
            "place": "Tal Rifa",
            "summary": "A car bomb killed 17 people and wounded 71 at a market in Tal Rifa.",
        },
        counts=(("killed", "17 people"), ("injured", "71")),
        sources={0: "hospital officials"},
    ),
    "clash": Story(
        (
            "Fighting between the army and rebels of the Highland Front has killed almost 950 people since January, "
            'the Observatory for Peace said on Sunday, calling it "the worst month yet".',
            "The army didn't comment.",
        ),
        {
            "sentences": [1],
            "type": "armed_clash",
            "standing": "aggregate",
            "when": "since January",
            "summary": "Fighting between the army and the Highland Front has killed almost 950 people.",
        },
        counts=(("killed", "almost 950 people"),),
        actors=(("army", "participant"), ("Highland Front", "participant")),
        speakers=(("Observatory for Peace", "reports"),),
        sources={0: "Observatory for Peace"},
    ),
    "strike": Story(
        (
            "BEIRUT, April 13 (Wire) - Israeli warplanes bombed a weapons depot near the Syrian city of Homs late on "
            "Monday, killing at least four soldiers, Syria's state news agency reported.",
            "Israel rarely acknowledges such raids.",
        ),
        {
            "sentences": [1],
            "type": "air_drone_strike",
            "when": "late on Monday",
            "place": "near the Syrian city of Homs",
            "country": "Syria",
            "summary": "Israeli warplanes bombed a weapons depot near Homs, killing at least four soldiers.",
        },
        counts=(("killed/combatants", "at least four soldiers"),),
        actors=(("Israeli warplanes", "initiator"),),
        speakers=(("Syria's state news agency", "reports"),),
    ),
    "march": Story(
        (
            "More than 5,000 people marched through Lisbon on 10 April to protest against rising rents, police said.",
            "Organisers put the turnout at 20,000.",
            "Police made no arrests.",
        ),
        {
            "sentences": [1, 2],
            "type": "peaceful_protest",
            "when": "on 10 April",
            "place": "Lisbon",
            "country": "Portugal",
            "summary": "Thousands of people marched through Lisbon against rising rents.",
        },
        counts=(("participants", "More than 5,000 people"), ("participants", "20,000")),
        sources={0: "police", 1: "Organisers"},
    ),
    "deal": Story(
        (
            "Envoys of Ardania and Belmark signed a ceasefire agreement in Geneva on Friday after nine days of talks.",
            "Under the deal both sides will withdraw heavy weapons.",
        ),
        {
            "sentences": [1],
            "type": "agreement",
            "when": "on Friday",
            "place": "Geneva",
            "country": "Switzerland",
            "summary": "Ardania and Belmark signed a ceasefire agreement in Geneva.",
        },
        actors=(("Ardania", "participant"), ("Belmark", "participant")),
    ),
    "denial": Story(
        (
            "Defence Minister Pavel Orlov denied on Wednesday that government forces had shelled the village of Sarrin.",
            'Orlov called the reports "a fabrication".',
        ),
        {
            "sentences": [1],
            "type": "shelling_artillery_missile",
            "status": "denied",
            "place": "Sarrin",
            "summary": "The defence minister denied that government forces had shelled Sarrin.",
        },
        actors=(("government forces", "initiator"),),
        speakers=(("Pavel Orlov", "denies"),),
    ),
    "flight": Story(
        (
            "The offensive has driven 300,000 people from their homes in the Idlib countryside since 1 March 2021, the "
            "United Nations said.",
            "Most of them have gone north.",
        ),
        {
            "sentences": [1],
            "type": "displacement",
            "when": "since 1 March 2021",
            "place": "Idlib countryside",
            "country": "Syria",
            "standing": "aggregate",
            "summary": "The offensive has driven 300,000 people from their homes in the Idlib countryside.",
        },
        counts=(("displaced", "300,000 people"),),
        speakers=(("United Nations", "reports"),),
        sources={0: "United Nations"},
    ),
    "raid": Story(
        (
            "Police in the Kenyan capital Nairobi arrested twenty-three men on Saturday and freed two hostages.",
            "The suspects are to appear in court next week.",
        ),
        {
            "sentences": [1],
            "type": "arrests",
            "when": "on Saturday",
            "place": "Nairobi",
            "country": "Kenya",
            "summary": "Police arrested 23 men and freed two hostages in Nairobi.",
        },
        counts=(("arrested", "twenty-three men"), ("released", "two hostages")),
        actors=(("Police", "initiator"),),
    ),
    "demand": Story(
        (
            "Prime Minister Elena Costa on Thursday urged Belmark to withdraw its troops from the disputed valley.",
            "A spokesman for Belmark rejected the demand.",
        ),
        {
            "sentences": [1],
            "type": "demand",
            "when": "on Thursday",
            "summary": "Elena Costa urged Belmark to withdraw its troops.",
        },
        actors=(("Prime Minister Elena Costa", "initiator"), ("Belmark", "target")),
        speakers=(("Elena Costa", "narrated"),),
    ),
    "ambush": Story(
        (
            "Gunmen attacked a convoy outside the town of Dori on Monday, leaving six soldiers and two civilians dead, "
            "the ministry said.",
            "It was the third such attack this month.",
        ),
        {
            "sentences": [1],
            "type": "armed_clash",
            "when": "on Monday",
            "place": "outside the town of Dori",
            "country": "Burkina Faso",
            "summary": "Gunmen attacked a convoy outside Dori; six soldiers and two civilians died.",
        },
        counts=(("killed/combatants", "six soldiers"), ("killed/civilians", "two civilians")),
        actors=(("Gunmen", "initiator"),),
    ),
    "quake": Story(
        (
            "An earthquake of magnitude 6.1 struck the island of Sulawesi in Indonesia early on Sunday, killing between "
            "30 and 40 people and injuring dozens.",
            "Hundreds of houses collapsed.",
        ),
        {
            "sentences": [1],
            "type": "disaster_accident",
            "when": "early on Sunday",
            "place": "Sulawesi",
            "country": "Indonesia",
            "summary": "An earthquake on Sulawesi killed between 30 and 40 people and injured dozens.",
        },
        counts=(("killed", "between 30 and 40 people"), ("injured", "dozens")),
    ),
    "sanction": Story(
        (
            "The European Union imposed sanctions on Belmark's central bank on 12 April 2021 over the invasion.",
            "Belmark said it would respond.",
        ),
        {
            "sentences": [1],
            "type": "sanction",
            "when": "on 12 April 2021",
            "summary": "The European Union imposed sanctions on Belmark's central bank.",
        },
        actors=(("European Union", "initiator"), ("Belmark", "target")),
    ),
}

# (story, kind, changes of the claim, change of the article's text). Where a name, number or date is swapped the same
# swap is tried on both sides; a negation can only be put into the text, a status only into the claim.
Edit = tuple[str, str, dict[str, Any], tuple[str, str]]

NUMBERS: tuple[Edit, ...] = (
    ("market", "number", {"counts": (("killed", "71 people"),)}, ("killing 17", "killing 71")),
    ("market", "number", {"counts": (("killed", "71"),)}, ("17 people and wounding 71", "71 people and wounding 17")),
    ("market", "number", {"counts": (("injured", "7"),)}, ("wounding 71", "wounding 711")),
    ("clash", "number", {"counts": (("killed", "almost 590 people"),)}, ("950", "590")),
    ("clash", "number", {"counts": (("killed", "at least 950 people"),)}, ("almost 950", "at least 950")),
    ("strike", "number", {"counts": (("killed/combatants", "at least forty soldiers"),)}, ("four", "fourteen")),
    ("march", "number", {"counts": (("participants", "More than 50,000 people"),)}, ("5,000 people", "50,000 people")),
    ("flight", "number", {"counts": (("displaced", "30,000 people"),)}, ("300,000", "3,000")),
    ("raid", "number", {"counts": (("arrested", "twenty-two men"),)}, ("twenty-three", "thirty-three")),
    ("ambush", "number", {"counts": (("killed/combatants", "two soldiers"),)}, ("six soldiers", "sixty soldiers")),
    ("quake", "number", {"counts": (("killed", "between 30 and 400 people"),)}, ("30 and 40", "13 and 40")),
)
POLARITY: tuple[Edit, ...] = (
    ("ambush", "polarity", {"status": "denied"}, ("Gunmen attacked", "Gunmen did not attack")),
    ("deal", "polarity", {"status": "attempted"}, ("signed", "failed to sign")),
    ("denial", "polarity", {"status": "actual"}, ("denied on Wednesday that", "confirmed on Wednesday that")),
    ("sanction", "polarity", {"status": "planned"}, ("imposed sanctions", "ruled out sanctions")),
    ("strike", "polarity", {"status": "hypothetical"}, ("warplanes bombed", "warplanes never bombed")),
)
DATES: tuple[Edit, ...] = (
    ("market", "date", {"when": "on Thursday"}, ("on Tuesday", "on Thursday")),
    ("march", "date", {"when": "on 11 April"}, ("10 April", "11 April")),
    ("sanction", "date", {"when": "on 12 April 2020"}, ("12 April 2021", "12 March 2021")),
    ("flight", "date", {"when": "since 11 March 2021"}, ("1 March 2021", "1 May 2021")),
)
PLACES: tuple[Edit, ...] = (
    ("market", "place", {"place": "Tal Rafa"}, ("Tal Rifa", "Tal Abyad")),
    ("strike", "place", {"place": "Beirut", "country": "Lebanon"}, ("Homs", "Hama")),
    ("quake", "place", {"country": "Malaysia"}, ("Sulawesi", "Sumatra")),
    ("raid", "place", {"place": "Mombasa"}, ("Nairobi", "Kampala")),
)
ACTORS: tuple[Edit, ...] = (
    (
        "demand",
        "actor",
        {"actors": (("Belmark", "initiator"), ("Prime Minister Elena Costa", "target"))},
        ("Elena Costa on", "Maria Costa on"),
    ),
    ("clash", "actor", {"actors": (("Lowland Front", "participant"),)}, ("Highland Front", "Lowland Front")),
    ("sanction", "actor", {"actors": (("African Union", "initiator"),)}, ("European Union", "African Union")),
)
EDITS = NUMBERS + POLARITY + DATES + PLACES + ACTORS


def curly(text: str) -> str:
    """Curl the quotes and lengthen the dashes."""
    text = re.sub(r'(?<=\s)"', "\u201c", text).replace('"', "\u201d")
    return text.replace("'", "\u2019").replace(" - ", " \u2014 ").replace("-", "\u2011")


def soft(text: str) -> str:
    """Put a soft hyphen into every word of six letters or more, and a zero-width space into its end."""
    return re.sub(r"\b([^\W\d_]{3})([^\W\d_]{3,})\b", "\\1\u00ad\\2\u200b", text)


def unbreakable(text: str) -> str:
    """Make every second space a no-break space."""
    return re.sub(r" (\S+) ", "\u00a0\\1 ", text)


def wrapped(text: str) -> str:
    """Break lines at every fourth word."""
    return re.sub(r"((?:\S+ ){3}\S+) ", r"\1\r\n", text)


def plain(text: str) -> str:
    """Leave the text alone."""
    return text


def article_of(make_article: Callable[..., Article], story: Story, dress: Callable[[str], str] = plain) -> Article:
    """Return the story's article; its first line has a dateline where it begins with a city in capitals."""
    lines = [dress(line) for line in story.lines]
    dateline = re.match(r"[A-Z]{4,},.*?\(Wire\)\s\S+\s", lines[0])
    datelines = {1: dateline.group()} if dateline else {}
    return make_article(*lines, published=PUBLISHED, datelines=datelines)


@pytest.mark.parametrize("dress", [plain, curly, soft, unbreakable, wrapped])
@pytest.mark.parametrize("name", STORIES)
def test_true_claims_pass(make_article: Callable[..., Article], name: str, dress: Callable[[str], str]) -> None:
    """A true claim fails no check, however the article is dressed."""
    assert failures(claim(STORIES[name]), article_of(make_article, STORIES[name], dress)) == []


@pytest.mark.parametrize(("name", "kind", "changes", "_swap"), EDITS)
def test_no_edited_claim_passes(
    make_article: Callable[..., Article], name: str, kind: str, changes: dict[str, Any], _swap: tuple[str, str]
) -> None:
    """A claim with one changed fact fails a check of that fact against the true article."""
    found = failures(claim(STORIES[name], **changes), article_of(make_article, STORIES[name]))
    assert {check.name for check in found} & FACT[kind]


@pytest.mark.parametrize(("name", "kind", "_changes", "swap"), EDITS)
def test_no_claim_passes_an_edited_article(
    make_article: Callable[..., Article], name: str, kind: str, _changes: dict[str, Any], swap: tuple[str, str]
) -> None:
    """A true claim fails a check of the fact that was changed in the article's sentence."""
    story = STORIES[name]
    assert swap[0] in story.lines[0]

    def edited(line: str) -> str:
        return line.replace(*swap) if line == story.lines[0] else line

    found = failures(claim(story), article_of(make_article, story, edited))
    assert {check.name for check in found} & FACT[kind]


FACT = {
    "number": {"count_supported"},
    "polarity": {"polarity"},
    "date": {"when_supported"},
    "place": {"place_supported", "in_dateline_only"},
    "actor": {"actor_supported"},
}


def test_the_table_is_the_one_that_was_promised() -> None:
    """27 edits, 11 of them numbers, and 12 true stories."""
    assert (len(EDITS), len(NUMBERS), len(STORIES)) == (27, 11, 12)
