"""Embedded, event and transaction sub-processes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workflows.engine.diagrams import (
    NOW,
    boundary,
    complete,
    event,
    extensions,
    flows,
    io,
    message,
    open_elements,
    process,
    run,
    script,
    task,
    timer,
    user,
)

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
MORE = (
    '<message id="m" name="withdraw"/><error id="err" name="E" errorCode="E"/><signal id="sig" name="news"/>'
    '<escalation id="esc" name="up" escalationCode="UP"/>'
)


def sub(inner: str, *drawn: str, tag: str = "subProcess", element: str = "sub", **attributes: str) -> str:
    return task(tag, element, inner + flows(*drawn), **attributes)


def listener(element: str, definition: str, body: str, *drawn: str, interrupting: bool = True) -> str:
    """An event sub-process `<element>` with start `<element>s`."""
    start = event("startEvent", f"{element}s", definition, isInterrupting="true" if interrupting else "false")
    return sub(start + body, *drawn, element=element, triggeredByEvent="true")


def test_an_embedded_sub_process_runs_inside() -> None:
    inner = sub('<startEvent id="is"/>' + user("a") + '<endEvent id="ie"/>', "is>a a>ie")
    simulator, instance = run(process(START + inner + user("b") + END, "s>sub sub>b b>e"))
    complete(simulator, instance, "a", {"x": 1})
    assert open_elements(simulator, instance) == ["b"]
    assert simulator.path(instance) == ["s", "sub", "is", "a", "ie", "b"]
    assert simulator.variables(instance) == {"x": 1}


def test_a_sub_process_waits_for_all_its_branches() -> None:
    inner = sub(
        '<startEvent id="is"/><parallelGateway id="f"/>'
        + user("a")
        + user("b")
        + '<endEvent id="i1"/><endEvent id="i2"/>',
        "is>f f>a f>b a>i1 b>i2",
    )
    simulator, instance = run(process(START + inner + END, "s>sub sub>e"))
    complete(simulator, instance, "a")
    assert simulator.state(instance) == "active"
    complete(simulator, instance, "b")
    assert simulator.state(instance) == "completed"


def test_interrupting_a_sub_process_takes_everything_inside_with_it() -> None:
    deep = sub('<startEvent id="ds"/>' + user("a") + '<endEvent id="de"/>', "ds>a a>de", element="deep")
    inner = sub('<startEvent id="is"/>' + deep + '<endEvent id="ie"/>', "is>deep deep>ie")
    drawn = START + inner + boundary("b", "sub", timer("timeDuration", "PT1H")) + user("late") + END
    simulator, instance = run(process(drawn, "s>sub sub>e b>late late>e"))
    simulator.move_clock(NOW + timedelta(hours=1))
    assert open_elements(simulator, instance) == ["late"]
    complete(simulator, instance, "late")
    assert simulator.state(instance) == "completed"


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_message_event_sub_process(interrupting: bool) -> None:
    body = listener("out", message("m"), user("w") + '<endEvent id="we"/>', "outs>w w>we", interrupting=interrupting)
    simulator, instance = run(process(START + user("a") + body + END, "s>a a>e", more=MORE))
    simulator.deliver("withdraw", variables={"why": "x"})
    assert open_elements(simulator, instance) == (["w"] if interrupting else ["a", "w"])
    if not interrupting:
        simulator.deliver("withdraw")
        assert open_elements(simulator, instance) == ["a", "w", "w"]
        complete(simulator, instance, "a")
        assert simulator.state(instance) == "active"
    for opened in simulator.open_tasks(instance):
        simulator.complete(opened.id)
    assert simulator.state(instance) == "completed"
    assert simulator.variables(instance)["why"] == "x"


def test_listeners_do_not_keep_a_process_alive() -> None:
    body = listener("out", message("m"), '<endEvent id="we"/>', "outs>we")
    simulator, instance = run(process(START + user("a") + body + END, "s>a a>e", more=MORE))
    complete(simulator, instance, "a")
    assert simulator.state(instance) == "completed"
    assert simulator.waiting(instance) == []


@pytest.mark.parametrize(
    ("definition", "trigger"),
    [
        (timer("timeDuration", "PT1H"), "clock"),
        ('<signalEventDefinition signalRef="sig"/>', "signal"),
        ("<conditionalEventDefinition><condition>${n > 1}</condition></conditionalEventDefinition>", "change"),
        ('<errorEventDefinition errorRef="err"/>', "error"),
        ('<escalationEventDefinition escalationRef="esc"/>', "escalation"),
    ],
)
def test_every_kind_of_event_sub_process_interrupts_its_siblings(definition: str, trigger: str) -> None:
    inner = (
        '<startEvent id="is"/><parallelGateway id="f"/>'
        + user("a")
        + user("b")
        + user("c")
        + user("d")
        + event("endEvent", "ea", '<errorEventDefinition errorRef="err"/>')
        + event("endEvent", "eb", '<escalationEventDefinition escalationRef="esc"/>')
        + '<endEvent id="ec"/><endEvent id="ed"/>'
        + listener("out", definition, user("w") + '<endEvent id="we"/>', "outs>w w>we")
        + listener("other", message("m"), '<endEvent id="oe"/>', "others>oe")
    )
    body = sub(inner, "is>f f>a f>b f>c f>d a>ea b>eb c>ec d>ed")
    simulator, instance = run(process(START + body + END, "s>sub sub>e", more=MORE), {"n": 0})
    if trigger == "clock":
        simulator.move_clock(NOW + timedelta(hours=1))
    elif trigger == "signal":
        simulator.signal("news")
    elif trigger == "change":
        complete(simulator, instance, "d", {"n": 2})
    else:
        complete(simulator, instance, "a" if trigger == "error" else "b")
    assert open_elements(simulator, instance) == ["w"]
    assert simulator.waiting(instance) == []
    complete(simulator, instance, "w")
    assert simulator.state(instance) == "completed"


def test_an_error_thrown_inside_an_error_sub_process_goes_outwards() -> None:
    catch = '<errorEventDefinition errorRef="err"/>'
    inner = (
        '<startEvent id="is"/>'
        + user("a")
        + event("endEvent", "ie", catch)
        + listener("out", catch, user("w") + event("endEvent", "we", catch), "outs>w w>we")
    )
    drawn = START + sub(inner, "is>a a>ie") + boundary("b", "sub", catch) + user("x") + END
    simulator, instance = run(process(drawn, "s>sub sub>e b>x x>e", more=MORE))
    complete(simulator, instance, "a")
    assert open_elements(simulator, instance) == ["w"]
    complete(simulator, instance, "w")
    assert open_elements(simulator, instance) == ["x"]


def test_a_timer_cycle_in_an_event_sub_process_repeats() -> None:
    body = listener("out", timer("timeCycle", "R2/PT1H"), '<endEvent id="we"/>', "outs>we", interrupting=False)
    simulator, instance = run(process(START + user("a") + body + END, "s>a a>e"))
    for hour in (1, 2, 3):
        simulator.move_clock(NOW + timedelta(hours=hour))
    assert simulator.path(instance).count("out") == 2
    assert simulator.state(instance) == "active"


def test_a_cancelled_transaction_takes_its_boundary() -> None:
    inner = (
        '<startEvent id="is"/><parallelGateway id="f"/>'
        + user("a")
        + user("b")
        + event("endEvent", "cancel", "<cancelEventDefinition/>")
        + '<endEvent id="ie"/>'
    )
    drawn = (
        START
        + sub(inner, "is>f f>a f>b a>cancel b>ie", tag="transaction")
        + boundary("c", "sub", "<cancelEventDefinition/>")
        + user("x")
        + user("y")
        + END
    )
    data = process(drawn, "s>sub sub>x c>y x>e y>e")
    simulator, instance = run(data)
    complete(simulator, instance, "a")
    assert open_elements(simulator, instance) == ["y"]
    simulator, instance = run(data)
    complete(simulator, instance, "b")
    assert open_elements(simulator, instance) == ["a"]


def test_a_sub_process_has_locals_of_its_own() -> None:
    inner = (
        io({"x": "${x + 1}"}, {"result": "${x}"})
        + '<startEvent id="is"/>'
        + script("k", "x * 10", "x")
        + '<endEvent id="ie"/>'
    )
    simulator, instance = run(process(START + sub(inner, "is>k k>ie") + END, "s>sub sub>e"), {"x": 1})
    assert simulator.variables(instance) == {"x": 1, "result": 20}


def test_events_inside_a_multi_instance_of_sub_processes_stay_with_theirs() -> None:
    many = '<multiInstanceLoopCharacteristics camunda:collection="units" camunda:elementVariable="unit"/>'
    catch = boundary("b", "a", '<errorEventDefinition errorRef="err"/>')
    inner = (
        many
        + '<startEvent id="is"/>'
        + user("a", camunda_assignee="${unit}")
        + catch
        + user("r")
        + '<endEvent id="ie"/>'
    )
    simulator, instance = run(
        process(START + sub(inner, "is>a a>ie b>r r>ie") + END, "s>sub sub>e", more=MORE), {"units": ["A", "B"]}
    )
    [of_a] = [opened for opened in simulator.open_tasks(instance) if opened.assignee == "A"]
    simulator.bpmn_error(of_a.id, "E")
    assert open_elements(simulator, instance) == ["a", "r"]
    for opened in simulator.open_tasks(instance):
        simulator.complete(opened.id)
    assert simulator.state(instance) == "completed"


def test_extensions_of_what_is_inside_are_not_the_sub_processs() -> None:
    properties = extensions('<camunda:properties><camunda:property name="unit" value="inner"/></camunda:properties>')
    inner = '<startEvent id="is"/>' + task("userTask", "a", properties) + '<endEvent id="ie"/>'
    simulator, instance = run(process(START + sub(inner, "is>a a>ie") + END, "s>sub sub>e"))
    assert simulator.open_tasks(instance)[0].properties == {"unit": "inner"}
    definition = simulator.library.process("p")
    assert definition.spec.process.task_specs["sub"].properties == {}
