"""Nodes that only boxed expressions have."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.feel.nodes.base import Node
from workflows.feel.nodes.iteration import Quantified, walk
from workflows.feel.nodes.logic import If
from workflows.feel.nodes.names import Filter
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


@dataclass(frozen=True)
class BoxedConditional(If):
    """A boxed `if`: a condition that is neither boolean nor null makes it null."""

    def evaluate(self, scope: Scope) -> Value:
        condition = self.condition.evaluate(scope)
        if condition is not None and not isinstance(condition, bool):
            return None
        return (self.then if condition else self.otherwise).evaluate(scope)


@dataclass(frozen=True)
class BoxedFilter(Filter):
    """A boxed filter: a match that is neither boolean nor null makes it null."""

    strict = True


@dataclass(frozen=True)
class BoxedQuantified(Quantified):
    """A boxed `some` or `every`: a condition that is neither boolean nor null makes it null."""

    def evaluate(self, scope: Scope) -> Value:
        results: list[Value] = []

        def take(inner: Scope) -> bool:
            results.append(self.body.evaluate(inner))
            return True

        complete = walk(self.iterators, scope, self.body.size, take)
        if not complete or any(result is not None and not isinstance(result, bool) for result in results):
            return None
        winner = not self.every
        if winner in results:
            return winner
        return None if None in results else self.every
