"""What JUEL does otherwise than FEEL: values are coerced, names are strict, a wrong type is an error.

As observed on Camunda 7.24: numeric strings become numbers (`"10" > 5`, `5 == '5'`), null counts as 0 in sums and as
false in logic, an order with null is false, `+` never joins text, a missing key of a map is null.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation

from workflows.errors import ExpressionError
from workflows.feel import temporal_arithmetic
from workflows.feel.nodes.arithmetic import on_numbers
from workflows.feel.nodes.base import Node
from workflows.feel.nodes.calls import call_host
from workflows.feel.scope import MISSING, Scope, unknown_name
from workflows.feel.temporal import YearsMonths
from workflows.feel.text import to_text
from workflows.feel.values import NUMBERS, Value, compare, equal, kind, number

_TEMPORAL = (date, time, timedelta, YearsMonths)


def _wrong(what: str, *values: Value) -> ExpressionError:
    kinds = " và ".join(_VIETNAMESE.get(kind(value), kind(value)) for value in values)
    return ExpressionError(f"Không {what} được với {kinds}.", code="wrong_type")


_VIETNAMESE = {
    "Null": "giá trị rỗng",
    "boolean": "giá trị đúng/sai",
    "number": "số",
    "string": "chuỗi",
    "list": "danh sách",
    "context": "nhóm giá trị",
    "date": "ngày",
    "time": "giờ",
    "date and time": "ngày giờ",
    "days and time duration": "khoảng thời gian",
    "years and months duration": "khoảng năm tháng",
}


def as_boolean(value: Value) -> bool:
    """Null and the empty string are false, a string is true where it says `true`. Raises: ExpressionError."""
    if isinstance(value, bool):
        return value
    if value is None:
        return False
    if isinstance(value, str):
        return value.lower() == "true"
    raise _wrong("xét đúng sai", value)


def as_number(value: Value, what: str) -> Decimal:
    """Null and the empty string are 0, a numeric string its number. Raises: ExpressionError."""
    if isinstance(value, Decimal):
        return value
    if value is None or value == "":
        return Decimal(0)
    if isinstance(value, str) and len(value) <= 100:
        try:
            return number(Decimal(value.strip()))
        except InvalidOperation:
            pass
    raise _wrong(what, value)


@dataclass(frozen=True)
class StrictName(Node):
    """A variable that must be there."""

    name: str

    def evaluate(self, scope: Scope) -> Value:
        value = scope.find(self.name)
        if value is MISSING:
            raise unknown_name(self.name)
        return value

    def free(self) -> frozenset[str]:
        return frozenset((self.name,))


@dataclass(frozen=True)
class Member(Node):
    """`a.b`, `a['b']`, `a[0]`: keys of maps and places of lists (from 0); of null, null."""

    base: Node
    key: Node

    def evaluate(self, scope: Scope) -> Value:
        base, key = self.base.evaluate(scope), self.key.evaluate(scope)
        if base is None or key is None:
            return None
        if isinstance(base, dict):
            return base.get(key if isinstance(key, str) else to_text(key, scope.run))
        if isinstance(base, list):
            place = as_number(key, "lấy phần tử")
            whole = place == place.to_integral_value() and 0 <= place < len(base)
            return base[int(place)] if whole else None
        raise _wrong(f"lấy thuộc tính “{to_text(key, scope.run)[:40]}”", base)


@dataclass(frozen=True)
class HostCall(Node):
    """A function of the engine's, by name."""

    name: str
    arguments: tuple[Node, ...]

    def evaluate(self, scope: Scope) -> Value:
        function = scope.run.functions.get(self.name)
        if function is None:
            raise ExpressionError(f"Không có hàm “{self.name}”.", code="unknown_name")
        return call_host(self.name, function, [node.evaluate(scope) for node in self.arguments], scope.run)

    def called(self) -> frozenset[str]:
        return super().called() | {self.name}


@dataclass(frozen=True)
class Both(Node):
    """`a && b`"""

    left: Node
    right: Node

    def evaluate(self, scope: Scope) -> Value:
        return as_boolean(self.left.evaluate(scope)) and as_boolean(self.right.evaluate(scope))


