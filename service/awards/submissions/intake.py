"""S1: Sở Nội vụ takes the dossier in with a receipt, or returns it with every missing thing named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from service.awards.asking import decision_field, listing, note, return_items_field
from service.awards.counters import draw
from service.awards.involved import objections
from service.awards.papers.checklist import Requirement, requirements
from service.awards.papers.draw import intake_receipt
from service.awards.papers.write import write_paper
from service.awards.records import UNDER_REVIEW, nominations_of, round_of, submission_of, unit_row, update_submission
from service.awards.submissions.returns import LAST_RETURN, MOST_RETURNS, items_of, return_for_supplement
from service.engine.forms import FieldProblem, Form
from service.engine.handlers import TaskContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

_DECISIONS = {"accepted": "Tiếp nhận hồ sơ", "returned": "Trả hồ sơ để đơn vị bổ sung"}


class Intake:
    """Complete or not: the content is judged later."""

    key = "awards:intake"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        nominations = nominations_of(unit, dossier.id, UNDER_REVIEW)
        needed = requirements(unit, dossier, round_of(unit, dossier), nominations)
        warning = (note("last_return", LAST_RETURN),) if dossier.returns >= MOST_RETURNS else ()
        return Form(
            intro="Kiểm tra thành phần hồ sơ theo danh mục rồi tiếp nhận hoặc trả để bổ sung.",
            submit_label="Ghi nhận kết quả kiểm tra",
            fields=(
                note("checklist", contents_words(needed)),
                decision_field(_DECISIONS),
                *warning,
                return_items_field(nominations),
            ),
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        dossier = submission_of(unit, task)
        needed = requirements(unit, dossier, round_of(unit, dossier), nominations_of(unit, dossier.id, UNDER_REVIEW))
        return [
            *accepted_without(needed, answers),
            *objections(unit, dossier, task.actor, "appraise"),
        ]

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        if answers["decision"] == "returned":
            returns = return_for_supplement(unit, task, dossier, "intake", items_of(answers))
            return {"decision": "returned", "returns": returns}
        update_submission(unit, dossier.id, state="appraising", received_by=task.actor.account_id, received_at=task.at)
        write_receipt(unit, task, dossier)
        return {"decision": "accepted", "returns": dossier.returns}


def accepted_without(needed: Sequence[Requirement], answers: Mapping[str, Any]) -> list[FieldProblem]:
    """The receipt says that the dossier is complete: it is not given while a required paper is missing."""
    missing = [each.label for each in needed if each.missing]
    if answers.get("decision") != "accepted" or not missing:
        return []
    sentence = f"Hồ sơ còn thiếu: {'; '.join(missing)}. Trả hồ sơ để đơn vị bổ sung."
    return [FieldProblem(field="decision", message=sentence)]


def contents_words(needed: Sequence[Requirement]) -> str:
    """“Tờ trình: đủ”, “Biên bản họp xét: còn thiếu”; what is optional only where it is there."""
    lines = [
        f"{each.label}: {'còn thiếu' if each.missing else 'đủ'}" for each in needed if each.required or each.papers
    ]
    return listing("Thành phần hồ sơ:", lines, "Chưa có danh mục hồ sơ.")


def write_receipt(unit: Unit, task: TaskContext, dossier: Row[Any]) -> None:
    """Phiếu tiếp nhận, numbered by year."""
    day = task.at.astimezone(VIETNAM).date()
    number = f"{draw(unit, 'intake_receipt', day.year)}/PTN-SNV"
    write_paper(
        unit,
        kind="intake_receipt",
        unit_id=dossier.unit_id,
        submission_id=dossier.id,
        title=f"Phiếu tiếp nhận {number}",
        number=number,
        dated_on=day,
        text=intake_receipt(
            number=number,
            day=day,
            unit_name=unit_row(unit, dossier.unit_id).name,
            code=dossier.code,
            by=task.actor.full_name,
        ),
        created_by=task.actor.account_id,
    )
