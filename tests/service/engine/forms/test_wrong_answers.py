"""The form with every component: right answers come out typed, and each wrong one is told at its own field."""

from __future__ import annotations

import unicodedata
from copy import deepcopy
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from service.engine.form_paths import put
from service.engine.form_schema import check_answers
from tests.service.engine.forms.kit import GOOD, every, refused

REQUIRED = "Cần nhập nội dung này."
WRONG: list[tuple[str, Any, str, str]] = [
    ("title", None, "title", REQUIRED),
    ("title", "   ", "title", REQUIRED),
    ("title", "ab", "title", "Nhập ít nhất 3 ký tự."),
    ("title", "x" * 41, "title", "Nhập không quá 40 ký tự (đang có 41)."),
    ("title", 5, "title", "Cần nhập chữ."),
    ("title", "ab\x00cd", "title", "Có ký tự không in được; bạn gõ lại nội dung này."),
    ("code", "12/QĐ", "code", "Ví dụ 12/TTr."),
    ("code", "x12/TTr", "code", "Ví dụ 12/TTr."),
    ("mail", "ha@", "mail", "Nhập một địa chỉ thư điện tử, ví dụ ten@hanoi.gov.vn."),
    ("phone", "0912", "phone", "Nhập số điện thoại kèm mã nước, ví dụ +84912345678."),
    ("merits", "x" * 201, "merits", "Nhập không quá 200 ký tự (đang có 201)."),
    ("count", None, "count", REQUIRED),
    ("count", 0, "count", "Nhập một số từ 1 đến 100."),
    ("count", 101, "count", "Nhập một số từ 1 đến 100."),
    ("count", 1.5, "count", "Nhập một số nguyên, ví dụ 12."),
    ("count", "3", "count", "Nhập một số nguyên, ví dụ 12."),
    ("count", True, "count", "Nhập một số nguyên, ví dụ 12."),
    ("share", 100.05, "share", "Nhập một số từ 0 đến 100."),
    ("share", 92.41, "share", "Nhập một số theo bước 0,05; gần nhất là 92,4 hoặc 92,45."),
    ("share", 92.455, "share", "Nhập số có không quá 2 chữ số sau dấu phẩy."),
    ("share", "1.5", "share", "Nhập một số, ví dụ 92,41."),
    ("amount", "mười", "amount", "Nhập một số, ví dụ 92,41."),
    ("urgent", "true", "urgent", "Cần trả lời có hoặc không."),
    ("sure", False, "sure", "Cần đánh dấu vào ô này."),
    ("sure", None, "sure", "Cần đánh dấu vào ô này."),
    ("why", "", "why", REQUIRED),
    ("kind", None, "kind", "Cần chọn một trong các mục."),
    ("kind", "tập thể", "kind", "Cần chọn một trong các mục."),
    ("unit", "00001", "unit", "Cần chọn một trong các mục."),
    ("level", "Giấy khen", "level", "Cần chọn một trong các mục."),
    ("papers", [], "papers", "Cần chọn ít nhất một mục."),
    ("papers", ["ttr", "khác"], "papers", "Chỉ chọn trong các mục có sẵn."),
    ("papers", "ttr", "papers", "Chỉ chọn trong các mục có sẵn."),
    ("tags", ["tím"], "tags", "Chỉ chọn trong các mục có sẵn."),
    ("day", None, "day", REQUIRED),
    ("day", "12/31/2026", "day", "Nhập ngày theo dạng ngày/tháng/năm, ví dụ 24/11/2026."),
    ("day", "2026-02-30", "day", "Nhập ngày theo dạng ngày/tháng/năm, ví dụ 24/11/2026."),
    ("day", "2026-11-23", "day", "Nhập một ngày từ 24/11/2026 trở đi."),
    ("day", "2300-01-01", "day", "Nhập năm từ 1900 đến 2199."),
    ("clock", "25:00", "clock", "Nhập giờ theo dạng giờ:phút, ví dụ 08:30."),
    ("clock", "08:20", "clock", "Nhập giờ cách nhau 15 phút, ví dụ 08:00."),
    ("moment", "2096-12-01", "moment", "Nhập ngày và giờ, ví dụ 24/11/2026 08:30."),
    ("moment", "mai", "moment", "Nhập ngày và giờ, ví dụ 24/11/2026 08:30."),
    ("moment", "2096-12-01T17:01", "moment", "Nhập giờ cách nhau 15 phút, ví dụ 08:00."),
    ("address", None, "address.street", REQUIRED),
    ("address.street", "", "address.street", REQUIRED),
    ("address.ward.name", 7, "address.ward.name", "Cần nhập chữ."),
    ("address.door", "1", "address.door", "Biểu mẫu không có trường này."),
    ("people", [{"name": ""}], "people.0.name", REQUIRED),
    ("people", [{"name": "A"}, {"name": "B", "years": 61}], "people.1.years", "Nhập một số từ 0 đến 60."),
    ("people", [{"name": "A", "years": 4}], "people.0.reason", REQUIRED),
    ("people", [{"name": "A", "age": 4}], "people.0.age", "Biểu mẫu không có trường này."),
    ("people", ["A"], "people.0", "Cần một bảng các câu trả lời."),
    ("people", {"name": "A"}, "people", "Cần một danh sách các dòng."),
    ("people", [{"name": "A"}] * 201, "people", "Nhập không quá 200 dòng."),
    ("members", [{"present": True}], "members", "Danh sách này có đúng 2 dòng."),
    ("members", [{"present": 1}, {}], "members.0.present", "Cần trả lời có hoặc không."),
    ("surprise", 1, "surprise", "Biểu mẫu không có trường này."),
]


