"""Reading what a request asks for: query parameters and JSON bodies, nothing overlooked in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import ColumnElement
from werkzeug.exceptions import UnsupportedMediaType

from service.api.json_body import read_json
from service.errors import FieldProblem, Invalid

MOST_ROWS = 1000
LARGEST = 2**31 - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Paging:
    """Camunda's paging: how many rows to leave out, and how many to give."""

    first: int
    limit: int


def parameters(*known: str) -> dict[str, str]:
    """The query string. A filter nobody knows would give more than was asked for: it is refused.

    Raises:
        Invalid: an unknown parameter, or one given twice.
    """
    given = request.args.to_dict(flat=False)
    problems = [_problem(name, "Tham số này không được hỗ trợ.") for name in given if name not in known]
    problems += [_problem(name, "Tham số này chỉ được ghi một lần.") for name in given if len(given[name]) > 1]
    problems += [_problem(name, "Có ký tự không hợp lệ.") for name in given if "\0" in given[name][0]]
    if problems:
        raise Invalid(problems)
    return {name: values[0] for name, values in given.items()}


def paging(given: Mapping[str, Any]) -> Paging:
    """`firstResult` and `maxResults`; more than `MOST_ROWS` are not given at once. Raises Invalid."""
    first, limit = whole(given, "firstResult", 0), whole(given, "maxResults", MOST_ROWS)
    return Paging(first=first, limit=min(limit, MOST_ROWS))


def whole(given: Mapping[str, Any], name: str, default: int) -> int:
    """A number from 0 on, from text or JSON. Raises Invalid."""
    value = given.get(name)
    if value is None:
        return default
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 11:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise Invalid([_problem(name, "Cần một số nguyên không âm.")])
    return value


def boolean(given: Mapping[str, Any], name: str, default: bool = False) -> bool:
    """`true` or `false`, from text or JSON. Raises Invalid."""
    value = given.get(name)
    if value is None:
        return default
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise Invalid([_problem(name, "Chỉ nhận true hoặc false.")])


def listed(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Several texts: with commas in a query string, a list in JSON. Raises Invalid."""
    value = given.get(name)
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(each, str) and "\0" not in each for each in parts):
        raise Invalid([_problem(name, "Cần một danh sách chuỗi.")])
    return tuple(parts)


def order(given: Mapping[str, Any], columns: Mapping[str, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """From `sortBy` and `sortOrder`, or a list of both in `sorting`. Raises Invalid."""
    asked = given.get("sorting") or ([given] if given.get("sortBy") else [])
    ordered: list[ColumnElement[Any]] = []
    for each in asked if isinstance(asked, list) else [asked]:
        column = columns.get(each.get("sortBy", "")) if isinstance(each, dict) else None
        if column is None or each.get("sortOrder", "asc") not in ("asc", "desc"):
            raise Invalid([_problem("sortBy", f"Chỉ sắp theo {', '.join(columns)}; sortOrder là asc hoặc desc.")])
        ordered.append(column.desc() if each.get("sortOrder") == "desc" else column.asc())
    return ordered


def text(given: Mapping[str, Any], name: str, default: str | None = None, *, longest: int = 2000) -> str | None:
    """Some text. Raises Invalid."""
    value = given.get(name)
    if value is None:
        return default
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise Invalid([_problem(name, f"Cần một chuỗi không quá {longest} ký tự.")])
    return value


def needed(given: Mapping[str, Any], name: str) -> str:
    """Text that must be there. Raises Invalid."""
    value = text(given, name)
    if not value:
        raise Invalid([_problem(name, "Cần có giá trị này.")])
    return value


def json_body() -> dict[str, Any]:
    """The body as a JSON object; an empty body is an empty object.

    Raises:
        UnsupportedMediaType: something else than JSON. Invalid: not an object. MalformedJson.
    """
    raw = request.get_data()
    if not raw.strip():
        return {}
    if not request.is_json:
        raise UnsupportedMediaType()
    body = read_json(raw)
    if not isinstance(body, dict):
        raise Invalid([_problem("", "Cần một đối tượng JSON.")])
    return body


def only(body: Mapping[str, Any], *known: str) -> None:
    """Raises Invalid for a member that is not understood."""
    problems = [_problem(name, "Tham số này không được hỗ trợ.") for name in body if name not in known]
    if problems:
        raise Invalid(problems)


def _problem(field: str, message: str) -> FieldProblem:
    return FieldProblem(field=field, message=message)
