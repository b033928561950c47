"""Dates, deadlines and numbers as people here read them. Pure: the moment and the calendar come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from workflows.calendar import OutsideCalendar, WorkCalendar
from workflows.model import STOPPED

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

_NUMBERS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A due badge: the words, and the look the style sheet knows (overdue, today, soon, far, none, paused)."""

    words: str
    look: str


def due_words(due_at: datetime | None, at: datetime, calendar: WorkCalendar, *, hours: bool = False) -> Due:
    """How far away a deadline is, counted in working days after today up to the due day.

    `hours` adds the hours on the due day itself (for the simplified procedure, where a day is the whole deadline).
    """
    if due_at is None:
        return Due(words="Không có hạn", look="none")
    if stopped(due_at):
        return Due(words="Đang dừng", look="paused")
    due, today = due_at.astimezone(HANOI), at.astimezone(HANOI)
    if due < today:
        late = calendar.workdays_between(due.date(), today.date())
        if late < 1:
            since = f"Quá hạn từ {due:%H:%M} hôm nay" if due.date() == today.date() else "Vừa quá hạn"
            return Due(words=since, look="overdue")
        return Due(words=f"Quá hạn {late} ngày làm việc", look="overdue")
    if due.date() == today.date():
        if hours:
            left = max(1, int((due - today).total_seconds() // 3600))
            return Due(words=f"Còn {left} giờ, đến {due:%H:%M}", look="today")
        return Due(words="Hết hạn hôm nay", look="today")
    left = calendar.workdays_between(today.date(), due.date())
    if left < 1:
        return Due(words="Hết hạn trong ngày nghỉ tới", look="today")
    return Due(words=f"Còn {left} ngày làm việc", look="soon" if left <= 3 else "far")


def stopped(due_at: datetime | None) -> bool:
    """True for a deadline whose clock stands: it has no date."""
    return due_at is not None and due_at >= STOPPED


def day(moment: datetime | date | None, this_year: int | None = None) -> str:
    """dd/mm in the current year, dd/mm/yyyy otherwise (and always without `this_year`)."""
    if moment is None or (isinstance(moment, datetime) and stopped(moment)):
        return ""
    local = moment.astimezone(HANOI).date() if isinstance(moment, datetime) else moment
    return f"{local:%d/%m}" if local.year == this_year else f"{local:%d/%m/%Y}"


def moment(value: datetime | None, this_year: int | None = None) -> str:
    """The day and the hour: 24/11 09:41."""
    if value is None or stopped(value):
        return ""
    return f"{day(value, this_year)} {value.astimezone(HANOI):%H:%M}"


def hour(value: datetime) -> str:
    """17:00, in Hà Nội."""
    return f"{value.astimezone(HANOI):%H:%M}"


def long_day(value: datetime | date) -> str:
    """With the weekday, as in the sentence under a title: Thứ Ba, 24/11/2026."""
    local = value.astimezone(HANOI).date() if isinstance(value, datetime) else value
    return f"{WEEKDAYS[local.weekday()]}, {local:%d/%m/%Y}"


def in_words(count: int) -> str:
    """Numbers up to ten as words, as a sentence has them; larger ones in figures."""
    return _NUMBERS[count] if 0 <= count <= 10 else number(count)


def lowered(words: str) -> str:
    """The same words inside a sentence; “UBND …” keeps its capitals."""
    first = words.split(" ", 1)[0]
    return words if first.isupper() and len(first) > 1 else words[:1].lower() + words[1:]


def calendar_words(calendar: WorkCalendar, at: datetime) -> str:
    """Which working calendar holds, and the next day that it changes: for the foot of every page."""
    today = at.astimezone(HANOI).date()
    head = f"Lịch làm việc {today.year}"
    try:
        for ahead in range(90):
            coming = today + timedelta(days=ahead)
            name = calendar.name_of(coming)
            if name is not None and coming.weekday() < 6:
                verb = "làm việc" if calendar.is_workday(coming) else "nghỉ"
                near = "hôm nay, " if ahead == 0 else ""
                weekday = WEEKDAYS[coming.weekday()].replace("Thứ", "thứ")
                return f"{head}: {verb} {near}{weekday} {day(coming, today.year)} ({name})"
    except OutsideCalendar:
        return head
    return head


def number(value: int | float | Decimal | None) -> str:
    """Vietnamese notation: 1.000 and 92,41."""
    if value is None:
        return ""
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def capped(count: int, cap: int = 1000) -> str:
    """Exact up to the cap, then “1.000+”."""
    return f"{number(cap)}+" if count > cap else number(count)


def typed(value: object) -> str:
    """What stands in an input: dates as dd/mm/yyyy, numbers in Vietnamese notation, text as it was typed."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return day(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return str(value)
    return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value).replace(".", ",")
