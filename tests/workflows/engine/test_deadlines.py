"""Due dates, their shares, and working them out again when a clock is paused or the calendar changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.workflows.engine.diagrams import NOW, boundary, complete, process, run, simulate, task, timer, user
from workflows import run as engine
from workflows.calendar import Override, WorkCalendar
from workflows.model import STOPPED
from workflows.simulate import Simulator

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def supervised(due: str) -> bytes:
    """A task with a warning at 80 % and an escalation at 100 % of its due date."""
    drawn = (
        START
        + user("a", camunda_dueDate=due)
        + boundary("warn", "a", timer("timeDate", "${deadline(80)}"), interrupting=False)
        + boundary("escalate", "a", timer("timeDate", "${deadline(100)}"), interrupting=False)
        + task("task", "w")
        + task("task", "x")
        + END
    )
    return process(drawn, "s>a a>e warn>w escalate>x")


def moments(simulator: Simulator, instance: str) -> list[str]:
    """Due date, warning, escalation, in Hà Nội's time."""
    [opened] = simulator.open_tasks(instance)
    assert opened.due_at is not None
    timers = {timer.element: timer.deadline.due_at for timer in simulator.timers(instance)}
    found = [opened.due_at, timers["warn"], timers["escalate"]]
    return [(moment + timedelta(hours=7)).strftime("%d/%m %H:%M") for moment in found]


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("${workdays(10)}", ["16/03 17:00", "12/03 17:00", "16/03 17:00"]),
        ("${workdays(3)}", ["05/03 17:00", "05/03 11:36", "05/03 17:00"]),
        ("=workdays(10)", ["16/03 17:00", "12/03 17:00", "16/03 17:00"]),
        ("${workdays(urgent ? 3 : 10)}", ["05/03 17:00", "05/03 11:36", "05/03 17:00"]),
        ("P10D", ["12/03 09:00", "10/03 09:00", "12/03 09:00"]),
        ("2026-03-12T09:00:00+07:00", ["12/03 09:00", "10/03 09:00", "12/03 09:00"]),
        ("2026-03-12", ["12/03 17:00", "10/03 15:24", "12/03 17:00"]),
    ],
)
def test_one_edit_of_the_due_date_moves_warning_and_escalation(due: str, expected: list[str]) -> None:
    simulator, instance = run(supervised(due), {"urgent": True})
    assert moments(simulator, instance) == expected


def test_warning_and_escalation_fire_once_each() -> None:
    simulator, instance = run(supervised("${workdays(10)}"))
    simulator.move_clock(NOW + timedelta(days=30))
    assert simulator.path(instance) == ["s", "a", "warn", "w", "escalate", "x"]
    assert simulator.timers(instance) == []
    complete(simulator, instance, "a")
    assert simulator.state(instance) == "completed"


def test_the_row_keeps_what_is_needed_to_work_it_out_again() -> None:
    simulator, instance = run(supervised("${workdays(10)}"))
    for waiting in simulator.timers(instance):
        deadline = waiting.deadline
        assert (deadline.budget, deadline.started_at) == (10, NOW)
        assert deadline.expression == f"${{deadline({deadline.percent})}}"
        assert waiting.host == simulator.open_tasks(instance)[0].id


def test_a_pause_moves_every_deadline_from_the_one_budget() -> None:
    simulator, instance = run(supervised("${workdays(10)}"))
    before = moments(simulator, instance)
    pause = (datetime(2026, 3, 4, 1, tzinfo=UTC), datetime(2026, 3, 9, 1, tzinfo=UTC))
    simulator.reschedule(instance, pauses=(pause,))
    assert moments(simulator, instance) == ["19/03 17:00", "17/03 17:00", "19/03 17:00"]
    simulator.reschedule(instance)
    assert moments(simulator, instance) == before


def test_a_running_pause_stops_the_clock() -> None:
    simulator, instance = run(supervised("${workdays(10)}"))
    simulator.reschedule(instance, pauses=((datetime(2026, 3, 4, 1, tzinfo=UTC), None),))
    assert simulator.open_tasks(instance)[0].due_at == STOPPED
    simulator.move_clock(NOW + timedelta(days=300))
    assert simulator.path(instance) == ["s", "a"]
    simulator.reschedule(instance, pauses=((datetime(2026, 3, 4, 1, tzinfo=UTC), datetime(2026, 3, 5, 1, tzinfo=UTC)),))
    assert moments(simulator, instance) == ["17/03 17:00", "13/03 17:00", "17/03 17:00"]


