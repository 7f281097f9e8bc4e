"""Take the screenshots of docs/pages.md in Chromium, or, with ``--check``, fail where the pages have changed since.

What the pages show is made here: the answers of the kept run that ships (evals/runs) become a run of an archive, and a
model that only repeats the first sentence of each passage is asked about the labelled set, to have something to compare
with. Wants the extras [serve] and [dev] and a Chromium; takes half a minute.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[1]
IMAGES: Final = ROOT / "docs" / "images"
MADE_FROM: Final = IMAGES / "made-from.txt"
"""The digest of the pages' sources when the screenshots were taken."""
COMMAND: Final = "python scripts/screenshots.py"
SHIPPED: Final = "events-lite-v2-1.5b-dev"
_TOKEN: Final = "token-of-the-screenshots"  # noqa: S105 - of a server that lasts for half a minute
_LINE: Final = re.compile(r"^\[(\d+)\] (.+)$", re.MULTILINE)
_ARTICLE: Final = "ng-2015-lorries"
_WIDE, _NARROW = (1200, 800), (360, 720)

PAGES: Final[dict[str, tuple[str, tuple[int, int], Literal["light", "dark"]]]] = {
    "start": ("/", _WIDE, "light"),
    "article": (f"/runs/gold-dev/articles/{{{_ARTICLE}}}", _WIDE, "light"),
    "article-narrow-dark": (f"/runs/gold-dev/articles/{{{_ARTICLE}}}", _NARROW, "dark"),
    "run": ("/runs/gold-dev", _WIDE, "light"),
    "evaluation": (f"/evaluations?run={SHIPPED}&against=first-sentence", _WIDE, "light"),
    "evaluation-article": (
        f"/evaluations/{SHIPPED}/articles/{_ARTICLE}?against=first-sentence",
        _WIDE,
        "light",
    ),
    "labelling": ("/labelling", _WIDE, "light"),
    "label": (f"/labelling/articles/{_ARTICLE}?as=you&suggest={SHIPPED}", _WIDE, "light"),
    "adjudicate": (f"/labelling/adjudicate/{_ARTICLE}?first=annotators/a&second=annotators/b", _WIDE, "light"),
}
"""Name of the image → address, size in CSS pixels, colour scheme; ``{id}`` is the article's number in the store."""


def main(arguments: list[str]) -> int:
    """Take them all, or compare the sources with those that they were taken of."""
    if "--check" in arguments:
        if not MADE_FROM.is_file() or MADE_FROM.read_text(encoding="utf-8").strip() != sources():
            print(f"docs/images are older than the pages; take them again: {COMMAND}")
            return 1
        return 0
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        numbers = _fill_store(folder / "archive.db")
        _fill_runs(folder / "runs")
        with _serving(folder) as address:
            _shoot(address, numbers)
    MADE_FROM.write_text(sources() + "\n", encoding="utf-8")
    return 0


def sources() -> str:
    """Return a digest of what decides how the pages look: templates, style sheets, scripts."""
    web = ROOT / "extractor" / "web"
    files = sorted(path for path in web.rglob("*") if path.suffix in (".jinja", ".css", ".js"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(web).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"sha256:{digest.hexdigest()}"


def _fill_store(path: Path) -> dict[str, int]:
    """Make a store whose run ``gold-dev`` holds the answers of the shipped run; return the articles' numbers."""
    from extractor.archive.keys import replies_digest  # noqa: PLC0415 - --check needs none of this
    from extractor.archive.records import Finished, Offer, Plan  # noqa: PLC0415
    from extractor.archive.store import Store  # noqa: PLC0415
    from extractor.articles.build import article_from_text  # noqa: PLC0415
    from extractor.evaluation.gold import read_gold  # noqa: PLC0415
    from extractor.evaluation.runs import load_run  # noqa: PLC0415
    from extractor.prompts.registry import load  # noqa: PLC0415

    kept = load_run(ROOT / "evals" / "runs" / SHIPPED)
    prompt = load(kept.plan.prompt)
    plan = Plan(
        name="gold-dev",
        prompt=prompt.spec,
        prompt_digest=prompt.digest,
        replies_digest=replies_digest(prompt),
        model=kept.plan.model,
        sources=("evals/gold, half dev",),
    )
    articles = [
        article_from_text(one.text, published=one.label.published, id=one.id, source=f"{one.id}.txt")
        for one in read_gold().part("dev")
    ]
    with Store.open(path, create=True) as store:
        run = store.begin(plan, prompt)
        store.add(run, [Offer(place, article) for place, article in enumerate(articles)])
        store.ingested(run)
        worker = store.join(run)
        tasks = store.claim(run, worker, len(articles))
        rows = {task.article.id: kept.by_article[task.article.id, 0].extraction for task in tasks}
        store.finish([Finished(task, rows[task.article.id]) for task in tasks])
        store.leave(worker)
        return {task.article.id: task.row for task in tasks}


def _fill_runs(folder: Path) -> None:
    """Copy the shipped run, and make one of a model that repeats the first sentence of each passage."""
    import shutil  # noqa: PLC0415

    shutil.copytree(ROOT / "evals" / "runs" / SHIPPED, folder / SHIPPED)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _FirstSentence)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        model = ("--model", "first-sentence", "--base-url", f"http://127.0.0.1:{server.server_port}/v1")
        asked = ("--prompt", "events-lite@v2", "--name", "first-sentence", "--runs", str(folder), "--quiet")
        _extractor("eval", "run", *asked, *model)
    finally:
        server.shutdown()


class _FirstSentence(BaseHTTPRequestHandler):
    """Answers chat completions with the first line of the passage, word for word, as the only event."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number, line = _LINE.findall(asked["messages"][-1]["content"])[0]
        said = json.dumps({"events": [{"what": line[:120], "sentences": [int(number)]}]})
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
        usage = {"prompt_tokens": 500, "completion_tokens": 40, "total_tokens": 540}
        whole = {"id": "1", "object": "chat.completion", "created": 0, "model": "first-sentence", "usage": usage}
        body = json.dumps(whole | {"choices": [choice]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Say nothing."""


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """Run ``extractor serve`` over what was made; yield its address."""
    options = ("--store", "archive.db", "--runs", "runs", "--port", "0", "--i-am-not-tuning")
    model = ("--model", "events", "--base-url", "http://127.0.0.1:9/v1")
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "extractor", "serve", *options, *model],
        cwd=folder,
        env=os.environ | {"EXTRACTOR_SERVE_TOKEN": _TOKEN, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip().partition("/?")[0]
    finally:
        process.terminate()
        process.wait(20)


def _extractor(*arguments: str) -> None:
    command = [sys.executable, "-m", "extractor", *arguments]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})  # noqa: S603 - our own program


def _shoot(address: str, numbers: dict[str, int]) -> None:
    """Open every page as a person signed in would, and keep what the window shows."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - --check does without

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, (path, (width, height), scheme) in PAGES.items():
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            page = context.new_page()
            page.goto(f"{address}/?token={_TOKEN}")
            found = page.goto(address + path.format(**numbers))
            if found is None or found.status != 200:  # noqa: PLR2004 - HTTP
                raise SystemExit(f"{name}: {path} cannot be shown: {page.inner_text('body')[:300]}")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=IMAGES / f"{name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    raise SystemExit(main(sys.argv[1:]))