def test_dates_and_times_as_people_write_them() -> None:
    typed = {"day": "01/12/2096", "clock": "8h30", "moment": "01/12/2096 17:00"}
    assert check_answers(every(), {**GOOD, **typed}) == check_answers(every(), GOOD)


def test_vietnamese_letters_count_as_one_however_they_are_sent() -> None:
    decomposed = unicodedata.normalize("NFD", "Khen tập thể " + "ế" * 27)
    assert len(decomposed) > 60
    answers = check_answers(every(), {**GOOD, "title": decomposed})
    assert answers["title"] == "Khen tập thể " + "ế" * 27


def test_right_answers_come_out_typed() -> None:
    answers = check_answers(every(), GOOD)
    hanoi = timezone(timedelta(hours=7))
    assert answers["moment"] == datetime(2096, 12, 1, 17, 0, tzinfo=hanoi)
    assert answers["clock"] == time(8, 30)
    assert answers["day"] == date(2096, 12, 1)
    assert (answers["count"], answers["share"], answers["amount"]) == (3, Decimal("92.45"), "1500.5")
    assert answers["total"] == Decimal(3_000_000)
    assert answers["papers"] == ["ttr", "bb"]
    assert answers["address"] == {"street": "12 Lê Lai", "ward": {"name": "Hoàn Kiếm"}}
    assert answers["people"][0] == {"name": "Bà An", "years": Decimal(12), "reason": None}
    assert answers["members"] == [
        {"name": "Trần Văn Bình", "present": True},
        {"name": "Lê Thu Cúc", "present": False},
    ]
    assert answers["applicant"] == "Nguyễn Thị Hà"
    assert "note" not in answers


@pytest.mark.parametrize(("path", "value", "field", "sentence"), WRONG)
def test_a_wrong_answer_is_told_at_its_field_and_nowhere_else(path: str, value: Any, field: str, sentence: str) -> None:
    answers = deepcopy(GOOD)
    put(answers, path, value)
    assert refused(every(), answers) == {field: sentence}


def test_there_are_forty_wrong_answers_and_more() -> None:
    assert len(WRONG) > 40
    assert len({field for _, _, field, _ in WRONG}) > 25


def test_every_wrong_answer_is_told_at_once() -> None:
    answers = {**GOOD, "title": "", "count": 0, "day": None, "people": [{}, {"name": "A", "years": 1}]}
    assert set(refused(every(), answers)) == {"title", "count", "day", "people.0.name", "people.1.reason"}


def test_what_the_server_knows_is_not_taken_from_outside() -> None:
    forged = {**GOOD, "applicant": "Kẻ khác", "note": "đổi", "total": 1}
    forged["members"] = [{"name": "Kẻ khác", "present": True}, {"name": "x", "present": False}]
    answers = check_answers(every(), forged)
    assert (answers["applicant"], answers["total"]) == ("Nguyễn Thị Hà", Decimal(3_000_000))
    assert answers["members"][0]["name"] == "Trần Văn Bình"
    assert "note" not in answers


def test_hidden_answers_are_not_taken() -> None:
    answers = check_answers(every(), {**GOOD, "urgent": False, "why": "vẫn gửi"})
    assert answers["why"] is None
    people = [{"name": "Bà An", "years": 12, "reason": "vẫn gửi"}]
    assert check_answers(every(), {**GOOD, "people": people})["people"][0]["reason"] is None
