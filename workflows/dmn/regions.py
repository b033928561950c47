"""What a cell covers, as bits: each column's values are cut into atoms at every bound and word its rules name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cmp_to_key

from workflows.dmn.table import Input, Rule
from workflows.errors import ExpressionError
from workflows.feel.expression import run
from workflows.feel.nodes.base import Node
from workflows.feel.nodes.logic import OperatorTest, Tests, ValueTest
from workflows.feel.scope import Run
from workflows.feel.text import to_text
from workflows.feel.values import Range, Value, compare, kind

OPAQUE: Value = object()
_NOT_FIXED = frozenset(("now", "today"))


@dataclass(frozen=True, slots=True)
class Atom:
    """One piece of a column's values: a point or the open stretch between two points; or a word; or all others."""

    low: Value = None
    high: Value = None
    point: Value = None
    is_point: bool = False
    others: bool = False

    def within(self, interval: Range) -> bool:
        """Whether the whole atom lies in the interval (atoms are cut at its bounds)."""
        if self.is_point:
            return _in(interval, self.point)
        low_fits = interval.start is None or (self.low is not None and (compare(interval.start, self.low) or 0) <= 0)
        high_fits = interval.end is None or (self.high is not None and (compare(self.high, interval.end) or 0) <= 0)
        return low_fits and high_fits


def _in(interval: Range, value: Value) -> bool:
    below = interval.start is None or _ordered(interval.start, value, interval.start_included)
    return below and (interval.end is None or _ordered(value, interval.end, interval.end_included))


def _ordered(lower: Value, higher: Value, included: bool) -> bool:
    order = compare(lower, higher)
    return order is not None and (order < 0 or (order == 0 and included))


@dataclass(frozen=True, slots=True)
class Column:
    """One input column. `masks` holds each rule's atoms as bits; None where a cell cannot be told apart."""

    label: str
    atoms: tuple[Atom, ...]
    masks: tuple[int | None, ...]
    is_ordered: bool

    @property
    def whole(self) -> int:
        """All atoms."""
        return (1 << len(self.atoms)) - 1


def column(place: int, given: Input, rules: Sequence[Rule]) -> Column:
    """Cut one column into atoms."""
    cells = [rule.tests[place] for rule in rules]
    pieces = [None if cell is None else _pieces(cell.content) for cell in cells]
    named = [piece for found in pieces if found for piece in found]
    allowed = None if given.allowed is None else _pieces(given.allowed)
    if allowed:
        named += allowed
    bounds = _bounds(named)
    is_ordered = bool(bounds) and len({kind(bound) for bound in bounds}) == 1
    if any(piece is OPAQUE for piece in named):
        named = [piece for piece in named if piece is not OPAQUE]
    atoms = tuple(_stretches(bounds)) if is_ordered else tuple(_words(named))
    atoms = tuple(atom for atom in atoms if _possible(atom, allowed, bounds))
    masks = tuple(_mask(cell and cell.content, found, atoms) for cell, found in zip(cells, pieces, strict=True))
    return Column(given.label, atoms, masks, is_ordered)


def _pieces(content: Node) -> list[Value] | None:
    """The points and intervals a cell names, `OPAQUE` for a part that depends on more than the value."""
    if not isinstance(content, Tests):
        return None
    return [piece for test in content.tests for piece in _pieces_of(test)]


def _pieces_of(test: Node) -> Iterator[Value]:
    if isinstance(test, OperatorTest):
        bound = fixed(test.operand)
        yield bound if bound is OPAQUE else _interval(test.operator, bound)
    elif isinstance(test, ValueTest) and not test.about_input:
        value = fixed(test.operand)
        yield from value if isinstance(value, list) else [value]
    else:
        yield OPAQUE


