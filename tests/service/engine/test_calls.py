"""Called processes: instances of their own, under one lock; errors and cancellation cross the border."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from service.engine.commands import agenda
from service.engine.commands.cancel import CancelInstance, cancel
from service.engine.commands.complete import Completed, CompleteTask, complete
from service.engine.commands.retry import Retry, retry
from service.engine.commands.start import Started, StartProcess, start
from service.engine.tables import approval, instance
from tests.support.diagrams import boundary, diagram, end, flow, gateway, line, sequence, service, user
from tests.support.diagrams import start as start_event
from tests.support.world import AT, Topic, World

ERROR = '<bpmn:error id="refused" name="refused" errorCode="refused"/>'
THROWN = '<bpmn:errorEventDefinition errorRef="refused"/>'


def call(element: str, key: str, mapping: str = "", inner: str = "") -> str:
    return (
        f'<bpmn:callActivity id="{element}" name="{element}" calledElement="{key}"><bpmn:extensionElements>{mapping}'
        f"</bpmn:extensionElements>{inner}</bpmn:callActivity>"
    )


INS = '<camunda:in source="given" target="given"/><camunda:in sourceExpression="so_noi_vu" target="unit_id"/>'
OUTS = '<camunda:out source="result" target="result"/>'


def begin(world: World, key: str, **variables: Any) -> Started:
    return start(world.engine, StartProcess(key=key, variables=variables), world.actor("clerk"), at=world.at)


def finish(world: World, username: str, task: Any, **answers: Any) -> Completed:
    command = CompleteTask(task_id=task.id, revision=task.revision, answers=answers)
    return complete(world.engine, command, world.actor(username), at=world.at)


def states(world: World) -> list[tuple[str, str]]:
    rows = world.rows(select(instance.c.key, instance.c.state).order_by(instance.c.key, instance.c.id))
    return [(row.key, row.state) for row in rows]


def test_a_called_process_works_under_its_own_unit_and_gives_back_its_result(world: World) -> None:
    caller = diagram("caller", line(call("ask", "called", INS + OUTS), user("after", properties={"got": "${result}"})))
    called = diagram("called", line(user("inside", "snv_expert", properties={"given": "${given}"})))
    world.deploy(caller=caller, called=called)
    begun = begin(world, "caller", given=7)
    inside = world.open_task()
    assert (inside.element, inside.unit_id, inside.root_id) == ("inside", "so_noi_vu", begun.instance_id)
    assert inside.properties == {"given": "7"}
    done = finish(world, "expert", inside, result="xong")
    assert [each.element for each in done.opened] == ["after"]
    after = world.open_task()
    assert (after.properties, after.unit_id) == ({"got": "xong"}, "00070")
    assert states(world) == [("called", "completed"), ("caller", "active")]


def test_an_error_of_the_called_process_is_caught_by_the_caller(world: World) -> None:
    body = sequence("start", call("ask", "called"), "end", before=start_event(), after=end())
    body += boundary("caught", "ask", THROWN) + user("repair") + end("out") + flow("caught", "repair")
    body += flow("repair", "out")
    called = diagram(
        "called",
        line(user("inside")).replace('<bpmn:endEvent id="end">', f'<bpmn:endEvent id="end">{THROWN}'),
        outside=ERROR,
    )
    world.deploy(caller=diagram("caller", body, outside=ERROR), called=called)
    begin(world, "caller")
    finish(world, "clerk", world.open_task())
    assert world.open_task().element == "repair"
    assert world.incidents() == []
    assert ("caller", "active") in states(world)


def test_an_error_that_nobody_catches_is_an_incident_and_nothing_is_skipped(world: World) -> None:
    called = diagram(
        "called",
        line(user("inside")).replace('<bpmn:endEvent id="end">', f'<bpmn:endEvent id="end">{THROWN}'),
        outside=ERROR,
    )
    world.deploy(caller=diagram("caller", line(call("ask", "called"), user("after"))), called=called)
    begin(world, "caller")
    finish(world, "clerk", world.open_task())
    assert [(row.code, row.element) for row in world.incidents()] == [("error_uncaught", "ask")]
    assert world.open_tasks() == []


def test_cancelling_the_dossier_cancels_what_it_called(world: World) -> None:
    middle = diagram("middle", line(call("deeper", "called")))
    world.deploy(
        caller=diagram("caller", line(call("ask", "middle"))), middle=middle, called=diagram("called", line(user("in")))
    )
    begin(world, "caller")
    inside = world.open_task()
    cancel(
        world.engine, CancelInstance(instance_id=inside.instance_id, reason="nhầm"), world.actor("supervisor"), at=AT
    )
    assert {state for _key, state in states(world)} == {"cancelled"}
    assert world.open_tasks() == []


def test_a_call_to_a_process_that_is_not_there_waits_as_an_incident(world: World) -> None:
    world.deploy(caller=diagram("caller", line(user("act"), call("ask", "${which}"), user("after"))))
    begin(world, "caller", which="called")
    done = finish(world, "clerk", world.open_task())
    assert [(each.element, each.code) for each in done.incidents] == [("ask", "unknown_definition")]
    world.deploy(called=diagram("called", line(user("inside"))))
    retry(world.engine, Retry(incident_id=world.incidents()[0].id), None, at=AT)
    assert (world.open_task().element, world.incidents()) == ("inside", [])


def test_latest_is_chosen_when_the_call_is_made(world: World) -> None:
    world.deploy(
        caller=diagram("caller", line(user("act"), call("ask", "called"))), called=diagram("called", line(user("old")))
    )
    begin(world, "caller")
    world.deploy(called=diagram("called", line(user("new"))))
    finish(world, "clerk", world.open_task())
    assert world.open_task().element == "new"


ENDLESS = [("act_on", "endless_calls")]


def test_a_process_that_calls_itself_without_end_stands_at_the_first_call_and_the_act_is_kept(world: World) -> None:
    world.deploy(
        caller=diagram("caller", line(user("act"), call("act_on", "circle"), user("after"))),
        circle=diagram("circle", line(call("again", "circle"))),
    )
    begun = begin(world, "caller")
    act = world.open_task()
    done = finish(world, "clerk", act)
    assert [(each.element, each.code) for each in done.incidents] == ENDLESS
    assert [(row.element, row.code) for row in world.incidents()] == ENDLESS
    assert states(world) == [("caller", "active")], "what had no end is taken back"
    assert world.open_tasks() == []
    assert ("completed", "act") in world.history(begun.instance_id)
    (approved,) = world.rows(select(approval))
    assert (approved.element, approved.account_id) == ("act", world.actor("clerk").account_id)

    again = retry(world.engine, Retry(incident_id=world.incidents()[0].id), None, at=AT)
    assert (again.incidents, len(world.incidents())) == (("act_on",), 1)
    world.deploy(circle=diagram("circle", line(user("inside"))))
    retry(world.engine, Retry(incident_id=world.incidents()[0].id), None, at=AT)
    assert (world.open_task().element, world.incidents()) == ("inside", [])


def test_a_process_that_calls_itself_for_every_item_of_a_list_is_stopped_before_it_asks_for_millions(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agenda, "MAX_WAITING", 9)
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>5</bpmn:loopCardinality>"
    loop += "</bpmn:multiInstanceLoopCharacteristics>"
    world.deploy(
        caller=diagram("caller", line(user("act"), call("act_on", "circle"))),
        circle=diagram("circle", line(call("again", "circle", inner=loop))),
    )
    begin(world, "caller")
    finish(world, "clerk", world.open_task())
    assert [(row.element, row.code) for row in world.incidents()] == ENDLESS
    assert states(world) == [("caller", "active")]


def test_a_dossier_begun_by_a_process_without_end_is_there_and_stands(world: World) -> None:
    world.deploy(circle=diagram("circle", line(call("again", "circle"))))
    begun = begin(world, "circle")
    assert world.instance(begun.instance_id).state == "active"
    assert [(row.element, row.code) for row in world.incidents()] == [("again", "endless_calls")]
    assert states(world) == [("circle", "active")]


def test_service_steps_in_a_circle_stand_at_the_first_and_the_act_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agenda, "MAX_STEPS", 20)
    done: list[str] = []
    world.topics["demo:step"] = Topic(topic="demo:step", does=lambda _unit, work: done.append(work.element) or {})
    body = start_event() + user("act") + service("act_on", "demo:step") + gateway("way") + end()
    body += flow("start", "act") + flow("act", "act_on") + flow("act_on", "way")
    body += flow("way", "act_on", "${again}") + flow("way", "end", "${!again}")
    world.deploy(steps=diagram("steps", body))
    begin(world, "steps", again=True)
    (act,) = world.open_tasks()
    answered = finish(world, "clerk", act)
    assert [(each.element, each.code) for each in answered.incidents] == ENDLESS
    assert len(done) == 20
    corrected = Retry(incident_id=world.incidents()[0].id, variables={"again": False})
    assert retry(world.engine, corrected, None, at=AT).instance_state == "completed"


def test_a_wide_fan_of_calls_is_no_call_without_end(world: World) -> None:
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>60</bpmn:loopCardinality>"
    loop += "</bpmn:multiInstanceLoopCharacteristics>"
    world.deploy(
        caller=diagram("caller", line(call("ask", "called", inner=loop))), called=diagram("called", line(user("in")))
    )
    begin(world, "caller")
    assert (len(world.open_tasks()), world.incidents()) == (60, [])
