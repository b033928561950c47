"""FEEL's temporal values, how they are read and how they are printed.

| FEEL                         | Python                                                                       |
|------------------------------|------------------------------------------------------------------------------|
| date                         | `datetime.date` (never a `datetime`)                                         |
| time                         | `datetime.time`: wall time, with an offset, or with an IANA zone             |
| date and time                | `datetime.datetime`: wall time (naive), with an offset, or with an IANA zone |
| days and time duration       | `datetime.timedelta`                                                         |
| years and months duration    | `YearsMonths` (whole months, signed)                                         |

Days outside Python's years 1 to 9999 are `far.FarDate` and `far.FarDateTime`: evaluated, not stored. Seconds have six
decimals. A wall time and an instant never compare: the answer is null.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from workflows.feel import far

MONTHS_LIMIT = 12 * 999_999_999


@dataclass(frozen=True, order=True, slots=True)
class YearsMonths:
    """A years and months duration. `months` is the whole of it, negative for a duration backwards."""

    months: int

    @property
    def years(self) -> int:
        """Whole years, towards zero."""
        return int(abs(self.months) // 12) * (1 if self.months >= 0 else -1)

    @property
    def rest(self) -> int:
        """Months beyond the whole years, with the duration's sign."""
        return (abs(self.months) % 12) * (1 if self.months >= 0 else -1)

    def __str__(self) -> str:
        return format_years_months(self)


_DATE = r"(?P<year>-?\d{4,9})-(?P<month>\d{2})-(?P<day>\d{2})"
_TIME = r"(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})(?:\.(?P<fraction>\d{1,12}))?"
_ZONE = r"(?P<zone>Z|z|[+-]\d{2}:\d{2}(?::\d{2})?|@[A-Za-z][\w+\-]*(?:/[\w+\-]+)*)?"
_DATE_ONLY = re.compile(_DATE, re.ASCII)
_TIME_ONLY = re.compile(f"T?{_TIME}{_ZONE}", re.ASCII)
_DATE_TIME = re.compile(f"{_DATE}T{_TIME}{_ZONE}", re.ASCII)
_ZONE_ONLY = re.compile(r"Z|z|[+-]\d{2}:\d{2}(?::\d{2})?|[A-Za-z][\w+\-]*(?:/[\w+\-]+)*", re.ASCII)
_MONTHS = re.compile(r"(?P<sign>-)?P(?=\d)(?:(?P<years>\d{1,9})Y)?(?:(?P<months>\d{1,10})M)?", re.ASCII)
_DAYS = re.compile(
    r"(?P<sign>-)?P(?=[\dT])(?:(?P<days>\d{1,12})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,12})H)?(?:(?P<minutes>\d{1,12})M)?(?:(?P<seconds>\d{1,12})(?:\.(?P<fraction>\d{0,12}))?S)?)?",
    re.ASCII,
)


def parse_date(text: str) -> Any:
    """`2026-11-20` as a date (`far.FarDate` outside Python's calendar), or None where it is not one."""
    match = _DATE_ONLY.fullmatch(text)
    return _date(match) if match else None


def parse_time(text: str) -> time | None:
    """`08:00:00`, `08:00:00+07:00`, `08:00:00@Asia/Ho_Chi_Minh`, or None."""
    match = _TIME_ONLY.fullmatch(text)
    return _time(match) if match else None


