"""Q1 to Q6: filed, grounded, taken in, verified, signed, decided; diverted; the unit's own Giấy khen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from service.awards.ad_hoc.commend import UnitCommendation
from service.awards.ad_hoc.decide import ChairDecides, DirectorSigns, OfficeChecks
from service.awards.ad_hoc.divert import Divert
from service.awards.ad_hoc.file_case import FileAdHoc
from service.awards.ad_hoc.head import HeadDecides
from service.awards.ad_hoc.intake import AdHocIntake
from service.awards.ad_hoc.settle import NumberAdHoc, SettleCase
from service.awards.ad_hoc.verify import AdHocDivision, AdHocVerify
from service.awards.errors import ListChanged
from service.awards.notices import TellDiverted
from service.awards.submissions.appraise import Appraise
from service.awards.submissions.prepare import PrepareSubmission
from service.awards.tables import award_decision, award_round, nomination, paper, submission
from service.engine.tables import notice
from service.errors import Invalid
from tests.service.awards.round_world import NOW, TODAY
from tests.service.awards.submission_world import UNIT, SubmissionWorld, person

DEED = "Phát hiện, xử lý kịp thời sự cố mất dữ liệu dân cư trong đêm 20/11."
NUMBER = {"decision_number": "6120/QĐ-UBND", "decided_on": TODAY, "base_salary": 2_340_000}
GROUND = "Sự cố không báo trước, nếu chậm thì gián đoạn dịch vụ công của cả phường."


def record(name: str, **values: Any) -> dict[str, Any]:
    asked = ("subject_name", "subject_kind", "award_form", "exemplary", "report")
    every = person(name, **values)
    return {key: every[key] for key in asked} | {"report_template": "mau_06"}


@dataclass
class Case:
    """One ad-hoc case on its way; each step answers as the people of the test do."""

    world: SubmissionWorld
    variables: dict[str, Any]

    @property
    def row(self) -> Any:
        return self.world.rows(submission, submission.c.id == self.variables["case_id"])[0]

    @property
    def nominations(self) -> list[Any]:
        return self.world.rows(nomination, nomination.c.submission_id == self.variables["case_id"])

    def do(self, handler: Any, actor: str, **raw: Any) -> Any:
        return self.world.do(handler, actor, raw, variables=self.variables, **UNIT)

    def problems(self, handler: Any, actor: str, **raw: Any) -> list[str]:
        found = self.world.problems(handler, actor, raw, variables=self.variables, **UNIT)
        return [problem.field for problem in found]

    def head(self, decision: str) -> Any:
        return self.do(HeadDecides(), "unit_head", decision=decision, grounds=["unexpected"], ground=GROUND)

    def verified(self, result: str = "eligible", **more: Any) -> Any:
        results = {
            str(row.id): {"result": result, "reason": "Đã kiểm tra nhật ký hệ thống."}
            for row in self.nominations
            if row.state == "proposed"
        }
        return self.do(AdHocVerify(), "expert", decision=result, results=results, **more)


def filed(world: SubmissionWorld, *records: dict[str, Any]) -> Case:
    raw = {
        "deed": DEED,
        "deed_on": date(2026, 11, 20),
        "letter_number": "91/TTr-UBND",
        "letter_on": TODAY,
        "nominees": list(records) or [record("Lê Văn Bình")],
    }
    variables = world.do(FileAdHoc(), "clerk", raw, business_key="DXT-2026-0001", **UNIT)
    return Case(world, dict(variables))


def at_intake(world: SubmissionWorld) -> Case:
    case = filed(world)
    case.head("propose")
    return case


def at_the_chair(world: SubmissionWorld, *records: dict[str, Any]) -> Case:
    case = filed(world, *records)
    case.head("propose")
    case.do(AdHocIntake(), "expert", decision="accepted", reason="Đúng tính chất đột xuất.")
    case.verified()
    case.do(AdHocDivision(), "division", decision="confirmed")
    case.do(DirectorSigns(), "director", decision="signed", letter_number="301/TTr-SNV", letter_on=TODAY)
    case.do(OfficeChecks(), "office", decision="passed")
    return case


def test_filing_draws_a_code_where_the_procedure_has_none(world: SubmissionWorld) -> None:
    raw = {
        "deed": DEED,
        "deed_on": TODAY,
        "letter_number": "91/TTr-UBND",
        "letter_on": TODAY,
        "nominees": [record("Lê Văn Bình")],
    }
    case_id = world.do(FileAdHoc(), "clerk", raw, **UNIT)["case_id"]
    row = world.rows(submission, submission.c.id == case_id)[0]
    assert (row.code, row.award_class, row.round_id) == ("DXT-2026-0001", "ad_hoc", None)


def test_everything_that_is_missing_is_told_at_once(world: SubmissionWorld) -> None:
    raw = {"letter_number": "91/TTr-UBND", "letter_on": "hôm nay", "nominees": []}
    told = world.told(FileAdHoc(), "clerk", raw, **UNIT)
    assert list(told) == ["deed", "deed_on", "letter_on", "nominees"]
    assert told["nominees"] == "Nhập ít nhất một đề nghị khen thưởng."


def test_a_case_that_the_head_sent_back_is_handed_in_again_as_it_stands(world: SubmissionWorld) -> None:
    case = filed(world)
    case.do(HeadDecides(), "unit_head", decision="returned", reason="Ghi rõ ngày.")
    again = world.form(FileAdHoc(), "clerk", variables=case.variables, **UNIT).values
    assert case.do(FileAdHoc(), "clerk", **again) == {"case_id": case.variables["case_id"]}


def test_a_deed_lies_in_the_past(world: SubmissionWorld) -> None:
    raw = {
        "deed": DEED,
        "deed_on": date(2026, 11, 30),
        "letter_number": "91/TTr-UBND",
        "letter_on": TODAY,
        "nominees": [record("Lê Văn Bình")],
    }
    assert [each.field for each in world.problems(FileAdHoc(), "clerk", raw, **UNIT)] == ["deed_on"]


def test_without_a_ground_there_is_no_ad_hoc_award(world: SubmissionWorld) -> None:
    case = filed(world)
    with pytest.raises(Invalid) as caught:
        case.do(HeadDecides(), "unit_head", decision="propose")
    assert [problem.field for problem in caught.value.problems] == ["grounds", "ground"]


def test_a_giay_khen_alone_is_not_proposed_to_the_city(world: SubmissionWorld) -> None:
    case = filed(world, record("Lê Văn Bình", award_form="unit_commendation"))
    raw = {"decision": "propose", "grounds": ["unexpected"], "ground": GROUND}
    assert case.problems(HeadDecides(), "unit_head", **raw) == ["decision"]


def test_the_unit_commends_by_itself(world: SubmissionWorld) -> None:
    case = filed(world)
    assert case.head("unit_only") == {"decision": "unit_only", "unit_commendation": True, "propose_city": False}
    suggested = world.form(UnitCommendation(), "clerk", variables=case.variables, **UNIT).values["money"]
    assert [each["amount"] for each in suggested.values()] == [710_000]
    case.do(UnitCommendation(), "clerk", decision_number="215/QĐ-UBND", decided_on=TODAY, money=suggested)
    assert (case.row.state, case.row.outcome) == ("decided", "unit_only")
    decision = world.rows(award_decision)[0]
    assert (decision.issuer, decision.number) == ("00070", "215/QĐ-UBND")
    assert decision.signer_id == world.actors["unit_head"].account_id
    assert [(row.state, row.commendation_amount) for row in case.nominations] == [("commendation_only", 710_000)]


def test_a_case_is_carried_to_a_decision(world: SubmissionWorld) -> None:
    case = at_the_chair(world)
    assert case.do(ChairDecides(), "chair", decision="approved") == {"decision": "approved"}
    assert case.do(NumberAdHoc(), "office", **NUMBER) == {"decision_number": "6120/QĐ-UBND"}
    world.work(SettleCase(), case_id=case.variables["case_id"], outcome="approved")
    assert (case.row.state, case.row.outcome) == ("decided", "awarded")
    decision = world.rows(award_decision)[0]
    assert (decision.issuer, decision.signer_id) == ("ubnd_tp", world.actors["chair"].account_id)
    assert [(row.state, row.decision_id, row.award_amount) for row in case.nominations] == [
        ("awarded", decision.id, 3_510_000)
    ]
    kinds = {each.kind for each in world.rows(paper)}
    assert {"achievement_report", "submission_letter", "consolidated_letter", "award_decision"} <= kinds


def test_an_ad_hoc_case_goes_on_with_one_set_and_no_minutes(world: SubmissionWorld) -> None:
    case = at_intake(world)
    case.do(AdHocIntake(), "expert", decision="accepted", reason="Đúng tính chất đột xuất.")
    case.verified()
    case.do(AdHocDivision(), "division", decision="confirmed")

    def checklist(handler: Any, actor: str) -> str:
        fields = world.form(handler, actor, variables=case.variables, **UNIT).fields
        return next(field.label for field in fields if field.key == "checklist")

    asked = checklist(DirectorSigns(), "director")
    assert "Tờ trình đề nghị khen thưởng đột xuất: 01 bộ bản chính" in asked
    assert "Biên bản" not in asked
    there = checklist(OfficeChecks(), "office")
    assert "Báo cáo thành tích theo Mẫu số 06, 08: đủ" in there
    assert "còn thiếu" not in there


def test_the_chair_strikes_a_line_with_its_reason(world: SubmissionWorld) -> None:
    case = at_the_chair(world, record("Lê Văn Bình"), record("Phạm Đức Duy"))
    first, second = case.nominations
    raw: dict[str, Any] = {"decision": "approved", "struck": [str(second.id)]}
    assert case.problems(ChairDecides(), "chair", **raw) == ["struck_reason"]
    assert case.problems(
        ChairDecides(), "chair", decision="approved", struck=[str(first.id), str(second.id)], struck_reason="Xem lại."
    ) == ["struck"]
    case.do(ChairDecides(), "chair", **raw, struck_reason="Đã khen trong quý.")
    case.do(NumberAdHoc(), "office", **NUMBER)
    assert [row.state for row in case.nominations] == ["awarded", "struck"]


def test_a_refusal_reaches_every_nominee(world: SubmissionWorld) -> None:
    case = at_the_chair(world)
    case.do(ChairDecides(), "chair", decision="refused", reason="Thuộc nhiệm vụ thường xuyên.")
    world.work(SettleCase(), case_id=case.variables["case_id"], outcome="refused")
    assert (case.row.outcome, case.row.outcome_reason) == ("refused", "Thuộc nhiệm vụ thường xuyên.")
    assert [row.state for row in case.nominations] == ["not_awarded"]


def test_ineligible_by_the_expert_and_confirmed(world: SubmissionWorld) -> None:
    case = at_intake(world)
    case.do(AdHocIntake(), "expert", decision="accepted", reason="Đúng tính chất đột xuất.")
    outcome = case.verified("ineligible")
    assert (outcome["decision"], outcome["agencies"]) == ("ineligible", [])
    case.do(AdHocDivision(), "division", decision="confirmed")
    world.work(SettleCase(), case_id=case.variables["case_id"], outcome="ineligible")
    assert [row.state for row in case.nominations] == ["ineligible"]
    assert case.row.outcome == "ineligible"


def test_the_directors_return_opens_the_review_again(world: SubmissionWorld) -> None:
    case = at_intake(world)
    case.do(AdHocIntake(), "expert", decision="accepted", reason="Đúng tính chất đột xuất.")
    case.verified()
    case.do(AdHocDivision(), "division", decision="confirmed")
    case.do(DirectorSigns(), "director", decision="returned", reason="Làm rõ vai trò cá nhân.")
    assert [row.state for row in case.nominations] == ["proposed"]
    assert case.verified(agencies=["thanh_tra"])["agencies"] == ["thanh_tra"]


def test_a_third_return_is_not_possible(world: SubmissionWorld) -> None:
    case = at_intake(world)
    world.change(submission, case.variables["case_id"], returns=2)
    items = [{"subject": "Báo cáo", "reason": "Thiếu xác nhận."}]
    assert case.problems(AdHocIntake(), "expert", decision="returned", items=items) == ["decision"]


def test_a_number_is_used_once_a_year(world: SubmissionWorld) -> None:
    case = filed(world)
    case.head("unit_only")
    case.do(UnitCommendation(), "clerk", decision_number="215/QĐ-UBND", decided_on=TODAY)
    raw = {"decision_number": "215/QĐ-UBND", "decided_on": TODAY}
    assert case.problems(UnitCommendation(), "clerk", **raw) == ["decision_number"]


def test_a_citys_decision_is_not_older_than_the_letter_it_rests_on(world: SubmissionWorld) -> None:
    case = at_the_chair(world)
    case.do(ChairDecides(), "chair", decision="approved")
    early = NUMBER | {"decided_on": date(2026, 11, 24)}
    assert case.problems(NumberAdHoc(), "office", **early) == ["decided_on"]


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2020, 1, 1)])
def test_a_units_decision_is_not_older_than_the_heads_word(world: SubmissionWorld, day: date) -> None:
    case = filed(world)
    case.head("unit_only")
    raw = {"decision_number": "215/QĐ-UBND", "decided_on": day}
    assert case.problems(UnitCommendation(), "clerk", **raw) == ["decided_on"]


@pytest.mark.parametrize(("kind", "unchecked"), [("individual", True), ("collective", False)])
def test_a_multiple_that_nobody_checked_is_marked_where_money_is_written(
    world: SubmissionWorld, kind: str, unchecked: bool
) -> None:
    case = at_the_chair(world, record("Đội Dân phòng", subject_kind=kind))
    case.do(ChairDecides(), "chair", decision="approved")
    for handler, actor in ((NumberAdHoc(), "office"), (UnitCommendation(), "clerk")):
        fields = world.form(handler, actor, variables=case.variables, **UNIT).fields
        source = next(field.label for field in fields if field.key == "money_source")
        assert ("Riêng hệ số của cá nhân là mặc định, chưa đối chiếu văn bản" in source) is unchecked
    assert "Lương cơ sở 2.340.000 đồng là mức đã biết gần nhất" in source


def test_a_diverted_case_joins_the_submission_that_still_drafts(world: SubmissionWorld) -> None:
    variables = world.invited()
    world.change(submission, variables["submission_id"], state="drafting")
    case = at_intake(world)
    case.do(AdHocIntake(), "expert", decision="diverted", reason="Thành tích tích lũy trong năm.")
    assert world.work(Divert(), case_id=case.variables["case_id"]) == {"diverted": True}
    assert (case.row.state, case.row.diverted_to) == ("diverted", variables["submission_id"])
    moved = world.nominations(variables)
    assert [(row.subject_name, row.state, row.carried_from) for row in moved] == [
        ("Lê Văn Bình", "draft", case.variables["case_id"])
    ]
    answers = {"decision": "submit", "nominees": [person("Người khác")]}
    problems = world.problems(PrepareSubmission(), "clerk", answers, variables=variables, **UNIT)
    assert [problem.field for problem in problems] == ["nominees"]


def test_what_the_round_gives_to_nobody_is_not_diverted_into_it(world: SubmissionWorld) -> None:
    """Else the unit's clerk could neither hand the household on nor leave it out."""
    variables = world.invited()
    world.change(submission, variables["submission_id"], state="drafting")
    case = filed(world, record("Lê Văn Bình"), record("Hộ bà Trần Thị Cúc", subject_kind="household"))
    case.head("propose")
    case.do(AdHocIntake(), "expert", decision="diverted", reason="Thành tích tích lũy trong năm.")
    world.work(Divert(), case_id=case.variables["case_id"])
    assert [row.subject_name for row in world.nominations(variables)] == ["Lê Văn Bình"]
    (left,) = case.nominations
    assert (left.state, left.outcome_reason) == ("not_awarded", "Đợt xét không xét đối tượng hộ gia đình.")
    world.work(TellDiverted(), case_id=case.variables["case_id"])
    (told,) = {row.body for row in world.rows(notice)}
    assert "- Hộ bà Trần Thị Cúc: Đợt xét không xét đối tượng hộ gia đình." in told
    assert "Các đề nghị khác đã được thêm vào hồ sơ" in told
    assert world.prepared(variables, person("Lê Văn Bình"))["decision"] == "submit"


