"""`/task`: the worklist in Camunda 7's shape, claimed and completed by the same commands as everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Select, false, func, or_, select

from service.engine.commands.claim import ClaimTask, claim, unclaim
from service.engine.commands.complete import CompleteTask, complete
from service.engine.errors import TaskNotFound
from service.engine.tables import instance, task
from service.errors import FieldProblem, Invalid, Refused
from service.modeling.c7 import shapes
from service.modeling.c7.query import boolean, json_body, listed, only, order, paging, parameters, text
from service.modeling.c7.variables import read_variables
from service.people.authentication import current_actor
from service.people.policy import tasks_actionable_by
from service.people.tables import account

if TYPE_CHECKING:
    from service.people.actor import Actor

blueprint = Blueprint("tasks", __name__, url_prefix="/task")

_DOSSIER = instance.alias("dossier")
COLUMNS: Mapping[str, ColumnElement[Any]] = {
    "taskId": task.c.id,
    "name": task.c.name,
    "assignee": account.c.username,
    "taskDefinitionKey": task.c.element,
    "processInstanceId": task.c.instance_id,
    "processDefinitionId": instance.c.definition_id,
    "processDefinitionKey": instance.c.key,
    "processInstanceBusinessKey": _DOSSIER.c.business_key,
}
"""Filters that ask for equality."""
BOUNDS: Mapping[str, Callable[[datetime], ColumnElement[bool]]] = {
    "dueBefore": lambda at: task.c.due_at < at,
    "dueAfter": lambda at: task.c.due_at > at,
    "createdBefore": lambda at: task.c.created_at < at,
    "createdAfter": lambda at: task.c.created_at > at,
}
FLAGS = {
    "unassigned": task.c.assignee_id.is_(None),
    "assigned": task.c.assignee_id.is_not(None),
    "withoutDueDate": task.c.due_at.is_(None),
}
LISTS: Mapping[str, ColumnElement[Any]] = {
    "taskIdIn": task.c.id,
    "taskDefinitionKeyIn": task.c.element,
    "assigneeIn": account.c.username,
    "processInstanceIdIn": task.c.instance_id,
    "processDefinitionKeyIn": instance.c.key,
    "processInstanceBusinessKeyIn": _DOSSIER.c.business_key,
}
CANDIDATES = ("candidateGroup", "candidateGroups", "candidateUser")
OTHERS = (*CANDIDATES, "includeAssignedTasks", "nameLike", "active", "suspended", "processInstanceBusinessKeyLike")
FILTERS = (*COLUMNS, *BOUNDS, *FLAGS, *LISTS, *OTHERS)
SORTS: Mapping[str, ColumnElement[Any]] = {
    "created": task.c.created_at,
    "dueDate": task.c.due_at,
    "name": task.c.name,
    "priority": task.c.priority,
    "id": task.c.id,
    "assignee": account.c.username,
}


class OtherUser(Refused):
    """A client names a user that is not the one whose credentials it sent."""

    code = "other_user"
    message = "userId phải là tài khoản đang gọi (“{username}”); không nhận việc thay người khác được."


@blueprint.route("", methods=["GET", "POST"])
def tasks() -> ResponseReturnValue:
    """Open tasks the caller may act on, by due date where no order is asked for."""
    given = _given("firstResult", "maxResults", "sortBy", "sortOrder", "sorting")
    page = paging(given)
    query = _rows(current_actor(), given).order_by(*_order(given)).offset(page.first).limit(page.limit)
    with g.engine.database.unit_of_work(read_only=True) as unit:
        rows = unit.connection.execute(query).all()
    return [_shape(row) for row in rows]


@blueprint.route("/count", methods=["GET", "POST"])
def task_count() -> ResponseReturnValue:
    """How many there are."""
    rows = _rows(current_actor(), _given()).subquery()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        return {"count": unit.connection.scalar(select(func.count()).select_from(rows))}


@blueprint.get("/<uuid:task_id>")
def one_task(task_id: Any) -> ResponseReturnValue:
    """One open task the caller may act on."""
    with g.engine.database.unit_of_work(read_only=True) as unit:
        row = unit.connection.execute(_rows(current_actor(), {"taskId": str(task_id)})).one_or_none()
    if row is None:
        raise TaskNotFound()
    return _shape(row)


@blueprint.post("/<uuid:task_id>/claim")
def claim_task(task_id: Any) -> ResponseReturnValue:
    """Take the task; `userId`, where it is given, can only be the caller."""
    body = json_body()
    only(body, "userId")
    actor = current_actor()
    if (text(body, "userId") or actor.username) != actor.username:
        raise OtherUser(username=actor.username)
    claim(g.engine, ClaimTask(task_id=str(task_id)), actor)
    return Response(status=204)


@blueprint.post("/<uuid:task_id>/unclaim")
def unclaim_task(task_id: Any) -> ResponseReturnValue:
    """Give the task back to its group."""
    unclaim(g.engine, ClaimTask(task_id=str(task_id)), current_actor())
    return Response(status=204)


@blueprint.post("/<uuid:task_id>/complete")
def complete_task(task_id: Any) -> ResponseReturnValue:
    """The variables are the answers of the task's form, checked as everywhere."""
    body = json_body()
    only(body, "variables", "withVariablesInReturn")
    answers = read_variables(body.get("variables"))
    complete(g.engine, CompleteTask(task_id=str(task_id), revision=None, answers=answers), current_actor())
    return ({}, 200) if boolean(body, "withVariablesInReturn") else Response(status=204)


