"""Camunda's attributes and extension elements: where each is honoured; elsewhere it is said to be without effect."""

from __future__ import annotations

from lxml import etree

from workflows.camunda.events import DEFINITIONS
from workflows.camunda.xml import CAMUNDA, async_of, extensions, tag_of
from workflows.lint.document import ACTIVITIES, EVENTS, GATEWAYS, NODES
from workflows.lint.report import Report

_USER = frozenset(("userTask",))
_WORKED = frozenset(("serviceTask", "sendTask", "businessRuleTask", "messageEventDefinition"))
_RULE = frozenset(("businessRuleTask",))
_CALL = frozenset(("callActivity",))
_LOOP = frozenset(("multiInstanceLoopCharacteristics",))
_ASYNC = ACTIVITIES | GATEWAYS | _LOOP | (EVENTS - {"boundaryEvent"})
_PROCESS = frozenset(("process",))

HONOURED: dict[str, frozenset[str]] = {
    "assignee": _USER,
    "async": _ASYNC,
    "asyncAfter": _ASYNC,
    "asyncBefore": _ASYNC,
    "calledElementBinding": _CALL,
    "calledElementVersion": _CALL,
    "candidateGroups": _USER,
    "candidateStarterGroups": _PROCESS,
    "candidateUsers": _USER,
    "collection": _LOOP,
    "decisionRef": _RULE,
    "decisionRefBinding": _RULE,
    "decisionRefVersion": _RULE,
    "dueDate": _USER,
    "elementVariable": _LOOP,
    "errorCodeVariable": frozenset(("errorEventDefinition",)),
    "errorMessage": frozenset(("error",)),
    "errorMessageVariable": frozenset(("errorEventDefinition",)),
    "escalationCodeVariable": frozenset(("escalationEventDefinition",)),
    "followUpDate": _USER,
    "formKey": _USER,
    "formRef": _USER,
    "formRefBinding": _USER,
    "formRefVersion": _USER,
    "historyTimeToLive": _PROCESS,
    "initiator": frozenset(("startEvent",)),
    "mapDecisionResult": _RULE,
    "priority": _USER,
    "resultVariable": _RULE | {"scriptTask"},
    "topic": _WORKED,
    "type": _WORKED,
    "variableEvents": frozenset(("conditionalEventDefinition",)),
    "variableName": frozenset(("conditionalEventDefinition",)),
    "versionTag": _PROCESS,
}
"""Attribute -> the BPMN elements on which it means something here."""
HARMLESS = frozenset(
    (
        "diagramRelationId",
        "exclusive",
        "isStartableInTasklist",
        "modelerTemplate",
        "modelerTemplateIcon",
        "modelerTemplateVersion",
    )
)
"""About the Modeler or other tools; nothing here would run otherwise. (Commands on one instance never run at once.)"""
REFUSED = frozenset(
    (
        "class",
        "delegateExpression",
        "expression",
        "resource",
        "variableMappingClass",
        "variableMappingDelegateExpression",
    )
)
"""Reported by the rule of their element."""
ELEMENTS: dict[str, frozenset[str]] = {
    "formData": _USER,
    "failedJobRetryTimeCycle": _WORKED | _ASYNC,
    "in": _CALL | {"signalEventDefinition"},
    "inputOutput": NODES | frozenset(DEFINITIONS),
    "out": _CALL,
    "properties": NODES | frozenset(DEFINITIONS) | _PROCESS | {"sequenceFlow"},
}
"""Extension element -> where it is read."""
REFUSED_ELEMENTS = frozenset(("connector", "errorEventDefinition", "executionListener", "field", "taskListener"))


def check_attributes(element: etree._Element, report: Report) -> None:
    """Attributes and extension elements of the element itself and of its loop."""
    for holder in (element, *_loops(element)):
        tag = tag_of(holder)
        for key in holder.attrib:
            name = str(key).removeprefix(CAMUNDA)
            if name != key and name not in HARMLESS | REFUSED and tag not in HONOURED.get(name, ()):
                report.add("attribute_ignored", element, name=name)
        for extension in extensions(holder):
            name = str(extension.tag).removeprefix(CAMUNDA)
            known = tag in ELEMENTS.get(name, ()) or name in REFUSED_ELEMENTS
            idle = name == "failedJobRetryTimeCycle" and tag not in _WORKED and not any(async_of(holder))
            if name != extension.tag and (idle or not known):
                report.add("attribute_ignored", element, name=name)
    waits = tag_of(element) == "boundaryEvent" or element.get("triggeredByEvent") == "true"
    if waits and any(async_of(element)):
        report.add("async_misplaced", element)


def _loops(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if "LoopCharacteristics" in str(child.tag)]
