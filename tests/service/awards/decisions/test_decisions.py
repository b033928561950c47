"""S7 to S11 on records: the list, its lines, the decision, its ceiling, the money."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service.awards.decisions.chair_decision import ChairDecision
from service.awards.decisions.fix_lines import FixLines
from service.awards.decisions.number_decision import NumberDecision
from service.awards.decisions.office_check import OfficeCheck
from service.awards.decisions.settle_awards import SettleAwards
from service.awards.decisions.sign_list import SignList
from service.awards.errors import CeilingReached
from service.awards.rounds.close_round import CloseRound
from service.awards.rounds.publish_results import PublishResults
from service.awards.tables import award_decision, nomination, paper, quota, submission
from service.errors import Invalid
from tests.service.awards.round_road import pool_of, ranked, vote
from tests.service.awards.round_world import TODAY, World

LETTER = {"decision": "approved", "letter_number": "1234/TTr-SNV", "letter_on": TODAY}
NUMBER = {"decision_number": "6120/QĐ-UBND", "decided_on": TODAY, "base_salary": 2_340_000}
FORWARD = {"forward_number": "415/TTr-UBND", "forwarded_on": TODAY}


def listed(world: World, votes: list[int], ceiling: int, **values: Any) -> tuple[int, list[int], dict[str, Any]]:
    """A ranked round with these yes votes under this ceiling."""
    round_id, ids = pool_of(world, [{"gender": "male", **values}] * len(votes))
    row = next(found for found in world.rows(quota) if found.subject_kind == "individual")
    world.change(quota, row.id, ceiling=ceiling)
    vote(world, round_id, dict(zip(ids, votes, strict=True)))
    assert ranked(world, round_id) == 0
    return round_id, ids, {"round_id": round_id}


def states(world: World) -> list[str]:
    return [row.state for row in world.rows(nomination)]


def to_the_chair(world: World, variables: dict[str, Any]) -> None:
    world.do(SignList(), "director", LETTER, variables=variables)
    world.do(OfficeCheck(), "office", {"decision": "passed"}, variables=variables)


def test_the_whole_road_awards_counts_and_pays(world: World) -> None:
    round_id, ids, variables = listed(world, [15, 14, 13, 5], ceiling=2)
    to_the_chair(world, variables)
    assert world.round(round_id).state == "chair"
    world.do(ChairDecision(), "chair", {"decision": "approved"}, variables=variables)
    result = world.do(NumberDecision(), "office", NUMBER, variables=variables)
    assert result["decision_number"] == "6120/QĐ-UBND"
    assert states(world) == ["awarded", "awarded", "reserve", "not_recommended"]
    assert [row.awarded for row in world.rows(quota)] == [0, 2]
    decided = world.rows(award_decision)[0]
    assert (decided.signer_id, decided.base_salary) == (world.actors["chair"].account_id, 2_340_000)
    published = world.work(PublishResults(), round_id=round_id)
    code = world.submissions(round_id)[0].code
    assert published == {"results": [{"code": code, "outcome": "awarded"}]}
    found = world.rows(nomination)
    assert states(world) == ["awarded", "awarded", "not_awarded", "not_awarded"]
    assert "dự bị hết hiệu lực" in found[2].outcome_reason
    assert "chưa đạt quá nửa" in found[3].outcome_reason
    settle = {"archive_number": "45/LT-2026", "ceremony_on": date(2026, 12, 1), "ceremony_place": "Hội trường"}
    total = world.do(SettleAwards(), "expert", settle, variables=variables)
    assert total == {"award_total": 2 * 3_510_000}
    assert [row.award_amount for row in world.rows(nomination)] == [3_510_000, 3_510_000, None, None]
    world.work(CloseRound(), round_id=round_id)
    assert world.round(round_id).state == "closed"
    kinds = {row.kind for row in world.rows(paper)}
    assert kinds == {"guidance", "meeting_minutes", "consolidated_letter", "award_decision"}
    assert ids


def test_a_line_struck_at_the_office_lets_the_reserve_move_up(world: World) -> None:
    _, ids, variables = listed(world, [15, 14, 13, 12], ceiling=2)
    world.do(SignList(), "director", LETTER, variables=variables)
    lines = {
        str(ids[0]): {"returned": True, "note": "Tên sai dấu"},
        str(ids[1]): {"returned": True, "note": "Nghỉ việc"},
    }
    world.do(OfficeCheck(), "office", {"decision": "lines_returned", "lines": lines}, variables=variables)
    form = world.form(FixLines(), "expert", variables=variables)
    assert [key for key, _words in form.fields[0].row_keys] == [str(ids[0]), str(ids[1])]
    fixed = {
        str(ids[0]): {
            "action": "fixed",
            "subject_name": "Nguyễn Văn An",
            "subject_title": "Công chức",
            "note": "Sửa tên",
        },
        str(ids[1]): {"action": "strike", "subject_name": "Người thứ 2", "note": "Đã nghỉ việc"},
    }
    world.do(FixLines(), "expert", {"lines": fixed}, variables=variables)
    assert states(world) == ["recommended", "struck", "recommended", "reserve"]
    found = world.rows(nomination)
    assert (found[0].subject_name, found[0].subject_search) == ("Nguyễn Văn An", "nguyen van an")
    assert found[1].line_note == "Đã nghỉ việc"
    assert (found[3].pool_rank, found[3].reserve_rank) == (3, 1)
    world.do(SignList(), "director", LETTER, variables=variables)


def test_the_office_says_what_is_wrong_with_each_line(world: World) -> None:
    _, ids, variables = listed(world, [15, 14], ceiling=2)
    world.do(SignList(), "director", LETTER, variables=variables)
    nothing = {"decision": "lines_returned"}
    assert [found.field for found in world.problems(OfficeCheck(), "office", nothing, variables=variables)] == ["lines"]
    silent = {"decision": "lines_returned", "lines": {str(ids[0]): {"returned": True}}}
    assert [found.field for found in world.problems(OfficeCheck(), "office", silent, variables=variables)] == [
        f"lines.{ids[0]}.note"
    ]


def test_equal_reserves_do_not_move_up_without_the_chair_of_the_council(world: World) -> None:
    _, ids, variables = listed(world, [15, 14, 12, 12], ceiling=2)
    world.do(SignList(), "director", LETTER, variables=variables)
    world.do(
        OfficeCheck(),
        "office",
        {"decision": "lines_returned", "lines": {str(ids[0]): {"returned": True, "note": "Nghỉ việc"}}},
        variables=variables,
    )
    fixed = {str(ids[0]): {"action": "strike", "subject_name": "Người thứ 1", "note": "Đã nghỉ việc"}}
    world.do(FixLines(), "expert", {"lines": fixed}, variables=variables)
    assert states(world) == ["struck", "recommended", "reserve", "reserve"]


@pytest.mark.parametrize(
    ("decision", "after"),
    [("approved", ["struck", "recommended", "reserve"]), ("returned", ["struck", "recommended", "recommended"])],
)
def test_a_line_the_chair_strikes_is_filled_only_before_he_signs(world: World, decision: str, after: list[str]) -> None:
    round_id, ids, variables = listed(world, [15, 14, 13], ceiling=2)
    to_the_chair(world, variables)
    lines = {str(ids[0]): {"action": "strike", "note": "Đang xem xét kỷ luật"}, str(ids[1]): {"action": "keep"}}
    answers = {"decision": decision, "lines": lines, "reason": "Xem lại dòng 1"}
    world.do(ChairDecision(), "chair", answers, variables=variables)
    assert states(world) == after
    assert world.round(round_id).state == ("numbering" if decision == "approved" else "signing")


def test_a_struck_line_needs_its_reason_and_an_approval_keeps_a_line(world: World) -> None:
    _, ids, variables = listed(world, [15, 14], ceiling=2)
    to_the_chair(world, variables)
    lines = {str(key): {"action": "strike"} for key in ids}
    problems = world.problems(ChairDecision(), "chair", {"decision": "approved", "lines": lines}, variables=variables)
    assert [problem.field for problem in problems] == [f"lines.{ids[0]}.note", f"lines.{ids[1]}.note", "decision"]


def test_a_refused_list_awards_nobody_and_every_unit_reads_why(world: World) -> None:
    round_id, _, variables = listed(world, [15, 14, 13], ceiling=2)
    to_the_chair(world, variables)
    world.do(ChairDecision(), "chair", {"decision": "refused", "reason": "Chưa phù hợp"}, variables=variables)
    published = world.work(PublishResults(), round_id=round_id)
    assert [result["outcome"] for result in published["results"]] == ["refused"]
    assert states(world) == ["not_awarded"] * 3
    assert world.rows(submission, submission.c.round_id == round_id)[0].outcome_reason == "Chưa phù hợp"
    world.work(CloseRound(), round_id=round_id)
    assert world.round(round_id).state == "refused"


def test_the_ceiling_holds_in_the_database_and_nothing_is_half_written(world: World) -> None:
    _, _, variables = listed(world, [15, 14], ceiling=2)
    to_the_chair(world, variables)
    world.do(ChairDecision(), "chair", {"decision": "approved"}, variables=variables)
    row = next(found for found in world.rows(quota) if found.subject_kind == "individual")
    world.change(quota, row.id, ceiling=1)
    with pytest.raises(CeilingReached):
        world.do(NumberDecision(), "office", NUMBER, variables=variables)
    assert world.rows(award_decision) == []
    assert states(world) == ["recommended", "recommended"]


def test_a_number_is_used_once_a_year_and_not_before_the_letter(world: World) -> None:
    round_id, _, variables = listed(world, [15], ceiling=2)
    to_the_chair(world, variables)
    world.do(ChairDecision(), "chair", {"decision": "approved"}, variables=variables)
    early = NUMBER | {"decided_on": date(2026, 11, 23)}
    assert [found.field for found in world.problems(NumberDecision(), "office", early, variables=variables)] == [
        "decided_on"
    ]
    world.do(NumberDecision(), "office", NUMBER, variables=variables)
    world.change(nomination, 1, state="recommended", decision_id=None)
    again = world.problems(NumberDecision(), "office", NUMBER, variables=variables)
    assert [found.field for found in again] == ["decision_number"]
    assert round_id


def test_a_nominee_does_not_sign_the_list_they_stand_on(world: World) -> None:
    _, ids, variables = listed(world, [15, 14], ceiling=2)
    world.change(nomination, ids[0], nominee_account_id=world.actors["director"].account_id)
    problems = world.problems(SignList(), "director", LETTER, variables=variables)
    assert [problem.field for problem in problems] == ["decision"]


def test_a_nominee_neither_mends_nor_numbers_nor_pays_their_own_line(world: World) -> None:
    _, ids, variables = listed(world, [15, 14], ceiling=2)
    world.change(nomination, ids[0], nominee_account_id=world.actors["expert"].account_id)
    world.do(SignList(), "director", LETTER, variables=variables)
    lines = {str(key): {"returned": True, "note": "Tên sai dấu"} for key in ids}
    world.do(OfficeCheck(), "office", {"decision": "lines_returned", "lines": lines}, variables=variables)
    mended = {str(key): {"action": "fixed", "subject_name": "An", "note": "Đã sửa"} for key in ids}
    problems = world.problems(FixLines(), "expert", {"lines": mended}, variables=variables)
    assert [problem.field for problem in problems] == ["lines"]
    world.change(nomination, ids[0], nominee_account_id=world.actors["office"].account_id)
    world.do(FixLines(), "expert", {"lines": mended}, variables=variables)
    world.do(SignList(), "director", LETTER, variables=variables)
    problems = world.problems(OfficeCheck(), "office", {"decision": "passed"}, variables=variables)
    assert [problem.field for problem in problems] == ["decision"]
    world.change(nomination, ids[0], nominee_account_id=None)
    world.do(OfficeCheck(), "office", {"decision": "passed"}, variables=variables)
    world.do(ChairDecision(), "chair", {"decision": "approved"}, variables=variables)
    world.change(nomination, ids[0], nominee_account_id=world.actors["office"].account_id)
    problems = world.problems(NumberDecision(), "office", NUMBER, variables=variables)
    assert [problem.field for problem in problems] == ["decision_number"]
    world.change(nomination, ids[0], nominee_account_id=None)
    world.do(NumberDecision(), "office", NUMBER, variables=variables)
    world.change(nomination, ids[0], nominee_account_id=world.actors["expert"].account_id)
    problems = world.problems(SettleAwards(), "expert", {"archive_number": "45/LT"}, variables=variables)
    assert [problem.field for problem in problems] == ["archive_number"]


def test_the_prime_ministers_certificate_is_forwarded_not_awarded(world: World) -> None:
    pm = {"award_form": "pm_merit_certificate", "subject_kind": "collective"}
    round_id, ids = pool_of(world, [pm, {"gender": "male"}], award_class="final")
    vote(world, round_id, dict.fromkeys(ids, 15))
    vote(world, round_id, {ids[0]: 15}, body="city")
    ranked(world, round_id)
    variables = {"round_id": round_id}
    to_the_chair(world, variables)
    world.do(ChairDecision(), "chair", {"decision": "approved"}, variables=variables)
    world.do(NumberDecision(), "office", NUMBER | FORWARD, variables=variables)
    assert states(world) == ["recommended", "awarded"]
    world.work(PublishResults(), round_id=round_id)
    assert states(world) == ["recommended", "awarded"]
    assert world.rows(nomination)[0].outcome_reason == (
        "UBND Thành phố đã trình Thủ tướng Chính phủ qua Bộ Nội vụ (Tờ trình số 415/TTr-UBND ngày 25/11/2026)."
    )
    assert [row.number for row in world.rows(paper) if row.kind == "forwarding_letter"] == ["415/TTr-UBND"]


def test_where_only_the_prime_minister_is_asked_the_city_issues_no_decision(world: World) -> None:
    pm = {"award_form": "pm_merit_certificate", "subject_kind": "collective"}
    round_id, ids = pool_of(world, [pm], award_class="final")
    vote(world, round_id, dict.fromkeys(ids, 15))
    vote(world, round_id, dict.fromkeys(ids, 15), body="city")
    ranked(world, round_id)
    variables = {"round_id": round_id}
    to_the_chair(world, variables)
    world.do(ChairDecision(), "chair", {"decision": "approved"}, variables=variables)
    with pytest.raises(Invalid):
        world.do(NumberDecision(), "office", NUMBER, variables=variables)
    assert world.do(NumberDecision(), "office", FORWARD, variables=variables) == {}
    assert world.rows(award_decision) == []
    published = world.work(PublishResults(), round_id=round_id)
    assert [each["outcome"] for each in published["results"]] == ["forwarded"]


def test_the_money_follows_the_base_salary_of_the_day_of_the_decision(world: World) -> None:
    _, _, variables = listed(world, [15], ceiling=2)
    to_the_chair(world, variables)
    world.do(ChairDecision(), "chair", {"decision": "approved"}, variables=variables)
    assert world.form(NumberDecision(), "office", variables=variables).values["base_salary"] == 2_340_000
    world.do(NumberDecision(), "office", NUMBER | {"base_salary": 2_530_000}, variables=variables)
    world.do(SettleAwards(), "expert", {"archive_number": "45/LT-2026"}, variables=variables)
    assert [row.award_amount for row in world.rows(nomination)] == [3_800_000]  # 1,5 × 2.530.000 = 3.795.000


def test_a_household_has_no_default_and_a_typed_multiple_is_rounded_up(world: World) -> None:
    _, ids, variables = listed(world, [15], ceiling=2)
    to_the_chair(world, variables)
    world.do(ChairDecision(), "chair", {"decision": "approved"}, variables=variables)
    world.do(NumberDecision(), "office", NUMBER, variables=variables)
    world.change(nomination, ids[0], subject_kind="household")
    settle: dict[str, Any] = {"archive_number": "45/LT-2026"}
    problems = world.problems(SettleAwards(), "expert", settle, variables=variables)
    assert [problem.field for problem in problems] == [f"awards.{ids[0]}.multiple"]
    world.change(award_decision, 1, base_salary=1_000_000_000)
    settle["awards"] = {str(ids[0]): {"multiple": 100}}
    slips = world.problems(SettleAwards(), "expert", settle, variables=variables)
    assert [(each.field, "Tiền thưởng vượt 1.000.000.000 đồng" in each.message) for each in slips] == [
        (f"awards.{ids[0]}.multiple", True)
    ]
    world.change(award_decision, 1, base_salary=2_340_000)
    settle["awards"] = {str(ids[0]): {"multiple": 1.33}}
    assert world.do(SettleAwards(), "expert", settle, variables=variables) == {"award_total": 3_120_000}


def test_a_round_that_proposes_nobody_ends_with_reasons_for_everybody(world: World) -> None:
    round_id, _, variables = listed(world, [7, 3], ceiling=2)
    form = world.form(SignList(), "director", variables=variables)
    (asked,) = [field for field in form.fields if field.key == "decision"]
    assert [option.value for option in asked.options] == ["no_award", "returned"]
    ended = {"decision": "no_award", "reason": "Không đề nghị nào đạt quá nửa số phiếu."}
    assert world.do(SignList(), "director", ended, variables=variables) == {"decision": "no_award"}
    published = world.work(PublishResults(), round_id=round_id)
    assert [each["outcome"] for each in published["results"]] == ["not_awarded"]
    assert states(world) == ["not_awarded"] * 2
    assert all("phiếu đồng ý" in row.outcome_reason for row in world.rows(nomination))
    assert world.submissions(round_id)[0].outcome_reason == "Không đề nghị nào đạt quá nửa số phiếu."
    world.work(CloseRound(), round_id=round_id)
    row = world.round(round_id)
    assert (row.state, row.outcome_reason) == ("closed", "Không đề nghị nào đạt quá nửa số phiếu.")


def test_a_round_with_a_list_does_not_end_by_saying_there_is_none(world: World) -> None:
    _, _, variables = listed(world, [15], ceiling=2)
    ended = {"decision": "no_award", "reason": "Kết thúc sớm."}
    with pytest.raises(Invalid):
        world.problems(SignList(), "director", ended, variables=variables)