def test_a_changed_calendar_moves_what_is_open_and_says_so() -> None:
    simulator, instance = run(supervised("${workdays(10)}"))
    swapped = WorkCalendar(overrides=(Override(day=date(2026, 3, 10), working=False, name="Nghỉ bù"),))
    advance = engine.reschedule(simulator.library, simulator.snapshot(instance), at=NOW, calendar=swapped)
    [changed] = advance.tasks_changed
    assert changed.deadline is not None
    assert changed.deadline.due_at == datetime(2026, 3, 17, 10, tzinfo=UTC)
    assert {timer.element for timer in advance.timers_set} == {"warn", "escalate"}
    assert advance.tasks_opened == advance.tasks_closed == ()
    again = engine.reschedule(simulator.library, advance.snapshot, at=NOW, calendar=swapped)
    assert (again.tasks_changed, again.timers_set) == ((), ())


def test_a_timer_that_was_put_off_does_not_fire() -> None:
    from workflows.errors import NotWaiting

    simulator, instance = run(supervised("${workdays(10)}"))
    [waiting] = [one for one in simulator.timers(instance) if one.element == "warn"]
    with pytest.raises(NotWaiting):
        engine.fire(
            simulator.library, simulator.snapshot(instance), timer_id=waiting.id, at=NOW, calendar=simulator.calendar
        )


def test_shares_of_a_task_without_a_due_date_are_refused() -> None:
    from workflows.errors import DeploymentRefused

    drawn = START + user("a") + boundary("w", "a", timer("timeDate", "${deadline(80)}")) + END
    with pytest.raises(DeploymentRefused) as refused:
        simulate(process(drawn, "s>a a>e w>e"))
    assert "deadline_misplaced" in [problem.code for problem in refused.value.problems]


def test_a_new_version_has_its_own_budget_and_the_old_dossier_keeps_its_own() -> None:
    simulator, old = run(supervised("${workdays(10)}"))
    simulator.deploy({"p.bpmn": supervised("${workdays(3)}")})
    new = simulator.start("p")
    assert moments(simulator, old)[0] == "16/03 17:00"
    assert moments(simulator, new)[0] == "05/03 17:00"


@pytest.mark.parametrize("count", ["-1", "2.5", "'x'", "10001", "true", "null"])
def test_a_wrong_number_of_days_is_an_incident(count: str) -> None:
    simulator, instance = run(process(START + user("a", camunda_dueDate=f"${{workdays({count})}}") + END, "s>a a>e"))
    assert [incident.element for incident in simulator.incidents(instance)] == ["a"]
    assert simulator.open_tasks(instance) == []


def test_days_beyond_the_calendar_are_an_incident() -> None:
    data = process(START + user("a", camunda_dueDate="${workdays(days)}") + END, "s>a a>e")
    simulator = simulate(data, at=datetime(2099, 12, 1, tzinfo=UTC))
    instance = simulator.start("p", {"days": 500})
    [incident] = simulator.incidents(instance)
    simulator.retry(incident.id, {"days": 2})
    assert len(simulator.open_tasks(instance)) == 1


def test_naive_time_is_refused() -> None:
    simulator = simulate(process(START + END, "s>e"))
    with pytest.raises(ValueError, match="time zone"):
        engine.start(
            simulator.library,
            definition=simulator.library.process("p"),
            business_key=None,
            variables={},
            at=datetime(2026, 3, 2),
            calendar=simulator.calendar,
        )


def test_more_time_moves_the_due_date_and_the_shares_still_to_come() -> None:
    simulator, instance = run(supervised("${workdays(10)}"))
    [opened] = simulator.open_tasks(instance)
    simulator.extend(instance, opened.id, 5)
    assert moments(simulator, instance) == ["23/03 17:00", "18/03 17:00", "23/03 17:00"]
    simulator.move_clock(NOW + timedelta(days=17))  # 19/03: warned, not yet late
    assert [timer.element for timer in simulator.timers(instance)] == ["escalate"]
    simulator.extend(instance, opened.id, 1)
    [opened], [timer] = simulator.open_tasks(instance), simulator.timers(instance)
    assert opened.due_at == timer.deadline.due_at == datetime(2026, 3, 24, 10, tzinfo=UTC)
    simulator.reschedule(instance)  # a changed calendar counts from the budget as it is now
    assert simulator.open_tasks(instance)[0].due_at == opened.due_at


@pytest.mark.parametrize("due", ["P10D", "2026-03-12"])
def test_a_fixed_moment_is_not_extended_by_working_days(due: str) -> None:
    simulator, instance = run(supervised(due))
    before = moments(simulator, instance)
    simulator.extend(instance, simulator.open_tasks(instance)[0].id, 5)
    assert moments(simulator, instance) == before


def test_one_of_several_at_once_gets_more_time_alone() -> None:
    several = '<multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="who"/>'
    drawn = START + task("userTask", "a", several, camunda_dueDate="${workdays(3)}") + END
    simulator, instance = run(process(drawn, "s>a a>e"), {"people": ["an", "chi"]})
    first, second = simulator.open_tasks(instance)
    simulator.extend(instance, first.id, 2)
    due = {each.id: each.due_at for each in simulator.open_tasks(instance)}
    assert due == {first.id: datetime(2026, 3, 9, 10, tzinfo=UTC), second.id: second.due_at}
