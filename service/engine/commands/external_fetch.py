"""Give steps to programs outside, each to one of them for a while."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, update

from service.database.unit import Unit
from service.engine.commands.worker_topics import ROLE, topics_of
from service.engine.context import Engine
from service.engine.errors import MayNotWork, TopicNotGiven
from service.engine.rows import instance_row
from service.engine.tables import external_task, instance
from service.people.actor import Actor
from workflows import run
from workflows.external_steps import DrawnStep, drawn_step
from workflows.library import Library
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
    process_values: Mapping[str, Value] = field(default_factory=dict)
    """Variables that the process must have, with these values."""
    only_inputs: bool = False
    """Whether to leave out what the step knows from its process."""
    with_properties: bool = False
    """Whether `camunda:properties` are wanted too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchAndLock:
    """`worker` is the name the program gives itself: a lock belongs to a name."""

    worker: str
    most: int
    topics: Sequence[TopicWanted]
    newest_first: bool = False


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
    version_tag: str | None
    business_key: str | None
    retries: int | None
    error_message: str | None
    error_details: str | None
    variables: Mapping[str, Value]
    properties: Mapping[str, str]
    """`camunda:properties`, where they were asked for."""


def fetch_and_lock(
    engine: Engine, command: FetchAndLock, actor: Actor, *, at: datetime | None = None
) -> tuple[LockedTask, ...]:
    """At most `most` free steps of these topics, in order of age. What another worker is about to take is left out.

    Raises:
        MayNotWork: without the role. TopicNotGiven: a topic that this account may not work on.
    """
    with engine.database.unit_of_work(at, read_only=True) as unit:
        _refuse_topics(unit, command, actor)
        fitting = _fitting(unit, command)
        if not fitting:
            return ()  # asked often: nobody is kept from writing for it
    with engine.database.unit_of_work(at) as unit:
        query = _free(unit, command).limit(command.most)
        if any(each.process_values for each in command.topics):
            query = query.where(external_task.c.id.in_(fitting))
        rows = unit.connection.execute(query.with_for_update(of=external_task, skip_locked=True)).all()
        library = engine.library(unit)
        return tuple(_lock(unit, row, command, library) for row in rows)


def _refuse_topics(unit: Unit, command: FetchAndLock, actor: Actor) -> None:
    if not actor.holds(ROLE):
        raise MayNotWork()
    given = topics_of(unit, actor)
    for each in command.topics:
        if each.topic not in given:
            raise TopicNotGiven(topic=each.topic, username=actor.username)


def _fitting(unit: Unit, command: FetchAndLock) -> list[str]:
    """Some of what is free, by id: one, or the first `most` whose processes have the variables asked for."""
    if not any(each.process_values for each in command.topics):
        return list(unit.connection.scalars(_free(unit, command).with_only_columns(external_task.c.id).limit(1)))
    query = _free(unit, command).with_only_columns(external_task.c.id, external_task.c.topic, *instance.c)
    with unit.connection.execute(query.execution_options(yield_per=100)) as rows:
        fitting = (row._mapping[external_task.c.id] for row in rows if _has_values(row, _wanted(command, row.topic)))
        return list(islice(fitting, command.most))


def _has_values(row: Any, wanted: TopicWanted) -> bool:
    variables = run.variables(instance_row(row).as_snapshot()) if wanted.process_values else {}
    return all(name in variables and run.same(variables[name], value) for name, value in wanted.process_values.items())


def _wanted(command: FetchAndLock, topic: str) -> TopicWanted:
    return next(each for each in command.topics if each.topic == topic)


def _free(unit: Unit, command: FetchAndLock) -> Select[Any]:
    """What somebody may have now: not locked, with tries left, of a running instance."""
    age = external_task.c.created_at.desc() if command.newest_first else external_task.c.created_at
    free = or_(external_task.c.lock_expires_at.is_(None), external_task.c.lock_expires_at <= unit.at)
    return (
        select(external_task, instance.c.definition_id, instance.c.business_key)
        .join(instance, instance.c.id == external_task.c.instance_id)
        .where(instance.c.state == "active", free, or_(*map(_fits, command.topics)))
        .order_by(age, external_task.c.id)
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


def _lock(unit: Unit, row: Any, command: FetchAndLock, library: Library) -> LockedTask:
    wanted = _wanted(command, row.topic)
    definition = library.definition(row.definition_id)
    drawn = drawn_step(definition, row.element)
    expires_at = unit.at + wanted.lock_for
    taken = {"worker_id": command.worker, "lock_expires_at": expires_at}
    unit.connection.execute(update(external_task).where(external_task.c.id == row.id).values(taken))
    return LockedTask(
        id=row.id,
        topic=row.topic,
        element=row.element,
        worker=command.worker,
        lock_expires_at=expires_at,
        created_at=row.created_at,
        instance_id=row.instance_id,
        definition_id=row.definition_id,
        process_key=definition.key,
        version_tag=definition.version_tag,
        business_key=row.business_key,
        retries=row.retries,
        error_message=row.error_message,
        error_details=row.error_details,
        variables=dict(_shown(unpack(row.variables), wanted, drawn)),
        properties=drawn.properties if wanted.with_properties else {},
    )


def _shown(variables: Mapping[str, Value], wanted: TopicWanted, drawn: DrawnStep) -> Iterator[tuple[str, Value]]:
    for name, value in variables.items():
        named = wanted.variables is None or name in wanted.variables
        if named and (name in drawn.inputs or not wanted.only_inputs):
            yield name, value