def test_a_waiting_household_is_not_offered_to_a_round_without_households(world: SubmissionWorld) -> None:
    case = filed(world, record("Hộ bà Trần Thị Cúc", subject_kind="household"))
    case.head("propose")
    case.do(AdHocIntake(), "expert", decision="diverted", reason="Thành tích tích lũy trong năm.")
    world.work(Divert(), case_id=case.variables["case_id"])
    form = world.form(PrepareSubmission(), "clerk", variables=world.invited(), **UNIT)
    assert form.values["nominees"] == []
    assert [row.state for row in case.nominations] == ["draft"], "it goes on waiting"


def test_without_an_open_submission_the_next_one_takes_it_over(world: SubmissionWorld) -> None:
    case = at_intake(world)
    case.do(AdHocIntake(), "expert", decision="diverted", reason="Thành tích tích lũy trong năm.")
    world.work(Divert(), case_id=case.variables["case_id"])
    assert (case.row.state, case.row.diverted_to) == ("diverted", None)
    variables = world.invited()
    offered = world.form(PrepareSubmission(), "clerk", variables=variables, **UNIT).values["nominees"]
    assert [each["subject_name"] for each in offered] == ["Lê Văn Bình"]
    world.prepared(variables, person("Lê Văn Bình"))
    assert [(row.state, row.carried_from) for row in world.nominations(variables)] == [
        ("draft", case.variables["case_id"])
    ]


