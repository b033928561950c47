"""`+ - * / **` and the sign, on numbers, strings and temporal values. What does not fit is null."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow

from workflows.feel import limits, temporal_arithmetic
from workflows.feel.nodes.base import Node
from workflows.feel.scope import Scope
from workflows.feel.values import NUMBERS, Value, kind


def _power(left: Decimal, right: Decimal) -> Decimal:
    return NUMBERS.power(left, right)


_ON_NUMBERS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": NUMBERS.add,
    "-": NUMBERS.subtract,
    "*": NUMBERS.multiply,
    "/": NUMBERS.divide,
    "**": _power,
}


def on_numbers(operator: str, left: Decimal, right: Decimal) -> Decimal | None:
    """The result to 34 digits; None where there is none (division by zero, root of a negative number).

    Raises: ExpressionError when the result is beyond decimal128.
    """
    try:
        return _ON_NUMBERS[operator](left, right)
    except Overflow:
        raise limits.too_large("số") from None
    except (InvalidOperation, DivisionByZero):
        return None


@dataclass(frozen=True)
class Arithmetic(Node):
    """A binary operator."""

    operator: str
    left: Node
    right: Node

    def evaluate(self, scope: Scope) -> Value:
        left, right = self.left.evaluate(scope), self.right.evaluate(scope)
        if type(left) is Decimal and type(right) is Decimal:
            return on_numbers(self.operator, left, right)
        if left is None or right is None:
            return None
        if isinstance(left, str) and isinstance(right, str):
            return scope.run.text(left + right) if self.operator == "+" else None
        return temporal_arithmetic.binary(self.operator, left, right)


@dataclass(frozen=True)
class Negation(Node):
    """`-x`"""

    operand: Node

    def evaluate(self, scope: Scope) -> Value:
        value = self.operand.evaluate(scope)
        if isinstance(value, Decimal):
            return NUMBERS.minus(value)
        return temporal_arithmetic.negate(value) if kind(value).endswith("duration") else None
