"""Q1: the head asserts why the deed is đột xuất, and decides: the unit's Giấy khen, a proposal to the City, or both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from service.awards.asking import decision_field, listing, nomination_words, note, options, prose, reason_field
from service.awards.involved import objections
from service.awards.records import (
    nominations_of,
    submission_by_id,
    submission_of,
    text_of,
    update_nomination,
    update_submission,
)
from service.awards.submissions.sign import certify_reports, write_letter
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext

if TYPE_CHECKING:
    from service.database.unit import Unit

_DECISIONS = {
    "unit_only": "Đơn vị tặng Giấy khen",
    "propose": "Đề nghị Thành phố khen thưởng",
    "both": "Đơn vị tặng Giấy khen và đề nghị Thành phố khen thưởng",
    "returned": "Trả lại để sửa hồ sơ",
}
_AWARDING = ("unit_only", "propose", "both")
GROUNDS = {
    "unexpected": "Thành tích lập được trong hoàn cảnh, tình huống không dự báo trước",
    "beyond_duty": "Kết quả nằm ngoài chương trình, kế hoạch công tác thường xuyên",
    "outstanding": "Thành tích xuất sắc, có tác dụng nêu gương, cần khen thưởng kịp thời",
}


class HeadDecides:
    """Without a stated ground there is no ad-hoc award."""

    key = "awards:head-ad-hoc"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        listed = listing("Đề nghị khen thưởng:", map(nomination_words, nominations_of(unit, dossier.id)), "")
        return Form(
            intro="Khẳng định căn cứ khen thưởng đột xuất, rồi quyết định khen thưởng hoặc đề nghị Thành phố.",
            submit_label="Ghi nhận quyết định",
            fields=(
                note("deed", f"Thành tích ngày {dossier.deed_on:%d/%m/%Y}: {dossier.deed}"),
                note("nominations", listed),
                decision_field(_DECISIONS, label="Quyết định của thủ trưởng đơn vị"),
                Field(
                    key="grounds",
                    kind="checklist",
                    label="Căn cứ khen thưởng đột xuất",
                    required=True,
                    options=options(GROUNDS),
                    shown_if=("decision", _AWARDING),
                ),
                prose("ground", "Thuyết minh căn cứ", required=True, min_length=20, shown_if=("decision", _AWARDING)),
                reason_field("returned", label="Lý do trả lại"),
            ),
            values={"ground": (dossier.ground or "").partition("\n\n")[2]},
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        if answers["decision"] == "returned":
            return []
        dossier = submission_of(unit, task)
        problems = [*objections(unit, dossier, task.actor), *_unfitting(unit, dossier, answers["decision"])]
        if not answers.get("grounds"):
            problems.append(FieldProblem(field="grounds", message="Chọn ít nhất một căn cứ khen thưởng đột xuất."))
        if not text_of(answers, "ground"):
            problems.append(FieldProblem(field="ground", message="Thuyết minh căn cứ khen thưởng đột xuất."))
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        decision = answers["decision"]
        if decision == "returned":
            update_submission(unit, dossier.id, state="drafting")
            return {"decision": decision, "unit_commendation": False, "propose_city": False}
        commend, propose = decision in ("unit_only", "both"), decision in ("propose", "both")
        grounds = "\n".join(GROUNDS[key] for key in answers["grounds"])
        signature = {"signed_by": task.actor.account_id, "signed_at": task.at}
        update_submission(
            unit,
            dossier.id,
            ground=f"{grounds}\n\n{text_of(answers, 'ground')}",
            unit_commendation=commend,
            propose_city=propose,
            state="submitted" if propose else "signed",
            sent_at=task.at if propose else None,
            **signature,
        )
        _settle_list(unit, dossier, propose)
        if propose:
            _send(unit, dossier.id, task)
        return {"decision": decision, "unit_commendation": commend, "propose_city": propose}


def _unfitting(unit: Unit, dossier: Row[Any], decision: str) -> list[FieldProblem]:
    """Somebody in the case would get neither what is asked for them nor an answer."""
    forms = {each.award_form for each in nominations_of(unit, dossier.id)}
    if decision == "unit_only" or "unit_commendation" not in forms:
        return []
    if forms == {"unit_commendation"}:
        sentence = (
            "Hồ sơ chỉ có đề nghị Giấy khen. Chọn “Đơn vị tặng Giấy khen”, hoặc trả lại để sửa hình thức đề nghị."
        )
    elif decision == "propose":
        sentence = (
            "Hồ sơ có cả đề nghị Giấy khen. Chọn “Đơn vị tặng Giấy khen và đề nghị Thành phố khen thưởng”, "
            "hoặc trả lại để sửa hình thức đề nghị."
        )
    else:
        return []
    return [FieldProblem(field="decision", message=sentence)]


def _settle_list(unit: Unit, dossier: Row[Any], propose: bool) -> None:
    """What goes to the City is proposed; what asks only for a Giấy khen stays with the unit."""
    for each in nominations_of(unit, dossier.id):
        to_city = propose and each.award_form != "unit_commendation"
        update_nomination(unit, each.id, state="proposed" if to_city else "commendation_only")


def _send(unit: Unit, dossier_id: int, task: TaskContext) -> None:
    dossier = submission_by_id(unit, dossier_id)
    proposed = nominations_of(unit, dossier.id, ("proposed",))
    certify_reports(unit, dossier, proposed, task.actor.account_id)
    write_letter(unit, dossier, dossier.letter_number, dossier.letter_on, proposed, task.actor.account_id)
