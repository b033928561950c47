"""S1 and the return for supplement: itemised, answered item by item, twice at most."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from service.awards.errors import SameHands, TooManyReturns, refusal_of
from service.awards.submissions.intake import Intake
from service.awards.submissions.supplement import Supplement
from service.awards.tables import paper, return_item, submission
from tests.service.awards.round_world import NOW
from tests.service.awards.submission_world import UNIT, SubmissionWorld, collective, person


def returned(world: SubmissionWorld, variables: dict[str, Any], about: int | None = None) -> Any:
    item = {"subject": "Báo cáo thành tích thiếu số liệu SIPAS", "reason": "Cần ghi điểm năm trước để so sánh."}
    if about is not None:
        item["nomination"] = str(about)
    raw = {"decision": "returned", "items": [item]}
    return world.do(Intake(), "expert", raw, variables=variables, **UNIT)


def answered(world: SubmissionWorld, variables: dict[str, Any], **corrections: Any) -> Any:
    item = next(each for each in world.rows(return_item) if each.answered_at is None)
    values = world.form(Supplement(), "clerk", variables=variables, **UNIT).values
    changed = {key: {**record, **corrections} for key, record in values["corrections"].items()}
    raw = {"answers": {str(item.id): {"answer": "Đã bổ sung bảng điểm."}}, "corrections": changed}
    return world.do(Supplement(), "clerk", raw, variables=variables, **UNIT)


def test_accepting_gives_a_numbered_receipt(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"))
    assert world.dossier(variables).state == "appraising"
    assert "1/PTN-SNV" in [each.number for each in world.rows(paper)]


def test_a_dossier_that_lacks_a_required_paper_gets_no_receipt(world: SubmissionWorld) -> None:
    variables = world.sent(person("Lê Văn Bình"))
    (minutes,) = [each for each in world.rows(paper) if each.kind == "meeting_minutes"]
    world.change(paper, minutes.id, superseded_at=NOW)
    problems = world.problems(Intake(), "expert", {"decision": "accepted"}, variables=variables, **UNIT)
    assert [(found.field, found.message) for found in problems] == [
        (
            "decision",
            "Hồ sơ còn thiếu: Biên bản họp xét khen thưởng của đơn vị. Trả hồ sơ để đơn vị bổ sung.",
        )
    ]


def test_a_return_without_an_item_is_not_taken(world: SubmissionWorld) -> None:
    variables = world.sent(person("Lê Văn Bình"))
    told = world.told(Intake(), "expert", {"decision": "returned"}, variables=variables, **UNIT)
    assert told == {"items": "Nêu ít nhất một mục cần bổ sung."}


def test_the_unit_answers_each_item_and_the_report_gets_its_next_version(world: SubmissionWorld) -> None:
    variables = world.sent(collective("UBND phường Hoàn Kiếm"), person("Lê Văn Bình"))
    first = world.nominations(variables)[0]
    assert returned(world, variables, first.id) == {"decision": "returned", "returns": 1}
    assert [row.state for row in world.nominations(variables)] == ["needs_data", "proposed"]
    assert answered(world, variables, sipas=88.5) == {"decision": "resubmitted"}
    assert [row.state for row in world.nominations(variables)] == ["proposed", "proposed"]
    assert str(world.nominations(variables)[0].sipas) == "88.50"
    reports = [each for each in world.rows(paper) if each.nomination_id == first.id]
    assert [(each.version, each.superseded_at is None) for each in reports] == [(1, False), (2, True)]
    assert world.rows(return_item)[0].answer == "Đã bổ sung bảng điểm."
    assert world.dossier(variables).state == "submitted"


def test_a_correction_is_held_to_the_rules_again(world: SubmissionWorld) -> None:
    variables = world.sent(collective("UBND phường Hoàn Kiếm"))
    returned(world, variables)
    values = world.form(Supplement(), "clerk", variables=variables, **UNIT).values
    item = world.rows(return_item)[0]
    row_id = world.nominations(variables)[0].id
    changed = {str(row_id): {**values["corrections"][str(row_id)], "exemplary": False}}
    raw = {"answers": {str(item.id): {"answer": "Đã sửa."}}, "corrections": changed}
    problems = world.problems(Supplement(), "clerk", raw, variables=variables, **UNIT)
    assert [problem.field for problem in problems] == [f"corrections.{row_id}.subject_name"]


def test_the_third_return_counts_three_and_lets_the_dossier_expire(world: SubmissionWorld) -> None:
    variables = world.sent(person("Lê Văn Bình"))
    counts = []
    for _ in range(2):
        counts.append(returned(world, variables)["returns"])
        answered(world, variables)
    assert any(field.key == "last_return" for field in world.form(Intake(), "expert", variables=variables).fields)
    counts.append(returned(world, variables)["returns"])
    assert counts == [1, 2, 3]
    first, _second, third = [each.text for each in world.rows(paper) if each.kind == "return_slip"]
    assert "bổ sung (lần 1, tối đa 2 lần):" in first
    assert "PHIẾU TRẢ HỒ SƠ\n" in third
    assert "đã được trả bổ sung 2 lần mà vẫn còn các nội dung dưới đây" in third


def test_the_database_refuses_a_fourth_return(world: SubmissionWorld) -> None:
    variables = world.sent(person("Lê Văn Bình"))
    with pytest.raises(IntegrityError) as caught:
        world.change(submission, variables["submission_id"], returns=4)
    assert isinstance(refusal_of(caught.value), TooManyReturns)


def test_who_prepared_does_not_take_in_or_appraise(world: SubmissionWorld) -> None:
    variables = world.sent(person("Lê Văn Bình"))
    expert = world.actors["expert"].account_id
    world.change(submission, variables["submission_id"], prepared_by=expert)
    problems = world.problems(Intake(), "expert", {"decision": "accepted"}, variables=variables, **UNIT)
    assert [problem.field for problem in problems] == ["decision"]
    with pytest.raises(IntegrityError) as caught:
        world.change(submission, variables["submission_id"], appraised_by=expert)
    assert isinstance(refusal_of(caught.value), SameHands)
