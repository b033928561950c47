"""One task with its form, for whoever may act on it, read its dossier or oversee it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from service.database.unit import Unit
from service.engine.commands.tasks import may_see
from service.engine.context import Engine
from service.engine.errors import TaskNotFound
from service.engine.forms import Form
from service.engine.rows import InstanceRow, TaskRow, read_instance, task_row
from service.engine.tables import task
from service.engine.task_forms import form_for, task_context
from service.people.actor import Actor
from service.people.policy import may_act, may_read_step
from service.worklist.open_tasks import task_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskDetail:
    """The task's row with the names around it; `form` is None once it is closed, and for whom it is not filled."""

    row: Row[Any]
    form: Form | None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def task_detail(engine: Engine, task_id: str, actor: Actor) -> TaskDetail:
    """Raises TaskNotFound, also for what is not this person's to see."""
    with engine.database.unit_of_work(read_only=True) as unit:
        row = unit.connection.execute(task_rows().where(task.c.id == task_id)).one_or_none()
        of = read_instance(unit, row.instance_id) if row is not None else None
        if row is None or of is None or not may_see(actor, task_row(row), of):
            raise TaskNotFound()
        return TaskDetail(row=row, form=_form(engine, unit, task_row(row), of, actor))


def _form(engine: Engine, unit: Unit, row: TaskRow, of: InstanceRow, actor: Actor) -> Form | None:
    """A form is filled with what its group works with: not for who watches the clock; see `may_read_step`."""
    if row.state != "open" or not (may_act(actor, row) or may_read_step(actor, row, of.unit_id)):
        return None
    return form_for(engine, unit, row, of, task_context(unit, row, of, actor, engine.calendar_of(unit)))
