"""Give a task more time, with a reason that everybody reads who reads the dossier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.database.unit import again_after_deadlock
from service.engine.commands.agenda import settle
from service.engine.commands.ledger import Ledger
from service.engine.commands.refusals import engine_refusals
from service.engine.commands.tasks import hold_task_to_move
from service.engine.context import Engine
from service.engine.errors import NoWorkingDays
from service.errors import FieldProblem, Invalid
from service.people.actor import Actor
from workflows import run

MOST_DAYS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtendTask:
    """`days` are working days, added to those the task was given."""

    task_id: str
    days: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Extended:
    """When the task is due now."""

    task_id: str
    due_at: datetime


@again_after_deadlock
def extend(engine: Engine, command: ExtendTask, actor: Actor, *, at: datetime | None = None) -> Extended:
    """Move the due date, and the warning and escalation that are still to come.

    The task's revision stays: whoever is filling its form is not disturbed.

    Raises:
        TaskNotFound, TaskCompleted, TaskCancelled.
        MayNotManage: neither supervisor nor head of division.
        NoWorkingDays: the due date is a fixed moment, or there is none.
        Invalid: no reason, or not a number of days that may be given.
    """
    reason = command.reason.strip()
    with engine.database.unit_of_work(at) as unit, engine_refusals():
        held = hold_task_to_move(engine, unit, command.task_id, actor)
        row = held.task
        if row.due_budget is None:
            raise NoWorkingDays()
        if problems := _problems(command.days, reason):
            raise Invalid(problems)
        ledger = Ledger(engine, unit, actor, calendar=held.calendar)
        live = ledger.adopt(held.instance)
        advance = run.extend(
            ledger.library, live.snapshot, task_id=row.id, days=command.days, at=unit.at, calendar=held.calendar
        )
        (changed,) = advance.tasks_changed
        assert changed.deadline is not None
        due_at = changed.deadline.due_at
        detail = {"task_id": row.id, "days": command.days, "due_at": due_at.isoformat(), "reason": reason}
        ledger.note(live.row, "extended", row.element, row.name, detail)
        ledger.take(live, advance)
        settle(ledger)
        return Extended(task_id=row.id, due_at=due_at)


def _problems(days: int, reason: str) -> list[FieldProblem]:
    found = []
    if not 1 <= days <= MOST_DAYS:
        found.append(FieldProblem(field="days", message=f"Nhập số ngày làm việc từ 1 đến {MOST_DAYS}."))
    if not reason:
        found.append(FieldProblem(field="reason", message="Cần ghi lý do gia hạn."))
    return found
