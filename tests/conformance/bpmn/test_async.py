"""asyncBefore and asyncAfter on everything that may carry them: the same path, in commands of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conformance.bpmn.covers import covers
from tests.conformance.bpmn.play import Fragment, Surroundings, everywhere, play
from tests.conformance.bpmn.test_tasks import CHILD, TABLE
from tests.workflows.engine.diagrams import event, extensions, external, flows, process, run, script, task, user

LOOP = "<multiInstanceLoopCharacteristics{}><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
ELEMENTS = {
    "task": '<task id="a"/>',
    "user": '<userTask id="a"/>',
    "service": external("a", "topic"),
    "script": script("a", "1", "one"),
    "rule": task("businessRuleTask", "a", camunda_decisionRef="route", camunda_resultVariable="way"),
    "receive": task("receiveTask", "a", messageRef="m"),
    "call": task("callActivity", "a", calledElement="child"),
    "sub-process": f'<subProcess id="a"><startEvent id="is"/><endEvent id="ie"/>{flows("is>ie")}</subProcess>',
    "exclusive": '<exclusiveGateway id="a"/>',
    "parallel": '<parallelGateway id="a"/>',
    "inclusive": '<inclusiveGateway id="a"/>',
    "throw": '<intermediateThrowEvent id="a"/>',
    "catch": event("intermediateCatchEvent", "a", '<messageEventDefinition messageRef="m"/>'),
    "many": task("userTask", "a", LOOP.format("")),
    "each": task("userTask", "a", LOOP.format(' camunda:asyncBefore="true" camunda:asyncAfter="true"')),
}


@everywhere
@pytest.mark.parametrize("kind", list(ELEMENTS))
@pytest.mark.parametrize("which", ["asyncBefore", "asyncAfter", "both", "async"])
@covers("camunda:asyncBefore", "camunda:asyncAfter", "camunda:async")
def test_asynchronous_continuations(surroundings: Surroundings, kind: str, which: str) -> None:
    names = ("asyncBefore", "asyncAfter") if which == "both" else (which,)
    marks = "".join(f' camunda:{name}="true"' for name in names)
    drawn = ELEMENTS[kind].replace(' id="a"', f' id="a"{marks}', 1)
    fragment = Fragment(
        nodes=drawn + '<task id="z"/>',
        drawn=("a>z",),
        variables={"count": 1},
        more='<message id="m" name="ping"/>',
        files=(CHILD, TABLE),
    )
    it = play(fragment, surroundings)
    if kind in ("user", "many", "each"):
        for one in it.tasks("a"):
            it.simulator.complete(one.id, {})
    elif kind == "service":
        it.work("topic")
    elif kind == "call":
        it.complete("inner")
    elif kind in ("receive", "catch"):
        it.deliver("ping")
    assert it.times("a") == it.copies * (2 if kind in ("many", "each") else 1)
    it.saw("z")
    it.finished()


def test_an_inclusive_join_waits_for_a_token_that_stands_asynchronously_before_it() -> None:
    from tests.workflows.engine.diagrams import NOW, process
    from workflows import run as engine
    from workflows.calendar import WorkCalendar
    from workflows.shelf import Shelf

    nodes = (
        '<startEvent id="s"/><inclusiveGateway id="o"/>'
        + user("r")
        + '<inclusiveGateway id="j" camunda:asyncBefore="true"/><task id="z"/><endEvent id="e"/>'
    )
    shelf, calendar = Shelf(), WorkCalendar()
    [definition] = shelf.deploy({"p.bpmn": process(nodes, "s>o o>r o>j r>j j>z z>e")})
    begun = engine.start(
        shelf, definition=definition, business_key=None, variables={}, at=NOW, calendar=calendar, start_element="s"
    )
    [task_row], [first] = begun.tasks_opened, begun.timers_set
    done = engine.complete(shelf, begun.snapshot, task_id=task_row.id, variables={}, at=NOW, calendar=calendar)
    [second] = done.timers_set
    after = engine.fire(shelf, done.snapshot, timer_id=second.id, at=NOW, calendar=calendar)
    assert after.outcome == "active"
    assert "z" not in [entry.element for entry in after.log]
    end = engine.fire(shelf, after.snapshot, timer_id=first.id, at=NOW, calendar=calendar)
    assert [entry.element for entry in end.log if entry.kind == "entered"].count("z") == 1
    assert end.outcome == "completed"


CYCLE = extensions("<camunda:failedJobRetryTimeCycle>PT5M, PT1H</camunda:failedJobRetryTimeCycle>")


@everywhere
@pytest.mark.parametrize("where", ["entering", "acting", "leaving", "further on"])
@covers("camunda:failedJobRetryTimeCycle", "camunda:asyncBefore", "camunda:asyncAfter")
def test_what_fails_asynchronously_is_tried_again_by_itself(surroundings: Surroundings, where: str) -> None:
    """After each drawn pause; then it is an incident. Somebody may have put right what was wrong meanwhile."""
    job = {"camunda_asyncAfter" if where == "leaving" else "camunda_asyncBefore": "true"}
    needed = (
        '<camunda:inputOutput><camunda:inputParameter name="m">${late}</camunda:inputParameter></camunda:inputOutput>'
    )
    inner = CYCLE.replace("<camunda:", needed + "<camunda:", 1) if where == "entering" else CYCLE
    body = "<script>late</script>" if where == "acting" else "<script>1</script>"
    first = task("scriptTask", "a", inner + body, scriptFormat="feel", camunda_resultVariable="r", **job)
    second = script("then", "late" if where == "further on" else "1", "r")
    ways = (
        ("a>then then>j fix>j j>z f>a f>fix",)
        if where != "leaving"
        else ("a>then ${late}", "then>j fix>j j>z f>a f>fix")
    )
    nodes = '<parallelGateway id="f"/>' + first + second + user("fix") + '<inclusiveGateway id="j"/><task id="z"/>'
    it = play(Fragment(nodes=nodes, drawn=ways, first="f"), surroundings)
    assert (it.incidents(), it.open()) == ([], ["fix"])
    it.wait(minutes=5)
    assert it.incidents() == []
    for one in it.tasks("fix"):
        it.simulator.complete(one.id, {"late": True})
    assert it.times("z") == 0
    it.wait(minutes=59)
    assert it.times("then") == (it.copies if where == "further on" else 0)
    it.wait(minutes=1)
    it.saw("a", "then", "z")
    it.finished()


@covers("camunda:failedJobRetryTimeCycle")
def test_after_the_last_try_it_is_an_incident_and_a_retry_by_hand_begins_anew() -> None:
    body = task(
        "scriptTask",
        "a",
        CYCLE + "<script>late</script>",
        scriptFormat="feel",
        camunda_resultVariable="r",
        camunda_asyncBefore="true",
    )
    simulator, instance = run(process('<startEvent id="s"/>' + body + '<endEvent id="e"/>', "s>a a>e"))
    for minutes in (5, 60):
        assert simulator.state(instance) == "active"
        assert [(one.element, one.deadline.due_at - simulator.now) for one in simulator.timers(instance)] == [
            ("a", timedelta(minutes=minutes))
        ]
        simulator.move_clock(simulator.now + timedelta(minutes=minutes))
    [incident] = simulator.incidents(instance)
    assert (incident.element, incident.code, simulator.timers(instance)) == ("a", "unknown_name", [])
    simulator.retry(incident.id, {"late": 1})
    assert (simulator.state(instance), simulator.variables(instance)["r"]) == ("completed", 1)


def test_start_and_end_events_too() -> None:
    from tests.workflows.engine.diagrams import process

    both = 'camunda:asyncBefore="true" camunda:asyncAfter="true"'
    simulator, instance = run(process(f'<startEvent id="s" {both}/><endEvent id="e" {both}/>', "s>e"))
    assert simulator.path(instance) == ["s", "e"]
    assert simulator.state(instance) == "completed"
