"""The hot path: completing a plain task is one commit and at most eight statements, authentication included."""

from __future__ import annotations

import pytest

from service.app import create_app
from service.engine.commands.complete import CompleteTask, complete
from service.engine.commands.start import StartProcess, start
from service.people.tokens import create_token
from tests.support.diagrams import diagram, field, line, user
from tests.support.statements import counted
from tests.support.world import World

STEPS = 4
PLAIN = diagram("plain", line(*(user(f"step{number}") for number in range(STEPS))))
WITH_DUE_DATES = diagram(
    "due", line(*(user(f"step{number}", due="${workdays(3)}", fields=field("reason")) for number in range(STEPS)))
)


@pytest.fixture
def warm(world: World) -> World:
    """Two processes deployed, one instance of each, their first step done: what is cached is cached."""
    world.deploy(plain=PLAIN, due=WITH_DUE_DATES)
    clerk = world.actor("clerk")
    for key in ("plain", "due"):
        begun = start(world.engine, StartProcess(key=key), clerk)
        first = world.open_task(begun.instance_id)
        complete(world.engine, CompleteTask(task_id=first.id, revision=1, answers={}), clerk)
    return world


def test_the_command_itself(warm: World) -> None:
    clerk = warm.actor("clerk")
    for task in warm.open_tasks():
        with counted(warm.database) as statements:
            complete(warm.engine, CompleteTask(task_id=task.id, revision=1, answers={}), clerk)
        assert len(statements) <= 7, str(statements)
        assert statements.commits == 1


def test_over_http_with_a_bearer_token(warm: World) -> None:
    with warm.database.unit_of_work() as unit:
        token = create_token(unit, warm.actor("clerk").account_id)
    client = create_app(warm.engine.settings, warm.engine).test_client()
    for task in warm.open_tasks():
        with counted(warm.database) as statements:
            answer = client.post(
                f"/api/tasks/{task.id}/complete",
                json={"revision": 1, "answers": {}},
                headers={"Authorization": f"Bearer {token}"},
            )
        assert answer.status_code == 200, answer.text
        assert len(statements) <= 8, str(statements)
        assert statements.commits == 1
