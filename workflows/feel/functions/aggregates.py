"""Functions that make one value of a list (DMN 10.3.4.4). All but `count` also take the elements one by one."""

from __future__ import annotations

import functools
from datetime import timedelta
from decimal import Decimal

from workflows.feel import temporal_arithmetic
from workflows.feel.functions.registry import builtin
from workflows.feel.scope import Run
from workflows.feel.temporal import YearsMonths
from workflows.feel.values import NUMBERS, Value, compare


def _numbers(items: list[Value]) -> list[Decimal] | None:
    return items if items and all(isinstance(item, Decimal) for item in items) else None


@builtin("count", "list: list")
def count(run: Run, items: list[Value]) -> Decimal:
    return Decimal(len(items))


def _extreme(items: list[Value], wanted: int) -> Value:
    if not items:
        return None
    best = items[0]
    for item in items:
        order = compare(item, best)
        if order is None:
            return None
        if order == wanted:
            best = item
    return best


@builtin("min", "list*: any")
@builtin("min", "list: list")
def minimum(run: Run, items: list[Value]) -> Value:
    run.charge(len(items))
    return _extreme(items, -1)


@builtin("max", "list*: any")
@builtin("max", "list: list")
def maximum(run: Run, items: list[Value]) -> Value:
    run.charge(len(items))
    return _extreme(items, 1)


@builtin("sum", "list*: any")
@builtin("sum", "list: list")
def total(run: Run, items: list[Value]) -> Value:
    run.charge(len(items))
    if not items:
        return None
    if _numbers(items):
        return functools.reduce(NUMBERS.add, items)
    if all(isinstance(item, timedelta) for item in items) or all(isinstance(item, YearsMonths) for item in items):
        return functools.reduce(lambda left, right: temporal_arithmetic.binary("+", left, right), items)
    return None


@builtin("mean", "list*: any")
@builtin("mean", "list: list")
def mean(run: Run, items: list[Value]) -> Value:
    whole = total(run, items)
    if isinstance(whole, Decimal):
        return NUMBERS.divide(whole, Decimal(len(items)))
    return None if whole is None else temporal_arithmetic.binary("/", whole, Decimal(len(items)))


@builtin("product", "list*: any")
@builtin("product", "list: list")
def product(run: Run, items: list[Value]) -> Decimal | None:
    run.charge(len(items))
    return functools.reduce(NUMBERS.multiply, items) if _numbers(items) else None


@builtin("median", "list*: any")
@builtin("median", "list: list")
def median(run: Run, items: list[Value]) -> Decimal | None:
    run.charge(len(items))
    if not _numbers(items):
        return None
    ordered = sorted(items)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]  # type: ignore[no-any-return]
    return NUMBERS.divide(NUMBERS.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@builtin("stddev", "list*: any")
@builtin("stddev", "list: list")
def stddev(run: Run, items: list[Value]) -> Decimal | None:
    """Of a sample: divided by n - 1."""
    run.charge(len(items))
    if not _numbers(items) or len(items) < 2:
        return None
    middle = NUMBERS.divide(functools.reduce(NUMBERS.add, items), Decimal(len(items)))
    squares = [NUMBERS.power(NUMBERS.subtract(item, middle), Decimal(2)) for item in items]
    return NUMBERS.sqrt(NUMBERS.divide(functools.reduce(NUMBERS.add, squares), Decimal(len(items) - 1)))


@builtin("mode", "list*: any")
@builtin("mode", "list: list")
def mode(run: Run, items: list[Value]) -> list[Value] | None:
    run.charge(len(items))
    if not items:
        return []
    if not _numbers(items):
        return None
    counts: dict[Decimal, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values())
    return sorted(item for item, number in counts.items() if number == most)


@builtin("all", "list*: any")
@builtin("all", "list: list")
def every(run: Run, items: list[Value]) -> bool | None:
    run.charge(len(items))
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


@builtin("any", "list*: any")
@builtin("any", "list: list")
def some(run: Run, items: list[Value]) -> bool | None:
    run.charge(len(items))
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None
