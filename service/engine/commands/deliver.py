"""Deliver a message to the one who waits for it, a signal to everyone.

A waiting instance wins over a message start event. Two that fit are refused and nobody moves; values are compared
with their types (1 is not "1").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from service.database.unit import Unit, again_after_deadlock
from service.engine.commands.agenda import settle
from service.engine.commands.ledger import Ledger
from service.engine.commands.locks import lock_root
from service.engine.commands.refusals import engine_refusals
from service.engine.commands.start import begin
from service.engine.context import Engine
from service.engine.correlate import job_values
from service.engine.errors import AmbiguousMessage, Undelivered
from service.engine.rows import instance_row
from service.engine.tables import history, instance, job, start_subscription, subscription
from service.people.actor import Actor
from workflows import run
from workflows.errors import NotWaiting
from workflows.model import Snapshot, Value

_LOOKS = 3
"""How often a receiver may be snatched away between finding and locking it before the message is put off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A BPMN message by name. `correlation`: variables the receiver must hold with equal values."""

    name: str
    business_key: str | None = None
    correlation: Mapping[str, Value] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """The instance that took the message."""

    instance_id: str
    started: bool
    """True where the message began it."""


@again_after_deadlock
def deliver(engine: Engine, message: Message, actor: Actor | None = None, *, at: datetime | None = None) -> Delivered:
    """Deliver now.

    Raises:
        Undelivered: nobody waits for it. AmbiguousMessage: more than one does.
    """
    with engine.database.unit_of_work(at) as unit, engine_refusals():
        return deliver_in(engine, unit, message, actor)


def deliver_in(engine: Engine, unit: Unit, message: Message, actor: Actor | None = None) -> Delivered:
    """`deliver` within a unit of work that is open already."""
    for _ in range(_LOOKS):
        waiting = _waiting(unit, message)
        if len(waiting) > 1:
            raise _ambiguous(message, len(waiting))
        if not waiting:
            return _begin(engine, unit, message, actor)
        (found,) = waiting
        lock_root(unit, found.root_id)
        if reach(engine, unit, found.id, message.variables, kind="message", name=message.name, actor=actor):
            return Delivered(instance_id=found.instance_id, started=False)
    raise _undelivered(message)


def reach(
    engine: Engine,
    unit: Unit,
    subscription_id: str,
    variables: Mapping[str, Value],
    *,
    kind: str,
    name: str,
    actor: Actor | None = None,
) -> bool:
    """Wake the token behind a subscription, its root being locked; False when it waits no longer."""
    query = (
        select(subscription.c.element, instance)
        .join(instance, instance.c.id == subscription.c.instance_id)
        .where(subscription.c.id == subscription_id, instance.c.state == "active")
    )
    row = unit.connection.execute(query).one_or_none()
    if row is None:
        return False
    ledger = Ledger(engine, unit, actor)
    live = ledger.adopt(instance_row(row))
    drawn = ledger.library.definition(live.row.definition_id).elements.get(row.element, name)
    ledger.cause = {"kind": kind, "element": row.element, "name": drawn}
    try:
        advance = run.deliver(
            ledger.library,
            live.snapshot,
            subscription_id=subscription_id,
            variables=variables,
            at=unit.at,
            calendar=ledger.calendar,
        )
    except NotWaiting:
        return False
    ledger.note(live.row, kind, row.element, drawn, {"message": name})
    ledger.take(live, advance)
    settle(ledger)
    return True


def note_missed(unit: Unit, message: Message, told: str) -> bool:
    """True where the message came too late: dossiers of its business key exist, and every one of them has ended.

    Their history says so; nothing is left to do, and nobody is to blame. `told`: what was told, in words.
    """
    if message.business_key is None:
        return False
    query = select(instance.c.id, instance.c.root_id, instance.c.state)
    known = unit.connection.execute(query.where(instance.c.business_key == message.business_key)).all()
    if not known or any(row.state == "active" for row in known):
        return False
    line = {"at": unit.at, "kind": "missed", "name": told, "detail": {"message": message.name}}
    unit.connection.execute(insert(history), [{"instance_id": row.id, "root_id": row.root_id, **line} for row in known])
    return True


# -- who waits


def _waiting(unit: Unit, message: Message) -> list[Row[Any]]:
    """The subscriptions that fit by name, business key and variables."""
    query = (
        select(
            subscription.c.id,
            subscription.c.instance_id,
            subscription.c.root_id,
            instance.c.definition_id,
            instance.c.business_key,
            instance.c.snapshot,
            instance.c.format,
        )
        .join(instance, instance.c.id == subscription.c.instance_id)
        .where(subscription.c.kind == "message", subscription.c.name == message.name, instance.c.state == "active")
        .order_by(subscription.c.id)
    )
    if message.business_key is not None:
        query = query.where(instance.c.business_key == message.business_key)
    found: Any = unit.connection.execute(query)
    return [row for row in found if _holds(row, message.correlation)]


def _holds(row: Row[Any], wanted: Mapping[str, Value]) -> bool:
    """Whether the waiting token sees every wanted variable with an equal value."""
    if not wanted:
        return True
    snapshot = Snapshot(
        definition_id=row.definition_id, business_key=row.business_key, state=row.snapshot, format=row.format
    )
    seen = run.variables(snapshot, seen_from=row.id)
    return all(name in seen and run.same(seen[name], value) for name, value in wanted.items())


def _begin(engine: Engine, unit: Unit, message: Message, actor: Actor | None) -> Delivered:
    """The message start event of the newest versions. Raises Undelivered, AmbiguousMessage."""
    starts = _starts(unit, "message", message.name)
    if not starts:
        raise _undelivered(message)
    if len(starts) > 1:
        raise _ambiguous(message, len(starts))
    ledger = Ledger(engine, unit, actor)
    live = begin(
        ledger,
        ledger.library.definition(starts[0].definition_id),
        business_key=message.business_key,
        variables=message.variables,
        start_element=starts[0].element,
    )
    settle(ledger)
    return Delivered(instance_id=live.id, started=True)


def _starts(unit: Unit, kind: str, name: str) -> list[Row[Any]]:
    query = select(start_subscription).where(start_subscription.c.kind == kind, start_subscription.c.name == name)
    return list(unit.connection.execute(query.order_by(start_subscription.c.id)))


def _undelivered(message: Message) -> Undelivered:
    return Undelivered(name=message.name, key=_key_words(message))


def _ambiguous(message: Message, count: int) -> AmbiguousMessage:
    return AmbiguousMessage(name=message.name, key=_key_words(message), count=count)


def _key_words(message: Message) -> str:
    return f" (mã hồ sơ {message.business_key})" if message.business_key is not None else ""


# -- signals


def broadcast(unit: Unit, name: str, variables: Mapping[str, Value], *, thrower: str | None = None) -> int:
    """A job for everyone who waits for the signal now, and for every process it starts; returns how many.

    Each is reached in a transaction of its own: one that fails does not keep the others waiting. The instance that
    threw it has heard it already, when it was thrown.
    """
    waiting = select(subscription.c.id).where(subscription.c.kind == "signal", subscription.c.name == name)
    if thrower is not None:
        waiting = waiting.where(subscription.c.instance_id != thrower)
    aims = [{"subscription_id": found} for found in unit.connection.scalars(waiting.order_by(subscription.c.id))]
    aims += [{"start_id": row.id} for row in _starts(unit, "signal", name)]
    jobs = [job_values(unit, "signal_to", {"name": name, "variables": dict(variables), **aim}, None) for aim in aims]
    if jobs:
        unit.connection.execute(insert(job), jobs)
    return len(jobs)


def reach_by_signal(engine: Engine, unit: Unit, payload: Mapping[str, Any]) -> None:
    """One receiver of a signal; who waits no longer has missed it."""
    name, variables = payload["name"], payload["variables"]
    if "subscription_id" in payload:
        query = select(subscription.c.root_id).where(subscription.c.id == payload["subscription_id"])
        root_id = unit.connection.scalar(query)
        if root_id is not None:
            lock_root(unit, root_id)
            reach(engine, unit, payload["subscription_id"], variables, kind="signal", name=name)
        return
    for row in _start_by_id(unit, payload["start_id"]):
        ledger = Ledger(engine, unit)
        definition = ledger.library.definition(row.definition_id)
        begin(ledger, definition, business_key=None, variables=variables, start_element=row.element)
        settle(ledger)


def _start_by_id(unit: Unit, start_id: int) -> Iterator[Row[Any]]:
    yield from unit.connection.execute(select(start_subscription).where(start_subscription.c.id == start_id))
