"""Claim a task for oneself, or give it back to the group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

from service.database.unit import Unit, again_after_deadlock
from service.engine.commands.tasks import Held, hold_task, note_on_task, refuse_others, refuse_stale
from service.engine.context import Engine
from service.engine.rows import TaskRow
from service.engine.tables import task
from service.people.actor import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimTask:
    """`revision` is the task's as this person saw it; None asks for none in particular."""

    task_id: str
    revision: int | None = None


UnclaimTask = ClaimTask


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """Who holds the task now, and the revision to complete it with."""

    task_id: str
    assignee_id: int | None
    revision: int


@again_after_deadlock
def claim(engine: Engine, command: ClaimTask, actor: Actor, *, at: datetime | None = None) -> Claimed:
    """Take the task. Taking what one holds already changes nothing.

    Raises:
        TaskNotFound, MayNotAct, TaskCompleted, TaskCancelled.
        TaskHeld: a colleague was faster. TaskChanged: it is not as it was shown.
    """
    with engine.database.unit_of_work(at) as unit:
        held = _hold(engine, unit, command, actor)
        row = held.task
        if row.assignee_id == actor.account_id:
            return Claimed(task_id=row.id, assignee_id=row.assignee_id, revision=row.revision)
        return set_assignee(unit, row, actor.account_id, by=actor, kind="claimed")


@again_after_deadlock
def unclaim(engine: Engine, command: UnclaimTask, actor: Actor, *, at: datetime | None = None) -> Claimed:
    """Give the task back to its group. Only its holder can; giving back what nobody holds changes nothing.

    Raises:
        TaskNotFound, MayNotAct, TaskCompleted, TaskCancelled, TaskHeld, TaskChanged.
    """
    with engine.database.unit_of_work(at) as unit:
        held = _hold(engine, unit, command, actor)
        row = held.task
        if row.assignee_id is None:
            return Claimed(task_id=row.id, assignee_id=None, revision=row.revision)
        return set_assignee(unit, row, None, by=actor, kind="unclaimed")


def set_assignee(
    unit: Unit, row: TaskRow, account_id: int | None, *, by: Actor, kind: str, detail: dict[str, Any] | None = None
) -> Claimed:
    """Write who holds the task, one revision on, with a line of history."""
    values = {
        "assignee_id": account_id,
        "assigned_at": unit.at if account_id is not None else None,
        "revision": row.revision + 1,
    }
    unit.connection.execute(update(task).where(task.c.id == row.id).values(values))
    note_on_task(unit, row, kind, by, **(detail or {}))
    return Claimed(task_id=row.id, assignee_id=account_id, revision=row.revision + 1)


def _hold(engine: Engine, unit: Unit, command: ClaimTask, actor: Actor) -> Held:
    held = hold_task(engine, unit, command.task_id, actor)
    refuse_others(unit, held.task, actor)
    if command.revision is not None:
        refuse_stale(unit, held.task, command.revision)
    return held
