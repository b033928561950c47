"""Tell who stands above a task, in a person's own words, before or after its time is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.awards.notices import superiors
from service.database.unit import again_after_deadlock
from service.engine.commands.tasks import hold_task_to_move, note_on_task, when
from service.engine.context import Engine
from service.engine.correlate import notify
from service.errors import Conflict, FieldProblem, Invalid
from service.people.actor import Actor


class NobodyAbove(Conflict):
    """No active account stands above this task but the person who asks."""

    code = "nobody_above"
    message = "Không có ai ở cấp trên của việc này để báo."


@dataclass(frozen=True, kw_only=True, slots=True)
class EscalateTask:
    """`words` are what the superiors read."""

    task_id: str
    words: str


@again_after_deadlock
def escalate(engine: Engine, command: EscalateTask, actor: Actor, *, at: datetime | None = None) -> int:
    """A notice and a mail to those above whoever the task waits for; returns how many were told.

    Raises:
        TaskNotFound, TaskCompleted, TaskCancelled.
        MayNotManage: neither supervisor nor head of division. NobodyAbove. Invalid: no words.
    """
    words = command.words.strip()
    with engine.database.unit_of_work(at) as unit:
        held = hold_task_to_move(engine, unit, command.task_id, actor)
        row = held.task
        if not words:
            raise Invalid([FieldProblem(field="words", message="Cần ghi nội dung báo cấp trên.")])
        dossier = f" của hồ sơ {held.instance.business_key}" if held.instance.business_key else ""
        told = notify(
            unit,
            account_ids=superiors(unit, row) - {actor.account_id},
            subject=f"Báo cấp trên: {row.name}",
            body=f"{actor.full_name} báo việc “{row.name}”{dossier}, hạn {when(row.due_at) or 'chưa định'}: {words}",
            link=f"/ho-so/{row.root_id}",
        )
        if not told:
            raise NobodyAbove()
        note_on_task(unit, row, "escalated", actor, told=told, reason=words)
        return told
