"""Several people deploy at the same moment: one version of the same content, no gaps between different ones."""

from __future__ import annotations

from sqlalchemy import select

from service.database.unit import Database
from service.engine.commands.deploy import Deploy, deploy
from service.engine.tables import resource, start_subscription
from tests.support.diagrams import diagram, end, message, on_message, sequence, user
from tests.support.diagrams import start as start_event
from tests.support.processes import at_once
from tests.support.world import World


def woken(name: str) -> dict[str, bytes]:
    body = sequence("begin", user("work"), "end", before=start_event("begin", on_message("call")), after=end())
    return {"woken.bpmn": diagram("woken", body, name=name, outside=message("call", "call"))}


def test_the_same_content_becomes_one_version(database_url: str) -> None:
    database = Database(database_url)
    world = World.on(database)
    owner = world.actor("owner")
    acts = [lambda: deploy(world.engine, Deploy(name="cùng lúc", files=woken("Như nhau")), owner)] * 6
    made = at_once(*acts)
    assert {each.resources[0].version for each in made} == {1}
    assert sum(each.resources[0].created for each in made) == 1
    database.dispose()


def test_different_contents_get_versions_without_gaps_and_one_start(database_url: str) -> None:
    database = Database(database_url)
    world = World.on(database)
    owner = world.actor("owner")
    acts = [
        lambda number=number: deploy(world.engine, Deploy(name="khác nhau", files=woken(f"Bản {number}")), owner)
        for number in range(6)
    ]
    made = at_once(*acts)
    assert sorted(each.resources[0].version for each in made) == [1, 2, 3, 4, 5, 6]
    (row,) = world.rows(select(start_subscription))
    newest = world.rows(select(resource.c.id).where(resource.c.version == 6))[0][0]
    assert row.definition_id == newest
    database.dispose()
