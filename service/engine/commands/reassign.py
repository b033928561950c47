"""Give a task to somebody else, or back to its group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from service.database.unit import again_after_deadlock
from service.engine.commands.claim import Claimed, set_assignee
from service.engine.commands.tasks import hold_task_to_move, refuse_stale
from service.engine.context import Engine
from service.engine.correlate import notify
from service.engine.errors import AccountNotFound
from service.errors import FieldProblem, Invalid
from service.people.actor import Actor
from service.people.policy import may_act
from service.people.reads import actor_by_username


@dataclass(frozen=True, kw_only=True, slots=True)
class ReassignTask:
    """`username` None gives the task back to its group."""

    task_id: str
    username: str | None
    revision: int | None = None
    reason: str = ""


@again_after_deadlock
def reassign(engine: Engine, command: ReassignTask, actor: Actor, *, at: datetime | None = None) -> Claimed:
    """Name the person who is to do it: one of those who may act on it.

    Raises:
        TaskNotFound, TaskCompleted, TaskCancelled, TaskChanged.
        MayNotManage: neither supervisor nor head of division.
        AccountNotFound; Invalid: that person may not act on this task.
    """
    with engine.database.unit_of_work(at) as unit:
        row = hold_task_to_move(engine, unit, command.task_id, actor).task
        if command.revision is not None:
            refuse_stale(unit, row, command.revision)
        if command.username is None:
            return set_assignee(unit, row, None, by=actor, kind="reassigned", detail={"reason": command.reason})
        person = actor_by_username(unit, command.username)
        if person is None:
            raise AccountNotFound(username=command.username)
        if not may_act(person, replace(row, assignee_id=None)):
            message = f"{person.full_name} không thuộc nhóm được xử lý việc này."
            raise Invalid([FieldProblem(field="username", message=message)])
        detail = {"reason": command.reason, "to": person.full_name}
        given = set_assignee(unit, row, person.account_id, by=actor, kind="reassigned", detail=detail)
        notify(
            unit,
            account_ids=[person.account_id],
            subject=f"Bạn được giao việc: {row.name}",
            body=f"{actor.full_name} giao việc này cho bạn. Lý do: {command.reason or 'không nêu'}",
            link=f"/viec/{row.id}",
            dedupe=f"given:{row.id}:{given.revision}",
        )
        return given
