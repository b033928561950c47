"""Where the rules put what they find."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from workflows import messages
from workflows.camunda.xml import BPMN, line_of
from workflows.model import Problem

MAX_PROBLEMS = 1_000
"""Of one file and one severity; beyond that nobody reads on. Warnings, however many, hide no error."""


class Report:
    """The problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._counts: Counter[str] = Counter()
        self._by_id: dict[str, dict[str, etree._Element]] = {}

    def add(self, code: str, element: etree._Element | None = None, *, line: int | None = None, **data: object) -> None:
        """`data` fills the sentence; `label` is the element's name unless it is given."""
        severity = messages.severity(code)
        if self._counts[severity] >= MAX_PROBLEMS:
            return
        data.setdefault("label", label_of(element))
        if line is None and element is not None:
            line = line_of(element)
        problem = Problem(
            file=self.file,
            element=id_of(element),
            line=line,
            severity=severity,
            code=code,
            message=messages.message(code, **data),
        )
        if problem not in self.problems[-20:]:
            self.problems.append(problem)
            self._counts[severity] += 1

    def by_id(self, element: etree._Element, kind: str) -> dict[str, etree._Element]:
        """Every element of a kind (`message`, `userTask` …) in the element's file, by id; looked up once."""
        if kind not in self._by_id:
            found = element.getroottree().getroot().iter(BPMN + kind)
            self._by_id[kind] = {item.get("id") or "": item for item in found}
        return self._by_id[kind]

    @property
    def has_errors(self) -> bool:
        return self._counts["error"] > 0


def id_of(element: etree._Element | None) -> str | None:
    """The element's id, or that of the nearest element around it that has one."""
    while element is not None:
        if found := element.get("id"):
            return found
        element = element.getparent()
    return None


def label_of(element: etree._Element | None) -> str:
    """The drawn name of the element or the nearest one around it, shortened; else its id."""
    while element is not None:
        if found := element.get("name") or element.get("id"):
            return " ".join(found.split())[:80]
        element = element.getparent()
    return "quy trình"
