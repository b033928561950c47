"""Warning at 80 %, escalation at 100 % of a step's working days: once each, and the step stays open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.procedures.city import City

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def deadlines(city: City) -> list[tuple[str, Any]]:
    return [(topic, variables) for topic, variables in city.sent if topic in ("notify:warn", "notify:escalate")]


@pytest.fixture
def submission(city: City) -> str:
    city.open_round("00070")
    return city.submissions()[0]


def test_ten_working_days_from_2_march(city: City, submission: str) -> None:
    due = datetime(2026, 3, 16, 17, 0, tzinfo=HANOI)
    assert city.task(submission, "prepare").due_at == due.astimezone(UTC)
    timers = {timer.element: timer.deadline.due_at.astimezone(HANOI) for timer in city.sim.timers(submission)}
    assert timers == {"warn_prepare": datetime(2026, 3, 12, 17, 0, tzinfo=HANOI), "escalate_prepare": due}


def test_warned_once_escalated_once_never_closed(city: City, submission: str) -> None:
    city.at(datetime(2026, 3, 12, 16, 59, tzinfo=HANOI))
    assert deadlines(city) == []
    city.at(datetime(2026, 3, 12, 17, 0, tzinfo=HANOI))
    assert deadlines(city) == [("notify:warn", {"element": "prepare"})]
    city.at(datetime(2026, 3, 16, 17, 0, tzinfo=HANOI))
    assert deadlines(city)[1:] == [("notify:escalate", {"element": "prepare"})]
    city.at(datetime(2026, 4, 20, 17, 0, tzinfo=HANOI))
    assert len(deadlines(city)) == 2
    assert city.open(submission) == ["prepare"]


def test_a_step_done_in_time_warns_nobody(city: City, submission: str) -> None:
    city.make_ready(submission)
    city.do(city.sim.instances("award_round")[0], "convene", session_id=1, quorate=True)
    city.at(datetime(2026, 4, 1, 17, 0, tzinfo=HANOI))
    assert {variables["element"] for _, variables in deadlines(city)} == {"record_votes"}


def test_a_share_of_three_days_ends_within_the_third(city: City, submission: str) -> None:
    city.do(submission, "prepare", decision="submit")
    city.session(submission)
    timers = {timer.element: timer.deadline.due_at.astimezone(HANOI) for timer in city.sim.timers(submission)}
    assert timers["warn_sign_submission"] == datetime(2026, 3, 5, 11, 36, tzinfo=HANOI)


def test_the_councils_steps_are_timed_in_the_called_process(city: City, submission: str) -> None:
    city.do(submission, "prepare", decision="submit")
    city.at(city.sim.now + timedelta(days=14))
    assert sorted(topic for topic, _ in deadlines(city)) == ["notify:escalate", "notify:warn"]
    assert {variables["element"] for _, variables in deadlines(city)} == {"convene"}


def test_a_council_that_meets_without_hitches_has_ten_working_days(city: City, submission: str) -> None:
    """Source: domain.md, U2."""
    city.do(submission, "prepare", decision="submit")
    (session,) = city.sim.instances("council_session")
    given = []
    answers = {"convene": {"session_id": 7, "quorate": True}, "approve_minutes": {"decision": "approved"}}
    for step in ("convene", "record_votes", "minutes", "approve_minutes"):
        (late,) = [timer for timer in city.sim.timers(session) if timer.element == f"escalate_{step}"]
        given.append(late.deadline.budget)
        city.do(submission, step, **answers.get(step, {"proposed_count": 1}))
    assert sum(given) == 10


def test_silent_agencies_are_reminded_and_escalated_never_taken_as_agreeing(city: City) -> None:
    inputs = {"unit_id": "00070", "submission_id": 1, "agencies": ["so_tu_phap", "so_tai_chinh"], "consult_days": 10}
    consultation = city.sim.start("agency_consultation", inputs)
    first, _ = city.sim.open_tasks(consultation)
    city.sim.complete(first.id, {"decision": "no_objection"})
    city.at(datetime(2026, 3, 12, 17, 0, tzinfo=HANOI))
    city.at(datetime(2026, 3, 16, 17, 0, tzinfo=HANOI))
    assert deadlines(city) == [("notify:warn", {"element": "consult"}), ("notify:escalate", {"element": "consult"})]
    assert city.open(consultation) == ["consult"]
    assert city.sim.state(consultation) == "active"
    city.assert_clean()


def test_a_consultation_of_nobody_is_over_at_once(city: City) -> None:
    inputs = {"unit_id": "00070", "submission_id": 1, "agencies": [], "consult_days": 10}
    assert city.sim.state(city.sim.start("agency_consultation", inputs)) == "completed"
