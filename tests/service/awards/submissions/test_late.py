"""The freeze and a submission that was not ready: late, waived or refused; and the ways to end without a result."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from service.awards.errors import LateWithoutWaiver, refusal_of
from service.awards.rounds.freeze_pool import FreezePool
from service.awards.submissions.confirm import ConfirmAppraisal
from service.awards.submissions.late import MarkLate, MarkReady, WaiveLate
from service.awards.submissions.settle import SettleSubmission
from service.awards.tables import submission
from tests.service.awards.submission_world import UNIT, SubmissionWorld, person


def confirmed(world: SubmissionWorld) -> dict[str, Any]:
    variables = world.taken_in(person("Lê Văn Bình"))
    world.appraised(variables, {1: "eligible"})
    world.confirmed(variables)
    return variables


def test_ready_before_the_freeze_waits_for_the_round(world: SubmissionWorld) -> None:
    variables = confirmed(world)
    world.work(MarkReady(), submission_id=variables["submission_id"])
    assert world.dossier(variables).state == "ready"
    world.work(FreezePool(), round_id=variables["round_id"])
    assert world.dossier(variables).state == "in_pool"


def test_what_the_division_confirmed_in_time_is_in_the_pool_though_notices_are_still_to_go(
    world: SubmissionWorld,
) -> None:
    """S5: ready is what S4 confirmed; the freeze may come before the steps that only tell the unit."""
    variables = world.taken_in(person("Lê Văn Bình"), person("Trần Thị Cúc"))
    world.appraised(variables, {1: "eligible", 2: "ineligible"})
    assert world.confirmed(variables)["late"] is False
    frozen = world.work(FreezePool(), round_id=variables["round_id"])
    assert (frozen["pool_size"], world.dossier(variables).state) == (1, "in_pool")
    world.work(MarkReady(), submission_id=variables["submission_id"])
    assert (world.dossier(variables).state, world.dossier(variables).late) == ("in_pool", False)


def test_nobody_waits_for_a_dossier_whose_nominees_were_all_found_ineligible(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"))
    world.appraised(variables, {1: "ineligible"})
    world.confirmed(variables)
    assert world.dossier(variables).state == "ineligible"
    frozen = world.work(FreezePool(), round_id=variables["round_id"])
    assert world.dossier(variables).code not in {each["code"] for each in frozen["late_submissions"]}


def test_a_late_dossier_says_that_it_waits_for_the_director(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"))
    world.appraised(variables, {1: "eligible"})
    world.work(FreezePool(), round_id=variables["round_id"])
    world.confirmed(variables)
    assert world.dossier(variables).state == "late"


def test_confirmed_after_the_freeze_is_late_even_before_the_message_comes(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"))
    world.appraised(variables, {1: "eligible"})
    world.work(FreezePool(), round_id=variables["round_id"])
    assert world.confirmed(variables)["late"] is True
    assert world.work(MarkLate(), submission_id=variables["submission_id"]) == {"late": True}
    with pytest.raises(LateWithoutWaiver):
        world.work(MarkReady(), submission_id=variables["submission_id"])


def test_a_waived_one_joins_the_frozen_pool(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"))
    world.appraised(variables, {1: "eligible"})
    world.work(FreezePool(), round_id=variables["round_id"])
    world.confirmed(variables)
    raw = {"decision": "accepted", "reason": "Bưu gửi chậm do mưa lũ."}
    assert world.do(WaiveLate(), "director", raw, variables=variables, **UNIT) == {"decision": "accepted"}
    world.work(MarkReady(), submission_id=variables["submission_id"], late=True)
    row = world.dossier(variables)
    assert (row.state, row.late, row.waived) == ("in_pool", True, True)
    assert [each.state for each in world.nominations(variables)] == ["in_pool"]


def test_a_refused_one_ends_as_late_with_the_directors_words(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"))
    world.appraised(variables, {1: "eligible"})
    world.work(FreezePool(), round_id=variables["round_id"])
    world.confirmed(variables)
    raw = {"decision": "refused", "reason": "Hội đồng họp ngày mai."}
    world.do(WaiveLate(), "director", raw, variables=variables, **UNIT)
    world.work(SettleSubmission(), submission_id=variables["submission_id"], outcome="late")
    row = world.dossier(variables)
    assert (row.state, row.outcome, row.outcome_reason) == ("late", "late", "Hội đồng họp ngày mai.")
    assert [(each.state, each.outcome_reason) for each in world.nominations(variables)] == [
        ("not_awarded", "Hội đồng họp ngày mai.")
    ]


def test_the_database_keeps_a_late_one_out_of_the_pool(world: SubmissionWorld) -> None:
    variables = confirmed(world)
    with pytest.raises(IntegrityError) as caught:
        world.change(submission, variables["submission_id"], late=True, state="in_pool")
    assert isinstance(refusal_of(caught.value), LateWithoutWaiver)


@pytest.mark.parametrize("outcome", ["not_taking_part", "no_proposal", "expired", "ineligible", "late"])
def test_each_end_has_its_state_and_words(world: SubmissionWorld, outcome: str) -> None:
    variables = world.sent(person("Lê Văn Bình"))
    assert world.work(SettleSubmission(), submission_id=variables["submission_id"], outcome=outcome) == {
        "outcome": outcome,
        "late": False,
    }
    row = world.dossier(variables)
    assert (row.state, row.outcome) == (outcome, outcome)
    assert row.outcome_reason
    assert row.closed_at is not None


def confirm(world: SubmissionWorld, variables: dict[str, Any]) -> None:
    """S4, its form filled before the freeze began."""
    world.apply(ConfirmAppraisal(), "division", {"decision": "confirmed"}, variables=variables, **UNIT)


@pytest.mark.parametrize("attempt", range(3))
def test_a_confirmation_and_the_freeze_at_one_moment_agree(world: SubmissionWorld, attempt: int) -> None:
    variables = world.taken_in(person("Lê Văn Bình"))
    world.appraised(variables, {1: "eligible"})
    together = threading.Barrier(2)
    failures: list[Exception] = []

    def at_once(act: Callable[[], Any]) -> None:
        together.wait()
        try:
            act()
        except Exception as error:
            failures.append(error)

    acts = (
        partial(confirm, world, variables),
        partial(world.work, FreezePool(), round_id=variables["round_id"]),
    )
    threads = [threading.Thread(target=at_once, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    row = world.dossier(variables)
    assert (row.state, row.late) in {("in_pool", False), ("late", True)}
    expected = "in_pool" if row.state == "in_pool" else "eligible"
    assert [each.state for each in world.nominations(variables)] == [expected]
