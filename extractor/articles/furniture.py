"""Marks what is not the article: menus, offers, captions, notices, bylines; and the headline, and datelines.

Nothing is removed. A furniture sentence keeps its number and its place, so evidence can be checked against the
page; it is only never shown to a model as evidence. Two mistakes are possible and they weigh differently: a
missed menu costs some tokens, a news sentence marked as furniture is an event lost. So every rule needs a cue *and*
a shape. A line is judged as a whole (short, no full stop, nothing but controls; an imperative *and* an offer);
a sentence inside a paragraph only by phrases of notices, and neither when it is a quotation or attributed to somebody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.articles import furniture_cues as cues
from extractor.articles.article import Sentence
from extractor.articles.datelines import find_dateline
from extractor.articles.lines import is_terminated
from extractor.articles.printed_date import is_date_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.articles.sentences import Span

_LINE_WORDS: Final = 45
_LINE_LENGTH: Final = 500
"""A longer block is a paragraph and judged sentence by sentence; patterns never run on text of any length."""
_HEADLINE_WORDS: Final = range(3, 31)
_LINK_WORDS: Final = 25
_LINKS_AFTER_HEAD: Final = 12
_MENU_RUN: Final = 3
_BODY_WORDS: Final = 12
_CAPTION: Final = 200
_QUOTES: Final = "\"“„«‘'"
_BREADCRUMB = re.compile(r"\s*[>»›|•·→]\s*|\s+[/]\s+")
_BULLET = re.compile(r"[-*+•‣▪●–—]\s+")
_WORD = re.compile(r"\w+")
_MARKUP = re.compile(r"(?:#{1,6}\s+|[*_]{1,3}|>\s+)*")


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph or line: its words as one line, and which sentences it holds (``spans[first:last]``)."""

    words: str
    count: int
    terminated: bool
    first: int
    last: int

    @property
    def is_body(self) -> bool:
        """Whether this is surely a paragraph of running text."""
        return self.terminated and self.count >= _BODY_WORDS


def mark_sentences(
    text: str, spans: Sequence[Span], *, title: str | None = None, language: str | None = None
) -> tuple[Sentence, ...]:
    """Number the sentences at ``spans`` and mark furniture, headline and datelines.

    Args:
        text: The article; the spans point into it.
        spans: From ``split_sentences``.
        title: The headline as the source's metadata gives it, where it does.
        language: ISO 639-1, for dates in byline lines.
    """
    blocks = _blocks(text, spans)
    sentences = [text[s.start : s.end] for s in spans]
    headline = _find_headline(blocks, sentences, title)
    lowered = text.lower()
    notices = [pattern for trigger, pattern in cues.NOTICES if trigger in lowered]
    furniture = _mark_lines(blocks, language, notices) | _mark_inside(blocks, sentences, notices)
    furniture |= _mark_scopes(blocks, furniture) | _mark_menus(blocks, furniture)
    furniture |= _mark_tail(blocks, sentences, furniture)
    if headline is None and title is None:
        headline = _guess_headline(blocks, furniture)
    headlines = set() if headline is None else headline
    datelines = _datelines(blocks, sentences, furniture | headlines)
    return tuple(
        Sentence(
            number=i + 1,
            start=span.start,
            end=span.end,
            furniture=i in furniture and i not in headlines,
            dateline_end=span.start + datelines[i] if i in datelines else None,
            headline=i in headlines,
            paragraph=span.paragraph,
        )
        for i, span in enumerate(spans)
    )


def _blocks(text: str, spans: Sequence[Span]) -> list[_Block]:
    blocks: list[_Block] = []
    first = 0
    for i, span in enumerate(spans):
        if i + 1 < len(spans) and spans[i + 1].paragraph == span.paragraph:
            continue
        words = text[spans[first].start : span.end].split()
        line = " ".join(words)
        blocks.append(_Block(line, len(words), is_terminated(line), first, i + 1))
        first = i + 1
    return blocks


