"""What fails after an accepted act stands as an incident; the act is kept, siblings go on, retry goes on from there."""

from __future__ import annotations

import pytest

from tests.workflows.engine.diagrams import (
    complete,
    event,
    external,
    flows,
    io,
    open_elements,
    process,
    run,
    script,
    simulate,
    task,
    timer,
    user,
)
from workflows import moves, world
from workflows import run as engine
from workflows.errors import NotWaiting, UnknownDefinition, WorkflowError
from workflows.feel import limits
from workflows.simulate import Simulator

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
GATEWAY = process(
    START + user("a") + '<exclusiveGateway id="x" name="Đủ điều kiện?"/>' + task("task", "b") + task("task", "c") + END,
    "s>a a>x b>e c>e",
    "x>b ${n > 1}",
    "x>c ${n < 0}",
)


def test_a_gateway_that_fails_after_an_accepted_act_keeps_the_act() -> None:
    simulator, instance = run(GATEWAY)
    complete(simulator, instance, "a", {"n": 0, "note": "kept"})
    assert simulator.state(instance) == "incident"
    assert simulator.variables(instance) == {"n": 0, "note": "kept"}
    assert open_elements(simulator, instance) == []
    [incident] = simulator.incidents(instance)
    assert (incident.element, incident.code) == ("x", "no_flow")
    assert "Đủ điều kiện?" in incident.message
    simulator.retry(incident.id)
    assert [one.id for one in simulator.incidents(instance)] == [incident.id]
    simulator.retry(incident.id, {"n": 2})
    assert simulator.state(instance) == "completed"
    assert simulator.path(instance) == ["s", "a", "x", "b", "e"]
    with pytest.raises(NotWaiting):
        simulator.retry(incident.id)


def test_siblings_go_on() -> None:
    data = process(
        START
        + '<parallelGateway id="f"/>'
        + script("bad", "missing + 1", "x")
        + user("good")
        + '<parallelGateway id="j"/>'
        + END,
        "s>f f>bad f>good bad>j good>j j>e",
    )
    simulator, instance = run(data)
    complete(simulator, instance, "good")
    assert simulator.state(instance) == "incident"
    simulator.retry(simulator.incidents(instance)[0].id, {"missing": 1})
    assert simulator.state(instance) == "completed"


def test_a_task_whose_way_out_fails_is_closed_as_completed_and_not_asked_again() -> None:
    data = process(START + user("a") + task("task", "b") + END, "b>e", "a>b ${go}", "s>a")
    simulator, instance = run(data)
    task_id = simulator.open_tasks(instance)[0].id
    advance = engine.complete(
        simulator.library,
        simulator.snapshot(instance),
        task_id=task_id,
        variables={"x": 1},
        at=simulator.now,
        calendar=simulator.calendar,
    )
    assert [(closed.id, closed.reason) for closed in advance.tasks_closed] == [(task_id, "completed")]
    assert [incident.element for incident in advance.incidents_raised] == ["a"]
    assert advance.outcome == "active"
    complete(simulator, instance, "a")
    simulator.retry(simulator.incidents(instance)[0].id, {"go": True})
    assert simulator.state(instance) == "completed"


@pytest.mark.parametrize("name", ["asyncBefore", "asyncAfter", "nothing"])
def test_output_parameters_are_not_mapped_twice_by_a_retry(name: str) -> None:
    step = task("task", "a", io({}, {"n": "${n + 1}"}), **{f"camunda_{name}": "true"} if name != "nothing" else {})
    nodes = START + user("u") + step + task("task", "b") + END
    simulator, instance = run(process(nodes, "s>u u>a b>e", "a>b ${way}"), {"n": 0})
    complete(simulator, instance, "u")
    [incident] = simulator.incidents(instance)
    simulator.retry(incident.id, {"way": True})
    assert (simulator.state(instance), simulator.variables(instance)["n"]) == ("completed", 1)


