"""A form with every component that is shown, and short ways to read, settle and check forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from service.engine.camunda_forms import camunda_form, check
from service.engine.form_schema import check_answers
from service.engine.forms import Field, Form
from service.errors import Invalid

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)

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

EVERY: dict[str, Any] = {
    "id": "every",
    "type": "default",
    "schemaVersion": 19,
    "executionPlatform": "Camunda Platform",
    "executionPlatformVersion": "7.24.0",
    "exporter": {"name": "Camunda Modeler", "version": "5.46.0"},
    "components": [
        {"type": "text", "id": "t1", "text": "# Đề nghị của {{applicant}}\n\n- **{{count(past)}}** lần khen trước"},
        {"type": "html", "id": "h1", "content": "<p>Kính gửi <b>{{applicant}}</b><script>alert(1)</script></p>"},
        {"type": "image", "id": "i1", "source": PIXEL, "alt": "Biểu trưng"},
        {"type": "separator", "id": "s1"},
        {"type": "spacer", "id": "s2", "height": 30},
        {
            "type": "table",
            "id": "tb1",
            "label": "Khen thưởng đã có",
            "rowCount": 5,
            "dataSource": "=past",
            "columns": [{"label": "Năm", "key": "year"}, {"label": "Hình thức", "key": "award"}],
        },
        {"type": "textfield", "id": "f1", "key": "applicant", "label": "Người đề nghị", "readonly": True},
        {"type": "textfield", "id": "f2", "key": "note", "label": "Ghi chú của Sở", "disabled": True},
        {
            "type": "textfield",
            "id": "f3",
            "key": "title",
            "label": "Tên đề nghị",
            "description": "Không quá 40 ký tự",
            "validate": {"required": True, "minLength": 3, "maxLength": 40},
        },
        {
            "type": "textfield",
            "id": "f4",
            "key": "code",
            "label": "Số văn bản",
            "validate": {"pattern": "^[0-9]+/TTr$", "patternErrorMessage": "Ví dụ 12/TTr."},
        },
        {"type": "textfield", "id": "f5", "key": "mail", "label": "Thư", "validate": {"validationType": "email"}},
        {
            "type": "textfield",
            "id": "f6",
            "key": "phone",
            "label": "Điện thoại",
            "validate": {"validationType": "phone"},
        },
        {"type": "textarea", "id": "f7", "key": "merits", "label": "Thành tích", "validate": {"maxLength": 200}},
        {
            "type": "number",
            "id": "f8",
            "key": "count",
            "label": "Số người",
            "decimalDigits": 0,
            "validate": {"required": True, "min": 1, "max": "=limit"},
        },
        {
            "type": "number",
            "id": "f9",
            "key": "share",
            "label": "Tỷ lệ",
            "decimalDigits": 2,
            "increment": "0.05",
            "validate": {"min": 0, "max": 100},
            "appearance": {"suffixAdorner": "%"},
        },
        {"type": "number", "id": "f10", "key": "amount", "label": "Số tiền", "serializeToString": True},
        {
            "type": "expression",
            "id": "f11",
            "key": "total",
            "label": "Tổng tiền thưởng",
            "expression": "=count * 1000000",
            "computeOn": "change",
        },
        {"type": "checkbox", "id": "f12", "key": "urgent", "label": "Gấp"},
        {
            "type": "checkbox",
            "id": "f13",
            "key": "sure",
            "label": "Tôi chịu trách nhiệm",
            "validate": {"required": True},
        },
        {
            "type": "textarea",
            "id": "f14",
            "key": "why",
            "label": "Vì sao gấp",
            "conditional": {"hide": "=not(urgent)"},
            "validate": {"required": True},
        },
        {
            "type": "radio",
            "id": "f15",
            "key": "kind",
            "label": "Loại",
            "defaultValue": "person",
            "values": [{"label": "Cá nhân", "value": "person"}, {"label": "Tập thể", "value": "group"}],
            "validate": {"required": True},
        },
        {"type": "select", "id": "f16", "key": "unit", "label": "Đơn vị", "valuesKey": "units", "searchable": True},
        {
            "type": "select",
            "id": "f17",
            "key": "level",
            "label": "Hình thức",
            "valuesExpression": '=if kind = "group" then ["Cờ", "Bằng khen"] else ["Giấy khen", "Bằng khen"]',
        },
        {
            "type": "checklist",
            "id": "f18",
            "key": "papers",
            "label": "Giấy tờ",
            "values": [{"label": "Tờ trình", "value": "ttr"}, {"label": "Biên bản", "value": "bb"}],
            "validate": {"required": True},
        },
        {"type": "taglist", "id": "f19", "key": "tags", "label": "Nhãn", "valuesExpression": "=colours"},
        {
            "type": "datetime",
            "id": "f20",
            "key": "day",
            "subtype": "date",
            "dateLabel": "Ngày họp",
            "disallowPassedDates": True,
            "validate": {"required": True},
        },
        {
            "type": "datetime",
            "id": "f21",
            "key": "clock",
            "subtype": "time",
            "timeLabel": "Giờ họp",
            "timeInterval": 15,
            "timeSerializingFormat": "no_timezone",
            "use24h": True,
        },
        {
            "type": "datetime",
            "id": "f22",
            "key": "moment",
            "subtype": "datetime",
            "dateLabel": "Hạn gửi",
            "timeLabel": "Giờ",
            "timeInterval": 15,
            "timeSerializingFormat": "utc_offset",
        },
        {
            "type": "group",
            "id": "g1",
            "label": "Địa chỉ",
            "path": "address",
            "showOutline": True,
            "components": [
                {"type": "textfield", "id": "g1a", "key": "street", "label": "Đường", "validate": {"required": True}},
                {"type": "textfield", "id": "g1b", "key": "ward.name", "label": "Phường"},
            ],
        },
        {
            "type": "dynamiclist",
            "id": "d1",
            "path": "people",
            "label": "Người được đề nghị",
            "isRepeating": True,
            "allowAddRemove": True,
            "defaultRepetitions": 1,
            "components": [
                {"type": "textfield", "id": "d1a", "key": "name", "label": "Họ tên", "validate": {"required": True}},
                {"type": "number", "id": "d1b", "key": "years", "label": "Số năm", "validate": {"min": 0, "max": 60}},
                {
                    "type": "textfield",
                    "id": "d1c",
                    "key": "reason",
                    "label": "Lý do dưới 5 năm",
                    "conditional": {"hide": "=this.years = null or this.years >= 5"},
                    "validate": {"required": True},
                },
            ],
        },
        {
            "type": "dynamiclist",
            "id": "d2",
            "path": "members",
            "label": "Hội đồng",
            "isRepeating": True,
            "allowAddRemove": False,
            "components": [
                {"type": "textfield", "id": "d2a", "key": "name", "label": "Thành viên", "readonly": True},
                {"type": "checkbox", "id": "d2b", "key": "present", "label": "Có mặt"},
            ],
        },
        {"type": "button", "id": "b1", "label": "Gửi đề nghị", "action": "submit"},
        {"type": "button", "id": "b2", "label": "Nhập lại", "action": "reset"},
    ],
}
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
