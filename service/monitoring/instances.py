"""One process instance and what happened in it, for programs. Whatever is not this person's to see is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, or_, select

from service.engine.errors import InstanceNotFound
from service.engine.tables import history, incident, instance, resource, task
from service.people.actor import Actor
from service.people.policy import instances_overseen_by, may_read
from service.people.tables import account
from service.people.tables import unit as unit_table
from workflows import run
from workflows.model import Snapshot

if TYPE_CHECKING:
    from service.database.unit import Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class InstanceView:
    """An instance with what it waits for. `variables` is None for who oversees it without reading it."""

    id: str
    root_id: str
    parent_id: str | None
    process_key: str
    process_name: str
    process_version: int
    business_key: str | None
    title: str
    unit_id: str | None
    unit_name: str | None
    state: str
    started_at: datetime
    ended_at: datetime | None
    variables: Mapping[str, Any] | None
    tasks: tuple[Row[Any], ...]
    incidents: tuple[Row[Any], ...]


def instance_view(unit: Unit, actor: Actor, instance_id: str) -> InstanceView:
    """The instance with its open tasks and incidents, those of called processes included at the top.

    Raises:
        InstanceNotFound.
    """
    row = _visible(unit, actor, instance_id)
    within = or_(task.c.root_id == row.id, task.c.instance_id == row.id)
    return InstanceView(
        id=row.id,
        root_id=row.root_id,
        parent_id=row.parent_id,
        process_key=row.key,
        process_name=row.process_name,
        process_version=row.process_version,
        business_key=row.business_key,
        title=row.title,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        state=row.state,
        started_at=row.started_at,
        ended_at=row.ended_at,
        variables=_variables(row) if may_read(actor, row.unit_id) else None,
        tasks=tuple(
            unit.connection.execute(
                select(task, account.c.full_name.label("assignee_name"))
                .outerjoin(account, account.c.id == task.c.assignee_id)
                .where(task.c.state == "open", within)
                .order_by(task.c.due_at.is_(None), task.c.due_at, task.c.id)
            )
        ),
        incidents=tuple(
            unit.connection.execute(
                select(incident)
                .where(
                    incident.c.resolved_at.is_(None),
                    or_(incident.c.root_id == row.id, incident.c.instance_id == row.id),
                )
                .order_by(incident.c.id)
            )
        ),
    )


def history_page(
    unit: Unit, actor: Actor, instance_id: str, *, after: int = 0, limit: int
) -> tuple[list[Mapping[str, Any]], bool]:
    """Entries after number `after`, oldest first, and whether more follow.

    At the top of a call tree it tells everything below too. Details are for readers only.

    Raises:
        InstanceNotFound.
    """
    row = _visible(unit, actor, instance_id)
    query = (
        select(history, account.c.full_name.label("account_name"))
        .outerjoin(account, account.c.id == history.c.account_id)
        .where(or_(history.c.root_id == row.id, history.c.instance_id == row.id), history.c.id > after)
        .order_by(history.c.id)
        .limit(limit + 1)
    )
    entries: list[Mapping[str, Any]] = [dict(each._mapping) for each in unit.connection.execute(query)]
    if not may_read(actor, row.unit_id):
        entries = [{**entry, "detail": None} for entry in entries]
    return entries[:limit], len(entries) > limit


def _visible(unit: Unit, actor: Actor, instance_id: str) -> Row[Any]:
    query = (
        select(
            instance,
            resource.c.name.label("process_name"),
            resource.c.version.label("process_version"),
            unit_table.c.name.label("unit_name"),
        )
        .join(resource, resource.c.id == instance.c.definition_id)
        .outerjoin(unit_table, unit_table.c.id == instance.c.unit_id)
        .where(instance.c.id == instance_id, instances_overseen_by(actor, instance.c))
    )
    row = unit.connection.execute(query).one_or_none()
    if row is None:
        raise InstanceNotFound()
    return row


def _variables(row: Row[Any]) -> Mapping[str, Any]:
    snapshot = Snapshot(
        definition_id=row.definition_id, business_key=row.business_key, state=row.snapshot, format=row.format
    )
    return run.variables(snapshot)