def test_the_same_person_in_a_round_is_a_warning_at_intake(world: SubmissionWorld) -> None:
    variables = world.invited()
    world.prepared(variables, person("Lê Văn Bình"))
    case = at_intake(world)
    notes = [each.label for each in world.form(AdHocIntake(), "expert", variables=case.variables, **UNIT).fields]
    assert any("cần xem trùng thành tích" in label for label in notes)


def test_the_money_of_an_ad_hoc_award_is_a_shown_default_that_somebody_may_correct(world: SubmissionWorld) -> None:
    case = at_the_chair(world)
    case.do(ChairDecides(), "chair", decision="approved")
    values = world.form(NumberAdHoc(), "office", variables=case.variables, **UNIT).values
    (each,) = case.nominations
    assert (values["base_salary"], values["multiples"]) == (2_340_000, {str(each.id): {"value": Decimal("1.5")}})
    raw = NUMBER | {"base_salary": 2_530_000, "multiples": {str(each.id): {"value": 2}}}
    case.do(NumberAdHoc(), "office", **raw)
    assert [row.award_amount for row in case.nominations] == [5_060_000]
    assert world.rows(award_decision)[0].base_salary == 2_530_000


def test_numbers_and_money_fit_their_columns(world: SubmissionWorld) -> None:
    case = at_the_chair(world)
    case.do(ChairDecides(), "chair", decision="approved")
    (each,) = case.nominations
    slip = NUMBER | {"base_salary": 1_000_000_000, "multiples": {str(each.id): {"value": 100}}}
    assert case.problems(NumberAdHoc(), "office", **slip) == [f"multiples.{each.id}.value"]
    for handler, actor in ((NumberAdHoc(), "office"), (UnitCommendation(), "clerk")):
        with pytest.raises(Invalid) as caught:
            case.do(handler, actor, **NUMBER | {"decision_number": "9" * 61})
        assert "decision_number" in [problem.field for problem in caught.value.problems]


