"""Two acts on one round at the same moment, on PostgreSQL: one waits, and both agree on what came first."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from service.awards.councils.convene import Convene
from service.awards.councils.record_votes import BallotChanged, RecordVotes
from service.awards.errors import LateWithoutWaiver
from service.awards.rounds.freeze_pool import FreezePool
from service.awards.rounds.pool import PoolClosed
from service.awards.submissions.late import MarkReady, WaiveLate
from service.awards.tables import nomination, submission
from service.database.unit import Database
from service.engine.handlers import TopicContext
from tests.service.awards.round_road import session_variables
from tests.service.awards.round_world import NOW, TODAY, World, members

WAIVED = {"decision": "accepted", "reason": "Chậm do bão."}

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


def test_a_waiver_waits_for_the_vote_and_is_then_refused(world: World) -> None:
    round_id, late = frozen_with_a_late_one(world)
    variables = convened(world, round_id)
    with ThreadPoolExecutor() as others:
        with world.database.unit_of_work(NOW) as unit:
            vote = world._task(RecordVotes.key, "secretary", {"variables": variables})
            rows = {
                str(row.id): {"yes": 15, "no": 0} for row in world.rows(nomination, nomination.c.state == "in_pool")
            }
            RecordVotes().apply(unit, vote, {"votes": rows})
            waiving = others.submit(
                world.problems, WaiveLate(), "director", WAIVED, variables=late, unit_id=late["unit_id"]
            )
            wait_for_a_lock(world.database)
        assert [(found.field, found.message) for found in waiving.result()] == [("decision", PoolClosed.message)]


def test_a_vote_waits_for_the_waiver_and_must_then_be_typed_again(world: World) -> None:
    round_id, late = frozen_with_a_late_one(world)
    variables = convened(world, round_id)
    rows = {str(row.id): {"yes": 15, "no": 0} for row in world.rows(nomination, nomination.c.state == "in_pool")}
    task = world._task(WaiveLate.key, "director", {"variables": late, "unit_id": late["unit_id"]})
    with ThreadPoolExecutor() as others:
        with world.database.unit_of_work(NOW) as unit:
            assert WaiveLate().check(unit, task, WAIVED) == []
            WaiveLate().apply(unit, task, WAIVED)
            ready = context(world, "awards:mark-ready", submission_id=late["submission_id"])
            MarkReady().apply(unit, replace(ready, unit_id=str(late["unit_id"])))
            voting = others.submit(world.apply, RecordVotes(), "secretary", {"votes": rows}, variables=variables)
            wait_for_a_lock(world.database)
        assert isinstance(voting.exception(), BallotChanged)


def frozen_with_a_late_one(world: World) -> tuple[int, dict[str, object]]:
    """A frozen pool of one, and a second unit whose nominee the division has confirmed too late."""
    round_id = world.open_round()
    first, second = world.submissions(round_id)
    for row in (first, second):
        world.nominate(row.id, 1)
    world.change(submission, first.id, state="ready")
    world.work(FreezePool(), round_id=round_id)
    world.change(submission, second.id, state="late")
    return round_id, {"submission_id": second.id, "unit_id": second.unit_id, "late": True}


def convened(world: World, round_id: int) -> dict[str, object]:
    variables = session_variables(round_id)
    answers = {"held_on": TODAY, "chair_name": "Bùi Thanh Sơn", "members": members(15)}
    return variables | dict(world.do(Convene(), "secretary", answers, variables=variables))
