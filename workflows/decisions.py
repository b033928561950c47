"""A decision's result in the shape that `camunda:mapDecisionResult` asks for."""

from __future__ import annotations

from typing import Any

from workflows.errors import WorkflowError
from workflows.model import Value

MAPPINGS = ("singleEntry", "singleResult", "collectEntries", "resultList")


class ResultShape(WorkflowError):
    """A decision gave more than the rule task can take."""

    code = "decision_result_shape"


def mapped_result(result: Value, mapping: str, element: str) -> Value:
    """`result` is the hit policy's own: a list of rows for COLLECT and RULE ORDER, one row, or None.

    A row of one output may come as its bare value. Raises ResultShape.
    """
    rows: list[Any] = result if isinstance(result, list) else [] if result is None else [result]
    if mapping == "resultList":
        return rows
    if mapping == "collectEntries":
        return [_entry(row, element) for row in rows]
    if len(rows) > 1:
        message = f"Bảng quyết định cho {len(rows)} kết quả, bước này chỉ nhận một. Hãy sửa bảng hoặc đổi cách nhận."
        raise ResultShape(message, element=element)
    row = rows[0] if rows else None
    return _entry(row, element) if mapping == "singleEntry" else row


def _entry(row: Value, element: str) -> Value:
    if not isinstance(row, dict):
        return row
    if len(row) != 1:
        message = f"Bảng quyết định cho {len(row)} cột kết quả, bước này chỉ nhận một. Hãy đổi cách nhận kết quả."
        raise ResultShape(message, element=element)
    return next(iter(row.values()))