def test_a_thrown_message_is_not_sent_twice_by_a_retry() -> None:
    data = process(
        START
        + event("intermediateThrowEvent", "t", io({}, {"r": "${later}"}) + '<messageEventDefinition messageRef="m"/>')
        + END,
        "s>t t>e",
        more='<message id="m" name="go"/>',
    )
    simulator, instance = run(data)
    assert len(simulator.undelivered) == 1
    simulator.retry(simulator.incidents(instance)[0].id, {"later": 1})
    assert simulator.state(instance) == "completed"
    assert len(simulator.undelivered) == 1


@pytest.mark.parametrize("text", ["1", "'yes'", "null", "items"])
def test_a_condition_that_is_not_a_boolean_is_an_incident(text: str) -> None:
    data = process(
        START + '<exclusiveGateway id="x" default="x-e"/>' + task("task", "b") + END, "s>x x>e b>e", f"x>b ${{{text}}}"
    )
    simulator, instance = run(data, {"items": [True]})
    assert [i.code for i in simulator.incidents(instance)] == ["condition_not_boolean"]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("camunda_dueDate", "${missing}"),
        ("camunda_assignee", "${missing}"),
        ("camunda_priority", "${'high'}"),
        ("camunda_dueDate", "${'tomorrow'}"),
        ("camunda_formKey", "${missing}"),
    ],
)
def test_a_task_that_cannot_open_is_an_incident_before_it(attribute: str, value: str) -> None:
    simulator, instance = run(process(START + user("a", **{attribute: value}) + END, "s>a a>e"))
    assert [i.element for i in simulator.incidents(instance)] == ["a"]
    assert simulator.path(instance) == ["s"]
    assert simulator.open_tasks(instance) == []


def test_a_worker_that_gives_up_leaves_an_incident_and_retry_opens_the_task_again() -> None:
    simulator, instance = run(process(START + external("a", "t") + END, "s>a a>e"), {"n": 1})
    [work] = simulator.external("t")
    simulator.fail_external(work.id, "máy chủ thư không trả lời", code="smtp")
    [incident] = simulator.incidents(instance)
    assert (incident.id, incident.code, incident.message) == (work.id, "smtp", "máy chủ thư không trả lời")
    assert simulator.external("t") == []
    with pytest.raises(NotWaiting):
        simulator.finish_external(work.id)
    simulator.retry(incident.id, {"n": 2})
    [again] = simulator.external("t")
    assert (again.id, again.variables) == (work.id, {"n": 2})
    simulator.finish_external(again.id)
    assert simulator.state(instance) == "completed"


def test_a_missing_table_is_an_incident() -> None:
    drawn = task("businessRuleTask", "a", camunda_decisionRef="${which}", camunda_resultVariable="r")
    simulator, instance = run(process(START + drawn + END, "s>a a>e"), {"which": "nope"})
    assert [(i.element, i.code) for i in simulator.incidents(instance)] == [("a", "unknown_definition")]


def test_a_loop_without_a_wait_state_ends_as_an_incident() -> None:
    data = process(
        START
        + '<exclusiveGateway id="in"/>'
        + script("k", "n + 1", "n")
        + '<exclusiveGateway id="x" default="x-in"/>'
        + END,
        "s>in in>k k>x x>in",
        "x>e ${n < 0}",
    )
    simulator, instance = run(data, {"n": 0})
    assert [(i.element, i.code) for i in simulator.incidents(instance)] == [("s", "endless_loop")]
    assert simulator.variables(instance) == {"n": 0}


def test_a_fork_that_feeds_itself_leaves_the_instance_as_it_was_before_it_began() -> None:
    data = process(
        START + user("u") + '<exclusiveGateway id="in"/><parallelGateway id="f"/>' + user("a") + END,
        "s>u u>in in>f f>in f>a a>e",
    )
    simulator, instance = run(data)
    complete(simulator, instance, "u", {"kept": True})
    [incident] = simulator.incidents(instance)
    assert (incident.element, incident.code) == ("u", "endless_loop")
    assert simulator.open_tasks(instance) == []
    assert simulator.path(instance) == ["s", "u"]
    assert simulator.variables(instance) == {"kept": True}
    assert simulator.size(instance) < 300


