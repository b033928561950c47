"""Completing a task: what is written, and who is refused with which words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.engine.commands.claim import ClaimTask, claim, unclaim
from service.engine.commands.complete import Completed, CompleteTask, complete
from service.engine.commands.start import Started, StartProcess, start
from service.engine.errors import BusinessKeyTaken, MayNotAct, TaskChanged, TaskCompleted, TaskHeld, TaskNotFound
from service.engine.forms import Field, FieldProblem
from service.engine.tables import approval
from service.errors import Invalid
from tests.support.diagrams import diagram, field, flow, gateway, line, user
from tests.support.diagrams import end as end_event
from tests.support.diagrams import start as start_event
from tests.support.world import Handler, World

TWO_STEPS = diagram("two_steps", line(user("draft", "unit_clerk", due="${workdays(3)}"), user("sign", "unit_head")))


def begin(world: World, key: str = "two_steps", **variables: Any) -> Started:
    return start(world.engine, StartProcess(key=key, variables=variables), world.actor("clerk"), at=world.at)


def finish(world: World, username: str, task: Any, revision: int | None = None, **answers: Any) -> Completed:
    command = CompleteTask(task_id=task.id, revision=revision or task.revision, answers=answers)
    return complete(world.engine, command, world.actor(username), at=world.at + timedelta(minutes=5))


def test_two_steps_leave_approvals_history_and_nothing_open(world: World) -> None:
    world.deploy(two=TWO_STEPS)
    begun = begin(world)
    draft = world.open_task(begun.instance_id)
    assert (draft.element, draft.unit_id, draft.candidate_groups, draft.due_budget) == (
        "draft",
        "00070",
        ",unit_clerk,",
        3,
    )
    done = finish(world, "clerk", draft, decision="submit", reason="đủ hồ sơ")
    assert [each.element for each in done.opened] == ["sign"]
    assert done.instance_state == "active"
    last = finish(world, "head", world.open_task(begun.instance_id))
    assert (last.instance_state, last.opened) == ("completed", ())
    rows = world.rows(select(approval).order_by(approval.c.id))
    assert [(row.element, row.role, row.decision, row.reason, row.revision) for row in rows] == [
        ("draft", "unit_clerk", "submit", "đủ hồ sơ", 1),
        ("sign", "unit_head", None, None, 1),
    ]
    assert world.instance(begun.instance_id).ended_at == world.at + timedelta(minutes=5)
    kinds = [kind for kind, element in world.history(begun.instance_id) if element == "draft"]
    assert kinds == ["entered", "completed", "left"]


def test_a_second_completion_says_who_and_when(world: World) -> None:
    world.deploy(two=TWO_STEPS)
    begun = begin(world)
    draft = world.open_task(begun.instance_id)
    finish(world, "clerk2", draft)
    with pytest.raises(TaskCompleted) as refused:
        finish(world, "clerk", draft)
    assert refused.value.code == "task_completed"
    assert refused.value.details["who"] == "Trần Văn Bình"
    assert refused.value.message == "Việc này đã được Trần Văn Bình hoàn thành lúc 09:05 ngày 24/11/2026."


def test_a_stale_page_says_who_changed_the_task(world: World) -> None:
    world.deploy(two=TWO_STEPS)
    draft = world.open_task(begin(world).instance_id)
    held = claim(world.engine, ClaimTask(task_id=draft.id), world.actor("clerk"), at=world.at)
    assert held.revision == 2
    unclaim(world.engine, ClaimTask(task_id=draft.id, revision=2), world.actor("clerk"), at=world.at)
    with pytest.raises(TaskChanged) as refused:
        finish(world, "clerk2", draft, revision=1)
    assert (refused.value.details["who"], refused.value.details["revision"]) == ("Nguyễn Thị Hà", 3)


def test_a_task_held_by_a_colleague_is_refused_and_ones_own_is_not(world: World) -> None:
    world.deploy(two=TWO_STEPS)
    draft = world.open_task(begin(world).instance_id)
    claim(world.engine, ClaimTask(task_id=draft.id), world.actor("clerk"), at=world.at)
    with pytest.raises(TaskHeld, match="Nguyễn Thị Hà"):
        finish(world, "clerk2", draft)
    with pytest.raises(TaskHeld):
        claim(world.engine, ClaimTask(task_id=draft.id), world.actor("clerk2"), at=world.at)
    assert finish(world, "clerk", draft, revision=2).instance_state == "active"


def test_another_unit_finds_nothing_and_a_reader_may_not_act(world: World) -> None:
    world.deploy(two=TWO_STEPS)
    draft = world.open_task(begin(world).instance_id)
    for stranger in ("other", "owner"):
        with pytest.raises(TaskNotFound):
            finish(world, stranger, draft)
    for reader in ("head", "expert", "supervisor", "auditor"):
        with pytest.raises(MayNotAct):
            finish(world, reader, draft)
    with pytest.raises(TaskNotFound):
        complete(
            world.engine,
            CompleteTask(task_id="no-such-task", revision=1, answers={}),
            world.actor("clerk"),
            at=world.at,
        )


def test_wrong_answers_name_every_field_and_write_nothing(world: World) -> None:
    fields = field("reason", required=True) + field("count", "long")
    world.deploy(one=diagram("one", line(user("step", fields=fields))))
    step = world.open_task(begin(world, "one").instance_id)
    with pytest.raises(Invalid) as refused:
        finish(world, "clerk", step, count="ba", surprise=1)
    assert {each.field for each in refused.value.problems} == {"reason", "count", "surprise"}
    assert world.open_task().revision == 1
    finish(world, "clerk", step, reason="đúng", count=3)


def test_a_handler_checks_applies_and_may_refuse(world: World) -> None:
    def problems(_unit: Any, _task: Any, answers: Any) -> list[FieldProblem]:
        return [] if answers["count"] > 0 else [FieldProblem(field="count", message="Phải lớn hơn 0.")]

    world.tasks["demo:count"] = Handler(
        key="demo:count",
        fields=(Field(key="count", kind="integer", label="Số", required=True),),
        problems=problems,
        does=lambda _unit, task, answers: {"doubled": answers["count"] * 2, "seen_by": task.actor.username},
    )
    body = line(user("step", form_key="demo:count"), user("next", properties={"doubled": "${doubled}"}))
    world.deploy(one=diagram("one", body))
    step = world.open_task(begin(world, "one").instance_id)
    with pytest.raises(Invalid) as refused:
        finish(world, "clerk", step, count=0)
    assert [each.field for each in refused.value.problems] == ["count"]
    finish(world, "clerk", step, count=4)
    assert world.open_task().properties == {"doubled": "8"}


def test_a_gateway_that_fails_keeps_the_act(world: World) -> None:
    body = (
        start_event()
        + user("draft")
        + gateway("way")
        + user("sign", "unit_head")
        + end_event()
        + flow("start", "draft")
        + flow("draft", "way")
        + flow("way", "sign", "${approved}")
        + flow("way", "end", "${!approved}")
        + flow("sign", "end")
    )
    world.deploy(way=diagram("way_process", body))
    begun = begin(world, "way_process")
    done = finish(world, "clerk", world.open_task())
    assert [(each.element, each.code) for each in done.incidents] == [("way", world.incidents()[0].code)]
    assert world.open_tasks() == []
    assert len(world.rows(select(approval))) == 1
    assert world.instance(begun.instance_id).state == "active"


def test_a_running_dossiers_number_is_given_once(world: World) -> None:
    world.deploy(two=TWO_STEPS, one=diagram("one", line(user("step"))))
    command = StartProcess(key="one", business_key="HS-1")
    begun = start(world.engine, command, world.actor("clerk"), at=world.at)
    with pytest.raises(BusinessKeyTaken, match="HS-1"):
        start(world.engine, command, world.actor("clerk"), at=world.at)
    start(world.engine, StartProcess(key="two_steps", business_key="HS-1"), world.actor("clerk"), at=world.at)
    finish(world, "clerk", world.open_task(begun.instance_id))
    start(world.engine, command, world.actor("clerk"), at=world.at)
    for unusable in ("", " ", "x" * 121, "a\x00b"):
        with pytest.raises(Invalid):
            start(world.engine, StartProcess(key="one", business_key=unusable), world.actor("clerk"), at=world.at)


def test_a_task_for_a_unit_that_is_not_there_is_the_citys_and_an_incident(world: World) -> None:
    world.deploy(one=diagram("one", line(user("step", "unit_clerk,snv_expert", properties={"unit": "nowhere"}))))
    begin(world, "one")
    assert [(row.code, row.element) for row in world.incidents()] == [("unit_unknown", "step")]
    assert world.open_task().unit_id is None
    with pytest.raises(Invalid):
        start(
            world.engine,
            StartProcess(key="one", variables={"unit_id": ["00070"]}),
            world.actor("clerk"),
            at=world.at,
        )
