"""S4: the head of division confirms the appraisal, or sends it back. Only now a nomination is eligible or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.awards import words
from service.awards.asking import decision_field, listing, note, reason_field
from service.awards.involved import objections
from service.awards.records import (
    UNDER_REVIEW,
    is_open,
    nominations_of,
    round_of,
    submission_of,
    update_nomination,
    update_submission,
)
from service.awards.submissions.consult import OPINIONS
from service.awards.tables import appraisal, consultation_opinion
from service.engine.forms import FieldProblem, Form
from service.engine.handlers import TaskContext
from service.people.tables import unit as unit_table

if TYPE_CHECKING:
    from service.database.unit import Unit

_DECISIONS = {"confirmed": "Xác nhận kết quả thẩm định", "returned": "Trả lại chuyên viên thẩm định lại"}


class ConfirmAppraisal:
    """The division's confirmation fixes the state of every nomination of the submission."""

    key = "awards:confirm-appraisal"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        nominations = nominations_of(unit, dossier.id, UNDER_REVIEW)
        eligible = sum(each.appraisal_result == "eligible" for each in nominations)
        return Form(
            intro=f"Xác nhận kết quả thẩm định: {eligible} trên {len(nominations)} đề nghị đủ điều kiện.",
            submit_label="Ghi nhận ý kiến",
            fields=(
                note("results", listing("Kết quả thẩm định:", map(result_words, nominations), "Chưa có kết luận.")),
                note("opinions", listing("Ý kiến hiệp y:", opinion_words(unit, dossier), "Không lấy ý kiến hiệp y.")),
                decision_field(_DECISIONS, label="Ý kiến của lãnh đạo phòng"),
                reason_field("returned", label="Lý do trả lại"),
            ),
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        dossier = submission_of(unit, task)
        if answers["decision"] == "returned":
            return []
        problems = objections(unit, dossier, task.actor, "confirm")
        open_ = [each for each in nominations_of(unit, dossier.id, UNDER_REVIEW) if each.appraisal_result is None]
        if open_:
            sentence = f"Đề nghị {open_[0].position} chưa có kết luận. Trả lại chuyên viên để thẩm định tiếp."
            problems.append(FieldProblem(field="decision", message=sentence))
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        if answers["decision"] == "returned":
            update_submission(unit, dossier.id, state="appraising")
            return {"decision": "returned", "late": bool(dossier.late)}
        late = _is_late(unit, task, dossier)
        eligible, ineligible = confirm_results(unit, task, dossier)
        confirmed = {"confirmed_by": task.actor.account_id, "confirmed_at": task.at}
        update_submission(unit, dossier.id, state=_state(eligible, late), late=late, **confirmed)
        return {
            "decision": "confirmed",
            "eligible_count": eligible,
            "ineligible_count": ineligible,
            "late": late,
        }


def _state(eligible: int, late: bool) -> str:
    """Ready with the confirmation itself: the pool may freeze before the steps that only tell of it."""
    if not eligible:
        return "ineligible"
    return "late" if late else "ready"


def confirm_results(unit: Unit, task: TaskContext, dossier: Row[Any]) -> tuple[int, int]:
    """Make each conclusion the nomination's state. Returns (eligible, ineligible)."""
    nominations = nominations_of(unit, dossier.id, UNDER_REVIEW)
    for each in nominations:
        update_nomination(unit, each.id, state=each.appraisal_result)
    confirmed = {"confirmed_by": task.actor.account_id, "confirmed_at": task.at}
    newest = select(appraisal.c.id).where(
        appraisal.c.nomination_id.in_([each.id for each in nominations]), appraisal.c.confirmed_at.is_(None)
    )
    unit.connection.execute(appraisal.update().where(appraisal.c.id.in_(newest)).values(confirmed))
    eligible = sum(each.appraisal_result == "eligible" for each in nominations)
    return eligible, len(nominations) - eligible


def _is_late(unit: Unit, task: TaskContext, dossier: Row[Any]) -> bool:
    """Whether the pool has frozen without it, or should have: the cut-off counts, not when a worker got to it.

    The round's row stays locked, so it cannot freeze in between.
    """
    round_row = round_of(unit, dossier, lock=True)
    if dossier.late or round_row is None:
        return bool(dossier.late)
    return not is_open(round_row) or task.at >= round_row.cutoff_at


def result_words(each: Row[Any]) -> str:
    """“2. Trung tâm …: Không đủ điều kiện. Chỉ số …”."""
    result = words.APPRAISAL_RESULTS.get(each.appraisal_result or "", "Chưa có kết luận")
    reason = f". {each.appraisal_reason}" if each.appraisal_reason else ""
    return f"{each.position}. {each.subject_name}: {result}{reason}"


def opinion_words(unit: Unit, dossier: Row[Any]) -> list[str]:
    """Every agency's answer, oldest first."""
    query = (
        select(consultation_opinion, unit_table.c.name)
        .join(unit_table, unit_table.c.id == consultation_opinion.c.agency_id)
        .where(consultation_opinion.c.submission_id == dossier.id)
        .order_by(consultation_opinion.c.id)
    )
    return [
        f"{row.name}: {OPINIONS[row.decision]}" + (f". {row.reason}" if row.reason else "")
        for row in unit.connection.execute(query)
    ]
