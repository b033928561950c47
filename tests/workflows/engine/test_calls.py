"""Call activities: a called process is an instance of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workflows.engine.diagrams import (
    NOW,
    boundary,
    complete,
    event,
    extensions,
    external,
    open_elements,
    process,
    run,
    simulate,
    task,
    timer,
    user,
)
from workflows.errors import DeploymentRefused

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
MORE = '<error id="err" name="E" errorCode="E"/><escalation id="esc" name="up" escalationCode="UP"/>'


def call(inner: str = "", **attributes: str) -> str:
    return task("callActivity", "c", extensions(inner) if inner else "", **{"calledElement": "q", **attributes})


CHILD = process(START + user("a") + END, "s>a a>e", key="q", more=MORE)


def test_variables_and_the_business_key_go_in_and_out() -> None:
    inner = (
        '<camunda:in businessKey="${code}"/><camunda:in source="x" target="y"/>'
        '<camunda:in sourceExpression="${x + 1}" target="z"/>'
        '<camunda:out source="answer" target="result"/><camunda:out sourceExpression="${answer + 1}" target="more"/>'
    )
    simulator, instance = run(process(START + call(inner) + END, "s>c c>e"), {"x": 1, "code": "K", "secret": 1}, CHILD)
    [child] = simulator.children(instance)
    assert simulator.variables(child) == {"y": 1, "z": 2}
    complete(simulator, instance, "a", {"answer": 5})
    assert simulator.state(child) == simulator.state(instance) == "completed"
    assert simulator.variables(instance) == {"x": 1, "code": "K", "secret": 1, "result": 5, "more": 6}


def test_all_variables_in_and_out_and_none_without_a_mapping() -> None:
    inner = '<camunda:in variables="all"/><camunda:out variables="all"/>'
    simulator, instance = run(process(START + call(inner) + END, "s>c c>e"), {"x": 1}, CHILD)
    complete(simulator, instance, "a", {"x": 2, "y": 3})
    assert simulator.variables(instance) == {"x": 2, "y": 3}
    simulator, instance = run(process(START + call() + END, "s>c c>e"), {"x": 1}, CHILD)
    assert simulator.variables(simulator.children(instance)[0]) == {}
    complete(simulator, instance, "a", {"x": 2})
    assert simulator.variables(instance) == {"x": 1}


def test_local_variables_only() -> None:
    inner = (
        '<camunda:inputOutput><camunda:inputParameter name="l">1</camunda:inputParameter></camunda:inputOutput>'
        '<camunda:in variables="all" local="true"/>'
    )
    simulator, instance = run(process(START + call(inner) + END, "s>c c>e"), {"x": 1}, CHILD)
    assert simulator.variables(simulator.children(instance)[0]) == {"l": "1"}


def test_binding_is_resolved_when_the_call_is_made() -> None:
    newer = process(START + user("b") + END, "s>b b>e", key="q")
    newest = process(START + user("c3") + END, "s>c3 c3>e", key="q")
    for attributes, expected in (
        ({}, "c3"),
        ({"camunda_calledElementBinding": "deployment"}, "b"),
        ({"camunda_calledElementBinding": "version", "camunda_calledElementVersion": "${1}"}, "a"),
    ):
        simulator = simulate(CHILD)
        simulator.deploy({"p.bpmn": process(START + call(**attributes) + END, "s>c c>e"), "q.bpmn": newer})
        simulator.deploy({"q.bpmn": newest})
        instance = simulator.start("p")
        assert open_elements(simulator, instance) == [expected]


def test_cancelling_the_call_cancels_the_called_instance() -> None:
    drawn = START + call() + boundary("b", "c", timer("timeDuration", "PT1H")) + user("x") + END
    simulator, instance = run(process(drawn, "s>c c>e b>x x>e"), {}, CHILD)
    [child] = simulator.children(instance)
    simulator.move_clock(NOW + timedelta(hours=1))
    assert simulator.state(child) == "cancelled"
    assert open_elements(simulator, instance) == ["x"]


def test_cancelling_reaches_called_processes_of_called_processes() -> None:
    middle = process(START + task("callActivity", "d", calledElement="r") + END, "s>d d>e", key="q")
    inner = process(START + user("a") + END, "s>a a>e", key="r")
    simulator, instance = run(process(START + call() + END, "s>c c>e"), {}, middle, inner)
    [child] = simulator.children(instance)
    [grandchild] = simulator.children(child)
    simulator.cancel(instance)
    assert [simulator.state(i) for i in (instance, child, grandchild)] == ["cancelled"] * 3
    assert simulator.open_tasks(instance) == []


def test_an_error_leaving_the_called_process_maps_its_variables_first() -> None:
    child = process(
        START + user("a") + event("endEvent", "e", '<errorEventDefinition errorRef="err"/>'),
        "s>a a>e",
        key="q",
        more=MORE,
    )
    inner = '<camunda:out source="why" target="reason"/>'
    drawn = START + call(inner) + boundary("b", "c", '<errorEventDefinition errorRef="err"/>') + user("x") + END
    simulator, instance = run(process(drawn, "s>c c>e b>x x>e", more=MORE), {}, child)
    complete(simulator, instance, "a", {"why": "late"})
    assert open_elements(simulator, instance) == ["x"]
    assert simulator.variables(instance) == {"reason": "late"}


def test_an_error_nobody_catches_stands_at_the_call_and_retry_calls_again() -> None:
    child = process(
        START + user("a") + event("endEvent", "e", '<errorEventDefinition errorRef="err"/>'),
        "s>a a>e",
        key="q",
        more=MORE,
    )
    simulator, instance = run(process(START + call() + END, "s>c c>e"), {}, child)
    complete(simulator, instance, "a")
    assert [(i.element, i.code) for i in simulator.incidents(instance)] == [("c", "error_uncaught")]
    simulator.retry(simulator.incidents(instance)[0].id)
    assert len(simulator.children(instance)) == 2
    assert open_elements(simulator, instance) == ["a"]


def test_an_escalation_leaves_the_called_process_running() -> None:
    child = process(
        START
        + event("intermediateThrowEvent", "t", '<escalationEventDefinition escalationRef="esc"/>')
        + user("a")
        + END,
        "s>t t>a a>e",
        key="q",
        more=MORE,
    )
    catcher = boundary("b", "c", '<escalationEventDefinition escalationRef="esc"/>', interrupting=False)
    simulator, instance = run(
        process(START + call() + catcher + user("x") + END, "s>c c>e b>x x>e", more=MORE), {}, child
    )
    assert open_elements(simulator, instance) == ["a", "x"]
    complete(simulator, instance, "a")
    complete(simulator, instance, "x")
    assert simulator.state(instance) == "completed"


def test_a_workers_error_goes_up_to_the_caller() -> None:
    child = process(START + external("a", "t") + END, "s>a a>e", key="q")
    drawn = START + call() + boundary("b", "c", "<errorEventDefinition/>") + user("x") + END
    simulator, instance = run(process(drawn, "s>c c>e b>x x>e"), {}, child)
    [child_id] = simulator.children(instance)
    simulator.bpmn_error(simulator.external("t")[0].id, "E7")
    assert open_elements(simulator, instance) == ["x"]
    assert simulator.state(child_id) == "cancelled"


def test_a_call_whose_target_is_worked_out_may_miss_it() -> None:
    simulator, instance = run(
        process(START + call(calledElement="${which}") + END, "s>c c>e"), {"which": "nope"}, CHILD
    )
    [incident] = simulator.incidents(instance)
    assert (incident.element, incident.code) == ("c", "unknown_definition")
    simulator.retry(incident.id, {"which": "q"})
    assert open_elements(simulator, instance) == ["a"]


def test_a_missing_called_process_is_refused_at_deploy() -> None:
    with pytest.raises(DeploymentRefused) as refused:
        simulate(process(START + call() + END, "s>c c>e"))
    assert [problem.code for problem in refused.value.problems if problem.severity == "error"] == ["call_unknown"]


def test_one_call_per_item() -> None:
    many = '<multiInstanceLoopCharacteristics camunda:collection="units" camunda:elementVariable="unit"/>'
    inner = '<camunda:in source="unit" target="unit"/><camunda:out source="answer" target="last"/>'
    drawn = task("callActivity", "c", extensions(inner) + many, calledElement="q")
    simulator, instance = run(process(START + drawn + END, "s>c c>e"), {"units": ["A", "B", "C"]}, CHILD)
    assert [simulator.variables(child)["unit"] for child in simulator.children(instance)] == ["A", "B", "C"]
    for opened in simulator.open_tasks(instance):
        simulator.complete(opened.id, {"answer": 1})
    assert simulator.state(instance) == "completed"


def test_a_failing_out_mapping_keeps_what_came_back() -> None:
    inner = '<camunda:out sourceExpression="${answer + missing}" target="r"/>'
    simulator, instance = run(process(START + call(inner) + END, "s>c c>e"), {}, CHILD)
    complete(simulator, instance, "a", {"answer": 1})
    [incident] = simulator.incidents(instance)
    assert (incident.element, incident.code) == ("c", "unknown_name")
    assert len(simulator.children(instance)) == 1
