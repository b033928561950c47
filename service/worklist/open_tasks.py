"""The tasks a program asks for: open, and this person's to do, by due date."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select

from service.engine.tables import instance, task
from service.people.actor import Actor
from service.people.policy import tasks_actionable_by
from service.people.tables import account
from service.people.tables import unit as unit_table

if TYPE_CHECKING:
    from service.database.unit import Unit


def open_tasks(
    unit: Unit,
    actor: Actor,
    *,
    group: str | None = None,
    due_before: datetime | None = None,
    after: tuple[datetime | None, str] | None = None,
    limit: int,
) -> list[Row[Any]]:
    """One page and one row more where there is another: those free or held by this person, undated ones last.

    Args:
        group: only tasks with this candidate group.
        due_before: only tasks with a due date before this moment.
        after: due date and id of the last row of the page before.
    """
    query = task_rows().where(
        task.c.state == "open",
        tasks_actionable_by(actor, task.c),
        or_(task.c.assignee_id.is_(None), task.c.assignee_id == actor.account_id),
    )
    if group is not None:
        query = query.where(task.c.candidate_groups.contains(f",{group},", autoescape=True))
    if due_before is not None:
        query = query.where(task.c.due_at < due_before)
    if after is not None:
        query = query.where(_after(*after))
    ordered = query.order_by(task.c.due_at.is_(None), task.c.due_at, task.c.id).limit(limit + 1)
    return list(unit.connection.execute(ordered))


def task_rows() -> Select[Any]:
    """A task with the names around it, one row for each; the business key is the dossier's."""
    dossier = instance.alias("dossier")
    return (
        select(
            task,
            instance.c.key.label("process_key"),
            instance.c.definition_id,
            dossier.c.business_key,
            unit_table.c.name.label("unit_name"),
            account.c.username.label("assignee"),
            account.c.full_name.label("assignee_name"),
        )
        .select_from(task)
        .join(instance, instance.c.id == task.c.instance_id)
        .join(dossier, dossier.c.id == task.c.root_id)
        .outerjoin(unit_table, unit_table.c.id == task.c.unit_id)
        .outerjoin(account, account.c.id == task.c.assignee_id)
    )


def _after(due_at: datetime | None, task_id: str) -> ColumnElement[bool]:
    if due_at is None:
        return and_(task.c.due_at.is_(None), task.c.id > task_id)
    same_day = and_(task.c.due_at == due_at, task.c.id > task_id)
    return or_(task.c.due_at > due_at, same_day, task.c.due_at.is_(None))
