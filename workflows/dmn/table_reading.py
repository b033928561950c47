"""A `decisionTable` element to a `DecisionTable` node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflows.dmn import coverage
from workflows.dmn.hit_policies import AGGREGATIONS, POLICIES
from workflows.dmn.table import Cell, DecisionTable, Input, Output, Rule
from workflows.dmn.types import is_camunda_number, reference
from workflows.dmn.xml import CAMUNDA, Element, attribute, child, children, tag, text
from workflows.errors import ExpressionError
from workflows.feel.nodes.base import Node
from workflows.feel.nodes.literals import Constant
from workflows.feel.nodes.logic import Tests, ValueTest
from workflows.feel.types import ANY

if TYPE_CHECKING:
    from workflows.dmn.boxed import Reader


def read(reader: Reader, element: Element) -> Node:
    """The table. Every cell that cannot be read is a problem of its own."""
    name = _owner_name(element)
    inputs = tuple(_input(reader, column, number) for number, column in enumerate(children(element, "input"), 1))
    outputs = tuple(_output(reader, column) for column in children(element, "output"))
    if not outputs:
        reader.problems.add(element, "table_without_output", f"Bảng “{name}” không có cột kết quả.")
    policy = attribute(element, "hitPolicy") or "UNIQUE"
    aggregation = attribute(element, "aggregation")
    if policy not in POLICIES:
        reader.problems.add(element, "unknown_hit_policy", f"Bảng “{name}”: không có chính sách khớp “{policy}”.")
    if aggregation and (aggregation not in AGGREGATIONS or policy != "COLLECT"):
        reader.problems.add(element, "unknown_aggregation", f"Bảng “{name}”: không gộp được bằng “{aggregation}”.")
    for column, written in zip(outputs, children(element, "output"), strict=True):
        if policy in ("PRIORITY", "OUTPUT ORDER") and not any(output.priority for output in outputs):
            reader.problems.add(
                written, "no_output_values", f"Bảng “{name}”: cột “{column.label}” thiếu danh sách giá trị ưu tiên."
            )
        if len(outputs) > 1 and not column.name:
            reader.problems.add(written, "output_without_name", f"Bảng “{name}”: cột kết quả thiếu tên.")
    rules = tuple(
        _rule(reader, rule, number, inputs, outputs, name) for number, rule in enumerate(children(element, "rule"), 1)
    )
    table = DecisionTable(attribute(element, "id"), name, inputs, outputs, rules, policy, aggregation)
    if reader.problems.thorough:
        coverage.inspect(table, element, reader.problems)
    return table


def _owner_name(element: Element) -> str:
    owner: Element | None = element
    while owner is not None and tag(owner) not in ("decision", "businessKnowledgeModel"):
        owner = owner.getparent()
    return attribute(element, "id") if owner is None else attribute(owner, "name") or attribute(owner, "id")


def _input(reader: Reader, element: Element, number: int) -> Input:
    expression = child(element, "inputExpression")
    written = text(expression)
    type_name = "" if expression is None else reference(expression)
    label = attribute(element, "label") or written or f"cột {number}"
    return Input(
        attribute(element, "id"),
        label,
        _feel(reader, expression if expression is not None else element, written, label),
        ANY if is_camunda_number(type_name) or not type_name else reader.types.named(type_name, element),
        is_camunda_number(type_name),
        _values(reader, child(element, "inputValues"), label),
        str(element.get(f"{CAMUNDA}inputVariable") or "cellInput"),
    )


def _output(reader: Reader, element: Element) -> Output:
    label = attribute(element, "label") or attribute(element, "name") or "kết quả"
    allowed = _values(reader, child(element, "outputValues"), label)
    default = child(element, "defaultOutputEntry")
    listed = allowed if allowed is not None else _values(reader, _allowed_by_type(reader, element), label)
    priority: tuple[Node, ...] = ()
    if isinstance(listed, Tests):
        priority = tuple(test.operand for test in listed.tests if isinstance(test, ValueTest))
    return Output(
        attribute(element, "id"),
        attribute(element, "name"),
        label,
        reader.types.of(element),
        priority,
        allowed,
        None if default is None else _feel(reader, default, text(default), label),
    )


def _allowed_by_type(reader: Reader, element: Element) -> Element | None:
    """The allowed values of the output's own type: its priorities where the column lists none (DMN 8.2.11)."""
    definition = reader.types.elements.get(reference(element))
    return None if definition is None else child(definition, "allowedValues")


def _values(reader: Reader, element: Element | None, label: str) -> Node | None:
    if element is None or not text(element):
        return None
    try:
        return reader.unary(element, text(element))
    except ExpressionError as error:
        reader.problems.add(element, error.code, f"Cột “{label}”: {error.message}")
        return None


def _rule(
    reader: Reader, element: Element, number: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...], table: str
) -> Rule:
    tests = list(children(element, "inputEntry"))
    values = list(children(element, "outputEntry"))
    if len(tests) != len(inputs) or len(values) != len(outputs):
        reader.problems.add(element, "rule_cells", f"Bảng “{table}”, dòng {number}: số ô không bằng số cột.")
        tests, values = [], []
    return Rule(
        attribute(element, "id"),
        number,
        tuple(
            _test(reader, cell, column.alias, f"Bảng “{table}”, dòng {number}, cột “{column.label}”")
            for cell, column in zip(tests, inputs, strict=False)
        ),
        tuple(
            Cell(
                attribute(cell, "id"),
                _feel(reader, cell, text(cell), f"Bảng “{table}”, dòng {number}, cột “{column.label}”"),
            )
            for cell, column in zip(values, outputs, strict=False)
        ),
    )


def _test(reader: Reader, element: Element, alias: str, where: str) -> Cell | None:
    written = text(element)
    if written in ("", "-"):
        return None
    try:
        return Cell(attribute(element, "id"), _about(reader.unary(element, written), alias))
    except ExpressionError as error:
        reader.problems.add(element, error.code, f"{where}: {error.message}")
        return None


def _about(content: Node, alias: str) -> Node:
    """The tests, where one that speaks of the column's value by its second name is a condition, not a value."""
    if not isinstance(content, Tests) or alias not in content.free():
        return content
    tests = (
        ValueTest(test.operand, test.about_input or alias in test.free()) if isinstance(test, ValueTest) else test
        for test in content.tests
    )
    return Tests(tuple(tests), content.negated)


def _feel(reader: Reader, element: Element, written: str, where: str) -> Node:
    try:
        return reader.feel(element, written)
    except ExpressionError as error:
        reader.problems.add(element, error.code, f"{where}: {error.message}")
        return Constant(None)
