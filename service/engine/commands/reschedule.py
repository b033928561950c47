"""Work out deadlines again: the working calendar changed, or a clock was paused and goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from service.database.unit import Unit, again_after_deadlock
from service.engine.commands.agenda import settle
from service.engine.commands.instances import hold_root
from service.engine.commands.ledger import Ledger
from service.engine.commands.refusals import engine_refusals
from service.engine.context import Engine
from service.engine.errors import InstanceEnded
from service.engine.rows import instance_row
from service.engine.tables import instance, task
from workflows import run
from workflows.calendar import Pause


@dataclass(frozen=True, kw_only=True, slots=True)
class DueDate:
    """When an open task is due. `words`: “HS-2026-0001, Lập danh sách”."""

    words: str
    due_at: datetime


def due_dates(unit: Unit) -> dict[str, DueDate]:
    """Of every open task that has one, by its id, the nearest first: to tell what a changed calendar moves."""
    query = (
        select(task.c.id, task.c.name, task.c.due_at, instance.c.business_key)
        .join(instance, instance.c.id == task.c.root_id)
        .where(task.c.state == "open", task.c.due_at.is_not(None))
        .order_by(task.c.due_at, task.c.id)
    )
    return {
        row.id: DueDate(words=f"{row.business_key}, {row.name}" if row.business_key else row.name, due_at=row.due_at)
        for row in unit.connection.execute(query)
    }


@again_after_deadlock
def reschedule(engine: Engine, root_id: str, *, pauses: Sequence[Pause] = (), at: datetime | None = None) -> int:
    """Every deadline of a dossier counted anew from its budget; returns how many due dates moved.

    Warnings and escalations move with the due date they are a share of. Nothing fires here.
    Raises InstanceNotFound, InstanceEnded.
    """
    with engine.database.unit_of_work(at) as unit, engine_refusals():
        hold_root(unit, root_id)
        return _reschedule(engine, unit, root_id, pauses)


def reschedule_all(engine: Engine, *, at: datetime | None = None) -> int:
    """`reschedule` for every running dossier, each in its own transaction: after the calendar changed."""
    running = select(instance.c.id).where(instance.c.parent_id.is_(None), instance.c.state == "active")
    with engine.database.unit_of_work(at, read_only=True) as unit:
        roots = list(unit.connection.scalars(running.order_by(instance.c.started_at, instance.c.id)))
    moved = 0
    for root_id in roots:
        try:
            moved += reschedule(engine, root_id, at=at)
        except InstanceEnded:
            continue
    return moved


def _reschedule(engine: Engine, unit: Unit, root_id: str, pauses: Sequence[Pause]) -> int:
    ledger = Ledger(engine, unit)
    query = select(instance).where(instance.c.root_id == root_id, instance.c.state == "active")
    for row in unit.connection.execute(query.order_by(instance.c.started_at, instance.c.id)).all():
        live = ledger.adopt(instance_row(row))
        advance = run.reschedule(ledger.library, live.snapshot, pauses=pauses, at=unit.at, calendar=ledger.calendar)
        for changed in advance.tasks_changed:
            due = changed.deadline.due_at.isoformat() if changed.deadline is not None else None
            ledger.note(live.row, "rescheduled", changed.element, changed.name, {"task_id": changed.id, "due_at": due})
        ledger.take(live, advance)
    moved = len(ledger.changes.tasks_rescheduled)
    settle(ledger)
    return moved
