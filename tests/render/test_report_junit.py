"""JUnit XML as Jenkins and GitLab read it: right counts, one case per article, and no character that XML forbids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import etree

from extractor.errors import ModelError
from extractor.render.report_junit import report_junit
from extractor.scoring.figures import Bounds, Floors
from extractor.scoring.scores import Slot
from tests.dossiers import MADE, alone, compared, failing, poisoned
from tests.evaluation.small_set import TEXTS, answer, nothing
from tests.render.payloads import HTML, TERMINAL

if TYPE_CHECKING:
    from pathlib import Path

# The rules of Jenkins' published schema (junit-10.xsd) for the elements that we write; GitLab reads a subset of them.
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:simpleType name="time"><xs:restriction base="xs:string"><xs:pattern value="(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\\.[0-9]{0,3})?"/></xs:restriction></xs:simpleType>
<xs:complexType name="bad" mixed="true"><xs:attribute name="type" type="xs:string"/><xs:attribute name="message" type="xs:string"/></xs:complexType>
<xs:element name="testsuites"><xs:complexType>
 <xs:sequence><xs:element ref="testsuite" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
 <xs:attribute name="name" type="xs:string"/><xs:attribute name="time" type="time"/><xs:attribute name="tests" type="xs:string"/>
 <xs:attribute name="failures" type="xs:string"/><xs:attribute name="errors" type="xs:string"/><xs:attribute name="skipped" type="xs:string"/>
</xs:complexType></xs:element>
<xs:element name="testsuite"><xs:complexType>
 <xs:sequence><xs:element ref="testcase" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
 <xs:attribute name="name" type="xs:string" use="required"/><xs:attribute name="tests" type="xs:string" use="required"/>
 <xs:attribute name="failures" type="xs:string"/><xs:attribute name="errors" type="xs:string"/><xs:attribute name="skipped" type="xs:string"/>
 <xs:attribute name="time" type="time"/><xs:attribute name="timestamp" type="xs:dateTime"/>
</xs:complexType></xs:element>
<xs:element name="testcase"><xs:complexType>
 <xs:choice minOccurs="0" maxOccurs="1">
  <xs:element name="skipped"><xs:complexType><xs:attribute name="message" type="xs:string"/></xs:complexType></xs:element>
  <xs:element name="error" type="bad"/><xs:element name="failure" type="bad"/><xs:element name="system-out" type="xs:string"/>
 </xs:choice>
 <xs:attribute name="name" type="xs:string" use="required"/><xs:attribute name="classname" type="xs:string"/><xs:attribute name="time" type="time"/>
</xs:complexType></xs:element>
</xs:schema>"""  # noqa: E501 - a schema reads better with one rule in a line

PAYLOADS = [*HTML, *TERMINAL, "\ufffe\uffff", "]]>", "a\x00b", "tab\tand\nline"]


def parsed(text: str) -> etree._Element:
    """Return the document, checked against the schema."""
    root = etree.fromstring(text.encode())
    etree.XMLSchema(etree.fromstring(SCHEMA)).assertValid(root)
    return root


def cases(root: etree._Element, suite: str) -> dict[str, str]:
    """Return what came of each case of a suite, by its name."""
    found = root.findall(f"testsuite[@name='{suite}']/testcase")
    return {case.get("name", ""): case[0].tag for case in found}


def test_every_article_is_a_case_and_a_failed_one_an_error(tmp_path: Path) -> None:
    """The case of a failed article names its failure; the counts are those of the cases."""
    root = parsed(report_junit(compared(tmp_path, failing(ModelError), answer, bounds=Bounds())))
    assert cases(root, "articles") == dict.fromkeys(TEXTS, "system-out") | {"aa-2001-bridge": "error"}
    error = root.find("testsuite[@name='articles']/testcase/error")
    assert error is not None
    assert (error.get("type"), error.text) == ("ModelError", "F1 0.0, A: 85.7")
    counts = {name: root.get(name) for name in ("tests", "errors", "failures", "skipped")}
    assert counts == {"tests": "7", "errors": "1", "failures": "0", "skipped": "1"}


@pytest.mark.parametrize(
    ("new", "old", "least", "result"),
    [(answer, nothing, 2, "system-out"), (nothing, answer, 2, "failure"), (answer, nothing, 20, "skipped")],
)
def test_the_verdict_is_a_case(tmp_path: Path, new: object, old: object, least: int, result: str) -> None:
    """Pass is passed, fail is failed, and too little data is neither."""
    root = parsed(report_junit(compared(tmp_path, new, old, bounds=Bounds(least_articles=least), articles=2)))
    assert cases(root, "gate")["verdict"] == result


def test_guards_and_hard_figures_are_cases(tmp_path: Path) -> None:
    """A bound that is broken fails, one that could not be measured is skipped, and no bound is no failure."""
    floors = Floors(grounding=0.5, conflict_retention=0.5)
    bounds = Bounds(guards=(Slot.TYPE,), floors=floors, least_articles=2)
    kept = cases(parsed(report_junit(compared(tmp_path / "1", bounds=bounds))), "gate")
    assert kept == {
        "verdict": "skipped",
        "guard: type": "system-out",
        "hard figure: grounding rate": "system-out",
        "hard figure: date fabrication rate": "system-out",
        "hard figure: conflict retention": "skipped",
    }
    strict = Bounds(floors=Floors(grounding=1), least_articles=2)
    dossier = compared(tmp_path / "2", bounds=strict)
    broken = dossier.model_copy(
        update={
            "guards": tuple(check.model_copy(update={"held": False}) for check in compared(tmp_path / "3").guards),
            "floors": tuple(check.model_copy(update={"held": False}) for check in dossier.floors),
        }
    )
    found = cases(parsed(report_junit(broken)), "gate")
    assert (found["guard: type"], found["guard: casualties"], found["hard figure: grounding rate"]) == ("failure",) * 3


ALONE = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="extractor eval" tests="3" failures="0" errors="0" skipped="0" time="0.000">
  <testsuite name="articles" tests="3" failures="0" errors="0" skipped="0" time="0.000" timestamp="2026-11-23T09:30:00">
    <testcase classname="extractor.eval.articles" name="aa-2001-bridge" time="0.000">
      <system-out>F1 85.7
missing: targets: 'three pupils' was not found.</system-out>
    </testcase>
    <testcase classname="extractor.eval.articles" name="bb-2002-strike" time="0.000">
      <system-out>F1 100.0</system-out>
    </testcase>
    <testcase classname="extractor.eval.articles" name="cc-2003-chess" time="0.000">
      <system-out>F1 100.0</system-out>
    </testcase>
  </testsuite>
</testsuites>
"""


def test_a_run_alone_has_no_gate(tmp_path: Path) -> None:
    """Nothing was to be decided, so no case says that it was."""
    dossier = alone(tmp_path)
    facts = dossier.candidate.facts.model_copy(update={"ended": MADE})
    at_rest = dossier.model_copy(update={"candidate": dossier.candidate.model_copy(update={"facts": facts})})
    assert report_junit(at_rest) == ALONE
    parsed(ALONE)


def test_any_text_makes_valid_xml(tmp_path: Path) -> None:
    """Control characters are shown as signs, and markup as text, wherever they come from."""
    clean = compared(tmp_path, failing(ModelError), answer, not_tuning=True)
    shape = [element.tag for element in parsed(report_junit(clean)).iter()]
    for payload in PAYLOADS:
        root = parsed(report_junit(poisoned(clean, payload)))
        assert len([element.tag for element in root.iter()]) == len(shape), payload
