"""Sums, differences, products and quotients of dates, times and durations. What is not defined is null."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from workflows.feel import far
from workflows.feel.far import FarDate, FarDateTime
from workflows.feel.temporal import MONTHS_LIMIT, YearsMonths
from workflows.feel.values import NUMBERS, Value

_EPOCH = date(2000, 1, 1)


def binary(operator: str, left: Value, right: Value) -> Value:
    """`left operator right`, or None where FEEL defines no result or Python's calendar ends."""
    try:
        return _binary(operator, left, right)
    except (OverflowError, InvalidOperation):
        return None


def negate(value: Value) -> Value:
    """A duration the other way round; None for anything else."""
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    return -value if isinstance(value, timedelta) else None


def _binary(operator: str, left: Value, right: Value) -> Value:
    if operator == "+":
        return plus(left, right) if isinstance(right, (timedelta, YearsMonths)) else _plus_reversed(left, right)
    if operator == "-":
        return minus(left, right)
    if operator == "*":
        return _times(left, right) if isinstance(right, Decimal) else _times(right, left)
    if operator == "/":
        return _divide(left, right)
    return None


def _plus_reversed(left: Value, right: Value) -> Value:
    return plus(right, left) if isinstance(left, (timedelta, YearsMonths)) else None


def plus(value: Value, duration: timedelta | YearsMonths) -> Value:
    """A temporal value moved by a duration; the sum of two durations of one kind."""
    if isinstance(duration, YearsMonths):
        if isinstance(value, YearsMonths):
            return _months(value.months + duration.months)
        return far.add_months(value, duration.months) if isinstance(value, (date, FarDate, FarDateTime)) else None
    if isinstance(value, timedelta):
        return value + duration
    if isinstance(value, (date, FarDate, FarDateTime)):
        return far.add(value, duration)
    if isinstance(value, time):
        return (
            datetime.combine(_EPOCH, value) + timedelta(seconds=duration.seconds, microseconds=duration.microseconds)
        ).timetz()
    return None


def minus(left: Value, right: Value) -> Value:
    """The duration between two temporal values of one kind, or a value moved backwards."""
    if isinstance(right, (timedelta, YearsMonths)):
        return plus(left, negate(right))
    if isinstance(left, time) and isinstance(right, time):
        return _between(datetime.combine(_EPOCH, left), datetime.combine(_EPOCH, right))
    if isinstance(left, (date, FarDate, FarDateTime)) and isinstance(right, (date, FarDate, FarDateTime)):
        return _between(_moment(left, right), _moment(right, left))
    return None


def _moment(value: Value, other: Value) -> Value:
    """Beside a date and time, a date is its midnight in UTC."""
    if isinstance(value, (datetime, FarDateTime)):
        return value
    return far.combine(value, time(tzinfo=UTC) if isinstance(other, (datetime, FarDateTime)) else time())


def _between(left: Value, right: Value) -> timedelta | None:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return None
    plain = isinstance(left, datetime) and isinstance(right, datetime)
    return left - right if plain else far.between(left, right)


def _times(duration: Value, factor: Value) -> Value:
    if not isinstance(factor, Decimal):
        return None
    if isinstance(duration, YearsMonths):
        return _months(int(NUMBERS.multiply(Decimal(duration.months), factor)))
    if isinstance(duration, timedelta):
        return _microseconds(Fraction(microseconds(duration)) * Fraction(factor)) if factor.adjusted() < 40 else None
    return None


def _divide(left: Value, right: Value) -> Value:
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return _ratio(left.months, right.months)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return _ratio(microseconds(left), microseconds(right))
    if not isinstance(right, Decimal) or not right or right.adjusted() < -40:
        return None
    if isinstance(left, YearsMonths):
        return _months(int(NUMBERS.divide(Decimal(left.months), right)))
    if isinstance(left, timedelta):
        return _microseconds(Fraction(microseconds(left)) / Fraction(right))
    return None


def _ratio(left: int, right: int) -> Decimal | None:
    return NUMBERS.divide(Decimal(left), Decimal(right)) if right else None


def _months(months: int) -> YearsMonths | None:
    return YearsMonths(months) if abs(months) <= MONTHS_LIMIT else None


def microseconds(value: timedelta) -> int:
    """The whole length, exactly."""
    return value // timedelta(microseconds=1)


def _microseconds(value: Fraction) -> timedelta:
    return timedelta(microseconds=int(value))
