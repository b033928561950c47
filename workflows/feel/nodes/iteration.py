"""`for`, `some`, `every`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from workflows.feel import limits
from workflows.feel.nodes.base import Node
from workflows.feel.scope import Scope
from workflows.feel.values import Range, Value


@dataclass(frozen=True)
class Span(Node):
    """`1..5` after `in`: upwards or downwards, both ends included."""

    start: Node
    end: Node

    def evaluate(self, scope: Scope) -> Value:
        return _sequence(self.start.evaluate(scope), self.end.evaluate(scope), scope)


def _sequence(start: Value, end: Value, scope: Scope) -> list[Value] | None:
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        return _numbers(start, end, scope)
    if _is_day(start) and _is_day(end):
        return _days(start, end, scope)
    return None


def _is_day(value: Value) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _numbers(start: Decimal, end: Decimal, scope: Scope) -> list[Value] | None:
    if start != start.to_integral_value() or end != end.to_integral_value():
        return None
    first, last = int(start), int(end)
    if abs(last - first) >= limits.LIST_ELEMENTS:
        raise limits.too_large("danh sách")
    step = 1 if last >= first else -1
    return scope.run.items([Decimal(value) for value in range(first, last + step, step)])


def _days(start: date, end: date, scope: Scope) -> list[Value]:
    length = (end - start).days
    if abs(length) >= limits.LIST_ELEMENTS:
        raise limits.too_large("danh sách")
    step = 1 if length >= 0 else -1
    return scope.run.items([start + timedelta(days=offset) for offset in range(0, length + step, step)])


def elements(domain: Value, scope: Scope) -> list[Value] | None:
    """What a loop goes through: a list's elements, an interval's numbers or days, a single value itself."""
    if domain is None or isinstance(domain, list):
        return domain
    if not isinstance(domain, Range):
        return [domain]
    values = _sequence(domain.start, domain.end, scope)
    if values is None:
        return None
    if values[0] > values[-1]:
        return None
    values = values if domain.start_included else values[1:]
    return values if domain.end_included else values[:-1]


@dataclass(frozen=True)
class For(Node):
    """`for x in xs, y in ys return …`; `partial` is the list so far. Null where a domain is null."""

    iterators: tuple[tuple[str, Node], ...]
    body: Node

    def evaluate(self, scope: Scope) -> Value:
        made: list[Value] = []

        def take(inner: Scope) -> bool:
            made.append(self.body.evaluate(inner))
            return len(made) <= limits.LIST_ELEMENTS

        complete = walk(self.iterators, scope.inner({"partial": made}), self.body.size, take)
        return scope.run.items(list(made)) if complete else None

    def free(self) -> frozenset[str]:
        return _free(self.iterators, self.body, frozenset(("partial",)))


@dataclass(frozen=True)
class Quantified(Node):
    """`some x in xs satisfies …` (true wins over null), `every …` (false wins over null)."""

    every: bool
    iterators: tuple[tuple[str, Node], ...]
    body: Node

    def evaluate(self, scope: Scope) -> Value:
        winner = not self.every
        results: list[bool | None] = []

        def take(inner: Scope) -> bool:
            found = self.body.evaluate(inner)
            results.append(found if isinstance(found, bool) else None)
            return found is not winner

        if not walk(self.iterators, scope, self.body.size, take):
            return None
        if winner in results:
            return winner
        return None if None in results else self.every

    def free(self) -> frozenset[str]:
        return _free(self.iterators, self.body, frozenset())


def walk(iterators: Sequence[tuple[str, Node]], scope: Scope, cost: int, take: Callable[[Scope], bool]) -> bool:
    """Call `take` for every combination until it answers False. False where a domain is null."""
    open_loops: list[tuple[Iterator[Value], str, Scope]] = []

    def enter(inner: Scope) -> bool:
        name, domain = iterators[len(open_loops)]
        values = elements(domain.evaluate(inner), inner)
        if values is None:
            return False
        open_loops.append((iter(values), name, inner))
        return True

    if not enter(scope):
        return False
    while open_loops:
        values, name, outer = open_loops[-1]
        for value in values:
            scope.run.charge(cost)
            inner = outer.inner({name: value})
            if len(open_loops) < len(iterators):
                if not enter(inner):
                    return False
                break
            if not take(inner):
                return True
        else:
            open_loops.pop()
    return True


def _free(iterators: Sequence[tuple[str, Node]], body: Node, bound: frozenset[str]) -> frozenset[str]:
    names: frozenset[str] = frozenset()
    for name, domain in iterators:
        names |= domain.free() - bound
        bound |= {name}
    return names | (body.free() - bound)
