"""CPU milliseconds that reading takes per 600 words: sentences, furniture, dates, language; no model.

``python tests/bench/bench_reading.py INPUT… [--rounds N] [--max N]``, where each INPUT is what ``extractor extract``
takes. Bar: at most 4 ms per 600 words of plain text. The first round loads what is loaded late and is not counted; the
median over the rounds is printed with the share of each step.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from typing import TYPE_CHECKING

from extractor.articles.article import Article
from extractor.articles.furniture import mark_sentences
from extractor.articles.language import detect_language
from extractor.articles.read import ReadOptions, article_from_text, read
from extractor.articles.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Callable

BAR = 4.0
WORDS = 600


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds that ``work`` takes in this process."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> int:
    """Print the figures; return 1 where the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--max", type=int, default=50, help="articles taken from each input")
    options = parser.parse_args()
    texts = [
        item.text
        for spec in options.inputs
        for item in islice(read(spec, options=ReadOptions()), options.max)
        if isinstance(item, Article)
    ]
    words = sum(len(text.split()) for text in texts)
    steps: dict[str, Callable[[], object]] = {
        "all of reading": lambda: [article_from_text(text) for text in texts],
        "with the language given": lambda: [article_from_text(text, language="en") for text in texts],
        "sentences": lambda: [split_sentences(text) for text in texts],
        "sentences and marks": lambda: [mark_sentences(text, split_sentences(text)) for text in texts],
        "language": lambda: [detect_language(text) for text in texts],
    }
    print(f"{len(texts)} articles, {words} words")
    total = 0.0
    for name, work in steps.items():
        work()
        figures = [cpu(work) * 1000 * WORDS / words for _ in range(options.rounds)]
        middle = statistics.median(figures)
        total = total or middle
        print(f"{name:26} {middle:6.2f} ms per {WORDS} words   ({min(figures):.2f} to {max(figures):.2f})")
    print(f"bar {BAR} ms: {'met' if total <= BAR else 'MISSED'}")
    return 0 if total <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
