"""Tasks, call activities and sub-processes, each alone and nested."""

from __future__ import annotations

import pytest

from tests.conformance.bpmn.covers import covers
from tests.conformance.bpmn.play import Fragment, Surroundings, everywhere, play
from tests.workflows.engine.diagrams import (
    boundary,
    event,
    extensions,
    external,
    flows,
    io,
    message,
    process,
    script,
    task,
    user,
)

CHILD = process(
    '<startEvent id="cs"/><userTask id="inner"/><endEvent id="ce"/>', "cs>inner inner>ce", key="child", name="Child"
)
TABLE = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
    b'<decision id="route" name="route"><decisionTable id="t" hitPolicy="FIRST">'
    b'<input id="i"><inputExpression id="ie" typeRef="number"><text>count</text></inputExpression></input>'
    b'<output id="o" name="way" typeRef="string"/><rule id="r1"><inputEntry id="r1i"><text>&gt; 5</text></inputEntry>'
    b'<outputEntry id="r1o"><text>"far"</text></outputEntry></rule><rule id="r2"><inputEntry id="r2i"><text>-</text>'
    b'</inputEntry><outputEntry id="r2o"><text>"near"</text></outputEntry></rule>'
    b"</decisionTable></decision></definitions>"
)


@everywhere
@covers("task: undefined", "task: manual")
def test_undefined_and_manual_tasks_are_passed(surroundings: Surroundings) -> None:
    it = play(Fragment(nodes='<task id="a"/><manualTask id="z"/>', drawn=("a>z",)), surroundings)
    it.saw("a", "z")
    it.finished()


@everywhere
@covers("task: user")
def test_a_user_task_waits_for_its_answers(surroundings: Surroundings) -> None:
    it = play(Fragment(nodes=user("a") + user("z"), drawn=("a>z",)), surroundings)
    assert it.open() == ["a"]
    it.complete("a", {"answer": 1})
    assert it.open() == ["z"]
    it.complete("z")
    assert it.variable("answer") == 1
    it.finished()


@everywhere
@covers("task: service", "camunda:type", "camunda:topic")
def test_a_service_task_waits_for_a_worker(surroundings: Surroundings) -> None:
    fragment = Fragment(nodes=external("a", "stamp", io({"n": "${1 + 1}"}, {"got": "${answer}"})), drawn=(), last="a")
    it = play(fragment, surroundings)
    assert [one.variables["n"] for one in it.external("stamp")] == [2] * it.copies
    it.work("stamp", {"answer": "ok"})
    assert it.variable("got") == "ok"
    it.finished()


@everywhere
@covers("task: send", "task: receive")
def test_send_and_receive_tasks(surroundings: Surroundings) -> None:
    nodes = task(
        "sendTask",
        "a",
        extensions(
            '<camunda:inputOutput><camunda:inputParameter name="item">${item}</camunda:inputParameter>'
            '<camunda:inputParameter name="told">yes</camunda:inputParameter></camunda:inputOutput>'
            '<camunda:properties><camunda:property name="correlationKeys" value="item"/></camunda:properties>'
        ),
        messageRef="m",
    ) + task("receiveTask", "z", messageRef="m")
    fragment = Fragment(
        nodes=nodes,
        drawn=("a>z",),
        more='<message id="m" name="ping"/>',
        variables={"item": "only"},
    )
    it = play(fragment, surroundings)
    it.saw("a", "z")
    assert it.variable("told") == "yes"
    it.finished()


@everywhere
@covers("task: script (feel)", "task: script (juel)", "camunda:resultVariable")
def test_scripts(surroundings: Surroundings) -> None:
    juel = task(
        "scriptTask", "z", "<script>${twice + 1}</script>", scriptFormat="juel", camunda_resultVariable="thrice"
    )
    it = play(Fragment(nodes=script("a", "n * 2", "twice") + juel, drawn=("a>z",), variables={"n": 2}), surroundings)
    assert (it.variable("twice"), it.variable("thrice")) == (4, 5)
    it.finished()


@everywhere
@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ("singleEntry", "far"),
        ("singleResult", {"way": "far"}),
        ("collectEntries", ["far"]),
        ("resultList", [{"way": "far"}]),
        ("", [{"way": "far"}]),
    ],
)
@covers("task: business rule", "camunda:decisionRef", "camunda:mapDecisionResult")
def test_a_business_rule_task(surroundings: Surroundings, mapping: str, expected: object) -> None:
    how = {"camunda_mapDecisionResult": mapping} if mapping else {}
    node = task("businessRuleTask", "a", camunda_decisionRef="route", camunda_resultVariable="way", **how)
    it = play(Fragment(nodes=node, drawn=(), last="a", variables={"count": 9}, files=(TABLE,)), surroundings)
    assert it.variable("way") == expected
    it.finished()