def test_a_key_too_long_for_a_code_is_none(world: SubmissionWorld) -> None:
    raw = {"deed": DEED, "deed_on": TODAY, "letter_number": "91/TTr-UBND", "letter_on": TODAY}
    raw |= {"nominees": [record("Lê Văn Bình")]}
    case_id = world.do(FileAdHoc(), "clerk", raw, business_key="X" * 41, **UNIT)["case_id"]
    assert world.rows(submission, submission.c.id == case_id)[0].code == "DXT-2026-0001"


def test_a_household_has_no_default_multiple(world: SubmissionWorld) -> None:
    case = at_the_chair(world, record("Hộ bà Trần Thị Cúc", subject_kind="household"))
    case.do(ChairDecides(), "chair", decision="approved")
    (each,) = case.nominations
    assert case.problems(NumberAdHoc(), "office", **NUMBER) == [f"multiples.{each.id}.value"]


def test_a_case_with_a_giay_khen_in_it_is_not_only_proposed_to_the_city(world: SubmissionWorld) -> None:
    case = filed(world, record("Lê Văn Bình"), record("Phạm Đức Duy", award_form="unit_commendation"))
    raw = {"decision": "propose", "grounds": ["unexpected"], "ground": GROUND}
    assert case.problems(HeadDecides(), "unit_head", **raw) == ["decision"]
    assert case.problems(HeadDecides(), "unit_head", **raw | {"decision": "both"}) == []


