"""Q3 and Q4: the expert verifies the deed, the division confirms. The table's findings are shown for comparison only:
the plan sets no criteria for đột xuất.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service.awards.asking import decision_field, listing, note, reason_field
from service.awards.involved import objections
from service.awards.records import UNDER_REVIEW, nominations_of, submission_of, update_submission
from service.awards.submissions.appraise import (
    agencies_field,
    appraisal_notes,
    results_field,
    stored_results,
    write_results,
)
from service.awards.submissions.confirm import confirm_results, opinion_words, result_words
from service.engine.forms import FieldProblem, Form
from service.engine.handlers import TaskContext

if TYPE_CHECKING:
    from service.database.unit import Unit

_DECISIONS = {
    "eligible": "Đề nghị khen thưởng các trường hợp đủ điều kiện",
    "ineligible": "Không trường hợp nào đủ điều kiện",
}
_RESULTS = {"eligible": "Đủ điều kiện", "ineligible": "Không đủ điều kiện"}
_REVIEW = {"confirmed": "Xác nhận kết quả thẩm tra", "returned": "Trả lại chuyên viên thẩm tra lại"}


class AdHocVerify:
    """A conclusion for every nominee; agencies are asked when there is doubt."""

    key = "awards:ad-hoc-verify"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        nominations = nominations_of(unit, dossier.id, UNDER_REVIEW)
        return Form(
            intro="Thẩm tra thành tích từng trường hợp; lấy ý kiến hiệp y nếu còn nghi vấn.",
            submit_label="Ghi nhận kết quả thẩm tra",
            fields=(
                note("deed", f"Thành tích ngày {dossier.deed_on:%d/%m/%Y}: {dossier.deed}"),
                note("findings", appraisal_notes(unit, dossier, nominations)),
                results_field(nominations, _RESULTS),
                decision_field(_DECISIONS),
                agencies_field(unit, dossier, "agencies", shown_if=("decision", ("eligible",))),
            ),
            values={"results": stored_results(nominations), "agencies": dossier.consult_agencies},
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        dossier = submission_of(unit, task)
        nominations = nominations_of(unit, dossier.id, UNDER_REVIEW)
        results = answers.get("results") or {}
        problems = objections(unit, dossier, task.actor, "appraise")
        for each in nominations:
            record = results.get(str(each.id)) or {}
            if not record.get("result"):
                message = "Chọn kết luận cho trường hợp này."
                problems.append(FieldProblem(field=f"results.{each.id}.result", message=message))
            elif record["result"] == "ineligible" and not (record.get("reason") or "").strip():
                message = "Ghi lý do không đủ điều kiện; đơn vị sẽ đọc lý do này."
                problems.append(FieldProblem(field=f"results.{each.id}.reason", message=message))
        eligible = any((results.get(str(each.id)) or {}).get("result") == "eligible" for each in nominations)
        if not problems and eligible != (answers["decision"] == "eligible"):
            message = "Kết quả chung chưa khớp với kết luận từng trường hợp ở trên."
            problems.append(FieldProblem(field="decision", message=message))
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        nominations = nominations_of(unit, dossier.id, UNDER_REVIEW)
        eligible = write_results(unit, task, dossier, nominations, answers.get("results") or {})
        agencies = list(answers.get("agencies") or []) if answers["decision"] == "eligible" else []
        state = "consulting" if agencies else "confirming"
        update_submission(unit, dossier.id, state=state, appraised_by=task.actor.account_id, consult_agencies=agencies)
        return {"decision": answers["decision"], "agencies": agencies, "eligible_count": eligible}


class AdHocDivision:
    """Q4: the conclusions become states, or go back to the expert."""

    key = "awards:ad-hoc-division"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        nominations = nominations_of(unit, dossier.id, UNDER_REVIEW)
        return Form(
            intro="Xem xét kết quả thẩm tra hồ sơ khen thưởng đột xuất rồi xác nhận hoặc trả lại.",
            submit_label="Ghi nhận ý kiến",
            fields=(
                note("results", listing("Kết quả thẩm tra:", map(result_words, nominations), "Chưa có kết luận.")),
                note("opinions", listing("Ý kiến hiệp y:", opinion_words(unit, dossier), "Không lấy ý kiến hiệp y.")),
                decision_field(_REVIEW, label="Ý kiến của lãnh đạo phòng"),
                reason_field("returned", label="Lý do trả lại"),
            ),
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        if answers["decision"] == "returned":
            return []
        return objections(unit, submission_of(unit, task), task.actor, "confirm")

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        if answers["decision"] == "returned":
            update_submission(unit, dossier.id, state="appraising")
            return {"decision": "returned"}
        eligible, ineligible = confirm_results(unit, task, dossier)
        confirmed = {"confirmed_by": task.actor.account_id, "confirmed_at": task.at}
        update_submission(unit, dossier.id, state="director", **confirmed)
        return {"decision": "confirmed", "eligible_count": eligible, "ineligible_count": ineligible}
