"""What is due next: a timer, a start by timer, or a job."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Text, cast, literal, select, union_all

from service.engine.commands.lease_jobs import may_be_leased
from service.engine.context import Engine
from service.engine.tables import instance, job, start_subscription, timer

_LOOK_AT = 50
"""More than a worker ever puts aside."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """Something whose moment has come."""

    kind: Literal["timer", "start", "job"]
    id: str
    due_at: datetime


def next_due(engine: Engine, at: datetime, *, aside: Collection[tuple[str, str]] = frozenset()) -> Due | None:
    """The earliest of everything due at `at`; timers before jobs of the same moment. `aside` is passed over."""
    timers = (
        select(literal("timer").label("kind"), timer.c.id, timer.c.due_at, literal(0).label("place"))
        .join(instance, instance.c.id == timer.c.instance_id)
        .where(timer.c.due_at <= at, instance.c.state == "active")
        .order_by(timer.c.due_at, timer.c.id)
        .limit(_LOOK_AT)
    )
    started = start_subscription.c
    starts = (
        select(
            literal("start").label("kind"),
            cast(started.id, Text).label("id"),
            started.due_at,
            literal(1).label("place"),
        )
        .where(started.due_at <= at)
        .order_by(started.due_at, started.id)
        .limit(_LOOK_AT)
    )
    jobs = (
        select(
            literal("job").label("kind"),
            cast(job.c.id, Text).label("id"),
            job.c.run_at.label("due_at"),
            literal(2).label("place"),
        )
        .where(may_be_leased(at))
        .order_by(job.c.run_at, job.c.id)
        .limit(1)
    )
    parts: list[Any] = [select(part.subquery()) for part in (timers, starts, jobs)]
    everything = union_all(*parts).subquery()
    query = select(everything).order_by(everything.c.due_at, everything.c.place, everything.c.id)
    with engine.database.unit_of_work(at, read_only=True) as unit:
        for row in unit.connection.execute(query):
            if (row.kind, row.id) not in aside:
                return Due(kind=row.kind, id=row.id, due_at=row.due_at)
    return None
