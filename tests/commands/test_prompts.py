"""The command line of prompts: what it prints, where, and how it ends."""

from __future__ import annotations

import contextlib
import io
import json
from typing import TYPE_CHECKING

import pytest

from extractor import cli
from extractor.prompts.publish import publish
from tests.prompt_folders import MANIFEST, USER
from tests.stub_server import StubServer, says, serving, status

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from pathlib import Path

    from tests.stub_server import Request

    Run = Callable[..., tuple[int, str, str]]
    Prompts = Callable[..., Path]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `extractor prompts …` and return exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        code = cli._run(cli.app, ["prompts", *map(str, arguments)])
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """Write an article, with an escape sequence in it, and return its path."""
    path = tmp_path / "article.txt"
    path.write_text(
        "Bridge falls in Arvik\n\nA bridge fell in Arvik on Monday.\n\n"
        "Nobody was hurt, the \x1b[31mmayor said, and <b>no</b> {{ 7*7 }} was found.\n"
    )
    return path


def test_list_tells_states_apart(run: Run, prompts: Prompts) -> None:
    """Production, published, draft and unusable versions are told apart, with why they exist."""
    for version in ("v1", "v2", "v3", "v4"):
        root = prompts(f"events@{version}")
    publish("events@v1", root)
    publish("events@v2", root)
    publish("events@v4", root)
    with (root / "lock.toml").open("a") as lock:
        lock.write('\n[production]\nevents = "v1"\n')
    (root / "events" / "v4" / "system.jinja").write_text("Edited.")
    code, out, err = run("list", "--prompts-dir", root)
    assert (code, err) == (0, "")
    rows = [line.split(maxsplit=4) for line in out.splitlines()]
    assert [row[:2] for row in rows[1:]] == [
        ["events@v1", "production"],
        ["events@v2", "published"],
        ["events@v3", "draft"],
        ["events@v4", "unusable"],
    ]
    assert rows[1][2:] == ["events.v1", "all", "Made for a test of the prompts package"]
    assert "system.jinja (changed)" in out


def test_show_prints_a_version_whole(run: Run, prompts: Prompts) -> None:
    """Show prints digest, steps and every file; the note that it is a draft goes to standard error."""
    code, out, err = run("show", "events@v1", "--prompts-dir", prompts())
    assert code == 0
    assert out.startswith("events@v1  draft  sha256:")
    assert "step   all: per article, replies events.v1; temperature 0.0, max_tokens 900, seed 7" in out
    assert f"=== prompt.toml\n{MANIFEST}" in out
    assert err == "note: events@v1 is a draft; its wording may change under this name\n"


def test_show_prints_one_file_as_it_is(run: Run, prompts: Prompts) -> None:
    """With --file only that file is printed; an unknown one is an error that lists the files."""
    root = prompts()
    assert run("show", "events@v1", "--file", "all.jinja", "--prompts-dir", root)[:2] == (0, USER)
    code, out, err = run("show", "events@v1", "--file", "../lock.toml", "--prompts-dir", root)
    assert (code, out) == (2, "")
    assert "all.jinja" in err


def test_render_prints_what_is_sent(run: Run, prompts: Prompts, article: Path) -> None:
    """Render prints every message of a published version to standard output and an estimate to standard error."""
    root = prompts()
    publish("events@v1", root)
    code, out, err = run("render", article, "--prompt", "events@v1", "--prompts-dir", root)
    assert code == 0
    assert [line for line in out.splitlines() if line.startswith("---")] == [
        "--- system ---",
        "--- user ---",
        "--- assistant ---",
        "--- user ---",
    ]
    assert (
        "[2] A bridge fell in Arvik on Monday.\n[3] Nobody was hurt, the [31mmayor said, and <b>no</b> {{ 7*7 }}" in out
    )
    assert err.startswith("events@v1, step all: about ")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_no_control_characters(article: Path, prompts: Prompts) -> None:
    """On a terminal escape sequences of an article are made visible, line by line; a pipe gets what is sent."""
    root = prompts(all_jinja="{{ nonce }}\n{{ article.numbered }}\n{{ nonce }}", system_jinja="Rules \x1b]0;title\x07.")
    screen = _Terminal()
    with contextlib.redirect_stdout(screen):
        cli._run(cli.app, ["prompts", "render", str(article), "--prompt", "events@v1", "--prompts-dir", str(root)])
    assert "\x1b" not in screen.getvalue()
    assert "\x07" not in screen.getvalue()
    assert "\n[2] A bridge fell in Arvik on Monday.\n[3] Nobody" in screen.getvalue()


