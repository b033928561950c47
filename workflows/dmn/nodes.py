"""Nodes that only boxed expressions have."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.feel.nodes.base import Node
from workflows.feel.scope import Scope
from workflows.feel.types import Type, conform
from workflows.feel.values import Value


@dataclass(frozen=True)
class Typed(Node):
    """An expression with a declared type: a value that does not conform is null."""

    expression: Node
    type_: Type

    def evaluate(self, scope: Scope) -> Value:
        return conform(self.expression.evaluate(scope), self.type_)


@dataclass(frozen=True)
class BoxedContext(Node):
    """A context whose entries see those before them; with a result box, that box's value."""

    entries: tuple[tuple[str, Node], ...]
    result: Node | None

    def evaluate(self, scope: Scope) -> Value:
        made: dict[str, Value] = {}
        inner = scope.inner(made)
        for name, node in self.entries:
            made[name] = node.evaluate(inner)
        return dict(made) if self.result is None else self.result.evaluate(inner)
