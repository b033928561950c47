"""Camunda Forms (`.form`, form-js JSON as the Camunda Modeler writes it) as values of ours.

What is read: docs/forms.md. A component that is not shown here is refused at deploy by its name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from marshmallow import ValidationError

from service.engine.form_answers import SCALARS
from service.engine.form_components import FormUnreadable, Read, read_components
from service.engine.form_live import settled
from service.engine.form_paths import ABSENT, at, put
from service.engine.form_words import shown
from service.engine.forms import DISPLAYED, Field, Form
from service.engine.generated_forms import check_generated, generated_form
from workflows.model import Problem, Value

__all__ = ["FormUnreadable", "camunda_form", "check", "check_generated", "form_key", "form_name", "generated_form"]

NEWEST_SCHEMA = 19
MAX_NESTED = 200
LONGEST_NAME = 200


def form_key(data: bytes) -> str:
    """The form's id. Raises FormUnreadable."""
    return str(_document(data)["id"])


def form_name(data: bytes) -> str:
    """What people call the form: its `name`, else the heading of the first text in it, else its id.

    The Modeler has no field for a name; a text that begins with `#` is drawn as a heading. Raises FormUnreadable.
    """
    document = _document(data)
    texts = [
        each.get("text") for each in document["components"] if isinstance(each, dict) and each.get("type") == "text"
    ]
    first = texts[0] if texts else None
    heading = first.strip().splitlines()[0] if isinstance(first, str) and first.strip().startswith("#") else ""
    name = document.get("name")
    words = name.strip() if isinstance(name, str) else ""
    return (words or heading.lstrip("#").strip() or str(document["id"]))[:LONGEST_NAME]


def camunda_form(data: bytes, values: Mapping[str, Value], at: datetime | None = None) -> Form:
    """The form with its starting values, which variables of the fields' names give before the fields' defaults.

    `at` is now, for `today()` and for dates that may not be past. Raises FormUnreadable.
    """
    read = _read(data)
    if read.problems:
        raise FormUnreadable(read.problems[0][1], element=read.problems[0][0])
    fields = tuple(read.fields)
    starting, begun = starting_values(fields, values)
    words = read.buttons[0] if read.buttons else "Hoàn thành"
    form = Form(fields=begun, values=starting, scope=values, at=at, submit_label=words)
    return settled(form, starting)


def check(file: str, data: bytes) -> list[Problem]:
    """Everything that keeps the form from being shown as drawn."""
    try:
        found = list(_read(data).problems)
    except FormUnreadable as error:
        found = [(None, error.message)]
    return [
        Problem(file=file, element=element, line=None, severity="error", code=FormUnreadable.code, message=message)
        for element, message in found
    ]


# -- the file


@lru_cache(maxsize=256)
def _read(data: bytes) -> Read:
    document = _document(data)
    read = read_components(document["components"])
    version = document.get("schemaVersion")
    if isinstance(version, int) and version > NEWEST_SCHEMA:
        newer = (
            f"Biểu mẫu viết theo phiên bản {version}; phần mềm này đọc đến phiên bản {NEWEST_SCHEMA} (form-js 1.23)."
        )
        read.problems.insert(0, (None, newer))
    return read


def _document(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
        _refuse_nested(document)
    except (ValueError, RecursionError) as error:
        raise FormUnreadable(f"Tệp biểu mẫu không phải JSON đọc được: {error}.") from error
    if not isinstance(document, dict) or not isinstance(document.get("components"), list):
        raise FormUnreadable("Tệp không phải biểu mẫu Camunda: thiếu danh sách “components”.")
    if not isinstance(document.get("id"), str) or not document["id"]:
        raise FormUnreadable("Biểu mẫu chưa có “id”.")
    return document


def _refuse_nested(document: Any) -> None:
    level = [document]
    for _ in range(MAX_NESTED):
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return
    raise ValueError("lồng nhau quá sâu")


# -- starting values


def starting_values(fields: tuple[Field, ...], values: Mapping[str, Value]) -> tuple[dict[str, Any], tuple[Field, ...]]:
    """What stands in the form at first, and the fields: a list with shown values from a variable keeps its rows."""
    starting: dict[str, Any] = {}
    begun = []
    for each in fields:
        if each.kind not in DISPLAYED:
            known = at(values, each.key, ABSENT)
            if each.kind == "rows":
                known, each = _rows(each, known)
            put(starting, each.key, each.default if known is ABSENT else _fitting(each, known))
        begun.append(each)
    return starting, tuple(begun)


def new_row(field: Field) -> dict[str, Any]:
    """A row that a person adds: the defaults of its fields."""
    return starting_values(field.columns, {})[0]


def _rows(field: Field, known: Any) -> tuple[list[Any], Field]:
    if not isinstance(known, list):
        blank = new_row(field)
        return [dict(blank) for _ in range(field.default or 0)], field
    rows = [starting_values(field.columns, row if isinstance(row, Mapping) else {})[0] for row in known]
    merged = [{**row, **new} if isinstance(row, Mapping) else new for row, new in zip(known, rows, strict=True)]
    asked = [each for each in field.columns if each.kind not in DISPLAYED]
    shows = any(each.read_only or each.disabled or "read_only" in dict(each.live) for each in asked)
    return merged, replace(field, keeps_rows=field.keeps_rows or shows, max_rows=max(field.max_rows, len(merged)))


def _fitting(field: Field, known: Any) -> Any:
    """A variable as this field shows it."""
    if field.kind == "boolean":
        return known is True
    if field.kind == "checklist":
        return known if isinstance(known, list) else []
    if field.kind in ("text", "textarea") and not isinstance(known, str):
        return None if isinstance(known, (list, dict)) else shown(known) or None
    return _moment(field, known) if field.kind in ("date", "time", "datetime") else known


def _moment(field: Field, known: Any) -> Any:
    """A date or time that a variable may hold as ISO text; a moment in Hà Nội's time."""
    try:
        return SCALARS[field.kind](field).read(known)
    except ValidationError:
        return None