@dataclass(frozen=True)
class Either(Node):
    """`a || b`"""

    left: Node
    right: Node

    def evaluate(self, scope: Scope) -> Value:
        return as_boolean(self.left.evaluate(scope)) or as_boolean(self.right.evaluate(scope))


@dataclass(frozen=True)
class Not(Node):
    """`!a`"""

    operand: Node

    def evaluate(self, scope: Scope) -> Value:
        return not as_boolean(self.operand.evaluate(scope))


@dataclass(frozen=True)
class Empty(Node):
    """`empty a`: null, an empty string, an empty list or map."""

    operand: Node

    def evaluate(self, scope: Scope) -> Value:
        return self.operand.evaluate(scope) in (None, "", [], {})


@dataclass(frozen=True)
class Choice(Node):
    """`a ? b : c`"""

    condition: Node
    then: Node
    otherwise: Node

    def evaluate(self, scope: Scope) -> Value:
        return (self.then if as_boolean(self.condition.evaluate(scope)) else self.otherwise).evaluate(scope)


@dataclass(frozen=True)
class JuelComparison(Node):
    """`==`, `!=` and the orders, after coercion."""

    operator: str
    left: Node
    right: Node

    def evaluate(self, scope: Scope) -> Value:
        left, right = self.left.evaluate(scope), self.right.evaluate(scope)
        if self.operator in ("==", "!="):
            return _same(left, right, scope) is (self.operator == "==")
        if left is None or right is None:
            return False
        if isinstance(left, Decimal) or isinstance(right, Decimal):
            left, right = as_number(left, "so sánh"), as_number(right, "so sánh")
        order = compare(left, right)
        if order is None:
            raise _wrong("so sánh", left, right)
        return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[self.operator]


def _same(left: Value, right: Value, scope: Scope) -> bool:
    if left is None or right is None:
        return left is right
    if isinstance(left, bool) or isinstance(right, bool):
        return as_boolean(left) is as_boolean(right)
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return as_number(left, "so sánh") == as_number(right, "so sánh")
    if isinstance(left, str) or isinstance(right, str):
        return to_text(left, scope.run) == to_text(right, scope.run)
    return equal(left, right, scope.run) is True


@dataclass(frozen=True)
class JuelArithmetic(Node):
    """`+ - * / %` on numbers; dates and durations add as in FEEL."""

    operator: str
    left: Node
    right: Node

    def evaluate(self, scope: Scope) -> Value:
        left, right = self.left.evaluate(scope), self.right.evaluate(scope)
        if isinstance(left, _TEMPORAL) or isinstance(right, _TEMPORAL):
            result = temporal_arithmetic.binary(self.operator, left, right)
            if result is None:
                raise _wrong("tính", left, right)
            return result
        return self._numbers(as_number(left, "tính"), as_number(right, "tính"))

    def _numbers(self, left: Decimal, right: Decimal) -> Decimal:
        if self.operator in "/%" and not right:
            raise ExpressionError("Biểu thức chia cho 0.", code="division_by_zero")
        if self.operator == "%":
            try:
                return NUMBERS.remainder(left, right)
            except InvalidOperation:
                raise _wrong("chia lấy dư", left, right) from None
        result = on_numbers(self.operator, left, right)
        if result is None:
            raise _wrong("tính", left, right)
        return result


@dataclass(frozen=True)
class Minus(Node):
    """`-a`"""

    operand: Node

    def evaluate(self, scope: Scope) -> Value:
        value = self.operand.evaluate(scope)
        if isinstance(value, (timedelta, YearsMonths)):
            return temporal_arithmetic.negate(value)
        return NUMBERS.minus(as_number(value, "đổi dấu"))


@dataclass(frozen=True)
class Joined(Node):
    """Text with expressions in it; null leaves nothing."""

    parts: tuple[Node, ...]

    def evaluate(self, scope: Scope) -> Value:
        texts = []
        for part in self.parts:
            value = part.evaluate(scope)
            texts.append("" if value is None else scope.run.text(to_text(value, scope.run)))
        return scope.run.text("".join(texts))
