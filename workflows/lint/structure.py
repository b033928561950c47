"""Rules about how nodes hang together: flows, defaults, conditions, starts, ends, ways to everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from workflows.camunda.events import definitions
from workflows.camunda.xml import BPMN, children, tag_of
from workflows.lint.document import ACTIVITIES, GATEWAYS, NODES, SCOPES
from workflows.lint.events import kind_of
from workflows.lint.report import Report

EVENT_TARGETS = frozenset(("timer", "message", "signal", "conditional"))


@dataclass(slots=True)
class Graph:
    """The nodes and flows directly in one process or sub-process."""

    scope: etree._Element
    nodes: dict[str, etree._Element]
    out: dict[str, list[etree._Element]] = field(default_factory=dict)
    into: dict[str, list[etree._Element]] = field(default_factory=dict)
    watched: set[str] = field(default_factory=set)
    """Nodes with a boundary event on them."""

    def outgoing(self, node: etree._Element) -> list[etree._Element]:
        return self.out.get(node.get("id") or "", [])

    def incoming(self, node: etree._Element) -> list[etree._Element]:
        return self.into.get(node.get("id") or "", [])


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
    _check_joins(graph, report)


def _graph(scope: etree._Element, report: Report) -> Graph:
    nodes = {child.get("id") or "": child for child in children(scope) if tag_of(child) in NODES}
    graph = Graph(scope, nodes, watched={node.get("attachedToRef") or "" for node in nodes.values()})
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
    if not any(tag_of(node) == "endEvent" for node in graph.nodes.values()):
        report.add("sub_process_end", scope)


def _check_reachable(graph: Graph, report: Report) -> None:
    reached = _reached(graph)
    for name, node in graph.nodes.items():
        if name not in reached and not is_listener(node) and not _is_loose_boundary(node, graph):
            report.add("unreachable", node)


def _is_loose_boundary(node: etree._Element, graph: Graph) -> bool:
    """A boundary event without its host is reported as such."""
    return tag_of(node) == "boundaryEvent" and node.get("attachedToRef") not in graph.nodes


def _reached(graph: Graph) -> set[str]:
    """Everything a token can come to: from starts along flows, to boundary events, from link to link."""
    boundaries: dict[str, list[str]] = {}
    for name, node in graph.nodes.items():
        boundaries.setdefault(node.get("attachedToRef") or "", []).append(name)
    links = _link_targets(graph)
    todo = [name for name, node in graph.nodes.items() if tag_of(node) == "startEvent"]
    reached = set(todo)
    while todo:
        name = todo.pop()
        following = [flow.get("targetRef") or "" for flow in graph.out.get(name, [])]
        following += boundaries.get(name, []) + links.get(name, [])
        for target in following:
            if target not in reached:
                reached.add(target)
                todo.append(target)
    return reached


def _link_targets(graph: Graph) -> Mapping[str, list[str]]:
    linked = {name: node for name, node in graph.nodes.items() if kind_of(node) == "link"}
    named = {name: definitions(node)[0].get("name") for name, node in linked.items()}
    return {
        name: [other for other in linked if named[other] == named[name] and other != name]
        for name, node in linked.items()
        if tag_of(node) == "intermediateThrowEvent"
    }


def _check_joins(graph: Graph, report: Report) -> None:
    """A parallel join fed only by the branches of one exclusive split waits for ever."""
    for node in graph.nodes.values():
        incoming = graph.incoming(node)
        if tag_of(node) != "parallelGateway" or len(incoming) < 2:
            continue
        sources = {_single_origin(flow, graph) for flow in incoming}
        if len(sources) == 1 and (origin := sources.pop()) is not None:
            other = graph.nodes[origin]
            report.add("join_never", node, other=other.get("name") or other.get("id"))


def _single_origin(flow: etree._Element, graph: Graph) -> str | None:
    """The exclusive gateway from which this flow comes along a chain of plain steps, without another way in or out."""
    seen: set[str] = set()
    while True:
        name = flow.get("sourceRef") or ""
        node = graph.nodes[name]
        if tag_of(node) in ("exclusiveGateway", "eventBasedGateway") and len(graph.outgoing(node)) > 1:
            return name
        incoming = graph.incoming(node)
        if len(incoming) != 1 or len(graph.outgoing(node)) != 1 or name in graph.watched or name in seen:
            return None
        if tag_of(node) not in ACTIVITIES and tag_of(node) not in ("intermediateCatchEvent", "intermediateThrowEvent"):
            return None
        seen.add(name)
        flow = incoming[0]
