"""Rules about events: which kinds mean something where, what they refer to, when timers are due."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from workflows.camunda.events import DEFINITIONS, TIMERS, definitions
from workflows.camunda.xml import BPMN, camunda, children, tag_of, text_of
from workflows.lint.document import ACTIVITIES, SCOPES
from workflows.lint.report import Report, label_of

ALLOWED: dict[str, frozenset[str]] = {
    "start": frozenset(("none", "message", "timer", "signal")),
    "inner start": frozenset(("none",)),
    "event start": frozenset(("message", "timer", "signal", "error", "escalation", "conditional")),
    "catch": frozenset(("message", "timer", "signal", "conditional", "link")),
    "throw": frozenset(("none", "message", "signal", "escalation", "link")),
    "boundary": frozenset(("message", "timer", "signal", "error", "escalation", "conditional", "cancel")),
    "end": frozenset(("none", "message", "signal", "error", "escalation", "terminate", "cancel")),
}
PLACES = {
    "start": "sự kiện bắt đầu quy trình",
    "inner start": "sự kiện bắt đầu quy trình con",
    "event start": "sự kiện bắt đầu quy trình con sự kiện",
    "catch": "sự kiện trung gian chờ",
    "throw": "sự kiện trung gian phát",
    "boundary": "sự kiện biên",
    "end": "sự kiện kết thúc",
}
KINDS = {
    "message": "thông điệp",
    "signal": "tín hiệu",
    "error": "lỗi",
    "escalation": "báo vượt cấp",
    "timer": "hẹn giờ",
    "conditional": "điều kiện",
    "cancel": "hủy",
    "terminate": "chấm dứt",
    "compensate": "bù hoàn",
    "link": "liên kết",
    "none": "thường",
}
Hosts = Mapping[str, etree._Element]
"""The activities of one scope by id."""
REFERENCES = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}


def check_events(scope: etree._Element, report: Report) -> None:
    """Every event directly in a process or sub-process, then inwards."""
    hosts = {child.get("id") or "": child for child in children(scope) if tag_of(child) in ACTIVITIES}
    for element in children(scope):
        tag = tag_of(element)
        place = place_of(element, scope)
        if place is not None:
            _check_event(element, place, hosts, report)
        elif tag in ("sendTask", "receiveTask") and element.get("messageRef"):
            _check_reference(element, element, "message", report)
        if tag in SCOPES:
            check_events(element, report)
    _check_links(scope, report)
    _check_cancel(scope, report)
    _check_twins(scope, report)


def place_of(element: etree._Element, scope: etree._Element) -> str | None:
    """Where an event stands, as in `ALLOWED`; None for what is no event."""
    tag = tag_of(element)
    if tag == "startEvent":
        if tag_of(scope) == "process":
            return "start"
        return "event start" if scope.get("triggeredByEvent") == "true" else "inner start"
    return {
        "intermediateCatchEvent": "catch",
        "intermediateThrowEvent": "throw",
        "boundaryEvent": "boundary",
        "endEvent": "end",
    }.get(tag)


def kind_of(element: etree._Element) -> str:
    """The kind of its only definition; none without one."""
    for drawn in definitions(element):
        return DEFINITIONS[tag_of(drawn)]
    return "none"


def _check_event(element: etree._Element, place: str, hosts: Hosts, report: Report) -> None:
    drawn = definitions(element)
    if len(drawn) > 1 or element.find(BPMN + "eventDefinitionRef") is not None:
        report.add("event_many_definitions", element)
        return
    kind = kind_of(element)
    if kind == "compensate":
        report.add("compensation", element)
    elif kind == "none" and "none" not in ALLOWED[place]:
        report.add("event_needs_definition", element)
    elif kind not in ALLOWED[place]:
        report.add("event_kind", element, kind=KINDS[kind], place=PLACES[place])
    else:
        _check_kind(element, drawn, kind, place, report)
    if place == "boundary":
        _check_boundary(element, kind, hosts, report)
    if place == "event start" and kind == "error" and element.get("isInterrupting") == "false":
        report.add("must_interrupt", element)


def _check_kind(element: etree._Element, drawn: list[etree._Element], kind: str, place: str, report: Report) -> None:
    throws = place in ("throw", "end")
    if not throws and kind == "message":
        for name in ("type", "topic"):
            if camunda(drawn[0], name) is not None:
                report.add("attribute_ignored", element, name=name)
    if kind in REFERENCES:
        _check_reference(element, drawn[0], kind, report, throws=throws, starts=place == "start")
    elif kind == "timer":
        _check_timer(element, drawn[0], place, report)
    elif kind == "conditional" and text_of(drawn[0], "condition") is None:
        report.add("event_needs_definition", element)


def _check_reference(
    element: etree._Element,
    holder: etree._Element,
    kind: str,
    report: Report,
    *,
    throws: bool = False,
    starts: bool = False,
) -> None:
    reference = holder.get(REFERENCES[kind])
    if not reference:
        if kind == "message" and throws and camunda(holder, "type") == "external":
            return
        if kind in ("message", "signal"):
            report.add("message_missing" if kind == "message" else "event_needs_definition", element)
        elif throws:
            report.add(f"{kind}_without_code", element)
        return
    target = report.by_id(element, kind).get(reference)
    if target is None:
        report.add("reference_missing", element, kind=KINDS[kind], name=reference)
    elif kind in ("message", "signal"):
        name = (target.get("name") or "").strip()
        if not name:
            report.add("name_missing", element, kind=KINDS[kind].capitalize())
        elif starts and ("${" in name or "#{" in name or name.startswith("=")):
            report.add("start_name", element, name=name[:60])
    elif throws and not target.get(f"{kind}Code"):
        report.add(f"{kind}_without_code", element)


def _check_timer(element: etree._Element, drawn: etree._Element, place: str, report: Report) -> None:
    values = {kind: text for tag, kind in TIMERS.items() if (text := text_of(drawn, tag)) is not None}
    if len(values) != 1:
        report.add("timer_empty", element)
    repeats = {
        "start": True,
        "boundary": element.get("cancelActivity") == "false",
        "event start": element.get("isInterrupting") == "false",
    }
    if "cycle" in values and not repeats.get(place, False):
        report.add("cycle_once", element)


def _check_boundary(element: etree._Element, kind: str, hosts: Hosts, report: Report) -> None:
    host = hosts.get(element.get("attachedToRef") or "")
    if host is None or host.get("triggeredByEvent") == "true":
        report.add("boundary_unattached", element)
        return
    if kind == "cancel" and tag_of(host) != "transaction":
        report.add("cancel_misplaced", element)
    if kind in ("error", "cancel") and element.get("cancelActivity") == "false":
        report.add("must_interrupt", element)


def _check_twins(scope: etree._Element, report: Report) -> None:
    """Two that wait for one message, error or escalation at one activity, or beside one another: which would it be?

    Camunda refuses two such messages and escalations.
    """
    seen: dict[tuple[str, str, str], etree._Element] = {}
    for element in children(scope):
        place, waits = element.get("attachedToRef") or "", element
        if element.get("triggeredByEvent") == "true":
            start = element.find(BPMN + "startEvent")
            if start is None:
                continue
            waits = start
        elif tag_of(element) != "boundaryEvent":
            continue
        kind = kind_of(waits)
        if kind not in ("message", "error", "escalation", "cancel"):
            continue
        what = (place, kind, _caught(waits, kind, report))
        if what in seen:
            report.add("event_twice", waits, other=label_of(seen[what]))
        seen.setdefault(what, waits)


def _caught(element: etree._Element, kind: str, report: Report) -> str:
    """The message's name, the error's or escalation's code; nothing for what catches every one."""
    if kind == "cancel":
        return ""
    reference = definitions(element)[0].get(REFERENCES[kind]) or ""
    target = report.by_id(element, kind).get(reference)
    named = "name" if kind == "message" else f"{kind}Code"
    return (target.get(named) or "").strip() if target is not None else ""


