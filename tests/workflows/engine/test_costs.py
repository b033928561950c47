"""What a step costs: the same however long the instance has run, in time and in stored bytes. Ratios, never seconds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest

from tests.bench import engine as bench
from tests.workflows.engine.diagrams import complete, event, io, message, process, run, script, task, user
from workflows.lint import check
from workflows.simulate import Simulator

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
ROUNDS = 2_000
SLACK = 3.0
"""Of medians on a machine that others use."""
LOOP = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"


def plain() -> bytes:
    """A return for supplement: a question, and back."""
    nodes = START + '<exclusiveGateway id="m"/>' + user("a") + '<exclusiveGateway id="x" default="x-m"/>' + END
    return process(nodes, "s>m m>a a>x x>m", "x>e ${done}")


def forked() -> bytes:
    """A split and join in the loop, a boundary event, inputs, and a sub-process."""
    inner = '<startEvent id="is"/>' + script("k", "n + 1", "n") + '<endEvent id="ie"/>'
    nodes = (
        START
        + '<exclusiveGateway id="m"/><parallelGateway id="f"/>'
        + task("userTask", "a", io({"local": "${n}"}, {"said": "${local}"}))
        + event("boundaryEvent", "b", message("msg"), attachedToRef="a", cancelActivity="false")
        + f'<subProcess id="box">{inner}<sequenceFlow id="f1" sourceRef="is" targetRef="k"/>'
        '<sequenceFlow id="f2" sourceRef="k" targetRef="ie"/></subProcess>'
        '<parallelGateway id="j"/><exclusiveGateway id="x" default="x-m"/><endEvent id="be"/>' + END
    )
    more = '<message id="msg" name="note"/>'
    return process(nodes, "s>m m>f f>a f>box a>j box>j j>x x>m b>be", "x>e ${done}", more=more)


def many() -> bytes:
    """A multi-instance in the loop."""
    nodes = (
        START + '<exclusiveGateway id="m"/>' + task("userTask", "a", LOOP) + '<exclusiveGateway id="x" default="x-m"/>'
    )
    return process(nodes + END, "s>m m>a a>x x>m", "x>e ${done}")


def inclusive() -> bytes:
    """An inclusive pair in the loop."""
    nodes = (
        START
        + '<exclusiveGateway id="m"/><inclusiveGateway id="f"/>'
        + user("a")
        + '<task id="t"/><inclusiveGateway id="j"/><exclusiveGateway id="x" default="x-m"/>'
        + END
    )
    return process(nodes, "s>m m>f t>j a>j j>x x>m", "f>a ${n >= 0}", "f>t ${n >= 0}", "x>e ${done}")


@pytest.mark.parametrize("drawn", [plain, forked, many, inclusive])
def test_step_two_thousand_costs_as_much_as_step_five(drawn: Callable[[], bytes]) -> None:
    simulator, instance = run(drawn(), {"n": 100_000, "done": False})
    taken, sizes = [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for one in simulator.open_tasks(instance):
            simulator.complete(one.id, {"n": 100_000})
        taken.append(time.perf_counter() - begun)
        sizes.append(simulator.size(instance))
    assert len(set(sizes[5:])) == 1, (sizes[5], sizes[-1])
    early, late = statistics.median(taken[5:205]), statistics.median(taken[-200:])
    assert late < early * SLACK, (early, late)
    for one in simulator.open_tasks(instance):
        simulator.complete(one.id, {"done": True})
    assert simulator.state(instance) == "completed"


@pytest.mark.parametrize("choice", ["a row", "choices and forks"])
def test_a_diagram_of_a_thousand_nodes_is_checked_and_runs_to_its_end(choice: str) -> None:
    data = bench.row(1_000) if choice == "a row" else _wide()
    assert [one for one in check({"p.bpmn": data}) if one.severity == "error"] == []
    simulator, instance = run(data)
    first = simulator.open_tasks(instance)
    while simulator.state(instance) == "active":
        for one in simulator.open_tasks(instance):
            simulator.complete(one.id, {})
    assert len(first) == (1 if choice == "a row" else 300)


def _wide() -> bytes:
    """300 parallel branches of a task and a question."""
    nodes = ['<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e"/>']
    flows = ["s>f j>e"]
    for number in range(300):
        nodes.append(f'<userTask id="a{number}"/><exclusiveGateway id="x{number}" default="x{number}-m{number}"/>')
        nodes.append(f'<task id="t{number}"/><exclusiveGateway id="m{number}"/>')
        flows.append(f"f>a{number} a{number}>x{number} t{number}>m{number} x{number}>m{number} m{number}>j")
        flows.append(f"x{number}>t{number} ${{1 > 2}}")
    return process("".join(nodes), *flows)


def test_a_step_is_several_times_faster_than_spiffworkflow_as_it_comes() -> None:
    """`make bench` shows ten times and more at every step; here with room for a busy machine."""
    (mine, _), (theirs, _) = bench.ours(20), bench.raw(5)
    assert min(their / our for our, their in zip(mine, theirs, strict=True)) > 4


def test_checking_takes_time_in_step_with_the_number_of_nodes() -> None:
    small, large = bench.row(100), bench.row(1_000)
    quick, slow = (bench.milliseconds(lambda data=data: check({"p.bpmn": data}), 3) for data in (small, large))  # type: ignore[misc]
    assert slow < quick * 10 * SLACK


def test_variables_of_an_instance_do_not_grow_by_what_its_tasks_had() -> None:
    simulator, instance = run(forked(), {"n": 1, "done": False})
    complete(simulator, instance, "a")
    assert set(simulator.variables(instance)) == {"n", "done", "said"}
    assert isinstance(simulator, Simulator)
