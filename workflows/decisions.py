"""A decision's result in the shape that `camunda:mapDecisionResult` asks for."""

from __future__ import annotations

from workflows.dmn.decisions import Decisions
from workflows.dmn.model import Described
from workflows.errors import UnknownDefinition, WorkflowError
from workflows.model import Value

LISTS = ("COLLECT", "OUTPUT ORDER", "RULE ORDER")
"""Hit policies that give a list of rows."""
MAPPINGS = ("singleEntry", "singleResult", "collectEntries", "resultList")


class ResultShape(WorkflowError):
    """A decision gave more than the rule task can take."""

    code = "decision_result_shape"


def described(decisions: Decisions, key: str) -> Described:
    """A decision of a file by its id. Raises UnknownDefinition."""
    for one in decisions.decisions:
        if one.id == key:
            return one
    raise UnknownDefinition(f"Tệp không có quyết định “{key}”.")


def mapped_result(result: Value, mapping: str, element: str, decision: Described) -> Value:
    """`result` is FEEL's own: a list of rows for COLLECT and RULE ORDER, one row, or None; a row of one output is its
    bare value. Camunda's rows are maps by the outputs' names. Raises ResultShape.
    """
    rows = _rows(result, decision)
    if mapping == "resultList":
        return rows
    if mapping == "collectEntries":
        return [_entry(row, element) for row in rows]
    if len(rows) > 1:
        message = f"Bảng quyết định cho {len(rows)} kết quả, bước này chỉ nhận một. Hãy sửa bảng hoặc đổi cách nhận."
        raise ResultShape(message, element=element)
    row = rows[0] if rows else None
    return _entry(row, element) if mapping == "singleEntry" and row is not None else row


def _rows(result: Value, decision: Described) -> list[dict[str, Value]]:
    """No match is no row. What is no table, or is added up by COLLECT, is one row of one value."""
    if result is None:
        return []
    found = result if isinstance(result, list) and decision.hit_policy in LISTS else [result]
    if len(decision.outputs) > 1:
        return [row if isinstance(row, dict) else {"": row} for row in found]
    name = decision.outputs[0].name if decision.outputs else ""
    return [{name or decision.name: row} for row in found]


def _entry(row: dict[str, Value], element: str) -> Value:
    if len(row) != 1:
        message = f"Bảng quyết định cho {len(row)} cột kết quả, bước này chỉ nhận một. Hãy đổi cách nhận kết quả."
        raise ResultShape(message, element=element)
    return next(iter(row.values()))
