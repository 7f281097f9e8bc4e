"""The child process that reads pages and PDFs, so that a hostile one can take down nothing but this.

Started by :mod:`extractor.articles.guarded` by the path of this file. Jobs come in on standard input and answers go out
on standard output, one JSON object a line; JSON, because a child that was taken over must not be able to run anything
in the parent. Memory is limited for the life of the process, processor time anew for each job; files can't be written.
When standard input ends, so does the child.
"""

from __future__ import annotations

import base64
import contextlib
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:  # Windows: the parent's clock is the only limit
    resource = None  # type: ignore[assignment]


_LIBRARIES = {
    "page": ("extractor.articles.webpage", "lxml.html", "trafilatura", "htmldate"),
    "pdf": ("extractor.articles.pdf", "pypdfium2"),
}


def main() -> None:
    """Do jobs until standard input ends."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever a library prints must not get between the answers
    limits = json.loads(sys.stdin.readline())
    for name in _LIBRARIES[limits["kind"]]:  # now, because loading them is not the first input's fault
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if resource:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    print('{"ready": true}', file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), limits["cpu"])), file=answers, flush=True)


def answer(job: dict[str, Any], cpu: float) -> dict[str, Any]:
    """Do one job within ``cpu`` seconds of processor time; what is wrong with the input is an answer too."""
    from extractor.errors import ExtractorError  # noqa: PLC0415 - the path is set when this runs

    if resource:
        spent = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(spent.ru_utime + spent.ru_stime + cpu) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    try:
        return {"done": _page(job) if job["kind"] == "page" else _pdf(job)}
    except ExtractorError as error:
        return {"error": str(error), "hint": error.hint, "kind": type(error).__name__}
    except MemoryError:
        return {"memory": True}
    except RecursionError:
        return {"error": f"{job['source']!r} is nested too deeply to be read", "hint": "Save its text in a .txt file."}


def _page(job: dict[str, Any]) -> dict[str, Any]:
    from extractor.articles.webpage import read_page  # noqa: PLC0415 - the path is set when this runs

    page = read_page(job["html"], job["source"], url=job["url"])
    said = page._asdict()
    if page.date:
        said["date"] = [page.date.date.isoformat(), page.date.words, page.date.modified]
    return said


def _pdf(job: dict[str, Any]) -> dict[str, Any]:
    from extractor.articles.pdf import pdf_text  # noqa: PLC0415 - same

    return {"text": pdf_text(base64.b64decode(job["data"]), job["source"])}


if __name__ == "__main__":
    main()
