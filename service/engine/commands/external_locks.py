"""The lock a program outside has on a step: a worker's name and a moment. Take one, extend it, end it.

What is locked by a program that died becomes free when the moment is past.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from service.database.unit import Unit, again_after_deadlock
from service.engine.commands.locks import lock_root_of
from service.engine.commands.worker_topics import ROLE, topics_of
from service.engine.context import Engine
from service.engine.errors import ExternalTaskNotFound, LockExpired, LockLost, MayNotWork
from service.engine.tables import external_task, instance
from service.people.actor import Actor


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
def lock(
    engine: Engine, task_id: str, worker: str, lock_for: timedelta, actor: Actor, *, at: datetime | None = None
) -> None:
    """Take this very step for `lock_for`. Raises LockLost while another worker has it, and what `held` raises."""
    with engine.database.unit_of_work(at) as unit:
        row = held(unit, task_id, None, actor)
        if row.worker_id not in (None, worker) and row.lock_expires_at is not None and row.lock_expires_at > unit.at:
            raise LockLost(worker=worker, holder=row.worker_id)
        _set(unit, task_id, worker_id=worker, lock_expires_at=unit.at + lock_for)


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


def _set(unit: Unit, task_id: str, **values: Any) -> None:
    unit.connection.execute(update(external_task).where(external_task.c.id == task_id).values(values))
