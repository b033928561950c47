"""List functions (DMN 10.3.4.4). Positions count from 1, from the end with negative numbers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal

from workflows.feel import limits
from workflows.feel.functions.registry import builtin
from workflows.feel.scope import Run
from workflows.feel.values import Function, Value, compare, equal


def _position(value: Decimal, length: int) -> int | None:
    """A FEEL position as an index, or None where the list has no such place."""
    if value != value.to_integral_value() or not value or value.copy_abs() > length:
        return None
    return int(value) - 1 if value > 0 else length + int(value)


@builtin("list contains", "list: list", "element: any")
def list_contains(run: Run, items: list[Value], element: Value) -> bool:
    run.charge(len(items))
    return any(equal(item, element, run) is True for item in items)


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
@builtin("append", "list: list", "items*: any")
def append(run: Run, items: list[Value], added: list[Value]) -> list[Value]:
    return run.items([*items, *added])


@builtin("concatenate", "list*: any")
@builtin("concatenate", "lists*: any")
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
