"""Rules about how nodes hang together: flows, defaults, conditions, starts, ends, ways to everything."""

from __future__ import annotations

from lxml import etree

from workflows.camunda.xml import BPMN, children, tag_of
from workflows.lint.document import GATEWAYS, NODES, SCOPES
from workflows.lint.events import kind_of
from workflows.lint.graph import Graph, reached_in
from workflows.lint.joins import check_joins
from workflows.lint.report import Report

EVENT_TARGETS = frozenset(("timer", "message", "signal", "conditional"))


def check_structure(scope: etree._Element, report: Report) -> None:
    """One process or sub-process, then inwards."""
    graph = _graph(scope, report)
    for node in graph.nodes.values():
        _check_ends_of(node, graph, report)
        _check_conditions(node, graph, report)
        if tag_of(node) == "eventBasedGateway":
            _check_event_gateway(node, graph, report)
        if tag_of(node) in SCOPES:
            check_structure(node, report)
    _check_starts(graph, report)
    _check_reachable(graph, report)
    check_joins(graph, report)


def _graph(scope: etree._Element, report: Report) -> Graph:
    nodes = {child.get("id") or "": child for child in children(scope) if tag_of(child) in NODES}
    graph = Graph(scope, nodes)
    for flow in scope.findall(BPMN + "sequenceFlow"):
        source, target = flow.get("sourceRef"), flow.get("targetRef")
        if source not in nodes or target not in nodes or not flow.get("id"):
            report.add("flow_dangling", flow)
            continue
        graph.out.setdefault(source or "", []).append(flow)
        graph.into.setdefault(target or "", []).append(flow)
    return graph


def is_listener(node: etree._Element) -> bool:
    """An event sub-process."""
    return node.get("triggeredByEvent") == "true"


def _check_ends_of(node: etree._Element, graph: Graph, report: Report) -> None:
    tag, kind = tag_of(node), kind_of(node)
    if is_listener(node):
        if graph.incoming(node) or graph.outgoing(node):
            report.add("event_sub_process_flow", node)
        return
    link = kind == "link"
    if graph.incoming(node) and (tag in ("startEvent", "boundaryEvent") or (link and tag == "intermediateCatchEvent")):
        report.add("flow_into", node)
    if graph.outgoing(node) and (tag == "endEvent" or (link and tag == "intermediateThrowEvent")):
        report.add("flow_out", node)
    if tag in GATEWAYS and not graph.outgoing(node):
        report.add("no_way_out", node)


def _check_conditions(node: etree._Element, graph: Graph, report: Report) -> None:
    tag, flows = tag_of(node), graph.outgoing(node)
    default = node.get("default")
    if default and default not in {flow.get("id") for flow in flows}:
        report.add("default_wrong", node)
    conditional = [flow for flow in flows if flow.find(BPMN + "conditionExpression") is not None]
    for flow in conditional:
        if flow.get("id") == default:
            report.add("condition_on_default", flow)
        elif tag in ("parallelGateway", "eventBasedGateway"):
            report.add("condition_meaningless", node)
        elif tag == "exclusiveGateway" and len(flows) == 1:
            report.add("condition_on_only_flow", node)
    if tag == "exclusiveGateway" and len(flows) > 1:
        for flow in flows:
            if flow not in conditional and flow.get("id") != default:
                report.add("flow_without_condition", flow, label=node.get("name") or node.get("id"))


def _check_event_gateway(node: etree._Element, graph: Graph, report: Report) -> None:
    targets = [graph.nodes[flow.get("targetRef") or ""] for flow in graph.outgoing(node)]
    for target in targets:
        catches = tag_of(target) == "intermediateCatchEvent" and kind_of(target) in EVENT_TARGETS
        receives = tag_of(target) == "receiveTask" and not _loops(target)
        if not (catches or receives) or len(graph.incoming(target)) != 1:
            report.add("event_gateway", node)
            return


def _loops(node: etree._Element) -> bool:
    return any(tag_of(child).endswith("LoopCharacteristics") for child in children(node))


def _check_starts(graph: Graph, report: Report) -> None:
    scope = graph.scope
    starts = [node for node in graph.nodes.values() if tag_of(node) == "startEvent"]
    if tag_of(scope) == "process":
        if not starts:
            report.add("no_start", scope)
        if sum(kind_of(start) == "none" for start in starts) > 1:
            report.add("many_starts", scope)
        return
    if len(starts) != 1:
        report.add("sub_process_start", scope, kind="có loại sự kiện" if is_listener(scope) else "thường")


def _check_reachable(graph: Graph, report: Report) -> None:
    reached = reached_in(graph)
    for name, node in graph.nodes.items():
        if name not in reached and not is_listener(node) and not _is_loose_boundary(node, graph):
            report.add("unreachable", node)


def _is_loose_boundary(node: etree._Element, graph: Graph) -> bool:
    """A boundary event without its host is reported as such."""
    return tag_of(node) == "boundaryEvent" and node.get("attachedToRef") not in graph.nodes
