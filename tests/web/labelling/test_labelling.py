"""The label pages over HTTP, without script: what a form sends becomes a label that reads back, or a clear answer."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("fastapi", reason="the extra [serve] is not installed")

from starlette.testclient import TestClient

from extractor.evaluation.gold import examine
from extractor.evaluation.labels.saving import NO_FILE
from extractor.evaluation.labels.toml import to_toml
from extractor.scoring.labels import LabelledArticle
from tests.evaluation import gold_folder
from tests.evaluation.labels.test_toml import WHOLE
from tests.render.payloads import HTML
from tests.web.labelling.pages import form_of, make_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from httpx2 import Response

FERRY, CHESS = "dk-2011-ferry", "dk-2012-chess"
ADDRESS = f"/labelling/articles/{FERRY}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A labelled set without a flaw."""
    return gold_folder.write(tmp_path / "set")


@pytest.fixture
def client(folder: Path) -> TestClient:
    """Its label pages, opened by somebody who writes no prompts."""
    return TestClient(make_app(folder), follow_redirects=False)


def send(client: TestClient, address: str, form: dict[str, str], do: str = "save", **changes: str) -> Response:
    """Press a button of the form after some fields were changed."""
    return client.post(address, data={**form, **{k.replace("__", "."): v for k, v in changes.items()}, "_do": do})


def test_a_label_that_is_saved_unchanged_keeps_its_meaning(client: TestClient, folder: Path) -> None:
    """Opening and saving every label of the set writes the same labels, in the canonical layout."""
    for file in sorted((folder / "labels").glob("*.toml")):
        before = LabelledArticle.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        address = f"/labelling/articles/{file.stem}"
        answer = send(client, address, form_of(client.get(address).text))
        assert answer.status_code == 303
        assert file.read_text(encoding="utf-8") == to_toml(before)
    assert examine(folder)[1] == []


def test_every_field_of_a_label_survives_the_form(tmp_path: Path) -> None:
    """A label that uses everything the format knows comes back from the form as it was, alternatives in their order."""
    whole = LabelledArticle.model_validate(tomllib.loads(WHOLE))
    folder = gold_folder.write(
        tmp_path / "set", {f"articles/{whole.id}.txt": "Nothing of it.\n", f"labels/{whole.id}.toml": WHOLE}
    )
    client = TestClient(make_app(folder))
    from extractor.web.labelling.drafts import read_form, tidied, values_of  # noqa: PLC0415 - after the skip

    form = form_of(client.get(f"/labelling/articles/{whole.id}").text)
    values, _ = values_of(tidied(read_form(form.items())), whole.id)
    assert LabelledArticle.model_validate(values) == whole


def test_an_article_is_labelled_from_nothing_without_script(client: TestClient, folder: Path) -> None:
    """Buttons alone: an event, its sentence by number, a count; then the file is a valid label of the annotator."""
    address = f"{ADDRESS}?as=maria"
    form = form_of(client.get(address).text)
    assert form["_version"] == NO_FILE
    form = form_of(send(client, address, form, "add events").text)
    form |= {"kind": "wire", "events[0].type": "disaster_accident", "events[0].sentences": "1-2"}
    form = form_of(send(client, address, form, "quote").text)
    assert form["events[0].evidence[0]"].endswith("A ferry sank off Sollund on Sunday.")
    assert form["events[0].evidence[1]"] == "At least 17 passengers drowned, the harbour master said."
    form = form_of(send(client, address, form, "add events[0].counts").text)
    form |= {
        "events[0].counts[0].words": "At least 17 passengers",
        "events[0].counts[0].min": "17",
        "events[0].when.words": "on Sunday",
        "events[0].when.start": "2011-03-06",
        "events[0].when.end": "2011-03-06",
        "events[0].targets[0].names": "passengers\r\n17 passengers",
    }
    assert send(client, address, form).status_code == 303
    found, flaws = examine(folder, labels="annotators/maria", partial=True)
    assert flaws == []
    (event,) = found[0].label.events
    assert event.counts[0].min == 17
    assert event.targets[0].names == ("passengers", "17 passengers")


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"events[0].type": "explosion"}, "events[0].type", "no such value"),
        ({"events[0].when.words": "on Tuesday"}, "events[0].when.words", "does not stand in the text"),
        ({"events[0].when.start": "2011-3-6"}, "events[0].when.start", "wrong"),
        ({"events[0].counts[0].min": "many"}, "events[0].counts[0].min", "wrong"),
        ({"events[1].targets[0].names": "Baltic Lines\nthe moon"}, "events[1].targets[0].names", "does not stand"),
        ({"events[0].evidence[0]": ""}, "events[0].evidence", "at least 1"),
        ({"events[0].sentences": "99"}, "events[0].sentences", "names no sentence"),
        ({"kind": ""}, "kind", "is none of"),
        ({"traps": "denial, denial"}, "traps", "stands there twice"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: TestClient, folder: Path, changes: dict[str, str], field: str, said: str
) -> None:
    """Nothing is written, the field is marked and described, and all that was typed is still there."""
    before = (folder / "labels" / f"{FERRY}.toml").read_bytes()
    form = form_of(client.get(ADDRESS).text) | changes | {"note": "typed by hand"}
    answer = client.post(ADDRESS, data={**form, "_do": "save"})
    assert answer.status_code == 422
    assert f'id="{field}-e1"' in answer.text
    assert said in answer.text
    after = form_of(answer.text)
    assert after["note"] == "typed by hand"
    for name, value in changes.items():
        assert value == "" or after[name] == value
    assert (folder / "labels" / f"{FERRY}.toml").read_bytes() == before


