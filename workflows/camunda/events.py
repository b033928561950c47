"""Reads event definitions into triggers, and the events that carry them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from workflows.camunda.templates import Template, template
from workflows.camunda.xml import BPMN, CAMUNDA, camunda, children, extensions, tag_of, text_of
from workflows.specs.events import Trigger
from workflows.variables import InOut

DEFINITIONS = {
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "timerEventDefinition": "timer",
    "conditionalEventDefinition": "conditional",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "cancelEventDefinition": "cancel",
    "terminateEventDefinition": "terminate",
    "compensateEventDefinition": "compensate",
    "linkEventDefinition": "link",
}
TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def definitions(element: etree._Element) -> list[etree._Element]:
    """The event definitions of an event, in drawn order."""
    return [child for child in children(element) if tag_of(child) in DEFINITIONS]


def trigger_of(element: etree._Element, tables: Any) -> Trigger:
    """The trigger of an event. `tables` is Spiff's parser: messages, signals, errors, escalations by id.

    Raises ExpressionError; KeyError for a reference to nothing (the check finds both before).
    """
    for drawn in definitions(element):
        return _READERS[tag_of(drawn)](drawn, tables)
    return Trigger()


def message_name(element: etree._Element, tables: Any) -> Template | None:
    """Of a message event definition or a send or receive task."""
    reference = element.get("messageRef")
    return template(tables.messages[reference]) if reference else None


def _message(drawn: etree._Element, tables: Any) -> Trigger:
    return Trigger(kind="message", name=message_name(drawn, tables))


def _signal(drawn: etree._Element, tables: Any) -> Trigger:
    name = template(tables.signals[drawn.get("signalRef")])
    return Trigger(kind="signal", name=name, carried=tuple(in_out(drawn, "in")))


def _timer(drawn: etree._Element, tables: Any) -> Trigger:
    for tag, kind in TIMERS.items():
        text = text_of(drawn, tag)
        if text is not None:
            return Trigger(kind="timer", timer=kind, expression=template(text))  # type: ignore[arg-type]
    return Trigger(kind="timer")


def _conditional(drawn: etree._Element, tables: Any) -> Trigger:
    changes = camunda(drawn, "variableEvents")
    names = frozenset(part.strip() for part in changes.split(",")) if changes else frozenset(("create", "update"))
    return Trigger(
        kind="conditional",
        expression=template(text_of(drawn, "condition")),
        variable=camunda(drawn, "variableName"),
        changes=names,
    )


def _error(drawn: etree._Element, tables: Any) -> Trigger:
    reference = drawn.get("errorRef")
    errors = drawn.getroottree().getroot().iterfind(BPMN + "error") if reference else ()
    said = [camunda(error, "errorMessage") for error in errors if error.get("id") == reference]
    return Trigger(
        kind="error",
        message=template(said[0]) if said else None,
        code=tables.errors[reference]["error_code"] or None if reference else None,
        code_variable=camunda(drawn, "errorCodeVariable"),
        message_variable=camunda(drawn, "errorMessageVariable"),
    )


def _escalation(drawn: etree._Element, tables: Any) -> Trigger:
    reference = drawn.get("escalationRef")
    return Trigger(
        kind="escalation",
        code=tables.escalations[reference]["escalation_code"] or None if reference else None,
        code_variable=camunda(drawn, "escalationCodeVariable"),
    )


_READERS: dict[str, Callable[[etree._Element, Any], Trigger]] = {
    "messageEventDefinition": _message,
    "signalEventDefinition": _signal,
    "timerEventDefinition": _timer,
    "conditionalEventDefinition": _conditional,
    "errorEventDefinition": _error,
    "escalationEventDefinition": _escalation,
    "cancelEventDefinition": lambda drawn, tables: Trigger(kind="cancel"),
    "terminateEventDefinition": lambda drawn, tables: Trigger(kind="terminate"),
    "linkEventDefinition": lambda drawn, tables: Trigger(kind="link", link=drawn.get("name")),
}


def in_out(element: etree._Element, kind: str) -> list[InOut]:
    """`camunda:in` or `camunda:out`, without the business key. Raises ExpressionError."""
    return [
        InOut(
            everything=mapping.get("variables") == "all",
            source=mapping.get("source"),
            expression=template(mapping.get("sourceExpression")),
            target=mapping.get("target") or "",
            local=mapping.get("local") == "true",
        )
        for mapping in extensions(element)
        if mapping.tag == CAMUNDA + kind and mapping.get("businessKey") is None
    ]


def business_key_of(element: etree._Element) -> Template | None:
    """`<camunda:in businessKey="…"/>`. Raises ExpressionError."""
    for mapping in extensions(element):
        if mapping.tag == CAMUNDA + "in" and mapping.get("businessKey"):
            return template(mapping.get("businessKey"))
    return None


def inner_start(element: etree._Element) -> etree._Element:
    """The start event of a sub-process. Raises ValueError without one."""
    start = element.find(BPMN + "startEvent")
    if start is None:
        raise ValueError(f"{element.get('id')}: startEvent")
    return start
