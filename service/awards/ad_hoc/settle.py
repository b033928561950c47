"""Q5's number and Q6: the decision is issued, the case is closed with its result for everyone named in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from service.awards import words
from service.awards.ad_hoc.commend import decision_problems, issue
from service.awards.ad_hoc.money import amount_for
from service.awards.asking import line, listing, nomination_words, note
from service.awards.involved import objections
from service.awards.law.money import base_salary_on
from service.awards.records import nominations_of, submission_of, text_of, update_nomination, update_submission
from service.awards.tables import award_decision
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext, TopicContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

CITY = "ubnd_tp"


class NumberAdHoc:
    """Văn phòng numbers and seals the Chair's decision: only now there are awards."""

    key = "awards:number-ad-hoc"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        listed = map(nomination_words, nominations_of(unit, dossier.id, ("eligible",)))
        return Form(
            intro="Vào số, đóng dấu và ban hành quyết định khen thưởng đột xuất.",
            submit_label="Ban hành quyết định",
            fields=(
                note("nominations", listing("Được khen thưởng:", listed, "Không có.")),
                line("decision_number", "Số quyết định", hint="Ví dụ: 6120/QĐ-UBND", required=True),
                Field(key="decided_on", kind="date", label="Ngày quyết định", required=True),
            ),
            values={"decided_on": task.at.astimezone(VIETNAM).date()},
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        dossier = submission_of(unit, task)
        return [
            *decision_problems(unit, task, answers, CITY),
            *objections(unit, dossier, task.actor, field="decision_number"),
        ]

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        number, day = text_of(answers, "decision_number"), answers["decided_on"]
        decision_id = issue(unit, task, dossier, issuer=CITY, number=number, day=day, signer_id=dossier.decided_by)
        base_salary = base_salary_on(day).amount
        for each in nominations_of(unit, dossier.id, ("eligible",)):
            amount = amount_for(each.award_form, each.subject_kind, base_salary)
            update_nomination(unit, each.id, state="awarded", decision_id=decision_id, award_amount=amount)
        return {"decision_number": number}


class SettleCase:
    """Close the case: approved with its decision, refused, or ineligible."""

    topic = "awards:settle-case"
    phase: Literal["in_transaction", "after_commit"] = "in_transaction"

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        dossier = submission_of(unit, work)
        named = str(work.variables.get("outcome") or "")
        outcome = "awarded" if named == "approved" else named
        reason = dossier.outcome_reason or words.SUBMISSION_OUTCOMES[outcome]
        if outcome == "awarded":
            issued = select(award_decision.c.number).where(
                award_decision.c.submission_id == dossier.id, award_decision.c.issuer == CITY
            )
            reason = f"Quyết định {unit.connection.execute(issued).scalar_one()}"
        for each in nominations_of(unit, dossier.id, ("eligible", "proposed", "needs_data")):
            update_nomination(unit, each.id, state="not_awarded", outcome_reason=reason)
        update_submission(unit, dossier.id, state="decided", outcome=outcome, outcome_reason=reason, closed_at=work.at)
        return {"outcome": outcome}
