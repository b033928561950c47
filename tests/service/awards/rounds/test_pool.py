"""S5: the pool freezes exactly as domain.md says."""

from __future__ import annotations

import pytest

from service.awards.councils.convene import Convene
from service.awards.councils.record_votes import BallotChanged, RecordVotes
from service.awards.rounds.close_round import CloseRound
from service.awards.rounds.count_outstanding import CountOutstanding
from service.awards.rounds.freeze_pool import FreezePool
from service.awards.rounds.pool import PoolClosed, join_pool
from service.awards.tables import nomination, quota, submission
from tests.service.awards.round_road import session_variables
from tests.service.awards.round_world import NOW, TODAY, World, members


def put(world: World, index: int, round_id: int, **values: object) -> int:
    found = world.submissions(round_id)[index]
    world.change(submission, found.id, **values)
    return int(found.id)


@pytest.mark.parametrize("state", ["ready", "withdrawn", "expired", "ineligible", "no_proposal", "not_taking_part"])
def test_a_settled_unit_is_waited_for_no_longer(world: World, state: str) -> None:
    round_id = world.open_round()
    assert world.work(CountOutstanding(), round_id=round_id) == {"outstanding": 2}
    put(world, 0, round_id, state=state)
    assert world.work(CountOutstanding(), round_id=round_id) == {"outstanding": 1}


@pytest.mark.parametrize(
    "state", ["invited", "drafting", "council", "signing", "submitted", "returned", "appraising", "confirming"]
)
def test_a_unit_on_its_way_is_waited_for(world: World, state: str) -> None:
    round_id = world.open_round()
    put(world, 0, round_id, state=state)
    put(world, 1, round_id, state="ready")
    assert world.work(CountOutstanding(), round_id=round_id) == {"outstanding": 1}


def test_ready_submissions_go_in_with_their_eligible_nominations_and_the_others_are_late(world: World) -> None:
    round_id = world.open_round(units=("00070", "00073", "so_du_lich"))
    ready = put(world, 0, round_id, state="ready")
    drafting = put(world, 1, round_id, state="drafting")
    withdrawn = put(world, 2, round_id, state="withdrawn")
    eligible = world.nominate(ready, 2)
    world.nominate(ready, 1, state="ineligible", appraisal_reason="Chưa có sáng kiến được công nhận")
    world.nominate(ready, 1, state="held", hold_since=NOW, held_state="eligible")
    world.nominate(drafting, 3, state="draft")
    frozen = world.work(FreezePool(), round_id=round_id)
    late_code = next(found.code for found in world.submissions(round_id) if found.id == drafting)
    late = {"late_submissions": [{"code": late_code}], "waiver_candidates": 0}
    assert frozen == {"pool_size": 2, "award_class": "annual", **late}
    states = {found.id: (found.state, found.late) for found in world.submissions(round_id)}
    assert states == {
        ready: ("in_pool", False),
        drafting: ("drafting", True),
        withdrawn: ("withdrawn", False),
    }
    individual = next(found.id for found in world.rows(quota) if found.subject_kind == "individual")
    pool = world.rows(nomination, nomination.c.state == "in_pool")
    assert [(found.id, found.quota_id) for found in pool] == [(key, individual) for key in eligible]
    assert world.round(round_id).state == "frozen"
    assert world.round(round_id).frozen_at == NOW


@pytest.mark.parametrize(("state", "waivable"), [("drafting", 0), ("appraising", 1)])
def test_an_empty_pool_waits_for_a_late_submission_that_has_been_received(
    world: World, state: str, waivable: int
) -> None:
    round_id = world.open_round()
    put(world, 0, round_id, state=state)
    assert world.work(FreezePool(), round_id=round_id)["waiver_candidates"] == waivable


def test_an_empty_pool_closes_the_round(world: World) -> None:
    round_id = world.open_round()
    put(world, 0, round_id, state="not_taking_part")
    put(world, 1, round_id, state="no_proposal")
    frozen = world.work(FreezePool(), round_id=round_id)
    late = {"late_submissions": [], "waiver_candidates": 0}
    assert frozen == {"pool_size": 0, "award_class": "annual", **late}
    world.work(CloseRound(), round_id=round_id)
    row = world.round(round_id)
    assert (row.state, row.closed_at) == ("closed", NOW)
    assert "Không có đề nghị nào" in row.outcome_reason


def test_a_waived_late_submission_joins_until_the_council_has_voted(world: World) -> None:
    round_id = world.open_round()
    first = put(world, 0, round_id, state="ready")
    world.nominate(first, 1)
    late = put(world, 1, round_id, state="confirming")
    world.nominate(late, 2)
    world.work(FreezePool(), round_id=round_id)
    world.change(submission, late, waived=True, waiver_reason="Chậm do thiên tai")
    with world.database.unit_of_work(NOW) as unit:
        assert join_pool(unit, late) == 2
    assert {found.state for found in world.submissions(round_id)} == {"in_pool"}
    with world.database.unit_of_work(NOW) as unit:
        from service.awards.rounds.records import change_round

        change_round(unit, round_id, state="signing")
        with pytest.raises(PoolClosed):
            join_pool(unit, late)


def test_a_vote_typed_before_somebody_joined_is_not_taken(world: World) -> None:
    round_id = world.open_round()
    first = put(world, 0, round_id, state="ready")
    (key,) = world.nominate(first, 1)
    late = put(world, 1, round_id, state="confirming")
    world.nominate(late, 1)
    world.work(FreezePool(), round_id=round_id)
    variables = session_variables(round_id)
    opening = {"held_on": TODAY, "chair_name": "Bùi Thanh Sơn", "members": members(3)}
    variables |= world.do(Convene(), "secretary", opening, variables=variables)
    typed = {"votes": {str(key): {"yes": 3, "no": 0, "invalid": 0}}}
    world.change(submission, late, waived=True, waiver_reason="Chậm do thiên tai")
    with world.database.unit_of_work(NOW) as unit:
        join_pool(unit, late)
    with pytest.raises(BallotChanged):
        world.apply(RecordVotes(), "secretary", typed, variables=variables)


def test_an_award_the_round_does_not_give_has_no_ceiling_to_count_against(world: World) -> None:
    round_id = world.open_round()
    ready = put(world, 0, round_id, state="ready")
    world.nominate(ready, 1, award_form="pm_merit_certificate", subject_kind="collective")
    world.work(FreezePool(), round_id=round_id)
    assert [found.quota_id for found in world.rows(nomination)] == [None]