@everywhere
@covers("activity: call", "camunda:in", "camunda:out")
def test_a_call_activity(surroundings: Surroundings) -> None:
    mappings = extensions(
        '<camunda:in businessKey="#{execution.processBusinessKey}"/><camunda:in source="n" target="given"/>'
        '<camunda:in sourceExpression="${n + 1}" target="more"/>'
        '<camunda:out source="answer" target="taken"/><camunda:out sourceExpression="${answer + 1}" target="next"/>'
    )
    node = task("callActivity", "a", mappings, calledElement="child")
    it = play(Fragment(nodes=node, drawn=(), last="a", variables={"n": 1}, files=(CHILD,)), surroundings)
    children = it.simulator.children(it.instance)
    assert len(children) == it.copies
    assert it.simulator.instances("child") == children
    assert [it.simulator.variables(child) for child in children] == [{"given": 1, "more": 2}] * it.copies
    it.complete("inner", {"answer": 7, "private": True})
    assert [it.simulator.state(child) for child in children] == ["completed"] * it.copies
    assert (it.variable("taken"), it.variable("next"), it.variable("private")) == (7, 8, None)
    it.finished()


def test_the_business_key_goes_to_the_called_process() -> None:
    from tests.workflows.engine.diagrams import simulate

    node = task(
        "callActivity",
        "a",
        extensions('<camunda:in businessKey="#{execution.processBusinessKey}"/>'),
        calledElement="child",
    )
    simulator = simulate(CHILD, process(f'<startEvent id="s"/>{node}<endEvent id="e"/>', "s>a a>e"))
    instance = simulator.start("p", {}, "HS-1")
    [child] = simulator.children(instance)
    assert simulator.snapshot(child).business_key == "HS-1"


@everywhere
@covers("camunda:in variables=all", "camunda:out variables=all")
def test_a_call_with_everything(surroundings: Surroundings) -> None:
    mappings = extensions('<camunda:in variables="all"/><camunda:out variables="all"/>')
    node = task("callActivity", "a", mappings, calledElement="child")
    it = play(Fragment(nodes=node, drawn=(), last="a", variables={"n": {"deep": [1]}}, files=(CHILD,)), surroundings)
    for child in it.simulator.children(it.instance):
        assert it.simulator.variables(child)["n"] == {"deep": [1]}
    it.complete("inner", {"answer": 7})
    assert it.variable("answer") == 7
    it.finished()


@everywhere
@covers("camunda:calledElementBinding", "camunda:calledElementVersion")
@pytest.mark.parametrize(
    ("binding", "expected"),
    [("latest", "third"), ("version", "first"), ("deployment", "second"), ("", "third")],
)
def test_bindings_of_a_call(surroundings: Surroundings, binding: str, expected: str) -> None:
    from tests.conformance.bpmn.play import Play, drawn
    from workflows.simulate import Simulator

    def child(element: str) -> bytes:
        return process(
            f'<startEvent id="cs"/><userTask id="{element}"/><endEvent id="ce"/>',
            f"cs>{element} {element}>ce",
            key="child",
        )

    how = {"camunda_calledElementBinding": binding} if binding else {}
    if binding == "version":
        how["camunda_calledElementVersion"] = "${1}"
    hold = user("a")
    fragment = Fragment(nodes=hold + task("callActivity", "z", calledElement="child", **how), drawn=("a>z",))
    simulator = Simulator(at=play(Fragment(nodes=user("a"), drawn=(), last="a"), "alone").now)
    simulator.deploy({"c.bpmn": child("first")})
    simulator.deploy({"c.bpmn": child("second"), "p.bpmn": drawn(fragment, surroundings)})
    instance = simulator.start("p", {"pair": ["x", "y"]})
    it = Play(simulator, instance, 2 if surroundings == "multi-instance" else 1, surroundings)
    simulator.deploy({"c.bpmn": child("third")})
    it.complete("a")
    it.complete(expected)
    it.finished()


@everywhere
@covers("activity: sub-process")
def test_an_embedded_sub_process_with_two_branches(surroundings: Surroundings) -> None:
    inner = '<startEvent id="is"/>' + user("l") + user("r") + '<endEvent id="ie"/>'
    node = f'<subProcess id="a">{inner}{flows("is>l is>r l>ie r>ie")}</subProcess>'
    it = play(Fragment(nodes=node + '<task id="z"/>', drawn=("a>z",)), surroundings)
    it.complete("l")
    it.never("z")
    it.complete("r")
    it.saw("a", "is", "l", "r", "z")
    it.finished()


