"""Which steps programs outside may work on: a topic is declared by giving it to a service's account.

A diagram may name the topics of our own handlers and those given here. A misspelt one is refused at deploy instead of
waiting for ever. The prefixes of our own handlers (before the colon) are never given away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from service.engine.context import Engine
from service.engine.errors import AccountNotFound, NotAWorker, TopicReserved, TopicUnfit
from service.engine.tables import worker_topic
from service.people.actor import Actor
from service.people.reads import actor_by_username
from service.people.tables import account

if TYPE_CHECKING:
    from service.database.unit import Unit

ROLE = "service_worker"
LONGEST = 120


def give_topic(engine: Engine, username: str, topic: str) -> None:
    """Let this service work on the topic, and diagrams name it. Giving it twice changes nothing.

    Raises:
        AccountNotFound, NotAWorker: the account. TopicUnfit, TopicReserved: the topic.
    """
    with engine.database.unit_of_work() as unit:
        actor = _worker(unit, username)
        _refuse_unfit(engine, topic)
        if topic not in topics_of(unit, actor):
            unit.connection.execute(insert(worker_topic).values(account_id=actor.account_id, topic=topic))


def take_topic(engine: Engine, username: str, topic: str) -> bool:
    """Give it no more of this topic; False where it had none. Raises AccountNotFound, NotAWorker."""
    with engine.database.unit_of_work() as unit:
        actor = _worker(unit, username)
        row = (worker_topic.c.account_id == actor.account_id) & (worker_topic.c.topic == topic)
        return bool(unit.connection.execute(delete(worker_topic).where(row)).rowcount)


def topics_of(unit: Unit, actor: Actor) -> frozenset[str]:
    """What this service may work on; nothing without the role."""
    if not actor.holds(ROLE):
        return frozenset()
    query = select(worker_topic.c.topic).where(worker_topic.c.account_id == actor.account_id)
    return frozenset(unit.connection.scalars(query))


def topics_outside(unit: Unit) -> frozenset[str]:
    """Every topic that some service outside may work on."""
    return frozenset(unit.connection.scalars(select(worker_topic.c.topic).distinct()))


def given_topics(unit: Unit) -> list[tuple[str, str]]:
    """Username and topic of each, in order."""
    query = select(account.c.username, worker_topic.c.topic).join(account, account.c.id == worker_topic.c.account_id)
    return [(row.username, row.topic) for row in unit.connection.execute(query.order_by("topic", "username"))]


def _worker(unit: Unit, username: str) -> Actor:
    actor = actor_by_username(unit, username.strip().lower())
    if actor is None:
        raise AccountNotFound(username=username)
    if not actor.holds(ROLE):
        raise NotAWorker(username=actor.username)
    return actor


def _refuse_unfit(engine: Engine, topic: str) -> None:
    if not topic or len(topic) > LONGEST or not topic.isprintable() or any(letter in topic for letter in ' ,"${}#'):
        raise TopicUnfit(topic=topic)
    ours = {name.partition(":")[0] for name in engine.registry.topics}
    if topic.partition(":")[0] in ours:
        raise TopicReserved(topic=topic)
