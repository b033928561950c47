"""Every point of a diagram where something is worked out: does it parse, and can it mean anything there?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from workflows import instants, retries
from workflows.camunda.events import TIMERS
from workflows.camunda.tasks import script_template
from workflows.camunda.templates import Template, template
from workflows.camunda.xml import BPMN, CAMUNDA, camunda, children, extensions, tag_of, text_of
from workflows.errors import ExpressionError, WorkflowError
from workflows.feel.functions import BUILTINS
from workflows.lint.document import flow_elements
from workflows.lint.report import Report
from workflows.specs.multi_instance import MAX_INSTANCES
from workflows.variables import EXECUTION, FACTS, whole

_DEFINES_FUNCTIONS = re.compile(r"\bfunction\s*\(")
_FACT = re.compile(r"\bexecution\s*\.\s*(\w+)")
OURS = frozenset(("workdays", "deadline", "now", "today"))
Kind = Literal["any", "condition", "due", "date", "duration", "cycle", "count", "version", "priority", "retries"]

ATTRIBUTES: dict[str, Kind] = {
    "assignee": "any",
    "candidateGroups": "any",
    "candidateUsers": "any",
    "dueDate": "due",
    "followUpDate": "due",
    "priority": "priority",
    "formKey": "any",
    "formRef": "any",
    "formRefVersion": "version",
    "topic": "any",
    "decisionRef": "any",
    "decisionRefVersion": "version",
    "calledElementVersion": "version",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One text that is worked out. `where` names it for a person."""

    element: etree._Element
    where: str
    text: str
    kind: Kind = "any"


_WORKED_OUT = frozenset(("conditionExpression", "condition", "completionCondition", "loopCardinality", "loopCondition"))


def check_expressions(process: etree._Element, report: Report) -> None:
    """Every evaluation point of a process."""
    for element in (process, *flow_elements(process)):
        for point in points_of(element, report):
            if (found := _parsed(point, report)) is not None:
                _check_value(point, found, report)
            elif point.kind == "condition" and not point.text:
                report.add("condition_literal", element, where=point.where, text="")
        _check_languages(element, report)
        _check_script(element, report)


def points_of(element: etree._Element, report: Report) -> Iterator[Point]:
    """The texts of one element, its event definition, loop and extensions."""
    for name, kind in ATTRIBUTES.items():
        holders = (element, *element.findall(BPMN + "messageEventDefinition"))
        for holder in holders:
            if (text := camunda(holder, name)) is not None:
                yield Point(element, f"camunda:{name}", text, kind)
    if called := element.get("calledElement"):
        yield Point(element, "calledElement", called)
    if tag_of(element) == "userTask" and (drawn_name := element.get("name")):
        yield Point(element, "name", drawn_name)
    if (condition := text_of(element, "conditionExpression")) is not None:
        yield Point(element, "conditionExpression", condition, "condition")
    elif element.find(BPMN + "conditionExpression") is not None:
        yield Point(element, "conditionExpression", "", "condition")
    yield from _event_points(element, report)
    yield from _loop_points(element)
    yield from _extension_points(element)


def _event_points(element: etree._Element, report: Report) -> Iterator[Point]:
    for timer in element.findall(BPMN + "timerEventDefinition"):
        for tag, kind in TIMERS.items():
            if (text := text_of(timer, tag)) is not None:
                yield Point(element, tag, text, kind)  # type: ignore[arg-type]
    for drawn in element.findall(BPMN + "conditionalEventDefinition"):
        if (text := text_of(drawn, "condition")) is not None:
            yield Point(element, "condition", text, "condition")
    for what in ("message", "signal"):
        for holder in (element, *element.findall(f"{BPMN}{what}EventDefinition")):
            target = report.by_id(element, what).get(holder.get(what + "Ref") or "")
            if target is not None and (name := target.get("name")):
                yield Point(element, f"{what} name", name)
    for drawn in element.findall(BPMN + "signalEventDefinition"):
        yield from _extension_points(drawn, element)


def _loop_points(element: etree._Element) -> Iterator[Point]:
    for many in element.findall(BPMN + "multiInstanceLoopCharacteristics"):
        if (text := camunda(many, "collection")) is not None:
            yield Point(element, "camunda:collection", text)
        if (text := text_of(many, "loopCardinality")) is not None:
            yield Point(element, "loopCardinality", text, "count")
        if (text := text_of(many, "completionCondition")) is not None:
            yield Point(element, "completionCondition", text, "condition")
        yield from _extension_points(many, element)
    for again in element.findall(BPMN + "standardLoopCharacteristics"):
        if (text := text_of(again, "loopCondition")) is not None:
            yield Point(element, "loopCondition", text, "condition")