def test_the_units_giay_khen_stays_its_own_when_the_city_diverts_the_case(world: SubmissionWorld) -> None:
    variables = world.invited()
    world.change(submission, variables["submission_id"], state="drafting")
    case = filed(world)
    case.head("both")
    case.do(AdHocIntake(), "expert", decision="diverted", reason="Thành tích tích lũy trong năm.")
    world.work(Divert(), case_id=case.variables["case_id"])
    form = world.form(UnitCommendation(), "clerk", variables=case.variables, **UNIT)
    case.do(UnitCommendation(), "clerk", decision_number="215/QĐ-UBND", decided_on=TODAY, money=form.values["money"])
    (moved,) = world.nominations(variables)
    assert (moved.state, moved.commendation_amount) == ("draft", 710_000)
    assert moved.commendation_id is not None


def test_who_stands_in_the_round_already_gets_the_units_giay_khen_all_the_same(world: SubmissionWorld) -> None:
    variables = world.invited()
    world.prepared(variables, person("Lê Văn Bình"))
    world.change(submission, variables["submission_id"], state="drafting")
    case = filed(world)
    case.head("both")
    case.do(AdHocIntake(), "expert", decision="diverted", reason="Thành tích tích lũy trong năm.")
    world.work(Divert(), case_id=case.variables["case_id"])
    assert [row.state for row in case.nominations] == ["withdrawn"]
    form = world.form(UnitCommendation(), "clerk", variables=case.variables, **UNIT)
    case.do(UnitCommendation(), "clerk", decision_number="215/QĐ-UBND", decided_on=TODAY, money=form.values["money"])
    assert [row.commendation_amount for row in case.nominations] == [710_000]
    assert len(world.nominations(variables)) == 1


