"""A form with every component that is shown, and short ways to read, settle and check forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.engine.camunda_forms import camunda_form, check
from service.engine.form_schema import check_answers
from service.engine.forms import Field, Form
from service.errors import Invalid

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
UNITS = [{"label": "UBND phường Hoàn Kiếm", "value": "00070"}, {"label": "UBND phường Cửa Nam", "value": "00073"}]
PAST = [{"year": 2024, "award": "Giấy khen"}, {"year": 2025, "award": "Bằng khen"}]
VARIABLES: dict[str, Any] = {
    "units": UNITS,
    "past": PAST,
    "applicant": "Nguyễn Thị Hà",
    "note": "Không đổi",
    "limit": 100,
    "colours": ["đỏ", "xanh", "vàng"],
    "members": [{"name": "Trần Văn Bình", "role": "Trưởng ban"}, {"name": "Lê Thu Cúc", "role": "Ủy viên"}],
}

EVERY_FILE = Path(__file__).with_name("every.form")
"""Saved by form-js's own editor."""
EVERY: dict[str, Any] = json.loads(EVERY_FILE.read_text(encoding="utf-8"))
GOOD: dict[str, Any] = {
    "title": "Đề nghị khen",
    "code": "12/TTr",
    "mail": "ha@hanoi.gov.vn",
    "phone": "+84912345678",
    "merits": "Nhiều sáng kiến",
    "count": 3,
    "share": 92.45,
    "amount": 1500.5,
    "urgent": True,
    "sure": True,
    "why": "Trước kỳ họp",
    "kind": "group",
    "unit": "00073",
    "level": "Bằng khen",
    "papers": ["bb", "ttr"],
    "tags": ["vàng"],
    "day": "2096-12-01",
    "clock": "08:30",
    "moment": "2096-12-01T17:00",
    "address": {"street": "12 Lê Lai", "ward": {"name": "Hoàn Kiếm"}},
    "people": [{"name": "Bà An", "years": 12}, {"name": "Ông Bảo", "years": 2, "reason": "Xuất sắc"}],
    "members": [{"present": True}, {"present": False}],
}


def drawn(*components: Mapping[str, Any], **document: Any) -> bytes:
    """A `.form` file of these components."""
    whole = {"id": "f", "type": "default", "schemaVersion": 19, "components": list(components), **document}
    return json.dumps(whole, ensure_ascii=False).encode()


def form_of(*components: Mapping[str, Any], **variables: Any) -> Form:
    return camunda_form(drawn(*components), variables, AT)


def every() -> Form:
    return camunda_form(json.dumps(EVERY).encode(), VARIABLES, AT)


def problems_of(*components: Mapping[str, Any]) -> list[str]:
    """What the check at deploy says."""
    return [each.message for each in check("f.form", drawn(*components))]


def refused(form: Form, answers: Mapping[str, Any]) -> dict[str, str]:
    """Field -> sentence."""
    with pytest.raises(Invalid) as caught:
        check_answers(form, answers)
    return {each.field: each.message for each in caught.value.problems}


def field_of(form: Form, key: str) -> Field:
    (found,) = (each for each in form.fields if each.key == key)
    return found
