"""Setting right what stands still: retry, cancel, reassign, reschedule; and who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from service.engine.commands.cancel import CancelInstance, cancel
from service.engine.commands.complete import Completed, CompleteTask, complete
from service.engine.commands.reassign import ReassignTask, reassign
from service.engine.commands.reschedule import reschedule, reschedule_all
from service.engine.commands.retry import Retry, retry
from service.engine.commands.start import Started, StartProcess, start
from service.engine.errors import IncidentNotFound, MayNotManage, TaskCancelled, TaskHeld
from service.errors import Invalid
from service.people.actor import RoleHeld
from service.people.calendar import set_override
from service.worker import run_once
from tests.support.diagrams import boundary, diagram, end, flow, gateway, line, sequence, service, timer, user
from tests.support.diagrams import start as start_event
from tests.support.world import AT, Topic, World
from workflows.calendar import Override


def begin(world: World, key: str, who: str = "clerk", **variables: Any) -> Started:
    return start(world.engine, StartProcess(key=key, variables=variables), world.actor(who), at=world.at)


def finish(world: World, username: str, task: Any, **answers: Any) -> Completed:
    command = CompleteTask(task_id=task.id, revision=task.revision, answers=answers)
    return complete(world.engine, command, world.actor(username), at=world.at)


def two_ways(key: str = "two_ways") -> bytes:
    body = start_event() + user("draft") + gateway("way") + user("sign") + end() + flow("start", "draft")
    body += flow("draft", "way") + flow("way", "sign", "${approved}") + flow("way", "end", "${!approved}")
    return diagram(key, body + flow("sign", "end"))


def test_retry_with_a_corrected_variable_goes_on(world: World) -> None:
    world.deploy(way=two_ways())
    begun = begin(world, "two_ways")
    finish(world, "clerk", world.open_task())
    (stuck,) = world.incidents()
    for stranger in ("other", "owner"):
        with pytest.raises(IncidentNotFound):
            retry(world.engine, Retry(incident_id=stuck.id), world.actor(stranger), at=AT)
    with pytest.raises(MayNotManage):
        retry(world.engine, Retry(incident_id=stuck.id), world.actor("expert"), at=AT)
    again = retry(world.engine, Retry(incident_id=stuck.id), world.actor("supervisor"), at=AT)
    assert again.incidents == ("way",)
    (stuck,) = world.incidents()
    done = retry(
        world.engine, Retry(incident_id=stuck.id, variables={"approved": True}), world.actor("supervisor"), at=AT
    )
    assert (done.incidents, world.incidents()) == ((), [])
    assert [row.element for row in world.open_tasks(begun.instance_id)] == ["sign"]
    with pytest.raises(IncidentNotFound):
        retry(world.engine, Retry(incident_id=stuck.id), world.actor("supervisor"), at=AT)


def test_an_incident_is_retried_at_its_own_dossier_only(world: World) -> None:
    body = '<bpmn:callActivity id="ask" name="ask" calledElement="two_ways"/>'
    world.deploy(way=two_ways(), caller=diagram("caller", line(body)))
    begun, other = begin(world, "caller"), begin(world, "two_ways")
    draft = world.open_task(begun.instance_id)
    finish(world, "clerk", draft)
    (stuck,) = world.incidents()
    with pytest.raises(IncidentNotFound):
        retry(world.engine, Retry(incident_id=stuck.id, within=other.instance_id), world.actor("supervisor"), at=AT)
    administrator = replace(world.actor("owner"), roles=(RoleHeld(role="administrator", unit_id=None),))
    with pytest.raises(IncidentNotFound):
        retry(world.engine, Retry(incident_id=stuck.id, within=begun.instance_id), administrator, at=AT)
    for within in (begun.instance_id, draft.instance_id):
        (stuck,) = world.incidents()
        again = retry(world.engine, Retry(incident_id=stuck.id, within=within), world.actor("supervisor"), at=AT)
        assert again.incidents == ("way",)


def test_retry_of_a_step_in_the_transaction_runs_the_handler_again(world: World) -> None:
    tries: list[int] = []

    def second_time(_unit: Any, _work: Any) -> dict[str, Any]:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("boom")
        return {"done": True}

    world.topics["demo:now"] = Topic(topic="demo:now", does=second_time)
    world.deploy(one=diagram("one", line(service("do", "demo:now"), user("next"))))
    begin(world, "one")
    (stuck,) = world.incidents()
    assert (stuck.code, stuck.element) == ("handler_failed", "do")
    retry(world.engine, Retry(incident_id=stuck.id), None, at=AT)
    assert world.incidents() == []
    assert world.open_task().element == "next"


def test_retry_of_a_step_after_the_commit_makes_a_new_job(world: World) -> None:
    tries: list[int] = []

    def sixth_time(_unit: Any, _work: Any) -> dict[str, Any]:
        tries.append(1)
        if len(tries) < 6:
            raise RuntimeError("boom")
        return {}

    world.topics["demo:late"] = Topic(topic="demo:late", does=sixth_time, phase="after_commit")
    world.deploy(one=diagram("one", line(service("do", "demo:late"), user("next"))))
    begin(world, "one")
    for hours in range(6):
        run_once(world.engine, at=AT + timedelta(hours=hours))
    (stuck,) = world.incidents()
    retry(world.engine, Retry(incident_id=stuck.id), None, at=AT + timedelta(hours=7))
    run_once(world.engine, at=AT + timedelta(hours=7))
    assert (world.incidents(), world.open_task().element, len(tries)) == ([], "next", 6)


def test_cancel_ends_everything_and_says_why(world: World) -> None:
    world.deploy(one=diagram("one", line(user("step", due="${workdays(2)}"))))
    begun = begin(world, "one")
    step = world.open_task()
    with pytest.raises(MayNotManage):
        cancel(world.engine, CancelInstance(instance_id=begun.instance_id, reason="x"), world.actor("clerk"), at=AT)
    with pytest.raises(Invalid):
        cancel(
            world.engine, CancelInstance(instance_id=begun.instance_id, reason=" "), world.actor("supervisor"), at=AT
        )
    cancel(
        world.engine,
        CancelInstance(instance_id=begun.instance_id, reason="nhập trùng"),
        world.actor("supervisor"),
        at=AT,
    )
    assert (world.instance(begun.instance_id).state, world.open_tasks(), world.timers()) == ("cancelled", [], [])
    with pytest.raises(TaskCancelled, match="Lý Hồng Vân đã hủy hồ sơ, lý do: nhập trùng"):
        finish(world, "clerk", step)


def test_reassign_names_somebody_who_may_act(world: World) -> None:
    world.deploy(one=diagram("one", line(user("step"))))
    begin(world, "one")
    step = world.open_task()
    supervisor = world.actor("supervisor")
    with pytest.raises(Invalid):
        reassign(world.engine, ReassignTask(task_id=step.id, username="other"), supervisor, at=AT)
    with pytest.raises(MayNotManage):
        reassign(world.engine, ReassignTask(task_id=step.id, username="clerk2"), world.actor("clerk"), at=AT)
    given = reassign(world.engine, ReassignTask(task_id=step.id, username="clerk2", revision=1), supervisor, at=AT)
    assert (given.assignee_id, given.revision) == (world.actor("clerk2").account_id, 2)
    with pytest.raises(TaskHeld):
        finish(world, "clerk", step)
    back = reassign(world.engine, ReassignTask(task_id=step.id, username=None), supervisor, at=AT)
    assert (back.assignee_id, back.revision) == (None, 3)


def test_a_changed_calendar_moves_due_date_warning_and_escalation_together(world: World) -> None:
    body = sequence("start", user("step", due="${workdays(10)}"), "end", before=start_event(), after=end())
    for name, percent in (("warn", 80), ("late", 100)):
        body += boundary(name, "step", timer("timeDate", f"${{deadline({percent})}}"), interrupting=False)
        body += sequence(name, user(f"{name}_seen"), f"{name}_end", after=end(f"{name}_end"))
    world.deploy(one=diagram("one", body))
    begun = begin(world, "one")
    before = world.open_task().due_at
    # 24/11/2026 is a holiday, the task starts on it: day 8 is Friday 4/12, day 10 is Tuesday 8/12, each at 17:00
    assert before == datetime(2026, 12, 8, 10, tzinfo=UTC)
    assert [row.due_at for row in world.timers()] == [datetime(2026, 12, 4, 10, tzinfo=UTC), before]
    with world.database.unit_of_work(AT) as unit:
        set_override(unit, Override(day=date(2026, 12, 2), working=False, name="Nghỉ do bão"))
    assert reschedule_all(world.engine, at=AT + timedelta(days=1)) == 1
    assert world.open_task().due_at == datetime(2026, 12, 9, 10, tzinfo=UTC)
    assert [row.due_at for row in world.timers()] == [
        datetime(2026, 12, 7, 10, tzinfo=UTC),
        datetime(2026, 12, 9, 10, tzinfo=UTC),
    ]
    pause = (datetime(2026, 11, 26, 0, tzinfo=UTC), None)
    assert reschedule(world.engine, begun.instance_id, pauses=[pause], at=AT + timedelta(days=3)) == 1
    assert run_once(world.engine, at=AT + timedelta(days=400)) == 0
    paused = (pause[0], datetime(2026, 11, 27, 23, tzinfo=UTC))
    reschedule(world.engine, begun.instance_id, pauses=[paused], at=AT + timedelta(days=5))
    assert world.open_task().due_at == datetime(2026, 12, 11, 10, tzinfo=UTC)
    assert world.open_task().revision == 1
