"""What becomes of the rules that match: the hit policies and COLLECT's aggregators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from workflows.errors import ExpressionError
from workflows.feel.functions import BUILTINS
from workflows.feel.scope import Scope
from workflows.feel.types import conform
from workflows.feel.values import Value, equal, number

if TYPE_CHECKING:
    from workflows.dmn.table import DecisionTable, Input, Rule

Row = tuple[Value, ...]

POLICIES = frozenset(("UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"))
AGGREGATIONS = frozenset(("SUM", "MIN", "MAX", "COUNT"))


def is_list(table: DecisionTable) -> bool:
    """Whether the policy gives a list."""
    return table.hit_policy in ("RULE ORDER", "OUTPUT ORDER", "COLLECT")


def nothing(table: DecisionTable) -> Value:
    """What no match gives: an empty list, a count of 0, else null."""
    if table.aggregation:
        return Decimal(0) if table.aggregation == "COUNT" else None
    return [] if is_list(table) else None


def made(table: DecisionTable, row: Row) -> Value:
    """One rule's outputs: the value itself, or a context where there are several."""
    if len(table.outputs) == 1:
        return row[0]
    return {column.name: value for column, value in zip(table.outputs, row, strict=True)}


def typed_input(column: Input, value: Value) -> Value:
    """The input's value as its type takes it; Camunda's number types read numeric text."""
    if column.reads_numeric_text and isinstance(value, str) and len(value) <= 100:
        try:
            return number(Decimal(value.strip()))
        except InvalidOperation:
            return None
    return conform(value, column.type_)


def resolve(table: DecisionTable, hits: Sequence[Rule], rows: Sequence[Row], scope: Scope) -> Value:
    """The table's value, `hits` and `rows` in the table's order, at least one.

    Raises: ExpressionError (`hit_policy`) where UNIQUE has two matches or ANY two different results.
    """
    return _RESOLVERS[table.hit_policy](table, hits, rows, scope)


def _unique(table: DecisionTable, hits: Sequence[Rule], rows: Sequence[Row], scope: Scope) -> Value:
    if len(hits) > 1:
        raise _conflict(table, hits, "cùng khớp, trong khi bảng chỉ cho phép một dòng khớp (UNIQUE)")
    return made(table, rows[0])


def _first(table: DecisionTable, hits: Sequence[Rule], rows: Sequence[Row], scope: Scope) -> Value:
    return made(table, rows[0])


def _any(table: DecisionTable, hits: Sequence[Rule], rows: Sequence[Row], scope: Scope) -> Value:
    if any(equal(list(rows[0]), list(row), scope.run) is not True for row in rows[1:]):
        raise _conflict(table, hits, "cùng khớp nhưng cho kết quả khác nhau (ANY)")
    return made(table, rows[0])


def _priority(table: DecisionTable, hits: Sequence[Rule], rows: Sequence[Row], scope: Scope) -> Value:
    return made(table, _by_priority(table, rows, scope)[0])


def _output_order(table: DecisionTable, hits: Sequence[Rule], rows: Sequence[Row], scope: Scope) -> Value:
    return [made(table, row) for row in _by_priority(table, rows, scope)]


def _rule_order(table: DecisionTable, hits: Sequence[Rule], rows: Sequence[Row], scope: Scope) -> Value:
    return [made(table, row) for row in rows]


def _collect(table: DecisionTable, hits: Sequence[Rule], rows: Sequence[Row], scope: Scope) -> Value:
    if not table.aggregation:
        return [made(table, row) for row in rows]
    if table.aggregation == "COUNT":
        return Decimal(len(rows))
    columns = [[row[place] for row in rows] for place in range(len(table.outputs))]
    function = BUILTINS[table.aggregation.lower()]
    return made(table, tuple(function.call(scope.run, [column]) for column in columns))


def _by_priority(table: DecisionTable, rows: Sequence[Row], scope: Scope) -> list[Row]:
    """The rows by the places of their outputs in the lists of output values, first column first."""
    orders = [[node.evaluate(scope) for node in column.priority] for column in table.outputs]

    def place(order: list[Value], value: Value) -> int:
        return next((index for index, item in enumerate(order) if equal(item, value, scope.run)), len(order))

    def key(row: Row) -> tuple[int, ...]:
        return tuple(place(order, value) for order, value in zip(orders, row, strict=True))

    return sorted(rows, key=key)


def _conflict(table: DecisionTable, hits: Sequence[Rule], what: str) -> ExpressionError:
    numbers = ", ".join(str(rule.number) for rule in hits)
    return ExpressionError(f"Bảng “{table.name}”: các dòng {numbers} {what}.", element=hits[1].id, code="hit_policy")


_RESOLVERS: dict[str, Callable[[DecisionTable, Sequence[Rule], Sequence[Row], Scope], Value]] = {
    "UNIQUE": _unique,
    "FIRST": _first,
    "ANY": _any,
    "PRIORITY": _priority,
    "RULE ORDER": _rule_order,
    "OUTPUT ORDER": _output_order,
    "COLLECT": _collect,
}
