"""The working calendar as the City keeps it: the national rule with this database's overrides."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from service.people.tables import calendar_override
from workflows.calendar import Override, WorkCalendar

if TYPE_CHECKING:
    from service.database.unit import Unit


def read_calendar(unit: Unit, *, day_start: time = time(8), day_end: time = time(17)) -> WorkCalendar:
    """The calendar of this moment, one SELECT. The hours are settings."""
    rows = unit.connection.execute(select(calendar_override).order_by(calendar_override.c.day))
    overrides = (Override(day=date.fromisoformat(row.day), working=row.working, name=row.name) for row in rows)
    return WorkCalendar(overrides=tuple(overrides), day_start=day_start, day_end=day_end)


def set_override(unit: Unit, override: Override) -> None:
    """Make one day worked or off, replacing what was said of it before."""
    clear_override(unit, override.day)
    unit.connection.execute(
        insert(calendar_override).values(day=override.day.isoformat(), working=override.working, name=override.name)
    )


def clear_override(unit: Unit, day: date) -> None:
    """Let the national rule decide about the day again."""
    unit.connection.execute(delete(calendar_override).where(calendar_override.c.day == day.isoformat()))