def test_render_as_json_is_the_list_of_messages(run: Run, prompts: Prompts, article: Path) -> None:
    """With --json the output is the JSON list that goes into the request, and nothing else."""
    code, out, _ = run("render", article, "--prompt", "events@v1", "--json", "--prompts-dir", prompts())
    assert code == 0
    assert [message["role"] for message in json.loads(out)] == ["system", "user", "assistant", "user"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--step", "fill"], "no step 'fill'"),
        (["--sentences", "99"], "has no text in sentences 99"),
        (["--sentences", "3-2"], "has no text in sentences 3-2"),
        (["--sentences", "all"], "is no number and no range"),
        (["--sentences", "-2"], "is no number and no range"),
        (["--event", "{"], "--event is no JSON"),
        (["--event", "[]"], "--event is no JSON object"),
        (["--prompt", "../events"], "no prompt name"),
        (["--prompt", "evnts@v1"], "Did you mean 'events'?"),
    ],
)
def test_render_explains_what_is_wrong(
    options: list[str],
    said: str,
    run: Run,
    prompts: Prompts,
    article: Path,
) -> None:
    """A wrong option is one line that says what happened, and nothing is printed as data."""
    code, out, err = run("render", article, "--prompt", "events@v1", "--prompts-dir", prompts(), *options)
    assert (code, out) == (2, "")
    assert said in err


def test_render_asks_about_a_sentence(run: Run, prompts: Prompts, article: Path) -> None:
    """A step per sentence is worded for the sentence that is named, and says so where none is."""
    manifest = MANIFEST.replace('name = "all"\n', 'name = "all"\nper = "sentence"\n')
    manifest = manifest.replace('[[steps.messages]]\nexamples = "all-examples.toml"\n', "")
    root = prompts(prompt_toml=manifest, all_jinja="{{ nonce }}\n{{ sentence }}\n{{ nonce }}")
    named = ["render", article, "--prompt", "events@v1", "--prompts-dir", root]
    assert "\n[2] A bridge fell in Arvik on Monday.\n" in run(*named, "--sentences", "2")[1]
    assert run(*named)[0] == 2


def test_render_asks_about_a_window(run: Run, prompts: Prompts, article: Path) -> None:
    """A step per window is worded for the range of sentences that is named."""
    manifest = MANIFEST.replace('name = "all"\n', 'name = "all"\nper = "window"\n')
    manifest = manifest.replace('[[steps.messages]]\nexamples = "all-examples.toml"\n', "")
    template = "{{ nonce }}\n{% for line in window %}{{ line.number }} {% endfor %}.\n{{ nonce }}"
    root = prompts(prompt_toml=manifest, all_jinja=template)
    out = run("render", article, "--prompt", "events@v1", "--prompts-dir", root, "--sentences", "2-9")[1]
    assert "\n2 3 .\n" in out


@pytest.mark.parametrize(("content", "said"), [(None, "article.txt"), (b"", "article.txt")])
def test_render_needs_an_article(
    content: bytes | None,
    said: str,
    run: Run,
    prompts: Prompts,
    tmp_path: Path,
) -> None:
    """A missing or empty input ends with 4 and is named."""
    path = tmp_path / "article.txt"
    if content is not None:
        path.write_bytes(content)
    code, out, err = run("render", path, "--prompt", "events@v1", "--prompts-dir", prompts())
    assert (code, out) == (4, "")
    assert said in err


