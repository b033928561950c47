"""Nothing drawn or typed reaches Python; nothing takes for ever."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.workflows.engine.diagrams import (
    boundary,
    document,
    event,
    extensions,
    io,
    process,
    simulate,
    task,
    timer,
    user,
)
from workflows.errors import DeploymentRefused
from workflows.instance import NoScripts
from workflows.lint import check

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
ATTACKS = (
    "__import__('os').system('touch trinh-was-here')",
    "''.__class__.__mro__[1].__subclasses__()",
    "().__class__.__bases__[0].__subclasses__()",
    "9**9**9",
    "workdays.__globals__",
    "now().__class__",
    "exec('1')",
    "open('/etc/passwd').read()",
    "x.__init__.__globals__",
)
"""Tried as JUEL and as FEEL at every evaluation point."""


def attribute(tag: str, name: str) -> str:
    more = {"camunda_type": "external", "camunda_topic": "t"} if tag == "serviceTask" else {}
    return START + task(tag, "a", **{**more, name: "{}"}) + END


POINTS: dict[str, str] = {
    **{
        f"user {name}": attribute("userTask", f"camunda_{name}")
        for name in ("assignee", "candidateGroups", "candidateUsers", "dueDate", "followUpDate", "priority", "formKey")
    },
    "user name": attribute("userTask", "name"),
    "topic": attribute("serviceTask", "camunda_topic"),
    "called element": attribute("callActivity", "calledElement"),
    "decision": attribute("businessRuleTask", "camunda_decisionRef"),
    "input": START + task("userTask", "a", io({"i": "{}"})) + END,
    "output": START + task("task", "a", io({}, {"i": "{}"})) + END,
    "list": START
    + task(
        "userTask",
        "a",
        io(
            inner='<camunda:inputParameter name="i"><camunda:list>'
            "<camunda:value>{}</camunda:value></camunda:list></camunda:inputParameter>"
        ),
    )
    + END,
    "property": START
    + task(
        "userTask", "a", extensions('<camunda:properties><camunda:property name="p" value="{}"/></camunda:properties>')
    )
    + END,
    "script": START
    + task("scriptTask", "a", "<script>{}</script>", scriptFormat="juel", camunda_resultVariable="r")
    + END,
    "collection": START
    + task("userTask", "a", '<multiInstanceLoopCharacteristics camunda:collection="{}" camunda:elementVariable="i"/>')
    + END,
    "cardinality": START
    + task(
        "userTask",
        "a",
        "<multiInstanceLoopCharacteristics><loopCardinality>{}</loopCardinality></multiInstanceLoopCharacteristics>",
    )
    + END,
    "loop": START
    + task("task", "a", "<standardLoopCharacteristics><loopCondition>{}</loopCondition></standardLoopCharacteristics>")
    + END,
    **{
        f"timer {kind}": START + event("intermediateCatchEvent", "a", timer(kind, "{}")) + END
        for kind in ("timeDate", "timeDuration", "timeCycle")
    },
    "condition event": START
    + event(
        "intermediateCatchEvent",
        "a",
        "<conditionalEventDefinition><condition>{}</condition></conditionalEventDefinition>",
    )
    + END,
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("point", POINTS)
def test_an_attack_is_refused_or_an_incident(point: str, attack: str) -> None:
    for text in (f"${{{attack}}}", f"={attack}"):
        escaped = text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        outcome(process(POINTS[point].replace("{}", escaped), "s>a a>e"))


def outcome(data: bytes) -> None:
    """Deploy and start: refused, or an incident, or (FEEL's null, a bounded number) nothing that came from Python."""
    began = time.process_time()
    try:
        simulator = simulate(data)
    except DeploymentRefused:
        return
    instance = simulator.start("p", {"x": 1})
    if simulator.state(instance) != "incident":
        seen = repr([simulator.open_tasks(instance), simulator.external("t"), simulator.variables(instance)])
        assert not re.search(r"<class|<function|<built-in|<method|<module|root:|<slot", seen), seen
    assert time.process_time() - began < 5
    assert not Path("trinh-was-here").exists()


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_in_conditions_are_refused_or_incidents(attack: str) -> None:
    drawn = START + '<exclusiveGateway id="x" default="x-e"/>' + task("task", "b") + END
    outcome(process(drawn, "s>x x>e b>e", f"x>b ${{{attack}}}"))
    many = (
        f"<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
        f"<completionCondition>${{{attack}}}</completionCondition></multiInstanceLoopCharacteristics>"
    )
    outcome(process(START + task("task", "a", many) + END, "s>a a>e"))


@pytest.mark.parametrize(
    "text",
    [
        "=for i in 1..10000000 return i",
        "=count(for i in 1..100000, j in 1..100000 return i)",
        "=some x in 1..10000000 satisfies x < 0",
        '=string join(for i in 1..1000000 return "xxxxxxxxxxxxxxxxxxxx")',
    ],
)
def test_long_loops_are_bounded(text: str) -> None:
    escaped = text[1:].replace("<", "&lt;")
    drawn = task("scriptTask", "a", f"<script>{escaped}</script>", scriptFormat="feel", camunda_resultVariable="r")
    outcome(process(START + drawn + END, "s>a a>e"))


def test_spiffs_own_engine_is_never_asked() -> None:
    with pytest.raises(AssertionError):
        NoScripts().evaluate("1")
    simulator = simulate(
        process(START + user("a") + boundary("b", "a", timer("timeDuration", "PT1H")) + END, "s>a a>e b>e")
    )
    simulator.start("p")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "xml_broken"),
        (b"\xff\xfe\x00", "xml_broken"),
        (b"<a>" * 1000, "xml_broken"),
        (b"<a>" * 100 + b"</a>" * 100, "xml_too_deep"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml_doctype"),
        (
            b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>',
            "xml_doctype",
        ),
        (b"<!DOCTYPE html><a/>", "xml_doctype"),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "xml_doctype"),
        (b"<a>" + b" " * (5 * 1024 * 1024) + b"</a>", "xml_too_large"),
        (b"<html/>", "not_bpmn"),
        (document(""), "no_process"),
    ],
)
def test_hostile_files_are_refused_by_name(data: bytes, code: str) -> None:
    began = time.process_time()
    assert [problem.code for problem in check({"x.bpmn": data})] == [code]
    assert time.process_time() - began < 2


def test_a_diagram_of_a_thousand_nodes_in_a_row() -> None:
    nodes = "".join(task("task", f"t{number}") for number in range(1000))
    chain = " ".join(f"t{number}>t{number + 1}" for number in range(999))
    simulator = simulate(process(START + nodes + END, f"s>t0 {chain} t999>e"))
    instance = simulator.start("p")
    assert simulator.state(instance) == "completed"
    assert len(simulator.path(instance)) == 1002