def test_of_two_savers_the_second_is_told_and_loses_nothing(client: TestClient, folder: Path) -> None:
    """409, what the other wrote, all that was typed; saving again, now knowingly, writes it."""
    mine, theirs = (form_of(client.get(ADDRESS).text) for _ in range(2))
    assert send(client, ADDRESS, theirs, note="theirs").status_code == 303
    answer = send(client, ADDRESS, mine, note="mine")
    assert answer.status_code == 409
    assert "Somebody else saved this label first" in answer.text
    assert "-note = &#34;theirs&#34;" in answer.text
    assert form_of(answer.text)["note"] == "mine"
    file = folder / "labels" / f"{FERRY}.toml"
    assert 'note = "theirs"' in file.read_text(encoding="utf-8")
    assert send(client, ADDRESS, form_of(answer.text)).status_code == 303
    assert 'note = "mine"' in file.read_text(encoding="utf-8")


def test_rows_come_go_and_change_places(client: TestClient) -> None:
    """The buttons of rows do what they say, and leave the rest as it was."""
    form = form_of(client.get(ADDRESS).text)
    moved = form_of(send(client, ADDRESS, form, "up events[1]").text)
    assert [moved[f"events[{n}].type"] for n in range(2)] == ["accusation", "disaster_accident"]
    fewer = form_of(send(client, ADDRESS, form, "remove events[0].counts[0]").text)
    assert fewer["events[0].counts[0].measure"] == "missing"
    assert "events[0].counts[1].measure" not in fewer
    more = form_of(send(client, ADDRESS, form, "add events[0].or_when").text)
    assert more["events[0].or_when[0].keep"] == "on"
    gone = form_of(send(client, ADDRESS, form, "remove events[0]").text)
    assert gone["events[0].type"] == "accusation"
    assert "events[1].type" not in gone


