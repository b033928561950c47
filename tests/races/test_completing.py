"""Two people press “Hoàn thành” at the same moment: one is heard, the other is told who was faster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from service.database.unit import Database
from service.engine.commands.start import StartProcess, start
from service.engine.tables import approval
from service.people.tokens import create_token
from tests.support.diagrams import diagram, line, user
from tests.support.processes import at_once, post, served
from tests.support.world import World

ROUNDS = 100

CONSULTATION = user(
    "consult",
    "unit_clerk",
    properties={"unit": "${agency}"},
    inner='<bpmn:multiInstanceLoopCharacteristics camunda:collection="${agencies}" camunda:elementVariable="agency"/>',
)


@dataclass(frozen=True, kw_only=True)
class Race:
    """A populated database behind real web processes, and two addresses to reach it by."""

    world: World
    addresses: tuple[str, str]
    tokens: dict[str, str]

    def complete(self, place: int, who: str, task_id: str) -> tuple[int, dict[str, object]]:
        address = f"{self.addresses[place]}/api/tasks/{task_id}/complete"
        return post(address, self.tokens[who], {"revision": 1, "answers": {}})


@pytest.fixture
def race(database_url: str) -> Iterator[Race]:
    """PostgreSQL: two web processes. SQLite: one, whose threads meet; two would only wait for one file."""
    database = Database(database_url)
    world = World.on(database)
    world.deploy(one=diagram("one", line(user("step"), user("after"))), many=diagram("many", line(CONSULTATION)))
    tokens = {}
    for who in ("clerk", "clerk2", "other"):
        account_id = world.actor(who).account_id
        with database.unit_of_work() as unit:
            tokens[who] = create_token(unit, account_id)
    with ExitStack() as stack:
        addresses = [stack.enter_context(served(database_url)) for _ in range(1 + (database.dialect == "postgresql"))]
        yield Race(world=world, addresses=(addresses[0], addresses[-1]), tokens=tokens)
    database.dispose()


def test_exactly_one_of_two_completions_succeeds_in_every_round(race: Race) -> None:
    world, clerk = race.world, race.world.actor("clerk")
    for number in range(ROUNDS):
        begun = start(world.engine, StartProcess(key="one"), clerk)
        (step,) = world.open_tasks(begun.instance_id)
        answers = at_once(
            lambda task_id=step.id: race.complete(0, "clerk", task_id),
            lambda task_id=step.id: race.complete(1, "clerk2", task_id),
        )
        assert sorted(status for status, _body in answers) == [200, 409], (number, answers)
        winner = next(place for place, (status, _body) in enumerate(answers) if status == 200)
        lost = answers[1 - winner][1]
        assert lost["code"] == "task_completed"
        assert ("Nguyễn Thị Hà", "Trần Văn Bình")[winner] in str(lost["message"])
        assert [row.element for row in world.open_tasks(begun.instance_id)] == ["after"]
    assert world.rows(select(func.count()).select_from(approval))[0][0] == ROUNDS


def test_two_agencies_answer_from_pages_opened_before(race: Race) -> None:
    world, clerk = race.world, race.world.actor("clerk")
    for _ in range(ROUNDS // 4):
        begun = start(world.engine, StartProcess(key="many", variables={"agencies": ["00070", "00073"]}), clerk)
        tasks = {row.unit_id: row for row in world.open_tasks(begun.instance_id)}
        answers = at_once(
            lambda task_id=tasks["00070"].id: race.complete(0, "clerk", task_id),
            lambda task_id=tasks["00073"].id: race.complete(1, "other", task_id),
        )
        assert [status for status, _body in answers] == [200, 200], answers
        assert world.instance(begun.instance_id).state == "completed"