# --- lines -----------------------------------------------------------------------------------------------------------


def _mark_lines(blocks: Sequence[_Block], language: str | None, notices: Sequence[re.Pattern[str]]) -> set[int]:
    """Return the sentences of blocks that are furniture as a whole."""
    upper = "".join(block.words for block in blocks[:20]).isupper()
    marked: set[int] = set()
    body = False
    for block in blocks:
        if block.count > _LINE_WORDS or len(block.words) > _LINE_LENGTH:
            body = True
            continue
        line = _MARKUP.sub("", block.words, count=1)
        opening = not body and cues.GENRES.match(line) is not None  # "Analysis: why …" may head this very story
        body = body or block.is_body
        if (
            _is_control(line)
            or _is_label(line, block, upper=upper)
            or (not opening and _is_pointer(line))
            or _is_caption(line)
            or (block.last - block.first == 1 and _is_notice(line, notices))
            or _is_contact(line, block)
            or is_date_line(line, language=language)
        ):
            marked.update(range(block.first, block.last))
    return marked


def _is_control(line: str) -> bool:
    """Menu entries, share buttons, counters, links, breadcrumbs, ornaments."""
    if not any(c.isalpha() for c in line) or cues.LINK_ONLY.fullmatch(line) or cues.CONTROL_LINE.fullmatch(line):
        return True  # a number alone is a page number, a counter, an editor's code
    words = line.split()
    if len(words) > _LINK_WORDS or line[-1] in "!?":
        return False
    bare = [w.lower().strip(".,:;!?()[]'’\"“”|»›>") for w in words]
    controls = sum(w in cues.NAVIGATION for w in bare)
    if controls and all(w in cues.NAVIGATION or w in cues.NAVIGATION_GLUE or not w or w.isdigit() for w in bare):
        return True
    if cues.COUNTERS.match(line) and len(words) <= 8:  # noqa: PLR2004 - "3 hours ago by Jane Doe in Beirut"
        return True
    parts = [p for p in _BREADCRUMB.split(line) if p]
    return len(parts) >= 3 and all(len(p.split()) <= 4 for p in parts) and not is_terminated(line)  # noqa: PLR2004


def _is_label(line: str, block: _Block, *, upper: bool) -> bool:
    """Bylines, sign-offs, staff notes, tag lists, heads of link lists."""
    if cues.SIGN_OFF.fullmatch(line) and block.count <= 8:  # noqa: PLR2004 - "Source: AFP, Reuters and agencies"
        return True
    if cues.STAFF_NOTE.match(line) or cues.TAG_LIST.match(line):
        return True
    if block.terminated:
        return False
    if cues.TAGS_UNPUNCTUATED.match(line):
        return block.count <= _LINK_WORDS
    if cues.SECTION_HEADS.match(line) and block.count <= 7:  # noqa: PLR2004 - "More stories from the Middle East and Africa"
        return True
    names = re.split(r"[\s,|]+", line)
    small = {"by", "and", "in", "for", "of", "the", "from", "at", "with", "al", "de", "&", ""}
    return (
        not upper
        and cues.BYLINE.match(line) is not None
        and block.count <= 14  # noqa: PLR2004 - three names and a place
        and all(not n[:1].islower() or n.lower() in small or "@" in n for n in names[1:])
    )


def _is_pointer(line: str) -> bool:
    """Pointers to other stories, or to the rest of this one."""
    link = cues.POINTERS.match(line) or (not line.endswith(".") and cues.POINTER_LABELS.match(line))
    return bool(link) and not _is_speech(line)


def _is_caption(line: str) -> bool:
    """Photo captions: a credit at the end, or a caption's first words."""
    if cues.CAPTION_START.match(line):
        return True
    credit = cues.CAPTION_END.search(line, max(0, len(line) - 160))
    if credit is None:
        return False
    # "… was killed. (AFP)" signs a report off; "Smoke rises over Homs (AFP)" and "… (AFP/file photo)" are captions.
    return cues.CAPTION_PHOTO.search(credit[0]) is not None or not is_terminated(line[: credit.start()].rstrip())


