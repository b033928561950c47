"""The properties of temporal values and ranges (`d.year`, `r.start included`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from workflows.feel.far import FarDate, FarDateTime, near_of
from workflows.feel.temporal import YearsMonths, zone_name
from workflows.feel.temporal_arithmetic import microseconds
from workflows.feel.values import Range, Value


def property_of(value: Value, name: str) -> Value:
    """The property, or None where the value has none of that name."""
    for types, table in _TABLES:
        if isinstance(value, types):
            found = table.get(name)
            result = found(value) if found else None
            return Decimal(result) if isinstance(result, int) and not isinstance(result, bool) else result
    return None


def _offset(value: datetime | time) -> timedelta | None:
    return value.utcoffset()


_DATE: dict[str, Callable[..., Value]] = {
    "year": lambda value: value.year,
    "month": lambda value: value.month,
    "day": lambda value: value.day,
    "weekday": lambda value: value.isoweekday(),
}
_TIME: dict[str, Callable[..., Value]] = {
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": lambda value: (
        Decimal(value.second) + Decimal(value.microsecond).scaleb(-6) if value.microsecond else value.second
    ),
    "time offset": _offset,
    "timezone": zone_name,
}
_DAYS: dict[str, Callable[..., Value]] = {
    "days": lambda value: _part(value, 86_400_000_000, None),
    "hours": lambda value: _part(value, 3_600_000_000, 24),
    "minutes": lambda value: _part(value, 60_000_000, 60),
    "seconds": lambda value: _part(value, 1_000_000, 60),
}
_MONTHS: dict[str, Callable[..., Value]] = {"years": lambda value: value.years, "months": lambda value: value.rest}
_RANGE: dict[str, Callable[..., Value]] = {
    "start": lambda value: value.start,
    "end": lambda value: value.end,
    "start included": lambda value: value.start_included,
    "end included": lambda value: value.end_included,
}


def _part(value: timedelta, unit: int, modulus: int | None) -> int:
    whole = microseconds(value)
    size = abs(whole) // unit
    return (size if modulus is None else size % modulus) * (1 if whole >= 0 else -1)


def _of_near(table: dict[str, Callable[..., Value]]) -> dict[str, Callable[..., Value]]:
    """All but the year of a far day are those of its near one."""
    near = {name: (lambda value, found=found: found(near_of(value))) for name, found in table.items()}
    return near | {"year": table["year"]}


_TABLES: tuple[tuple[type | tuple[type, ...], dict[str, Callable[..., Value]]], ...] = (
    ((datetime, FarDateTime), _of_near(_DATE | _TIME)),
    ((date, FarDate), _of_near(_DATE)),
    (time, _TIME),
    (timedelta, _DAYS),
    (YearsMonths, _MONTHS),
    (Range, _RANGE),
)
