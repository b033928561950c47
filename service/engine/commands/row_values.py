"""What the engine's values look like as rows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from service.engine.rows import InstanceRow
from workflows.model import ExternalTask, OpenTask, Timer
from workflows.values import own_all, pack


def task_values(
    row: InstanceRow, task: OpenTask, *, unit_id: str | None, assignee_id: int | None, at: datetime
) -> dict[str, Any]:
    deadline = task.deadline
    return {
        "id": task.id,
        "instance_id": row.id,
        "root_id": row.root_id,
        "element": task.element,
        "name": task.name,
        "lane": task.lane,
        "unit_id": unit_id,
        "candidate_groups": listing(task.candidate_groups),
        "candidate_users": listing(task.candidate_users),
        "assignee_id": assignee_id,
        "assigned_at": at if assignee_id is not None else None,
        "form_key": task.form_key,
        "form_ref": asdict(task.form_ref) if task.form_ref is not None else None,
        "properties": dict(task.properties),
        "priority": task.priority,
        "created_at": at,
        "due_at": deadline.due_at if deadline is not None else None,
        "due_budget": deadline.budget if deadline is not None else None,
        "follow_up_at": task.follow_up_at,
    }


def external_values(row: InstanceRow, task: ExternalTask, *, at: datetime) -> dict[str, Any]:
    return {
        "id": task.id,
        "instance_id": row.id,
        "root_id": row.root_id,
        "element": task.element,
        "topic": task.topic,
        "variables": pack(own_all(task.variables)),
        "created_at": at,
    }


def timer_values(row: InstanceRow, timer: Timer) -> dict[str, Any]:
    deadline = timer.deadline
    return {
        "id": timer.id,
        "instance_id": row.id,
        "root_id": row.root_id,
        "element": timer.element,
        "host": timer.host,
        "due_at": deadline.due_at,
        "expression": deadline.expression,
        "started_at": deadline.started_at,
        "budget": deadline.budget,
        "percent": deadline.percent,
    }


def listing(names: tuple[str, ...]) -> str:
    """`,a,b,`: a name is found by `,name,` whatever its neighbours."""
    return "," + "".join(f"{name}," for name in names)
