"""What the check at deploy says of a form, component by component."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from service.engine.camunda_forms import FormUnreadable, camunda_form, check, form_key
from service.engine.form_schema import check_answers
from tests.service.engine.forms.kit import EVERY, drawn, every, field_of, form_of, problems_of, refused


def text(key: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": "Chữ", **more}


REFUSED = [
    ({"type": "filepicker", "key": "file"}, "Loại thành phần “filepicker” chưa hiển thị được."),
    ({"type": "documentPreview", "id": "d"}, "Loại thành phần “documentPreview” chưa hiển thị được."),
    ({"type": "iframe", "id": "i", "url": "https://example.com"}, "Loại thành phần “iframe” chưa hiển thị được."),
    ({"type": "hologram", "key": "h"}, "Loại thành phần “hologram” chưa hiển thị được."),
    ({"type": ["text"], "key": "h"}, "Loại thành phần “['text']” chưa hiển thị được."),
    ({"type": "datetime", "key": "d", "subtype": []}, "Trường ngày giờ có loại “[]” chưa hiển thị được."),
    ({"key": "h"}, "Loại thành phần “None” chưa hiển thị được."),
    (text(""), "Trường “Chữ” cần khóa (key) là một tên biến."),
    (text("1a"), "Trường “Chữ” cần khóa (key) là một tên biến."),
    (text("a b"), "Trường “Chữ” cần khóa (key) là một tên biến."),
    (text("a..b"), "Trường “Chữ” cần khóa (key) là một tên biến."),
    (text(label=5), "“label” phải là chữ."),
    (text(validate={"minLength": -1}), "“-1” không phải là số ký tự."),
    (text(validate={"maxLength": "=1 +"}), "Biểu thức “=1 +” chưa đúng"),
    (text(validate={"pattern": "(a"}), "Mẫu “(a” (pattern) không đọc được."),
    (text(conditional={"hide": "=a ="}), "Biểu thức “=a =” chưa đúng"),
    (text(conditional={"hide": "a"}), "“a” không phải là biểu thức FEEL"),
    (text(label="Số {{1 +}}"), "Biểu thức trong “Số {{1 +}}” chưa đúng"),
    (text(description="{{#if a}}x"), "Biểu thức trong “{{#if a}}x” chưa đúng"),
    (text(readonly="a > 1"), "“a > 1” không phải là biểu thức FEEL"),
    ({"type": "number", "key": "n", "increment": 0}, "Bước (increment) phải lớn hơn 0."),
    ({"type": "number", "key": "n", "increment": "một"}, "“một” không phải là số."),
    ({"type": "number", "key": "n", "decimalDigits": 20}, "Số chữ số thập phân (decimalDigits) phải từ 0 đến 9."),
    ({"type": "number", "key": "n", "validate": {"min": "NaN"}}, "“NaN” không phải là số dùng được."),
    ({"type": "select", "key": "s"}, "Trường chọn cần danh sách giá trị: values, valuesKey hoặc valuesExpression."),
    ({"type": "radio", "key": "s", "values": []}, "Trường chọn cần danh sách giá trị"),
    (
        {"type": "radio", "key": "s", "values": [{"value": "a"}, {"value": "a"}]},
        "Danh sách giá trị có hai giá trị giống nhau hoặc một giá trị trống.",
    ),
    ({"type": "select", "key": "s", "valuesKey": "a b"}, "“a b” (valuesKey) không phải là tên biến."),
    ({"type": "select", "key": "s", "valuesExpression": "a"}, "“a” không phải là biểu thức FEEL"),
    ({"type": "datetime", "key": "d", "subtype": "week"}, "Trường ngày giờ có loại “week” chưa hiển thị được."),
    ({"type": "datetime", "key": "d", "subtype": "time", "timeInterval": 7}, "Khoảng cách giờ (timeInterval)"),
    (
        {"type": "datetime", "key": "d", "subtype": "time", "timeSerializingFormat": "x"},
        "Cách ghi giờ “x” (timeSerializingFormat) chưa dùng được.",
    ),
    ({"type": "expression", "key": "e"}, "“None” không phải là biểu thức FEEL"),
    ({"type": "table", "id": "t"}, "Bảng chưa có nguồn dữ liệu (dataSource)."),
    ({"type": "image", "id": "i", "source": "https://example.com/a.png"}, "Ảnh ở máy khác không hiển thị được"),
    ({"type": "image", "id": "i", "source": "javascript:alert(1)"}, "Ảnh ở máy khác không hiển thị được"),
    ({"type": "dynamiclist", "components": []}, "Trường “dynamiclist” cần khóa (key) là một tên biến."),
    ({"type": "dynamiclist", "path": "l", "defaultRepetitions": 999}, "Số dòng ban đầu (defaultRepetitions)"),
    ({"type": "group", "path": "1", "components": []}, "Trường “group” cần khóa (key) là một tên biến."),
]


@pytest.mark.parametrize(("component", "sentence"), REFUSED)
def test_what_is_not_shown_is_refused_by_its_name(component: dict[str, Any], sentence: str) -> None:
    (found,) = problems_of(component)
    assert found.startswith(sentence)
    with pytest.raises(FormUnreadable):
        form_of(component)


def test_every_problem_comes_at_once_at_its_component() -> None:
    list_ = {"type": "dynamiclist", "path": "l", "components": [{"type": "filepicker", "key": "inside"}]}
    group = {"type": "group", "components": [{"type": "iframe", "id": "frame"}]}
    data = drawn(
        {"type": "filepicker", "key": "file"}, text("a"), text("a"), list_, group, "odd", text("b"), text("b.c")
    )
    assert [each.element for each in check("f.form", data)] == ["file", "inside", "frame", None, "a", "b"]
    assert {each.code for each in check("f.form", data)} == {"form_unreadable"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"id": "a"}',
        b'{"components": []}',
        b'{"id": "", "components": []}',
        b'{"id": "a", "components": {}}',
        b'{"id": "a", "components": [' + b"[" * 5_000 + b"]" * 5_000 + b"]}",
        b"\xff\xfe",
    ],
)
def test_a_file_that_is_no_form(data: bytes) -> None:
    assert [each.severity for each in check("f.form", data)] == ["error"]
    with pytest.raises(FormUnreadable):
        form_key(data)


def test_every_schema_version_up_to_the_modelers_is_read() -> None:
    for version in range(1, 20):
        assert check("f.form", drawn(text(), schemaVersion=version)) == []
    (newer,) = check("f.form", drawn(text(), schemaVersion=20))
    assert "phiên bản 20" in newer.message
    assert check("f.form", drawn(text())[:-1] + b', "executionPlatform": "Camunda Platform"}') == []


def test_limits_of_a_form() -> None:
    many = [text(f"a{number}") for number in range(501)]
    assert problems_of(*many) == ["Biểu mẫu có hơn 500 thành phần."]
    deep: dict[str, Any] = text("x")
    for _ in range(12):
        deep = {"type": "group", "components": [deep]}
    assert problems_of(deep) == ["Nhóm và danh sách lồng nhau quá 10 tầng."]
    assert problems_of({"type": "text", "id": "t", "text": "x" * 20_001}) == ["“text” dài hơn 20000 ký tự."]


def test_the_form_with_every_component_is_read_whole() -> None:
    data = json.dumps(EVERY).encode()
    assert check("every.form", data) == []
    assert form_key(data) == "every"
    form = every()
    assert form.submit_label == "Gửi đề nghị"
    kinds = {each.kind for each in form.fields}
    assert kinds >= {"html", "image", "table", "separator", "spacer", "reset", "heading", "computed", "rows"}
    assert field_of(form, "tb1").cells == (("2024", "Giấy khen"), ("2025", "Bằng khen"))
    assert [each.label for each in field_of(form, "tb1").columns] == ["Năm", "Hình thức"]
    assert field_of(form, "share").suffix == "%"


def test_starting_values_come_from_variables_then_from_defaults() -> None:
    kind = {"type": "radio", "key": "kind", "values": [{"value": "a"}, {"value": "b"}], "defaultValue": "b"}
    day = {"type": "datetime", "key": "day", "subtype": "date"}
    parts = (
        kind,
        day,
        text("at.place", defaultValue="Hà Nội"),
        {"type": "checkbox", "key": "ok", "defaultValue": True},
    )
    assert form_of(*parts).values == {"kind": "b", "day": None, "at": {"place": "Hà Nội"}, "ok": True}
    form = form_of(*parts, kind="a", day="2026-11-20", at={"place": "Huế"}, ok=False)
    assert form.values["day"].isoformat() == "2026-11-20"
    assert (form.values["kind"], form.values["at"], form.values["ok"]) == ("a", {"place": "Huế"}, False)


def test_options_keep_the_type_of_what_they_store() -> None:
    pick = {"type": "select", "key": "pick", "valuesKey": "found"}
    form = form_of(pick, found=[1, 2.5, True, "x", {"label": "Ba", "value": {"id": 3}}, {"label": "trống"}, None])
    options = field_of(form, "pick").options
    assert [(each.value, each.label) for each in options] == [
        ("1", "1"),
        ("2.5", "2,5"),
        ("true", "có"),
        ("x", "x"),
        ('{"id": "3"}', "Ba"),
    ]
    assert check_answers(form, {"pick": "1"})["pick"] == 1
    assert check_answers(form, {"pick": 2.5})["pick"] == Decimal("2.5")
    assert check_answers(form, {"pick": "true"})["pick"] is True
    assert check_answers(form, {"pick": '{"id": "3"}'})["pick"] == {"id": 3}
    assert set(refused(form, {"pick": "3"})) == {"pick"}


def test_lists_begin_with_their_variables_rows_or_with_blank_ones() -> None:
    part = {"type": "dynamiclist", "path": "l", "defaultRepetitions": 2, "components": [text("a", defaultValue="x")]}
    assert form_of(part).values == {"l": [{"a": "x"}, {"a": "x"}]}
    assert form_of(part, l=[{"a": "1"}, {"a": "2"}, {"a": "3"}]).values["l"] == [{"a": "1"}, {"a": "2"}, {"a": "3"}]
    inner = {"type": "dynamiclist", "path": "m", "components": [text("b", validate={"required": True})]}
    outer = {"type": "dynamiclist", "path": "l", "components": [inner]}
    form = form_of(outer)
    assert form.values == {"l": [{"m": [{"b": None}]}]}
    assert set(refused(form, {"l": [{"m": [{"b": "x"}, {"b": ""}]}]})) == {"l.0.m.1.b"}


def test_times_are_stored_as_the_form_says() -> None:
    def stored(subtype: str, written: str, value: str) -> str:
        part = {"type": "datetime", "key": "d", "subtype": subtype, "timeSerializingFormat": written}
        return str(check_answers(form_of(part), {"d": value})["d"].isoformat())

    assert stored("time", "no_timezone", "08:30") == "08:30:00"
    assert stored("time", "utc_offset", "08:30") == "08:30:00+07:00"
    assert stored("time", "utc_normalized", "08:30") == "01:30:00+00:00"
    assert stored("time", "utc_offset", "01:30:00Z") == "08:30:00+07:00"
    assert stored("datetime", "utc_offset", "2026-11-24T08:30") == "2026-11-24T08:30:00+07:00"
    assert stored("datetime", "utc_normalized", "2026-11-24T03:30") == "2026-11-23T20:30:00+00:00"
    assert stored("datetime", "no_timezone", "2026-11-24T03:30Z") == "2026-11-24T10:30:00+07:00"


def test_the_same_file_gives_the_same_fields() -> None:
    data = drawn(text())
    assert camunda_form(data, {}).fields == camunda_form(data, {"other": 1}).fields
