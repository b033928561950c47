"""Working days of Vietnam, and deadlines counted in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import (
    VIETNAM,
    CalendarError,
    ClockStopped,
    OutsideCalendar,
    Override,
    Pause,
    WorkCalendar,
)

CALENDAR = WorkCalendar()


def at(text: str) -> datetime:
    """Local time in Hà Nội."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


instants = st.datetimes(datetime(2021, 1, 1), datetime(2035, 1, 1)).map(lambda moment: moment.replace(tzinfo=VIETNAM))
budgets = st.integers(1, 40)


@st.composite
def ended_pauses(draw: st.DrawFn) -> tuple[datetime, int, tuple[Pause, ...]]:
    """A start, a budget, and pauses that fall around the days of that budget."""
    start = draw(instants)
    spans = draw(st.lists(st.tuples(st.integers(-48, 1200), st.integers(0, 300)), max_size=4))
    pauses = tuple(
        (start + timedelta(hours=begins), start + timedelta(hours=begins + length)) for begins, length in spans
    )
    return start, draw(budgets), pauses


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23T09:00", 1, "2026-11-25T17:00"),  # 24/11 is Ngày Văn hóa Việt Nam, off from 2026
        ("2025-11-23T09:00", 1, "2025-11-24T17:00"),  # a Sunday start; 24/11 was worked in 2025
        ("2026-08-20T09:00", 2, "2026-08-22T17:00"),  # the swap: Saturday 22/8 is worked
        ("2026-08-28T09:00", 1, "2026-09-03T17:00"),  # and Monday 31/8 is off, before 1-2/9
        ("2026-02-13T09:00", 1, "2026-02-23T17:00"),  # over Tết
        ("2026-12-30T09:00", 1, "2026-12-31T17:00"),
        ("2026-12-31T09:00", 1, "2027-01-04T17:00"),  # over New Year and a weekend
        ("2026-11-25T23:59", 1, "2026-11-26T17:00"),
        ("2026-11-26T00:00", 1, "2026-11-27T17:00"),
        ("2026-11-25T09:00", 0, "2026-11-25T17:00"),
        ("2026-11-25T17:00", 0, "2026-11-26T17:00"),
        ("2026-11-24T09:00", 0, "2026-11-25T17:00"),
    ],
)
def test_due_at_the_end_of_the_nth_working_day(start: str, days: int, due: str) -> None:
    assert CALENDAR.workdays_after(at(start), days) == at(due)


def test_the_start_is_read_in_hanoi_whatever_its_zone() -> None:
    late_evening_utc = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)  # 00:30 on the 26th in Hà Nội
    due = CALENDAR.workdays_after(late_evening_utc, 1)
    assert due == at("2026-11-27T17:00")
    assert due.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("days", "percent", "moment"),
    [
        (10, 80, "2026-12-07T17:00"),
        (3, 80, "2026-11-30T11:36"),
        (3, 100, "2026-11-30T17:00"),
        (1, 50, "2026-11-26T12:30"),
        (3, 0, "2026-11-25T09:00"),
        (0, 80, "2026-11-25T15:12"),
        (2, 150, "2026-11-30T17:00"),
    ],
)
def test_a_share_of_the_budget(days: int, percent: int, moment: str) -> None:
    assert CALENDAR.share(at("2026-11-25T09:00"), days, percent) == at(moment)


def test_the_hours_of_the_day_are_settings() -> None:
    calendar = WorkCalendar(day_start=time(7, 30), day_end=time(16, 30))
    assert calendar.workdays_after(at("2026-11-25T09:00"), 2) == at("2026-11-27T16:30")
    assert calendar.share(at("2026-11-25T09:00"), 1, 50) == at("2026-11-26T12:00")
    with pytest.raises(ValueError, match="Giờ kết thúc"):
        WorkCalendar(day_start=time(17), day_end=time(8))


def test_an_override_wins_and_is_named() -> None:
    calendar = WorkCalendar(
        overrides=(
            Override(day=date(2026, 11, 28), working=True, name="Làm bù cho Thứ Hai 30/11"),
            Override(day=date(2026, 11, 30), working=False, name="Nghỉ theo Quyết định của UBND Thành phố"),
        )
    )
    assert calendar.workdays_after(at("2026-11-26T09:00"), 3) == at("2026-12-01T17:00")
    assert calendar.workdays_after(at("2026-11-26T09:00"), 2) == at("2026-11-28T17:00")
    assert calendar.name_of(date(2026, 11, 30)) == "Nghỉ theo Quyết định của UBND Thành phố"
    assert calendar.version != CALENDAR.version


def test_one_override_a_day() -> None:
    twice = tuple(Override(day=date(2026, 11, 30), working=working, name="x") for working in (True, False))
    with pytest.raises(ValueError, match="một lần"):
        WorkCalendar(overrides=twice)


def test_names_are_vietnamese() -> None:
    assert CALENDAR.name_of(date(2026, 11, 24)) == "Ngày Văn hóa Việt Nam"
    assert CALENDAR.name_of(date(2026, 8, 31)) == "Ngày nghỉ (thay cho ngày 22/08/2026)"
    assert CALENDAR.name_of(date(2026, 8, 22)) == "Ngày làm việc bù"
    assert CALENDAR.name_of(date(2026, 11, 25)) is None


