"""Memory stays flat, however many articles an archive holds and however large it is."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_READ = """
import resource, sys
from extractor.articles.read import ReadOptions, read
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
articles = early = 0
for result in read(sys.argv[1], options=ReadOptions(language="en")):
    articles += not hasattr(result, "error")
    if articles == int(sys.argv[2]):
        early = peak()
print(articles, early, peak())
"""


def read_in_a_process(path: Path, early: int) -> tuple[int, int, int]:
    """Return the number of articles, and the peak of memory in MB after the first ``early`` of them and at the end."""
    command = [sys.executable, "-c", _READ, str(path), str(early)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    articles, before, after = map(int, done.stdout.split())
    return articles, before, after


@pytest.mark.full
def test_zip_of_many_members(tmp_path: Path) -> None:
    """A zip of 100,000 members takes no more than 15 MB over what its first thousand took."""
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(100_000):
            archive.writestr(f"2023/{number:06d}.txt", f"A mine killed {number} goats.")
    articles, before, after = read_in_a_process(path, 1_000)
    assert articles == 100_000
    assert after - before <= 15


@pytest.mark.full
def test_large_packed_file(tmp_path: Path) -> None:
    """200 MB of packed records take no more than 15 MB over what the first fifty took."""
    path = tmp_path / "large.jsonl.gz"
    chance = random.Random(7)  # noqa: S311 - words that do not pack to nothing
    with gzip.open(path, "wt", compresslevel=1) as stream:
        for number in range(2_000):
            notes = " ".join(f"{chance.randrange(10**9)}" for _ in range(10_000))
            stream.write(json.dumps({"text": f"Shells hit {number} houses.", "notes": notes}) + "\n")
    articles, before, after = read_in_a_process(path, 50)
    assert articles == 2_000
    assert after - before <= 15
