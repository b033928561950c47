"""The element templates: valid by the public schema, and true to the roles, steps and topics of this application."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from service.engine.camunda_forms import check, form_key
from service.people.roles import ROLES
from service.wiring import build_registry

BPMN = Path(__file__).parents[2] / "bpmn"
TEMPLATES = sorted((BPMN / ".camunda" / "element-templates").glob("*.json"))
FORMS = sorted((BPMN / "awards").glob("*.form"))
PROCESSES = {path.stem for path in (BPMN / "awards").glob("*.bpmn")}


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def values(template: dict[str, Any], **binding: str) -> Iterator[tuple[str, str]]:
    """Name and value of every choice, or of the fixed value, of the properties with this binding."""
    for each in template["properties"]:
        if all(each["binding"].get(key) == value for key, value in binding.items()):
            choices = each.get("choices") or [{"name": each.get("label", ""), "value": each["value"]}]
            yield from ((choice["name"], choice["value"]) for choice in choices)
            assert each.get("value") in {choice["value"] for choice in choices}


def test_the_public_schema_has_no_remark(javascript: Callable[..., Any]) -> None:
    script = Path(__file__).with_name("validate_templates.mjs").read_text("utf-8")
    said = javascript(script, *map(str, TEMPLATES))
    assert said == {str(path): {"valid": True, "errors": [], "warnings": []} for path in TEMPLATES}


def test_there_is_one_for_every_kind_of_task_of_the_domain() -> None:
    names = {read(path)["name"] for path in TEMPLATES}
    assert names >= {
        "Việc của đơn vị",
        "Họp hội đồng",
        "Thẩm định",
        "Lấy ý kiến hiệp y",
        "Ký duyệt",
        "Thông báo kết quả xét",
    }
    assert len({read(path)["id"] for path in TEMPLATES}) == len(TEMPLATES)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_what_it_offers_is_what_the_application_has(path: Path) -> None:
    template, registry = read(path), build_registry()
    for name, role in values(template, name="camunda:candidateGroups"):
        assert ROLES[role].name == name
    for name, role in values(template, target="chair_group"):
        assert ROLES[role.removeprefix("${'").removesuffix("'}")].name == name
    for name, due in values(template, name="camunda:dueDate"):
        found = re.fullmatch(r"\$\{workdays\((\d+)\)\}", due)
        assert found is not None
        assert name == f"{found[1]} ngày làm việc"
    assert {key for _, key in values(template, name="camunda:formKey")} <= set(registry.tasks)
    assert {topic for _, topic in values(template, name="camunda:topic")} <= set(registry.topics)
    assert {key for _, key in values(template, name="calledElement")} <= PROCESSES
    assert {key for _, key in values(template, name="camunda:formRef")} <= {path.stem for path in FORMS}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_the_general_forms_can_be_shown(path: Path) -> None:
    assert check(path.name, path.read_bytes()) == []
    assert form_key(path.read_bytes()) == path.stem
