"""What the stock parser of SpiffWorkflow 3.2.0 does in silence: here it runs right, or is refused by name.

First every kind of event in every place; then what was ignored, dropped or left hanging.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.bpmn import coverage
from tests.conformance.bpmn.covers import SHOWN
from tests.workflows.engine.diagrams import (
    NOW,
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
    user,
)
from workflows.lint import check
from workflows.simulate import Simulator

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
MORE = (
    '<message id="m" name="ping"/><signal id="g" name="bell"/><error id="x" name="X" errorCode="X"/>'
    '<escalation id="u" name="U" escalationCode="U"/>'
)
DEFINITIONS = {
    "none": "",
    "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "message": '<messageEventDefinition messageRef="m"/>',
    "signal": '<signalEventDefinition signalRef="g"/>',
    "conditional": "<conditionalEventDefinition><condition>${1 &gt; 0}</condition></conditionalEventDefinition>",
    "error": '<errorEventDefinition errorRef="x"/>',
    "escalation": '<escalationEventDefinition escalationRef="u"/>',
    "cancel": "<cancelEventDefinition/>",
    "terminate": "<terminateEventDefinition/>",
    "compensate": "<compensateEventDefinition/>",
    "link": '<linkEventDefinition name="l"/>',
}
RUNS = {
    "start": {"none", "message", "timer", "signal"},
    "event start": {"message", "timer", "signal", "error", "escalation", "conditional"},
    "catch": {"timer", "message", "signal", "conditional", "link"},
    "throw": {"none", "message", "signal", "escalation", "link"},
    "boundary": {"timer", "message", "signal", "conditional", "error", "escalation", "cancel"},
    "end": {"none", "message", "signal", "error", "escalation", "terminate", "cancel"},
}


def drawn(place: str, kind: str) -> bytes:
    """The event `v` of that kind in that place, with what it needs around it."""
    definition = DEFINITIONS[kind]
    inside, outside = "", '<startEvent id="s"/><task id="a"/><endEvent id="e"/>'
    if place == "start":
        return process(event("startEvent", "v", definition) + END, "v>e", more=MORE)
    if place == "event start":
        listener = event("startEvent", "v", definition) + '<endEvent id="ve"/>' + flows("v>ve")
        box = task("subProcess", "on", listener, triggeredByEvent="true")
        return process(outside + box, "s>a a>e", more=MORE)
    if kind == "cancel" and place in ("boundary", "end"):
        ways = "is>v" if place == "end" else "is>ie"
        end = event("endEvent", "v", definition) if place == "end" else event("endEvent", "ie", definition)
        inside = f'<transaction id="t"><startEvent id="is"/>{end}{flows(ways)}</transaction>'
        catch = boundary("v" if place == "boundary" else "b", "t", definition)
        name = "v" if place == "boundary" else "b"
        return process(START + inside + catch + END, f"s>t t>e {name}>e", more=MORE)
    if place == "boundary":
        return process(START + user("a") + boundary("v", "a", definition) + END, "s>a a>e v>e", more=MORE)
    if place == "end":
        return process(START + event("endEvent", "v", definition), "s>v", more=MORE)
    tag = "intermediateCatchEvent" if place == "catch" else "intermediateThrowEvent"
    if kind == "link":
        other = "intermediateThrowEvent" if place == "catch" else "intermediateCatchEvent"
        pair = event(tag, "v", definition) + event(other, "w", definition)
        return process(START + pair + END, "s>w v>e" if place == "catch" else "s>v w>e", more=MORE)
    return process(START + event(tag, "v", definition) + END, "s>v v>e", more=MORE)


@pytest.mark.parametrize("place", list(RUNS))
@pytest.mark.parametrize("kind", list(DEFINITIONS))
def test_every_kind_of_event_in_every_place_runs_or_is_refused_by_name(place: str, kind: str) -> None:
    problems = [one for one in check({"p.bpmn": drawn(place, kind)}) if one.severity == "error"]
    if kind in RUNS[place]:
        assert problems == []
        coverage.page()
        shown = "activity: event sub-process" if place == "event start" else f"{place}: {kind}"
        assert SHOWN[shown], "a case that runs it"
    else:
        assert {one.element for one in problems} == {"v"}


# -- what was ignored, dropped, or left hanging


def refused(data: bytes) -> list[tuple[str | None, str]]:
    return [(one.element, one.code) for one in check({"p.bpmn": data}) if one.severity == "error"]


def one(nodes: str, *ways: str, more: str = "") -> bytes:
    return process(START + nodes + END, *(ways or ("s>a a>e",)), more=more)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (
            one(task("scriptTask", "a", "<script>import os</script>", camunda_resultVariable="x")),
            ("a", "script_language"),
        ),
        (
            one(task("scriptTask", "a", "<script>1</script>", scriptFormat="python", camunda_resultVariable="x")),
            ("a", "script_language"),
        ),
        (one(task("serviceTask", "a")), ("a", "service_not_external")),
        (one(task("sendTask", "a")), ("a", "message_missing")),
        (one(task("receiveTask", "a")), ("a", "message_missing")),
        (one(task("businessRuleTask", "a")), ("a", "rule_without_decision")),
        (one('<complexGateway id="a"/>'), ("a", "complex_gateway")),
        (one(task("task", "a") + task("task", "lost")), ("lost", "unreachable")),
        (one(task("callActivity", "a", calledElement="nobody")), ("a", "call_unknown")),
    ],
    ids=["script", "python", "service", "send", "receive", "rule", "complex", "unreachable", "call"],
)
def test_refused_by_name(data: bytes, found: tuple[str, str]) -> None:
    assert refused(data) == [found]


def test_a_dangling_association_and_data_carry_nothing_and_hang_nothing() -> None:
    """Two sub-processes below its data object the stock reader never ends."""
    deep = (
        '<subProcess id="d1"><startEvent id="s1"/><subProcess id="d2"><startEvent id="s2"/><task id="t">'
        '<dataInputAssociation id="dia"><sourceRef>dor</sourceRef><targetRef>nowhere</targetRef></dataInputAssociation>'
        f'</task><endEvent id="e2"/>{flows("s2>t t>e2")}</subProcess><endEvent id="e1"/>'
        f"{flows('s1>d2 d2>e1')}</subProcess>"
    )
    data = one(
        deep
        + '<dataObject id="do"/><dataObjectReference id="dor" dataObjectRef="do"/>'
        + '<dataStoreReference id="dsr" dataStoreRef="nostore"/><association id="as" sourceRef="t" targetRef="gone"/>'
        + '<group id="g"/><textAnnotation id="ta"><text>x</text></textAnnotation>',
        "s>d1 d1>e",
    )
    assert refused(data) == []
    simulator, instance = run(data)
    assert simulator.path(instance) == ["s", "d1", "s1", "d2", "s2", "t", "e2", "e1", "e"]


def test_properties_inside_a_sub_process_are_not_the_sub_processes() -> None:
    inner = task(
        "userTask",
        "t",
        extensions('<camunda:properties><camunda:property name="unit" value="inner"/></camunda:properties>'),
    )
    box = f'<subProcess id="a"><startEvent id="is"/>{inner}<endEvent id="ie"/>{flows("is>t t>ie")}</subProcess>'
    simulator = Simulator(at=NOW)
    [definition] = simulator.deploy({"p.bpmn": one(box)})
    assert definition.spec.process.task_specs["a"].properties == {}


def test_timers_read_what_the_modeler_writes_and_two_behind_a_gateway_keep_their_own() -> None:
    from datetime import timedelta

    def timer(name: str, minutes: int) -> str:
        return event(
            "intermediateCatchEvent",
            name,
            f"<timerEventDefinition><timeDuration>PT{minutes}M</timeDuration></timerEventDefinition>",
        )

    data = one('<eventBasedGateway id="g"/>' + timer("t1", 90) + timer("t2", 30), "s>g g>t1 g>t2 t1>e t2>e")
    simulator, instance = run(data)
    simulator.move_clock(simulator.now + timedelta(minutes=31))
    assert simulator.path(instance) == ["s", "g", "t2", "e"]


def test_outputs_of_a_service_in_a_multi_instance_are_not_lost() -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    inner = io({}, {"seen": "${answer}"})
    simulator, instance = run(one(external("a", "t", inner + loop)))
    for number, waiting in enumerate(simulator.external("t")):
        simulator.finish_external(waiting.id, {"answer": number})
    assert simulator.variables(instance)["seen"] == [0, 1]


def test_an_element_called_start_or_end_and_a_variable_called_typename() -> None:
    data = process(
        '<startEvent id="Start"/>' + script("End", "typename", "copy") + '<endEvent id="Root"/>', "Start>End End>Root"
    )
    simulator, instance = run(data, {"typename": "uuid", "": [1], "data": {"typename": "x", "": 1}})
    assert simulator.path(instance) == ["Start", "End", "Root"]
    assert simulator.variables(instance)["copy"] == "uuid"


def test_six_hundred_tasks_in_a_row_do_not_exhaust_the_stack() -> None:
    from tests.bench.engine import row

    assert refused(row(600)) == []


def test_one_process_of_a_set_is_accepted_beside_everything_deployed() -> None:
    """`unit_submission.bpmn` alone: what it calls and decides stands in the library."""
    folder = Path(__file__).parents[3] / "bpmn" / "awards"
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".bpmn", ".dmn", ".form")}
    simulator = Simulator(at=NOW)
    simulator.deploy(files)
    alone = {"unit_submission.bpmn": files["unit_submission.bpmn"]}
    assert check(alone, deployed=simulator.library) == []
    assert {one.code for one in check(alone) if one.severity == "error"} == {"call_unknown", "decision_unknown"}
    simulator.deploy(alone)
