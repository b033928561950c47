"""Warnings about a table as a whole: rows that overlap, gaps in its inputs, results outside the output values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from workflows.dmn import regions
from workflows.dmn.problems import Problems
from workflows.dmn.regions import Column
from workflows.dmn.table import DecisionTable, Rule, admitted
from workflows.dmn.xml import Element, children
from workflows.feel.scope import Run, Scope

_MOST_RULES = 500
_MOST_WARNINGS = 20
_MOST_WORK = 20_000
_SINGLE = frozenset(("UNIQUE", "FIRST", "ANY", "PRIORITY"))


def inspect(table: DecisionTable, element: Element, problems: Problems) -> None:
    """Note overlaps and gaps; of a table of more than 500 rows only that nobody looked."""
    rules = [rule for rule in table.rules if len(rule.tests) == len(table.inputs)]
    rows = {rule.number: row for rule, row in zip(table.rules, children(element, "rule"), strict=False)}
    _outside(table, rows, problems)
    if not rules or not table.inputs:
        return
    if len(rules) > _MOST_RULES:
        message = (
            f"Bảng “{table.name}” có {len(rules)} dòng: chỉ tìm dòng chồng nhau và khoảng trống đến {_MOST_RULES} dòng."
        )
        problems.add(element, "rules_not_compared", message, severity="warning")
        return
    columns = [regions.column(place, given, rules) for place, given in enumerate(table.inputs)]
    if table.hit_policy in ("UNIQUE", "ANY"):
        _overlaps(table, rules, columns, rows, problems)
    if table.hit_policy in _SINGLE and all(output.default is None for output in table.outputs):
        _gaps(table, len(rules), columns, element, problems)


def _outside(table: DecisionTable, rows: dict[int, Element], problems: Problems) -> None:
    """A result that its column does not allow would stop the process when its row matches."""
    for rule in table.rules:
        for cell, column in zip(rule.values, table.outputs, strict=False):
            value = regions.fixed(cell.content)
            if value is regions.OPAQUE or admitted(column.allowed, value, Scope(Run({}, {}, strict=False))):
                continue
            where = f"Bảng “{table.name}”, dòng {rule.number}, cột “{column.label}”"
            message = f"{where}: kết quả nằm ngoài các giá trị cho phép."
            problems.add(rows[rule.number], "output_not_allowed", message, severity="warning")


def _overlaps(
    table: DecisionTable,
    rules: Sequence[Rule],
    columns: Sequence[Column],
    rows: dict[int, Element],
    problems: Problems,
) -> None:
    found = 0
    for place, rule in enumerate(rules):
        for earlier in range(place):
            if table.hit_policy == "ANY" and _same_outputs(rules[earlier], rule):
                continue
            if not all(_meet(column, table, rules, earlier, place, number) for number, column in enumerate(columns)):
                continue
            numbers = f"{rules[earlier].number} và {rule.number}"
            problems.add(
                rows[rule.number],
                "rules_overlap",
                f"Bảng “{table.name}”: các dòng {numbers} có thể cùng khớp ({table.hit_policy}).",
                severity="warning",
            )
            found += 1
            if found == _MOST_WARNINGS:
                return


def _same_outputs(one: Rule, other: Rule) -> bool:
    return [cell.content for cell in one.values] == [cell.content for cell in other.values]


def _meet(column: Column, table: DecisionTable, rules: Sequence[Rule], one: int, other: int, number: int) -> bool:
    """Whether two rules surely share a value of a column; cells that cannot be told apart only if they are alike."""
    left, right = column.masks[one], column.masks[other]
    if left is not None and right is not None:
        return bool(left & right)
    cells = rules[one].tests[number], rules[other].tests[number]
    if None in cells:
        return True
    return cells[0] is not None and cells[1] is not None and cells[0].content == cells[1].content


@dataclass(slots=True)
class _Search:
    """Looks for combinations of values that no rule covers."""

    columns: Sequence[Column]
    groups: Sequence[Sequence[tuple[int, int, int]]]
    work: int = 0
    found: list[str] = field(default_factory=list)

    def walk(self, place: int, active: int, path: tuple[str, ...], ordered: bool) -> None:
        """`active` has a bit for each rule that still fits `path`."""
        self.work += 1
        if self.work > _MOST_WORK or len(self.found) >= _MOST_WARNINGS:
            return
        if not active:
            if ordered:
                self.found.append(", ".join(path))
            return
        if place == len(self.columns):
            return
        column = self.columns[place]
        for first, last, fitting in self.groups[place]:
            if column.atoms[first].others and not fitting & active:
                continue
            plain = (last - first + 1) == len(column.atoms)
            step = path if plain else (*path, regions.describe(column, first, last))
            self.walk(place + 1, active & fitting, step, ordered or column.is_ordered)


def _groups(column: Column) -> Iterator[tuple[int, int, int]]:
    """Neighbouring atoms that the same rules cover: first, last, those rules as bits."""
    first, before = 0, -1
    for place in range(len(column.atoms)):
        bits = sum(1 << rule for rule, mask in enumerate(column.masks) if mask is None or mask >> place & 1)
        joined = bits == before and column.is_ordered
        if place and not joined:
            yield first, place - 1, before
            first = place
        before = bits
    if column.atoms:
        yield first, len(column.atoms) - 1, before


def _gaps(table: DecisionTable, rules: int, columns: Sequence[Column], element: Element, problems: Problems) -> None:
    search = _Search(columns, [list(_groups(column)) for column in columns])
    search.walk(0, (1 << rules) - 1, (), False)
    for gap in search.found:
        problems.add(element, "rules_gap", f"Bảng “{table.name}”: chưa có dòng nào cho {gap}.", severity="warning")