def test_a_list_that_grew_meanwhile_is_opened_again(world: SubmissionWorld) -> None:
    """The clerk's page was opened before the case was diverted: nobody is dropped from the list unseen."""
    variables = world.invited()
    world.change(submission, variables["submission_id"], state="drafting")
    case = at_intake(world)
    case.do(AdHocIntake(), "expert", decision="diverted", reason="Thành tích tích lũy trong năm.")
    world.work(Divert(), case_id=case.variables["case_id"])
    answers = {"decision": "submit", "nominees": [person("Người khác")]}
    with pytest.raises(ListChanged):
        world.apply(PrepareSubmission(), "clerk", answers, variables=variables, **UNIT)
    assert [row.state for row in world.nominations(variables)] == ["draft"]


def test_an_award_of_an_earlier_round_is_told_to_the_expert(world: SubmissionWorld) -> None:
    earlier = world.open_round(units=("00073",))
    world.instance("earlier")
    world.change(award_round, earlier, instance_id="earlier")
    (row,) = world.submissions(earlier)
    (awarded,) = world.nominate(row.id, 1, subject_name="Lê Văn Bình", subject_search="le van binh")
    decision = {"issuer": "ubnd_tp", "round_id": earlier, "year": 2026, "number": "1/QĐ-UBND", "decided_on": TODAY}
    with world.database.unit_of_work(NOW) as unit:
        signer = world.actors["chair"].account_id
        values = {**decision, "signer_id": signer, "base_salary": 2_340_000, "issued_at": NOW}
        unit.connection.execute(award_decision.insert().values(id=1, **values))
    world.change(nomination, awarded, state="awarded", decision_id=1)
    variables = world.taken_in(person("Lê Văn Bình"))
    notes = [each.label for each in world.form(Appraise(), "expert", variables=variables, **UNIT).fields]
    assert any("Đã được tặng Bằng khen Chủ tịch UBND Thành phố trong đợt xét" in label for label in notes)
