"""Who works on which job: leases, backoff, and what becomes of a job that keeps failing.

A worker leases one job in a short transaction (SKIP LOCKED on PostgreSQL), so that a job that kills its process counts
as tried. What the job does to the database commits together with the mark that it is done: twice is not possible.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select, update

from service.database.unit import Unit
from service.engine.context import Engine
from service.engine.correlate import PAUSES
from service.engine.rows import read_instance
from service.engine.tables import history, incident, job
from workflows.values import unpack

LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=30)
PAUSE_FACTOR = 4
"""30 s, 2 min, 8 min, 32 min: a mail server that restarts is back by then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Leased:
    """A job this worker may do now."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    instance_id: str | None
    attempts: int
    """This one included."""
    max_attempts: int

    @property
    def last_try(self) -> bool:
        return self.attempts >= self.max_attempts


def worker_name() -> str:
    """This process on this machine; `free_leases_of_the_dead` reads it."""
    return f"{_machine()}:{os.getpid()}:{secrets.token_hex(4)}"


def may_be_leased(at: datetime) -> ColumnElement[bool]:
    """A job that is due, and that nobody holds. Leases go by the real clock, whatever `at` says."""
    free = or_(job.c.leased_until.is_(None), job.c.leased_until < datetime.now(UTC))
    return (job.c.state == "ready") & (job.c.run_at <= at) & free


def lease(engine: Engine, worker: str, at: datetime) -> Leased | None:
    """The next due job that nobody holds."""
    with engine.database.unit_of_work(at) as unit:
        candidate = (
            select(job.c.id)
            .where(may_be_leased(at))
            .order_by(job.c.run_at, job.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        values = {
            "leased_by": worker,
            "leased_until": datetime.now(UTC) + LEASE,
            "attempts": job.c.attempts + 1,
        }
        row = unit.connection.execute(
            update(job)
            .where(job.c.id == candidate)
            .values(values)
            .returning(job.c.id, job.c.kind, job.c.payload, job.c.instance_id, job.c.attempts, job.c.max_attempts)
        ).one_or_none()
    if row is None:
        return None
    return Leased(
        id=row.id,
        kind=row.kind,
        payload=unpack(row.payload),
        instance_id=row.instance_id,
        attempts=row.attempts,
        max_attempts=row.max_attempts,
    )


def mark_done(unit: Unit, leased: Leased, worker: str) -> bool:
    """First of all in the job's own transaction; False when the lease was lost and somebody else has it."""
    result = unit.connection.execute(
        update(job)
        .where(job.c.id == leased.id, job.c.state == "ready", job.c.leased_by == worker)
        .values(state="done", done_at=unit.at, leased_until=None, last_error=None)
    )
    return bool(result.rowcount)


def put_off(unit: Unit, leased: Leased, worker: str, reason: str) -> None:
    """Try again later: after the pause that the diagram says, else each time after a longer one."""
    drawn = leased.payload.get(PAUSES)
    if drawn is None:
        pause = FIRST_PAUSE * PAUSE_FACTOR ** (leased.attempts - 1)
    else:
        pause = timedelta(seconds=float(drawn[leased.attempts - 1]))
    _release(unit, leased, worker, reason, state="ready", run_at=unit.at + pause)


def give_up(unit: Unit, leased: Leased, worker: str, *, code: str, reason: str) -> None:
    """No more tries: an incident at whoever asked for it, which `retry` turns back into a job."""
    if not _release(unit, leased, worker, reason, state="failed", run_at=unit.at) or leased.instance_id is None:
        return
    row = read_instance(unit, leased.instance_id)
    assert row is not None
    place = {"instance_id": row.id, "root_id": row.root_id, "element": leased.payload.get("element")}
    told = {"code": code, "message": reason}
    unit.connection.execute(insert(incident).values(**place, **told, job_id=leased.id, raised_at=unit.at))
    unit.connection.execute(insert(history).values(**place, at=unit.at, kind="incident", detail=told))


def _release(unit: Unit, leased: Leased, worker: str, reason: str, **values: Any) -> bool:
    result = unit.connection.execute(
        update(job)
        .where(job.c.id == leased.id, job.c.state == "ready", job.c.leased_by == worker)
        .values(leased_until=None, leased_by=None, last_error=reason[:2000], **values)
    )
    return bool(result.rowcount)


def free_leases_of_the_dead(engine: Engine) -> None:
    """Take back what a killed process of this machine still holds, without waiting for the lease to end."""
    prefix = f"{_machine()}:"
    query = (
        select(job.c.leased_by)
        .distinct()
        .where(
            job.c.state == "ready", job.c.leased_until.is_not(None), job.c.leased_by.startswith(prefix, autoescape=True)
        )
    )
    with engine.database.unit_of_work(read_only=True) as unit:
        holders = list(unit.connection.scalars(query))
    dead = [holder for holder in holders if holder and not _alive(int(holder.split(":")[-2]))]
    if dead:
        with engine.database.unit_of_work() as unit:
            freed = {"leased_until": None, "leased_by": None}
            unit.connection.execute(update(job).where(job.c.state == "ready", job.c.leased_by.in_(dead)).values(freed))


def _machine() -> str:
    """Host and process namespace: a process number means something only within both."""
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""
    return f"{socket.gethostname()}/{space}".replace(":", "")


def _alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(process_id)


def _is_zombie(process_id: int) -> bool:
    """Killed, but its parent has not looked yet."""
    try:
        with open(f"/proc/{process_id}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False