def test_years_not_announced_are_provisional() -> None:
    assert not CALENDAR.provisional(date(2026, 12, 31))
    assert CALENDAR.provisional(date(2027, 1, 1))
    announced = WorkCalendar(announced_through=2027)
    assert not announced.provisional(date(2027, 1, 1))
    assert announced.version != CALENDAR.version == WorkCalendar().version


def test_days_between_go_negative_when_past() -> None:
    monday, friday = date(2026, 11, 23), date(2026, 11, 27)
    assert CALENDAR.workdays_between(monday, friday) == 3
    assert CALENDAR.workdays_between(friday, monday) == -3
    assert CALENDAR.workdays_between(monday, monday) == 0


def test_a_pause_counts_by_the_end_of_the_day() -> None:
    start = at("2026-11-25T09:00")
    morning = (at("2026-11-26T08:00"), at("2026-11-26T16:59"))
    over_night = (at("2026-11-26T16:00"), at("2026-11-27T09:00"))
    until_five = (at("2026-11-26T08:00"), at("2026-11-26T17:00"))
    assert CALENDAR.workdays_after(start, 1, (morning,)) == at("2026-11-26T17:00")
    assert CALENDAR.workdays_after(start, 1, (over_night,)) == at("2026-11-27T17:00")
    assert CALENDAR.workdays_after(start, 1, (until_five,)) == at("2026-11-26T17:00")
    assert CALENDAR.workdays_after(start, 1, (over_night, over_night)) == at("2026-11-27T17:00")


def test_a_share_never_falls_inside_a_pause() -> None:
    pause = (at("2026-11-26T07:00"), at("2026-11-26T15:00"))
    assert CALENDAR.share(at("2026-11-25T09:00"), 1, 50, (pause,)) == at("2026-11-26T15:00")


def test_an_open_pause_stops_the_clock_only_from_its_start() -> None:
    start, standing = at("2026-11-25T09:00"), (at("2026-11-30T10:00"), None)
    assert CALENDAR.workdays_after(start, 2, (standing,)) == at("2026-11-27T17:00")
    with pytest.raises(ClockStopped, match="tạm dừng"):
        CALENDAR.workdays_after(start, 3, (standing,))
    assert CALENDAR.workdays_between(date(2026, 11, 25), date(2026, 12, 25), (standing,)) == 2


@pytest.mark.parametrize("days", [20_000, 10**12])
def test_the_search_is_bounded(days: int) -> None:
    with pytest.raises(OutsideCalendar, match="2020 đến năm 2100"):
        CALENDAR.workdays_after(at("2026-11-25T09:00"), days)


def test_years_outside_are_refused() -> None:
    for year in (2019, 2101):
        with pytest.raises(OutsideCalendar):
            CALENDAR.is_workday(date(year, 6, 1))
        with pytest.raises(OutsideCalendar):
            CALENDAR.workdays_between(date(year, 6, 1), date(year, 6, 2))


def test_naive_moments_and_negative_budgets_are_refused() -> None:
    naive = datetime(2026, 11, 25, 9)
    with pytest.raises(ValueError, match="no time zone"):
        CALENDAR.workdays_after(naive, 1)
    with pytest.raises(ValueError, match="no time zone"):
        CALENDAR.share(at("2026-11-25T09:00"), 1, 80, ((naive, None),))
    with pytest.raises(CalendarError, match="không được âm"):
        CALENDAR.workdays_after(at("2026-11-25T09:00"), -1)


@given(instants, budgets)
def test_due_on_a_working_day_with_exactly_the_budget_between(start: datetime, days: int) -> None:
    due = CALENDAR.workdays_after(start, days).astimezone(VIETNAM)
    assert CALENDAR.is_workday(due.date())
    assert due.time() == time(17)
    assert CALENDAR.workdays_between(start.date(), due.date()) == days


@given(ended_pauses(), st.integers(0, 400))
def test_used_and_left_add_up_to_what_was_given(case: tuple[datetime, int, tuple[Pause, ...]], days_later: int) -> None:
    start, days, pauses = case
    due = CALENDAR.workdays_after(start, days, pauses).astimezone(VIETNAM).date()
    today = start.date() + timedelta(days=days_later)
    used = CALENDAR.workdays_between(start.date(), today, pauses)
    left = CALENDAR.workdays_between(today, due, pauses)
    assert used + left == days


@given(ended_pauses(), st.lists(st.integers(0, 200), min_size=2, max_size=2).map(sorted))
def test_a_larger_share_never_comes_earlier(case: tuple[datetime, int, tuple[Pause, ...]], percents: list[int]) -> None:
    start, days, pauses = case
    smaller, larger = (CALENDAR.share(start, days, percent, pauses) for percent in percents)
    assert start <= smaller <= larger
    assert CALENDAR.share(start, days, 100, pauses) == CALENDAR.workdays_after(start, days, pauses)


@given(ended_pauses())
def test_a_pause_never_brings_the_deadline_forward(case: tuple[datetime, int, tuple[Pause, ...]]) -> None:
    start, days, pauses = case
    assert CALENDAR.workdays_after(start, days, pauses) >= CALENDAR.workdays_after(start, days)


@given(instants, st.integers(0, 20), st.integers(0, 20))
def test_budgets_chain(start: datetime, first: int, second: int) -> None:
    halfway = CALENDAR.workdays_after(start, first + 1)
    assert CALENDAR.workdays_after(halfway, second + 1) == CALENDAR.workdays_after(start, first + second + 2)
