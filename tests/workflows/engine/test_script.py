"""Written tests of a diagram: what a script may say, and how it says that a diagram does otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.engine.diagrams import boundary, event, external, process, task, timer, user
from workflows.errors import DeploymentRefused
from workflows.script import ScriptFailed, ScriptWrong, play

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
FILES = {
    "p.bpmn": process(
        START
        + user("a")
        + external("w", "desk:stamp")
        + event("intermediateCatchEvent", "c", '<messageEventDefinition messageRef="m"/>')
        + boundary("late", "a", timer("timeDuration", "P1D"), interrupting=False)
        + event("endEvent", "told")
        + '<task id="x"/>'
        + END,
        "s>a a>w w>c late>told c>x",
        "x>e ${n > 1}",
        more='<message id="m" name="go"/>',
    )
}
MANY = {
    "p.bpmn": process(
        START
        + task(
            "userTask",
            "a",
            '<multiInstanceLoopCharacteristics camunda:collection="who" camunda:elementVariable="one"/>',
        )
        + END,
        "s>a a>e",
    )
}


def script(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"process": "p", "steps": list(steps), **more}


def test_every_verb() -> None:
    played = play(
        FILES,
        script(
            {"clock": "P2D"},
            {"expect": {"passed": ["late"], "never": ["w"], "open": ["a"]}},
            {"complete": "a", "answers": {"n": 0}},
            {"expect": {"external": ["desk:stamp"]}},
            {"external": "desk:stamp", "variables": {"stamped": True}},
            {"deliver": "go", "business_key": "HS-1"},
            {"expect": {"incidents": ["x"], "state": "incident"}},
            {"retry": "x", "variables": {"n": 5}},
            business_key="HS-1",
            variables={"n": 0, "date": None},
            expect={
                "state": "completed",
                "variables": {"stamped": True, "n": 5, "unknown": None},
                "path": ["s", "a", "late", "told", "w", "c", "x", "e"],
                "instances": {"p": 1},
            },
        ),
    )
    assert (played.state, played.path[-1]) == ("completed", "e")


def test_workers_work_by_themselves_and_a_moment_without_zone_is_hanois() -> None:
    played = play(
        FILES,
        script(
            {"clock": "2026-03-02T09:30"},
            {"complete": "a", "answers": {"n": 2}},
            {"deliver": "go"},
            at="2026-03-02T09:00",
            workers={"desk:*": {"stamped": True}},
        ),
    )
    assert played.state == "completed"
    assert played.simulator.now.isoformat() == "2026-03-02T02:30:00+00:00"


def test_one_of_many_by_a_variable_or_all() -> None:
    played = play(
        MANY,
        script(
            {"complete": "a", "where": {"one": "q"}},
            {"expect": {"open": ["a"]}},
            {"complete": "a", "all": True},
            variables={"who": ["p", "q"]},
        ),
    )
    assert played.state == "completed"


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"complete": "b"}, "Không có việc “b” nào đang chờ"),
        ({"complete": "a"}, "Có 2 việc “a” đang chờ"),
        ({"expect": {"state": "completed"}}, "“state” phải là completed, nhưng là active"),
        ({"expect": {"passed": ["e"]}}, "“passed” phải là ['e'], nhưng là []"),
        ({"deliver": "nothing"}, "Không nơi nào chờ"),
        ({"retry": "a"}, "Không có sự cố nào"),
    ],
)
def test_a_diagram_that_does_otherwise_is_told_with_the_step(step: dict[str, Any], words: str) -> None:
    with pytest.raises(ScriptFailed) as failed:
        play(MANY, script({"expect": {"open": ["a", "a"]}}, step, variables={"who": [1, 2]}))
    assert words in failed.value.message
    assert failed.value.message.startswith("Bước 2 của kịch bản: ")


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {"process": "p", "message": "m"},
        {},
        {"process": "p", "stepps": []},
        {"process": "p", "steps": "complete"},
        {"process": "p", "at": 5},
        {"process": "p", "variables": [1], "steps": []},
    ],
)
def test_a_script_that_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(ScriptWrong):
        play(FILES, wrong)


@pytest.mark.parametrize(
    "step", [{}, {"complete": "a", "signal": "b"}, {"complete": "a", "answer": {}}, "a", {"expect": {"opened": []}}]
)
def test_a_step_that_is_none_is_told(step: Any) -> None:
    with pytest.raises(ScriptFailed) as failed:
        play(FILES, script(step))
    assert failed.value.code == "script_wrong"


def test_a_diagram_that_does_not_deploy_is_refused_with_its_problems() -> None:
    with pytest.raises(DeploymentRefused) as refused:
        play({"p.bpmn": process(START + user("a"), "s>a").replace(b"userTask", b"adHocSubProcess")}, script())
    assert refused.value.problems
