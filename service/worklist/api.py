"""The worklist for programs: the same tasks, rules and refusals as on the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g

from service.api.openapi import Blueprint
from service.api.paging import read_cursor, write_cursor
from service.engine.commands.claim import Claimed, ClaimTask, claim, unclaim
from service.engine.commands.complete import Completed, CompleteTask, complete
from service.people.authentication import current_actor
from service.worklist.open_tasks import open_tasks
from service.worklist.schemas import (
    ClaimedSchema,
    CompleteBody,
    CompletedSchema,
    RevisionBody,
    TaskDetailSchema,
    TaskPage,
    TaskQuery,
)
from service.worklist.task_detail import TaskDetail, task_detail

blueprint = Blueprint("tasks", __name__, url_prefix="/api/tasks", description="User tasks: what somebody has to do")


@blueprint.route("", methods=["GET"])
@blueprint.arguments(TaskQuery, location="query")
@blueprint.response(200, TaskPage)
def list_tasks(query: dict[str, Any]) -> dict[str, Any]:
    """Open tasks the caller may act on and nobody else holds, by due date."""
    after = read_cursor(query["cursor"]) if "cursor" in query else None
    limit: int = query["limit"]
    with g.engine.database.unit_of_work(read_only=True) as unit:
        rows = open_tasks(
            unit,
            current_actor(),
            group=query.get("group"),
            due_before=query.get("due_before"),
            after=after,
            limit=limit,
        )
    last = rows[limit - 1] if len(rows) > limit else None
    return {"items": rows[:limit], "next_cursor": write_cursor((last.due_at, last.id)) if last is not None else None}


@blueprint.route("/<uuid:task_id>", methods=["GET"])
@blueprint.response(200, TaskDetailSchema)
def show_task(task_id: UUID) -> TaskDetail:
    """A task with the form that completes it."""
    return task_detail(g.engine, str(task_id), current_actor())


@blueprint.route("/<uuid:task_id>/claim", methods=["POST"])
@blueprint.arguments(RevisionBody)
@blueprint.response(200, ClaimedSchema)
def claim_task(body: dict[str, Any], task_id: UUID) -> Claimed:
    """Take the task for oneself. 409 says who was faster."""
    return claim(g.engine, ClaimTask(task_id=str(task_id), revision=body["revision"]), current_actor())


@blueprint.route("/<uuid:task_id>/unclaim", methods=["POST"])
@blueprint.arguments(RevisionBody)
@blueprint.response(200, ClaimedSchema)
def unclaim_task(body: dict[str, Any], task_id: UUID) -> Claimed:
    """Give the task back to its group."""
    return unclaim(g.engine, ClaimTask(task_id=str(task_id), revision=body["revision"]), current_actor())


@blueprint.route("/<uuid:task_id>/complete", methods=["POST"])
@blueprint.arguments(CompleteBody)
@blueprint.response(200, CompletedSchema)
def complete_task(body: dict[str, Any], task_id: UUID) -> Completed:
    """Complete the task with the answers of its form. 409 says who completed or changed it, and when."""
    command = CompleteTask(task_id=str(task_id), revision=body["revision"], answers=body["answers"])
    return complete(g.engine, command, current_actor())
