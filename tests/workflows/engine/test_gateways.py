"""Gateways: exclusive, parallel, inclusive, event-based."""

from __future__ import annotations

from datetime import timedelta

from tests.workflows.engine.diagrams import (
    NOW,
    complete,
    event,
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
MESSAGES = '<message id="m1" name="first"/><message id="m2" name="second"/>'


def test_exclusive_takes_the_first_that_holds() -> None:
    data = process(
        START + '<exclusiveGateway id="x" default="x-d"/>' + "".join(task("task", n) for n in "bcd") + END,
        "s>x x>d b>e c>e d>e",
        "x>b ${n > 1}",
        "x>c ${n > 0}",
    )
    assert [run(data, {"n": n})[0].path("i1")[2] for n in (2, 1, 0)] == ["b", "c", "d"]


def test_a_misspelt_variable_beside_a_default_flow_is_an_incident() -> None:
    data = process(
        START + '<exclusiveGateway id="x" default="x-e"/>' + task("task", "b") + END, "s>x x>e b>e", "x>b ${approvd}"
    )
    simulator, instance = run(data, {"approved": True})
    assert simulator.state(instance) == "incident"
    assert [(i.element, i.code) for i in simulator.incidents(instance)] == [("x", "unknown_name")]


def test_feel_conditions_are_as_strict() -> None:
    data = process(
        START + '<exclusiveGateway id="x" default="x-e"/>' + task("task", "b") + END,
        "s>x x>e b>e",
        "x>b =approvd = true",
    )
    simulator, instance = run(data, {"approved": True})
    assert simulator.state(instance) == "incident"


def test_parallel_waits_for_all_and_loops_cost_the_same() -> None:
    data = process(
        START
        + '<exclusiveGateway id="in"/><parallelGateway id="fork"/>'
        + user("a")
        + user("b")
        + '<parallelGateway id="join"/><exclusiveGateway id="x" default="x-e"/>'
        + END,
        "s>in in>fork fork>a fork>b a>join b>join join>x x>e",
        "x>in ${again}",
    )
    simulator, instance = run(data)
    sizes = []
    for _ in range(60):
        complete(simulator, instance, "a", {"again": True})
        assert open_elements(simulator, instance) == ["b"]
        complete(simulator, instance, "b")
        sizes.append(simulator.size(instance))
    assert len(set(sizes)) == 1
    complete(simulator, instance, "a", {"again": False})
    complete(simulator, instance, "b")
    assert simulator.state(instance) == "completed"


def test_two_tokens_on_one_flow_do_not_make_a_join_fire() -> None:
    """Both branches of the first split reach the join by one flow; the other flow is still empty."""
    data = process(
        START
        + '<parallelGateway id="f"/><exclusiveGateway id="m"/>'
        + user("a")
        + user("b")
        + user("c")
        + '<parallelGateway id="j"/>'
        + END,
        "s>f f>a f>b f>c a>m b>m m>j c>j j>e",
    )
    simulator, instance = run(data)
    complete(simulator, instance, "a")
    complete(simulator, instance, "b")
    assert simulator.tokens(instance) == {"c": 1, "j": 2}
    complete(simulator, instance, "c")
    assert simulator.tokens(instance) == {"j": 1}, "one of each flow is consumed, the excess stays"
    assert simulator.state(instance) == "active"


def test_inclusive_waits_only_for_what_can_still_come() -> None:
    data = process(
        START
        + '<inclusiveGateway id="o" default="o-d"/>'
        + user("a")
        + user("b")
        + task("task", "d")
        + '<inclusiveGateway id="j"/>'
        + END,
        "s>o o>d a>j b>j d>j j>e",
        "o>a ${x > 0}",
        "o>b ${x > 1}",
    )
    simulator, instance = run(data, {"x": 2})
    complete(simulator, instance, "b")
    assert simulator.state(instance) == "active"
    complete(simulator, instance, "a")
    assert simulator.state(instance) == "completed"
    assert simulator.path(instance).count("e") == 1
    simulator, instance = run(data, {"x": 1})
    complete(simulator, instance, "a")
    assert simulator.state(instance) == "completed"
    simulator, instance = run(data, {"x": 0})
    assert simulator.state(instance) == "completed"


def test_inclusive_sees_boundary_paths() -> None:
    """A timer on the other branch may still come to the join: it waits."""
    data = process(
        START
        + '<parallelGateway id="f"/>'
        + user("a")
        + user("b")
        + event("boundaryEvent", "late", timer("timeDuration", "PT1H"), attachedToRef="b")
        + '<inclusiveGateway id="j"/><endEvent id="e2"/>'
        + END,
        "s>f f>a f>b a>j late>j b>e2 j>e",
    )
    simulator, instance = run(data)
    complete(simulator, instance, "a")
    assert simulator.tokens(instance) == {"b": 1, "j": 1}
    complete(simulator, instance, "b")
    assert simulator.state(instance) == "completed"


def test_inclusive_join_in_a_loop() -> None:
    data = process(
        START
        + '<exclusiveGateway id="in"/><inclusiveGateway id="o"/>'
        + user("a")
        + user("b")
        + '<inclusiveGateway id="j"/><exclusiveGateway id="x" default="x-e"/>'
        + END,
        "s>in in>o a>j b>j j>x x>e",
        "o>a ${true}",
        "o>b ${both}",
        "x>in ${again}",
    )
    simulator, instance = run(data, {"both": True, "again": True})
    for _ in range(5):
        complete(simulator, instance, "a")
        complete(simulator, instance, "b")
    complete(simulator, instance, "a", {"again": False})
    complete(simulator, instance, "b")
    assert simulator.state(instance) == "completed"


def test_event_gateway_the_first_removes_the_others() -> None:
    data = process(
        START
        + '<eventBasedGateway id="g"/>'
        + event("intermediateCatchEvent", "t1", timer("timeDuration", "PT1H"))
        + event("intermediateCatchEvent", "t2", timer("timeDuration", "PT2H"))
        + event("intermediateCatchEvent", "c1", message("m1"))
        + task("receiveTask", "c2", messageRef="m2")
        + event(
            "intermediateCatchEvent",
            "cc",
            "<conditionalEventDefinition><condition>${go}</condition></conditionalEventDefinition>",
        )
        + END,
        "s>g g>t1 g>t2 g>c1 g>c2 g>cc t1>e t2>e c1>e c2>e cc>e",
        more=MESSAGES,
    )
    simulator, instance = run(data, {"go": False})
    simulator.deliver("second")
    assert simulator.path(instance) == ["s", "g", "c2", "e"]
    assert simulator.timers(instance) == []
    assert simulator.state(instance) == "completed"
    simulator, instance = run(data, {"go": False})
    simulator.move_clock(NOW + timedelta(hours=1))
    assert simulator.state(instance) == "completed"
    assert simulator.waiting(instance) == []
    simulator, instance = run(data, {"go": True})
    assert simulator.state(instance) == "completed"


def test_two_flows_between_the_same_pair_are_two_flows() -> None:
    data = process(
        START
        + '<parallelGateway id="f"/><parallelGateway id="j"/>'
        + END
        + '<sequenceFlow id="one" sourceRef="f" targetRef="j"/><sequenceFlow id="two" sourceRef="f" targetRef="j"/>',
        "s>f j>e",
    )
    simulator, instance = run(data)
    assert simulator.state(instance) == "completed"
    assert simulator.path(instance).count("e") == 1


def test_what_a_finished_branch_wrote_stays_written() -> None:
    data = process(
        START
        + '<parallelGateway id="f"/>'
        + user("a")
        + user("b")
        + script("k", "x", "seen")
        + '<parallelGateway id="j"/>'
        + END,
        "s>f f>a f>b a>j b>j j>k k>e",
    )
    simulator, instance = run(data, {"x": {"n": 0}})
    complete(simulator, instance, "a", {"x": {"n": 1}})
    complete(simulator, instance, "b", {"y": 2})
    assert simulator.variables(instance) == {"x": {"n": 1}, "y": 2, "seen": {"n": 1}}
