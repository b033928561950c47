"""What a user task says about its form: a key, a Camunda Form, or fields drawn into the task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from workflows.camunda.templates import Template, template
from workflows.camunda.xml import CAMUNDA, camunda, extensions


@dataclass(frozen=True, kw_only=True, slots=True)
class FormField:
    """One `camunda:formField`. `type`: string, long, boolean, date, enum or a name of the application's own."""

    id: str
    label: str
    type: str
    default: Template | None
    values: tuple[tuple[str, str], ...]
    """An enum's ids and names."""
    constraints: tuple[tuple[str, str | None], ...]
    """Name and configuration: required, readonly, min, max, minlength, maxlength …"""


def read_form(element: etree._Element) -> dict[str, Any]:
    """The attributes of a `specs.activities.User`. Raises ExpressionError."""
    return {
        "form_key": template(camunda(element, "formKey")),
        "form_ref": template(camunda(element, "formRef")),
        "form_binding": camunda(element, "formRefBinding") or "latest",
        "form_version": template(camunda(element, "formRefVersion")),
        "form_fields": tuple(_field(field) for field in _drawn(element)),
    }


def _drawn(element: etree._Element) -> list[etree._Element]:
    forms = [group for group in extensions(element) if group.tag == CAMUNDA + "formData"]
    return [field for form in forms for field in form.findall(CAMUNDA + "formField")]


def _field(element: etree._Element) -> FormField:
    name = element.get("id") or ""
    checks = element.findall(f"{CAMUNDA}validation/{CAMUNDA}constraint")
    return FormField(
        id=name,
        label=element.get("label") or name,
        type=element.get("type") or "string",
        default=template(element.get("defaultValue")),
        values=tuple(map(_choice, element.findall(CAMUNDA + "value"))),
        constraints=tuple((check.get("name") or "", check.get("config")) for check in checks),
    )


def _choice(element: etree._Element) -> tuple[str, str]:
    name = element.get("id") or ""
    return name, element.get("name") or name
