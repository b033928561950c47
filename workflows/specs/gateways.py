"""Gateways: exclusive, parallel, inclusive, event-based."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.specs.nodes import CHILD, ROOT, Flow, Node
from workflows.tokens import WAITING, Token


class Exclusive(Node):
    """The first flow in drawn order whose condition holds, else the default."""

    def take(self, token: Token) -> Sequence[Flow]:
        for flow in self.flows:
            if flow.default:
                continue
            if flow.condition is None or token.instance.truth(flow.condition, token, self.bpmn_id):
                return [flow]
        for flow in self.flows:
            if flow.default:
                return [flow]
        if not self.flows:
            return []
        raise self.no_flow()


class Join(Node):
    """Arrivals wait, each with the flow it came by. Firing consumes one per flow; excess ones stay."""

    @property
    def joins(self) -> bool:
        return len(self.incoming) > 1

    def arrived(self, scope: Any) -> dict[str, Token]:
        """The earliest waiting token of each incoming flow."""
        first: dict[str, Token] = {}
        for token in scope.task_tree.children:
            if token.task_spec is self and token.state == WAITING and token.job is None and token.failure is None:
                first.setdefault(token.flow or "", token)
        return first

    def fire(self, arrived: Mapping[str, Token]) -> Token:
        """Consume one arrival per flow; the one that goes on is returned, not yet ready."""
        survivor, *consumed = arrived.values()
        for token in consumed:
            token.instance.remove(token)
        return survivor


class Parallel(Join):
    """Waits for every incoming flow; goes out by all."""

    def ready(self, token: Token) -> bool:
        if not self.joins:
            return True
        token.wait()
        arrived = self.arrived(token.workflow)
        if len(arrived) == len(self.incoming):
            self.fire(arrived)._ready()
        return False

    def take(self, token: Token) -> Sequence[Flow]:
        return self.flows


class Inclusive(Join):
    """Goes out by every flow that holds. A join fires at quiescence, when no token can still reach an empty flow.

    Source: BPMN 2.0.2, 13.4.3.
    """

    reach: Mapping[str, frozenset[str]] = {}
    """Node -> incoming flows by which a token standing there may still arrive, not passing through this join."""

    def ready(self, token: Token) -> bool:
        if not self.joins:
            return True
        token.wait()
        return False

    def may_fire(self, scope: Any, arrived: Mapping[str, Token]) -> bool:
        """Whether no other token can reach an empty flow, unless it can also reach a full one."""
        full = arrived.keys()
        empty = set(self.incoming) - full
        if not empty:
            return True
        for token in scope.task_tree.children:
            if token.listening:
                continue
            if token.task_spec is self:
                # it has arrived, unless it still stands before the join: an asynchronous one, or an incident
                reachable = frozenset(() if token.flow in full else (token.flow or "",))
            else:
                reachable = self.reach.get(token.task_spec.name, frozenset())
            if reachable & empty and not reachable & full:
                return False
        return True


class EventBased(Node):
    """Its targets race: they share a group, and the first to happen removes the others."""

    def take(self, token: Token) -> Sequence[Flow]:
        return self.flows

    def go(self, token: Token, flows: Sequence[Flow]) -> None:
        scope, group = token.workflow, str(token.id)
        for flow in flows:
            token.instance.token(scope, flow.target, scope.task_tree, flow=flow.id, group=group)


def add_reach(process: Any) -> None:
    """Give each inclusive join its table, by a backward search; a boundary event is reached from its host."""
    before: dict[str, list[str]] = {}
    source: dict[str, str] = {}
    for name, node in process.task_specs.items():
        if name == ROOT or name.endswith(CHILD):
            continue
        for flow in node.flows:
            before.setdefault(flow.target, []).append(name)
            source[flow.id] = name
        for boundary in node.boundaries:
            before.setdefault(boundary, []).append(name)
    for join in process.inclusive_joins:
        table: dict[str, set[str]] = {}
        for flow_id in join.incoming:
            for name in _backward(source[flow_id], join.name, before):
                table.setdefault(name, set()).add(flow_id)
        join.reach = {name: frozenset(flows) for name, flows in table.items()}


def _backward(start: str, join: str, before: Mapping[str, Sequence[str]]) -> set[str]:
    """Every node from which `start` can be reached without passing `join`, `start` included."""
    seen, todo = {start, join}, [start]
    while todo:
        for name in before.get(todo.pop(), ()):
            if name not in seen:
                seen.add(name)
                todo.append(name)
    if start != join:
        seen.discard(join)
    return seen
