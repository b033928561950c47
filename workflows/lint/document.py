"""Rules about the file as a whole: what it is, whose it is, ids, drawing."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from workflows.camunda.xml import BPMN, BPMNDI, CAMUNDA, FLAGS, tag_of
from workflows.lint.report import Report

ZEEBE = "http://camunda.org/schema/zeebe/1.0"
MODELER = "{http://camunda.org/schema/modeler/1.0}"
VENDORS = {
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://www.jboss.org/drools": "jBPM",
    "http://www.omg.org/bpmn20": "jBPM",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow",
    "http://www.trisotech.com/2014/triso/bpmn": "Trisotech",
    "http://bonitasoft.com/bpmn": "Bonita",
    "http://schema.blueworkslive.com": "Blueworks Live",
}
MAX_ELEMENTS = 20_000
NOT_DRAWN = frozenset(("sequenceFlow", "laneSet", "dataObject", "property", "category", "ioSpecification"))


def check_document(root: etree._Element, report: Report) -> list[etree._Element]:
    """The executable processes; empty when the file is nothing that can be looked at further."""
    if root.tag != BPMN + "definitions":
        report.add("not_bpmn", root, tag=etree.QName(root).localname)
        return []
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    if len(elements) > MAX_ELEMENTS:
        report.add("too_large", root, limit=MAX_ELEMENTS)
        return []
    if not _check_vendor(root, elements, report):
        return []
    _check_ids(root, report)
    _check_flags(elements, report)
    processes = [process for process in root.findall(BPMN + "process") if process.get("isExecutable") == "true"]
    if not processes:
        report.add("no_process", root)
    for process in processes:
        if not process.get("id"):
            report.add("process_without_id", process)
    _check_drawing(root, processes, report)
    return [process for process in processes if process.get("id")]


def _check_vendor(root: etree._Element, elements: list[etree._Element], report: Report) -> bool:
    """False for a file made for another engine."""
    spaces = {uri for element in elements for uri in element.nsmap.values()}
    platform = root.get(MODELER + "executionPlatform") or ""
    if ZEEBE in spaces or "cloud" in platform.lower():
        report.add("camunda8", root)
        return False
    for uri, vendor in VENDORS.items():
        if uri in spaces and any(_uses(element, uri) for element in elements):
            report.add("other_vendor", root, vendor=vendor)
            return False
    return True


def _uses(element: etree._Element, uri: str) -> bool:
    prefix = f"{{{uri}}}"
    return str(element.tag).startswith(prefix) or any(str(name).startswith(prefix) for name in element.attrib)


def _check_ids(root: etree._Element, report: Report) -> None:
    seen: set[str] = set()
    for element in root.iter(BPMN + "*"):
        name = element.get("id")
        if name is None:
            continue
        if not name or any(letter.isspace() for letter in name):
            report.add("bad_id", element, name=name)
        if name in seen:
            report.add("duplicate_id", element, name=name)
        seen.add(name)


def _check_flags(elements: list[etree._Element], report: Report) -> None:
    """What is neither true nor false would be taken for one of them in silence."""
    for element in elements:
        for name in FLAGS.intersection(map(str, element.keys())):
            if element.get(name) not in ("true", "false"):
                report.add("flag_wrong", element, name=name.removeprefix(CAMUNDA), value=(element.get(name) or "")[:60])


def _check_drawing(root: etree._Element, processes: list[etree._Element], report: Report) -> None:
    drawn = {shape.get("bpmnElement") for shape in root.iter(BPMNDI + "BPMNShape", BPMNDI + "BPMNEdge")}
    if not drawn:
        if processes:
            report.add("no_drawing", processes[0])
        return
    for process in processes:
        for element in flow_elements(process):
            if element.get("id") not in drawn:
                report.add("shape_missing", element, name=element.get("name") or element.get("id"))


def flow_elements(scope: etree._Element) -> Iterator[etree._Element]:
    """Nodes and sequence flows of a process, those inside sub-processes too."""
    for element in scope:
        if not isinstance(element.tag, str) or not element.tag.startswith(BPMN):
            continue
        if tag_of(element) in FLOW_ELEMENTS:
            yield element
            if tag_of(element) in SCOPES:
                yield from flow_elements(element)


SCOPES = frozenset(("subProcess", "transaction", "adHocSubProcess"))
TASKS = frozenset(
    (
        "task",
        "manualTask",
        "userTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
    )
)
ACTIVITIES = TASKS | {"callActivity"} | SCOPES
EVENTS = frozenset(("startEvent", "endEvent", "intermediateThrowEvent", "intermediateCatchEvent", "boundaryEvent"))
GATEWAYS = frozenset(("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"))
NODES = ACTIVITIES | EVENTS | GATEWAYS
FLOW_ELEMENTS = NODES | {"sequenceFlow"}
UNSUPPORTED = {"complexGateway": "complex_gateway", "adHocSubProcess": "ad_hoc"}
BESIDE = frozenset(
    (
        "association",
        "auditing",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "documentation",
        "extensionElements",
        "group",
        "incoming",
        "ioSpecification",
        "laneSet",
        "monitoring",
        "multiInstanceLoopCharacteristics",
        "outgoing",
        "property",
        "dataInputAssociation",
        "dataOutputAssociation",
        "standardLoopCharacteristics",
        "textAnnotation",
    )
)
"""What may stand in a process or sub-process without being run."""

__all__ = ["ACTIVITIES", "BESIDE", "CAMUNDA", "EVENTS", "GATEWAYS", "NODES", "SCOPES", "TASKS", "UNSUPPORTED"]
