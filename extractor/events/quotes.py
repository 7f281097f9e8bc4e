"""From the sentence numbers of a reply to evidence: the verbatim sentence, where it stands, who says it and how.

A model gives numbers, never quotes, so no quote can be invented. A number that no sentence bears is dropped, and a
failed ``quoted`` check says so. Each speaker goes to the quoted sentences that name him; one whom only the rest of the
article names ("he said") goes to the sentences that name no speaker. A sentence with two speakers is two pieces of
evidence: who says what is never thrown away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.events.naming import named, names_in
from extractor.events.passage import Subject
from extractor.events.summary import Evidence, Span
from extractor.events.vocabulary import CheckName, Stance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extractor.articles.article import Article, Sentence
    from extractor.events.passage import Passage
    from extractor.events.reply import ReplySpeaker
    from extractor.events.summary import Check


def quoted_sentences(article: Article, numbers: Iterable[int]) -> tuple[tuple[Sentence, ...], tuple[int, ...]]:
    """Return the sentences that ``numbers`` name, each once and in text order, and the numbers that name none."""
    wanted = sorted(set(numbers))
    known = [number for number in wanted if 1 <= number <= len(article.sentences)]
    foreign = tuple(number for number in wanted if number not in known)
    return tuple(article.sentences[number - 1] for number in known), foreign


def quoted_checks(sentences: Sequence[Sentence], foreign: Iterable[int]) -> tuple[Check, ...]:
    """Return one passed check per quoted sentence and one failed per number that no sentence bears."""
    passed = (
        Subject(CheckName.QUOTED, "evidence", str(s.number)).passed(
            f"Sentence {s.number} of the article, word for word.", Span(start=s.start, end=s.end)
        )
        for s in sentences
    )
    failed = (
        Subject(CheckName.QUOTED, "evidence", str(number)).failed(f"The article has no sentence {number}.")
        for number in foreign
    )
    return *passed, *failed


def gather(passage: Passage, speakers: Sequence[ReplySpeaker]) -> tuple[tuple[Evidence, ...], tuple[Check, ...]]:
    """Return the evidence of a passage and the checks of its speakers.

    Args:
        passage: the quoted sentences, at least one.
        speakers: who says so, as the reply names them; a name of None is the reporter.

    Returns:
        Evidence in text order, one per sentence and speaker, and an ``actor_supported`` check for each named speaker.
    """
    heard: dict[int, list[ReplySpeaker]] = {s.number: [] for s in passage.sentences}
    unplaced: list[ReplySpeaker] = []
    narrated = Stance.NARRATED
    checks: list[Check] = []
    for speaker in dict.fromkeys(speakers):
        if speaker.name is None:
            narrated = speaker.stance if narrated is Stance.NARRATED else narrated
            continue
        naming = named(passage, speaker.name)
        subject = Subject(CheckName.ACTOR_SUPPORTED, "evidence.speaker", speaker.name)
        in_article = naming.supported or naming.span is not None
        checks.append((subject.passed if in_article else subject.failed)(naming.detail, naming.span))
        own = [s.number for s in passage.sentences if names_in(passage.view, s, speaker.name)]
        for number in own:
            heard[number].append(speaker)
        if not own:
            unplaced.append(speaker)
    for speaker in unplaced:
        silent = [number for number, others in heard.items() if not others]
        for number in silent or list(heard)[:1]:
            heard[number].append(speaker)
    evidence = (e for s in passage.sentences for e in _evidence(passage.article, s, heard[s.number], narrated))
    return tuple(evidence), tuple(checks)


def _evidence(
    article: Article, sentence: Sentence, speakers: Sequence[ReplySpeaker], narrated: Stance
) -> Iterator[Evidence]:
    quote = article.text[sentence.start : sentence.end]
    for name, stance in [(s.name, s.stance) for s in speakers] or [(None, narrated)]:
        yield Evidence(
            sentence=sentence.number,
            quote=quote,
            start=sentence.start,
            end=sentence.end,
            speaker=name,
            stance=stance,
        )
