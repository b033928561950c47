"""Remind whoever a task waits for: a notice and a mail, once a day at most."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from service.database.unit import again_after_deadlock
from service.engine.commands.tasks import hold_task_to_move, note_on_task, when
from service.engine.context import Engine
from service.engine.correlate import notify
from service.errors import Conflict
from service.monitoring.waiting import may_do
from service.people.actor import Actor
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit
    from service.engine.rows import TaskRow


class RemindedAlready(Conflict):
    """Everybody was told today, or there is nobody to tell."""

    code = "reminded_already"
    message = "Hôm nay đã nhắc rồi, hoặc không có ai để nhắc."


@again_after_deadlock
def remind(engine: Engine, task_id: str, actor: Actor, *, at: datetime | None = None) -> int:
    """The holder, or while nobody holds it everybody who may take it; returns how many were told.

    Raises:
        TaskNotFound, TaskCompleted, TaskCancelled.
        MayNotManage: neither supervisor nor head of division. RemindedAlready.
    """
    with engine.database.unit_of_work(at) as unit:
        row = hold_task_to_move(engine, unit, task_id, actor).task
        told = notify(
            unit,
            account_ids=_awaited(unit, row),
            subject=f"Nhắc việc: {row.name}",
            body=f"{actor.full_name} nhắc việc “{row.name}”, hạn {when(row.due_at) or 'chưa định'}.",
            link=f"/viec/{row.id}",
            dedupe=f"remind:{row.id}:{unit.at.astimezone(VIETNAM):%Y-%m-%d}",
        )
        if not told:
            raise RemindedAlready()
        note_on_task(unit, row, "reminded", actor, told=told)
        return told


def _awaited(unit: Unit, row: TaskRow) -> set[int]:
    if row.assignee_id is not None:
        return {row.assignee_id}
    return {person.account_id for person in may_do(unit, row)}
