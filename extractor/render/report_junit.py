"""A report as JUnit XML, for the test views of Jenkins, GitLab, GitHub and others.

Two suites. ``gate`` holds the verdict, each guard and each hard figure as test cases; it exists where two runs are
compared. Where nothing is decided (too little data, or nothing to measure what is demanded on) the case counts as
skipped, which is neither pass nor fail. ``articles`` holds one case per article; a failed extraction is an error.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from extractor.render import report_words as words
from extractor.render.terminal import clean_for_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.evaluation.dossier import ArticleEntry, Dossier, Told

_NOT_XML = re.compile("[\ufffe\uffff]")
"""Code points that XML 1.0 has no place for and that the terminal doesn't mind."""


def report_junit(dossier: Dossier) -> str:
    """Return the report as one XML document."""
    root = ET.Element("testsuites", name="extractor eval")
    if dossier.verdict is not None:
        _suite(root, "gate", dossier, list(_gate(dossier)))
    _suite(root, "articles", dossier, [_article(article) for article in dossier.articles])
    for kind in ("tests", "failures", "errors", "skipped"):
        root.set(kind, str(sum(int(suite.get(kind, "0")) for suite in root)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in root):.3f}")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, name: str, dossier: Dossier, cases: list[ET.Element]) -> None:
    ended = dossier.candidate.facts.ended or dossier.made
    suite = ET.SubElement(root, "testsuite", name=name, tests=str(len(cases)))
    for attribute, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(element) is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
    suite.set("timestamp", f"{ended:%Y-%m-%dT%H:%M:%S}")
    suite.extend(cases)


def _case(suite: str, name: str, seconds: float = 0.0) -> ET.Element:
    return ET.Element("testcase", classname=f"extractor.eval.{suite}", name=_clean(name), time=f"{seconds:.3f}")


def _gate(dossier: Dossier) -> Iterator[ET.Element]:
    verdict = dossier.verdict
    assert verdict is not None
    case = _case("gate", "verdict")
    elements = {"fail": "failure", "too_little_data": "skipped"}
    reasons = " ".join(verdict.reasons)
    _say(case, elements.get(verdict.result), words.RESULTS[verdict.result], words.verdict_sentence(dossier), reasons)
    yield case
    for guard in dossier.guards:
        case = _case("gate", f"guard: {guard.slot}")
        difference = f"{words.points(guard.difference.value, '+')} points ({words.span(guard.difference, '+')})"
        message = f"F1 of {guard.slot}: {difference}, p = {guard.p:.4f} (Holm)"
        _say(case, None if guard.held else "failure", "guard", message)
        yield case
    for row in words.hard_rows(dossier):
        case = _case("gate", f"hard figure: {row.name}")
        old = "" if row.old is None else f"; A: {words.share(row.old)}"
        held = row.check.held if row.check else True
        message = f"B: {words.share(row.new)}{old}; {row.bound}"
        _say(case, {True: None, False: "failure", None: "skipped"}[held], "hard figure", message)
        yield case


def _article(article: ArticleEntry) -> ET.Element:
    case = _case("articles", article.id, article.candidate.seconds)
    figures = f"F1 {words.points(article.candidate.total.f1)}"
    if article.baseline:
        figures += f", A: {words.points(article.baseline.total.f1)}"
    failures = article.candidate.failures
    if failures:
        message = "extraction failed, which counts as predicting nothing: " + ", ".join(
            f"{kind} ({times} times)" if times > 1 else kind for kind, times in failures.items()
        )
        _say(case, "error", next(iter(failures)), message, figures)
    else:
        lines = [f"{words.FINDINGS[told.finding.kind]}: {told.finding.reason}" for told in _findings(article)]
        ET.SubElement(case, "system-out").text = "\n".join(map(_clean, [figures, *lines]))
    return case


def _findings(article: ArticleEntry) -> tuple[Told, ...]:
    return article.candidate.findings or ()


def _say(case: ET.Element, element: str | None, kind: str, message: str, more: str = "") -> None:
    """Add what came of a case: an element with the message, or its output where nothing is wrong."""
    if element is None:
        ET.SubElement(case, "system-out").text = _clean(f"{message} {more}".strip())
        return
    result = ET.SubElement(case, element, message=_clean(message))
    if element != "skipped":  # which has no type and no text in the schema of Jenkins
        result.set("type", _clean(kind))
        result.text = _clean(more)


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", clean_for_terminal(text))
