"""Start, intermediate, boundary and end events, each alone and nested."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conformance.bpmn.covers import covers
from tests.conformance.bpmn.play import Fragment, Play, Surroundings, everywhere, play
from tests.workflows.engine.diagrams import (
    NOW,
    boundary,
    complete,
    event,
    external,
    flows,
    io,
    process,
    run,
    simulate,
    task,
    user,
)

MORE = (
    '<message id="m" name="ping"/><signal id="g" name="bell"/><error id="x" name="X" errorCode="X"/>'
    '<error id="y" name="Y" errorCode="Y"/><escalation id="u" name="U" escalationCode="U"/>'
)
MESSAGE = '<messageEventDefinition messageRef="m"/>'
SIGNAL = '<signalEventDefinition signalRef="g"/>'
HOUR = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
HOURLY = "<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>"
HOT = "<conditionalEventDefinition><condition>${hot}</condition></conditionalEventDefinition>"
ERROR = '<errorEventDefinition errorRef="x"/>'
ESCALATION = '<escalationEventDefinition escalationRef="u"/>'
CATCH = {"message": MESSAGE, "signal": SIGNAL, "timer": HOUR, "conditional": HOT}


def happens(it: Play, kind: str) -> None:
    """What an event of that kind waits for."""
    if kind == "message":
        it.deliver("ping", {"told": 1})
    elif kind == "signal":
        it.signal("bell", {"told": 1})
    elif kind == "timer":
        it.wait(hours=1)
    elif kind == "conditional":
        one = it.tasks("heat")[0]
        it.simulator.complete(one.id, {"hot": True})


# -- starts


@covers("start: none")
def test_a_none_start() -> None:
    simulator = simulate(process('<startEvent id="s"/><endEvent id="e"/>', "s>e"))
    assert simulator.path(simulator.start("p", {})) == ["s", "e"]


@covers("start: message")
def test_a_message_start_takes_key_and_variables() -> None:
    data = process(
        event("startEvent", "s", MESSAGE) + user("a") + '<endEvent id="e"/>',
        "s>a a>e",
        more='<message id="m" name="ping"/>',
    )
    simulator = simulate(data)
    [instance] = simulator.deliver("ping", "HS-9", None, {"n": 1})
    assert simulator.variables(instance) == {"n": 1}
    assert simulator.snapshot(instance).business_key == "HS-9"
    assert simulator.instances("p") == [instance]


@covers("start: signal")
def test_a_signal_start_begins_every_process_that_has_it() -> None:
    def one(key: str) -> bytes:
        nodes = event("startEvent", "s", SIGNAL) + user("a") + '<endEvent id="e"/>'
        return process(nodes, "s>a a>e", key=key, more='<signal id="g" name="bell"/>')

    simulator = simulate(one("p"), one("q"))
    simulator.signal("bell", {"n": 1})
    assert [simulator.variables(each) for key in "pq" for each in simulator.instances(key)] == [{"n": 1}, {"n": 1}]


@covers("start: timer")
@pytest.mark.parametrize(
    ("kind", "value", "jumps", "counts"),
    [
        ("timeDate", "2026-03-02T12:00:00+07:00", [2, 1, 5], [0, 1, 1]),
        ("timeDuration", "PT2H", [1, 1, 9], [0, 1, 1]),
        ("timeCycle", "R3/PT1H", [1, 1, 1, 1], [1, 2, 3, 3]),
        ("timeCycle", "R/PT1H", [1, 10, 1], [1, 2, 3]),
        ("timeCycle", "R3/2026-03-02T10:00:00+07:00/PT1H", [1, 1, 1, 1], [1, 2, 3, 3]),
    ],
)
def test_a_timer_start_begins_instances_by_itself(kind: str, value: str, jumps: list[int], counts: list[int]) -> None:
    definition = f"<timerEventDefinition><{kind}>{value}</{kind}></timerEventDefinition>"
    simulator = simulate(process(event("startEvent", "s", definition) + user("a") + '<endEvent id="e"/>', "s>a a>e"))
    seen = []
    for hours in jumps:
        simulator.move_clock(simulator.now + timedelta(hours=hours))
        seen.append(len(simulator.instances("p")))
    assert seen == counts


def test_several_starts_of_one_process() -> None:
    nodes = (
        '<startEvent id="s"/>'
        + event("startEvent", "sm", MESSAGE)
        + event("startEvent", "st", HOUR)
        + user("a")
        + user("b")
        + '<endEvent id="e"/>'
    )
    simulator = simulate(process(nodes, "s>a sm>b st>b a>e b>e", more='<message id="m" name="ping"/>'))
    first = simulator.start("p", {})
    [second] = simulator.deliver("ping")
    simulator.move_clock(NOW + timedelta(hours=1))
    third = simulator.instances("p")[2]
    assert [simulator.path(one) for one in (first, second, third)] == [["s", "a"], ["sm", "b"], ["st", "b"]]


# -- catch and throw


@everywhere
@pytest.mark.parametrize("kind", list(CATCH))
@covers("catch: message", "catch: signal", "catch: timer", "catch: conditional")
def test_intermediate_catch_events(surroundings: Surroundings, kind: str) -> None:
    nodes = (
        '<parallelGateway id="a"/><task id="z"/><parallelGateway id="both"/>'
        + user("heat")
        + event("intermediateCatchEvent", "c", CATCH[kind])
    )
    fragment = Fragment(nodes=nodes, drawn=("a>c a>heat c>both heat>both both>z",), more=MORE, variables={"hot": False})
    it = play(fragment, surroundings)
    it.saw("c")
    it.never("z")
    happens(it, kind)
    for one in it.tasks("heat"):
        it.simulator.complete(one.id, {})
    it.saw("z")
    if kind in ("message", "signal"):
        assert it.variable("told") == 1
    it.finished()


@everywhere
@covers("throw: none", "throw: link", "catch: link")
def test_none_and_link_events(surroundings: Surroundings) -> None:
    nodes = (
        '<intermediateThrowEvent id="a"/><exclusiveGateway id="x"/><task id="z"/>'
        + event("intermediateThrowEvent", "t1", '<linkEventDefinition name="L"/>')
        + event("intermediateThrowEvent", "t2", '<linkEventDefinition name="L"/>')
        + event("intermediateCatchEvent", "c", '<linkEventDefinition name="L"/>')
    )
    it = play(
        Fragment(nodes=nodes, drawn=("a>x", "x>t1 ${n > 1}", "x>t2 ${n <= 1}", "c>z"), variables={"n": 1}), surroundings
    )
    it.saw("a", "t2", "c", "z")
    it.never("t1")
    it.finished()


@everywhere
@covers("throw: signal", "end: signal")
@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
def test_a_thrown_signal_reaches_another_process(surroundings: Surroundings, tag: str) -> None:
    other = process(
        event("startEvent", "os", SIGNAL) + user("oa") + '<endEvent id="oe"/>',
        "os>oa oa>oe",
        key="other",
        more='<signal id="g" name="bell"/>',
    )
    definition = (
        '<signalEventDefinition signalRef="g"><extensionElements><camunda:in source="n" target="m"/>'
        "</extensionElements></signalEventDefinition>"
    )
    ways = "a>t a>z" + (" t>z" if tag != "endEvent" else "")
    nodes = '<task id="a"/>' + event(tag, "t", definition) + '<inclusiveGateway id="z"/>'
    it = play(Fragment(nodes=nodes, drawn=(ways,), more=MORE, files=(other,), variables={"n": 5}), surroundings)
    started = it.simulator.instances("other")
    assert [it.simulator.variables(one) for one in started] == [{"m": 5}] * it.copies
    it.finished()


@everywhere
@covers("throw: signal")
def test_a_signal_is_heard_when_it_is_thrown_and_not_later(surroundings: Surroundings) -> None:
    """Who already waits in the same instance hears it at once; who comes to wait for it afterwards has missed it."""
    nodes = (
        '<parallelGateway id="a"/>'
        + event("intermediateCatchEvent", "early", SIGNAL)
        + user("go")
        + event("intermediateThrowEvent", "shout", SIGNAL)
        + event("intermediateCatchEvent", "late", SIGNAL)
        + '<parallelGateway id="z"/>'
    )
    it = play(
        Fragment(nodes=nodes, drawn=("a>early a>go go>shout shout>late late>z early>z",), more=MORE), surroundings
    )
    for one in it.tasks("go"):
        it.simulator.complete(one.id, {})
        assert it.times("shout") == it.times("late")
    assert it.times("z") >= it.copies
    it.signal("bell")
    it.saw("early", "shout", "late")
    it.finished()


@covers("throw: signal", "boundary: signal")
def test_a_signal_may_interrupt_the_sub_process_that_throws_it() -> None:
    inner = (
        '<startEvent id="is"/>' + user("a") + event("intermediateThrowEvent", "t", SIGNAL) + user("never")
    ) + '<endEvent id="ie"/>'
    box = f'<subProcess id="box">{inner}{flows("is>a a>t t>never never>ie")}</subProcess>' + boundary(
        "b", "box", SIGNAL
    )
    data = process(
        '<startEvent id="s"/>' + box + user("after") + '<endEvent id="e"/>', "s>box box>e b>after after>e", more=MORE
    )
    simulator, instance = run(data)
    complete(simulator, instance, "a")
    assert simulator.path(instance) == ["s", "box", "is", "a", "t", "b", "after"]


@everywhere
@covers("throw: message", "end: message")
@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
def test_a_thrown_message_starts_another_process(surroundings: Surroundings, tag: str) -> None:
    other = process(
        event("startEvent", "os", MESSAGE) + user("oa") + '<endEvent id="oe"/>',
        "os>oa oa>oe",
        key="other",
        more='<message id="m" name="ping"/>',
    )
    definition = (
        '<extensionElements><camunda:inputOutput><camunda:inputParameter name="n">${n + 1}</camunda:inputParameter>'
        "</camunda:inputOutput></extensionElements>" + MESSAGE
    )
    ways = "a>t a>z" + (" t>z" if tag != "endEvent" else "")
    nodes = '<task id="a"/>' + event(tag, "t", definition) + '<inclusiveGateway id="z"/>'
    it = play(Fragment(nodes=nodes, drawn=(ways,), more=MORE, files=(other,), variables={"n": 5}), surroundings)
    assert [it.simulator.variables(one) for one in it.simulator.instances("other")] == [{"n": 6}] * it.copies
    it.finished()


# -- boundaries


@everywhere
@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("kind", list(CATCH))
@pytest.mark.parametrize("host", ["user", "sub-process", "call", "service", "receive"])
@covers("boundary: message", "boundary: signal", "boundary: timer", "boundary: conditional")
def test_boundary_events(surroundings: Surroundings, kind: str, interrupting: bool, host: str) -> None:
    child = process('<startEvent id="cs"/><userTask id="deep"/><endEvent id="ce"/>', "cs>deep deep>ce", key="child")
    hosts = {
        "user": user("h"),
        "sub-process": f'<subProcess id="h"><startEvent id="hs"/><userTask id="deep"/><endEvent id="he"/>'
        f"{flows('hs>deep deep>he')}</subProcess>",
        "call": task("callActivity", "h", calledElement="child"),
        "service": external("h", "topic"),
        "receive": task("receiveTask", "h", messageRef="other"),
    }
    nodes = (
        '<parallelGateway id="a"/><parallelGateway id="z"/><exclusiveGateway id="one"/>'
        + ("" if interrupting else '<endEvent id="be2"/>')
        + user("heat")
        + user("extra")
        + hosts[host]
        + boundary("b", "h", CATCH[kind], interrupting=interrupting)
    )
    fragment = Fragment(
        nodes=nodes,
        drawn=("a>h a>heat h>one heat>z one>z b>extra " + ("extra>one" if interrupting else "extra>be2"),),
        more=MORE + '<message id="other" name="never"/>',
        variables={"hot": False},
        files=(child,),
    )
    it = play(fragment, surroundings)
    it.never("b")
    happens(it, kind)
    it.saw("h", "b", "extra")
    for one in it.tasks("heat"):
        it.simulator.complete(one.id, {"hot": False})
    it.complete("extra")
    if interrupting:
        assert not it.tasks("deep")
        assert not it.simulator.external("topic")
        assert all(it.simulator.state(child) == "cancelled" for child in it.simulator.children(it.instance))
    else:
        if host in ("sub-process", "call"):
            it.complete("deep")
        elif host == "user":
            it.complete("h")
        elif host == "service":
            it.work("topic")
        else:
            it.deliver("never")
    assert it.times("z") == 2 * it.copies
    it.finished()


@everywhere
@covers("boundary: message", "camunda:inputOutput")
def test_parameters_of_a_boundary_are_mapped_when_it_fires(surroundings: Surroundings) -> None:
    mapped = MESSAGE + io({"n": "${n + told}"}, {"sum": "${n}"})
    host = task("userTask", "a", io({"sum": "the host's own"}))
    nodes = host + boundary("b", "a", mapped, interrupting=False) + '<task id="hit"/><task id="z"/>'
    it = play(Fragment(nodes=nodes, drawn=("a>z b>hit",), more=MORE, variables={"n": 1}), surroundings)
    for told in (5, 7):
        it.deliver("ping", {"told": told})
        assert (it.variable("sum"), it.variable("n")) == (1 + told, 1)
    it.complete("a")
    it.finished()


@covers("boundary: message", "variables: task-local and sub-process-local")
def test_the_way_out_of_a_boundary_sees_nothing_of_its_host() -> None:
    nodes = task("userTask", "a", io({"n": "${100}"})) + boundary("b", "a", MESSAGE) + user("high") + user("low")
    ways = ("s>a a>e high>e low>e", "b>high ${n > 50}", "b>low ${n <= 50}")
    data = process('<startEvent id="s"/>' + nodes + '<endEvent id="e"/>', *ways, more=MORE)
    simulator, instance = run(data, {"n": 1})
    simulator.deliver("ping")
    assert simulator.path(instance) == ["s", "a", "b", "low"]


@everywhere
@covers("boundary: timer (cycle)")
def test_a_cycle_on_a_boundary(surroundings: Surroundings) -> None:
    nodes = user("a") + boundary("b", "a", HOURLY, interrupting=False) + '<task id="told"/><endEvent id="be2"/>'
    it = play(Fragment(nodes=nodes, drawn=("b>told told>be2",), last="a"), surroundings)
    it.wait(hours=1)
    assert it.times("told") == it.copies
    it.wait(hours=1.5)
    assert it.times("told") == 2 * it.copies
    it.wait(hours=9)
    assert it.times("told") == 3 * it.copies
    it.wait(hours=9)
    assert it.times("told") == 3 * it.copies
    it.complete("a")
    it.finished()


@everywhere
@covers("boundary: error", "end: error", "camunda:errorCodeVariable", "camunda:errorMessageVariable")
@pytest.mark.parametrize(("code", "way"), [("X", "exact"), ("Y", "any")])
def test_error_ends_and_boundaries(surroundings: Surroundings, code: str, way: str) -> None:
    reference = code.lower()
    inner = (
        '<startEvent id="hs"/>'
        + user("deep")
        + user("beside")
        + event("endEvent", "bad", f'<errorEventDefinition errorRef="{reference}"/>')
        + '<endEvent id="he"/>'
    )
    nodes = (
        f'<subProcess id="a">{inner}{flows("hs>deep hs>beside deep>bad beside>he")}</subProcess>'
        + boundary("exact", "a", ERROR)
        + boundary("any", "a", '<errorEventDefinition camunda:errorCodeVariable="code"/>')
        + '<task id="z"/>'
    )
    it = play(Fragment(nodes=nodes, drawn=("a>z exact>z any>z",), more=MORE), surroundings)
    it.complete("deep")
    it.saw("bad", way, "z")
    it.never({"exact": "any", "any": "exact"}[way])
    assert it.variable("code") == (code if way == "any" else None)
    it.finished()


@everywhere
def test_a_workers_and_a_persons_error(surroundings: Surroundings) -> None:
    nodes = (
        user("a")
        + external("h", "stamp")
        + boundary("b1", "a", ERROR)
        + boundary("b2", "h", '<errorEventDefinition errorRef="y" camunda:errorMessageVariable="said"/>')
        + '<task id="z"/>'
    )
    it = play(Fragment(nodes=nodes, drawn=("a>z h>z b1>h b2>z",), more=MORE), surroundings)
    for one in it.tasks("a"):
        it.simulator.bpmn_error(one.id, "X")
    it.fail("stamp", "Y")
    it.saw("b1", "b2", "z")
    assert it.variable("said") == "why"
    it.finished()


@everywhere
@covers("boundary: escalation", "throw: escalation", "end: escalation")
@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
@pytest.mark.parametrize("called", [True, False])
def test_escalations(surroundings: Surroundings, tag: str, interrupting: bool, called: bool) -> None:
    inner = (
        '<startEvent id="hs"/>' + user("deep") + user("beside") + event(tag, "up", ESCALATION) + '<endEvent id="he"/>'
    )
    ways = "hs>deep hs>beside deep>up beside>he" + ("" if tag == "endEvent" else " up>he")
    child = process(inner, ways, key="child", more=MORE)
    host = (
        task("callActivity", "a", calledElement="child")
        if called
        else f'<subProcess id="a">{inner}{flows(ways)}</subProcess>'
    )
    nodes = (
        host
        + boundary("b", "a", ESCALATION, interrupting=interrupting)
        + '<task id="told"/><task id="z"/>'
        + ("" if interrupting else '<endEvent id="be2"/>')
    )
    ways = "a>z b>told " + ("told>z" if interrupting else "told>be2")
    it = play(Fragment(nodes=nodes, drawn=(ways,), more=MORE, files=(child,)), surroundings)
    it.complete("deep")
    it.saw("b", "told")
    if interrupting:
        assert not it.tasks("beside")
    else:
        it.never("z")
        it.complete("beside")
    it.saw("z")
    it.finished()


# -- ends


@everywhere
@covers("end: none", "end: terminate")
def test_a_terminate_end_ends_its_own_level(surroundings: Surroundings) -> None:
    inner = (
        '<startEvent id="hs"/>'
        + user("l")
        + user("r")
        + event("endEvent", "stop", "<terminateEventDefinition/>")
        + '<endEvent id="he"/>'
    )
    nodes = f'<subProcess id="a">{inner}{flows("hs>l hs>r l>stop r>he")}</subProcess><task id="z"/>'
    it = play(Fragment(nodes=nodes, drawn=("a>z",)), surroundings)
    it.complete("l")
    assert not it.tasks("r")
    it.saw("z")
    it.finished()


def test_a_terminate_end_at_the_top_ends_all() -> None:
    nodes = (
        '<startEvent id="s"/>' + user("l") + user("r") + event("endEvent", "stop", "<terminateEventDefinition/>")
    ) + '<endEvent id="e"/>'
    simulator = simulate(process(nodes, "s>l s>r l>stop r>e"))
    instance = simulator.start("p", {})
    simulator.complete(simulator.open_tasks(instance)[0].id, {})
    assert simulator.state(instance) == "completed"
    assert simulator.open_tasks(instance) == []


def test_a_cycle_after_an_outage_fires_once_for_all_it_missed_and_keeps_step() -> None:
    definition = "<timerEventDefinition><timeCycle>R10/PT1H</timeCycle></timerEventDefinition>"
    nodes = '<startEvent id="s"/>' + user("a") + boundary("b", "a", definition, interrupting=False)
    simulator = simulate(process(nodes + '<task id="t"/><endEvent id="e"/>', "s>a a>e b>t t>e"))
    instance = simulator.start("p", {})
    simulator.move_clock(NOW + timedelta(hours=4, minutes=30))
    assert simulator.path(instance).count("t") == 1
    [waiting] = simulator.timers(instance)
    assert waiting.deadline.due_at == NOW + timedelta(hours=5)
    fired = []
    for hour in range(5, 14):
        simulator.move_clock(NOW + timedelta(hours=hour))
        fired.append(simulator.path(instance).count("t"))
    assert fired == [2, 3, 4, 5, 6, 7, 7, 7, 7]