def test_a_version_goes_from_copy_to_publication(run: Run, prompts: Prompts) -> None:
    """New, check and lock work one after the other, and a later change is found with exit code 2."""
    root = prompts()
    where = ["--prompts-dir", root]
    why = "Names the mayor in every reply"
    code, out, err = run("new", "events", "--from", "events@v1", "--why", why, *where)
    assert (code, out) == (0, f"{root / 'events' / 'v2'}\n")
    assert "draft" in err
    assert run("check", *where)[:2] == (0, "good: events@v1, events@v2\n")
    assert run("check", "events@v2", *where)[:2] == (0, "good: events@v2\n")
    code, out, _ = run("lock", "events@v2", *where)
    assert code == 0
    assert out.startswith("events@v2 is published: sha256:")
    assert run("lock", "events@v2", *where)[0] == 2
    (root / "events" / "v2" / "system.jinja").write_text("Edited.")
    code, out, err = run("check", *where)
    assert code == 2
    assert out == "events@v2: system.jinja: changed since it was published\n"
    assert "1 problem(s) in events@v2" in err
    assert run("show", "events@v2", *where)[0] == 2


def test_the_folder_can_come_from_the_settings(
    run: Run,
    prompts: Prompts,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """EXTRACTOR_PROMPTS_DIR names the folder for all commands; without it the shipped prompts are meant."""
    root = prompts("mine@v1")
    assert "mine@v1" not in run("list")[1]
    monkeypatch.setenv("EXTRACTOR_PROMPTS_DIR", str(root))
    assert "mine@v1" in run("list")[1]


def test_diff_shows_text(run: Run, prompts: Prompts) -> None:
    """Without --on, diff prints the unified difference of two versions, and nothing for equal ones."""
    prompts("events@v1")
    root = prompts("events@v2", system_jinja="Other rules.\n")
    code, out, _ = run("diff", "events@v1", "events@v2", "--prompts-dir", root)
    assert code == 0
    assert out.startswith("--- events@v1/system.jinja\n+++ events@v2/system.jinja\n")
    assert run("diff", "events@v1", "events@v1", "--prompts-dir", root)[1] == ""


EVENT = {
    "sentences": [2],
    "type": "disaster_accident",
    "status": "actual",
    "standing": "main",
    "when": "on Monday",
    "place": "Arvik",
    "country": None,
    "actors": [],
    "counts": [],
    "speakers": [],
    "summary": "A bridge fell in Arvik.",
}


async def _by_rules(request: Request, writer: asyncio.StreamWriter) -> None:
    """Report an event under the first rules, and its denial under the others."""
    event = EVENT | ({"status": "denied"} if "Other rules" in request.body.decode() else {})
    await says(json.dumps({"published": None, "events": [event]}))(request, writer)


def test_diff_shows_the_effect_on_articles(run: Run, prompts: Prompts, article: Path) -> None:
    """With --on both versions are asked about every article, and the events that changed follow the text."""
    prompts("events@v1")
    root = prompts("events@v2", system_jinja="Other rules.\n")
    versions = ["events@v1", "events@v2", "--prompts-dir", root]
    with serving(StubServer(_by_rules)) as stub:
        code, out, err = run("diff", *versions, "--on", article.parent, "--model", "m", "--base-url", stub.base_url)
    assert code == 0, err
    assert len(stub.requests) == 2
    shown = out[out.index("events in") :].splitlines()
    assert shown[0] == "events in 1 articles: 0 added, 0 removed, 1 changed, 0 only reworded, 0 unchanged"
    assert shown[2:] == ["  ~ disaster_accident [2] A bridge fell in Arvik.", "      status: actual → denied"]
    assert "events@v2" in err


def test_diff_on_a_refusing_provider_ends_with_6(run: Run, prompts: Prompts, article: Path) -> None:
    """A wrong key ends the comparison with exit code 6, after the text was shown and without a second request."""
    root = prompts()
    versions = ["events@v1", "events@v1", "--prompts-dir", root]
    with serving(StubServer(status(401, "no such key"))) as stub:
        code, out, _ = run("diff", *versions, "--on", article, "--model", "m", "--base-url", stub.base_url)
    assert (code, out) == (6, "")
    assert len(stub.requests) == 1


def test_diff_needs_articles(run: Run, prompts: Prompts, tmp_path: Path) -> None:
    """Where --on names no article nothing is asked, and the exit code is 4."""
    empty = tmp_path / "empty"
    empty.mkdir()
    code, _, err = run("diff", "events@v1", "events@v1", "--prompts-dir", prompts(), "--on", empty, "--model", "m")
    assert code == 4
    assert "holds no article" in err
