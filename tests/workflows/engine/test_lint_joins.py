"""Joins that never complete, and names that nothing sets: what the check proves, and what it lets be."""

from __future__ import annotations

import pytest

from tests.workflows.engine.diagrams import boundary, extensions, external, io, process, script, task, timer, user
from workflows.lint import check

NODES = {
    "s": '<startEvent id="s"/>',
    "e": '<endEvent id="e"/>',
    **{name: f'<exclusiveGateway id="{name}"/>' for name in ("x", "y", "m")},
    **{name: f'<parallelGateway id="{name}"/>' for name in ("f", "j", "k")},
    **{name: user(name) for name in "abcd"},
    "n": boundary("n", "a", timer("timeDuration", "PT1H"), interrupting=False),
}


def codes(*drawn: str, also: str = "") -> list[str]:
    ends = {end for text in (*drawn, also) for one in text.split() if ">" in one for end in one.split(">")}
    nodes = "".join(NODES[name] for name in NODES if name in ends)
    found = check({"p.bpmn": process(nodes, *drawn)})
    return [problem.code for problem in found if problem.severity == "error"]


@pytest.mark.parametrize(
    "drawn",
    [
        ("s>x a>j b>j j>e", "x>a ${n}", "x>b ${!n}"),
        ("s>x a>c c>j b>j j>e", "x>a ${n}", "x>b ${!n}"),
        ("s>f f>x f>c c>j a>j b>j j>e", "x>a ${n}", "x>b ${!n}"),
        ("s>x a>y b>j j>e c>j d>e", "x>a ${n}", "x>b ${!n}", "y>c ${n}", "y>d ${!n}"),
    ],
    ids=["plain", "longer", "with a third branch", "nested choice"],
)
def test_a_join_of_branches_of_one_choice_never_completes(drawn: tuple[str, ...]) -> None:
    assert codes(*drawn) == ["join_never"]


@pytest.mark.parametrize(
    "drawn",
    [
        ("s>j j>a a>x", "x>j ${n}", "x>e ${!n}"),
        ("s>f f>j f>b b>j j>a a>x", "x>j ${n}", "x>e ${!n}"),
    ],
    ids=["a merge drawn as a join", "beside real branches"],
)
def test_a_join_of_its_own_output_never_completes(drawn: tuple[str, ...]) -> None:
    assert codes(*drawn) == ["join_after_itself"]


@pytest.mark.parametrize(
    "drawn",
    [
        ("s>f f>a f>b a>j b>j j>e",),
        ("s>f f>a f>b a>m b>m m>x c>j d>j j>e", "x>c ${n}", "x>d ${!n}"),
        (
            "s>m m>x a>f f>c f>d c>j d>j j>y",
            "x>a ${n}",
            "x>e ${!n}",
            "y>m ${n}",
            "y>e ${!n}",
        ),
        ("s>a a>m n>m m>x b>j c>j j>e", "x>b ${n}", "x>c ${!n}"),
    ],
    ids=["a fork and its join", "two tokens at one choice", "a loop around a pair", "two tokens by a boundary event"],
)
def test_a_join_that_may_complete_is_let_be(drawn: tuple[str, ...]) -> None:
    assert codes(*drawn) == []


def unset(nodes: str, *drawn: str) -> list[tuple[str | None, str]]:
    found = check({"p.bpmn": process('<startEvent id="s"/><endEvent id="e"/>' + nodes, *drawn)})
    return [(each.element, each.message) for each in found if each.code == "name_unset"]


def test_a_name_that_nothing_sets_is_told() -> None:
    nodes = user("a") + '<exclusiveGateway id="x" default="x-e"/>' + task("task", "b", io({}, {"decision": "yes"}))
    [(element, message)] = unset(nodes, "s>b b>a a>x", "x>b ${decison == 'yes'}", "x>e")
    assert element == "x-b"
    assert "“decison”" in message
    assert "gần giống “decision”" in message


@pytest.mark.parametrize(
    "reads",
    [
        script("a", "count(poeple)", "n"),
        task("userTask", "a", '<multiInstanceLoopCharacteristics camunda:collection="poeple"/>'),
        task("userTask", "a", '<multiInstanceLoopCharacteristics camunda:collection="=poeple"/>'),
        task("callActivity", "a", extensions('<camunda:in source="poeple" target="x"/>'), calledElement="p"),
    ],
    ids=["script", "bare collection", "collection", "camunda:in"],
)
def test_a_slip_is_told_wherever_a_variable_is_read(reads: str) -> None:
    [(element, message)] = unset(script("w", "[1]", "people") + reads, "s>w w>a a>e")
    assert (element, "gần giống “people”" in message) == ("a", True)


def test_what_handlers_and_messages_bring_is_not_asked_for_but_a_slip_is() -> None:
    nodes = (
        user("a", camunda_formKey="some:form")
        + external("w", "topic")
        + '<exclusiveGateway id="x" default="x-e"/><exclusiveGateway id="y" default="y-e"/>'
    )
    ways = ("s>a a>x", "x>w ${outcome == 'yes'}", "x>e", "w>y", "y>a ${outcome == 'no'}", "y>e")
    assert unset(nodes, *ways) == []
    slip = (*ways[:4], "y>a ${outcom == 'no' or outcome == 'x'}", "y>e")
    [(element, message)] = unset(nodes, *slip)
    assert element == "y-a"
    assert "gần giống “outcome”" in message


def test_loops_forms_calls_and_errors_set_names() -> None:
    fields = extensions('<camunda:formData><camunda:formField id="given" type="string"/></camunda:formData>')
    loop = (
        '<multiInstanceLoopCharacteristics camunda:collection="${given}" camunda:elementVariable="each">'
        "<completionCondition>${nrOfCompletedInstances > 1}</completionCondition></multiInstanceLoopCharacteristics>"
    )
    nodes = task("userTask", "a", fields) + task("userTask", "b", loop, name="${each} ${execution.processBusinessKey}")
    assert unset(nodes, "s>a a>b b>e") == []
