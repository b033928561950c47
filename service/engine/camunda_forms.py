"""Forms drawn in the Camunda Modeler as values of ours: Camunda Forms (`.form`) and generated `camunda:formData`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from service.engine.forms import Field, Form, Kind, Option
from workflows.camunda.forms import FormField
from workflows.errors import WorkflowError
from workflows.model import Problem, Value

MAX_COMPONENTS = 500

_KINDS: dict[str, Kind] = {
    "textfield": "text",
    "textarea": "textarea",
    "checkbox": "boolean",
    "radio": "radio",
    "select": "select",
    "checklist": "checklist",
    "text": "paragraph",
}
_IGNORED = frozenset({"button", "separator", "spacer"})


class FormUnreadable(WorkflowError):
    """A form that cannot be shown as drawn."""

    code = "form_unreadable"


# -- .form files


def form_key(data: bytes) -> str:
    """The form's id. Raises FormUnreadable."""
    return str(_document(data)["id"])


def camunda_form(data: bytes, values: Mapping[str, Value]) -> Form:
    """The form, its starting values taken from the variables of the fields' names. Raises FormUnreadable."""
    fields, problems = _read(_document(data))
    if problems:
        raise FormUnreadable(problems[0][1], element=problems[0][0])
    known = {each.key: values[each.key] for each in fields if each.key in values}
    return Form(fields=tuple(fields), values=known)


def check(file: str, data: bytes) -> list[Problem]:
    """Everything that keeps the form from being shown as drawn."""
    try:
        _fields, found = _read(_document(data))
    except FormUnreadable as error:
        found = [(None, error.message)]
    return [_problem(file, element, message) for element, message in found]


def _problem(file: str, element: str | None, message: str) -> Problem:
    return Problem(file=file, element=element, line=None, severity="error", code=FormUnreadable.code, message=message)


