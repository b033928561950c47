"""What every command and read of the engine is given: the database, the handlers, the settings, two hooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Text, cast, func, select
from sqlalchemy.exc import IntegrityError

from service.config import Settings
from service.database.unit import Database, Unit
from service.engine.handlers import Registry
from service.engine.library import StoredLibrary
from service.errors import ServiceError
from service.people.calendar import read_calendar
from service.people.tables import calendar_override as _day
from workflows.calendar import WorkCalendar

CALENDAR_MARK = select(
    func.coalesce(func.aggregate_strings(_day.c.day + cast(_day.c.working, Text) + _day.c.name, "|"), "")
).scalar_subquery()
"""Text that differs whenever the calendar's overrides do: read beside a row, it saves reading the calendar itself."""
_MARKS_KEPT = 8


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The application's engine, wired once per process by `service/wiring.py`."""

    database: Database
    registry: Registry
    settings: Settings
    business_key_of: Callable[[Unit, str], str | None] = lambda _unit, _key: None
    """Draws the business key of a process (by its key) that is started without one."""
    refusal_of: Callable[[IntegrityError], ServiceError | None] = lambda _error: None
    """The domain's refusal that a named CHECK or UNIQUE stands for."""
    known_units: set[str] = field(default_factory=set, repr=False)
    """Codes of units that were seen in the database: units are never removed."""
    _calendars: dict[str, WorkCalendar] = field(default_factory=dict, repr=False)

    def library(self, unit: Unit) -> StoredLibrary:
        """Everything deployed, as of this transaction."""
        found = unit.memo.get("library")
        if found is None:
            found = unit.memo["library"] = StoredLibrary(unit)
        return found

    def calendar_of(self, unit: Unit, mark: str | None = None) -> WorkCalendar:
        """The working calendar of this transaction: read once, and not at all where `mark` is known already.

        Args:
            mark: the value of `CALENDAR_MARK`, read in the same transaction.
        """
        found = unit.memo.get("calendar") or (None if mark is None else self._calendars.get(mark))
        if found is None:
            read = read_calendar(unit, day_end=self.settings.day_end)
            found = replace(read, day_start=self.settings.day_start)
            if mark is not None:
                if len(self._calendars) >= _MARKS_KEPT:
                    self._calendars.clear()
                self._calendars[mark] = found
        unit.memo["calendar"] = found
        return found
