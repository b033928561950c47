"""FEEL's values: which Python types they are, how they come in, when two are equal, which one comes first.

number `Decimal` · string `str` · boolean `bool` · list `list` · context `dict` · range `Range` · function `Function`;
temporal values as in `temporal.py`; null `None`.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from workflows.errors import ExpressionError
from workflows.feel import limits
from workflows.feel.far import FarDate, FarDateTime
from workflows.feel.temporal import YearsMonths

if TYPE_CHECKING:
    from workflows.feel.scope import Run

Value = Any

NUMBERS = decimal.Context(
    prec=limits.NUMBER_DIGITS,
    rounding=decimal.ROUND_HALF_EVEN,
    Emax=limits.NUMBER_EXPONENT,
    Emin=-limits.NUMBER_EXPONENT + 1,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""Decimal128. Use its methods (`NUMBERS.add(a, b)`): the thread's own context is somebody else's."""


EXACT = decimal.Context(prec=2 * limits.NUMBER_EXPONENT + limits.NUMBER_DIGITS, Emax=999_999, Emin=-999_999)
"""Wide enough for any decimal128 without rounding."""


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; or with `operator`, all values that stand so to a bound (`< 5`): its other end is open.

    A null bound without an operator is unknown: nothing can be said to lie inside.
    """

    start: Value
    start_included: bool
    end: Value
    end_included: bool
    operator: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function as a value. `parameters` are its names in order; `types` their declared types, where given."""

    name: str | None
    parameters: tuple[str, ...]
    invoke: Callable[[Run, Sequence[Value]], Value]
    types: tuple[Any, ...] = ()


def number(value: int | float | Decimal) -> Decimal:
    """The exact decimal of a Python number; a float as it prints.

    Raises: ExpressionError for NaN, infinity, or a number beyond decimal128.
    """
    if isinstance(value, int) and value.bit_length() > limits.NUMBER_EXPONENT * 3:
        raise limits.too_large("số")
    result = value if isinstance(value, Decimal) else Decimal(str(value) if isinstance(value, float) else value)
    if not result.is_finite():
        raise ExpressionError("Giá trị số không hợp lệ (vô cực hoặc không phải số).", code="value_type")
    if result and not -limits.NUMBER_EXPONENT <= result.adjusted() <= limits.NUMBER_EXPONENT:
        raise limits.too_large("số")
    return result


def literal_number(text: str) -> Decimal:
    """The number a text of digits stands for, to 34 digits.

    Raises: ExpressionError beyond decimal128.
    """
    try:
        return NUMBERS.plus(number(Decimal(text)))
    except (decimal.InvalidOperation, decimal.Overflow):
        raise limits.too_large("số") from None


_PLAIN = (str, bool, date, time, timedelta, YearsMonths, FarDate, FarDateTime, Range, Function)


def incoming(value: Value, run: Run, depth: int = 0) -> Value:
    """A variable's value as FEEL has it: ints and floats become decimals, mappings dicts, sequences and sets lists.

    Raises: ExpressionError for a value of a type that no variable can have.
    """
    if value is None or isinstance(value, _PLAIN):
        return value
    if isinstance(value, (int, float, Decimal)):
        return number(value)
    if depth > limits.VALUE_DEPTH:
        raise limits.too_deep()
    if isinstance(value, Mapping):
        run.charge(len(value))
        return {str(key): incoming(item, run, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, Set)):
        run.charge(len(value))
        return [incoming(item, run, depth + 1) for item in value]
    raise ExpressionError(f"Biểu thức không dùng được giá trị kiểu {type(value).__name__}.", code="value_type")


def kind(value: Value) -> str:
    """FEEL's name of a value's type."""
    if value is None:
        return "Null"
    for name, types in _KINDS:
        if isinstance(value, types):
            return name
    return "Any"


_KINDS: tuple[tuple[str, type | tuple[type, ...]], ...] = (
    ("boolean", bool),
    ("number", Decimal),
    ("string", str),
    ("list", list),
    ("context", dict),
    ("date and time", (datetime, FarDateTime)),
    ("date", (date, FarDate)),
    ("time", time),
    ("days and time duration", timedelta),
    ("years and months duration", YearsMonths),
    ("range", Range),
    ("function", Function),
)


def equal(left: Value, right: Value, run: Run, depth: int = 0) -> bool | None:
    """FEEL's `=`: null only equals null; values of different kinds are neither equal nor unequal (None)."""
    if left is None or right is None:
        return left is None and right is None
    kind_left = kind(left)
    if kind_left != kind(right):
        return None
    if kind_left == "list":
        return _equal_lists(left, right, run, depth + 1)
    if kind_left == "context":
        return _equal_contexts(left, right, run, depth + 1)
    if kind_left in ("date and time", "time"):
        return _equal_clocks(left, right)
    if kind_left == "range":
        return _equal_ranges(left, right, run, depth + 1)
    return bool(left == right)


def _equal_lists(left: list[Value], right: list[Value], run: Run, depth: int) -> bool | None:
    if depth > limits.VALUE_DEPTH:
        raise limits.too_deep()
    if len(left) != len(right):
        return False
    run.charge(len(left))
    result: bool | None = True
    for one, other in zip(left, right, strict=True):
        same = equal(one, other, run, depth)
        if same is False:
            return False
        if same is None:
            result = None
    return result


def _equal_contexts(left: dict[str, Value], right: dict[str, Value], run: Run, depth: int) -> bool | None:
    if left.keys() != right.keys():
        return False
    return _equal_lists(list(left.values()), [right[key] for key in left], run, depth)


def _equal_ranges(left: Range, right: Range, run: Run, depth: int) -> bool:
    if (left.start_included, left.end_included, left.operator) != (
        right.start_included,
        right.end_included,
        right.operator,
    ):
        return False
    return bool(equal(left.start, right.start, run, depth) and equal(left.end, right.end, run, depth))


def _equal_clocks(left: datetime | time, right: datetime | time) -> bool | None:
    """By the properties that FEEL gives a clock: to the second."""
    if (left.tzinfo is None) != (right.tzinfo is None):
        return None
    if isinstance(left, FarDateTime) or isinstance(right, FarDateTime):
        return bool(left == right)
    left, right = left.replace(microsecond=0), right.replace(microsecond=0)
    if left.utcoffset() is None and left.tzinfo is not None:
        return left.replace(tzinfo=None) == right.replace(tzinfo=None) and left.tzinfo == right.tzinfo
    return left == right


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; None where the two have no order (different kinds, null, wall time against instant)."""
    kind_left = kind(left)
    if kind_left not in _ORDERED or kind_left != kind(right):
        return None
    try:
        return int(left > right) - int(left < right)
    except TypeError:
        return None


_ORDERED = frozenset(
    ("number", "string", "date", "time", "date and time", "days and time duration", "years and months duration")
)


def includes(interval: Range, value: Value, run: Run) -> bool | None:
    """Whether the value lies in the interval; None where it cannot be compared with a bound."""
    if interval.operator in ("=", "!="):
        same = equal(value, interval.start, run)
        return same if same is None or interval.operator == "=" else not same
    if value is None:
        return None
    low = _keeps(interval.start, value, interval.start_included) if interval.operator[:1] != "<" else True
    high = _keeps(value, interval.end, interval.end_included) if interval.operator[:1] != ">" else True
    return None if low is None or high is None else low and high


def _keeps(lower: Value, higher: Value, included: bool) -> bool | None:
    order = compare(lower, higher)
    return None if order is None else order < 0 or (order == 0 and included)
