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
        "decisionRef",
        "decisionRefBinding",
        "decisionRefVersion",
        "dueDate",
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
OF_LOOPS = frozenset(("collection", "elementVariable"))
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
    for holder, known in ((element, HONOURED | HARMLESS | REFUSED), *((loop, OF_LOOPS) for loop in _loops(element))):
        for key in holder.attrib:
            name = str(key).removeprefix(CAMUNDA)
            if name != key and name not in known:
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
