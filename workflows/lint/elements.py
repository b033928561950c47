"""Rules about each element by itself: what it must say, what of it cannot run."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from workflows.camunda.events import DEFINITIONS, definitions
from workflows.camunda.xml import BPMN, CAMUNDA, camunda, children, extensions, tag_of, text_of
from workflows.decisions import MAPPINGS
from workflows.lint.attributes import check_attributes
from workflows.lint.document import ACTIVITIES, BESIDE, NODES, SCOPES, UNSUPPORTED
from workflows.lint.report import Report

INSIDE = BESIDE | {"script", "text", "eventDefinitionRef", "dataInput", "dataOutput", "inputSet", "outputSet"}
"""What may stand inside a task, event or gateway beside event definitions; the rest would change what it does."""
BINDINGS = ("latest", "deployment", "version")
JAVA = ("class", "delegateExpression", "expression", "variableMappingClass", "variableMappingDelegateExpression")
PARAMETERS = frozenset(CAMUNDA + name for name in ("entry", "list", "map", "script", "value"))
ONLY: dict[str, str] = {
    "behavior": "All",
    "completionQuantity": "1",
    "eventGatewayType": "Exclusive",
    "startQuantity": "1",
}
"""BPMN attributes with the one value that runs; Camunda passes over the others."""
LISTENERS = (CAMUNDA + "executionListener", CAMUNDA + "taskListener")


def check_elements(scope: etree._Element, report: Report) -> None:
    """Every element of a process or sub-process, inwards."""
    _check_common(scope, report)
    for element in children(scope):
        tag = tag_of(element)
        if tag in UNSUPPORTED:
            report.add(UNSUPPORTED[tag], element)
        elif tag in NODES:
            _check_node(element, tag, report)
        elif tag == "sequenceFlow":
            _check_common(element, report)
        elif tag.startswith("{") or tag not in BESIDE:
            report.add("element_unsupported", element, name=tag.rpartition("}")[2])


def _check_node(element: etree._Element, tag: str, report: Report) -> None:
    if tag in SCOPES:
        check_elements(element, report)
    else:
        _check_common(element, report)
        for inner in children(element):
            name = tag_of(inner)
            if name not in INSIDE and name not in DEFINITIONS:
                report.add("element_unsupported", element, name=name.rpartition("}")[2])
    _check_loop(element, tag, report)
    if element.get("isForCompensation") == "true":
        report.add("compensation", element)
    if element.get("instantiate") == "true":
        report.add("instantiate", element)
    if (rule := _RULES.get(tag)) is not None:
        rule(element, report)


def _check_common(element: etree._Element, report: Report) -> None:
    """What any element may carry, and event definitions with it."""
    for holder in (element, *element.findall(BPMN + "multiInstanceLoopCharacteristics")):
        for name, runs in ONLY.items():
            if (value := holder.get(name)) not in (None, runs):
                report.add("attribute_unsupported", element, name=name, value=(value or "")[:60])
    for holder in (element, *definitions(element)):
        check_attributes(holder, report)
        for name in JAVA:
            if camunda(holder, name) is not None:
                report.add("java", element, name=f"camunda:{name}")
        for extension in extensions(holder):
            _check_extension(element, extension, report)


def _check_extension(element: etree._Element, extension: etree._Element, report: Report) -> None:
    if extension.tag in LISTENERS:
        report.add("listener", element)
    elif extension.tag == CAMUNDA + "connector":
        report.add("connector", element)
    elif extension.tag == CAMUNDA + "errorEventDefinition":
        report.add("error_mapping", element)
    elif extension.tag == CAMUNDA + "field":
        report.add("java", element, name="camunda:field")
    elif extension.tag == CAMUNDA + "inputOutput":
        for parameter in extension:
            if not parameter.get("name"):
                report.add("parameter_name", element)
            if next(parameter.iter(CAMUNDA + "script"), None) is not None:
                report.add("parameter_script", element)
            for inner in parameter.iterdescendants():
                if inner.tag not in PARAMETERS:
                    report.add("element_unsupported", element, name=etree.QName(inner).localname)
    elif extension.tag in (CAMUNDA + "in", CAMUNDA + "out"):
        _check_mapping(element, extension, report)
    elif not str(extension.tag).startswith(CAMUNDA):
        report.add("unknown_extension", element, name=etree.QName(extension).localname)


def _check_mapping(element: etree._Element, mapping: etree._Element, report: Report) -> None:
    if mapping.get("businessKey") is not None or mapping.get("variables") == "all":
        return
    if not mapping.get("target") or not (mapping.get("source") or mapping.get("sourceExpression")):
        report.add("mapping_target", element)


def _check_loop(element: etree._Element, tag: str, report: Report) -> None:
    many = element.find(BPMN + "multiInstanceLoopCharacteristics")
    again = element.find(BPMN + "standardLoopCharacteristics")
    if many is None and again is None:
        return
    if tag not in ACTIVITIES or element.get("triggeredByEvent") == "true":
        report.add("loop_misplaced", element)
    if many is not None and again is not None:
        report.add("loop_twice", element)
    if many is not None:
        if not (camunda(many, "collection") or text_of(many, "loopCardinality") or text_of(many, "loopDataInputRef")):
            report.add("loop_empty", element)
        if many.find(BPMN + "loopDataOutputRef") is not None or many.find(BPMN + "outputDataItem") is not None:
            report.add("loop_data_output", element)
    if again is not None:
        maximum = again.get("loopMaximum")
        if maximum is not None and not (maximum.isascii() and maximum.isdigit() and int(maximum[:9]) > 0):
            report.add("loop_maximum", element)
        if maximum is None and text_of(again, "loopCondition") is None:
            report.add("loop_empty", element)


def _check_external(element: etree._Element, holder: etree._Element, report: Report) -> bool:
    """Whether a worker does it. Another type than external is reported."""
    kind = camunda(holder, "type")
    if kind is None:
        return False
    if kind != "external":
        report.add("type_unsupported", element, name=kind)
    elif camunda(holder, "topic") is None:
        report.add("topic_missing", element)
    return True


def _service(element: etree._Element, report: Report) -> None:
    if not _check_external(element, element, report):
        report.add("service_not_external", element)


def _send(element: etree._Element, report: Report) -> None:
    if not _check_external(element, element, report) and not element.get("messageRef"):
        report.add("message_missing", element)


def _receive(element: etree._Element, report: Report) -> None:
    if not element.get("messageRef"):
        report.add("message_missing", element)


def _user(element: etree._Element, report: Report) -> None:
    if camunda(element, "dueDate") is None:
        report.add("no_due_date", element)
    _check_binding(element, "formRefBinding", "formRefVersion", report)


def _script(element: etree._Element, report: Report) -> None:
    language = element.get("scriptFormat") or ""
    if camunda(element, "resource") is not None:
        report.add("resource_unsupported", element)
    elif language.lower() not in ("feel", "juel"):
        report.add("script_language", element, name=language)
    elif text_of(element, "script") is None:
        report.add("script_missing", element)
    if camunda(element, "resultVariable") is None:
        report.add("script_without_result", element)


def _rule(element: etree._Element, report: Report) -> None:
    if _check_external(element, element, report):
        return
    if camunda(element, "decisionRef") is None:
        report.add("rule_without_decision", element)
    mapping = camunda(element, "mapDecisionResult")
    if mapping is not None and mapping not in MAPPINGS:
        report.add("result_mapping", element, name=mapping)
    _check_binding(element, "decisionRefBinding", "decisionRefVersion", report)


def _call(element: etree._Element, report: Report) -> None:
    if not (element.get("calledElement") or "").strip():
        report.add("call_without_target", element)
    _check_binding(element, "calledElementBinding", "calledElementVersion", report)


def _check_binding(element: etree._Element, binding: str, version: str, report: Report) -> None:
    chosen = camunda(element, binding)
    if chosen is not None and chosen not in BINDINGS:
        report.add("binding", element, name=chosen)
    elif chosen == "version" and camunda(element, version) is None:
        report.add("version_missing", element)


def _event(element: etree._Element, report: Report) -> None:
    for holder in definitions(element):
        _check_external(element, holder, report)


_RULES: dict[str, Callable[[etree._Element, Report], None]] = {
    "serviceTask": _service,
    "sendTask": _send,
    "receiveTask": _receive,
    "userTask": _user,
    "scriptTask": _script,
    "businessRuleTask": _rule,
    "callActivity": _call,
    "intermediateThrowEvent": _event,
    "endEvent": _event,
}
