"""`/external-task`: steps for programs outside, taken, done, failed and freed as Camunda 7's clients do it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue

from service.engine.commands.external_fetch import FetchAndLock, LockedTask, TopicWanted, fetch_and_lock
from service.engine.commands.external_locks import extend_lock, lock, unlock
from service.engine.commands.external_outcomes import (
    FailStep,
    FinishStep,
    ThrowError,
    fail_step,
    finish_step,
    throw_error,
)
from service.errors import FieldProblem, Invalid
from service.modeling.c7 import shapes
from service.modeling.c7.query import boolean, json_body, needed, only, text, whole
from service.modeling.c7.variables import read_variables, write_variables
from service.people.authentication import current_actor
from workflows.model import Value

blueprint = Blueprint("external_tasks", __name__, url_prefix="/external-task")

MOST_TASKS = 100
MOST_TOPICS = 50
LONGEST_LOCK = timedelta(days=7)
LONGEST_WAIT = timedelta(seconds=10)
"""A worker that asked to wait longer gets an empty list, and asks again: a thread of the server waits with it."""
MOST_WAITING = 3
"""Of the eight threads of a process; the others serve people. Whoever comes then is answered at once."""
LOOK_AGAIN_AFTER = timedelta(milliseconds=250)
LONGEST_WORKER = 120

_waiting = threading.BoundedSemaphore(MOST_WAITING)

CONDITIONS = ("businessKey", "processVariables", "processDefinitionKey", "processDefinitionKeyIn")
IDS = ("processDefinitionId", "processDefinitionIdIn")
SHOWN = ("variables", "localVariables", "includeExtensionProperties")
WITHOUT_EFFECT = ("deserializeValues", "withoutTenantId")
"""There are no Java objects and no tenants."""


@blueprint.post("/fetchAndLock")
def fetch() -> ResponseReturnValue:
    """Steps for this worker; with `asyncResponseTimeout` (milliseconds) it waits for one to come."""
    body = json_body()
    only(body, "workerId", "maxTasks", "usePriority", "asyncResponseTimeout", "topics", "sorting")
    boolean(body, "usePriority")
    command = FetchAndLock(
        worker=_worker(body),
        most=min(whole(body, "maxTasks", 1), MOST_TASKS),
        topics=_topics(body.get("topics")),
        newest_first=_newest_first(body.get("sorting")),
    )
    if not command.most:
        raise Invalid([FieldProblem(field="maxTasks", message="Cần ít nhất 1.")])
    wait = min(timedelta(milliseconds=whole(body, "asyncResponseTimeout", 0)), LONGEST_WAIT)
    return [_shape(each) for each in _fetch(command, wait)]


@blueprint.post("/<uuid:task_id>/complete")
def complete(task_id: Any) -> ResponseReturnValue:
    """The step is done."""
    body = json_body()
    only(body, "workerId", "variables", "localVariables")
    command = FinishStep(
        task_id=str(task_id),
        worker=_worker(body),
        variables=read_variables(body.get("variables")),
        local_variables=read_variables(body.get("localVariables"), field="localVariables"),
    )
    finish_step(g.engine, command, current_actor())
    return Response(status=204)


@blueprint.post("/<uuid:task_id>/failure")
def failure(task_id: Any) -> ResponseReturnValue:
    """A try failed; without `retries` it was the last one."""
    body = json_body()
    only(body, "workerId", "errorMessage", "errorDetails", "retries", "retryTimeout", "variables", "localVariables")
    if body.get("variables") or body.get("localVariables"):
        raise Invalid([FieldProblem(field="variables", message="Lần làm hỏng không ghi biến nào; hãy để trống.")])
    command = FailStep(
        task_id=str(task_id),
        worker=_worker(body),
        message=text(body, "errorMessage", "", longest=100_000) or "",
        details=text(body, "errorDetails", "", longest=1_000_000) or "",
        retries=whole(body, "retries", 0),
        pause=_duration(body, "retryTimeout", zero=True),
    )
    fail_step(g.engine, command, current_actor())
    return Response(status=204)


@blueprint.post("/<uuid:task_id>/bpmnError")
def bpmn_error(task_id: Any) -> ResponseReturnValue:
    """An error that the diagram deals with."""
    body = json_body()
    only(body, "workerId", "errorCode", "errorMessage", "variables")
    command = ThrowError(
        task_id=str(task_id),
        worker=_worker(body),
        code=needed(body, "errorCode"),
        message=text(body, "errorMessage", "", longest=100_000) or "",
        variables=read_variables(body.get("variables")),
    )
    throw_error(g.engine, command, current_actor())
    return Response(status=204)


@blueprint.post("/<uuid:task_id>/lock")
def take(task_id: Any) -> ResponseReturnValue:
    """Lock this very step for `lockDuration` milliseconds."""
    body = json_body()
    only(body, "workerId", "lockDuration")
    lock(g.engine, str(task_id), _worker(body), _duration(body, "lockDuration"), current_actor())
    return Response(status=204)


@blueprint.post("/<uuid:task_id>/extendLock")
def extend(task_id: Any) -> ResponseReturnValue:
    """Keep the step for `newDuration` milliseconds from now on."""
    body = json_body()
    only(body, "workerId", "newDuration")
    extend_lock(g.engine, str(task_id), _worker(body), _duration(body, "newDuration"), current_actor())
    return Response(status=204)


@blueprint.post("/<uuid:task_id>/unlock")
def free(task_id: Any) -> ResponseReturnValue:
    """Let any worker have the step."""
    only(json_body())
    unlock(g.engine, str(task_id), current_actor())
    return Response(status=204)


def _fetch(command: FetchAndLock, wait: timedelta) -> tuple[LockedTask, ...]:
    """Look until there is something, or until the time is up."""
    actor = current_actor()
    found = fetch_and_lock(g.engine, command, actor)
    if found or not wait or not _waiting.acquire(blocking=False):
        return found
    try:
        until = time.monotonic() + wait.total_seconds()
        while not found and time.monotonic() < until:
            time.sleep(LOOK_AGAIN_AFTER.total_seconds())
            found = fetch_and_lock(g.engine, command, actor)
        return found
    finally:
        _waiting.release()


def _topics(asked: Any) -> tuple[TopicWanted, ...]:
    """Raises Invalid."""
    if not isinstance(asked, list) or not 0 < len(asked) <= MOST_TOPICS:
        raise Invalid([FieldProblem(field="topics", message=f"Cần từ 1 đến {MOST_TOPICS} chủ đề.")])
    return tuple(_topic(each) for each in asked)


def _topic(asked: Any) -> TopicWanted:
    if not isinstance(asked, dict):
        raise Invalid([FieldProblem(field="topics", message="Mỗi chủ đề là một đối tượng.")])
    only(asked, "topicName", "lockDuration", *CONDITIONS, *IDS, *SHOWN, *WITHOUT_EFFECT)
    return TopicWanted(
        topic=needed(asked, "topicName"),
        lock_for=_duration(asked, "lockDuration"),
        variables=_names(asked, "variables"),
        business_key=text(asked, "businessKey"),
        process_keys=_either(asked, "processDefinitionKey", "processDefinitionKeyIn"),
        definition_ids=_either(asked, *IDS),
        process_values=_values(asked.get("processVariables")),
        only_inputs=boolean(asked, "localVariables"),
        with_properties=boolean(asked, "includeExtensionProperties"),
    )


def _values(asked: Any) -> dict[str, Value]:
    """Plain values by name. Raises Invalid."""
    if asked is not None and not isinstance(asked, dict):
        raise Invalid([FieldProblem(field="processVariables", message="Cần một đối tượng {tên: giá trị}.")])
    return asked or {}


def _newest_first(asked: Any) -> bool:
    """From `[{sortBy: createTime, sortOrder: desc}]`; the oldest come first where no order is asked for.

    Raises Invalid.
    """
    if not asked:
        return False
    for direction in ("asc", "desc"):
        if asked == [{"sortBy": "createTime", "sortOrder": direction}]:
            return direction == "desc"
    message = "Chỉ sắp theo [{sortBy: createTime, sortOrder: asc hoặc desc}]."
    raise Invalid([FieldProblem(field="sorting", message=message)])


def _either(asked: Mapping[str, Any], one: str, several: str) -> tuple[str, ...] | None:
    alone = text(asked, one)
    return (alone,) if alone is not None else _names(asked, several)


def _names(asked: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """A list of text; None where there is none. Raises Invalid."""
    value = asked.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Invalid([FieldProblem(field=name, message="Cần một danh sách chuỗi.")])
    return tuple(value)


def _duration(body: Mapping[str, Any], name: str, *, zero: bool = False) -> timedelta:
    """Milliseconds. Raises Invalid."""
    value = timedelta(milliseconds=whole(body, name, 0))
    if (not value and not zero) or value > LONGEST_LOCK:
        message = f"Cần một số mili giây từ {0 if zero else 1} đến {LONGEST_LOCK // timedelta(milliseconds=1)}."
        raise Invalid([FieldProblem(field=name, message=message)])
    return value


def _worker(body: Mapping[str, Any]) -> str:
    worker = needed(body, "workerId")
    if len(worker) > LONGEST_WORKER:
        raise Invalid([FieldProblem(field="workerId", message=f"Không quá {LONGEST_WORKER} ký tự.")])
    return worker


def _shape(each: LockedTask) -> dict[str, Any]:
    return {
        "id": each.id,
        "topicName": each.topic,
        "workerId": each.worker,
        "lockExpirationTime": shapes.moment(each.lock_expires_at),
        "createTime": shapes.moment(each.created_at),
        "activityId": each.element,
        "activityInstanceId": each.id,
        "executionId": each.instance_id,
        "processInstanceId": each.instance_id,
        "processDefinitionId": each.definition_id,
        "processDefinitionKey": each.process_key,
        "processDefinitionVersionTag": each.version_tag,
        "businessKey": each.business_key,
        "retries": each.retries,
        "errorMessage": each.error_message,
        "errorDetails": each.error_details,
        "priority": 0,
        "suspended": False,
        "tenantId": None,
        "extensionProperties": dict(each.properties),
        "variables": write_variables(each.variables),
    }