@everywhere
@covers("activity: sub-process")
@pytest.mark.parametrize("tag", ["subProcess", "transaction"])
def test_a_scope_without_an_end_event_ends_with_its_last_step(surroundings: Surroundings, tag: str) -> None:
    node = f'<{tag} id="a"><startEvent id="is"/>{user("l") + user("r")}{flows("is>l is>r")}</{tag}>'
    it = play(Fragment(nodes=node + '<task id="z"/>', drawn=("a>z",)), surroundings)
    it.complete("r")
    it.never("z")
    it.complete("l")
    it.saw("a", "is", "l", "r", "z")
    it.finished()


@everywhere
@covers("activity: transaction", "boundary: cancel", "end: cancel")
def test_a_cancelled_transaction(surroundings: Surroundings) -> None:
    inner = (
        '<startEvent id="is"/>'
        + user("l")
        + user("r")
        + event("endEvent", "undo", "<cancelEventDefinition/>")
        + '<endEvent id="ie"/>'
    )
    node = (
        f'<transaction id="a">{inner}{flows("is>l is>r l>undo r>ie")}</transaction>'
        + boundary("b", "a", "<cancelEventDefinition/>")
        + '<task id="z"/><task id="sorry"/>'
    )
    it = play(Fragment(nodes=node, drawn=("a>z b>sorry sorry>z",)), surroundings)
    it.complete("l")
    it.saw("undo", "b", "sorry", "z")
    it.finished()


@everywhere
@covers("activity: event sub-process")
@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("kind", ["message", "signal", "timer", "conditional", "escalation", "error"])
def test_event_sub_processes(surroundings: Surroundings, kind: str, interrupting: bool) -> None:
    """Inside a sub-process of its own, whose way out shows whether it was interrupted."""
    if kind == "error" and not interrupting:
        return
    definition = {
        "message": message("m"),
        "signal": '<signalEventDefinition signalRef="g"/>',
        "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
        "conditional": "<conditionalEventDefinition><condition>${hot}</condition></conditionalEventDefinition>",
        "escalation": '<escalationEventDefinition escalationRef="u"/>',
        "error": '<errorEventDefinition errorRef="x"/>',
    }[kind]
    start = event("startEvent", "es", definition, isInterrupting="true" if interrupting else "false")
    listener = (
        f'<subProcess id="on" triggeredByEvent="true">{start}{user("handle")}<endEvent id="ee"/>'
        f"{flows('es>handle handle>ee')}</subProcess>"
    )
    throws = {
        "escalation": event("intermediateThrowEvent", "throw", '<escalationEventDefinition escalationRef="u"/>'),
        "error": event("endEvent", "throw", '<errorEventDefinition errorRef="x"/>'),
    }.get(kind, '<task id="throw"/>')
    inner = '<startEvent id="is"/>' + user("go") + user("work") + throws + '<endEvent id="ie"/>' + listener
    ways = "is>go is>work go>throw work>ie" + ("" if kind == "error" else " throw>ie")
    more = (
        '<message id="m" name="ping"/><signal id="g" name="bell"/><error id="x" name="X" errorCode="X"/>'
        '<escalation id="u" name="U" escalationCode="U"/>'
    )
    nodes = f'<subProcess id="a">{inner}{flows(ways)}</subProcess>' + user("z")
    it = play(Fragment(nodes=nodes, drawn=("a>z",), more=more, variables={"hot": False}), surroundings)
    assert it.open() == ["go", "work"]
    if kind == "message":
        it.deliver("ping")
    elif kind == "signal":
        it.signal("bell")
    elif kind == "timer":
        it.wait(hours=1)
    elif kind == "conditional":
        for one in it.tasks("go")[:1]:
            it.simulator.complete(one.id, {"hot": True})
    else:
        it.complete("go")
    assert len(it.tasks("handle")) == it.copies
    it.saw("on", "es")
    if interrupting:
        assert it.tasks("work") == []
        assert it.tasks("go") == []
    else:
        assert len(it.tasks("work")) == it.copies
        it.complete("work")
        if it.tasks("go"):
            for one in it.tasks("go"):
                it.simulator.complete(one.id, {})
        it.never("z")
    for one in it.tasks("handle"):
        it.simulator.complete(one.id, {})
    for one in it.tasks("handle"):
        it.simulator.complete(one.id, {})
    it.complete("z")
    it.finished()