def parse_date_time(text: str) -> Any:
    """`2026-11-20T08:00:00` with an optional offset or zone; a date alone is its midnight; or None.

    A datetime, or a `far.FarDateTime` outside Python's calendar.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        day = parse_date(text)
        return far.combine(day, time()) if day else None
    if (
        match["hour"] == "24"
        and match["minute"] == match["second"] == "00"
        and not (match["fraction"] or "").strip("0")
    ):
        return _end_of_day(match)
    day, clock = _date(match), _time(match)
    return None if day is None or clock is None else far.combine(day, clock)


def _end_of_day(match: re.Match[str]) -> Any:
    day, zone = _date(match), parse_zone(match["zone"])
    if day is None or zone is _BAD_ZONE:
        return None
    return far.add(far.combine(day, time(tzinfo=zone)), timedelta(days=1))


def parse_duration(text: str) -> timedelta | YearsMonths | None:
    """`P1Y2M`, `P3DT4H5M6.7S`, or None. The two kinds do not mix."""
    match = _MONTHS.fullmatch(text)
    if match:
        months = int(match["years"] or 0) * 12 + int(match["months"] or 0)
        return YearsMonths(-months if match["sign"] else months) if months <= MONTHS_LIMIT else None
    match = _DAYS.fullmatch(text)
    if match is None:
        return None
    microseconds = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        length = timedelta(
            days=int(match["days"] or 0),
            hours=int(match["hours"] or 0),
            minutes=int(match["minutes"] or 0),
            seconds=int(match["seconds"] or 0),
            microseconds=microseconds,
        )
    except OverflowError:
        return None
    return -length if match["sign"] else length


def _date(match: re.Match[str]) -> Any:
    digits = match["year"].lstrip("-")
    if (len(digits) > 4 and digits.startswith("0")) or match["year"] == "-0000":
        return None
    try:
        return far.day_of(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _time(match: re.Match[str]) -> time | None:
    zone = parse_zone(match["zone"])
    if zone is _BAD_ZONE:
        return None
    microseconds = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        return time(int(match["hour"]), int(match["minute"]), int(match["second"]), microseconds, tzinfo=zone)
    except ValueError:
        return None


_BAD_ZONE = timezone(timedelta(hours=23, minutes=59), "?")


def parse_zone(text: str | None) -> tzinfo | None:
    """`Z`, `+07:00` or `@Asia/Ho_Chi_Minh`; None for no zone; `_BAD_ZONE` (private) for one that does not exist."""
    if not text:
        return None
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        return _named_zone(text[1:])
    sign = -1 if text[0] == "-" else 1
    parts = [int(part) for part in text[1:].split(":")]
    if parts[0] > 14 or any(part > 59 for part in parts[1:]):
        return _BAD_ZONE
    return timezone(sign * timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2] if len(parts) > 2 else 0))


@lru_cache(maxsize=256)
def _named_zone(name: str) -> tzinfo:
    try:
        return UTC if name == "Z" else ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return _BAD_ZONE


def named_zone(name: str) -> tzinfo | None:
    """An IANA zone, or an offset as `parse_zone` reads it; None where there is none."""
    zone = (
        parse_zone(name if name[:1] in ("+", "-") or name in ("Z", "z") else f"@{name}")
        if _ZONE_ONLY.fullmatch(name)
        else None
    )
    return None if zone is _BAD_ZONE else zone


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    return calendar.monthrange(year, month)[1]


def zone_name(value: datetime | time | far.FarDateTime) -> str | None:
    """The IANA name, where the value has one."""
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def format_value(value: date | time | timedelta | YearsMonths | far.FarDate | far.FarDateTime) -> str:
    """As FEEL's `string()` prints it."""
    if isinstance(value, YearsMonths):
        return format_years_months(value)
    if isinstance(value, timedelta):
        return format_days_time(value)
    if isinstance(value, (datetime, far.FarDateTime)):
        near = far.near_of(value)
        return f"{far.year_text(value.year)}-{near.month:02d}-{near.day:02d}T{_clock(near)}"
    return _clock(value) if isinstance(value, time) else str(value)


def _clock(value: datetime | time) -> str:
    fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
    return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{fraction}{_zone_text(value)}"


def _zone_text(value: datetime | time) -> str:
    if value.tzinfo is None:
        return ""
    name = zone_name(value)
    if name:
        return f"@{name}"
    seconds = int((value.utcoffset() or timedelta()).total_seconds())
    if seconds == 0:
        return "Z"
    sign, seconds = ("-" if seconds < 0 else "+"), abs(seconds)
    rest = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}{rest}"


def format_years_months(value: YearsMonths) -> str:
    """`P1Y2M`, `-P3M`, `P0M`."""
    years, months = divmod(abs(value.months), 12)
    text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    return ("-P" if value.months < 0 else "P") + text


def format_days_time(value: timedelta) -> str:
    """`P1DT2H`, `-PT0.5S`, `PT0S`."""
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    hours, minutes, seconds = value.seconds // 3600, value.seconds // 60 % 60, value.seconds % 60
    fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    days = f"{value.days}D" if value.days else ""
    if not days and not clock:
        return "PT0S"
    return f"{sign}P{days}" + (f"T{clock}" if clock else "")


def months_between(start: Any, end: Any) -> YearsMonths:
    """Whole months from `start` to `end`, days or moments, towards zero."""
    first, last = far.near_of(start), far.near_of(end)
    months = (end.year - start.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return YearsMonths(months)
