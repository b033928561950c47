"""Q5's number and Q6: the decision is issued, the case is closed with its result for everyone named in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Row, func, select

from service.awards import words
from service.awards.ad_hoc.commend import decision_fields, decision_problems, issue
from service.awards.ad_hoc.money import multiple_problem, source_words
from service.awards.asking import listing, nomination_words, note, row_keys
from service.awards.form_parts import KNOWN_SALARY, base_salary_field, multiples_field, record
from service.awards.involved import objections
from service.awards.law.money import award_money, base_salary_on, multiple_for
from service.awards.records import nominations_of, submission_of, text_of, update_nomination, update_submission
from service.awards.tables import award_decision, paper
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext, TopicContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

CITY = "ubnd_tp"
LETTER_SIGNED = "tờ trình của Sở Nội vụ"


class NumberAdHoc:
    """Văn phòng numbers and seals the Chair's decision: only now there are awards."""

    key = "awards:number-ad-hoc"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        awarded = nominations_of(unit, dossier.id, ("eligible",))
        listed = map(nomination_words, awarded)
        return Form(
            intro="Vào số, đóng dấu và ban hành quyết định khen thưởng đột xuất.",
            submit_label="Ban hành quyết định",
            fields=(
                note("nominations", listing("Được khen thưởng:", listed, "Không có.")),
                *decision_fields("6120/QĐ-UBND"),
                *money_fields(awarded),
            ),
            values=_starting_values(task, awarded),
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        dossier = submission_of(unit, task)
        return [
            *decision_problems(unit, task, answers, CITY, _letter_day(unit, dossier), LETTER_SIGNED),
            *_wrong_money(nominations_of(unit, dossier.id, ("eligible",)), answers),
            *objections(unit, dossier, task.actor, field="decision_number"),
        ]

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        number, day = text_of(answers, "decision_number"), answers["decided_on"]
        base_salary = answers["base_salary"]
        decision_id = issue(
            unit,
            task,
            dossier,
            issuer=CITY,
            number=number,
            day=day,
            signer_id=dossier.decided_by,
            base_salary=base_salary,
        )
        for each in nominations_of(unit, dossier.id, ("eligible",)):
            multiple = _multiple(each, answers)
            assert multiple is not None  # checked before
            amount = award_money(multiple, base_salary=base_salary)
            update_nomination(unit, each.id, state="awarded", decision_id=decision_id, award_amount=amount)
        return {"decision_number": number}


def _letter_day(unit: Unit, dossier: Row[Any]) -> date | None:
    """Of Sở Nội vụ's tờ trình in force."""
    newest = select(func.max(paper.c.dated_on)).where(
        paper.c.submission_id == dossier.id, paper.c.kind == "consolidated_letter", paper.c.superseded_at.is_(None)
    )
    day: date | None = unit.connection.execute(newest).scalar_one()
    return day


def money_fields(awarded: Sequence[Row[Any]]) -> tuple[Field, ...]:
    """The defaults of the award money, shown so that somebody sees and corrects them."""
    return (
        base_salary_field("Lương cơ sở ngày quyết định (đồng/tháng)", KNOWN_SALARY),
        multiples_field("Được khen thưởng", row_keys(awarded)),
        note("money_source", f"{_source(awarded)} Sửa được. Tiền thưởng làm tròn lên 10.000 đồng."),
    )


def _source(awarded: Sequence[Row[Any]]) -> str:
    return source_words((each.award_form, each.subject_kind) for each in awarded)


def _starting_values(task: TaskContext, awarded: Sequence[Row[Any]]) -> dict[str, Any]:
    today = task.at.astimezone(VIETNAM).date()
    return {
        "decided_on": today,
        "base_salary": base_salary_on(today).amount,
        "multiples": {str(each.id): {"value": _default(each)} for each in awarded},
    }


def _default(each: Row[Any]) -> Decimal | None:
    return multiple_for(award_form=each.award_form, subject_kind=each.subject_kind)


def _multiple(each: Row[Any], answers: Mapping[str, Any]) -> Decimal | None:
    """What was answered, else the default; 0 is an answer."""
    given = record(answers, "multiples", each.id).get("value")
    return Decimal(given) if given is not None else _default(each)


def _wrong_money(awarded: Sequence[Row[Any]], answers: Mapping[str, Any]) -> list[FieldProblem]:
    return [
        FieldProblem(field=f"multiples.{each.id}.value", message=message)
        for each in awarded
        if (message := multiple_problem(_multiple(each, answers), answers["base_salary"]))
    ]


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
