"""Conversion functions (DMN 10.3.4.1): number, duration, range."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from workflows.errors import ExpressionError
from workflows.feel.far import Day
from workflows.feel.functions.registry import builtin
from workflows.feel.scope import Run
from workflows.feel.temporal import YearsMonths, months_between, parse_duration
from workflows.feel.values import NUMBERS, Value, number

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,5})?", re.ASCII)


@builtin("number", "from: string", "grouping separator?: string?", "decimal separator?: string?")
def to_number(run: Run, text: str, grouping: str | None = None, point: str | None = None) -> Decimal | None:
    """`number("1.234,5", ".", ",")`: grouping is a space, comma or dot, the point a comma or dot, not the same."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (point and grouping == point):
        return None
    if grouping == "." and point is None:
        return None
    plain = text.replace(grouping, "") if grouping else text
    if point == ",":
        if "." in plain:
            return None
        plain = plain.replace(",", ".")
    return _number(plain)


def _number(text: str) -> Decimal | None:
    if len(text) > 200 or not _NUMBER.fullmatch(text):
        return None
    try:
        return NUMBERS.plus(number(Decimal(text)))
    except ExpressionError:
        return None


@builtin("number", "from: number")
def same_number(run: Run, value: Decimal) -> Decimal:
    return value


@builtin("duration", "from: string")
def duration(run: Run, text: str) -> timedelta | YearsMonths | None:
    return parse_duration(text)


@builtin("duration", "from: duration")
def same_duration(run: Run, value: timedelta | YearsMonths) -> timedelta | YearsMonths:
    return value


@builtin("years and months duration", "from: date", "to: date")
def years_and_months_duration(run: Run, start: Day, end: Day) -> YearsMonths:
    return months_between(start, end)


@builtin("range", "from: string")
def to_range(run: Run, text: str) -> Value:
    from workflows.feel.range_text import parse_range  # reads literals through the parser, which knows the built-ins

    return parse_range(text)
