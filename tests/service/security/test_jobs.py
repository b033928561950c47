"""A job that kills its worker every time does not do so for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from service.database.unit import Database
from service.engine.commands.lease_jobs import lease, worker_name
from service.engine.commands.retry import Retry, retry
from service.engine.commands.start import StartProcess, start
from service.engine.correlate import send_message
from service.engine.tables import job
from service.worker import run_once
from tests.support.diagrams import diagram, line, service, user
from tests.support.world import Topic, World


@pytest.fixture
def world(database: Database) -> World:
    return World.on(database)


def die_in_every_try(world: World) -> None:
    """A worker leases the job and is gone, again and again; each time its lease runs out."""
    (waiting,) = world.jobs()
    for _ in range(waiting.max_attempts):
        assert lease(world.engine, worker_name(), world.at) is not None
        with world.database.unit_of_work() as unit:
            over = datetime.now(UTC) - timedelta(seconds=1)
            unit.connection.execute(update(job).values(leased_until=over))


def test_a_step_that_kills_its_worker_stands_still(world: World) -> None:
    done: list[str] = []

    def does(_unit: Any, work: Any) -> dict[str, Any]:
        done.append(work.element)
        return {}

    world.topics["demo:kill"] = Topic(topic="demo:kill", does=does, phase="after_commit")
    world.deploy(deadly=diagram("deadly", line(service("kill", "demo:kill"), user("next")), starters="unit_clerk"))
    start(world.engine, StartProcess(key="deadly"), world.actor("clerk"), at=world.at)
    die_in_every_try(world)
    run_once(world.engine, world.at)
    assert done == []
    (stuck,) = world.incidents()
    assert (stuck.element, stuck.code) == ("kill", "external_interrupted")
    assert world.jobs() == []
    retry(world.engine, Retry(incident_id=stuck.id), world.actor("supervisor"), at=world.at)
    run_once(world.engine, world.at)
    assert (done, [row.element for row in world.open_tasks()]) == (["kill"], ["next"])


def test_a_message_that_kills_its_worker_is_told_at_its_sender(world: World) -> None:
    world.deploy(one=diagram("one", line(user("step")), starters="unit_clerk"))
    begun = start(world.engine, StartProcess(key="one"), world.actor("clerk"), at=world.at)
    with world.database.unit_of_work(world.at) as unit:
        send_message(unit, name="told", instance_id=begun.instance_id, element="step")
    die_in_every_try(world)
    run_once(world.engine, world.at)
    assert [(row.element, row.code) for row in world.incidents()] == [("step", "message_interrupted")]
    assert [row.state for row in world.jobs("failed")] == ["failed"]
