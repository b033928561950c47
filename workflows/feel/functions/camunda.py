"""What Camunda's editor offers beside the specification: JSON, base64, assertions.

`random number`, `uuid` and `fromAi` are not here: the same command on the same state must give the same result.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import date, time, timedelta
from decimal import Decimal

from workflows.errors import ExpressionError
from workflows.feel import limits
from workflows.feel.far import FarDate, FarDateTime
from workflows.feel.functions.registry import builtin
from workflows.feel.scope import Run
from workflows.feel.temporal import YearsMonths, format_value
from workflows.feel.text import format_number
from workflows.feel.values import Value, incoming


@builtin("from json", "value: string")
def from_json(run: Run, text: str) -> Value:
    """Numbers exactly as written. Text that is no JSON is null."""
    run.charge(len(text) // 8 + 1)
    try:
        return incoming(json.loads(text, parse_int=Decimal, parse_float=Decimal, parse_constant=_refused), run)
    except (ValueError, ArithmeticError):
        return None
    except RecursionError:
        raise limits.too_deep() from None


def _refused(name: str) -> None:
    """Python reads NaN and Infinity; JSON has none. Raises ValueError."""
    raise ValueError(name)


@builtin("to json", "value: any")
def to_json(run: Run, value: Value) -> str | None:
    """Dates, times and durations as text; null for what JSON cannot say (ranges, functions)."""
    pieces: list[str] = []
    return run.text("".join(pieces)) if _write(value, pieces, run, 0) else None


def _write(value: Value, pieces: list[str], run: Run, depth: int) -> bool:
    run.charge(1)
    if depth > limits.VALUE_DEPTH:
        raise limits.too_deep()
    if isinstance(value, (list, dict)):
        return _write_many(value, pieces, run, depth)
    if value is None or isinstance(value, (bool, str)):
        run.charge(len(value) // 8 if isinstance(value, str) else 0)
        pieces.append(json.dumps(value, ensure_ascii=False))
    elif isinstance(value, Decimal):
        pieces.append(format_number(value))
    elif isinstance(value, (date, time, timedelta, YearsMonths, FarDate, FarDateTime)):
        pieces.append(json.dumps(format_value(value)))
    else:
        return False
    return True


def _write_many(value: list[Value] | dict[str, Value], pieces: list[str], run: Run, depth: int) -> bool:
    is_list = isinstance(value, list)
    pieces.append("[" if is_list else "{")
    for place, part in enumerate(value):
        pieces.append("," if place else "")
        if isinstance(value, dict):
            pieces.append(f"{json.dumps(part, ensure_ascii=False)}:")
            part = value[part]
        if not _write(part, pieces, run, depth + 1):
            return False
    pieces.append("]" if is_list else "}")
    return True


@builtin("to base64", "value: string")
def to_base64(run: Run, text: str) -> str:
    return run.text(base64.b64encode(text.encode("utf-8", "replace")).decode("ascii"))


@builtin("from base64", "value: string")
def from_base64(run: Run, text: str) -> str | None:
    try:
        return run.text(base64.b64decode(text, validate=True).decode("utf-8"))
    except (binascii.Error, ValueError):
        return None


@builtin("assert", "value: any", "condition: any", "cause?: string?")
def assert_(run: Run, value: Value, condition: Value, cause: str | None = None) -> Value:
    """The value where the condition is true; otherwise the evaluation ends with the cause.

    Raises: ExpressionError (`assertion_failed`).
    """
    if condition is True:
        return value
    message = f"Điều kiện của assert không đúng{f': {cause[:200]}' if cause else ''}."
    raise ExpressionError(message, code="assertion_failed")