@pytest.mark.parametrize(
    "body",
    [
        b"_do=explode",
        b"events=1",
        b"events[0]=x",
        b"events[0].colour=red",
        b"a b=c",
        b"%ff=%ff",
        b"x" * 2_100_000,
        b"_do=remove+events[9]",
    ],
)
def test_a_form_that_is_none_changes_nothing(client: TestClient, folder: Path, body: bytes) -> None:
    """Unknown fields and buttons, bytes that are no text, and a body over the limit get a page that says so."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    answer = client.post(ADDRESS, content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("address", [f"/labelling/articles/{CHESS}", f"/labelling/articles/{CHESS}/file"])
def test_the_half_test_stays_closed_to_who_may_write_prompts(folder: Path, address: str) -> None:
    """Its articles are listed by name and not opened, read or written, unless the server was told."""
    closed = TestClient(make_app(folder, not_tuning=False))
    assert closed.get(address).status_code == 403
    assert "--i-am-not-tuning" in closed.get(address).text
    assert "chess cup" not in closed.get(address).text
    assert f"articles/{CHESS}" not in closed.get("/labelling").text
    assert TestClient(make_app(folder)).get(address).status_code == 200


@pytest.mark.parametrize("name", ["nope", "..%2f..%2fetc", "*", "dk-2011-ferr?", "%00"])
def test_a_name_that_is_no_article_leads_nowhere(client: TestClient, name: str) -> None:
    """Only articles of the set can be opened."""
    assert client.get(f"/labelling/articles/{name}").status_code == 404


def two_annotators(folder: Path) -> None:
    """Let a and b label the ferry, b otherwise and without the second event."""
    text = (folder / "labels" / f"{FERRY}.toml").read_text(encoding="utf-8")
    first, _, _ = text.rpartition("\n[[events]]")
    for name, label in (("a", text), ("b", first.replace('"off Sollund", c', '"Sollund", c'))):
        (folder / "annotators" / name).mkdir(parents=True)
        (folder / "annotators" / name / f"{FERRY}.toml").write_text(label, encoding="utf-8")


def test_two_labels_are_compared_and_one_is_made_of_them(client: TestClient, folder: Path) -> None:
    """What is chosen opens as the gold label, unsaved; saving it writes just that."""
    two_annotators(folder)
    listed = client.get("/labelling").text
    assert "Agreement of a and b" in listed
    address = f"/labelling/adjudicate/{FERRY}?first=a&second=b"
    page = client.get(address).text
    assert page.count('class="differs"') == 2
    assert "only a" in page
    undecided = client.post(address, data={"choice[0]": "second"})
    assert undecided.status_code == 422
    opened = client.post(address, data={"choice[0]": "second", "choice[1]": "neither"})
    form = form_of(opened.text)
    assert form["events[0].where.words"] == "Sollund"
    assert send(client, ADDRESS, form).status_code == 303
    saved = tomllib.loads((folder / "labels" / f"{FERRY}.toml").read_text(encoding="utf-8"))
    assert [event["where"]["words"] for event in saved["events"]] == ["Sollund"]


def test_an_annotators_page_shows_nobody_elses_label(client: TestClient, folder: Path) -> None:
    """Blind means blind: neither the form nor the list offers another's reading."""
    two_annotators(folder)
    page = client.get(f"{ADDRESS}?as=maria").text
    assert "harbour master" in page
    assert 'disaster_accident" selected' not in page
    assert "adjudicate" not in client.get("/labelling?as=maria").text


def test_the_list_leads_to_what_a_run_said(client: TestClient, folder: Path, suggest: Callable[[Path], None]) -> None:
    """An article taken over from a run has a link to its review until its label is saved; without any, no column."""
    assert "From a run" not in client.get("/labelling").text
    suggest(folder)
    link = 'href="/labelling/articles/dk-2011-ferry?suggest=archive&amp;as=maria"'
    assert link in client.get("/labelling?as=maria").text
    listed = client.get("/labelling").text
    assert "suggest=archive" not in listed
    assert "<td>reviewed</td>" in listed


def test_suggestions_wait_for_a_verdict(client: TestClient, folder: Path, suggest: Callable[[Path], None]) -> None:
    """A model's events fill the form; each is accepted or rejected before anything is saved, rejected ones are not."""
    suggest(folder)
    address = f"{ADDRESS}?as=maria&suggest=archive"
    form = form_of(client.get(address).text)
    assert form["events[0].suggested"] == "on"
    form["kind"] = "wire"
    answer = send(client, address, form)
    assert answer.status_code == 422
    assert "accept it, corrected or not, or reject it" in answer.text
    form |= {"events[0].verdict": "accept", "events[1].verdict": "reject"}
    assert send(client, address, form).status_code == 303
    saved = tomllib.loads((folder / "annotators" / "maria" / f"{FERRY}.toml").read_text(encoding="utf-8"))
    assert [event["type"] for event in saved["events"]] == ["disaster_accident"]


def test_a_file_carries_its_version(client: TestClient) -> None:
    """The label's file can be fetched, with the version that a save names."""
    answer = client.get(f"{ADDRESS}/file")
    assert answer.headers["etag"].strip('"') == form_of(client.get(ADDRESS).text)["_version"]
    assert answer.text.lstrip().startswith("id = ")
    assert client.get(f"{ADDRESS}/file?as=maria").status_code == 404


def test_payloads_in_every_field_stay_text(client: TestClient) -> None:
    """What is typed comes back as text: the page has its one script, no handler, and a policy that allows no other."""
    for payload in HTML:
        form = dict.fromkeys(form_of(client.get(ADDRESS).text), payload) | {"_version": "none"}
        form = {
            name: value for name, value in form.items() if not name.endswith((".suggested", ".verdict", "sentences"))
        }
        answer = client.post(ADDRESS, data={**form, "_do": "check"})
        assert answer.status_code == 200
        assert answer.text.count("<script") == 2
        assert "<img" not in answer.text.lower()
        assert "<svg" not in answer.text.lower()
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert form_of(answer.text)["note"].strip() == payload.replace("\r", "\n").strip()
