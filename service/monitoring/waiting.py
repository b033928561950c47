"""What waits and for whom: tasks in time, those nobody can take, dossiers in which nothing waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, exists, func, not_, or_, select

from service.engine.tables import history, incident, instance, task
from service.monitoring.reads import PAGE, task_rows
from service.people.actor import Actor
from service.people.policy import instances_overseen_by
from service.people.tables import account, role_assignment
from service.people.tables import unit as unit_table

if TYPE_CHECKING:
    from service.database.unit import Unit
    from service.engine.rows import TaskRow


def tasks_in_time(unit: Unit, actor: Actor, *, limit: int = PAGE) -> Sequence[Any]:
    """Open tasks whose due date is still to come, or that have none, the nearest first; one more where there are."""
    in_time = or_(task.c.due_at.is_(None), task.c.due_at >= unit.at)
    query = task_rows().where(task.c.state == "open", in_time, instances_overseen_by(actor, instance.c))
    return unit.connection.execute(
        query.order_by(task.c.due_at.is_(None), task.c.due_at, task.c.id).limit(limit + 1)
    ).all()


def open_task(unit: Unit, actor: Actor, task_id: str) -> Any | None:
    """One open task of a dossier this person may see."""
    query = task_rows().where(task.c.id == task_id, task.c.state == "open", instances_overseen_by(actor, instance.c))
    return unit.connection.execute(query).one_or_none()


def may_do(unit: Unit, row: TaskRow) -> Sequence[Any]:
    """Active people who may act on a task, by name: account_id, username, full_name, title."""
    query = (
        select(account.c.id.label("account_id"), account.c.username, account.c.full_name, account.c.title)
        .where(
            account.c.active, or_(account.c.username.in_(_names(row.candidate_users)), account.c.id.in_(_group(row)))
        )
        .order_by(account.c.full_name, account.c.id)
    )
    return unit.connection.execute(query).all()


def unattended(unit: Unit, rows: Sequence[Any]) -> set[str]:
    """Those of these open tasks that nobody holds and nobody could take: no active account has the role there."""
    free = [row for row in rows if row.assignee_id is None]
    roles = {role for row in free for role in _names(row.candidate_groups)}
    query = (
        select(role_assignment.c.role, role_assignment.c.unit_id)
        .join(account, account.c.id == role_assignment.c.account_id)
        .where(account.c.active, role_assignment.c.role.in_(sorted(roles)))
        .distinct()
    )
    held = {(each.role, each.unit_id) for each in unit.connection.execute(query)} if roles else set()
    return {
        row.id
        for row in free
        if not _names(row.candidate_users)
        and not any({(role, None), (role, row.unit_id)} & held for role in _names(row.candidate_groups))
    }


def quiet_dossiers(unit: Unit, actor: Actor, *, limit: int = PAGE) -> Sequence[Any]:
    """Running dossiers in which nothing waits for a person and nothing is parked, the longest quiet first.

    Each row has the instance's columns, unit_name and `since`, when something last happened; one more than `limit`
    where there are more.
    """
    last = select(func.max(history.c.at)).where(history.c.root_id == instance.c.id).scalar_subquery().label("since")
    waits = exists().where(task.c.root_id == instance.c.id, task.c.state == "open")
    parked = exists().where(incident.c.root_id == instance.c.id, incident.c.resolved_at.is_(None))
    query = (
        select(instance, unit_table.c.name.label("unit_name"), last)
        .outerjoin(unit_table, unit_table.c.id == instance.c.unit_id)
        .where(instance.c.parent_id.is_(None), instance.c.state == "active", not_(waits), not_(parked))
        .where(instances_overseen_by(actor, instance.c))
        .order_by(last, instance.c.id)
        .limit(limit + 1)
    )
    return unit.connection.execute(query).all()


def _names(listing: str) -> list[str]:
    """Of `,a,b,`."""
    return [name for name in listing.split(",") if name]


def _group(row: TaskRow) -> Select[Any]:
    """Accounts that hold one of the task's groups, for the City or for its unit."""
    scope: ColumnElement[bool] = role_assignment.c.unit_id.is_(None)
    if row.unit_id is not None:
        scope = or_(scope, role_assignment.c.unit_id == row.unit_id)
    return select(role_assignment.c.account_id).where(role_assignment.c.role.in_(_names(row.candidate_groups)), scope)
