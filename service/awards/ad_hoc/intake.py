"""Q2: Sở Nội vụ takes the case in after the urgency test, returns it, or diverts it to the full procedure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service.awards.asking import (
    decision_field,
    listing,
    note,
    prose,
    return_items_field,
)
from service.awards.duplicates import duplicate_warnings
from service.awards.involved import objections
from service.awards.papers.checklist import requirements
from service.awards.records import UNDER_REVIEW, nominations_of, submission_of, text_of, update_submission
from service.awards.submissions.intake import accepted_without, contents_words, write_receipt
from service.awards.submissions.returns import MOST_RETURNS, items_of, return_for_supplement
from service.engine.forms import FieldProblem, Form
from service.engine.handlers import TaskContext

if TYPE_CHECKING:
    from service.database.unit import Unit

_DECISIONS = {
    "accepted": "Tiếp nhận, xét theo thủ tục đơn giản",
    "returned": "Trả hồ sơ để đơn vị bổ sung",
    "diverted": "Chuyển sang xét theo thủ tục đầy đủ",
}


class AdHocIntake:
    """Is it complete, is it grounded, and can it not wait for the yearly round?"""

    key = "awards:ad-hoc-intake"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        nominations = nominations_of(unit, dossier.id, UNDER_REVIEW)
        needed = requirements(unit, dossier, None, nominations)
        warnings = duplicate_warnings(unit, dossier, nominations)
        sentences = [sentence for each in nominations for sentence in warnings[each.id]]
        return Form(
            intro="Kiểm tra thành phần hồ sơ và xem xét tính chất đột xuất của thành tích.",
            submit_label="Ghi nhận kết quả kiểm tra",
            fields=(
                note("deed", f"Thành tích ngày {dossier.deed_on:%d/%m/%Y}: {dossier.deed}"),
                note("ground", f"Căn cứ thủ trưởng đơn vị nêu:\n{dossier.ground}"),
                note("checklist", contents_words(needed)),
                note(
                    "duplicates", listing("Cần xem trùng thành tích:", sentences, "Không thấy hồ sơ trùng đối tượng.")
                ),
                decision_field(_DECISIONS),
                prose(
                    "reason",
                    "Kết luận về tính chất đột xuất",
                    hint="Đơn vị sẽ đọc nội dung này.",
                    required=True,
                    shown_if=("decision", ("accepted", "diverted")),
                ),
                return_items_field(nominations),
            ),
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        dossier = submission_of(unit, task)
        needed = requirements(unit, dossier, None, nominations_of(unit, dossier.id, UNDER_REVIEW))
        problems = [
            *accepted_without(needed, answers),
            *objections(unit, dossier, task.actor, "appraise"),
        ]
        if answers["decision"] == "returned" and dossier.returns >= MOST_RETURNS:
            sentence = "Hồ sơ đã trả bổ sung 2 lần. Chọn tiếp nhận, hoặc chuyển sang thủ tục đầy đủ."
            problems.append(FieldProblem(field="decision", message=sentence))
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        if answers["decision"] == "returned":
            returns = return_for_supplement(unit, task, dossier, "intake", items_of(answers))
            return {"decision": "returned", "returns": returns}
        update_submission(
            unit,
            dossier.id,
            urgency_reason=text_of(answers, "reason"),
            received_by=task.actor.account_id,
            received_at=task.at,
            state="appraising",
        )
        if answers["decision"] == "accepted":
            write_receipt(unit, task, dossier)
        return {"decision": answers["decision"]}
