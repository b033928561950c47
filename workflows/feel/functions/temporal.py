"""Date and time functions (DMN 10.3.4.1, 10.3.4.7, 10.3.4.8, 10.3.4.12)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal

from workflows.feel import far
from workflows.feel.far import Day, Moment
from workflows.feel.functions.registry import builtin
from workflows.feel.scope import Run
from workflows.feel.temporal import (
    days_in_month,
    named_zone,
    parse_date,
    parse_date_time,
    parse_time,
)
from workflows.feel.values import Value, equal, incoming, kind

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _whole(*values: Decimal) -> list[int] | None:
    """The values as ints, or None where one is not whole or far beyond any calendar."""
    if any(value != value.to_integral_value() or value.copy_abs() > 10**9 for value in values):
        return None
    return [int(value) for value in values]


@builtin("date", "from: string")
def date_from_text(run: Run, text: str) -> Value:
    return parse_date(text)


@builtin("date", "from: datetime")
def date_of(run: Run, value: Moment) -> Value:
    return far.date_of(value)


@builtin("date", "from: date")
def same_date(run: Run, value: Day) -> Value:
    return value


@builtin("date", "year: number", "month: number", "day: number")
def date_from_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> Value:
    parts = _whole(year, month, day)
    try:
        return None if parts is None else far.day_of(*parts)
    except ValueError:
        return None


@builtin("date and time", "from: string")
def date_time_from_text(run: Run, text: str) -> Value:
    return parse_date_time(text)


@builtin("date and time", "from: datetime")
def same_date_time(run: Run, value: Moment) -> Value:
    return value


@builtin("date and time", "date: date", "time: time")
def date_time_from_both(run: Run, day: Day, clock: time) -> Value:
    return far.combine(far.date_of(day), clock)


@builtin("date and time", "date time: datetime", "timezone: string")
@builtin("date and time", "date: datetime", "timezone: string")
def date_time_in_zone(run: Run, moment: Moment, zone: str) -> Value:
    """The same instant in another zone; a wall time is taken as that zone's."""
    found = named_zone(zone)
    return None if found is None else far.in_zone(moment, found)


@builtin(
    "date and time",
    "year: number",
    "month: number",
    "day: number",
    "hour: number",
    "minute: number",
    "second: number",
    "offset?: days?",
)
def date_time_from_parts(
    run: Run,
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: timedelta | None = None,
) -> Value:
    on, at = date_from_parts(run, year, month, day), time_from_parts(run, hour, minute, second, offset)
    return None if on is None or at is None else far.combine(on, at)


@builtin("time", "from: string")
def time_from_text(run: Run, text: str) -> time | None:
    return parse_time(text)


@builtin("time", "from: time")
def same_time(run: Run, value: time) -> time:
    return value


@builtin("time", "from: datetime")
def time_of(run: Run, value: Moment) -> Value:
    return far.near_of(value).timetz()


@builtin("time", "from: date")
def midnight_of(run: Run, value: Day) -> time:
    return time(tzinfo=UTC)


@builtin("time", "hour: number", "minute: number", "second: number", "offset?: days?")
def time_from_parts(
    run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> time | None:
    parts = _whole(hour, minute, second.to_integral_value(rounding="ROUND_FLOOR"))
    if parts is None or (offset is not None and abs(offset) > timedelta(hours=14)):
        return None
    fraction = int((second - parts[2]) * 1_000_000)
    try:
        hours, minutes, seconds = parts
        return time(hours, minutes, seconds, fraction, tzinfo=None if offset is None else timezone(offset))
    except ValueError:
        return None


@builtin("day of year", "date: date")
def day_of_year(run: Run, value: Day) -> Decimal:
    return Decimal(far.near_of(value).timetuple().tm_yday)


@builtin("day of week", "date: date")
def day_of_week(run: Run, value: Day) -> str:
    return _DAYS[far.near_of(value).weekday()]


@builtin("month of year", "date: date")
def month_of_year(run: Run, value: Day) -> str:
    return _MONTHS[far.near_of(value).month - 1]


@builtin("week of year", "date: date")
def week_of_year(run: Run, value: Day) -> Decimal:
    return Decimal(far.near_of(value).isocalendar().week)


@builtin("last day of month", "date: date")
def last_day_of_month(run: Run, value: Day) -> Value:
    near, cycles = far.split(far.date_of(value))
    return far.join(near.replace(day=days_in_month(near.year, near.month)), cycles)


@builtin("is", "value1?: any", "value2?: any")
def is_same(run: Run, one: Value = None, other: Value = None) -> bool:
    """Equal and of one kind; times also with the same offset and zone."""
    if kind(one) != kind(other):
        return False
    if isinstance(one, (datetime, time)):
        return str(one) == str(other) and str(one.tzinfo) == str(other.tzinfo)
    return equal(one, other, run) is True


@builtin("now")
def now(run: Run) -> Value:
    """What the caller's function `now` says; without one, null: the engine has no clock."""
    clock = run.functions.get("now")
    return None if clock is None else incoming(clock(), run)


@builtin("today")
def today(run: Run) -> Value:
    """What the caller's function `today` says; without one, the day of `now()`."""
    calendar = run.functions.get("today")
    if calendar is not None:
        return incoming(calendar(), run)
    moment = now(run)
    return moment.date() if isinstance(moment, datetime) else None
