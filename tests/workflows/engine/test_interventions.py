"""What an administrator does to one instance: suspend, resume, move; and who started it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.workflows.engine.diagrams import (
    NOW,
    boundary,
    event,
    extensions,
    external,
    flows,
    process,
    task,
    timer,
    user,
)
from workflows import run as engine
from workflows.calendar import WorkCalendar
from workflows.errors import NotWaiting, UnknownDefinition
from workflows.model import Advance, Definition
from workflows.shelf import Shelf

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
CALENDAR = WorkCalendar()


def begun(data: bytes, **more: Any) -> tuple[Shelf, Advance]:
    shelf = Shelf()
    [definition] = shelf.deploy({"p.bpmn": data})
    return shelf, started(shelf, definition, **more)


def started(shelf: Shelf, definition: Definition, **more: Any) -> Advance:
    given: dict[str, Any] = {"business_key": None, "variables": {}, "at": NOW, "calendar": CALENDAR, **more}
    return engine.start(shelf, definition=definition, **given)


def does(shelf: Shelf, before: Advance, verb: Callable[..., Advance], **command: Any) -> Advance:
    return verb(shelf, before.snapshot, **{"at": NOW, "calendar": CALENDAR, **command})


TASKS = process(
    START + user("a") + user("b") + boundary("t", "a", timer("timeDuration", "PT1H")) + END, "s>a a>b t>b b>e"
)


def test_a_suspended_instance_stands_still_until_it_is_resumed() -> None:
    shelf, first = begun(TASKS)
    [open_task], [waiting] = first.tasks_opened, first.timers_set
    held = does(shelf, first, engine.suspend)
    assert (held.tasks_closed, held.timers_dropped, held.outcome) == ((), (), "active")
    assert engine.is_suspended(held.snapshot)
    later = NOW + timedelta(hours=2)
    for verb, command in (
        (engine.complete, {"task_id": open_task.id, "variables": {}}),
        (engine.fire, {"timer_id": waiting.id, "at": later}),
        (engine.move, {"token_id": open_task.id, "to": "b"}),
    ):
        with pytest.raises(engine.Suspended):
            does(shelf, held, verb, **command)
    assert does(shelf, held, engine.cancel).outcome == "cancelled"
    going = does(shelf, held, engine.resume)
    assert not engine.is_suspended(going.snapshot)
    assert going.snapshot.state == first.snapshot.state
    fired = does(shelf, going, engine.fire, timer_id=waiting.id, at=later)
    assert [one.element for one in fired.tasks_opened] == ["b"]


def test_a_pause_may_be_set_while_it_is_suspended() -> None:
    shelf, first = begun(process(START + user("a", camunda_dueDate="${workdays(3)}") + END, "s>a a>e"))
    held = does(shelf, first, engine.suspend)
    again = does(shelf, held, engine.reschedule)
    assert engine.is_suspended(again.snapshot)


def test_moving_cancels_here_and_begins_there() -> None:
    shelf, first = begun(TASKS)
    [open_task] = first.tasks_opened
    moved = does(shelf, first, engine.move, token_id=open_task.id, to="b")
    assert [(one.element, one.reason) for one in moved.tasks_closed] == [("a", "cancelled")]
    assert [one.element for one in moved.tasks_opened] == ["b"]
    assert moved.timers_dropped == (first.timers_set[0].id,)
    assert [(entry.kind, entry.element) for entry in moved.log] == [("cancelled", "a"), ("entered", "b")]


def test_a_boundary_timer_moves_its_host_and_an_incident_moves_on() -> None:
    shelf, first = begun(TASKS)
    moved = does(shelf, first, engine.move, token_id=first.timers_set[0].id, to="b")
    assert [one.element for one in moved.tasks_opened] == ["b"]
    shelf, stuck = begun(
        process(
            START + '<exclusiveGateway id="x"/>' + user("a") + user("b") + END,
            "s>x a>e b>e",
            "x>a ${1 > 2}",
            "x>b ${1 > 3}",
        )
    )
    [incident] = stuck.incidents_raised
    moved = does(shelf, stuck, engine.move, token_id=incident.id, to="b")
    assert moved.incidents_cleared == (incident.id,)
    assert [one.element for one in moved.tasks_opened] == ["b"]


def test_a_multi_instance_moves_as_a_whole_and_sub_processes_keep_to_themselves() -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    inner = START.replace('"s"', '"is"') + task("userTask", "a", loop) + user("b") + END.replace('"e"', '"ie"')
    box = f'<subProcess id="box">{inner}{flows("is>a a>b b>ie")}</subProcess>'
    shelf, first = begun(process(START + box + user("out") + END, "s>box box>out out>e"))
    token_id = first.tasks_opened[1].id
    moved = does(shelf, first, engine.move, token_id=token_id, to="b")
    assert [one.element for one in moved.tasks_opened] == ["b"]
    assert len(moved.tasks_closed) == 3
    for wrong in ("out", "nowhere", "a [child]", "box"):
        with pytest.raises(UnknownDefinition):
            does(shelf, first, engine.move, token_id=token_id, to=wrong)
    with pytest.raises(NotWaiting):
        does(shelf, first, engine.move, token_id="gone", to="b")


def test_moving_away_from_an_event_gateway_ends_the_race() -> None:
    catches = "".join(event("intermediateCatchEvent", name, timer("timeDuration", "PT1H")) for name in ("c1", "c2"))
    shelf, first = begun(
        process(START + '<eventBasedGateway id="g"/>' + catches + user("b") + END, "s>g g>c1 g>c2 c1>b c2>b b>e")
    )
    moved = does(shelf, first, engine.move, token_id=first.timers_set[0].id, to="b")
    assert len(moved.timers_dropped) == 2
    assert [one.element for one in moved.tasks_opened] == ["b"]


@pytest.mark.parametrize("who", ["chuyenvien", None])
def test_the_start_event_names_the_variable_that_says_who_started_it(who: str | None) -> None:
    data = process('<startEvent id="s" camunda:initiator="starter"/>' + user("a") + END, "s>a a>e")
    _, first = begun(data, started_by=who, variables={"starter": "somebody else"})
    assert first.variables == {"starter": who}


def test_an_error_says_its_drawn_message() -> None:
    inner = START.replace('"s"', '"is"') + event("endEvent", "bad", '<errorEventDefinition errorRef="x"/>')
    box = f'<subProcess id="box">{inner}{flows("is>bad")}</subProcess>'
    catch = '<errorEventDefinition errorRef="x" camunda:errorMessageVariable="said"/>'
    data = process(
        START + box + boundary("b", "box", catch) + user("a") + END,
        "s>box box>e b>a a>e",
        more='<error id="x" name="X" errorCode="X" camunda:errorMessage="Thiếu ${count} giấy tờ"/>',
    )
    _, first = begun(data, variables={"count": 2})
    assert first.variables["said"] == "Thiếu 2 giấy tờ"


@pytest.mark.parametrize(
    ("drawn", "minutes"),
    [("R3/PT10M", [10, 10]), ("PT5M,PT1H", [5, 60]), ("${cycle}", [1]), ("R0/PT1M", []), (None, None)],
)
def test_an_external_task_says_how_its_work_is_tried_again(drawn: str | None, minutes: list[int] | None) -> None:
    inner = extensions(f"<camunda:failedJobRetryTimeCycle>{drawn}</camunda:failedJobRetryTimeCycle>") if drawn else ""
    _, first = begun(process(START + external("w", "t", inner) + END, "s>w w>e"), variables={"cycle": "R2/PT1M"})
    [worker] = first.external_opened
    expected = None if minutes is None else tuple(timedelta(minutes=each) for each in minutes)
    assert worker.retry_after == expected
