"""Constants, lists, contexts and intervals."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.feel.nodes.base import Node
from workflows.feel.scope import Scope
from workflows.feel.values import Range, Value, compare


@dataclass(frozen=True)
class Constant(Node):
    """A literal: number, string, boolean, null, or a temporal value."""

    value: Value

    def evaluate(self, scope: Scope) -> Value:
        return self.value


@dataclass(frozen=True)
class ListLiteral(Node):
    """`[1, 2, 3]`"""

    items: tuple[Node, ...]

    def evaluate(self, scope: Scope) -> Value:
        return [item.evaluate(scope) for item in self.items]


@dataclass(frozen=True)
class ContextLiteral(Node):
    """`{ năm: 2026, nghìn: năm * 1000 }`: an entry sees those before it. A key given twice makes it null."""

    entries: tuple[tuple[str, Node], ...]

    def evaluate(self, scope: Scope) -> Value:
        made: dict[str, Value] = {}
        inner = scope.inner(made)
        for name, node in self.entries:
            if name in made:
                return None
            made[name] = node.evaluate(inner)
        return dict(made)

    def free(self) -> frozenset[str]:
        seen: set[str] = set()
        names: set[str] = set()
        for name, node in self.entries:
            names |= node.free() - seen
            seen.add(name)
        return frozenset(names)


@dataclass(frozen=True)
class Interval(Node):
    """`[1..5]`, `(1..5)`, `]1..5[`. Null where a bound is not comparable with the other."""

    start: Node
    start_included: bool
    end: Node
    end_included: bool

    def evaluate(self, scope: Scope) -> Value:
        start, end = self.start.evaluate(scope), self.end.evaluate(scope)
        if (start is None and end is None) or (None not in (start, end) and compare(start, end) is None):
            return None
        return Range(start, self.start_included, end, self.end_included)


@dataclass(frozen=True)
class OpenInterval(Node):
    """`(< 5)`, `(>= 5)`, `(= 5)` as a value: everything that stands so to the bound."""

    operator: str
    bound: Node

    def evaluate(self, scope: Scope) -> Value:
        bound = self.bound.evaluate(scope)
        if self.operator in ("=", "!="):
            return Range(bound, True, bound, True, self.operator)
        if compare(bound, bound) is None:
            return None
        if self.operator[0] == "<":
            return Range(None, False, bound, self.operator == "<=", self.operator)
        return Range(bound, self.operator == ">=", None, False, self.operator)
