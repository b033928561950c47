"""One unit's submission: returns for supplement, withdrawal, the ways it can close, and how little it weighs."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.procedures.city import City

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def submission(city: City) -> str:
    """The invited unit's submission, in a round of two: the other one keeps the round open."""
    city.open_round("00070", "so_tu_phap")
    return city.submissions()[0]


def round_of(city: City) -> str:
    return city.sim.instances("award_round")[0]


def assert_closed(city: City, submission: str, by: str) -> None:
    """Closed by that element, the round told."""
    assert city.sim.state(submission) == "completed"
    assert by in city.sim.path(submission)
    assert "end_settled" in city.sim.path(submission)
    assert city.sim.variables(round_of(city))["outstanding"] == 1
    city.assert_clean()


def test_two_supplements_are_allowed_the_third_return_expires_it(city: City, submission: str) -> None:
    city.send(submission)
    for returns in (1, 2):
        city.do(submission, "intake", decision="returned", returns=returns)
        city.do(submission, "supplement")
    assert city.open(submission) == ["intake"]
    city.do(submission, "intake", decision="returned", returns=3)
    assert_closed(city, submission, by="settle_expired")


def test_a_return_from_the_appraisal_counts_too(city: City, submission: str) -> None:
    city.send(submission)
    city.do(submission, "intake", decision="accepted")
    city.do(submission, "appraise", decision="returned", returns=1)
    city.do(submission, "supplement")
    city.do(submission, "intake", decision="returned", returns=2)
    city.do(submission, "supplement")
    city.appraise(submission)
    city.confirm(submission)
    assert submission in city.pool()


def test_a_supplement_that_does_not_come_expires_the_submission(city: City, submission: str) -> None:
    city.send(submission)
    city.do(submission, "intake", decision="returned", returns=1)
    city.at(datetime(2026, 3, 6, 17, 0, tzinfo=HANOI))
    assert ("notify:warn", {"element": "supplement"}) in city.sent, "4 of 5 days used"
    city.at(datetime(2026, 3, 9, 16, 59, tzinfo=HANOI))
    assert city.open(submission) == ["supplement"]
    city.at(datetime(2026, 3, 9, 17, 0, tzinfo=HANOI))
    assert city.open(submission) == []
    assert_closed(city, submission, by="settle_expired")


def test_it_can_be_withdrawn_while_the_unit_drafts(city: City, submission: str) -> None:
    city.deliver("submission_withdrawn", "HS-2026-0001")
    assert city.sim.state(submission) == "completed"
    assert city.open(submission) == []
    assert city.sim.variables(round_of(city))["outstanding"] == 1
    city.assert_clean()


def test_withdrawing_ends_a_council_session_that_runs(city: City, submission: str) -> None:
    city.do(submission, "prepare", decision="submit")
    [session] = city.sim.children(submission)
    city.deliver("submission_withdrawn", "HS-2026-0001")
    assert (city.sim.state(session), city.sim.state(submission)) == ("cancelled", "completed")
    city.assert_clean()


def test_it_can_be_withdrawn_while_it_waits_for_the_freeze(city: City, submission: str) -> None:
    city.make_ready(submission)
    city.deliver("submission_withdrawn", "HS-2026-0001")
    assert city.sim.state(submission) == "completed"
    city.deliver("submission_withdrawn", "HS-2026-0002")
    assert city.sim.state(round_of(city)) == "completed", "nobody is left: the pool is empty"
    city.assert_clean()


def test_a_unit_may_decline(city: City, submission: str) -> None:
    city.do(submission, "prepare", decision="not_taking_part")
    assert_closed(city, submission, by="settle_not_taking_part")


def test_a_council_that_proposes_nobody_closes_it(city: City, submission: str) -> None:
    city.do(submission, "prepare", decision="submit")
    city.session(submission, proposed_count=0)
    assert_closed(city, submission, by="settle_no_proposal")


def test_nobody_eligible_closes_it_with_a_notice(city: City, submission: str) -> None:
    city.send(submission)
    city.appraise(submission, eligible=0, ineligible=2, agencies=("so_tu_phap",))
    assert city.open(submission) == ["confirm_appraisal"], "nobody is consulted about nobody"
    city.confirm(submission, eligible=0, ineligible=2)
    assert ("notify:ineligible", {"submission_id": 1}) in city.sent
    assert_closed(city, submission, by="settle_ineligible")


def test_some_ineligible_are_notified_and_the_others_go_on(city: City, submission: str) -> None:
    city.send(submission)
    city.appraise(submission, eligible=1, ineligible=1)
    city.confirm(submission, eligible=1, ineligible=1)
    assert ("notify:ineligible", {"submission_id": 1}) in city.sent
    assert submission in city.pool()


def test_the_heads_send_back(city: City, submission: str) -> None:
    city.do(submission, "prepare", decision="submit")
    city.session(submission)
    city.do(submission, "sign_submission", decision="returned")
    assert city.open(submission) == ["prepare"]
    city.send(submission)
    city.appraise(submission)
    city.do(submission, "confirm_appraisal", decision="returned", eligible_count=2, ineligible_count=0)
    assert city.open(submission) == ["appraise"]


def test_agencies_are_consulted_before_the_division_confirms(city: City, submission: str) -> None:
    city.send(submission)
    city.appraise(submission, agencies=("so_tu_phap", "so_tai_chinh"))
    assert city.open(submission) == ["consult", "consult"]
    for task in city.sim.open_tasks(submission):
        city.sim.complete(task.id, {"decision": "no_objection"})
    assert city.open(submission) == ["confirm_appraisal"]


def test_a_late_submission_that_closes_tells_nobody(city: City, submission: str) -> None:
    other = city.submissions()[1]
    city.make_ready(other)
    city.at(datetime(2026, 7, 1, 8, 0, tzinfo=HANOI))
    city.do(submission, "prepare", decision="not_taking_part")
    assert city.sim.path(submission)[-1] == "end_closed"
    city.assert_clean()


def test_its_state_stays_below_a_kilobyte(city: City, submission: str) -> None:
    sizes = [city.sim.size(submission)]
    city.do(submission, "prepare", decision="submit")
    sizes.append(city.sim.size(submission))
    city.session(submission)
    city.do(submission, "sign_submission", decision="signed")
    city.do(submission, "send_submission")
    for returns in (1, 2):
        city.do(submission, "intake", decision="returned", returns=returns)
        sizes.append(city.sim.size(submission))
        city.do(submission, "supplement")
    city.appraise(submission, agencies=("so_tu_phap", "so_tai_chinh", "so_cong_thuong"))
    sizes.append(city.sim.size(submission))
    assert max(sizes) < 1024, sizes
