"""The Vietnamese working calendar: holidays, swapped days, and deadlines counted in working days.

How time is counted:

- Monday to Friday are worked, except public holidays; a swap makes a Saturday worked and a weekday off.
- Day 0 is the local day of the start. The n-th working day after it is day n, and it counts to its end (17:00).
- A pause is `[from, to)`; `to` None means that it still runs. A working day is *paused*, and so not counted,
  when the pause holds at the end of that day. A pause that begins and ends between two ends of day costs nothing.
- So for every day between: days used + days left = days given, pauses or not, because both count the same days.

Source: Bộ luật Lao động 2019, Điều 112; 24/11 from 2026; swaps as announced each year (kept as `Override`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache, cached_property
from importlib.metadata import version as installed_version
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from holidays import country_holidays

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_YEAR, LAST_YEAR = 2020, 2100
SATURDAY = 5

Pause: TypeAlias = tuple[datetime, datetime | None]
"""`(from, to)`, aware; `to` None while the clock still stands."""


class CalendarError(ValueError):
    """A date that the calendar cannot answer for. The message is a Vietnamese sentence."""


class OutsideCalendar(CalendarError):
    """The calendar knows the years 2020 to 2100 only."""


class ClockStopped(CalendarError):
    """A pause without an end comes before the deadline: there is no date until the clock goes on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Override:
    """One day that differs from the national rule: a swap, an announced holiday, a local day off."""

    day: date
    working: bool
    name: str
    """What a person reads, Vietnamese: “Nghỉ bù Quốc khánh”."""


class _Year(NamedTuple):
    off: Mapping[date, str]
    worked_weekends: frozenset[date]


