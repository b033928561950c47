"""Days that Python's calendar does not reach: FEEL's years run from -999,999,999 to 999,999,999.

The Gregorian calendar repeats itself every 400 years, to the weekday. A far day is a day of the years 2000 to 2399, its
`near`, and a number of such cycles. `join` gives Python's own type wherever that can hold the day.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import total_ordering
from typing import Any

FARTHEST = 999_999_999
_YEARS, _HOME = 400, 2000
_CYCLE = timedelta(days=146_097)
_TICK = timedelta(microseconds=1)
_START = datetime.combine(date(_HOME, 1, 1), time())
_LONGEST = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class FarDate:
    """A date."""

    near: date
    cycles: int

    @property
    def year(self) -> int:
        """The real one."""
        return self.near.year + _YEARS * self.cycles

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FarDate) and (self.near, self.cycles) == (other.near, other.cycles)

    def __hash__(self) -> int:
        return hash((self.near, self.cycles))

    def __lt__(self, other: Any) -> bool:
        if isinstance(other, datetime) or not isinstance(other, (date, FarDate)):
            return NotImplemented
        return _reversed(split(self)) < _reversed(split(other))

    def __str__(self) -> str:
        return f"{year_text(self.year)}-{self.near:%m-%d}"


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class FarDateTime:
    """A date and time: wall time, with an offset, or with a zone, whose offset is that of the near day."""

    near: datetime
    cycles: int

    @property
    def year(self) -> int:
        """The real one."""
        return self.near.year + _YEARS * self.cycles

    @property
    def tzinfo(self) -> tzinfo | None:
        """As a datetime has it."""
        return self.near.tzinfo

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (datetime, FarDateTime)) or (other.tzinfo is None) != (self.tzinfo is None):
            return False
        return _ticks(self) == _ticks(other)

    def __hash__(self) -> int:
        return hash(_ticks(self))

    def __lt__(self, other: Any) -> bool:
        if not isinstance(other, (datetime, FarDateTime)):
            return NotImplemented
        if (other.tzinfo is None) != (self.tzinfo is None):
            raise TypeError("a wall time and an instant have no order")
        return _ticks(self) < _ticks(other)

    def __str__(self) -> str:
        return f"{year_text(self.year)}-{self.near:%m-%d}T{self.near.timetz().isoformat()}"


Day = date | FarDate
Moment = datetime | FarDateTime
Far = (FarDate, FarDateTime)


def _reversed(parts: tuple[date, int]) -> tuple[int, date]:
    return parts[1], parts[0]


def _ticks(value: Moment) -> int:
    """Microseconds since the first of the year 2000, by the clock of UTC or by the wall's."""
    near, cycles = split(value)
    assert isinstance(near, datetime)
    since = near.replace(tzinfo=None) - _START - (near.utcoffset() or timedelta())
    return since // _TICK + cycles * (_CYCLE // _TICK)


def year_text(year: int) -> str:
    """At least four digits after the sign."""
    return f"{'-' if year < 0 else ''}{abs(year):04d}"


def near_of(value: Any) -> Any:
    """The value itself, or what stands for it in the years 2000 to 2399."""
    return value.near if isinstance(value, Far) else value


def split(value: Any) -> tuple[Any, int]:
    """The near day and the cycles, of Python's own values too."""
    if isinstance(value, Far):
        return value.near, value.cycles
    home = _HOME + value.year % _YEARS
    return value.replace(year=home), (value.year - home) // _YEARS


def join(near: Any, cycles: int) -> Any:
    """The value at that distance: Python's own where it can be, None beyond FEEL's years."""
    year = near.year + _YEARS * cycles
    if 1 <= year <= 9999:
        return near.replace(year=year)
    if abs(year) > FARTHEST:
        return None
    home = _HOME + year % _YEARS
    kind = FarDateTime if isinstance(near, datetime) else FarDate
    return kind(near.replace(year=home), (year - home) // _YEARS)


def day_of(year: int, month: int, day: int) -> Any:
    """That day. Raises ValueError where there is none."""
    if 1 <= year <= 9999:
        return date(year, month, day)
    home = _HOME + year % _YEARS
    found = join(date(home, month, day), (year - home) // _YEARS)
    if found is None:
        raise ValueError(year)
    return found


def date_of(value: Any) -> Any:
    """The day of a date and time; a date as it is."""
    near, cycles = split(value)
    return join(near.date() if isinstance(near, datetime) else near, cycles)


def combine(day: Any, clock: time) -> Any:
    """A day and an hour."""
    near, cycles = split(day)
    return join(datetime.combine(near, clock), cycles)


def add(value: Any, duration: timedelta) -> Any:
    """A day or moment moved by a duration; a day stays a day."""
    if isinstance(value, date):
        with suppress(OverflowError):
            moment = value if isinstance(value, datetime) else datetime.combine(value, time())
            return moment + duration if moment is value else (moment + duration).date()
    near, cycles = split(value)
    more, rest = divmod(duration, _CYCLE)
    if isinstance(near, datetime):
        return join(near + rest, cycles + more)
    return join((datetime.combine(near, time()) + rest).date(), cycles + more)


def add_months(value: Any, months: int) -> Any:
    """The same day `months` later, or the month's last day where it has no such day."""
    near, _ = split(value)
    year, month = divmod(value.year * 12 + near.month - 1 + months, 12)
    home = _HOME + year % _YEARS
    leap = month == 1 and (home % 4 == 0 and (home % 100 != 0 or home == _HOME))
    moved = near.replace(year=home, month=month + 1, day=min(near.day, _LONGEST[month] + leap))
    return join(moved, (year - home) // _YEARS)


def between(left: Moment, right: Moment) -> timedelta:
    """`left - right`. Raises OverflowError beyond the longest duration."""
    return timedelta(microseconds=_ticks(left) - _ticks(right))


def in_zone(value: Any, zone: tzinfo) -> Any:
    """The same instant in another zone; a wall time is taken as that zone's."""
    if isinstance(value, datetime):
        with suppress(OverflowError):
            return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
    near, cycles = split(value)
    return join(near.replace(tzinfo=zone) if near.tzinfo is None else near.astimezone(zone), cycles)