def _extension_points(holder: etree._Element, element: etree._Element | None = None) -> Iterator[Point]:
    element = holder if element is None else element
    for extension in extensions(holder):
        if extension.tag == CAMUNDA + "inputOutput":
            for parameter in children(extension):
                yield from _parameter_points(element, parameter)
        elif extension.tag == CAMUNDA + "failedJobRetryTimeCycle" and (cycle := (extension.text or "").strip()):
            yield Point(element, "camunda:failedJobRetryTimeCycle", cycle, "retries")
        for name in ("sourceExpression", "businessKey"):
            if text := extension.get(name):
                yield Point(element, f"camunda:{name}", text)
        for item in extension.iter(CAMUNDA + "property", CAMUNDA + "formField"):
            if text := item.get("value") or item.get("defaultValue"):
                yield Point(element, f"camunda:{etree.QName(item).localname}", text)


def _parameter_points(element: etree._Element, parameter: etree._Element) -> Iterator[Point]:
    where = f"tham số {parameter.get('name') or ''}".strip()
    for inner in parameter.iter():
        if isinstance(inner.tag, str) and (inner.text or "").strip() and inner.tag != CAMUNDA + "script":
            yield Point(element, where, (inner.text or "").strip())


def _parsed(point: Point, report: Report) -> Template | None:
    try:
        return template(point.text)
    except ExpressionError as error:
        report.add("expression_syntax", point.element, where=point.where, reason=error.message)
        return None


def _check_value(point: Point, found: Template, report: Report) -> None:
    if found.is_expression:
        _check_functions(point, found, report)
        return
    text = found.literal or ""
    if point.kind == "condition":
        report.add("condition_literal", point.element, where=point.where, text=text[:60])
        return
    try:
        _read_literal(point.kind, text)
    except WorkflowError as error:
        code = "timer_wrong" if point.kind in ("date", "duration", "cycle") else "value_wrong"
        report.add(code, point.element, where=point.where, reason=error.message)


def _read_literal(kind: Kind, text: str) -> None:
    """Raises WorkflowError for a bare value that cannot be what its place needs."""
    if kind == "date":
        instants.moment(text)
    elif kind == "duration":
        instants.span(text)
    elif kind == "cycle":
        instants.cycle(text)
    elif kind == "due":
        instants.span(text) if text.startswith("P") else instants.moment(text)
    elif kind == "count":
        whole(text, MAX_INSTANCES, text)
    elif kind == "retries":
        retries.pauses(text)
    elif kind in ("priority", "version"):
        whole(text, 2**31 - 1, text)


def _check_functions(point: Point, found: Template, report: Report) -> None:
    if EXECUTION in found.names:
        for name in set(_FACT.findall(point.text)) - set(FACTS):
            offered = ", ".join(FACTS)
            report.add("execution_unknown", point.element, where=point.where, name=name[:60], known=offered)
    for name in sorted(found.calls - OURS):
        may_be = name in BUILTINS or _DEFINES_FUNCTIONS.search(point.text) is not None
        if not (found.is_feel and may_be):
            report.add("function_unknown", point.element, where=point.where, name=name[:60])
    if point.kind in ("date", "duration", "cycle") and _begins_process(point.element):
        for name in sorted(found.names):
            reason = f"Hẹn giờ bắt đầu quy trình dùng biến “{name[:60]}” khi chưa có hồ sơ nào."
            report.add("timer_wrong", point.element, reason=reason)
    if "deadline" in found.calls and not _has_host_deadline(point, report):
        report.add("deadline_misplaced", point.element)


def _begins_process(element: etree._Element) -> bool:
    around = element.getparent()
    return tag_of(element) == "startEvent" and around is not None and tag_of(around) == "process"


def _has_host_deadline(point: Point, report: Report) -> bool:
    """Whether the point is the timer of a boundary event on a user task with a due date."""
    element = point.element
    if tag_of(element) != "boundaryEvent" or point.kind not in ("date", "duration", "cycle"):
        return False
    host = report.by_id(element, "userTask").get(element.get("attachedToRef") or "")
    return host is not None and camunda(host, "dueDate") is not None


def _check_languages(element: etree._Element, report: Report) -> None:
    inner = [child for child in children(element) if tag_of(child).endswith(("EventDefinition", "Characteristics"))]
    for holder in (element, *inner):
        for drawn in (child for child in children(holder) if tag_of(child) in _WORKED_OUT):
            language = drawn.get("language")
            if language and language.lower() not in ("juel", "feel"):
                report.add("expression_language", element, name=language)
            if drawn.get(CAMUNDA + "resource"):
                report.add("resource_unsupported", element)


def _check_script(element: etree._Element, report: Report) -> None:
    language = (element.get("scriptFormat") or "").lower()
    body = text_of(element, "script")
    if tag_of(element) != "scriptTask" or body is None or language not in ("feel", "juel"):
        return
    try:
        found = script_template(language, body)
    except ExpressionError as error:
        report.add("expression_syntax", element, where="script", reason=error.message)
    else:
        _check_value(Point(element, "script", body), found, report)
