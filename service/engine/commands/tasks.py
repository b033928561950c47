"""How every command on a task begins: lock the dossier, read the task, refuse whoever may not or comes too late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, insert, select

from service.database.unit import Unit
from service.engine.commands.locks import lock_root_of
from service.engine.context import CALENDAR_MARK, Engine
from service.engine.errors import (
    MayNotAct,
    MayNotManage,
    TaskCancelled,
    TaskChanged,
    TaskCompleted,
    TaskHeld,
    TaskNotFound,
)
from service.engine.rows import InstanceRow, TaskRow, instance_row, task_row
from service.engine.tables import draft, history, instance, task
from service.people.actor import Actor
from service.people.policy import may_act, may_assign, may_oversee, role_acted_in
from service.people.reads import account_names
from service.people.tables import account
from workflows.calendar import VIETNAM, WorkCalendar

SYSTEM = "Hệ thống"


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """An open task under the lock of its dossier."""

    task: TaskRow
    instance: InstanceRow
    calendar: WorkCalendar
    drafted: bool
    """This person has a draft of its answers."""


def hold_task(engine: Engine, unit: Unit, task_id: str, actor: Actor) -> Held:
    """Lock, then read an open task that this person may see. Two statements.

    Raises:
        TaskNotFound: there is none, or it is not this person's to see.
        TaskCompleted, TaskCancelled: it is closed; they say by whom, when, why.
    """
    lock_root_of(unit, task.c.id, task_id)
    drafted = exists().where(draft.c.task_id == task_id, draft.c.account_id == actor.account_id)
    query = (
        select(task, instance, CALENDAR_MARK.label("mark"), drafted.label("drafted"))
        .join(instance, instance.c.id == task.c.instance_id)
        .where(task.c.id == task_id)
    )
    row = unit.connection.execute(query).one_or_none()
    if row is None:
        raise TaskNotFound()
    calendar = engine.calendar_of(unit, row.mark)
    found = Held(task=task_row(row), instance=instance_row(row), calendar=calendar, drafted=row.drafted)
    if not may_see(actor, found.task, found.instance):
        raise TaskNotFound()
    if found.task.state != "open":
        raise _closed(unit, found.task)
    return found


def hold_task_to_move(engine: Engine, unit: Unit, task_id: str, actor: Actor) -> Held:
    """As `hold_task`, for who sees to it that it gets on.

    Raises MayNotManage: neither supervisor nor head of division.
    """
    held = hold_task(engine, unit, task_id, actor)
    if not may_assign(actor, held.task.unit_id):
        raise MayNotManage()
    return held


def note_on_task(unit: Unit, row: TaskRow, kind: str, by: Actor, **detail: Any) -> None:
    """A line of history about an open task."""
    unit.connection.execute(
        insert(history).values(
            instance_id=row.instance_id,
            root_id=row.root_id,
            at=unit.at,
            kind=kind,
            element=row.element,
            name=row.name,
            account_id=by.account_id,
            detail={"task_id": row.id, **detail},
        )
    )


def may_see(actor: Actor, row: TaskRow, of: InstanceRow) -> bool:
    """True for whoever may act on the task, or read or oversee its dossier."""
    return may_act(actor, row) or may_oversee(actor, of.unit_id) or may_oversee(actor, row.unit_id)


def refuse_others(unit: Unit, row: TaskRow, actor: Actor) -> None:
    """Raises MayNotAct, or TaskHeld while a colleague has it."""
    if not may_act(actor, row):
        raise MayNotAct()
    if row.assignee_id is not None and row.assignee_id != actor.account_id:
        who = full_name(unit, row.assignee_id)
        raise TaskHeld(who=who, when=when(row.assigned_at), assigned_at=row.assigned_at)


def refuse_stale(unit: Unit, row: TaskRow, seen_revision: int) -> None:
    """Raises TaskChanged when the task is not as this person saw it; it names who changed it and when."""
    if row.revision == seen_revision:
        return
    last = _last_change(unit, row)
    changed_at = last.at if last is not None else row.created_at
    who = last.full_name if last is not None and last.full_name else SYSTEM
    raise TaskChanged(who=who, when=when(changed_at), changed_at=changed_at, revision=row.revision)


def role_of(actor: Actor, row: TaskRow) -> str:
    """In which role this person acts, for the record."""
    role = role_acted_in(actor, row)
    if role is not None:
        return role
    return "assignee" if row.assignee_id == actor.account_id else "candidate_user"


def full_name(unit: Unit, account_id: int | None) -> str:
    return SYSTEM if account_id is None else account_names(unit, [account_id]).get(account_id, SYSTEM)


def when(moment: datetime | None) -> str:
    """“09:41 ngày 24/11/2026”, Hà Nội's time."""
    return "" if moment is None else moment.astimezone(VIETNAM).strftime("%H:%M ngày %d/%m/%Y")


def _closed(unit: Unit, row: TaskRow) -> TaskCompleted | TaskCancelled:
    if row.state == "completed":
        who = full_name(unit, row.closed_by)
        return TaskCompleted(who=who, when=when(row.closed_at), closed_at=row.closed_at)
    return TaskCancelled(why=_why_cancelled(unit, row), when=when(row.closed_at), closed_at=row.closed_at)


def _why_cancelled(unit: Unit, row: TaskRow) -> str:
    """What the command that cancelled the task was about."""
    query = (
        select(history.c.detail, account.c.full_name)
        .outerjoin(account, account.c.id == history.c.account_id)
        .where(
            history.c.instance_id == row.instance_id,
            history.c.element == row.element,
            history.c.kind == "task_cancelled",
        )
        .order_by(history.c.id.desc())
    )
    rows = unit.connection.execute(query)
    found = next((each for each in rows if (each.detail or {}).get("task_id") == row.id), None)
    cause = found.detail if found is not None else {}
    name, who = cause.get("name"), found.full_name if found is not None else None
    match cause.get("kind"):
        case "message":
            return f"đã nhận “{name}”"
        case "timer":
            return f"đã đến hạn “{name}”"
        case "completed":
            return f"{who or SYSTEM} đã hoàn thành “{name}”"
        case "cancelled":
            return f"{who or SYSTEM} đã hủy hồ sơ" + (f", lý do: {cause['reason']}" if cause.get("reason") else "")
    return "hồ sơ đã chuyển sang bước khác"


def _last_change(unit: Unit, row: TaskRow) -> Row[Any, Any, Any] | None:
    query = (
        select(history.c.at, history.c.detail, account.c.full_name)
        .outerjoin(account, account.c.id == history.c.account_id)
        .where(
            history.c.instance_id == row.instance_id,
            history.c.element == row.element,
            history.c.kind.in_(("claimed", "unclaimed", "reassigned", "rescheduled")),
        )
        .order_by(history.c.id.desc())
    )
    changes = unit.connection.execute(query)
    return next((each for each in changes if (each.detail or {}).get("task_id") == row.id), None)
