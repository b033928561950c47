"""Rows of the engine's main tables as values, and the reads by key that commands begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.engine.tables import instance, task
from workflows.model import Snapshot

if TYPE_CHECKING:
    from service.database.unit import Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRow:
    """A user task, open or closed."""

    id: str
    instance_id: str
    root_id: str
    element: str
    name: str
    lane: str | None
    unit_id: str | None
    candidate_groups: str
    """`,role,role,` with a comma at both ends; `candidate_users` likewise."""
    candidate_users: str
    assignee_id: int | None
    assigned_at: datetime | None
    form_key: str | None
    form_ref: Mapping[str, Any] | None
    properties: Mapping[str, str]
    priority: int
    created_at: datetime
    due_at: datetime | None
    due_budget: int | None
    follow_up_at: datetime | None
    revision: int
    state: str
    closed_at: datetime | None
    closed_by: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class InstanceRow:
    """A process instance; `snapshot` and `format` are its state, readable by `workflows` alone."""

    id: str
    root_id: str
    parent_id: str | None
    parent_token: str | None
    definition_id: str
    key: str
    business_key: str | None
    unit_id: str | None
    title: str
    state: str
    snapshot: bytes
    format: int
    revision: int
    started_by: int | None
    started_at: datetime
    ended_at: datetime | None

    def as_snapshot(self) -> Snapshot:
        return Snapshot(
            definition_id=self.definition_id, business_key=self.business_key, state=self.snapshot, format=self.format
        )


def task_row(row: Row[Any]) -> TaskRow:
    """From a SELECT that has every column of `task`, whatever else it has."""
    return TaskRow(**{column.name: row._mapping[column] for column in task.c})


def instance_row(row: Row[Any]) -> InstanceRow:
    """From a SELECT that has every column of `instance`, whatever else it has."""
    return InstanceRow(**{column.name: row._mapping[column] for column in instance.c})


def read_task(unit: Unit, task_id: str) -> tuple[TaskRow, InstanceRow] | None:
    """A task with its instance, one SELECT."""
    query = select(task, instance).join(instance, instance.c.id == task.c.instance_id).where(task.c.id == task_id)
    row = unit.connection.execute(query).one_or_none()
    return None if row is None else (task_row(row), instance_row(row))


def read_instance(unit: Unit, instance_id: str) -> InstanceRow | None:
    row = unit.connection.execute(select(instance).where(instance.c.id == instance_id)).one_or_none()
    return None if row is None else instance_row(row)