def test_a_runaway_may_be_mended_and_retried() -> None:
    data = process(
        START + user("u") + '<exclusiveGateway id="in"/><exclusiveGateway id="x"/>' + user("a") + END,
        "s>u u>in in>x",
        "x>in ${again}",
        "x>a ${!again}",
        "a>e",
    )
    simulator, instance = run(data)
    complete(simulator, instance, "u", {"again": True})
    [incident] = simulator.incidents(instance)
    simulator.retry(incident.id, {"again": False})
    assert simulator.path(instance) == ["s", "u", "in", "x", "a"]


def test_a_multi_instance_of_multi_instances_asks_for_too_much() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>4000</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    inner = '<startEvent id="is"/>' + task("userTask", "a", loop) + '<endEvent id="ie"/>' + flows("is>a a>ie")
    simulator, instance = run(process(START + task("subProcess", "box", loop + inner) + END, "s>box box>e"))
    assert [(i.element, i.code) for i in simulator.incidents(instance)] == [("s", "endless_loop")]
    assert simulator.size(instance) < 300


def test_five_thousand_items_of_several_steps_are_no_runaway() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>5000</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    inner = '<startEvent id="is"/><task id="a"/><task id="b"/><endEvent id="ie"/>' + flows("is>a a>b b>ie")
    simulator, instance = run(process(START + task("subProcess", "box", loop + inner) + END, "s>box box>e"))
    assert simulator.state(instance) == "completed"


def test_processes_that_call_themselves_without_end_are_stopped() -> None:
    simulator = simulate(process(START + task("callActivity", "c", calledElement="p") + END, "s>c c>e"))
    instance = simulator.start("p")
    assert simulator.state(instance) == "incident"
    assert [i.code for one in simulator.instances("p") for i in simulator.incidents(one)] == ["endless_calls"]


def test_a_process_that_calls_itself_twice_over_is_stopped_and_the_act_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "MAX_CALLS", 40)
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    call = task("callActivity", "c", loop, calledElement="q")
    simulator = simulate(
        process(START + user("a") + call + END, "s>a a>c c>e"), process(START + call + END, "s>c c>e", key="q")
    )
    instance = simulator.start("p")
    complete(simulator, instance, "a", {"n": 1})
    assert (simulator.state(instance), simulator.variables(instance)) == ("incident", {"n": 1})
    stopped = [(i.element, i.code) for one in simulator.running() for i in simulator.incidents(one)]
    assert set(stopped) == {("c", "endless_calls")}
    assert len(simulator.running()) == 41


@pytest.mark.parametrize("name", ["asyncBefore", "asyncAfter"])
def test_asynchronous_steps_without_end_are_stopped(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "MAX_HOPS", 20)
    step = task("userTask", "u") + task("task", "a", io({}, {"n": "${n + 1}"}), **{f"camunda_{name}": "true"})
    ways = ("s>u u>a a>x", "x>a ${n < 1000}", "x>e ${n >= 1000}")
    simulator, instance = run(process(START + step + '<exclusiveGateway id="x"/>' + END, *ways), {"n": 0})
    complete(simulator, instance, "u", {"kept": True})
    [incident] = simulator.incidents(instance)
    assert (incident.element, incident.code) == ("a", "endless_loop")
    assert simulator.variables(instance) == {"n": 20, "kept": True}
    simulator.retry(incident.id, {"n": 990})
    assert (simulator.state(instance), simulator.variables(instance)["n"]) == ("completed", 1000)


def test_timers_that_are_always_due_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "MAX_HOPS", 20)
    nodes = (
        START
        + user("u")
        + '<exclusiveGateway id="m"/>'
        + event("intermediateCatchEvent", "t", timer("timeDuration", "${span}"))
    )
    simulator, instance = run(process(nodes, "s>u u>m m>t t>m"))
    complete(simulator, instance, "u", {"span": "PT0S"})
    simulator.move_clock(simulator.now)
    [incident] = simulator.incidents(instance)
    assert (incident.element, incident.code, simulator.path(instance).count("t")) == ("t", "endless_loop", 21)
    simulator.retry(incident.id, {"span": "PT1M"})
    for _ in range(30):
        simulator.move_clock(simulator.timers(instance)[0].deadline.due_at)
    assert simulator.state(instance) == "active"


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_messages_and_signals_without_end_are_stopped(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "MAX_WORK", 100)
    definition = f'<{kind}EventDefinition {kind}Ref="m"/>'
    nodes = event("startEvent", "s", definition) + event("endEvent", "e", definition)
    simulator = simulate(process(nodes, "s>e", more=f'<{kind} id="m" name="again"/>'))
    with pytest.raises(WorkflowError) as refused:
        simulator.deliver("again") if kind == "message" else simulator.signal("again")
    assert refused.value.code == "endless_loop"
    assert len(simulator.running()) <= 101


