"""Variables that an expression reads and nothing in the diagram sets: most often a slip of the pen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from lxml import etree

from workflows.camunda.tasks import script_template
from workflows.camunda.templates import template
from workflows.camunda.xml import BPMN, CAMUNDA, camunda, extensions, tag_of, text_of
from workflows.errors import ExpressionError, UnknownDefinition
from workflows.lint.document import flow_elements
from workflows.lint.expressions import Point, points_of
from workflows.lint.report import Report
from workflows.variables import EXECUTION

SETTING = (
    "resultVariable",
    "elementVariable",
    "errorCodeVariable",
    "errorMessageVariable",
    "escalationCodeVariable",
    "initiator",
)
"""Attributes that name a variable to be written."""
COUNTERS = ("nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances", "loopCounter")
MIN_LETTERS = 4
"""Shorter names resemble one another by chance."""

Forms = Callable[[str], bytes]
"""A form's JSON by its key; raises UnknownDefinition."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What callers in the same files hand over to a process; `everything`: all they have."""

    names: frozenset[str] = frozenset()
    everything: bool = False


def check_names(process: etree._Element, given: Given, forms: Forms, report: Report) -> None:
    """Warn of every name nothing sets.

    Where answers, messages or workers bring variables that the diagram does not tell, only of a name that is used once
    and looks like another.
    """
    known = _set_by(process, forms) | given.names
    uses = [
        (point, name)
        for element in (process, *flow_elements(process))
        for point, names in _uses(element, report)
        for name in sorted(names)
    ]
    counted = Counter(name for _, name in uses)
    is_open = given.everything or any(_is_open(element, forms) for element in process.iter(BPMN + "*"))
    familiar = known | {name for name, times in counted.items() if times > 1}
    for point, name in uses:
        if name in known:
            continue
        like = _alike(name, familiar - {name})
        if not is_open or (like is not None and counted[name] == 1):
            hint = f" (gần giống “{like}”)" if like is not None else ""
            report.add("name_unset", point.element, where=point.where, name=name[:60], hint=hint)


def given_by_callers(processes: Collection[etree._Element]) -> dict[str, Given]:
    """Process key -> what the call activities of these processes pass to it."""
    found: dict[str, Given] = {}
    for process in processes:
        for call in process.iter(BPMN + "callActivity"):
            key, before = call.get("calledElement") or "", found.get(call.get("calledElement") or "", Given())
            mappings = list(call.iter(CAMUNDA + "in"))
            found[key] = Given(
                names=before.names | {item.get("target") or "" for item in mappings},
                everything=before.everything or any(item.get("variables") == "all" for item in mappings),
            )
    return found


def _uses(element: etree._Element, report: Report) -> Iterator[tuple[Point, frozenset[str]]]:
    """Where the element reads variables, and which: in expressions, in its script, by their bare names."""
    for point in points_of(element, Report(report.file)):
        yield point, _names(point.text)
    if tag_of(element) == "scriptTask":
        yield Point(element, "script", ""), _script_names(element)
    for loop in element.findall(BPMN + "multiInstanceLoopCharacteristics"):
        yield Point(element, "camunda:collection", ""), _bare(camunda(loop, "collection"))
    if tag_of(element) == "callActivity":
        for mapping in extensions(element):
            if mapping.tag == CAMUNDA + "in":
                yield Point(element, "camunda:in", ""), _bare(mapping.get("source"))


def _script_names(element: etree._Element) -> frozenset[str]:
    try:
        found = script_template(element.get("scriptFormat"), text_of(element, "script"))
    except ExpressionError:
        return frozenset()
    return found.names - {EXECUTION} if found is not None else frozenset()


def _bare(text: str | None) -> frozenset[str]:
    """A variable's name; an expression's are found elsewhere."""
    return frozenset(() if text is None or "{" in text or text.startswith("=") else (text,))


def _names(text: str) -> frozenset[str]:
    try:
        found = template(text)
    except ExpressionError:
        return frozenset()
    return found.names - {EXECUTION} if found is not None else frozenset()


def _set_by(process: etree._Element, forms: Forms) -> frozenset[str]:
    """Every name that something drawn writes."""
    names = set(COUNTERS)
    for element in process.iter():
        if not isinstance(element.tag, str):
            continue
        names.update(name for key in SETTING if (name := camunda(element, key)) is not None)
        if element.tag in (CAMUNDA + "inputParameter", CAMUNDA + "outputParameter"):
            names.add(element.get("name") or "")
        elif element.tag == CAMUNDA + "out":
            names.add(element.get("target") or "")
        elif element.tag == CAMUNDA + "formField":
            names.add(element.get("id") or "")
        elif element.tag == BPMN + "inputDataItem":
            names.add(element.get("name") or "")
        elif element.tag == BPMN + "userTask":
            names.update(_form_names(element, forms) or ())
    return frozenset(names)


def _form_names(task: etree._Element, forms: Forms) -> list[str] | None:
    """The fields of a task's Camunda Form; None where there is none, or it cannot be read."""
    reference = camunda(task, "formRef")
    if reference is None:
        return None
    try:
        return list(_keys(orjson.loads(forms(reference))))
    except (UnknownDefinition, orjson.JSONDecodeError):
        return None


def _keys(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        for name in ("key", "path"):
            if isinstance(part.get(name), str) and part[name]:
                yield part[name].partition(".")[0]
        part = part.get("components")
    if isinstance(part, list):
        for inner in part:
            yield from _keys(inner)


def _is_open(element: etree._Element, forms: Forms) -> bool:
    """Whether it brings variables that the diagram does not tell."""
    tag = tag_of(element)
    if tag == "userTask":
        reads_form = camunda(element, "formRef") is not None and _form_names(element, forms) is None
        return camunda(element, "formKey") is not None or reads_form
    if tag == "callActivity":
        return any(item.get("variables") == "all" for item in element.iter(CAMUNDA + "out"))
    if tag in ("messageEventDefinition", "signalEventDefinition"):
        around = element.getparent()
        return around is not None and tag_of(around) not in ("endEvent", "intermediateThrowEvent")
    return tag == "receiveTask" or camunda(element, "type") == "external"


def _alike(name: str, others: Collection[str]) -> str | None:
    """The first name, by the alphabet, that two slips of the pen may turn into this one; of short names, one slip."""
    if len(name) < MIN_LETTERS:
        return None
    slips = 1 if len(name) < 2 * MIN_LETTERS else 2
    return next((other for other in sorted(others) if len(other) >= MIN_LETTERS and _near(name, other, slips)), None)


def _near(left: str, right: str, slips: int) -> bool:
    """Whether as many letters added, dropped, changed or swapped at most make one of the other."""
    if abs(len(left) - len(right)) > slips or len(left) > 80 or left.rstrip("s") == right.rstrip("s"):
        return False  # a list and its item are no slip
    before: list[int] = []
    row = list(range(len(right) + 1))
    for place, letter in enumerate(left, 1):
        older, before, row = before, row, [place]
        for other_place, other in enumerate(right, 1):
            cost = min(before[other_place] + 1, row[-1] + 1, before[other_place - 1] + (letter != other))
            if older and other_place > 1 and letter == right[other_place - 2] and left[place - 2] == other:
                cost = min(cost, older[other_place - 2] + 1)
            row.append(cost)
    return row[-1] <= slips
