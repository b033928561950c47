"""Camunda's attributes and extension elements: the honoured ones run, alone and nested; the others are said to be."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conformance.bpmn.covers import covers
from tests.conformance.bpmn.play import Fragment, Surroundings, everywhere, play
from tests.conformance.bpmn.rows import OTHERS, UNIVERSE, Other
from tests.conformance.bpmn.test_tasks import TABLE
from tests.workflows.engine.diagrams import (
    NOW,
    boundary,
    event,
    extensions,
    external,
    flows,
    io,
    process,
    simulate,
    task,
    user,
)
from workflows.lint import check
from workflows.simulate import Simulator

MODDLE = Path(__file__).parents[3] / "service/web/node_modules/camunda-bpmn-moddle/resources/camunda.json"


@everywhere
@covers(
    "camunda:assignee",
    "camunda:candidateGroups",
    "camunda:candidateUsers",
    "camunda:dueDate",
    "camunda:followUpDate",
    "camunda:priority",
    "camunda:formKey",
    "camunda:properties",
)
def test_what_a_user_task_says(surroundings: Surroundings) -> None:
    drawn = task(
        "userTask",
        "a",
        extensions('<camunda:properties><camunda:property name="unit" value="${unit}"/></camunda:properties>'),
        name="Việc của ${who}",
        camunda_assignee="${who}",
        camunda_candidateGroups="clerks, ${group}",
        camunda_candidateUsers="${users}",
        camunda_dueDate="${workdays(3)}",
        camunda_followUpDate="2026-03-03T08:00:00+07:00",
        camunda_priority="${50 + 20}",
        camunda_formKey="app:${group}",
    )
    given = {"who": "an", "group": "heads", "users": ["x", "y"], "unit": "00070"}
    it = play(Fragment(nodes=drawn, drawn=(), last="a", variables=given), surroundings)
    for one in it.tasks("a"):
        assert (one.name, one.assignee, one.priority, one.form_key) == ("Việc của an", "an", 70, "app:heads")
        assert (one.candidate_groups, one.candidate_users) == (("clerks", "heads"), ("x", "y"))
        assert one.due_at is not None
        assert one.due_at.isoformat() == "2026-03-05T10:00:00+00:00"
        assert one.follow_up_at is not None
        assert one.follow_up_at.isoformat() == "2026-03-03T01:00:00+00:00"
        assert one.properties == {"unit": "00070"}
    it.complete("a")
    it.finished()


@covers("camunda:formRef", "camunda:formRefBinding", "camunda:formRefVersion", "camunda:formData")
def test_forms_of_a_user_task() -> None:
    form = json.dumps({"id": "ask", "type": "default", "schemaVersion": 16, "components": []}).encode()
    fields = extensions('<camunda:formData><camunda:formField id="n" label="Số" type="long"/></camunda:formData>')
    nodes = (
        '<startEvent id="s"/>'
        + task("userTask", "a", camunda_formRef="ask", camunda_formRefBinding="version", camunda_formRefVersion="1")
        + task("userTask", "b", fields)
        + '<endEvent id="e"/>'
    )
    simulator = Simulator(at=NOW)
    [definition] = simulator.deploy({"p.bpmn": process(nodes, "s>a a>b b>e"), "ask.form": form})
    instance = simulator.start("p", {})
    assert simulator.open_tasks(instance)[0].form_key == "ask"
    assert definition.form_keys == {"ask"}
    [field] = definition.spec.process.task_specs["b"].form_fields
    assert (field.id, field.label, field.type) == ("n", "Số", "long")


@covers(
    "camunda:candidateStarterGroups",
    "camunda:versionTag",
    "camunda:historyTimeToLive",
    "camunda:initiator",
)
def test_what_a_process_says() -> None:
    data = process('<startEvent id="s" camunda:initiator="who"/><endEvent id="e"/>', "s>e").replace(
        b"<process ",
        b'<process camunda:candidateStarterGroups="clerks, heads" camunda:versionTag="2026-A"'
        b' camunda:historyTimeToLive="P3650D" ',
    )
    simulator = Simulator(at=NOW)
    [definition] = simulator.deploy({"p.bpmn": data})
    assert definition.starter_groups == ("clerks", "heads")
    assert (definition.version_tag, definition.history_time_to_live) == ("2026-A", "P3650D")
    assert [start.initiator for start in definition.starts] == ["who"]
    assert simulator.variables(simulator.start("p", {})) == {"who": None}


@everywhere
@covers("camunda:inputOutput")
def test_parameters_as_text_list_map_and_expression(surroundings: Surroundings) -> None:
    more = (
        '<camunda:inputParameter name="many"><camunda:list><camunda:value>${n}</camunda:value>'
        "<camunda:value>x</camunda:value></camunda:list></camunda:inputParameter>"
        '<camunda:inputParameter name="named"><camunda:map><camunda:entry key="k">${n + 1}</camunda:entry>'
        "</camunda:map></camunda:inputParameter>"
    )
    drawn = external(
        "a", "t", io({"text": "plain", "worked": "=n * 2"}, {"taken": "${answer}", "n": "${n + 10}"}, more)
    )
    it = play(Fragment(nodes=drawn, drawn=(), last="a", variables={"n": 1}), surroundings)
    for one in it.external("t"):
        shown = {"text": "plain", "worked": 2, "many": [1, "x"], "named": {"k": 2}, "n": 1}
        assert {name: one.variables[name] for name in shown} == shown
    it.work("t", {"answer": "yes"})
    assert it.variable("taken") == "yes"
    assert it.variable("n") == 1 + 10 * it.copies
    assert it.variable("text") is None
    it.finished()


@everywhere
@covers("variables: task-local and sub-process-local", "camunda:inputOutput")
def test_local_names_hide_outer_ones_and_die_with_their_scope(surroundings: Surroundings) -> None:
    inner = '<startEvent id="is"/>' + user("deep") + '<endEvent id="ie"/>' + flows("is>deep deep>ie")
    drawn = task("subProcess", "a", io({"n": "${n + 1}"}, {"left": "${n}"}) + inner) + user("z")
    it = play(Fragment(nodes=drawn, drawn=("a>z",), variables={"n": 1}), surroundings)
    it.complete("deep", {"n": 50, "fresh": [1]})
    assert (it.variable("n"), it.variable("left"), it.variable("fresh")) == (1, 50, [1])
    it.complete("z", {"n": 7})
    assert it.variable("n") == 7
    it.finished()


@covers("camunda:decisionRefBinding", "camunda:decisionRefVersion")
@pytest.mark.parametrize(("binding", "expected"), [("latest", "3"), ("version", "1"), ("deployment", "2"), ("", "3")])
def test_bindings_of_a_decision(binding: str, expected: str) -> None:
    how = {"camunda_decisionRefBinding": binding} if binding else {}
    if binding == "version":
        how["camunda_decisionRefVersion"] = "1"
    rule = task(
        "businessRuleTask",
        "r",
        camunda_decisionRef="route",
        camunda_resultVariable="way",
        camunda_mapDecisionResult="singleEntry",
        **how,
    )
    data = process('<startEvent id="s"/>' + user("a") + rule + '<endEvent id="e"/>', "s>a a>r r>e")
    simulator = Simulator(at=NOW)
    simulator.deploy({"t.dmn": TABLE.replace(b'"far"', b'"1"')})
    simulator.deploy({"t.dmn": TABLE.replace(b'"far"', b'"2"'), "p.bpmn": data})
    instance = simulator.start("p", {"count": 9})
    simulator.deploy({"t.dmn": TABLE.replace(b'"far"', b'"3"')})
    simulator.complete(simulator.open_tasks(instance)[0].id, {})
    assert simulator.variables(instance)["way"] == expected


@covers("camunda:failedJobRetryTimeCycle")
def test_how_work_is_tried_again() -> None:
    inner = extensions("<camunda:failedJobRetryTimeCycle>R2/PT5M</camunda:failedJobRetryTimeCycle>")
    data = process(f'<startEvent id="s"/>{external("a", "t", inner)}<endEvent id="e"/>', "s>a a>e")
    simulator = simulate(data)
    simulator.start("p", {})
    assert simulator.external("t")[0].retry_after == (timedelta(minutes=5),)


@everywhere
@covers("camunda:errorMessage", "camunda:escalationCodeVariable")
def test_what_was_thrown_is_told(surroundings: Surroundings) -> None:
    inner = (
        '<startEvent id="is"/>'
        + event("intermediateThrowEvent", "up", '<escalationEventDefinition escalationRef="u"/>')
        + event("endEvent", "bad", '<errorEventDefinition errorRef="x"/>')
        + flows("is>up up>bad")
    )
    drawn = (
        f'<subProcess id="a">{inner}</subProcess>'
        + boundary("b", "a", '<errorEventDefinition camunda:errorMessageVariable="said"/>')
        + boundary("c", "a", '<escalationEventDefinition camunda:escalationCodeVariable="code"/>', interrupting=False)
        + '<task id="z"/><endEvent id="ce"/>'
    )
    more = (
        '<error id="x" name="X" errorCode="X" camunda:errorMessage="Thiếu ${n}"/>'
        '<escalation id="u" name="U" escalationCode="U"/>'
    )
    it = play(Fragment(nodes=drawn, drawn=("a>z b>z c>ce",), more=more, variables={"n": 2}), surroundings)
    assert (it.variable("said"), it.variable("code")) == ("Thiếu 2", "U")
    it.saw("up", "c", "bad", "b", "z")
    it.finished()


@everywhere
@covers("camunda:variableName", "camunda:variableEvents")
def test_conditions_may_be_narrowed(surroundings: Surroundings) -> None:
    condition = (
        '<conditionalEventDefinition camunda:variableName="n" camunda:variableEvents="update"><condition>${n &gt; 5}'
        "</condition></conditionalEventDefinition>"
    )
    drawn = user("a") + boundary("b", "a", condition, interrupting=False) + '<endEvent id="be2"/>' + user("z")
    it = play(Fragment(nodes=drawn, drawn=("a>z b>be2",), variables={"n": 1}), surroundings)
    it.complete("a", {"other": 1})
    it.never("b")
    it.complete("z")
    it.finished()


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: other.name)
def test_the_others_are_warned_of_or_refused_by_name(other: Other) -> None:
    found = {problem.code: problem for problem in check({"p.bpmn": other.data})}
    problem = found.get(other.code)
    assert problem is not None, sorted(found)
    assert problem.element == other.element
    assert problem.severity == ("warning" if other.status == "warned" else "error")
    assert other.word in problem.message


def test_every_attribute_the_modeler_can_write_is_listed() -> None:
    types = json.loads(MODDLE.read_text(encoding="utf-8"))["types"]
    written = set()
    for one in types:
        extends = one.get("extends", [])
        attributes = [each["name"].removeprefix("camunda:") for each in one.get("properties", []) if each.get("isAttr")]
        if extends and "Element" not in one.get("superClass", []):
            written |= {f"camunda:{name}" for name in attributes}
        if "Element" in one.get("superClass", []):
            written.add(f"<camunda:{one['name'][0].lower() + one['name'][1:]}>")
    assert written - set(UNIVERSE) == set()
