"""The freeze and the confirmation of a submission at the same moment: either it is in the pool, or it is late."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from service.awards.errors import LateWithoutWaiver
from service.awards.rounds.freeze_pool import FreezePool
from service.awards.submissions.late import MarkReady
from service.awards.tables import submission
from service.database.unit import Database
from service.engine.handlers import TopicContext
from tests.service.awards.round_world import NOW, World

WAITING = text("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")


@pytest.fixture
def world(postgresql_url: str) -> Iterator[World]:
    database = Database(postgresql_url)
    yield World(database).settle()
    database.dispose()


def context(world: World, topic: str, **variables: object) -> TopicContext:
    return TopicContext(
        task_id="t",
        instance_id="i",
        root_id="i",
        element="e",
        topic=topic,
        unit_id="00070",
        business_key=None,
        variables=variables,
        at=NOW,
        calendar=world.calendar,
    )


def wait_for_a_lock(database: Database) -> None:
    """Until another transaction waits for one that we hold."""
    with database.engine.connect() as connection:
        for _ in range(20_000):
            if connection.execute(WAITING).scalar_one():
                return
            connection.rollback()
    pytest.fail("nobody waits for the lock")


def test_a_submission_that_is_ready_first_goes_into_the_pool(world: World) -> None:
    round_id = world.open_round(units=("00070",))
    (found,) = world.submissions(round_id)
    world.change(submission, found.id, state="confirming")
    world.nominate(found.id, 1)
    with ThreadPoolExecutor() as others:
        with world.database.unit_of_work(NOW) as unit:
            MarkReady().apply(unit, context(world, "awards:mark-ready", submission_id=found.id))
            freezing = others.submit(world.work, FreezePool(), round_id=round_id)
            wait_for_a_lock(world.database)
        assert freezing.result()["pool_size"] == 1
    (found,) = world.submissions(round_id)
    assert (found.state, found.late) == ("in_pool", False)


def test_a_submission_that_comes_after_the_freeze_is_late_and_does_not_become_ready(world: World) -> None:
    round_id = world.open_round(units=("00070",))
    (found,) = world.submissions(round_id)
    world.change(submission, found.id, state="confirming")
    world.nominate(found.id, 1)
    with ThreadPoolExecutor() as others:
        with world.database.unit_of_work(NOW) as unit:
            frozen = FreezePool().apply(unit, context(world, "awards:freeze-pool", round_id=round_id))
            readying = others.submit(world.work, MarkReady(), unit_id="00070", submission_id=found.id)
            wait_for_a_lock(world.database)
        assert frozen["late_submissions"] == [{"code": found.code}]
        assert isinstance(readying.exception(), LateWithoutWaiver)
    (found,) = world.submissions(round_id)
    assert (found.state, found.late) == ("confirming", True)
