"""Deadlines, dates, numbers and answers as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from service.engine.forms import Field, Form, Option
from service.people.words import group, person_with_title
from service.web import words
from service.web.clock import clock_of, deadline_words
from service.web.words import Due, due_words
from service.worklist.answers_words import answered, differences, labels_for
from workflows.calendar import WorkCalendar
from workflows.model import STOPPED

CALENDAR = WorkCalendar()
MONDAY = datetime(2026, 11, 30, 2, 42, tzinfo=UTC)
"""09:42 in Hà Nội, the moment of the reference pictures."""


def at_five(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due_at", "expected"),
    [
        (at_five(26), Due(words="Quá hạn 2 ngày làm việc", look="overdue")),
        (at_five(23), Due(words="Quá hạn 4 ngày làm việc", look="overdue")),  # 24/11 is a holiday
        (at_five(28), Due(words="Quá hạn 1 ngày làm việc", look="overdue")),
        (MONDAY - timedelta(minutes=2), Due(words="Quá hạn từ 09:40 hôm nay", look="overdue")),
        (at_five(30), Due(words="Hết hạn hôm nay", look="today")),
        (at_five(1, 12), Due(words="Còn 1 ngày làm việc", look="soon")),
        (at_five(3, 12), Due(words="Còn 3 ngày làm việc", look="soon")),
        (at_five(4, 12), Due(words="Còn 4 ngày làm việc", look="far")),
        (None, Due(words="Không có hạn", look="none")),
        (STOPPED, Due(words="Đang dừng", look="paused")),
    ],
)
def test_a_deadline_in_words(due_at: datetime | None, expected: Due) -> None:
    assert due_words(due_at, MONDAY, CALENDAR) == expected


def test_the_last_day_of_the_simplified_procedure_counts_hours() -> None:
    assert due_words(at_five(30), MONDAY, CALENDAR, hours=True).words == "Còn 7 giờ, đến 17:00"


def test_the_clock_adds_up_and_shows_the_holiday() -> None:
    clock = clock_of(at_five(16), at_five(1, 12), MONDAY, CALENDAR)
    assert clock is not None
    assert (clock.given, clock.used, clock.left, clock.late) == (10, 9, 1, 0)
    assert [box.look for box in clock.boxes].count("off") == 1
    assert clock.holidays == ["Thứ Ba, 24/11/2026: Ngày Văn hóa Việt Nam"]
    assert [box.look for box in clock.boxes][-2:] == ["today", "left"]
    late = clock_of(at_five(16), at_five(26), MONDAY, CALENDAR)
    assert late is not None
    assert (late.given, late.used, late.left, late.late) == (7, 7, 0, 2)


@pytest.mark.parametrize(
    ("due_at", "expected"),
    [
        (None, "Việc này không có hạn."),
        (STOPPED, "Thời hạn đang dừng; hạn mới được tính khi thời hạn chạy tiếp."),
        (at_five(26), "Được giao 7 ngày làm việc, hết hạn 17:00 ngày 26/11/2026."),
        (
            at_five(1, 12),
            "Được giao 10 ngày làm việc từ 16/11/2026; đã dùng 9, còn 1, đến 17:00 ngày 01/12/2026.",
        ),
    ],
)
def test_the_clock_in_sentences(due_at: datetime | None, expected: str) -> None:
    assert deadline_words(at_five(16), due_at, MONDAY, CALENDAR) == expected


def test_the_calendar_names_the_next_change() -> None:
    before = datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert words.calendar_words(CALENDAR, before).endswith("nghỉ thứ Ba 24/11 (Ngày Văn hóa Việt Nam)")
    holiday = datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert "nghỉ hôm nay, thứ Ba 24/11" in words.calendar_words(CALENDAR, holiday)
    assert words.calendar_words(CALENDAR, datetime(2150, 1, 1, tzinfo=UTC)) == "Lịch làm việc 2150"


def test_days_and_moments_are_those_of_ha_noi() -> None:
    night = datetime(2026, 12, 31, 18, tzinfo=UTC)
    assert (words.day(night, 2026), words.day(night, 2027), words.moment(night, 2027)) == (
        "01/01/2027",
        "01/01",
        "01/01 01:00",
    )
    assert (words.day(STOPPED), words.moment(STOPPED), words.day(None)) == ("", "", "")


def test_numbers_are_vietnamese() -> None:
    assert (words.number(1234567), words.number(Decimal("92.41")), words.capped(1001)) == (
        "1.234.567",
        "92,41",
        "1.000+",
    )
    assert (words.in_words(2), words.in_words(11), words.typed(Decimal("92.41"))) == ("hai", "11", "92,41")


def test_people_and_groups_inside_sentences() -> None:
    assert person_with_title("Đặng Thùy Linh", "female", "Chuyên viên Sở Nội vụ") == (
        "Bà Đặng Thùy Linh, chuyên viên Sở Nội vụ"
    )
    assert person_with_title("Dịch vụ", None, "UBND Thành phố") == "Dịch vụ, UBND Thành phố"
    assert group(",snv_expert,", "Phường Láng") == "Chuyên viên Sở Nội vụ"
    assert group(",unit_head,unit_clerk,", "Sở Y tế") == ("Thủ trưởng đơn vị hoặc văn thư đơn vị, Sở Y tế")
    assert group(",") == "Người được chỉ định"


CHOICES = (Option(value="yes", label="Đồng ý"), Option(value="no", label="Không"))
FORM = Form(
    fields=(
        Field(key="note", kind="paragraph", label="Chỉ để đọc"),
        Field(key="decision", kind="radio", label="Kết quả", options=CHOICES),
        Field(key="units", kind="checklist", label="Đơn vị", options=CHOICES),
        Field(key="held_on", kind="date", label="Ngày họp"),
        Field(key="money", kind="integer", label="Tiền thưởng"),
        Field(key="secret", kind="boolean", label="Bỏ phiếu kín"),
        Field(key="reason", kind="textarea", label="Lý do"),
        Field(
            key="votes",
            kind="rows",
            label="Phiếu",
            row_keys=(("7", "Nguyễn Văn An"),),
            columns=(Field(key="yes", kind="integer", label="Đồng ý"),),
        ),
        Field(key="names", kind="rows", label="Tên", columns=(Field(key="name", kind="text", label="Họ tên"),)),
    )
)


def test_recorded_answers_in_words() -> None:
    recorded = {
        "decision": "yes", "units": ["no", "yes"], "held_on": "2026-11-24", "money": "7020000", "secret": True,
        "reason": None, "votes": {"7": {"yes": 12}}, "names": [{"name": "An"}, {"name": ""}],
    }  # fmt: skip
    assert [(each.label, each.words) for each in answered(FORM, recorded)] == [
        ("Kết quả", "Đồng ý"),
        ("Đơn vị", "Không; Đồng ý"),
        ("Ngày họp", "24/11/2026"),
        ("Tiền thưởng", "7.020.000"),
        ("Bỏ phiếu kín", "Có"),
        ("Đồng ý, Nguyễn Văn An", "12"),
        ("Họ tên, dòng 1", "An"),
    ]


def test_problems_are_named_by_their_place() -> None:
    paths = ("reason", "votes.7.yes", "votes.7", "names.1.name", "names", "unknown", "votes.7.unknown")
    assert labels_for(FORM, paths) == {
        "reason": "Lý do",
        "votes.7.yes": "Đồng ý, Nguyễn Văn An",
        "votes.7": "Phiếu, Nguyễn Văn An",
        "names.1.name": "Họ tên, dòng 2",
        "names": "Tên",
        "votes.7.unknown": "Phiếu, Nguyễn Văn An",
    }


def test_two_versions_differ_word_by_word() -> None:
    typed = {"decision": "no", "held_on": date(2026, 11, 24), "reason": "áp dụng tại 11 tổ dân phố"}
    saved = {"decision": "no", "held_on": "2026-11-24", "reason": "áp dụng tại 9 tổ dân phố", "money": "1"}
    found = {each.label: each for each in differences(FORM, typed, saved)}
    assert set(found) == {"Lý do", "Tiền thưởng"}
    assert found["Lý do"].theirs == [("áp dụng tại ", False), ("9", True), (" tổ dân phố", False)]
    assert (found["Tiền thưởng"].yours, found["Tiền thưởng"].theirs) == ("", [("1", True)])
