"""A task's clock as a page shows it: days given, used, left, and one box per day. The figures always add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from service.web.words import HANOI, day, long_day, stopped
from workflows.calendar import WorkCalendar

MOST_BOXES = 40
"""A longer deadline is told in figures only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """One day of the strip."""

    look: Literal["used", "today", "left", "off"]
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """Working days given, used (today included) and left; `late` counts those after the due day."""

    given: int
    used: int
    left: int
    late: int
    started_on: date
    due_at: datetime
    boxes: tuple[Box, ...]

    @property
    def holidays(self) -> list[str]:
        """The days off within, by name."""
        return [box.words for box in self.boxes if box.look == "off"]


def clock_of(started_at: datetime, due_at: datetime | None, at: datetime, calendar: WorkCalendar) -> Clock | None:
    """The clock of an open task; None where there is no deadline, or its clock stands."""
    if due_at is None or stopped(due_at):
        return None
    start, due, today = (each.astimezone(HANOI).date() for each in (started_at, due_at, at))
    given = calendar.workdays_between(start, due)
    if given < 1:
        return None
    used = min(given, max(0, calendar.workdays_between(start, today)))
    return Clock(
        given=given,
        used=used,
        left=given - used,
        late=max(0, calendar.workdays_between(due, today)) if due_at < at else 0,
        started_on=start,
        due_at=due_at,
        boxes=tuple(_boxes(start, due, today, calendar)) if (due - start).days <= MOST_BOXES * 2 else (),
    )


def deadline_words(started_at: datetime, due_at: datetime | None, at: datetime, calendar: WorkCalendar) -> str:
    """The clock as sentences: the strip is never the only carrier."""
    if due_at is None:
        return "Việc này không có hạn."
    if stopped(due_at):
        return "Thời hạn đang dừng; hạn mới được tính khi thời hạn chạy tiếp."
    due = due_at.astimezone(HANOI)
    clock = clock_of(started_at, due_at, at, calendar)
    if clock is None:
        return f"Hạn {due:%H:%M} ngày {day(due_at)}."
    if clock.late:
        return f"Được giao {clock.given} ngày làm việc, hết hạn {due:%H:%M} ngày {day(due_at)}."
    return (
        f"Được giao {clock.given} ngày làm việc từ {day(started_at)}; đã dùng {clock.used}, "
        f"còn {clock.left}, đến {due:%H:%M} ngày {day(due_at)}."
    )


def _boxes(start: date, due: date, today: date, calendar: WorkCalendar) -> list[Box]:
    """Working days, and holidays that fall on weekdays; ordinary weekends take no room."""
    found = []
    for ahead in range(1, (due - start).days + 1):
        each = start + timedelta(days=ahead)
        if calendar.is_workday(each):
            look: Literal["used", "today", "left"] = "today" if each == today else "used" if each < today else "left"
            found.append(Box(look=look, words=long_day(each)))
        elif each.weekday() < 5:
            found.append(Box(look="off", words=f"{long_day(each)}: {calendar.name_of(each) or 'ngày nghỉ'}"))
    return found