def _is_notice(sentence: str, notices: Sequence[re.Pattern[str]]) -> bool:
    """Offers, copyright and republication notices, cookie and comment notices."""
    if any(pattern.search(sentence) for pattern in notices):
        return not _is_speech(sentence)
    imperative = cues.OFFER_IMPERATIVES.match(sentence) is not None
    if not (imperative or cues.OFFER_OPENINGS.match(sentence)):
        return False
    if not cues.OFFER_NOUNS.search(sentence) or _is_speech(sentence):
        return False
    bare = not is_terminated(sentence) and len(sentence.split()) <= _BODY_WORDS
    return imperative or bare or cues.SECOND_PERSON.search(sentence) is not None


def _is_contact(line: str, block: _Block) -> bool:
    """E-mail and telephone lines."""
    if cues.CONTACT_START.match(line) and block.count <= _LINK_WORDS:
        return True
    return not block.terminated and block.count <= _BODY_WORDS and cues.ADDRESS.search(line) is not None


def _is_speech(sentence: str) -> bool:
    """Return whether somebody else is speaking: a quotation, or an attribution."""
    return sentence[:1] in _QUOTES or cues.REPORTED.search(sentence) is not None


# --- sentences inside paragraphs -------------------------------------------------------------------------------------


def _mark_inside(blocks: Sequence[_Block], sentences: Sequence[str], notices: Sequence[re.Pattern[str]]) -> set[int]:
    """Return the notices, sign-offs and captions that stand inside longer paragraphs."""
    marked: set[int] = set()
    for block in blocks:
        if block.last - block.first == 1:
            continue
        for i in range(block.first, block.last):
            sentence = " ".join(sentences[i].split())
            short = len(sentence) <= 60 and (  # noqa: PLR2004 - a sign-off with three agencies
                cues.SIGN_OFF.fullmatch(sentence)
                or cues.SECTION_HEADS.fullmatch(sentence)
                or (not is_terminated(sentence) and _is_control(sentence))
            )
            # Where an archive lost its line breaks, a caption and the next sentence may be one: "… It added that …".
            caption = len(sentence) <= _CAPTION and cues.CAPTION_START.match(sentence) and not _is_speech(sentence)
            if short or caption or cues.STAFF_NOTE.match(sentence) or _is_notice(sentence, notices):
                marked.add(i)
    return marked


# --- context ---------------------------------------------------------------------------------------------------------


def _mark_scopes(blocks: Sequence[_Block], furniture: set[int]) -> set[int]:
    """Return the links under a head such as "Related stories" or "Read more"."""
    marked: set[int] = set()
    left = 0
    for block in blocks:
        if block.first in furniture and not block.terminated and cues.SECTION_HEADS.match(block.words):
            left = _LINKS_AFTER_HEAD
        elif left and not block.terminated and block.count <= _LINK_WORDS:
            marked.update(range(block.first, block.last))
            left -= 1
        else:
            left = 0
    return marked


def _mark_menus(blocks: Sequence[_Block], furniture: set[int]) -> set[int]:
    """Return runs of one- to three-word lines before the first and after the last paragraph of the body."""
    body = [i for i, block in enumerate(blocks) if block.is_body and block.first not in furniture]
    if not body:
        return set()
    marked: set[int] = set()
    for part in (blocks[: body[0]], blocks[body[-1] + 1 :]):
        for run in _runs(part, furniture):
            if len(run) >= _MENU_RUN:
                marked.update(i for block in run for i in range(block.first, block.last))
    return marked


def _runs(blocks: Sequence[_Block], furniture: set[int]) -> Iterator[list[_Block]]:
    run: list[_Block] = []
    for block in blocks:
        entry = block.count <= 3 and not block.terminated and not any(c.isdigit() for c in block.words)  # noqa: PLR2004
        if entry and not _BULLET.match(block.words):
            run.append(block)
        elif block.first not in furniture:
            yield run
            run = []
    yield run