def _check_links(scope: etree._Element, report: Report) -> None:
    """By name: exactly one catch, at least one throw."""
    links: dict[str, dict[str, list[etree._Element]]] = {}
    for element in children(scope):
        place = place_of(element, scope)
        if place in ("throw", "catch") and kind_of(element) == "link":
            name = definitions(element)[0].get("name") or ""
            links.setdefault(name, {}).setdefault(place, []).append(element)
    for name, ends in links.items():
        if len(ends.get("catch", ())) != 1 or not ends.get("throw") or not name:
            for element in [*ends.get("throw", ()), *ends.get("catch", ())]:
                report.add("link_unmatched", element, name=name)


def _check_cancel(scope: etree._Element, report: Report) -> None:
    """A cancel end lies directly in a transaction that somebody watches."""
    ends = [e for e in children(scope) if tag_of(e) == "endEvent" and kind_of(e) == "cancel"]
    if not ends:
        return
    if tag_of(scope) != "transaction":
        for element in ends:
            report.add("cancel_misplaced", element)
        return
    around = scope.getparent()
    watchers = [] if around is None else around.findall(BPMN + "boundaryEvent")
    if not any(w.get("attachedToRef") == scope.get("id") and kind_of(w) == "cancel" for w in watchers):
        report.add("cancel_uncaught", scope)
