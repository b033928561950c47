"""Keep what somebody has typed into an open task and not sent yet. It is theirs alone, and changes nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from service.database.unit import Unit, again_after_deadlock
from service.engine.commands.tasks import hold_task
from service.engine.context import Engine
from service.engine.errors import MayNotAct
from service.engine.tables import draft
from service.people.actor import Actor
from service.people.policy import may_act


@dataclass(frozen=True, kw_only=True, slots=True)
class SaveDraft:
    """`typed`: each input's name with what stands in it, in the order of the page; a name may come more than once."""

    task_id: str
    typed: Sequence[tuple[str, str]]


@again_after_deadlock
def save_draft(engine: Engine, command: SaveDraft, actor: Actor, *, at: datetime | None = None) -> datetime:
    """Write it over the draft before; returns when it was saved. The task's revision stays: nobody else sees it.

    A colleague may hold the task meanwhile: what was typed is kept all the same.

    Raises:
        TaskNotFound, MayNotAct, TaskCompleted, TaskCancelled.
    """
    with engine.database.unit_of_work(at) as unit:
        row = hold_task(engine, unit, command.task_id, actor).task
        if not may_act(actor, row):
            raise MayNotAct()
        values = {"task_id": row.id, "account_id": actor.account_id}
        content = {"typed": [list(pair) for pair in command.typed], "saved_at": unit.at}
        dialect = postgresql if unit.connection.dialect.name == "postgresql" else sqlite
        adding = dialect.insert(draft).values(values | content)
        unit.connection.execute(adding.on_conflict_do_update(index_elements=list(values), set_=content))
        return unit.at


def drop_draft(engine: Engine, task_id: str, actor: Actor, *, at: datetime | None = None) -> None:
    """Forget it, whatever has become of the task."""
    with engine.database.unit_of_work(at) as unit:
        forget_draft(unit, task_id, actor)


def forget_draft(unit: Unit, task_id: str, actor: Actor) -> None:
    """As part of a command: the task's answers were recorded."""
    theirs = draft.c.task_id == task_id, draft.c.account_id == actor.account_id
    unit.connection.execute(delete(draft).where(*theirs))