def _interval(operator: str, bound: Value) -> Value:
    if compare(bound, bound) is None and operator not in ("=", "!="):
        return OPAQUE
    if operator in ("=", "!="):
        return bound if operator == "=" else Range(bound, True, bound, True, "!=")
    if operator[0] == "<":
        return Range(None, False, bound, operator == "<=", operator)
    return Range(bound, operator == ">=", None, False, operator)


def fixed(node: Node) -> Value:
    """The value of an expression that depends on nothing; OPAQUE for any other."""
    if node.free() or node.called() & _NOT_FIXED:
        return OPAQUE
    try:
        return run(node, Run({}, {}, strict=False))
    except ExpressionError:
        return OPAQUE


def _bounds(pieces: Sequence[Value]) -> list[Value]:
    found = []
    for piece in pieces:
        found += [piece.start, piece.end] if isinstance(piece, Range) else [piece]
    ordered = [value for value in found if kind(value) != "string" and compare(value, value) is not None]
    ordered.sort(key=cmp_to_key(lambda left, right: compare(left, right) or 0))
    return [value for place, value in enumerate(ordered) if place == 0 or compare(ordered[place - 1], value) != 0]


def _stretches(bounds: Sequence[Value]) -> Iterator[Atom]:
    yield Atom(high=bounds[0])
    for place, bound in enumerate(bounds):
        yield Atom(point=bound, is_point=True)
        yield Atom(low=bound, high=bounds[place + 1] if place + 1 < len(bounds) else None)


def _words(pieces: Sequence[Value]) -> Iterator[Atom]:
    words: list[Value] = []
    for piece in pieces:
        value = piece.start if isinstance(piece, Range) and piece.operator == "!=" else piece
        if not isinstance(value, Range) and value not in words:
            words.append(value)
    for word in words:
        yield Atom(point=word, is_point=True)
    if words != [True, False] and words != [False, True]:
        yield Atom(others=True)


def _possible(atom: Atom, allowed: list[Value] | None, bounds: Sequence[Value]) -> bool:
    """Whether the column can have such a value: an allowed one; a number below 0 only where a rule speaks of one."""
    if allowed and OPAQUE not in allowed:
        return _covers(allowed, atom)
    positive = bool(bounds) and kind(bounds[0]) == "number" and bounds[0] >= 0
    return not (positive and atom.low is None and not atom.is_point and not atom.others and atom.high <= 0)


def _mask(content: Node | None, pieces: list[Value] | None, atoms: Sequence[Atom]) -> int | None:
    whole = (1 << len(atoms)) - 1
    if content is None:
        return whole
    if pieces is None or any(piece is OPAQUE for piece in pieces):
        return None
    bits = sum(1 << place for place, atom in enumerate(atoms) if _covers(pieces, atom))
    return whole & ~bits if isinstance(content, Tests) and content.negated else bits


def _covers(pieces: Sequence[Value], atom: Atom) -> bool:
    for piece in pieces:
        if isinstance(piece, Range):
            if piece.operator == "!=":
                if atom.others or not atom.is_point or atom.point != piece.start:
                    return True
            elif not atom.others and atom.within(piece):
                return True
        elif atom.is_point and type(atom.point) is type(piece) and atom.point == piece:
            return True
    return False


def describe(column: Column, first: int, last: int) -> str:
    """The atoms from `first` to `last` in words."""
    start, end = column.atoms[first], column.atoms[last]
    if start.others:
        return f"“{column.label}” là giá trị khác"
    if first == last and start.is_point:
        return f"“{column.label}” bằng {_shown(start.point)}"
    low = f"từ {_shown(start.point)}" if start.is_point else "" if start.low is None else f"trên {_shown(start.low)}"
    high = f"đến {_shown(end.point)}" if end.is_point else "" if end.high is None else f"dưới {_shown(end.high)}"
    return f"“{column.label}” {' và '.join(part for part in (low, high) if part) or 'bất kỳ'}"


def _shown(value: Value) -> str:
    text = to_text(value, Run({}, {}, strict=False))
    return f'"{text}"' if isinstance(value, str) else text
