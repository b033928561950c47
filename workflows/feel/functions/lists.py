"""List functions (DMN 10.3.4.4). Positions count from 1, from the end with negative numbers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

from workflows.feel import limits, temporal_arithmetic
from workflows.feel.functions.registry import builtin
from workflows.feel.scope import Run
from workflows.feel.temporal import YearsMonths
from workflows.feel.values import NUMBERS, Function, Value, compare, equal


def _position(value: Decimal, length: int) -> int | None:
    """A FEEL position as an index, or None where the list has no such place."""
    if value != value.to_integral_value() or not value or value.copy_abs() > length:
        return None
    return int(value) - 1 if value > 0 else length + int(value)


def _numbers(items: list[Value]) -> list[Decimal] | None:
    return items if items and all(isinstance(item, Decimal) for item in items) else None


@builtin("list contains", "list: list", "element: any")
def list_contains(run: Run, items: list[Value], element: Value) -> bool:
    run.charge(len(items))
    return any(equal(item, element, run) is True for item in items)


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


@builtin("sublist", "list: list", "start position: number", "length?: number?")
def sublist(run: Run, items: list[Value], start: Decimal, length: Decimal | None = None) -> list[Value] | None:
    first = _position(start, len(items))
    if first is None:
        return None
    if length is None:
        return run.items(items[first:])
    if length < 1 or length > len(items) - first:
        return None
    return run.items(items[first : first + int(length)])


@builtin("append", "list: list", "item*: any")
def append(run: Run, items: list[Value], added: list[Value]) -> list[Value]:
    return run.items([*items, *added])


@builtin("concatenate", "list*: any")
def concatenate(run: Run, lists: list[Value]) -> list[Value] | None:
    if any(part is None for part in lists):
        return None
    run.charge(sum(len(part) for part in lists if isinstance(part, list)))
    return run.items([item for part in lists for item in (part if isinstance(part, list) else [part])])


@builtin("insert before", "list: list", "position: number", "newItem: any")
def insert_before(run: Run, items: list[Value], position: Decimal, item: Value) -> list[Value] | None:
    place = _position(position, len(items))
    return None if place is None else run.items([*items[:place], item, *items[place:]])


@builtin("remove", "list: list", "position: number")
def remove(run: Run, items: list[Value], position: Decimal) -> list[Value] | None:
    place = _position(position, len(items))
    return None if place is None else run.items([*items[:place], *items[place + 1 :]])


@builtin("list replace", "list: list", "position: number", "newItem: any")
def replace_at(run: Run, items: list[Value], position: Decimal, item: Value) -> list[Value] | None:
    place = _position(position.to_integral_value(rounding=ROUND_DOWN), len(items))
    return None if place is None else run.items([*items[:place], item, *items[place + 1 :]])


@builtin("list replace", "list: list", "match: function", "newItem: any")
def replace_matching(run: Run, items: list[Value], match: Function, item: Value) -> list[Value] | None:
    found = [match.invoke(run, [old, item]) for old in items]
    if len(match.parameters) != 2 or not all(isinstance(answer, bool) for answer in found):
        return None
    return run.items([item if answer else old for old, answer in zip(items, found, strict=True)])


@builtin("reverse", "list: list")
def reverse(run: Run, items: list[Value]) -> list[Value]:
    return run.items(items[::-1])


@builtin("index of", "list: list", "match: any")
def index_of(run: Run, items: list[Value], match: Value) -> list[Value]:
    run.charge(len(items))
    return [Decimal(place) for place, item in enumerate(items, 1) if equal(item, match, run) is True]


def _distinct(run: Run, items: list[Value]) -> list[Value]:
    kept: list[Value] = []
    seen: set[tuple[str, Value]] = set()
    for item in items:
        if isinstance(item, (str, Decimal, bool)) or item is None:
            mark = (type(item).__name__, item)
            if mark not in seen:
                seen.add(mark)
                kept.append(item)
            continue
        run.charge(len(kept))
        if not any(equal(item, other, run) is True for other in kept):
            kept.append(item)
    return run.items(kept)


@builtin("union", "list*: any")
def union(run: Run, lists: list[Value]) -> list[Value] | None:
    joined = concatenate(run, lists)
    return None if joined is None else _distinct(run, joined)


@builtin("distinct values", "list: list")
def distinct_values(run: Run, items: list[Value]) -> list[Value]:
    return _distinct(run, items)


@builtin("duplicate values", "list: list")
def duplicate_values(run: Run, items: list[Value]) -> list[Value]:
    run.charge(len(items) * len(items))
    twice = [item for item in items if sum(equal(item, other, run) is True for other in items) > 1]
    return _distinct(run, twice)


@builtin("flatten", "list: list")
def flatten(run: Run, items: list[Value]) -> list[Value]:
    flat: list[Value] = []
    waiting = [iter(items)]
    while waiting:
        for item in waiting[-1]:
            run.charge(1)
            if isinstance(item, list):
                waiting.append(iter(item))
                if len(waiting) > limits.VALUE_DEPTH:
                    raise limits.too_deep()
                break
            flat.append(item)
        else:
            waiting.pop()
    return run.items(flat)


class _Unsortable(Exception):
    """A pair that the ordering does not decide."""


def _sorted(run: Run, items: list[Value], before: Callable[[Value, Value], Value]) -> list[Value] | None:
    def order(left: Value, right: Value) -> int:
        run.charge(2)
        answer = before(left, right)
        if not isinstance(answer, bool):
            raise _Unsortable
        return -1 if answer else int(before(right, left) is True)

    try:
        return run.items(sorted(items, key=functools.cmp_to_key(order)))
    except _Unsortable:
        return None


@builtin("sort", "list: list", "precedes: function")
def sort(run: Run, items: list[Value], precedes: Function) -> list[Value] | None:
    return _sorted(run, items, lambda left, right: precedes.invoke(run, [left, right]))


@builtin("sort", "list: list")
def sort_naturally(run: Run, items: list[Value]) -> list[Value] | None:
    def before(left: Value, right: Value) -> bool | None:
        found = compare(left, right)
        return None if found is None else found < 0

    return _sorted(run, items, before)


@builtin("partition", "list: list", "size: number")
def partition(run: Run, items: list[Value], size: Decimal) -> list[Value] | None:
    if size < 1 or size != size.to_integral_value():
        return None
    width = int(min(size, Decimal(len(items) or 1)))
    return run.items([items[start : start + width] for start in range(0, len(items), width)])


@builtin("is empty", "list: list")
def is_empty(run: Run, items: list[Value]) -> bool:
    return not items