@dataclass(frozen=True, kw_only=True)
class WorkCalendar:
    """Working days of Vietnam with overrides. Instants come in aware, in any zone, and leave in UTC.

    Raises ValueError when two overrides name the same day or the day does not end after it starts.
    """

    overrides: tuple[Override, ...] = ()
    day_start: time = time(8)
    day_end: time = time(17)
    announced_through: int = 2026
    """The last year whose holidays and swaps the Government has announced; later days are provisional."""

    def __post_init__(self) -> None:
        if self.day_end <= self.day_start:
            raise ValueError("Giờ kết thúc ngày làm việc phải sau giờ bắt đầu.")
        if len(self._changed) != len(self.overrides):
            raise ValueError("Mỗi ngày chỉ được điều chỉnh một lần trong lịch làm việc.")

    @cached_property
    def _changed(self) -> Mapping[date, Override]:
        return {override.day: override for override in self.overrides}

    @cached_property
    def version(self) -> str:
        """A label that differs whenever an answer of this calendar could differ."""
        parts = [installed_version("holidays"), self.day_start.isoformat(), self.day_end.isoformat()]
        parts += sorted(f"{o.day} {o.working} {o.name}" for o in self.overrides)
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]
        return f"vn-{self.announced_through}-{digest}"

    def is_workday(self, day: date) -> bool:
        """Raises OutsideCalendar."""
        year = _year(day.year)
        if override := self._changed.get(day):
            return override.working
        return day in year.worked_weekends or (day.weekday() < SATURDAY and day not in year.off)

    def name_of(self, day: date) -> str | None:
        """The holiday or swap that this day is, in Vietnamese; None for an ordinary day."""
        year = _year(day.year)
        if override := self._changed.get(day):
            return override.name
        return "Ngày làm việc bù" if day in year.worked_weekends else year.off.get(day)

    def provisional(self, day: date) -> bool:
        """Whether this day's year is not announced yet, so that the answer may still change."""
        return day.year > self.announced_through

    def workdays_after(self, start: datetime, days: int, pauses: Sequence[Pause] = ()) -> datetime:
        """The end of the `days`-th working day after `start`'s local day.

        0 is the end of the day itself; of the next working day when it is not worked, or is already over.

        Raises:
            OutsideCalendar, ClockStopped.
        """
        first, pauses = _local(start), _checked(pauses)
        _refuse_negative(days)
        if days == 0:
            return self._end_of(self._due_day_of_nothing(first, pauses))
        return self._end_of(self._nth_day(first.date(), days, pauses))

    def share(self, start: datetime, days: int, percent: int, pauses: Sequence[Pause] = ()) -> datetime:
        """The moment at which `percent` of the budget is used; 100 is the due date, 0 is `start`.

        Whole working days count to their end; a fraction f of a day is f of the way from the start to the end of
        the next working day. A budget of 0 days has the due day itself to share. Never inside a pause.

        Raises:
            OutsideCalendar, ClockStopped.
        """
        first, pauses = _local(start), _checked(pauses)
        _refuse_negative(days)
        _refuse_negative(percent)
        if percent == 0:
            return start.astimezone(UTC)
        if days == 0:
            due_day = self._due_day_of_nothing(first, pauses)
            return max(start.astimezone(UTC), self._moment_in(due_day, Fraction(percent, 100), pauses))
        whole, rest = divmod(Fraction(days * percent, 100), 1)
        if rest == 0:
            return self.workdays_after(start, whole, pauses)
        return self._moment_in(self._nth_day(first.date(), whole + 1, pauses), rest, pauses)

    def workdays_between(self, a: date, b: date, pauses: Sequence[Pause] = ()) -> int:
        """Counted working days after `a` up to and including `b`; negative when `b` lies before `a`.

        Days used = `workdays_between(start, today, pauses)`, days left = `workdays_between(today, due, pauses)`.
        """
        if b < a:
            return -self.workdays_between(b, a, pauses)
        if a.year < FIRST_YEAR or b.year > LAST_YEAR:
            raise _outside()
        pauses = _checked(pauses)
        return sum(self._counts(a + timedelta(days=n), pauses) for n in range(1, (b - a).days + 1))

    def _nth_day(self, day: date, n: int, pauses: Sequence[Pause]) -> date:
        """The n-th counted working day after `day`, n ≥ 1."""
        for candidate in self._days_from(day + timedelta(days=1), pauses):
            n -= self._counts(candidate, pauses)
            if n == 0:
                return candidate
        raise _outside()

    def _due_day_of_nothing(self, first: datetime, pauses: Sequence[Pause]) -> date:
        over = first.time() >= self.day_end
        earliest = first.date() + timedelta(days=1) if over else first.date()
        for candidate in self._days_from(earliest, pauses):
            if self._counts(candidate, pauses):
                return candidate
        raise _outside()

    def _days_from(self, day: date, pauses: Sequence[Pause]) -> Iterator[date]:
        """Day after day to the end of the calendar, or to the pause that has no end."""
        stopped_at = min((begins for begins, ends in pauses if ends is None), default=None)
        while day.year <= LAST_YEAR:
            if stopped_at is not None and stopped_at <= self._end_of(day):
                raise ClockStopped("Thời hạn đang tạm dừng; hạn xử lý được tính lại khi thời hạn chạy tiếp.")
            yield day
            day += timedelta(days=1)

    def _counts(self, day: date, pauses: Sequence[Pause]) -> bool:
        return self.is_workday(day) and not (pauses and _paused_at(self._end_of(day), pauses))

    def _end_of(self, day: date) -> datetime:
        return datetime.combine(day, self.day_end, VIETNAM).astimezone(UTC)

    def _moment_in(self, day: date, fraction: Fraction, pauses: Sequence[Pause]) -> datetime:
        """`fraction` of the way through the hours of `day`, moved past a pause that holds then."""
        start, end = datetime.combine(day, self.day_start, VIETNAM), datetime.combine(day, self.day_end, VIETNAM)
        microseconds = (end - start) // timedelta(microseconds=1) * fraction
        moment = (start + timedelta(microseconds=int(microseconds))).astimezone(UTC)
        for begins, ends in pauses:
            if ends is not None and begins <= moment < ends:
                moment = ends
        return moment


@cache
def _year(year: int) -> _Year:
    """One year of the national rule. Raises OutsideCalendar."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _outside()
    rule = country_holidays("VN", years=year, expand=False, language="vi")
    return _Year(dict(rule.items()), frozenset(day for day in rule.weekend_workdays if day.year == year))


def _paused_at(moment: datetime, pauses: Sequence[Pause]) -> bool:
    return any(begins <= moment and (ends is None or moment < ends) for begins, ends in pauses)


def _checked(pauses: Sequence[Pause]) -> tuple[Pause, ...]:
    """In UTC, earliest first. Raises ValueError for a naive bound."""
    known = ((_utc(begins), None if ends is None else _utc(ends)) for begins, ends in pauses)
    return tuple(sorted(known, key=lambda pause: pause[0]))


def _local(moment: datetime) -> datetime:
    return _utc(moment).astimezone(VIETNAM)


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone: the calendar takes aware datetimes only")
    return moment.astimezone(UTC)


def _refuse_negative(number: int) -> None:
    if number < 0:
        raise CalendarError("Số ngày làm việc và tỷ lệ phần trăm không được âm.")


def _outside() -> OutsideCalendar:
    return OutsideCalendar(f"Lịch làm việc chỉ có từ năm {FIRST_YEAR} đến năm {LAST_YEAR}.")
