"""Comparison, three-valued `and`/`or`, `if`, `between`, `in`, and the tests of decision tables."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.feel.nodes.base import Node
from workflows.feel.scope import Scope
from workflows.feel.values import Range, Value, compare, equal, includes


def compared(operator: str, left: Value, right: Value, scope: Scope) -> bool | None:
    """One of `= != < <= > >=`."""
    if operator in ("=", "!="):
        same = equal(left, right, scope.run)
        return same if operator == "=" or same is None else not same
    order = compare(left, right)
    if order is None:
        return None
    if operator == "<":
        return order < 0
    if operator == "<=":
        return order <= 0
    return order > 0 if operator == ">" else order >= 0


@dataclass(frozen=True)
class Comparison(Node):
    """`a = b`, `a < b` …"""

    operator: str
    left: Node
    right: Node

    def evaluate(self, scope: Scope) -> Value:
        return compared(self.operator, self.left.evaluate(scope), self.right.evaluate(scope), scope)


@dataclass(frozen=True)
class Conjunction(Node):
    """`a and b`: false wins over null."""

    left: Node
    right: Node

    def evaluate(self, scope: Scope) -> Value:
        left = self.left.evaluate(scope)
        if left is False:
            return False
        right = self.right.evaluate(scope)
        if right is False:
            return False
        return True if left is True and right is True else None


@dataclass(frozen=True)
class Disjunction(Node):
    """`a or b`: true wins over null."""

    left: Node
    right: Node

    def evaluate(self, scope: Scope) -> Value:
        left = self.left.evaluate(scope)
        if left is True:
            return True
        right = self.right.evaluate(scope)
        if right is True:
            return True
        return False if left is False and right is False else None


@dataclass(frozen=True)
class If(Node):
    """`if a then b else c`: only true takes the first branch."""

    condition: Node
    then: Node
    otherwise: Node

    def evaluate(self, scope: Scope) -> Value:
        return (self.then if self.condition.evaluate(scope) is True else self.otherwise).evaluate(scope)


@dataclass(frozen=True)
class Between(Node):
    """`a between b and c`, both ends included."""

    value: Node
    low: Node
    high: Node

    def evaluate(self, scope: Scope) -> Value:
        value = self.value.evaluate(scope)
        low = compared(">=", value, self.low.evaluate(scope), scope)
        high = compared("<=", value, self.high.evaluate(scope), scope)
        if low is None or high is None:
            return None
        return low and high


@dataclass(frozen=True)
class OperatorTest(Node):
    """`< 5`, `!= "x"` as a test of `?`."""

    operator: str
    operand: Node

    def evaluate(self, scope: Scope) -> Value:
        return compared(self.operator, scope.find("?"), self.operand.evaluate(scope), scope)


@dataclass(frozen=True)
class ValueTest(Node):
    """An expression as a test of `?`: true itself if it speaks of `?`, else equal to the value or holding it."""

    operand: Node
    about_input: bool

    def evaluate(self, scope: Scope) -> Value:
        result = self.operand.evaluate(scope)
        if self.about_input:
            return result if isinstance(result, bool) else None
        return matches(scope.find("?"), result, scope)


def matches(value: Value, wanted: Value, scope: Scope) -> bool | None:
    """`value in wanted`: equal to it, inside the interval, an element of the list, or a list's interval."""
    if isinstance(wanted, Range) and not isinstance(value, Range):
        return includes(wanted, value, scope.run)
    if isinstance(wanted, list):
        return _in_list(value, wanted, scope)
    if wanted is True and not isinstance(value, bool):
        return True
    return equal(value, wanted, scope.run)


def _in_list(value: Value, wanted: list[Value], scope: Scope) -> bool | None:
    scope.run.charge(len(wanted))
    if isinstance(value, list) and equal(value, wanted, scope.run):
        return True
    for item in wanted:
        if isinstance(item, Range) and not isinstance(value, Range):
            found = includes(item, value, scope.run)
        else:
            found = equal(value, item, scope.run)
        if found:
            return True
    return False


@dataclass(frozen=True)
class Tests(Node):
    """Several tests, one of which must hold; `negated` for `not(…)`."""

    tests: tuple[Node, ...]
    negated: bool = False

    def evaluate(self, scope: Scope) -> Value:
        result: bool | None = False
        for test in self.tests:
            found = test.evaluate(scope)
            if found is True:
                result = True
                break
            if found is None:
                result = None
        return result if not self.negated or result is None else not result


@dataclass(frozen=True)
class In(Node):
    """`a in tests`"""

    value: Node
    tests: Node

    def evaluate(self, scope: Scope) -> Value:
        return self.tests.evaluate(scope.inner({"?": self.value.evaluate(scope)}))

    def free(self) -> frozenset[str]:
        return self.value.free() | (self.tests.free() - {"?"})