def _mark_tail(blocks: Sequence[_Block], sentences: Sequence[str], furniture: set[int]) -> set[int]:
    """Return the rest of notices and the author's biography at the end of the text."""
    marked: set[int] = set()
    for i in range(len(blocks) - 1, max(len(blocks) // 2, 1), -1):
        block = blocks[i]
        inside = range(block.first, block.last)
        hits = [n for n in inside if n in furniture]
        speech = any(_is_speech(sentences[n]) for n in inside)
        bio = cues.AUTHOR_BIO.match(block.words) is not None and block.count <= 2 * _LINE_WORDS and not speech
        # "<Site> delivers independent coverage. To learn more about republishing, fill out this form."
        notice = hits and all(n in furniture or cues.SELF_PRAISE.match(sentences[n]) for n in inside) and not speech
        if not (bio or notice or len(hits) == len(inside)):
            break
        marked.update(inside)
    return marked


# --- headline and dateline -------------------------------------------------------------------------------------------


def _find_headline(blocks: Sequence[_Block], sentences: Sequence[str], title: str | None) -> set[int] | None:
    """Return the sentences of the block that repeats ``title``, among the first, or None."""
    if not title:
        return None
    wanted = _plain(title)
    last_word = wanted.rsplit(" ", 1)[-1]
    for block in blocks[:15]:
        first = _WORD.search(block.words.lower())
        begins = first is not None and wanted.startswith(first[0])  # else no closer look is needed
        if begins and _same(_plain(block.words), wanted):
            return set(range(block.first, block.last))
        # Without line breaks the headline is a sentence, perhaps behind a date: "Wed 05 Apr 2017 Syria attack …".
        sentence = sentences[block.first]
        ends = len(wanted) >= 20 and block.last - block.first > 1 and last_word in sentence.lower()  # noqa: PLR2004
        if ends and _plain(sentence).endswith(wanted):
            return {block.first} if len(sentence) <= 2 * len(title) else None
    return None


def _guess_headline(blocks: Sequence[_Block], furniture: set[int]) -> set[int] | None:
    """Return the first line of the content where it has the shape of a headline and a body follows."""
    content = [block for block in blocks if block.first not in furniture]
    for i, block in enumerate(content[:2]):
        if block.count < _HEADLINE_WORDS.start and not block.terminated:
            continue  # a kicker: "Syria"
        line = _MARKUP.sub("", block.words, count=1)
        ends_like_text = line.rstrip("\"”’'")[-1:] in ".:;,"
        body_follows = any(b.is_body or b.count > block.count for b in content[i + 1 :])
        if block.count in _HEADLINE_WORDS and not ends_like_text and body_follows and not _BULLET.match(line):
            starts = line.lstrip(_QUOTES)[:1]
            if not starts.islower() and find_dateline(line) is None:
                return set(range(block.first, block.last))
        return None
    return None


def _datelines(blocks: Sequence[_Block], sentences: Sequence[str], skip: set[int]) -> dict[int, int]:
    """Return, by sentence, where its leading dateline ends (offset in the sentence)."""
    found: dict[int, int] = {}
    first = True
    for block in blocks:
        if block.first in skip:
            continue
        end = find_dateline(sentences[block.first], first=first)
        if end is not None:
            found[block.first] = end
        first = first and not block.is_body
    return found


def _plain(words: str) -> str:
    return " ".join(_WORD.findall(words.lower()))


def _same(line: str, title: str) -> bool:
    """Return whether two plain lines are one headline: equal, or one the other plus a site's name."""
    if not line or not title:
        return False
    short, long = sorted((line, title), key=len)
    return long == short or (long.startswith(short + " ") and len(short) >= 0.6 * len(long) and len(short.split()) >= 3)  # noqa: PLR2004
