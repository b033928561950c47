"""What somebody who follows dossiers sees: the list, what one waits for, what is overdue, what is parked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from service.engine.tables import history, incident, instance, resource, task
from service.people.actor import Actor
from service.people.policy import instances_overseen_by
from service.people.tables import account
from service.people.tables import unit as unit_table
from service.people.units import fold

if TYPE_CHECKING:
    from service.database.unit import Unit

PAGE = 25


def dossiers(
    unit: Unit,
    actor: Actor,
    *,
    ended: bool,
    search: str = "",
    also: Collection[str] = (),
    after: tuple[datetime, str] | None = None,
    limit: int = PAGE,
) -> Sequence[Any]:
    """Dossiers (instances at the top of their tree) this person may see, newest first; one row more than `limit`
    where there is another page. Each row: id, business_key, title, unit_name, started_at, ended_at, state.

    Args:
        search: part of a number or of a unit's name, with or without diacritics.
        also: with `search`, instances that were found in another way.
    """
    query = (
        select(
            instance.c.id,
            instance.c.business_key,
            instance.c.title,
            instance.c.started_at,
            instance.c.state,
            instance.c.ended_at,
            unit_table.c.name.label("unit_name"),
        )
        .select_from(instance)
        .outerjoin(unit_table, unit_table.c.id == instance.c.unit_id)
        .where(
            instance.c.parent_id.is_(None),
            instances_overseen_by(actor, instance.c),
            instance.c.state != "active" if ended else instance.c.state == "active",
        )
    )
    if search:
        query = query.where(or_(_found(search), instance.c.id.in_(also)))
    if after is not None:
        query = query.where(
            or_(instance.c.started_at < after[0], and_(instance.c.started_at == after[0], instance.c.id > after[1]))
        )
    return unit.connection.execute(query.order_by(instance.c.started_at.desc(), instance.c.id).limit(limit + 1)).all()


def _found(search: str) -> ColumnElement[bool]:
    """Numbers are ASCII (ĐX-2026-0001 is kept as DXT-2026-0001), and units have a folded name."""
    wanted = fold(search)
    if search.lower().startswith("đx-"):
        wanted = wanted.replace("dx-", "dxt-", 1)
    return or_(
        func.lower(instance.c.business_key).contains(wanted, autoescape=True),
        unit_table.c.search_name.contains(wanted, autoescape=True),
    )


def dossier(unit: Unit, actor: Actor, instance_id: str) -> Any | None:
    """One dossier with its definition's name and version; None where it is not there or not for this person."""
    query = (
        select(
            instance,
            unit_table.c.name.label("unit_name"),
            resource.c.name.label("definition_name"),
            resource.c.version.label("definition_version"),
        )
        .select_from(instance)
        .join(resource, resource.c.id == instance.c.definition_id)
        .outerjoin(unit_table, unit_table.c.id == instance.c.unit_id)
        .where(instance.c.id == instance_id, instances_overseen_by(actor, instance.c))
    )
    return unit.connection.execute(query).first()


def diagram_of(unit: Unit, definition_id: str) -> bytes:
    """The file a version of a process came in."""
    content: bytes = unit.connection.execute(
        select(resource.c.content).where(resource.c.id == definition_id)
    ).scalar_one()
    return content


def waiting_tasks(unit: Unit, root_ids: Sequence[str]) -> Sequence[Any]:
    """The open tasks of these dossiers, called processes included, by due date."""
    query = task_rows().where(task.c.root_id.in_(root_ids), task.c.state == "open")
    return unit.connection.execute(query.order_by(task.c.due_at.is_(None), task.c.due_at, task.c.id)).all()


def overdue_tasks(
    unit: Unit, actor: Actor, *, after: tuple[datetime, str] | None = None, limit: int = PAGE
) -> Sequence[Any]:
    """Open tasks past their due date in every dossier this person may see, longest overdue first."""
    query = task_rows().where(task.c.state == "open", task.c.due_at < unit.at, instances_overseen_by(actor, instance.c))
    if after is not None:
        query = query.where(or_(task.c.due_at > after[0], and_(task.c.due_at == after[0], task.c.id > after[1])))
    return unit.connection.execute(query.order_by(task.c.due_at, task.c.id).limit(limit + 1)).all()


def count_overdue(unit: Unit, actor: Actor) -> tuple[int, int]:
    """How many tasks are overdue, and in how many dossiers."""
    query = (
        select(func.count(), func.count(task.c.root_id.distinct()))
        .select_from(task)
        .join(instance, instance.c.id == task.c.root_id)
        .where(task.c.state == "open", task.c.due_at < unit.at, instances_overseen_by(actor, instance.c))
    )
    tasks, dossiers_counted = unit.connection.execute(query).one()
    return int(tasks), int(dossiers_counted)


def open_incidents(unit: Unit, actor: Actor, *, root_id: str | None = None, limit: int = 100) -> Sequence[Any]:
    """What is parked and waits for a hand, oldest first; `definition_id` is of the instance it happened in."""
    own = instance.alias("own")
    query = (
        select(incident, instance.c.business_key, own.c.definition_id)
        .select_from(incident)
        .join(instance, instance.c.id == incident.c.root_id)
        .join(own, own.c.id == incident.c.instance_id)
        .where(incident.c.resolved_at.is_(None), instances_overseen_by(actor, instance.c))
    )
    if root_id is not None:
        query = query.where(incident.c.root_id == root_id)
    return unit.connection.execute(query.order_by(incident.c.id).limit(limit)).all()


def called(unit: Unit, root_id: str) -> Sequence[Any]:
    """Every instance of a call tree below its top, oldest first, with the name and version of its process."""
    query = (
        select(instance, resource.c.name.label("definition_name"), resource.c.version.label("definition_version"))
        .join(resource, resource.c.id == instance.c.definition_id)
        .where(instance.c.root_id == root_id, instance.c.id != root_id)
        .order_by(instance.c.started_at, instance.c.id)
    )
    return unit.connection.execute(query).all()


def path_of(unit: Unit, instance_id: str, *, limit: int = 2000) -> Sequence[Any]:
    """The steps an instance entered, left or lost, oldest first: kind, element, name, at."""
    query = (
        select(history.c.kind, history.c.element, history.c.name, history.c.at)
        .where(history.c.instance_id == instance_id, history.c.kind.in_(("entered", "left", "cancelled")))
        .where(history.c.element.is_not(None))
        .order_by(history.c.id)
        .limit(limit)
    )
    return unit.connection.execute(query).all()


def task_rows() -> Select[Any]:
    """Tasks with what decides who may act (so that a page can link them), their dossier, and the holder."""
    return (
        select(
            task,
            instance.c.business_key,
            unit_table.c.name.label("unit_name"),
            account.c.full_name.label("holder_name"),
        )
        .select_from(task)
        .join(instance, instance.c.id == task.c.root_id)
        .outerjoin(unit_table, unit_table.c.id == task.c.unit_id)
        .outerjoin(account, account.c.id == task.c.assignee_id)
    )