COSTLY = "=count(for i in 1..100, j in 1..100 return i * j)"


@pytest.mark.parametrize(
    "body",
    [
        task(
            "scriptTask", "a", "{loop}" + f"<script>{COSTLY}</script>", scriptFormat="feel", camunda_resultVariable="r"
        ),
        task("userTask", "a", io({"copy": "${long}"}) + "{loop}"),
    ],
    ids=["expressions", "copies"],
)
def test_thousands_of_costly_expressions_stand_as_incidents(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each within its own limit, together far beyond what a command may spend; the cheap ones go on."""
    monkeypatch.setattr(limits, "COMMAND_STEPS", 100_000)
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>200</loopCardinality></multiInstanceLoopCharacteristics>"
    cheap = task("userTask", "other", camunda_assignee='=if 1 < 2 then "an" else "chi"')
    nodes = START + user("u") + '<parallelGateway id="f"/>' + body.replace("{loop}", loop) + cheap + END
    simulator, instance = run(process(nodes, "s>u u>f f>a f>other a>e other>e"), {"long": [1] * 5_000})
    complete(simulator, instance, "u", {"kept": 1})
    stopped = simulator.incidents(instance)
    assert {(one.element, one.code) for one in stopped} == {("a", "expression_too_costly")}
    assert len(stopped) > 150
    assert open_elements(simulator, instance).count("other") == 1
    simulator.retry(stopped[0].id)
    assert len(simulator.incidents(instance)) == len(stopped) - 1


def ask(simulator: Simulator, verb: str, **command: object) -> None:
    getattr(engine, verb)(
        simulator.library, simulator.snapshot("i1"), at=simulator.now, calendar=simulator.calendar, **command
    )


@pytest.mark.parametrize(
    ("verb", "command"),
    [
        ("complete", {"task_id": "?", "variables": {}}),
        ("finish_external", {"task_id": "?", "variables": {}}),
        ("fail_external", {"task_id": "?", "code": "c", "message": "m"}),
        ("bpmn_error", {"task_id": "?", "code": "c"}),
        ("escalate", {"token_id": "?", "code": "c"}),
        ("deliver", {"subscription_id": "?", "variables": {}}),
        ("fire", {"timer_id": "?"}),
        ("finish_call", {"token_id": "?", "variables": {}}),
        ("retry", {"incident_id": "?"}),
    ],
)
def test_a_verb_on_what_does_not_wait_is_refused(verb: str, command: dict[str, object]) -> None:
    simulator, instance = run(process(START + user("a") + '<intermediateThrowEvent id="t"/>' + END, "s>a a>t t>e"))
    unknown = {key: "6929b411-1055-4e8d-9c93-e2bff409c9ac" if value == "?" else value for key, value in command.items()}
    for arguments in (unknown, {key: "no id" if value == "?" else value for key, value in command.items()}):
        with pytest.raises(NotWaiting):
            ask(simulator, verb, **arguments)
    other_kind = {
        key: simulator.open_tasks(instance)[0].id if value == "?" else value for key, value in command.items()
    }
    if verb not in ("complete", "bpmn_error", "escalate", "fail_external"):
        with pytest.raises(NotWaiting):
            ask(simulator, verb, **other_kind)


def test_an_unknown_process_or_start_is_refused() -> None:
    simulator = simulate(process(START + END, "s>e"))
    with pytest.raises(UnknownDefinition):
        simulator.start("nope")
    with pytest.raises(UnknownDefinition):
        engine.start(
            simulator.library,
            definition=simulator.library.process("p"),
            business_key=None,
            variables={},
            at=simulator.now,
            calendar=simulator.calendar,
            start_element="e",
        )
