"""Give steps to programs outside, each to one of them for a while; extend that while, or end it.

A lock is a worker's name and a moment. What is locked by a program that died becomes free when the moment is past.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, update

from service.database.unit import Unit, again_after_deadlock
from service.engine.commands.locks import lock_root_of
from service.engine.commands.worker_topics import ROLE, topics_of
from service.engine.context import Engine
from service.engine.errors import ExternalTaskNotFound, LockExpired, LockLost, MayNotWork, TopicNotGiven
from service.engine.tables import external_task, instance
from service.people.actor import Actor
from workflows.model import Value
from workflows.values import unpack


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicWanted:
    """One topic a worker asks for. None leaves a condition out."""

    topic: str
    lock_for: timedelta
    variables: tuple[str, ...] | None = None
    """The names of those wanted."""
    business_key: str | None = None
    process_keys: tuple[str, ...] | None = None
    definition_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchAndLock:
    """`worker` is the name the program gives itself: a lock belongs to a name."""

    worker: str
    most: int
    topics: Sequence[TopicWanted]


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedTask:
    """A step that this worker has now."""

    id: str
    topic: str
    element: str
    worker: str
    lock_expires_at: datetime
    created_at: datetime
    instance_id: str
    definition_id: str
    process_key: str
    business_key: str | None
    retries: int | None
    error_message: str | None
    error_details: str | None
    variables: Mapping[str, Value]


def fetch_and_lock(
    engine: Engine, command: FetchAndLock, actor: Actor, *, at: datetime | None = None
) -> tuple[LockedTask, ...]:
    """At most `most` free steps of these topics, the oldest first. What another worker is about to take is left out.

    Raises:
        MayNotWork: without the role. TopicNotGiven: a topic that this account may not work on.
    """
    with engine.database.unit_of_work(at, read_only=True) as unit:
        _refuse_topics(unit, command, actor)
        if unit.connection.execute(_free(unit, command.topics).limit(1)).first() is None:
            return ()  # asked often: nobody is kept from writing for it
    with engine.database.unit_of_work(at) as unit:
        query = _free(unit, command.topics).limit(command.most)
        rows = unit.connection.execute(query.with_for_update(of=external_task, skip_locked=True)).all()
        return tuple(_lock(unit, row, command) for row in rows)


@again_after_deadlock
def extend_lock(
    engine: Engine, task_id: str, worker: str, lock_for: timedelta, actor: Actor, *, at: datetime | None = None
) -> None:
    """Keep it for `lock_for` from now on. Raises LockExpired also, besides what `held` raises."""
    with engine.database.unit_of_work(at) as unit:
        row = held(unit, task_id, worker, actor)
        if row.lock_expires_at is None or row.lock_expires_at <= unit.at:
            raise LockExpired()
        _set(unit, task_id, lock_expires_at=unit.at + lock_for)


@again_after_deadlock
def unlock(engine: Engine, task_id: str, actor: Actor, *, at: datetime | None = None) -> None:
    """Free it for every worker of its topic, whoever had it. Raises MayNotWork, ExternalTaskNotFound."""
    with engine.database.unit_of_work(at) as unit:
        held(unit, task_id, None, actor)
        _set(unit, task_id, worker_id=None, lock_expires_at=None)


def held(unit: Unit, task_id: str, worker: str | None, actor: Actor) -> Any:
    """The step's row with its instance's columns, under the lock of the dossier and its own.

    Raises:
        MayNotWork: without the role. ExternalTaskNotFound: there is none, or not of this account's topics.
        LockLost: the last to lock it was not `worker` (None: that does not matter).
    """
    if not actor.holds(ROLE):
        raise MayNotWork()
    lock_root_of(unit, external_task.c.id, task_id)
    query = (
        select(external_task, instance)
        .join(instance, instance.c.id == external_task.c.instance_id)
        .where(external_task.c.id == task_id, instance.c.state == "active")
    )
    row = unit.connection.execute(query.with_for_update(of=external_task)).one_or_none()
    if row is None or row.topic not in topics_of(unit, actor):
        raise ExternalTaskNotFound()
    if worker is not None and row.worker_id != worker:
        raise LockLost(worker=worker, holder=row.worker_id or "không ai")
    return row


def _refuse_topics(unit: Unit, command: FetchAndLock, actor: Actor) -> None:
    if not actor.holds(ROLE):
        raise MayNotWork()
    given = topics_of(unit, actor)
    for each in command.topics:
        if each.topic not in given:
            raise TopicNotGiven(topic=each.topic, username=actor.username)


def _free(unit: Unit, topics: Sequence[TopicWanted]) -> Select[Any]:
    """What somebody may have now: not locked, with tries left, of a running instance."""
    free = or_(external_task.c.lock_expires_at.is_(None), external_task.c.lock_expires_at <= unit.at)
    return (
        select(external_task, instance.c.definition_id, instance.c.key.label("process_key"), instance.c.business_key)
        .join(instance, instance.c.id == external_task.c.instance_id)
        .where(instance.c.state == "active", free, or_(*map(_fits, topics)))
        .order_by(external_task.c.created_at, external_task.c.id)
    )


def _fits(wanted: TopicWanted) -> ColumnElement[bool]:
    clauses: list[ColumnElement[bool]] = [external_task.c.topic == wanted.topic]
    if wanted.business_key is not None:
        clauses.append(instance.c.business_key == wanted.business_key)
    if wanted.process_keys is not None:
        clauses.append(instance.c.key.in_(wanted.process_keys))
    if wanted.definition_ids is not None:
        clauses.append(instance.c.definition_id.in_(wanted.definition_ids))
    return and_(*clauses)


def _lock(unit: Unit, row: Any, command: FetchAndLock) -> LockedTask:
    wanted = next(each for each in command.topics if each.topic == row.topic)
    expires_at = unit.at + wanted.lock_for
    _set(unit, row.id, worker_id=command.worker, lock_expires_at=expires_at)
    variables = unpack(row.variables)
    return LockedTask(
        id=row.id,
        topic=row.topic,
        element=row.element,
        worker=command.worker,
        lock_expires_at=expires_at,
        created_at=row.created_at,
        instance_id=row.instance_id,
        definition_id=row.definition_id,
        process_key=row.process_key,
        business_key=row.business_key,
        retries=row.retries,
        error_message=row.error_message,
        error_details=row.error_details,
        variables={
            name: value for name, value in variables.items() if wanted.variables is None or name in wanted.variables
        },
    )


def _set(unit: Unit, task_id: str, **values: Any) -> None:
    unit.connection.execute(update(external_task).where(external_task.c.id == task_id).values(values))