def _document(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FormUnreadable(f"Tệp biểu mẫu không phải JSON đọc được: {error}.") from error
    if not isinstance(document, dict) or not isinstance(document.get("components"), list):
        raise FormUnreadable("Tệp không phải biểu mẫu Camunda: thiếu danh sách “components”.")
    if not isinstance(document.get("id"), str) or not document["id"]:
        raise FormUnreadable("Biểu mẫu chưa có “id”.")
    return document


def _read(document: Mapping[str, Any]) -> tuple[list[Field], list[tuple[str | None, str]]]:
    fields: list[Field] = []
    problems: list[tuple[str | None, str]] = []
    for number, component in enumerate(_flat(document["components"])):
        if number >= MAX_COMPONENTS:
            problems.append((None, f"Biểu mẫu có hơn {MAX_COMPONENTS} thành phần."))
            break
        place = str(component.get("key") or component.get("id") or "")
        try:
            if (found := _component(component)) is not None:
                fields.append(found)
        except FormUnreadable as error:
            problems.append((place, error.message))
    keys = [each.key for each in fields]
    problems += [(key, f"Hai trường cùng khóa “{key}”.") for key in sorted({k for k in keys if keys.count(k) > 1})]
    return fields, problems


def _flat(components: Sequence[Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """A group is a heading and what stands in it."""
    for component in components:
        if not isinstance(component, Mapping):
            raise FormUnreadable("Biểu mẫu có thành phần không đọc được.")
        if component.get("type") != "group":
            yield component
            continue
        if depth > 10 or component.get("path"):
            raise FormUnreadable("Nhóm lồng quá sâu, hoặc nhóm có “path”: chưa hiển thị được.")
        if component.get("showOutline") is not False and component.get("label"):
            yield {"type": "heading", "id": component.get("id"), "text": component["label"]}
        yield from _flat(component.get("components") or [], depth + 1)


def _component(component: Mapping[str, Any]) -> Field | None:
    kind, key = component.get("type"), component.get("key")
    if kind in _IGNORED:
        return None
    if (component.get("conditional") or {}).get("hide"):
        raise FormUnreadable("Điều kiện ẩn hiện (conditional) trong biểu mẫu chưa hiển thị được.")
    if kind in ("heading", "text"):
        name = str(component.get("id") or "text")
        return Field(key=name, kind="heading" if kind == "heading" else "paragraph", label=_words(component))
    if not isinstance(key, str) or not key.isidentifier():
        label = component.get("label") or kind
        raise FormUnreadable(f"Trường “{label}” cần khóa (key) là một tên biến, không có dấu chấm.")
    drawn_kind = _kind(component)
    rules = component.get("validate") or {}
    return Field(
        key=key,
        kind=drawn_kind,
        label=str(component.get("label") or key),
        hint=str(component.get("description") or ""),
        required=bool(rules.get("required")),
        read_only=bool(component.get("readonly") or component.get("disabled")),
        default=component.get("defaultValue"),
        options=_options(component) if drawn_kind in ("radio", "select", "checklist") else (),
        minimum=_number(rules.get("min")),
        maximum=_number(rules.get("max")),
        min_length=rules.get("minLength"),
        max_length=rules.get("maxLength"),
        pattern=rules.get("pattern"),
    )


def _kind(component: Mapping[str, Any]) -> Kind:
    kind = component.get("type")
    if kind == "number":
        return "integer" if component.get("decimalDigits") == 0 else "number"
    if kind == "datetime":
        if component.get("subtype", "date") != "date":
            raise FormUnreadable("Trường ngày giờ chỉ nhận loại “date” (ngày).")
        return "date"
    if kind in _KINDS:
        return _KINDS[kind]
    raise FormUnreadable(f"Loại trường “{kind}” chưa hiển thị được.")


def _options(component: Mapping[str, Any]) -> tuple[Option, ...]:
    drawn = component.get("values")
    if not isinstance(drawn, list) or not drawn:
        raise FormUnreadable("Trường chọn cần danh sách giá trị cố định (values).")
    return tuple(Option(value=str(each.get("value")), label=str(each.get("label"))) for each in drawn)


def _words(component: Mapping[str, Any]) -> str:
    text = str(component.get("text") or component.get("content") or "")
    return text.lstrip("# ").strip()


def _number(value: Any) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation as error:
        raise FormUnreadable(f"“{value}” không phải là số.") from error


# -- camunda:formData

_GENERATED: dict[str, Kind] = {
    "string": "text",
    "long": "integer",
    "boolean": "boolean",
    "date": "date",
    "enum": "select",
    "number": "number",
    "textarea": "textarea",
}


def generated_form(drawn: Sequence[FormField], values: Mapping[str, Value]) -> Form:
    """The fields drawn into the task itself; a variable of a field's name is its starting value.

    Raises FormUnreadable.
    """
    fields = tuple(map(_generated, drawn))
    starting = {each.id: default for each in drawn if (default := _default(each, values)) is not None}
    return Form(fields=fields, values=starting)


def check_generated(file: str, element: str, drawn: Sequence[FormField]) -> list[Problem]:
    """Everything that keeps a task's own fields from being shown as drawn."""
    found = []
    for each in drawn:
        try:
            _generated(each)
        except FormUnreadable as error:
            found.append(_problem(file, element, error.message))
    return found


def _default(drawn: FormField, values: Mapping[str, Value]) -> Value:
    if drawn.id in values:
        return values[drawn.id]
    return drawn.default.evaluate(values, {}) if drawn.default is not None else None


def _generated(drawn: FormField) -> Field:
    kind = _GENERATED.get(drawn.type)
    if kind is None:
        raise FormUnreadable(f"Trường “{drawn.label}” có kiểu “{drawn.type}” chưa hiển thị được.", element=drawn.id)
    rules = dict(drawn.constraints)
    field = Field(
        key=drawn.id,
        kind=kind,
        label=drawn.label,
        required="required" in rules,
        read_only="readonly" in rules,
        options=tuple(Option(value=value, label=label) for value, label in drawn.values),
    )
    if kind in ("integer", "number"):
        return replace(field, minimum=_number(rules.get("min")), maximum=_number(rules.get("max")))
    return replace(field, min_length=_length(rules.get("minlength")), max_length=_length(rules.get("maxlength")))


def _length(value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isdigit():
        raise FormUnreadable(f"“{value}” không phải là số ký tự.")
    return int(value)
