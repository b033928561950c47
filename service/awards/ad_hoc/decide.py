"""Q4 and Q5 above the division: the Director signs, Văn phòng checks the form, the Chair decides.

Each may send the case back one step with the reason; silence approves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from service.awards.asking import decision_field, listing, nomination_words, note, options, reason_field
from service.awards.involved import objections
from service.awards.papers.checklist import SIMPLIFIED_TO_UBND, Requirement, requirements
from service.awards.papers.write import write_paper
from service.awards.records import nominations_of, submission_of, text_of, update_nomination, update_submission
from service.awards.submissions.intake import contents_words
from service.awards.submissions.prepare import checklist_words
from service.awards.submissions.sign import letter_fields, letter_problems
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

_SIGN = {"signed": "Ký tờ trình UBND Thành phố", "returned": "Trả lại chuyên viên thẩm tra lại"}
_OFFICE = {"passed": "Hồ sơ đúng thể thức, trình Chủ tịch", "returned": "Trả lại Sở Nội vụ"}
_CHAIR = {
    "approved": "Đồng ý khen thưởng",
    "returned": "Trả lại Sở Nội vụ",
    "refused": "Không đồng ý khen thưởng",
}


def _eligible(unit: Unit, dossier: Row[Any]) -> list[Row[Any]]:
    return nominations_of(unit, dossier.id, ("eligible",))


def _eligible_note(unit: Unit, dossier: Row[Any]) -> Field:
    listed = map(nomination_words, _eligible(unit, dossier))
    return note("nominations", listing("Đề nghị khen thưởng đột xuất:", listed, "Không còn đề nghị nào."))


def _set(unit: Unit, dossier: Row[Any]) -> list[Requirement]:
    """What goes to UBND by the simplified procedure."""
    return requirements(unit, dossier, None, _eligible(unit, dossier), SIMPLIFIED_TO_UBND)


class DirectorSigns:
    """Sở Nội vụ's tờ trình: no council by default in the simplified procedure."""

    key = "awards:ad-hoc-sign"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        letter = [
            Field(key=each.key, kind=each.kind, label=each.label, hint=each.hint, required=True, shown_if=_SIGNED)
            for each in letter_fields()
        ]
        return Form(
            intro="Ký tờ trình UBND Thành phố khen thưởng đột xuất, hoặc trả lại để thẩm tra.",
            submit_label="Ghi nhận ý kiến",
            fields=(
                _eligible_note(unit, dossier),
                note("checklist", checklist_words(_set(unit, dossier), "Hồ sơ trình UBND Thành phố gồm:")),
                decision_field(_SIGN, label="Ý kiến của Giám đốc Sở Nội vụ"),
                *letter,
                reason_field("returned", label="Lý do trả lại"),
            ),
            values={"letter_on": task.at.astimezone(VIETNAM).date()},
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        if answers["decision"] == "returned":
            return []
        return [*objections(unit, submission_of(unit, task), task.actor), *letter_problems(task, answers, None)]

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        if answers["decision"] == "returned":
            back_to_review(unit, dossier)
            return {"decision": "returned"}
        update_submission(unit, dossier.id, state="office")
        number = text_of(answers, "letter_number")
        write_paper(
            unit,
            kind="consolidated_letter",
            unit_id="so_noi_vu",
            submission_id=dossier.id,
            title=f"Tờ trình {number} của Sở Nội vụ",
            number=number,
            dated_on=answers["letter_on"],
            text="\n".join(nomination_words(each) for each in _eligible(unit, dossier)),
            created_by=task.actor.account_id,
        )
        return {"decision": "signed"}


_SIGNED = ("decision", ("signed",))


class OfficeChecks:
    """Văn phòng UBND looks at the form of the papers, not at the merit."""

    key = "awards:ad-hoc-office"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        return Form(
            intro="Kiểm tra thể thức hồ sơ trước khi trình Chủ tịch UBND Thành phố.",
            submit_label="Ghi nhận kết quả",
            fields=(
                _eligible_note(unit, dossier),
                note("checklist", contents_words(_set(unit, dossier))),
                decision_field(_OFFICE),
                reason_field("returned", label="Lý do trả lại"),
            ),
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        return objections(unit, submission_of(unit, task), task.actor)

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        update_submission(unit, dossier.id, state="chair" if answers["decision"] == "passed" else "director")
        return {"decision": answers["decision"]}


class ChairDecides:
    """The Chair approves, with single names struck if need be, refuses, or returns."""

    key = "awards:ad-hoc-chair"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        eligible = _eligible(unit, dossier)
        return Form(
            intro="Quyết định khen thưởng đột xuất theo đề nghị của Sở Nội vụ.",
            submit_label="Ghi nhận quyết định",
            fields=(
                _eligible_note(unit, dossier),
                decision_field(_CHAIR, label="Ý kiến của Chủ tịch UBND Thành phố"),
                Field(
                    key="struck",
                    kind="checklist",
                    label="Rút khỏi danh sách",
                    options=options((str(each.id), nomination_words(each)) for each in eligible),
                    shown_if=("decision", ("approved",)),
                ),
                Field(
                    key="struck_reason",
                    kind="textarea",
                    label="Lý do rút",
                    conditional=True,
                    hint="Bắt buộc khi rút tên khỏi danh sách",
                    shown_if=("decision", ("approved",)),
                ),
                reason_field("refused", "returned"),
            ),
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        dossier = submission_of(unit, task)
        problems = objections(unit, dossier, task.actor, "decide")
        struck = answers.get("struck") or []
        if answers["decision"] == "approved" and struck:
            if not text_of(answers, "struck_reason"):
                problems.append(FieldProblem(field="struck_reason", message="Ghi lý do rút tên khỏi danh sách."))
            if len(struck) >= len(_eligible(unit, dossier)):
                message = "Rút hết danh sách thì chọn “Không đồng ý khen thưởng”."
                problems.append(FieldProblem(field="struck", message=message))
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        decision = answers["decision"]
        if decision == "returned":
            update_submission(unit, dossier.id, state="director")
        else:
            update_submission(unit, dossier.id, state="numbering", decided_by=task.actor.account_id)
        if decision == "refused":
            update_submission(unit, dossier.id, outcome_reason=text_of(answers, "reason"))
        if decision == "approved":
            reason = text_of(answers, "struck_reason")
            for nomination_id in answers.get("struck") or []:
                update_nomination(unit, int(nomination_id), state="struck", line_note=reason, outcome_reason=reason)
        return {"decision": decision}


def back_to_review(unit: Unit, dossier: Row[Any]) -> None:
    """Before the division's confirmation: what was eligible or not is open again."""
    for each in nominations_of(unit, dossier.id, ("eligible", "ineligible")):
        update_nomination(unit, each.id, state="proposed")
    update_submission(unit, dossier.id, state="appraising")
