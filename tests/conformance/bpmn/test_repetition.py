"""Multi-instance and standard loops on every activity, each alone and nested."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.conformance.bpmn.covers import covers
from tests.conformance.bpmn.play import Fragment, Play, Surroundings, everywhere, play
from tests.conformance.bpmn.test_tasks import CHILD, TABLE
from tests.workflows.engine.diagrams import (
    boundary,
    event,
    extensions,
    external,
    flows,
    io,
    process,
    run,
    script,
    task,
)
from workflows.simulate import Simulator

MORE = '<message id="m" name="ping"/><error id="x" name="X" errorCode="X"/>'


def many(sequential: bool, inner: str = "", **attributes: str) -> str:
    drawn = "".join(f' camunda:{key}="{value}"' for key, value in attributes.items())
    order = "true" if sequential else "false"
    return f'<multiInstanceLoopCharacteristics isSequential="{order}"{drawn}>{inner}</multiInstanceLoopCharacteristics>'


OVER = {"collection": "people", "elementVariable": "person"}
OUT = {"seen": "${person}"}


def activity(kind: str, loop: str) -> str:
    gather = io({}, OUT)
    inner = f'<startEvent id="is"/><userTask id="deep"/><endEvent id="ie"/>{flows("is>deep deep>ie")}'
    return {
        "task": task("task", "a", gather + loop),
        "manual": task("manualTask", "a", gather + loop),
        "user": task("userTask", "a", gather + loop),
        "service": external("a", "topic", gather + loop),
        "script": task(
            "scriptTask",
            "a",
            gather + loop + "<script>person</script>",
            scriptFormat="feel",
            camunda_resultVariable="last",
        ),
        "rule": task("businessRuleTask", "a", gather + loop, camunda_decisionRef="route", camunda_resultVariable="way"),
        "send": task("sendTask", "a", io({"to": "${person}"}, OUT) + loop, messageRef="m"),
        "receive": task("receiveTask", "a", gather + loop, messageRef="m"),
        "call": task(
            "callActivity",
            "a",
            extensions(
                '<camunda:in variables="all"/><camunda:inputOutput><camunda:outputParameter name="seen">${person}'
                '</camunda:outputParameter></camunda:inputOutput><camunda:out variables="all"/>'
            )
            + loop,
            calledElement="child",
        ),
        "sub-process": task("subProcess", "a", gather + loop + inner),
        "transaction": task("transaction", "a", gather + loop + inner),
    }[kind]


KINDS = ("task", "manual", "user", "service", "script", "rule", "send", "receive", "call", "sub-process", "transaction")
STARTS_BY_PING = process(
    event("startEvent", "os", '<messageEventDefinition messageRef="m"/>') + '<endEvent id="oe"/>',
    "os>oe",
    key="receiver",
    more=MORE,
)


@everywhere
@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@covers("multi-instance: parallel", "multi-instance: sequential", "camunda:collection", "camunda:elementVariable")
def test_every_activity_repeats(surroundings: Surroundings, kind: str, sequential: bool) -> None:
    files = (CHILD, TABLE) + ((STARTS_BY_PING,) if kind == "send" else ())
    fragment = Fragment(
        nodes=activity(kind, many(sequential, **OVER)) + '<task id="z"/>',
        drawn=("a>z",),
        variables={"people": ["p", "q", "r"], "count": 1},
        more=MORE,
        files=files,
    )
    it = play(fragment, surroundings)
    for _ in range(3 if sequential else 1):
        _do_all(it, kind)
    assert it.times("a") == 3 * it.copies
    it.saw("z")
    assert it.variable("seen") == ["p", "q", "r"]
    if kind == "send":
        assert len(it.simulator.instances("receiver")) == 3 * it.copies
    it.finished()


def _do_all(it: Play, kind: str) -> None:
    """Everything that stands open now."""
    simulator = it.simulator
    element = {"user": "a", "call": "inner", "sub-process": "deep", "transaction": "deep"}.get(kind)
    if element is not None:
        for one in it.tasks(element):
            simulator.complete(one.id, {})
    elif kind == "service":
        for worker in simulator.external("topic"):
            simulator.finish_external(worker.id, {})
    elif kind == "receive":
        people = sorted({name for row in simulator.waiting(it.instance) for name in [_person(simulator, it, row.id)]})
        for person in people:
            for item in ("x", "y") if it.copies > 1 else (None,):
                correlation = {"person": person} | ({"item": item} if item else {})
                simulator.deliver("ping", None, correlation)


def _person(simulator: Simulator, it: Play, token_id: str) -> str:
    from workflows import run as engine

    return str(engine.variables(simulator.snapshot(it.instance), seen_from=token_id)["person"])


@everywhere
@pytest.mark.parametrize("text", ["3", "${n}", "=n", "${'3'}"])
@covers(
    "multi-instance: cardinality", "variables: nrOfInstances, nrOfActiveInstances, nrOfCompletedInstances, loopCounter"
)
def test_cardinality_and_counters(surroundings: Surroundings, text: str) -> None:
    counts = "[nrOfInstances, nrOfActiveInstances, nrOfCompletedInstances, loopCounter]"
    loop = many(True, f"<loopCardinality>{text}</loopCardinality>")
    node = task("userTask", "a", io({}, {"counts": "=" + counts}) + loop)
    it = play(Fragment(nodes=node, drawn=(), last="a", variables={"n": 3}), surroundings)
    for _ in range(3):
        it.complete("a")
    assert it.variable("counts") == [[3, 1, 0, 0], [3, 1, 1, 1], [3, 1, 2, 2]]
    it.finished()


@everywhere
def test_parallel_counters(surroundings: Surroundings) -> None:
    loop = many(False, "<loopCardinality>3</loopCardinality>")
    node = task("userTask", "a", io({}, {"counts": "=[nrOfActiveInstances, nrOfCompletedInstances]"}) + loop)
    it = play(Fragment(nodes=node, drawn=(), last="a"), surroundings)
    for one in it.tasks("a"):
        it.simulator.complete(one.id, {})
    assert it.variable("counts") == [[3, 0], [2, 1], [1, 2]]
    it.finished()


@everywhere
@covers("multi-instance: completionCondition")
@pytest.mark.parametrize("condition", ["${nrOfCompletedInstances / nrOfInstances >= 0.5}", "=count(seen) > 0 and stop"])
def test_completion_condition(surroundings: Surroundings, condition: str) -> None:
    loop = many(False, f"<completionCondition>{condition.replace('>', '&gt;')}</completionCondition>", **OVER)
    node = task("userTask", "a", loop) + '<task id="z"/>'
    fragment = Fragment(
        nodes=node, drawn=("a>z",), variables={"people": ["p", "q", "r", "s"], "stop": False, "seen": [1]}
    )
    it = play(fragment, surroundings)
    for number in range(2):
        it.never("z")
        groups = it.tasks("a")
        for copy in range(it.copies):
            group = groups[copy * len(groups) // it.copies]
            it.simulator.complete(group.id, {"stop": number == 1})
    it.saw("z")
    it.finished()


@pytest.mark.parametrize("sequential", [False, True])
def test_a_variable_named_like_a_counter_breaks_nothing(sequential: bool) -> None:
    loop = many(sequential, **OVER)
    data = process(f'<startEvent id="s"/>{task("userTask", "a", loop)}<endEvent id="e"/>', "s>a a>e")
    simulator, instance = run(data, {"people": ["p", "q", "r"]})
    for value in ("many", -5, None):
        names = ("nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances", "loopCounter", "person")
        simulator.complete(simulator.open_tasks(instance)[0].id, dict.fromkeys(names, value))
    assert simulator.path(instance) == ["s", "a", "a", "a", "e"]
    assert simulator.state(instance) == "completed"


@pytest.mark.parametrize("value", ["many", -5, None, [1]])
def test_a_loop_counter_overwritten_breaks_nothing(value: object) -> None:
    loop = '<standardLoopCharacteristics loopMaximum="3"/>'
    data = process(f'<startEvent id="s"/>{task("userTask", "a", loop)}<endEvent id="e"/>', "s>a a>e")
    simulator, instance = run(data)
    for _ in range(3):
        simulator.complete(simulator.open_tasks(instance)[0].id, {"loopCounter": value})
    assert simulator.state(instance) == "completed"


def test_outputs_are_gathered_in_the_items_order_whoever_is_first() -> None:
    loop = many(False, **OVER)
    data = process(
        f'<startEvent id="s"/>{task("userTask", "a", io({}, {"said": "${answer}"}) + loop)}<endEvent id="e"/>',
        "s>a a>e",
    )
    simulator, instance = run(data, {"people": ["p", "q", "r"]})
    for number, one in reversed(list(enumerate(simulator.open_tasks(instance)))):
        simulator.complete(one.id, {"answer": number})
    assert simulator.variables(instance)["said"] == [0, 1, 2]


@everywhere
@covers("standard loop")
def test_a_standard_loop(surroundings: Surroundings) -> None:
    loop = "<standardLoopCharacteristics><loopCondition>${again}</loopCondition></standardLoopCharacteristics>"
    it = play(Fragment(nodes=task("userTask", "a", loop) + '<task id="z"/>', drawn=("a>z",)), surroundings)
    for again in (True, False):
        it.never("z")
        for one in it.tasks("a"):
            it.simulator.complete(one.id, {"again": again})
        if again and it.copies > 1:
            assert len(it.tasks("a")) == it.copies
    it.saw("z")
    it.finished()


def test_boundaries_sit_on_the_whole_and_interrupt_it_all() -> None:
    loop = many(False, **OVER)
    nodes = (
        '<startEvent id="s"/>'
        + external("a", "t", loop)
        + boundary("b", "a", '<errorEventDefinition errorRef="x"/>')
        + '<task id="sorry"/><endEvent id="e"/>'
    )
    simulator, instance = run(process(nodes, "s>a a>e b>sorry sorry>e", more=MORE), {"people": [1, 2, 3]})
    simulator.finish_external(simulator.external("t")[0].id, {})
    simulator.bpmn_error(simulator.external("t")[0].id, "X")
    assert simulator.external("t") == []
    assert simulator.path(instance) == ["s", "a", "a", "a", "b", "sorry", "e"]


def test_a_thousand_parallel_instances_complete() -> None:
    loop = many(False, "<loopCardinality>1000</loopCardinality>")
    data = process(f'<startEvent id="s"/>{task("userTask", "a", loop)}<endEvent id="e"/>', "s>a a>e")
    simulator, instance = run(data)
    open_now = simulator.open_tasks(instance)
    assert len(open_now) == 1000
    for one in open_now:
        simulator.complete(one.id, {})
    assert simulator.state(instance) == "completed"


def test_a_thousand_instances_of_a_worker_inside_sub_processes() -> None:
    inner = '<startEvent id="is"/>' + script("w", "loopCounter * 2", "x") + f'<endEvent id="ie"/>{flows("is>w w>ie")}'
    loop = many(False, "<loopCardinality>1000</loopCardinality>")
    data = process(f'<startEvent id="s"/>{task("subProcess", "a", loop + inner)}<endEvent id="e"/>', "s>a a>e")
    simulator, instance = run(data)
    assert simulator.state(instance) == "completed"
    assert simulator.path(instance).count("w") == 1000
    assert isinstance(simulator.variables(instance)["x"], (int, Decimal))
