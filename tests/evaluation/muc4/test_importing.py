"""MUC-4 keys as labels, on documents and keys invented in their manner."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from extractor.errors import InputError
from extractor.evaluation.gold import read_gold
from extractor.evaluation.labels.checks import check_label
from extractor.evaluation.muc4.importing import ImportNotes, import_split, label_of
from extractor.evaluation.muc4.keys import Document, Template, read_muc4, splits_in
from extractor.evaluation.set_files import write_set

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.scoring.labels import LabelledArticle, LabelledEvent

PUBLISHED = dt.date(1989, 12, 9)
TEXT = """TWO BOMBS EXPLODED YESTERDAY IN THE MARKET OF PUERTO LINDO, IN THE RIO VERDE
DEPARTMENT.  THREE SOLDIERS AND MAYOR ANA QUISPE DIED.  NINE OTHERS WERE
HURT.  A BUS BURNED.

   THE POLICE SAID THAT THE GROUP "NEW DAWN" OR THE RIVER FRONT COULD HAVE DONE
IT.  ON 1 NOVEMBER UNKNOWN MEN HAD KIDNAPPED THE MAYOR'S DRIVER.
"""


def simple(*strings: str, **more: Any) -> dict[str, Any]:
    """A fill that names one thing in several ways."""
    return {"type": "simple_strings", "strings": list(strings), **more}


def clause(left: str, *right: str, **more: Any) -> dict[str, Any]:
    """A fill that says ``left`` of what goes by any name of ``right``."""
    return {"type": "colon_clause", "strings_lhs": [left], "strings_rhs": list(right), **more}


BOMBING: dict[str, Any] = {
    "incident_type": "BOMBING",
    "incident_date": [simple("08 DEC 89")],
    "incident_location": [simple("PERU"), clause("RIO VERDE", "DEPARTMENT"), clause("PUERTO LINDO", "CITY")],
    "incident_stage_of_execution": simple("ACCOMPLISHED"),
    "perp_organization_id": [simple("NEW DAWN"), simple("RIVER FRONT", "THE RIVER FRONT")],
    "perp_organization_confidence": [clause("SUSPECTED OR ACCUSED", "NEW DAWN"), clause("POSSIBLE", "RIVER FRONT")],
    "phys_tgt_id": [simple("BUS")],
    "hum_tgt_name": [simple("ANA QUISPE")],
    "hum_tgt_description": [clause("MAYOR", "ANA QUISPE"), simple("THREE SOLDIERS", "SOLDIERS"), simple("OTHERS")],
    "hum_tgt_type": [
        clause("ACTIVE MILITARY", "THREE SOLDIERS", "SOLDIERS"),
        clause("GOVERNMENT OFFICIAL", "ANA QUISPE"),
    ],
    "hum_tgt_number": [
        clause("3", "THREE SOLDIERS", "SOLDIERS"),
        clause("1", "ANA QUISPE"),
        clause("9", "OTHERS"),
    ],
    "hum_tgt_effect_of_incident": [
        clause("DEATH", "THREE SOLDIERS", "SOLDIERS"),
        clause("DEATH", "ANA QUISPE"),
        clause("INJURY", "OTHERS"),
    ],
}
NOTHING = {"incident_type": "*"}


def label(*templates: dict[str, Any], dateline: str | None = "LIMA, 9 DEC 89 (RADIO SOL)", text: str = TEXT) -> Any:
    """The label of an invented document with this key, and the notes; it is free of errors."""
    notes = ImportNotes()
    document = Document(docid="TST9-MUC4-0001", dateline=dateline, text=text)
    article, found = label_of(document, [Template.model_validate(one) for one in templates], notes)
    flaws = check_label(found, article, "x", today=dt.date(2026, 1, 1))
    assert [str(flaw) for flaw in flaws] == []
    return found, notes


def event(**changes: Any) -> LabelledEvent:
    """The bombing with changed slots (None removes one), as a labelled event."""
    found: LabelledArticle = label({key: value for key, value in {**BOMBING, **changes}.items() if value is not None})[
        0
    ]
    return found.events[0]


def test_a_key_becomes_a_label() -> None:
    """Every slot that the schema knows arrives in its place."""
    found, notes = label(BOMBING)
    one = found.events[0]
    assert (found.id, found.published, found.printed, found.kind) == ("tst9-muc4-0001", PUBLISHED, True, "wire")
    assert (found.country, notes.documents, notes.events, notes.names_dropped) == ("PER", 1, 1, 0)
    assert (one.type, one.status, one.standing, one.optional) == (
        "remote_explosive_landmine_ied",
        "actual",
        "main",
        False,
    )
    assert "suicide_bomb" in one.alt_types
    assert (one.when.words, one.when.start, one.when.end) == ("YESTERDAY", dt.date(1989, 12, 8), dt.date(1989, 12, 8))
    assert (one.where.country, one.where.admin1, one.where.settlement) == ("PER", "RIO VERDE", "PUERTO LINDO")
    assert [(actor.names, actor.optional) for actor in one.initiators] == [
        (("NEW DAWN",), False),
        (("RIVER FRONT", "THE RIVER FRONT"), True),
    ]
    assert [(actor.names, actor.optional) for actor in one.targets] == [
        (("ANA QUISPE", "MAYOR"), False),
        (("THREE SOLDIERS", "SOLDIERS"), False),
        (("OTHERS",), False),
        (("BUS",), True),
    ]
    assert [(row.measure, row.who, row.min, row.max, row.words) for row in one.counts] == [
        ("killed", "civilians", 1, 1, "ANA QUISPE"),
        ("killed", "combatants", 3, 3, "THREE SOLDIERS"),
        ("injured", "civilians", 9, 9, "OTHERS"),
    ]
    assert all("all" in row.alt_who for row in one.counts)
    assert one.evidence == ("THREE SOLDIERS AND MAYOR ANA QUISPE DIED.",)


def test_a_document_without_incident_has_no_event() -> None:
    """The type ``*`` says so."""
    assert label(NOTHING)[0].events == ()


def test_one_incident_twice_is_one_event() -> None:
    """Templates that a label cannot tell apart are one; a second incident is a further event."""
    second = {**BOMBING, "incident_type": "KIDNAPPING", "hum_tgt_effect_of_incident": None}
    found = label(BOMBING, {**BOMBING, "message_template_optional": True}, second)[0]
    assert [(one.type, one.standing) for one in found.events] == [
        ("remote_explosive_landmine_ied", "main"),
        ("abduction_forced_disappearance", "other"),
    ]
    assert {row.measure for row in found.events[1].counts} == {"abducted"}


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"incident_type": "ATTACK"}, "type", "attack"),
        ({"incident_type": "ATTACK / BOMBING"}, "type", "attack"),
        ({"incident_type": "ARSON"}, "type", "looting_property_destruction"),
        ({"incident_type": "ROBBERY"}, "type", "crime"),
        ({"incident_type": "FORCED WORK STOPPAGE"}, "type", "coercive_measure"),
        ({"incident_stage_of_execution": simple("ATTEMPTED")}, "status", "attempted"),
        ({"incident_stage_of_execution": simple("THREATENED", "ACCOMPLISHED")}, "status", "threatened"),
        ({"incident_stage_of_execution": simple("THREATENED", "ACCOMPLISHED")}, "alt_status", ("actual",)),
        ({"incident_stage_of_execution": None}, "status", "actual"),
        ({"message_template_optional": True}, "optional", True),
    ],
)
def test_types_and_stages_are_translated(changes: dict[str, Any], field: str, value: object) -> None:
    """Each of the old values has one in the schema."""
    assert getattr(event(**changes), field) == value


def test_a_composite_type_has_both_and_what_they_cover_for_alternatives() -> None:
    """The first part is the type; nothing stands there twice."""
    found = event(incident_type="ATTACK / BOMBING")
    types = (found.type, *found.alt_types)
    assert {"attack", "remote_explosive_landmine_ied", "suicide_bomb", "armed_clash"} <= set(types)
    assert len(types) == len(set(types))


@pytest.mark.parametrize(
    ("fills", "names"),
    [
        (
            {"perp_individual_id": [simple("UNKNOWN MEN")]},
            [("UNKNOWN MEN", False), ("NEW DAWN", False), ("RIVER FRONT", True)],
        ),
        (
            {"perp_individual_id": [simple("UNKNOWN MEN", optional=True)], "perp_organization_id": None},
            [("UNKNOWN MEN", True)],
        ),
        ({"perp_organization_confidence": [clause("ACQUITTED", "NEW DAWN")]}, [("RIVER FRONT", False)]),
        ({"perp_organization_id": [simple("OLD DUSK", "NEW DAWN")]}, [("NEW DAWN", False)]),
        ({"perp_organization_id": [simple("OLD DUSK")]}, []),
        ({"perp_organization_id": None}, []),
    ],
    ids=["individuals too", "optional", "acquitted", "one name stands there", "no name does", "nobody"],
)
def test_who_did_it(fills: dict[str, Any], names: list[tuple[str, bool]]) -> None:
    """Persons and groups are initiators unless they were cleared; names that the text lacks are left out."""
    assert [(actor.names[0], actor.optional) for actor in event(**fills).initiators] == names


def test_dropped_names_are_counted() -> None:
    """Whoever imports a key is told how much of it the texts do not hold."""
    notes = label({**BOMBING, "perp_organization_id": [simple("OLD DUSK", "NEW DAWN")]})[1]
    assert notes.names_dropped == 1


def test_things_are_targets_where_no_person_is() -> None:
    """A burnt bus is required where nobody was hurt."""
    nobody = dict.fromkeys(key for key in BOMBING if key.startswith("hum_"))
    (bus,) = event(**nobody).targets
    assert (bus.names, bus.optional) == (("BUS",), False)


@pytest.mark.parametrize(
    ("fills", "place"),
    [
        (None, (None, None, None, ())),
        ([simple("PERU")], ("PER", None, None, ())),
        ([simple("PERU"), clause("RIO VERDE", "DEPARTMENT")], ("PER", "RIO VERDE", None, ())),
        (
            [simple("PERU"), clause("PUERTO LINDO", "CITY"), clause("MARKET", "SITE")],
            ("PER", None, "PUERTO LINDO", ("MARKET",)),
        ),
        (
            [simple("PERU"), clause("MARKET", "AREA"), clause("PUERTO LINDO", "TOWN")],
            ("PER", None, "PUERTO LINDO", ("MARKET",)),
        ),
        ([simple("PERU"), clause("PORTO LINDO", "CITY")], ("PER", None, None, ())),
        ([simple("PERU"), simple("PUERTO LINDO")], ("PER", None, "PUERTO LINDO", ())),
        ([simple("PERU"), simple("BOLIVIA")], ("PER", None, None, ())),
    ],
    ids=["none", "country", "region", "site in town", "area before town", "misspelt", "no kind", "two countries"],
)
def test_where_it_happened(fills: list[Any] | None, place: tuple[object, ...]) -> None:
    """The deepest town that the text names is the settlement, what is narrower another name of it."""
    where = event(incident_location=fills).where
    assert (where.country, where.admin1, where.settlement, where.aliases) == place


@pytest.mark.parametrize(
    ("fills", "when", "others"),
    [
        ([simple("01 NOV 89")], ("ON 1 NOVEMBER", "1989-11-01", "1989-11-01"), 0),
        ([simple("03 DEC 89")], (None, "1989-12-03", "1989-12-03"), 0),
        ([simple("- 09 DEC 89")], (None, None, "1989-12-09"), 0),
        ([simple("- 05 DEC 89")], (None, None, "1989-12-05"), 0),
        ([simple("08 DEC 89", "- 09 DEC 89")], ("YESTERDAY", "1989-12-08", "1989-12-08"), 1),
        (None, (None, None, "1989-12-09"), 0),
        ([simple("10 DEC 99")], (None, None, "1989-12-09"), 1),
    ],
    ids=["words elsewhere", "no words", "on or before", "before", "two readings", "no date", "a slip of the key"],
)
def test_when_it_happened(fills: list[Any] | None, when: tuple[str | None, ...], others: int) -> None:
    """Days come with the words of the text that mean them, where there are any."""
    found = event(incident_date=fills)
    said = found.when
    assert (said.words, said.start and said.start.isoformat(), said.end and said.end.isoformat()) == when
    assert len(found.or_when) == others


def test_without_a_dateline_the_days_of_the_key_are_another_reading() -> None:
    """Nobody can work them out from the text, so leaving them open is right."""
    for dateline in (None, "LIMA, NO DATE (RADIO SOL)"):
        found = label(BOMBING, dateline=dateline)[0]
        assert (found.published, found.printed) == (None, False)
        assert found.events[0].when.end is None
        assert [reading.start for reading in found.events[0].or_when] == [dt.date(1989, 12, 8)]


def test_the_dateline_dates_no_incident() -> None:
    """Words of the dateline are not the words of the act."""
    found = event(incident_date=[simple("09 DEC 89")])
    assert (found.when.words, found.when.start) == (None, PUBLISHED)


@pytest.mark.parametrize(
    ("changes", "rows"),
    [
        (
            {"hum_tgt_effect_of_incident": [clause("NO INJURY OR DEATH", "ANA QUISPE")]},
            [("killed", 0, 0, True), ("injured", 0, 0, True)],
        ),
        ({"hum_tgt_effect_of_incident": [clause("REGAINED FREEDOM", "OTHERS")]}, [("released", 9, 9, False)]),
        ({"hum_tgt_effect_of_incident": [clause("RESIGNATION", "ANA QUISPE")]}, []),
        (
            {
                "hum_tgt_effect_of_incident": [
                    {"type": "colon_clause", "strings_lhs": ["DEATH", "NO DEATH"], "strings_rhs": ["ANA QUISPE"]}
                ]
            },
            [("killed", 1, 1, True), ("killed", 0, 0, True)],
        ),
        (
            {
                "hum_tgt_number": [clause("PLURAL", "SOLDIERS")],
                "hum_tgt_effect_of_incident": [clause("DEATH", "SOLDIERS")],
            },
            [("killed", 2, None, False)],
        ),
        ({"hum_tgt_number": None}, []),
        (
            {"hum_tgt_total_number": [simple("9")], "hum_tgt_effect_of_incident": [clause("INJURY", "OTHERS")]},
            [("injured", 9, 9, False), ("injured", 9, 9, True)],
        ),
        (
            {
                "hum_tgt_total_number": [simple("77", "~9", "5-")],
                "hum_tgt_effect_of_incident": [clause("DEATH", "ANA QUISPE")],
            },
            [("killed", 1, 1, False), ("killed", 9, 9, True)],
        ),
    ],
    ids=["unhurt", "freed", "no measure", "alternatives", "plural", "no number", "total", "total not in the text"],
)
def test_what_became_of_whom(changes: dict[str, Any], rows: list[tuple[object, ...]]) -> None:
    """Effects and numbers make rows; what the key leaves open is optional, what it lacks is no row."""
    assert [(row.measure, row.min, row.max, row.optional) for row in event(**changes).counts] == rows


def write_split(folder: Path, docs: object, keys: object, split: str = "tst9") -> Path:
    """Write a split as JSON (text goes out as it is) and return the folder."""
    for kind, content in (("docs", docs), ("keys", keys)):
        if content is not None:
            text = content if isinstance(content, str) else json.dumps(content)
            (folder / f"{split}_{kind}.json").write_text(text)
    return folder


DOCS = {"D-1": {"docid": "D-1", "dateline": "LIMA, 9 DEC 89", "text": TEXT}}


def test_a_split_becomes_a_set_that_is_read_back(tmp_path: Path) -> None:
    """Import, written out, is a labelled set without errors."""
    folder = write_split(tmp_path, DOCS, {"D-1": [BOMBING]})
    articles, notes = import_split(folder, "tst9")
    write_set(tmp_path / "set", articles)
    gold = read_gold(tmp_path / "set")
    assert [article.id for article in gold.articles] == ["d-1"]
    assert gold.articles[0].label == articles[0].label
    assert (notes.documents, notes.events) == (1, 1)
    assert splits_in(folder) == ("tst9",)


@pytest.mark.parametrize(
    ("docs", "keys", "messages"),
    [
        (None, None, ["no MUC-4 split 'tst9'; there is none"]),
        (DOCS, None, ["tst9_keys.json: cannot be read"]),
        ("{", {"D-1": []}, ["tst9_docs.json: is no JSON"]),
        ({"D-1": {"docid": "D-1"}}, {"D-1": [{}]}, ["tst9_docs.json: D-1.text", "tst9_keys.json: D-1.0.incident_type"]),
        ({**DOCS, "D-2": DOCS["D-1"]}, {"D-1": [], "D-3": []}, ["D-2: has no key", "D-3: is a key without a document"]),
        ({f"D-{n}": DOCS["D-1"] for n in range(30)}, {}, ["(30 in all)"]),
        (DOCS, {"D-1": [{"incident_type": "SABOTAGE"}]}, ["there is no incident type 'SABOTAGE'"]),
        ({"D-1": {"docid": "D 1", "text": TEXT}}, {"D-1": []}, ["D-1: id: String should match"]),
        ({"D-1": {"docid": "D-1", "text": " "}}, {"D-1": []}, ["D-1: "]),
    ],
    ids=["nothing", "no keys", "no JSON", "fields", "unpaired", "many", "unknown type", "no id", "empty text"],
)
def test_what_cannot_be_imported_is_named(tmp_path: Path, docs: object, keys: object, messages: list[str]) -> None:
    """Every problem is said with its document or file, all at once."""
    with pytest.raises(InputError) as caught:
        import_split(write_split(tmp_path, docs, keys), "tst9")
    for message in messages:
        assert message in str(caught.value)


def test_the_splits_that_exist_are_named(tmp_path: Path) -> None:
    """A wrong name is answered with the right ones."""
    with pytest.raises(InputError, match="there is tst9"):
        read_muc4(write_split(tmp_path, DOCS, {}), "tst3")
