"""S2 to S4: the table's word against the expert's, hiệp y, and the confirmation that fixes the states."""

from __future__ import annotations

from typing import Any

from service.awards.submissions.appraise import Appraise
from service.awards.submissions.confirm import ConfirmAppraisal
from service.awards.submissions.consult import Consult
from service.awards.tables import appraisal, consultation_opinion, nomination, return_item
from tests.service.awards.submission_world import UNIT, SubmissionWorld, collective, person


def said(world: SubmissionWorld, variables: dict[str, Any], **raw: Any) -> list[str]:
    problems = world.problems(Appraise(), "expert", raw, variables=variables, **UNIT)
    return [problem.field for problem in problems]


def test_every_nomination_needs_a_conclusion(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"), person("Phạm Đức Duy"))
    first, second = world.nominations(variables)
    results = {str(first.id): {"result": "eligible", "reason": "Mô hình đã áp dụng tại 11 tổ dân phố."}}
    assert said(world, variables, decision="done", results=results) == [f"results.{second.id}.result"]


def test_reasons_are_needed_where_a_person_judges(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"), collective("UBND phường"))
    first, second = world.nominations(variables)
    results = {str(first.id): {"result": "eligible"}, str(second.id): {"result": "ineligible"}}
    assert said(world, variables, decision="done", results=results) == [
        f"results.{first.id}.reason",
        f"results.{second.id}.reason",
    ]


def test_a_hard_failure_cannot_be_called_eligible(world: SubmissionWorld) -> None:
    variables = world.taken_in(collective("UBND phường"))
    row = world.nominations(variables)[0]
    world.change(nomination, row.id, exemplary=False)
    results = {str(row.id): {"result": "eligible", "reason": "Xét đặc cách."}}
    assert said(world, variables, decision="done", results=results) == [f"results.{row.id}.result"]


def test_what_needs_data_goes_back_as_an_item(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"), collective("UBND phường"))
    first, second = world.nominations(variables)
    results = {
        str(first.id): {"result": "needs_data", "reason": "Thiếu quyết định công nhận sáng kiến."},
        str(second.id): {"result": "eligible", "reason": ""},
    }
    raw = {"decision": "returned", "results": results}
    returned = world.do(Appraise(), "expert", raw, variables=variables, **UNIT)
    assert (returned["decision"], returned["returns"]) == ("returned", 1)
    items = world.rows(return_item)
    assert [(each.nomination_id, each.reason) for each in items] == [
        (first.id, "Thiếu quyết định công nhận sáng kiến.")
    ]
    assert world.dossier(variables).state == "returned"


def test_a_return_from_appraisal_names_something(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"))
    assert said(world, variables, decision="returned") == ["items"]


def test_the_findings_of_that_day_are_kept_with_the_conclusion(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"))
    outcome = world.appraised(variables, {1: "eligible"})
    assert outcome == {"decision": "done", "eligible_count": 1, "consult_agencies": [], "returns": 0}
    row = world.rows(appraisal)[0]
    assert row.result == "eligible"
    assert [finding["result"] for finding in row.findings] == ["manual"]
    assert row.resource_id.startswith("eligibility:1:")


def test_confirmation_fixes_the_states(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"), person("Phạm Đức Duy"))
    world.appraised(variables, {1: "eligible", 2: "ineligible"})
    assert [row.state for row in world.nominations(variables)] == ["proposed", "proposed"]
    outcome = world.confirmed(variables)
    assert outcome == {"decision": "confirmed", "eligible_count": 1, "ineligible_count": 1, "late": False}
    assert [row.state for row in world.nominations(variables)] == ["eligible", "ineligible"]
    assert world.rows(appraisal)[0].confirmed_by == world.actors["division"].account_id


def test_a_division_may_send_it_back(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"))
    world.appraised(variables, {1: "eligible"})
    raw = {"decision": "returned", "reason": "Đối chiếu lại số quyết định."}
    world.do(ConfirmAppraisal(), "division", raw, variables=variables, **UNIT)
    assert world.dossier(variables).state == "appraising"
    assert world.appraised(variables, {1: "ineligible"})["eligible_count"] == 0


def test_agencies_answer_each_for_itself(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"))
    agencies = ["thanh_tra", "so_tai_chinh"]
    assert world.appraised(variables, {1: "eligible"}, consult_agencies=agencies)["consult_agencies"] == [
        "so_tai_chinh",
        "thanh_tra",
    ]
    for task_id, who, raw in (
        ("t1", "inspectorate", {"decision": "no_objection"}),
        ("t2", "finance", {"decision": "objection", "reason": "Còn khoản tạm ứng chưa quyết toán."}),
    ):
        agency = world.actors[who].roles[0].unit_id
        context = {"variables": {**variables, "agency": agency}, "unit_id": agency, "task_id": task_id}
        assert world.do(Consult(), who, raw, **context) == {}
    opinions = [(each.agency_id, each.decision) for each in world.rows(consultation_opinion)]
    assert opinions == [("thanh_tra", "no_objection"), ("so_tai_chinh", "objection")]
    notes = [field.label for field in world.form(ConfirmAppraisal(), "division", variables=variables, **UNIT).fields]
    assert any("Sở Tài chính: Có ý kiến khác. Còn khoản tạm ứng" in label for label in notes)


def test_the_same_subject_elsewhere_in_the_round_is_shown(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"))
    other = next(row for row in world.submissions(variables["round_id"]) if row.unit_id == "00073")
    world.nominate(other.id, 1, subject_name="Lê Văn Bình", subject_search="le van binh", state="proposed")
    notes = [field.label for field in world.form(Appraise(), "expert", variables=variables, **UNIT).fields]
    assert any(f"hồ sơ {other.code} của Phường Cửa Nam" in label for label in notes)
