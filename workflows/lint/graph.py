"""The nodes and flows of one process or sub-process, and what leads to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from workflows.camunda.events import definitions
from workflows.camunda.xml import tag_of
from workflows.lint.events import kind_of


@dataclass(slots=True)
class Graph:
    """The nodes and flows directly in one process or sub-process."""

    scope: etree._Element
    nodes: dict[str, etree._Element]
    out: dict[str, list[etree._Element]] = field(default_factory=dict)
    into: dict[str, list[etree._Element]] = field(default_factory=dict)

    def outgoing(self, node: etree._Element) -> list[etree._Element]:
        return self.out.get(node.get("id") or "", [])

    def incoming(self, node: etree._Element) -> list[etree._Element]:
        return self.into.get(node.get("id") or "", [])


def reached_in(graph: Graph, passing_by: str | None = None) -> set[str]:
    """Everything a token can come to: from starts along flows, to boundary events, from link to link.

    `passing_by`: without going through that node.
    """
    boundaries: dict[str, list[str]] = {}
    for name, node in graph.nodes.items():
        boundaries.setdefault(node.get("attachedToRef") or "", []).append(name)
    links = link_targets(graph)
    todo = [name for name, node in graph.nodes.items() if tag_of(node) == "startEvent"]
    reached = set(todo)
    while todo:
        name = todo.pop()
        following = [flow.get("targetRef") or "" for flow in graph.out.get(name, [])]
        following += boundaries.get(name, []) + links.get(name, [])
        for target in following:
            if target not in reached and target != passing_by:
                reached.add(target)
                todo.append(target)
    return reached


def link_targets(graph: Graph) -> Mapping[str, list[str]]:
    linked = {name: node for name, node in graph.nodes.items() if kind_of(node) == "link"}
    named = {name: definitions(node)[0].get("name") for name, node in linked.items()}
    return {
        name: [other for other in linked if named[other] == named[name] and other != name]
        for name, node in linked.items()
        if tag_of(node) == "intermediateThrowEvent"
    }
