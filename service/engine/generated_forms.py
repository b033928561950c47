"""Generated forms: `camunda:formData`, the fields drawn into a user task itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from service.engine.form_components import FormUnreadable, length_of, number_of
from service.engine.form_live import settled
from service.engine.form_typed import read_date
from service.engine.forms import Field, Form, Kind, Option
from workflows.camunda.forms import FormField
from workflows.clock import time_functions
from workflows.model import Problem, Value

_KINDS: dict[str, Kind] = {
    "string": "text",
    "long": "integer",
    "boolean": "boolean",
    "date": "date",
    "enum": "select",
    "number": "number",
    "textarea": "textarea",
}
_RULES = frozenset({"required", "readonly", "min", "max", "minlength", "maxlength"})


def generated_form(drawn: Sequence[FormField], values: Mapping[str, Value], at: datetime | None = None) -> Form:
    """The fields drawn into the task itself; a variable of a field's name is its starting value.

    Raises FormUnreadable.
    """
    fields = tuple(map(_field, drawn))
    starting = {
        each.id: _typed(field, default)
        for each, field in zip(drawn, fields, strict=True)
        if (default := _default(each, values, at)) is not None
    }
    return settled(Form(fields=fields, values=starting, scope=values, at=at), starting)


def check_generated(file: str, element: str, drawn: Sequence[FormField]) -> list[Problem]:
    """Everything that keeps a task's own fields from being shown as drawn."""
    found = []
    for each in drawn:
        try:
            _field(each)
        except FormUnreadable as error:
            found.append(error.message)
    keys = [each.id for each in drawn]
    found += [f"Hai trường cùng khóa “{key}”." for key in sorted({key for key in keys if keys.count(key) > 1})]
    return [
        Problem(file=file, element=element, line=None, severity="error", code=FormUnreadable.code, message=message)
        for message in found
    ]


def _default(drawn: FormField, values: Mapping[str, Value], at: datetime | None) -> Value:
    if drawn.id in values:
        return values[drawn.id]
    return (
        drawn.default.evaluate(values, {} if at is None else time_functions(at)) if drawn.default is not None else None
    )


def _typed(field: Field, value: Value) -> Any:
    """A default is drawn as text: a date as 24/11/2026, a truth value as `true`."""
    if not isinstance(value, str):
        return value
    if field.kind == "boolean":
        return value == "true"
    if field.kind == "date":
        return read_date(value)
    if field.kind in ("integer", "number"):
        number = number_of(value) if value.strip().lstrip("-").replace(".", "", 1).isdigit() else None
        return int(number) if field.kind == "integer" and number is not None and number == int(number) else number
    return value


def _field(drawn: FormField) -> Field:
    kind = _KINDS.get(drawn.type)
    if kind is None:
        raise FormUnreadable(f"Trường “{drawn.label}” có kiểu “{drawn.type}” chưa hiển thị được.", element=drawn.id)
    if "." in drawn.id or not drawn.id.isidentifier():
        raise FormUnreadable(f"Trường “{drawn.label or drawn.id}” cần mã (id) là một tên biến.", element=drawn.id)
    rules = dict(drawn.constraints)
    for name in rules:
        if name not in _RULES:
            raise FormUnreadable(f"Trường “{drawn.label}” có ràng buộc “{name}” không dùng được.", element=drawn.id)
    field = Field(
        key=drawn.id,
        kind=kind,
        label=drawn.label,
        required=_holds(rules, "required") and kind != "boolean",
        read_only=_holds(rules, "readonly"),
        options=tuple(Option(value=value, label=label) for value, label in drawn.values),
    )
    if kind == "select" and not field.options:
        raise FormUnreadable(f"Trường “{drawn.label}” chưa có danh sách giá trị.", element=drawn.id)
    low, high = number_of(rules.get("min")), number_of(rules.get("max"))
    if kind in ("integer", "number"):
        return replace(field, minimum=low, maximum=high)
    return replace(field, min_length=length_of(rules.get("minlength")), max_length=length_of(rules.get("maxlength")))


def _holds(rules: Mapping[str, str | None], name: str) -> bool:
    """A constraint without a configuration holds; `false` switches it off."""
    return name in rules and (rules[name] or "true").strip().lower() != "false"
