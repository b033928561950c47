"""Range functions (DMN 10.3.4.11): how points and ranges lie to one another."""

from __future__ import annotations

from collections.abc import Callable

from workflows.feel.functions.registry import builtin
from workflows.feel.scope import Run
from workflows.feel.values import Range, Value, compare


class _Incomparable(Exception):
    """Two bounds that have no order."""


def _order(left: Value, right: Value) -> int:
    found = compare(left, right)
    if found is None:
        raise _Incomparable
    return found


def _range(value: Value) -> Range:
    """A point is the range of itself."""
    return value if isinstance(value, Range) else Range(value, True, value, True)


def _starts_before(left: Range, right: Range) -> bool:
    order = _order(left.start, right.start)
    return order < 0 or (order == 0 and left.start_included and not right.start_included)


def _same_start(left: Range, right: Range) -> bool:
    return _order(left.start, right.start) == 0 and left.start_included == right.start_included


def _same_end(left: Range, right: Range) -> bool:
    return _order(left.end, right.end) == 0 and left.end_included == right.end_included


def _ends_before(left: Range, right: Range) -> bool:
    order = _order(left.end, right.end)
    return order < 0 or (order == 0 and right.end_included and not left.end_included)


def _before(left: Range, right: Range) -> bool:
    order = _order(left.end, right.start)
    return order < 0 or (order == 0 and not (left.end_included and right.start_included))


def _meets(left: Range, right: Range) -> bool:
    return _order(left.end, right.start) == 0 and left.end_included and right.start_included


def _overlaps(left: Range, right: Range) -> bool:
    return not _before(left, right) and not _before(right, left)


def _overlaps_before(left: Range, right: Range) -> bool:
    return _overlaps(left, right) and _starts_before(left, right) and not _ends_before(right, left)


def _inside(left: Range, right: Range) -> bool:
    return not _starts_before(left, right) and not _ends_before(right, left)


def _register(name: str, kinds: tuple[tuple[str, str], ...], decide: Callable[[Range, Range], bool]) -> None:
    for first, second in kinds:

        def call(run: Run, one: Value, other: Value) -> bool | None:
            try:
                return decide(_range(one), _range(other))
            except _Incomparable:
                return None

        builtin(name, first, second)(call)


_POINTS = ("point1: any", "point2: any")
_BOTH = ("range1: range", "range2: range")
_POINT_RANGE = ("point: any", "range: range")
_RANGE_POINT = ("range: range", "point: any")

_register("before", (_BOTH, _POINT_RANGE, _RANGE_POINT, _POINTS), _before)
_register("after", (_BOTH, _POINT_RANGE, _RANGE_POINT, _POINTS), lambda one, other: _before(other, one))
_register("meets", (_BOTH,), _meets)
_register("met by", (_BOTH,), lambda one, other: _meets(other, one))
_register("overlaps", (_BOTH,), _overlaps)
_register("overlaps before", (_BOTH,), _overlaps_before)
_register("overlaps after", (_BOTH,), lambda one, other: _overlaps_before(other, one))
_register(
    "finishes",
    (_BOTH, _POINT_RANGE),
    lambda one, other: _same_end(one, other) and not _starts_before(one, other),
)
_register(
    "finished by", (_BOTH, _RANGE_POINT), lambda one, other: _same_end(one, other) and not _starts_before(other, one)
)
_register("includes", (_BOTH, _RANGE_POINT), lambda one, other: _inside(other, one))
_register("during", (_BOTH, _POINT_RANGE), _inside)
_register("starts", (_BOTH, _POINT_RANGE), lambda one, other: _same_start(one, other) and not _ends_before(other, one))
_register(
    "started by", (_BOTH, _RANGE_POINT), lambda one, other: _same_start(one, other) and not _ends_before(one, other)
)
_register("coincides", (_BOTH, _POINTS), lambda one, other: _same_start(one, other) and _same_end(one, other))
