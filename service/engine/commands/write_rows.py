"""The statements of a command: at most one per kind of row and kind of change."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from service.database.unit import Unit
from service.engine.tables import approval, external_task, history, incident, instance, job, subscription, task, timer
from service.people.actor import Actor

Values = dict[str, Any]


@dataclass(kw_only=True, slots=True)
class Changes:
    """Rows to come, to change and to go. Keys of the dicts are the rows' ids."""

    instances: list[Values] = field(default_factory=list)
    tasks: dict[str, Values] = field(default_factory=dict)
    task_completed: Values | None = None
    """Columns of the one task that a person completed."""
    tasks_cancelled: list[str] = field(default_factory=list)
    tasks_rescheduled: list[Values] = field(default_factory=list)
    external: dict[str, Values] = field(default_factory=dict)
    external_closed: list[str] = field(default_factory=list)
    timers: dict[str, Values] = field(default_factory=dict)
    timers_dropped: list[str] = field(default_factory=list)
    subscriptions: dict[str, Values] = field(default_factory=dict)
    subscriptions_dropped: list[str] = field(default_factory=list)
    incidents: list[Values] = field(default_factory=list)
    incidents_cleared: list[str] = field(default_factory=list)
    approvals: list[Values] = field(default_factory=list)
    history: list[Values] = field(default_factory=list)
    jobs: list[Values] = field(default_factory=list)

    def copy(self) -> Changes:
        """The same rows in lists and dicts of its own. Rows are not changed once they are noted."""
        return Changes(**{each.name: copy(getattr(self, each.name)) for each in fields(self)})

    def clear_incident(self, token_id: str) -> None:
        """One raised within this command goes without a trace; one that stood before is marked as resolved."""
        self.incidents = [each for each in self.incidents if each["token_id"] != token_id]
        self.incidents_cleared.append(token_id)

    def write(self, unit: Unit, actor: Actor | None) -> None:
        _write_instances(unit, self.instances)
        _write_tasks(unit, self)
        _remove(unit, external_task, self.external_closed)
        _add(unit, external_task, list(self.external.values()))
        _write_timers(unit, self)
        _remove(unit, subscription, self.subscriptions_dropped)
        _add(unit, subscription, list(self.subscriptions.values()))
        _resolve(unit, self.incidents_cleared)
        for table, rows in (
            (incident, self.incidents),
            (approval, self.approvals),
            (history, self.history),
            (job, self.jobs),
        ):
            _add(unit, table, rows)


def _write_instances(unit: Unit, rows: list[Values]) -> None:
    for row in rows:
        values = {**row, "revision": instance.c.revision + 1}
        unit.connection.execute(update(instance).where(instance.c.id == values.pop("id")).values(values))


def _write_tasks(unit: Unit, changes: Changes) -> None:
    bump = {"revision": task.c.revision + 1}
    if changes.task_completed is not None:
        closing = {**changes.task_completed, **bump}
        unit.connection.execute(update(task).where(task.c.id == closing.pop("id")).values(closing))
    if changes.tasks_cancelled:
        closing = {"state": "cancelled", "closed_at": unit.at, **bump}
        unit.connection.execute(update(task).where(task.c.id.in_(changes.tasks_cancelled)).values(closing))
    if changes.tasks_rescheduled:
        moved: Values = {"due_at": bindparam("moved_to"), "due_budget": bindparam("budget")}
        statement = update(task).where(task.c.id == bindparam("key")).values(moved)
        unit.connection.execute(statement, changes.tasks_rescheduled)
    _add(unit, task, list(changes.tasks.values()))


def _write_timers(unit: Unit, changes: Changes) -> None:
    _remove(unit, timer, [each for each in changes.timers_dropped if each not in changes.timers])
    if not changes.timers:
        return
    insert_or_update = (postgresql if unit.connection.dialect.name == "postgresql" else sqlite).insert(timer)
    moved = {name: insert_or_update.excluded[name] for name in ("due_at", "expression", "started_at", "budget")}
    statement = insert_or_update.on_conflict_do_update(index_elements=[timer.c.id], set_=moved)
    unit.connection.execute(statement, list(changes.timers.values()))


def _resolve(unit: Unit, token_ids: list[str]) -> None:
    if token_ids:
        unit.connection.execute(
            update(incident)
            .where(incident.c.token_id.in_(token_ids), incident.c.resolved_at.is_(None))
            .values(resolved_at=unit.at)
        )


def _add(unit: Unit, table: Table, rows: list[Values]) -> None:
    if rows:
        unit.connection.execute(insert(table), rows)


def _remove(unit: Unit, table: Table, ids: list[str]) -> None:
    if ids:
        unit.connection.execute(delete(table).where(table.c.id.in_(ids)))
