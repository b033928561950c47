"""Camunda's attributes and extension elements: honoured, or said to be without effect."""

from __future__ import annotations

from lxml import etree

from workflows.camunda.xml import CAMUNDA, camunda, extensions, tag_of
from workflows.lint.report import Report

HONOURED = frozenset(
    (
        "assignee",
        "asyncAfter",
        "asyncBefore",
        "calledElementBinding",
        "calledElementVersion",
        "candidateGroups",
        "candidateStarterGroups",
        "candidateUsers",
        "collection",
        "decisionRef",
        "decisionRefBinding",
        "decisionRefVersion",
        "dueDate",
        "elementVariable",
        "errorCodeVariable",
        "errorMessageVariable",
        "escalationCodeVariable",
        "followUpDate",
        "formKey",
        "formRef",
        "formRefBinding",
        "formRefVersion",
        "mapDecisionResult",
        "priority",
        "resultVariable",
        "topic",
        "type",
        "variableEvents",
        "variableName",
    )
)
HARMLESS = frozenset(
    (
        "diagramRelationId",
        "exclusive",
        "historyTimeToLive",
        "isStartableInTasklist",
        "modelerTemplate",
        "modelerTemplateIcon",
        "modelerTemplateVersion",
        "versionTag",
    )
)
"""About the Modeler or other tools; nothing here would run otherwise."""
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
ELEMENTS = frozenset(
    (
        "connector",
        "executionListener",
        "failedJobRetryTimeCycle",
        "field",
        "formData",
        "in",
        "inputOutput",
        "out",
        "properties",
        "taskListener",
    )
)
WITHOUT_ASYNC = frozenset(("boundaryEvent",))


def check_attributes(element: etree._Element, report: Report) -> None:
    """Attributes of the element itself, and its loop's."""
    for holder in (element, *_loops(element)):
        for key in holder.attrib:
            name = str(key).removeprefix(CAMUNDA)
            if name != key and name not in HONOURED | HARMLESS | REFUSED:
                report.add("attribute_ignored", element, name=name)
    for extension in extensions(element):
        tag = str(extension.tag).removeprefix(CAMUNDA)
        if tag != extension.tag and tag not in ELEMENTS:
            report.add("attribute_ignored", element, name=tag)
    waits = tag_of(element) in WITHOUT_ASYNC or element.get("triggeredByEvent") == "true"
    if waits and "true" in (camunda(element, "asyncBefore"), camunda(element, "asyncAfter")):
        report.add("async_misplaced", element)


def _loops(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if "LoopCharacteristics" in str(child.tag)]
