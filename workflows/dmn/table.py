"""A decision table as a node: which rules match, and what the hit policy makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workflows.dmn import hit_policies
from workflows.errors import ExpressionError
from workflows.feel.nodes.base import Node
from workflows.feel.scope import Scope
from workflows.feel.types import Type, conform
from workflows.feel.values import Value


@dataclass(frozen=True)
class Input(Node):
    """One input column. `allowed` are its input values; a value outside is an error."""

    id: str
    label: str
    expression: Node
    type_: Type
    reads_numeric_text: bool
    allowed: Node | None
    alias: str
    """A second name of the value in the column's cells (Camunda's `inputVariable`); empty for none."""


@dataclass(frozen=True)
class Output(Node):
    """One output column. `priority` lists its output values, best first, where given."""

    id: str
    name: str
    label: str
    type_: Type
    priority: tuple[Node, ...]
    allowed: Node | None
    default: Node | None


@dataclass(frozen=True)
class Cell(Node):
    """One entry of a rule."""

    id: str
    content: Node


@dataclass(frozen=True)
class Rule(Node):
    """One row: a test for each input (None for `-`), a value for each output."""

    id: str
    number: int
    tests: tuple[Cell | None, ...]
    values: tuple[Cell, ...]


@dataclass(frozen=True)
class DecisionTable(Node):
    """The table. `name` is for error messages."""

    id: str
    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    hit_policy: str
    aggregation: str

    def evaluate(self, scope: Scope) -> Value:
        scope.run.charge(self.size)
        scopes = [self._input(column, scope) for column in self.inputs]
        hits: list[Rule] = []
        for rule in self.rules:
            if self._matches(rule, scopes):
                hits.append(rule)
                if self.hit_policy == "FIRST":
                    break
        if not hits:
            return self._default(scope)
        return hit_policies.resolve(self, hits, [self._row(rule, scope) for rule in hits], scope)

    def _input(self, column: Input, scope: Scope) -> Scope:
        try:
            value = hit_policies.typed_input(column, column.expression.evaluate(scope))
            inner = scope.inner({"?": value, column.alias: value} if column.alias else {"?": value})
            if admitted(column.allowed, value, inner):
                return inner
        except ExpressionError as error:
            raise self._at(f"cột “{column.label}”", column.id, error) from error
        raise ExpressionError(
            f"Bảng “{self.name}”, cột “{column.label}”: giá trị vào nằm ngoài các giá trị cho phép.",
            element=column.id,
            code="value_not_allowed",
        )

    def _matches(self, rule: Rule, scopes: Sequence[Scope]) -> bool:
        for place, cell in enumerate(rule.tests):
            if cell is None:
                continue
            try:
                if cell.content.evaluate(scopes[place]) is not True:
                    return False
            except ExpressionError as error:
                raise self._at(f"dòng {rule.number}, cột “{self.inputs[place].label}”", cell.id, error) from error
        return True

    def _row(self, rule: Rule, scope: Scope) -> tuple[Value, ...]:
        values = []
        for cell, column in zip(rule.values, self.outputs, strict=True):
            try:
                value = conform(cell.content.evaluate(scope), column.type_)
                if not admitted(column.allowed, value, scope):
                    raise ExpressionError("kết quả nằm ngoài các giá trị cho phép.", code="value_not_allowed")
            except ExpressionError as error:
                raise self._at(f"dòng {rule.number}, cột “{column.label}”", cell.id, error) from error
            values.append(value)
        return tuple(values)

    def _default(self, scope: Scope) -> Value:
        if all(column.default is None for column in self.outputs):
            return hit_policies.nothing(self)
        row = tuple(self._default_of(column, scope) for column in self.outputs)
        made = hit_policies.made(self, row)
        return [made] if hit_policies.is_list(self) and not self.aggregation else made

    def _default_of(self, column: Output, scope: Scope) -> Value:
        try:
            return None if column.default is None else conform(column.default.evaluate(scope), column.type_)
        except ExpressionError as error:
            raise self._at(f"giá trị mặc định của cột “{column.label}”", column.id, error) from error

    def _at(self, where: str, element: str, error: ExpressionError) -> ExpressionError:
        return ExpressionError(f"Bảng “{self.name}”, {where}: {error.message}", element=element, code=error.code)


def admitted(allowed: Node | None, value: Value, scope: Scope) -> bool:
    """Whether a column's list of allowed values has the value; null is always allowed."""
    return allowed is None or value is None or allowed.evaluate(scope.inner({"?": value})) is True
