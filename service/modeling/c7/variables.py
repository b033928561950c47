"""Variables with Camunda 7's types, in and out: `{"x": {"value": 1, "type": "Integer"}}`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from service.api.json_body import MalformedJson, read_json
from service.api.json_out import number, plain
from service.errors import FieldProblem, Invalid
from service.modeling.c7.shapes import moment
from workflows.model import Value
from workflows.values import as_text

INTEGER, LONG = range(-(2**31), 2**31), range(-(2**63), 2**63)
JSON_FORMAT = "application/json"


def read_variables(typed: Any, *, field: str = "variables") -> dict[str, Value]:
    """Plain values by name; none at all for null.

    Raises:
        Invalid: naming every variable that cannot be taken.
    """
    if typed is None:
        return {}
    if not isinstance(typed, dict):
        raise Invalid([FieldProblem(field=field, message="Cần một đối tượng {tên: {value, type}}.")])
    values, problems = {}, []
    for name, each in typed.items():
        try:
            values[name] = _read(each)
        except (ValueError, TypeError, ArithmeticError, MalformedJson) as error:
            message = error.message if isinstance(error, MalformedJson) else str(error)
            problems.append(FieldProblem(field=f"{field}.{name}", message=message))
    if problems:
        raise Invalid(problems)
    return values


def write_variables(values: Mapping[str, Value]) -> dict[str, Any]:
    """Each with the type that Camunda 7 would give it."""
    return {name: write_value(value) for name, value in values.items()}


def write_value(value: Value) -> dict[str, Any]:
    """One value. A day without a time has no type of its own in Camunda 7: it goes as text."""
    kind, plain_value = _typed(value)
    return {"type": kind, "value": plain_value, "valueInfo": {}}


def _typed(value: Value) -> tuple[str, Any]:
    if value is None:
        return "Null", None
    if isinstance(value, bool):
        return "Boolean", value
    if isinstance(value, int):
        kind = "Integer" if value in INTEGER else "Long" if value in LONG else "String"
        return kind, value if kind != "String" else str(value)
    if isinstance(value, Decimal):
        written = number(value)
        return ("String", written) if isinstance(written, str) else ("Double", float(written))
    if isinstance(value, datetime):
        return "Date", moment(value)
    if isinstance(value, list | dict):
        return "Json", json.dumps(value, ensure_ascii=False, default=_inside)
    return "String", as_text(value)


def _inside(value: Any) -> Any:
    return as_text(value) if isinstance(value, time) else plain(value)


def _read(each: Any) -> Value:
    """Raises ValueError with a sentence, or MalformedJson."""
    if not isinstance(each, dict):
        raise ValueError("Cần {value, type}.")
    value, kind = each.get("value"), each.get("type")
    if kind is not None and not isinstance(kind, str):
        raise ValueError("type phải là tên một kiểu.")
    if value is None:
        return None
    if kind is None:
        return value
    reader = _READERS.get(kind.lower())
    if reader is None:
        raise ValueError(f"Không nhận kiểu {kind}; hãy dùng String, Integer, Long, Double, Boolean, Date hoặc Json.")
    if kind.lower() == "object":
        _refuse_other_serialization(each.get("valueInfo"))
    return reader(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("Cần một chuỗi.")
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("Cần true hoặc false.")
    return value


def _whole(size: range) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value not in size:
            raise ValueError(f"Cần một số nguyên từ {size.start} đến {size.stop - 1}.")
        return value

    return read


def _double(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("Cần một số.")
    return Decimal(value)


def _date(value: Any) -> datetime | date:
    """A moment with its offset, as Camunda writes it."""
    try:
        read = datetime.fromisoformat(_text(value))
    except ValueError as error:
        raise ValueError("Cần thời điểm dạng 2026-11-24T08:00:00.000+0700.") from error
    if read.tzinfo is None:
        raise ValueError("Thời điểm phải có múi giờ, ví dụ 2026-11-24T08:00:00.000+0700.")
    return read


def _json(value: Any) -> Value:
    """The document, which Camunda sends as text."""
    return read_json(value.encode("utf-8")) if isinstance(value, str) else value


def _null(_value: Any) -> None:
    raise ValueError("Kiểu Null không có giá trị.")


def _refuse_other_serialization(info: Any) -> None:
    wanted = info.get("serializationDataFormat") if isinstance(info, dict) else None
    if wanted not in (None, JSON_FORMAT):
        raise ValueError(f"Chỉ nhận đối tượng ghi bằng {JSON_FORMAT}.")


_READERS: Mapping[str, Callable[[Any], Value]] = {
    "string": _text,
    "boolean": _boolean,
    "short": _whole(range(-(2**15), 2**15)),
    "integer": _whole(INTEGER),
    "long": _whole(LONG),
    "double": _double,
    "date": _date,
    "json": _json,
    "object": _json,
    "null": _null,
}
