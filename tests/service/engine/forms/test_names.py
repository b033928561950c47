"""What a Camunda Form is called in lists: the Modeler writes only its id."""

from __future__ import annotations

import json
from typing import Any

import pytest

from service.engine.camunda_forms import form_name

FIELD = {"type": "textfield", "id": "f", "key": "note", "label": "Ghi chú"}


def text(words: Any) -> dict[str, Any]:
    return {"type": "text", "id": "t", "text": words}


@pytest.mark.parametrize(
    ("more", "components", "name"),
    [
        ({}, [FIELD], "y_kien"),
        ({"name": "Ý kiến chung"}, [text("# Khác")], "Ý kiến chung"),
        ({"name": " "}, [text("## Ý kiến của đơn vị\nĐọc kỹ hồ sơ trước khi trả lời."), FIELD], "Ý kiến của đơn vị"),
        ({}, [FIELD, text("# Ý kiến")], "Ý kiến"),
        ({}, [text("Đọc kỹ hồ sơ."), text("# Ý kiến")], "y_kien"),
        ({"name": 7}, [text(None), text("#")], "y_kien"),
        ({"name": "a" * 300}, [], "a" * 200),
    ],
)
def test_name_heading_or_id(more: dict[str, Any], components: list[Any], name: str) -> None:
    form = {"id": "y_kien", "type": "default", "components": components, **more}
    assert form_name(json.dumps(form).encode()) == name
