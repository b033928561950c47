"""Parallel joins that wait for ever, as far as a look at the drawing can prove it."""

from __future__ import annotations

from lxml import etree

from workflows.camunda.xml import tag_of
from workflows.lint.graph import Graph, link_targets, reached_in
from workflows.lint.report import Report

CHOOSING = ("exclusiveGateway", "eventBasedGateway")
MAX_STEPS_BACK = 200


def check_joins(graph: Graph, report: Report) -> None:
    """For two branches of which one token takes only one, or for what comes only after the join itself."""
    joins = {name: node for name, node in graph.nodes.items() if tag_of(node) == "parallelGateway"}
    reached = reached_in(graph) if joins else set()
    for name, node in joins.items():
        incoming = graph.incoming(node)
        if len(incoming) < 2 or name not in reached:
            continue
        if (choice := _shared_choice(incoming, graph)) is not None:
            other = graph.nodes[choice]
            report.add("join_never", node, other=other.get("name") or other.get("id"))
            continue
        without = reached_in(graph, passing_by=name)
        sources = {flow.get("sourceRef") or "" for flow in incoming}
        if sources & reached - without:
            report.add("join_after_itself", node)


def _shared_choice(incoming: list[etree._Element], graph: Graph) -> str | None:
    """A gateway that two of these flows come from by different branches, and that one token at most comes to."""
    branches: dict[str, set[str]] = {}
    for flow in incoming:
        for name, branch in _choices(flow, graph).items():
            branches.setdefault(name, set()).add(branch)
    return next((name for name, taken in branches.items() if len(taken) > 1 and not _may_double(name, graph)), None)


def _choices(flow: etree._Element, graph: Graph) -> dict[str, str]:
    """The exclusive gateways that a token on this flow has certainly passed, and the flow it left each by.

    Backwards as long as there is one way in.
    """
    found: dict[str, str] = {}
    for _ in range(MAX_STEPS_BACK):
        name = flow.get("sourceRef") or ""
        node = graph.nodes[name]
        if tag_of(node) in CHOOSING and len(graph.outgoing(node)) > 1:
            found.setdefault(name, flow.get("id") or "")
        incoming = graph.incoming(node)
        if len(incoming) != 1:
            break
        flow = incoming[0]
    return found


def _may_double(name: str, graph: Graph) -> bool:
    """Whether two tokens may come to a node: some node before it sends tokens by two ways that both lead there."""
    before = _leading_to(name, graph)
    for other in before:
        node = graph.nodes[other]
        ways = [flow for flow in graph.outgoing(node) if flow.get("targetRef") in before | {name}]
        if len(ways) > 1 and tag_of(node) not in CHOOSING:
            return True
        if tag_of(node) == "boundaryEvent" and node.get("cancelActivity") == "false":
            return True
    return False


def _leading_to(name: str, graph: Graph) -> set[str]:
    """Every node from which a token may come to this one."""
    throws: dict[str, list[str]] = {}
    for source, targets in link_targets(graph).items():
        for target in targets:
            throws.setdefault(target, []).append(source)
    found: set[str] = set()
    todo = [name]
    while todo:
        here = todo.pop()
        node = graph.nodes[here]
        sources = [flow.get("sourceRef") or "" for flow in graph.incoming(node)] + throws.get(here, [])
        host = node.get("attachedToRef") or ""
        for source in [*sources, *([host] if host in graph.nodes else [])]:
            if source not in found:
                found.add(source)
                todo.append(source)
    return found
