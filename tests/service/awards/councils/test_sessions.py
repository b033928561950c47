from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service.awards.councils.approve_minutes import ApproveMinutes
from service.awards.councils.convene import Convene
from service.awards.councils.minutes import Minutes
from service.awards.councils.record_votes import RecordVotes
from service.awards.councils.written_opinions import WrittenOpinions
from service.awards.errors import NoQuorum
from service.awards.tables import council_session, nomination, paper, recusal, submission, vote_tally
from tests.service.awards.round_world import TODAY, World, members


def unit_session(world: World, people: int = 2) -> tuple[dict[str, Any], list[int]]:
    round_id = world.open_round()
    found = next(row for row in world.submissions(round_id) if row.unit_id == "00070")
    variables = {
        "unit_id": "00070",
        "body": "unit",
        "subject_kind": "submission",
        "subject_id": found.id,
        "chair_group": "unit_head",
    }
    return variables, world.nominate(found.id, people, state="draft")


def convened(attendance: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    return {"held_on": TODAY, "chair_name": "Vũ Đình Trọng", "members": attendance, **more}


def test_the_members_are_proposed_from_the_accounts_of_that_council(world: World) -> None:
    variables, _ = unit_session(world)
    form = world.form(Convene(), "unit_secretary", variables=variables, unit_id="00070")
    assert [row["name"] for row in form.values["members"]] == ["Vũ Đình Trọng", "Trần Minh Đức", "Lê Thị Bích Ngọc"]
    assert form.values["chair_name"] == "Vũ Đình Trọng"


@pytest.mark.parametrize(
    ("present", "written", "absent", "quorate"), [(10, 0, 5, True), (9, 0, 6, False), (8, 2, 5, True), (2, 0, 1, True)]
)
def test_two_thirds_of_all_members_make_a_session(
    world: World, present: int, written: int, absent: int, quorate: bool
) -> None:
    variables, _ = unit_session(world)
    attendance = members(present, written=written, absent=absent)
    result = world.do(Convene(), "unit_secretary", convened(attendance), variables=variables)
    assert result["quorate"] is quorate
    session = world.rows(council_session)[0]
    assert (session.members_total, session.present, session.written_opinions) == (
        present + written + absent,
        present,
        written,
    )
    assert session.state == ("quorate" if quorate else "inquorate")
    assert world.rows(submission)[-1].state in ("council", "invited")


def test_a_member_twice_a_stranger_standing_aside_and_a_day_ahead_are_refused(world: World) -> None:
    variables, ids = unit_session(world)
    attendance = [*members(2), {"name": "Thành viên 1", "status": "present"}]
    aside = [{"member": "Người lạ", "nomination": str(ids[0]), "reason": "Cùng đơn vị"}]
    answers = convened(attendance, recusals=aside) | {"held_on": date(2026, 11, 26)}
    problems = world.problems(Convene(), "unit_secretary", answers, variables=variables)
    assert [problem.field for problem in problems] == [
        "members.0.name",
        "members.2.name",
        "recusals.0.member",
        "held_on",
    ]


def test_a_vote_without_a_quorum_is_refused(world: World) -> None:
    variables, ids = unit_session(world)
    variables |= world.do(Convene(), "unit_secretary", convened(members(1, absent=4)), variables=variables)
    votes = {str(key): {"yes": 0, "no": 1, "outcome": "commendation"} for key in ids}
    with pytest.raises(NoQuorum):
        world.do(RecordVotes(), "unit_secretary", {"votes": votes}, variables=variables)
    assert world.rows(vote_tally) == []


def test_written_opinions_of_the_absent_complete_the_quorum(world: World) -> None:
    variables, _ = unit_session(world)
    variables |= world.do(Convene(), "unit_secretary", convened(members(3, absent=3)), variables=variables)
    form = world.form(WrittenOpinions(), "unit_secretary", variables=variables)
    assert [words for _key, words in form.fields[1].row_keys] == ["Thành viên 4", "Thành viên 5", "Thành viên 6"]
    short = {"decision": "recorded", "opinions": {}}
    assert [
        found.field for found in world.problems(WrittenOpinions(), "unit_secretary", short, variables=variables)
    ] == ["decision"]
    enough = {"decision": "recorded", "opinions": {"1": {"received": True}}}
    result = world.do(WrittenOpinions(), "unit_secretary", enough, variables=variables)
    assert result == {"decision": "recorded", "quorate": True}
    session = world.rows(council_session)[0]
    assert (session.present, session.written_opinions, session.state) == (3, 1, "quorate")
    assert session.attendance["written"] == ["Thành viên 5"]


def test_a_rescheduled_session_stays_on_record_beside_the_new_one(world: World) -> None:
    variables, _ = unit_session(world)
    first = world.do(Convene(), "unit_secretary", convened(members(1, absent=4)), variables=variables)
    variables |= first
    result = world.do(WrittenOpinions(), "unit_secretary", {"decision": "reschedule"}, variables=variables)
    assert result == {"decision": "reschedule", "quorate": False}
    world.do(Convene(), "unit_secretary", convened(members(5)), variables=variables)
    assert [row.state for row in world.rows(council_session)] == ["adjourned", "quorate"]


def test_ballots_must_be_possible_for_those_who_may_vote(world: World) -> None:
    variables, ids = unit_session(world)
    aside = [{"member": "Thành viên 1", "nomination": str(ids[0]), "reason": "Cùng đơn vị"}]
    answers = convened(members(3, written=1, absent=1), recusals=aside)
    variables |= world.do(Convene(), "unit_secretary", answers, variables=variables)
    votes = {str(key): {"yes": 4, "no": 0, "invalid": 0, "outcome": "propose"} for key in ids}
    problems = world.problems(RecordVotes(), "unit_secretary", {"votes": votes}, variables=variables)
    assert [(problem.field, problem.message) for problem in problems] == [
        (f"votes.{ids[0]}.yes", "Tổng 4 phiếu, nhiều hơn 3 người được biểu quyết.")
    ]
    votes[str(ids[0])]["yes"] = 3
    world.do(RecordVotes(), "unit_secretary", {"votes": votes}, variables=variables)
    assert [(row.voters, row.yes) for row in world.rows(vote_tally)] == [(3, 3), (4, 4)]
    assert [row.member_name for row in world.rows(recusal)] == ["Thành viên 1"]


def test_a_unit_proposes_only_what_more_than_half_of_all_members_carried(world: World) -> None:
    variables, ids = unit_session(world, people=3)
    variables |= world.do(Convene(), "unit_secretary", convened(members(4, absent=1)), variables=variables)
    votes = {
        str(ids[0]): {"yes": 2, "no": 2, "outcome": "propose"},
        str(ids[1]): {"yes": 4, "no": 0, "outcome": "reject"},
        str(ids[2]): {"yes": 4, "no": 0, "outcome": "propose"},
    }
    problems = world.problems(RecordVotes(), "unit_secretary", {"votes": votes}, variables=variables)
    assert [problem.field for problem in problems] == [f"votes.{ids[0]}.outcome", f"votes.{ids[1]}.reason"]
    votes[str(ids[0])]["outcome"] = "commendation"
    votes[str(ids[1])]["reason"] = "Chưa có mô hình mới"
    result = world.do(RecordVotes(), "unit_secretary", {"votes": votes}, variables=variables)
    assert result == {"proposed_count": 1}
    found = world.rows(nomination)
    assert [row.state for row in found] == ["commendation_only", "rejected_by_unit", "proposed"]
    assert found[1].unit_reason == "Chưa có mô hình mới"


def test_the_minutes_are_drawn_up_numbered_and_kept_as_a_paper(world: World) -> None:
    variables, ids = unit_session(world)
    aside = [{"member": "Thành viên 2", "nomination": str(ids[1]), "reason": "Là người thân"}]
    answers = convened(members(4, absent=1), recusals=aside, place="Phòng họp 1", invited="Ông Khách mời")
    variables |= world.do(Convene(), "unit_secretary", answers, variables=variables)
    votes = {str(key): {"yes": 3, "no": 0, "outcome": "propose"} for key in ids}
    world.do(RecordVotes(), "unit_secretary", {"votes": votes}, variables=variables)
    draft = world.form(Minutes(), "unit_secretary", variables=variables).values
    text = draft["minutes_text"]
    for expected in (
        "PHƯỜNG HOÀN KIẾM",
        "có mặt 4 trên 5 thành viên",
        "Thành viên 2: với đề nghị Người thứ 2 (Là người thân)",
        "đồng ý 3, không đồng ý 0, không hợp lệ 0 (60,0 %)",
        "đề nghị Thành phố khen thưởng 2 trường hợp",
        "Khách mời, không biểu quyết: Ông Khách mời.",
    ):
        assert expected in text
    world.do(Minutes(), "unit_secretary", {**draft, "minutes_number": "05/BB-HĐ"}, variables=variables)
    minutes = world.rows(paper, paper.c.kind == "meeting_minutes")[0]
    assert (minutes.number, minutes.unit_id, minutes.submission_id) == ("05/BB-HĐ", "00070", variables["subject_id"])
    assert world.do(ApproveMinutes(), "unit_head", {"decision": "approved"}, variables=variables) == {
        "decision": "approved"
    }
    session = world.rows(council_session)[0]
    assert (session.state, session.approved_by) == ("approved", world.actors["unit_head"].account_id)


def test_returned_minutes_open_the_count_again(world: World) -> None:
    variables, ids = unit_session(world, people=1)
    variables |= world.do(Convene(), "unit_secretary", convened(members(3)), variables=variables)
    votes = {str(ids[0]): {"yes": 3, "no": 0, "outcome": "propose"}}
    world.do(RecordVotes(), "unit_secretary", {"votes": votes}, variables=variables)
    draft = world.form(Minutes(), "unit_secretary", variables=variables).values
    world.do(Minutes(), "unit_secretary", {**draft, "minutes_number": "05/BB-HĐ"}, variables=variables)
    world.do(ApproveMinutes(), "unit_head", {"decision": "returned", "reason": "Đếm lại"}, variables=variables)
    votes[str(ids[0])] = {"yes": 2, "no": 1, "outcome": "propose"}
    world.do(RecordVotes(), "unit_secretary", {"votes": votes}, variables=variables)
    assert [(row.yes, row.no) for row in world.rows(vote_tally)] == [(2, 1)]


def member_is_nominee(world: World) -> tuple[dict[str, Any], list[int]]:
    """The first nominee is the council's member Lê Thị Bích Ngọc."""
    variables, ids = unit_session(world)
    world.change(nomination, ids[0], nominee_account_id=world.actors["unit_member"].account_id)
    return variables, ids


HERSELF = "Lê Thị Bích Ngọc"


def test_a_nominee_on_the_council_stands_aside_for_her_own_nomination(world: World) -> None:
    variables, ids = member_is_nominee(world)
    form = world.form(Convene(), "unit_secretary", variables=variables, unit_id="00070")
    assert form.values["recusals"] == [
        {"member": HERSELF, "nomination": str(ids[0]), "reason": "Là người được đề nghị."}
    ]
    attendance = [{"name": "Vũ Đình Trọng", "status": "present"}, {"name": HERSELF, "status": "present"}]
    answers = convened(attendance)
    where = {"variables": variables, "unit_id": "00070"}
    problems = world.problems(Convene(), "unit_secretary", answers, **where)
    assert [problem.field for problem in problems] == ["recusals"]
    other = {"member": HERSELF, "nomination": str(ids[1]), "reason": "Cùng phòng"}
    assert world.problems(Convene(), "unit_secretary", {**answers, "recusals": [other]}, **where)
    whole = {"member": HERSELF, "reason": "Là người được đề nghị"}
    assert world.problems(Convene(), "unit_secretary", {**answers, "recusals": [whole]}, **where) == []


def test_her_written_opinion_does_not_count_for_herself(world: World) -> None:
    variables, ids = member_is_nominee(world)
    where = {"unit_id": "00070"}
    attendance = [*members(1), {"name": HERSELF, "status": "absent"}]
    variables |= world.do(Convene(), "unit_secretary", convened(attendance), variables=variables, **where)
    recorded = {"decision": "recorded", "opinions": {"0": {"received": True}}}
    world.do(WrittenOpinions(), "unit_secretary", recorded, variables=variables, **where)
    (row,) = world.rows(recusal)
    assert (row.member_name, row.nomination_id) == (HERSELF, ids[0])
    ballots = {str(key): {"yes": 2, "no": 0, "outcome": "propose"} for key in ids}
    problems = world.problems(RecordVotes(), "unit_secretary", {"votes": ballots}, variables=variables, **where)
    assert [problem.field for problem in problems] == [f"votes.{ids[0]}.yes"]


def test_a_nominee_neither_counts_the_votes_nor_signs_the_minutes(world: World) -> None:
    variables, ids = unit_session(world)
    where = {"variables": variables, "unit_id": "00070"}
    world.change(nomination, ids[0], nominee_account_id=world.actors["unit_secretary"].account_id)
    world.change(nomination, ids[1], nominee_account_id=world.actors["unit_head"].account_id)
    aside = [
        {"member": "Trần Minh Đức", "nomination": str(ids[0]), "reason": "Là người được đề nghị"},
        {"member": "Vũ Đình Trọng", "nomination": str(ids[1]), "reason": "Là người được đề nghị"},
    ]
    attendance = [{"name": each["member"], "status": "present"} for each in aside] + members(7)
    variables |= world.do(Convene(), "unit_secretary", convened(attendance, recusals=aside), **where)
    votes = {"votes": {str(key): {"yes": 8, "no": 0, "outcome": "propose"} for key in ids}}
    assert [found.field for found in world.problems(RecordVotes(), "unit_secretary", votes, **where)] == ["votes"]
    world.do(RecordVotes(), "clerk", votes, **where)
    own = {**world.form(Minutes(), "unit_secretary", **where).values, "minutes_number": "1/BB"}
    assert [found.field for found in world.problems(Minutes(), "unit_secretary", own, **where)] == ["minutes_text"]
    opinions = {"decision": "recorded", "opinions": {}}
    found = world.problems(WrittenOpinions(), "unit_secretary", opinions, **where)
    assert [each.field for each in found] == ["decision"]
    assert world.problems(WrittenOpinions(), "clerk", opinions, **where) == []
    world.do(Minutes(), "clerk", {**world.form(Minutes(), "clerk", **where).values, "minutes_number": "1/BB"}, **where)
    signed = {"decision": "approved"}
    assert [found.field for found in world.problems(ApproveMinutes(), "unit_head", signed, **where)] == ["decision"]
    back = {"decision": "returned", "reason": "Kiểm lại"}
    assert world.problems(ApproveMinutes(), "unit_head", back, **where) == []


def test_a_units_own_commendation_is_not_proposed_to_the_city(world: World) -> None:
    variables, ids = unit_session(world, people=1)
    world.change(nomination, ids[0], award_form="unit_commendation")
    where = {"variables": variables, "unit_id": "00070"}
    variables |= world.do(Convene(), "unit_secretary", convened(members(9)), **where)
    votes = {"votes": {str(ids[0]): {"yes": 9, "no": 0, "outcome": "propose"}}}
    problems = world.problems(RecordVotes(), "unit_secretary", votes, **where)
    assert [problem.field for problem in problems] == [f"votes.{ids[0]}.outcome"]
    votes["votes"][str(ids[0])]["outcome"] = "commendation"
    assert world.do(RecordVotes(), "unit_secretary", votes, **where) == {"proposed_count": 0}