def _given(*more: str) -> dict[str, Any]:
    """The filters, from the query string or (POST) from the body, and paging always from the former."""
    if request.method == "GET":
        return dict(parameters(*FILTERS, *more))
    body = json_body()
    only(body, *FILTERS, "sorting")
    return {**body, **parameters("firstResult", "maxResults")}


def _rows(actor: Actor, given: Mapping[str, Any]) -> Select[Any]:
    query = (
        select(task, instance.c.definition_id, account.c.username.label("assignee"))
        .join(instance, instance.c.id == task.c.instance_id)
        .join(_DOSSIER, _DOSSIER.c.id == task.c.root_id)
        .outerjoin(account, account.c.id == task.c.assignee_id)
    )
    return query.where(task.c.state == "open", tasks_actionable_by(actor, task.c), *_wanted(given))


def _wanted(given: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    found = [column == text(given, name) for name, column in COLUMNS.items() if given.get(name) is not None]
    found += [bound(_moment(given, name)) for name, bound in BOUNDS.items() if given.get(name) is not None]
    found += [flag for name, flag in FLAGS.items() if boolean(given, name)]
    found += [column.in_(listed(given, name)) for name, column in LISTS.items() if given.get(name) is not None]
    found += [false()] if boolean(given, "suspended") or not boolean(given, "active", True) else []
    found += _offered(given)
    for name, column in (("nameLike", task.c.name), ("processInstanceBusinessKeyLike", _DOSSIER.c.business_key)):
        if given.get(name) is not None:
            found.append(column.like(text(given, name)))
    return found


def _offered(given: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Offered to a group or a person, and held by nobody unless assigned tasks are asked for too."""
    groups, people = task.c.candidate_groups, task.c.candidate_users
    asked = []
    if given.get("candidateGroups") is not None:
        asked.append(or_(false(), *(_holds(groups, each) for each in listed(given, "candidateGroups"))))
    for name, column in (("candidateGroup", groups), ("candidateUser", people)):
        if given.get(name) is not None:
            asked.append(_holds(column, text(given, name) or ""))
    if asked and not boolean(given, "includeAssignedTasks"):
        asked.append(task.c.assignee_id.is_(None))
    return asked


def _holds(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column.contains(f",{name},", autoescape=True)


def _order(given: Mapping[str, Any]) -> list[ColumnElement[Any]]:
    """As asked, then by due date. Raises Invalid."""
    return [*order(given, SORTS), task.c.due_at.is_(None), task.c.due_at, task.c.id]


def _moment(given: Mapping[str, Any], name: str) -> datetime:
    """Raises Invalid. A space stands where a client did not write `+` as `%2B`."""
    try:
        read: datetime | None = datetime.fromisoformat((text(given, name) or "").replace(" ", "+"))
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise Invalid([FieldProblem(field=name, message="Cần thời điểm dạng 2026-11-24T08:00:00.000+0700.")])
    return read


def _shape(row: Any) -> dict[str, Any]:
    reference = row.form_ref
    return {
        "id": row.id,
        "name": row.name,
        "assignee": row.assignee,
        "created": shapes.moment(row.created_at),
        "due": shapes.moment(row.due_at),
        "followUp": shapes.moment(row.follow_up_at),
        "lastUpdated": None,
        "delegationState": None,
        "description": None,
        "executionId": row.instance_id,
        "owner": None,
        "parentTaskId": None,
        "priority": row.priority,
        "processDefinitionId": row.definition_id,
        "processInstanceId": row.instance_id,
        "taskDefinitionKey": row.element,
        "caseExecutionId": None,
        "caseInstanceId": None,
        "caseDefinitionId": None,
        "suspended": False,
        "taskState": "Created",
        "formKey": row.form_key if reference is None else None,
        "camundaFormRef": reference,
        "tenantId": None,
    }
