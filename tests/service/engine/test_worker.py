"""The worker: timers, messages, after-commit steps, mail; what fails is tried again and then told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from service.engine.commands.complete import CompleteTask, complete
from service.engine.commands.lease_jobs import lease, worker_name
from service.engine.commands.start import Started, StartProcess, start
from service.engine.correlate import notify
from service.engine.errors import TaskCancelled
from service.engine.tables import external_task, history, instance, job, notice, start_subscription, subscription
from service.errors import Refused
from service.worker import run_once
from tests.support.diagrams import (
    boundary,
    catch,
    diagram,
    end,
    flow,
    line,
    message,
    on_message,
    send,
    sequence,
    service,
    timer,
    user,
)
from tests.support.diagrams import (
    start as start_event,
)
from tests.support.smtp import MailServer
from tests.support.world import AT, Topic, World

LATER = AT + timedelta(days=30)


def begin(world: World, key: str, who: str = "clerk", business_key: str | None = None, **variables: Any) -> Started:
    command = StartProcess(key=key, business_key=business_key, variables=variables)
    return start(world.engine, command, world.actor(who), at=world.at)


def escalating(key: str) -> bytes:
    """A task of three days that is told about when they are over, and stays open."""
    body = sequence("start", user("step", due="${workdays(3)}"), "end", before=start_event(), after=end())
    late = boundary("late", "step", timer("timeDate", "${deadline(100)}"), interrupting=False)
    aside = sequence("late", service("tell", "demo:tell"), "told", after=end("told"))
    return diagram(key, body + late + aside)


def test_an_overdue_task_escalates_exactly_once(world: World) -> None:
    told: list[str] = []

    def tell(unit: Any, work: Any) -> dict[str, Any]:
        told.append(work.element)
        notify(unit, roles=["unit_head"], unit_id="00070", subject="Quá hạn", body="Đã quá hạn.", dedupe=work.task_id)
        return {}

    world.topics["demo:tell"] = Topic(topic="demo:tell", does=tell, phase="after_commit")
    world.deploy(late=escalating("late_process"))
    begin(world, "late_process")
    (due,) = world.timers()
    assert (due.host, due.budget, due.percent) == (world.open_task().id, 3, 100)
    assert due.due_at == world.open_task().due_at
    assert run_once(world.engine, at=due.due_at - timedelta(seconds=1)) == 0
    # the timer, the step after the commit, and the mail to the head
    assert run_once(world.engine, at=LATER) == 3
    assert run_once(world.engine, at=LATER) == 0
    assert told == ["tell"]
    assert [row.account_id for row in world.rows(select(notice))] == [world.actor("head").account_id]
    assert world.open_task().state == "open"
    assert world.timers() == []


def pair(*, correlate: dict[str, str], business_key_of_receiver: bool = True) -> dict[str, bytes]:
    told = message("told", "told")
    sender = diagram(
        "sender",
        line(user("ask"), send("tell", "told", inputs={"answer": "${answer}"}, properties=correlate)),
        outside=told,
    )
    receiver = diagram("receiver", line(catch("wait", on_message("told")), user("after")), outside=told)
    return {"sender": sender, "receiver": receiver}


def test_a_message_reaches_the_one_that_waits_by_business_key(world: World) -> None:
    world.deploy(**pair(correlate={"businessKey": "HS-1"}))
    waiting = begin(world, "receiver", business_key="HS-1")
    other = begin(world, "receiver", business_key="HS-2")
    sender = begin(world, "sender", answer=42)
    ask = world.open_task(sender.instance_id)
    complete(world.engine, CompleteTask(task_id=ask.id, revision=1, answers={}), world.actor("clerk"), at=AT)
    assert [row.kind for row in world.jobs()] == ["message"]
    assert run_once(world.engine, at=AT) == 1
    assert [row.element for row in world.open_tasks(waiting.instance_id)] == ["after"]
    assert world.open_tasks(other.instance_id) == []
    assert world.jobs() == []


def test_a_message_nobody_waits_for_is_tried_again_then_an_incident_at_the_sender(world: World) -> None:
    world.deploy(**pair(correlate={"businessKey": "HS-1"}))
    sender = begin(world, "sender", answer=1)
    ask = world.open_task(sender.instance_id)
    complete(world.engine, CompleteTask(task_id=ask.id, revision=1, answers={}), world.actor("clerk"), at=AT)
    at = AT
    for attempt in range(1, 6):
        assert world.incidents() == []
        assert run_once(world.engine, at=at) == 1, attempt
        assert run_once(world.engine, at=at) == 0
        at += timedelta(hours=attempt)
    (found,) = world.incidents()
    assert (found.code, found.element, found.instance_id) == ("message_undelivered", "tell", sender.instance_id)
    assert [row.attempts for row in world.jobs("failed")] == [5]


def test_a_message_to_dossiers_that_have_all_ended_is_told_to_nobody(world: World) -> None:
    world.deploy(**pair(correlate={"businessKey": "HS-1"}))
    world.deploy(ended=diagram("ended", line(user("last"))))
    late = begin(world, "ended", business_key="HS-1")
    (last,) = world.open_tasks(late.instance_id)
    complete(world.engine, CompleteTask(task_id=last.id, revision=1, answers={}), world.actor("clerk"), at=AT)
    sender = begin(world, "sender", answer=1)
    ask = world.open_task(sender.instance_id)
    complete(world.engine, CompleteTask(task_id=ask.id, revision=1, answers={}), world.actor("clerk"), at=AT)
    assert run_once(world.engine, at=AT) == 1
    assert run_once(world.engine, at=LATER) == 0
    assert world.incidents() == []
    lines = world.rows(select(history).where(history.c.kind == "missed"))
    assert [(row.instance_id, row.root_id, row.name, row.detail) for row in lines] == [
        (late.instance_id, late.instance_id, "tell", {"message": "told"})
    ]


def test_a_message_to_a_dossier_that_does_not_wait_yet_is_tried_again(world: World) -> None:
    files = pair(correlate={"businessKey": "HS-1"})
    told = message("told", "told")
    body = line(user("before"), catch("wait", on_message("told")), user("after"))
    world.deploy(sender=files["sender"], receiver=diagram("receiver", body, outside=told))
    receiver = begin(world, "receiver", business_key="HS-1")
    sender = begin(world, "sender", answer=1)
    ask = world.open_task(sender.instance_id)
    complete(world.engine, CompleteTask(task_id=ask.id, revision=1, answers={}), world.actor("clerk"), at=AT)
    assert run_once(world.engine, at=AT) == 1
    (before,) = world.open_tasks(receiver.instance_id)
    complete(world.engine, CompleteTask(task_id=before.id, revision=1, answers={}), world.actor("clerk"), at=AT)
    run_once(world.engine, at=LATER)
    assert [row.element for row in world.open_tasks(receiver.instance_id)] == ["after"]


def test_two_that_wait_are_ambiguous_and_nobody_moves(world: World) -> None:
    world.deploy(**pair(correlate={"correlationKeys": "answer"}))
    both = [begin(world, "receiver", answer=1), begin(world, "receiver", answer=1)]
    begin(world, "receiver", answer="1")
    sender = begin(world, "sender", answer=1)
    ask = world.open_task(sender.instance_id)
    complete(world.engine, CompleteTask(task_id=ask.id, revision=1, answers={}), world.actor("clerk"), at=AT)
    run_once(world.engine, at=AT)
    assert [(row.code, row.element) for row in world.incidents()] == [("message_ambiguous", "tell")]
    assert [world.open_tasks(each.instance_id) for each in both] == [[], []]


def test_correlation_goes_by_typed_values_and_an_instance_wins_over_a_start(world: World) -> None:
    files = pair(correlate={"correlationKeys": "answer"})
    told = message("told", "told")
    body = sequence("begin", user("begun"), "end", before=start_event("begin", on_message("told")), after=end())
    world.deploy(**files, started=diagram("started", body, outside=told))
    text = begin(world, "receiver", answer="1")
    number = begin(world, "receiver", answer=1)
    for _ in range(2):
        sender = begin(world, "sender", answer=1)
        ask = world.open_task(sender.instance_id)
        complete(world.engine, CompleteTask(task_id=ask.id, revision=1, answers={}), world.actor("clerk"), at=AT)
        run_once(world.engine, at=AT)
    assert len(world.open_tasks(number.instance_id)) == 1
    assert world.open_tasks(text.instance_id) == []
    assert len(world.rows(select(instance).where(instance.c.key == "started"))) == 1


def test_a_signal_reaches_everyone(world: World) -> None:
    signal = '<bpmn:signal id="alarm" name="alarm"/>'
    thrown = '<bpmn:signalEventDefinition signalRef="alarm"/>'
    shout = f'<bpmn:intermediateThrowEvent id="shout" name="shout">{thrown}</bpmn:intermediateThrowEvent>'
    world.deploy(
        shouter=diagram("shouter", line(shout), outside=signal),
        hearer=diagram("hearer", line(catch("hear", thrown), user("heard")), outside=signal),
        woken=diagram(
            "woken",
            sequence("begin", user("awake"), "end", before=start_event("begin", thrown), after=end()),
            outside=signal,
        ),
    )
    begin(world, "hearer")
    begin(world, "hearer")
    begin(world, "shouter")
    run_once(world.engine, at=AT)
    assert [row.element for row in world.open_tasks()] == ["awake", "heard", "heard"]
    assert world.jobs() == []
    assert world.rows(select(subscription)) == []


def test_a_signal_is_not_heard_by_who_waits_for_it_after_it_was_thrown(world: World) -> None:
    signal = '<bpmn:signal id="alarm" name="alarm"/>'
    thrown = '<bpmn:signalEventDefinition signalRef="alarm"/>'
    shout = f'<bpmn:intermediateThrowEvent id="shout" name="shout">{thrown}</bpmn:intermediateThrowEvent>'
    body = line(shout, catch("hear", thrown), user("heard"))
    world.deploy(shouter=diagram("shouter", body, outside=signal))
    begin(world, "shouter")
    run_once(world.engine, at=AT)
    assert world.open_tasks() == []
    begin(world, "shouter")
    run_once(world.engine, at=AT)
    assert [row.element for row in world.open_tasks()] == ["heard"]


def test_an_interrupting_message_cancels_the_task_and_says_why(world: World) -> None:
    told = message("told", "told")
    body = sequence("start", user("step"), "end", before=start_event(), after=end())
    body += boundary("withdrawn", "step", on_message("told")) + end("out") + flow("withdrawn", "out")
    sender = diagram("sender", line(send("tell", "told", properties={"businessKey": "K"})), outside=told)
    world.deploy(sender=sender, receiver=diagram("receiver", body, outside=told))
    begin(world, "receiver", business_key="K")
    step = world.open_task()
    begin(world, "sender")
    run_once(world.engine, at=AT)
    with pytest.raises(TaskCancelled) as refused:
        complete(world.engine, CompleteTask(task_id=step.id, revision=1, answers={}), world.actor("clerk"), at=AT)
    assert refused.value.message == "Việc này đã dừng lúc 09:00 ngày 24/11/2026: đã nhận “withdrawn”."


def test_a_refusal_after_the_commit_is_an_incident_at_once(world: World) -> None:
    def refuse(_unit: Any, _work: Any) -> dict[str, Any]:
        raise Refused("Chưa đủ điều kiện.")

    world.topics["demo:late"] = Topic(topic="demo:late", does=refuse, phase="after_commit")
    world.deploy(one=diagram("one", line(service("do", "demo:late"), user("next"))))
    begin(world, "one")
    run_once(world.engine, at=AT)
    assert [(row.code, row.element, row.message) for row in world.incidents()] == [
        ("refused", "do", "Chưa đủ điều kiện.")
    ]
    assert world.rows(select(external_task)) == []


def test_a_crash_after_the_commit_is_tried_again_and_then_an_incident(world: World) -> None:
    tries: list[int] = []

    def crash(_unit: Any, _work: Any) -> dict[str, Any]:
        tries.append(1)
        raise RuntimeError("boom")

    world.topics["demo:crash"] = Topic(topic="demo:crash", does=crash, phase="after_commit")
    world.deploy(one=diagram("one", line(service("do", "demo:crash"), user("next"))))
    begin(world, "one")
    for hours in range(6):
        run_once(world.engine, at=AT + timedelta(hours=hours))
    assert len(tries) == 5
    assert [(row.code, row.element) for row in world.incidents()] == [("external_failed", "do")]


def test_a_step_in_the_transaction_refuses_without_undoing_the_act(world: World) -> None:
    def refuse(_unit: Any, _work: Any) -> dict[str, Any]:
        raise Refused("Hội đồng chưa họp.")

    world.topics["demo:now"] = Topic(topic="demo:now", does=refuse)
    world.deploy(one=diagram("one", line(user("act"), service("do", "demo:now"), user("next"))))
    begin(world, "one")
    done = complete(
        world.engine, CompleteTask(task_id=world.open_task().id, revision=1, answers={}), world.actor("clerk"), at=AT
    )
    assert [(each.element, each.message) for each in done.incidents] == [("do", "Hội đồng chưa họp.")]


def test_a_start_timer_fires_on_its_grid_and_the_new_version_takes_over(world: World) -> None:
    def starting(cycle: str) -> bytes:
        body = sequence(
            "begin", user("work"), "end", before=start_event("begin", timer("timeCycle", cycle)), after=end()
        )
        return diagram("daily", body)

    world.deploy(daily=starting("R3/P1D"))
    assert run_once(world.engine, at=AT + timedelta(days=1)) == 1
    assert run_once(world.engine, at=AT + timedelta(days=1)) == 0
    # seen ten days late: once, and the rounds it missed are lost
    assert run_once(world.engine, at=AT + timedelta(days=12)) == 1
    assert run_once(world.engine, at=AT + timedelta(days=40)) == 0
    assert len(world.open_tasks()) == 2
    world.deploy(daily=starting("R/PT12H"))
    (row,) = world.rows(select(start_subscription))
    assert (row.key, row.due_at) == ("daily", AT + timedelta(hours=12))


def test_work_is_tried_again_as_the_diagram_says(world: World) -> None:
    def crash(unit: Any, work: Any) -> dict[str, Any]:
        raise RuntimeError("not yet")

    world.topics["demo:crash"] = Topic(topic="demo:crash", does=crash, phase="after_commit")
    cycle = "<camunda:failedJobRetryTimeCycle>PT1M,PT2H</camunda:failedJobRetryTimeCycle>"
    work = service("work", "demo:crash").replace("><", f"><bpmn:extensionElements>{cycle}</bpmn:extensionElements><")
    world.deploy(stubborn=diagram("stubborn", line(user("ask"), work)))
    begin(world, "stubborn")
    complete(
        world.engine, CompleteTask(task_id=world.open_task().id, revision=1, answers={}), world.actor("clerk"), at=AT
    )
    for at in (AT, AT + timedelta(minutes=1), AT + timedelta(hours=2, minutes=1)):
        assert world.incidents() == []
        assert run_once(world.engine, at=at - timedelta(seconds=1)) == 0
        assert run_once(world.engine, at=at) == 1
    (found,) = world.incidents()
    assert (found.code, found.element) == ("external_failed", "work")


def test_the_diagram_may_name_the_variable_that_says_who_started_it(world: World) -> None:
    drawn = diagram("starting", line(user("ask", attributes=' camunda:assignee="${starter}"')))
    world.deploy(starting=drawn.replace(b"<bpmn:startEvent ", b'<bpmn:startEvent camunda:initiator="starter" '))
    begin(world, "starting")
    assert world.open_task().assignee_id == world.actor("clerk").account_id


def test_mail_leaves_with_a_fixed_id_and_failing_mail_is_tried_again(world: World, mail_server: MailServer) -> None:
    engine = world.engine_with(TRINH_SMTP_URL=mail_server.url, TRINH_MAIL_FROM="trinh@hanoi.test")
    with world.database.unit_of_work(AT) as unit:
        told = notify(
            unit,
            roles=["unit_clerk"],
            unit_id="00070",
            subject="Thử\r\nBcc: x@y",
            body="Nội dung",
            link="/viec",
            dedupe="x",
        )
        again = notify(unit, roles=["unit_clerk"], unit_id="00070", subject="Thử", body="Nội dung", dedupe="x")
    assert (told, again) == (2, 0)
    mail_server.refuse_next(1)
    run_once(engine, at=AT)
    assert len(mail_server.messages) == 1
    run_once(engine, at=AT + timedelta(minutes=1))
    assert len(mail_server.messages) == 2
    ids = {row.id for row in world.jobs("done")}
    assert {str(each["Message-ID"]) for each in mail_server.messages} == {
        f"<job-{number}@hanoi.test>" for number in ids
    }
    assert all(each["Bcc"] is None for each in mail_server.messages)
    assert "http://127.0.0.1:8000/viec" in mail_server.messages[0].get_content()


def test_a_job_whose_holder_died_is_done_at_once(world: World) -> None:
    world.deploy(**pair(correlate={"businessKey": "HS-1"}))
    waiting = begin(world, "receiver", business_key="HS-1")
    sender = begin(world, "sender", answer=42)
    ask = world.open_task(sender.instance_id)
    complete(world.engine, CompleteTask(task_id=ask.id, revision=1, answers={}), world.actor("clerk"), at=AT)
    mine = worker_name()
    assert lease(world.engine, mine, AT) is not None
    assert run_once(world.engine, at=AT) == 0
    dead = mine.rsplit(":", 2)[0] + ":999999999:abcd"
    with world.database.unit_of_work() as unit:
        unit.connection.execute(update(job).values(leased_by=dead))
    assert run_once(world.engine, at=AT) == 1
    assert len(world.open_tasks(waiting.instance_id)) == 1
