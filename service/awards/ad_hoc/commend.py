"""The unit's own Giấy khen: its decision with number and date, the money for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, func, select

from service.awards.ad_hoc.divert import ALREADY_THERE
from service.awards.ad_hoc.money import MOST_MONEY, amount_for, source_words
from service.awards.asking import note, row_keys
from service.awards.form_parts import number_and_day
from service.awards.involved import objections
from service.awards.law.money import base_salary_on
from service.awards.papers.write import write_paper
from service.awards.records import (
    nominations_of,
    submission_of,
    text_of,
    unit_row,
    update_nomination,
    update_submission,
)
from service.awards.tables import award_decision, nomination
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

HEAD_DECIDED = "thủ trưởng đơn vị quyết định"


class UnitCommendation:
    """Numbered by the clerk; the head, who decided it, is the signer."""

    key = "awards:unit-commendation"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        nominations = _commended(unit, dossier)
        today = task.at.astimezone(VIETNAM).date()
        return Form(
            intro="Vào số quyết định tặng Giấy khen của đơn vị và ghi tiền thưởng.",
            submit_label="Ghi nhận Giấy khen",
            fields=(
                *decision_fields("215/QĐ-UBND"),
                Field(
                    key="money",
                    kind="rows",
                    label="Tiền thưởng",
                    hint="Được tặng Giấy khen",
                    row_keys=row_keys(nominations),
                    columns=(
                        Field(key="amount", kind="integer", label="Số tiền (đồng)", minimum=0, maximum=MOST_MONEY),
                    ),
                ),
                note("money_source", _source_words(nominations, today)),
            ),
            values={
                "decided_on": today,
                "money": {str(each.id): {"amount": _suggested(each, today)} for each in nominations},
            },
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        dossier = submission_of(unit, task)
        return [
            *decision_problems(unit, task, answers, dossier.unit_id, _head_decided_on(dossier), HEAD_DECIDED),
            *objections(unit, dossier, task.actor, field="decision_number"),
        ]

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        number, day = text_of(answers, "decision_number"), answers["decided_on"]
        decision_id = issue(
            unit, task, dossier, issuer=dossier.unit_id, number=number, day=day, signer_id=dossier.signed_by
        )
        for each in _commended(unit, dossier):
            amount = ((answers.get("money") or {}).get(str(each.id)) or {}).get("amount")
            update_nomination(unit, each.id, commendation_id=decision_id, commendation_amount=amount)
        if not dossier.propose_city:
            closed = {"state": "decided", "outcome": "unit_only", "closed_at": task.at}
            update_submission(unit, dossier.id, **closed)
        return {}


def decision_fields(example: str) -> tuple[Field, Field]:
    """Số and ngày of a decision."""
    return number_and_day(
        "decision_number", "decided_on", number_label="Số quyết định", example=example, day_label="Ngày quyết định"
    )


def _commended(unit: Unit, dossier: Row[Any]) -> list[Row[Any]]:
    """Everybody in the case, also whom Sở Nội vụ has diverted to a round meanwhile: the unit's award is its own."""
    here = (nomination.c.submission_id == dossier.id) & (nomination.c.outcome_reason == ALREADY_THERE)
    diverted = select(nomination).where((nomination.c.carried_from == dossier.id) | here).order_by(nomination.c.id)
    return [*nominations_of(unit, dossier.id), *unit.connection.execute(diverted)]


def _source_words(nominations: Sequence[Row[Any]], day: date) -> str:
    source = source_words(("unit_commendation", each.subject_kind) for each in nominations)
    salary = f"{base_salary_on(day).amount:,}".replace(",", ".")
    return f"{source} Lương cơ sở {salary} đồng là mức đã biết gần nhất; kiểm tra mức đang có hiệu lực. Sửa được."


def _suggested(each: Row[Any], day: date) -> int | None:
    return amount_for("unit_commendation", each.subject_kind, base_salary_on(day).amount)


def _head_decided_on(dossier: Row[Any]) -> date | None:
    return None if dossier.signed_at is None else dossier.signed_at.astimezone(VIETNAM).date()


def decision_problems(
    unit: Unit, task: TaskContext, answers: Mapping[str, Any], issuer: str, earliest: date | None, rests_on: str
) -> list[FieldProblem]:
    """A decision is dated today at the latest, not before what it rests on, and its number is new in that year."""
    number, day = text_of(answers, "decision_number"), answers["decided_on"]
    problems = []
    if day > task.at.astimezone(VIETNAM).date():
        problems.append(FieldProblem(field="decided_on", message="Ngày quyết định không được sau hôm nay."))
    if earliest is not None and day < earliest:
        message = f"Ngày quyết định không được trước ngày {earliest:%d/%m/%Y}, ngày {rests_on}."
        problems.append(FieldProblem(field="decided_on", message=message))
    taken = select(func.count()).where(
        award_decision.c.issuer == issuer, award_decision.c.year == day.year, award_decision.c.number == number
    )
    if unit.connection.execute(taken).scalar_one():
        message = "Số quyết định này đã được dùng trong năm. Kiểm tra lại sổ văn bản."
        problems.append(FieldProblem(field="decision_number", message=message))
    return problems


def issue(
    unit: Unit,
    task: TaskContext,
    dossier: Row[Any],
    *,
    issuer: str,
    number: str,
    day: date,
    signer_id: int | None,
    base_salary: int | None = None,
) -> int:
    """The decision's row and its paper; returns the decision's id. `base_salary` None: the known one of that day."""
    statement = (
        award_decision.insert()
        .values(
            issuer=issuer,
            submission_id=dossier.id,
            year=day.year,
            number=number,
            decided_on=day,
            signer_id=signer_id or task.actor.account_id,
            base_salary=base_salary or base_salary_on(day).amount,
            issued_by=task.actor.account_id,
            issued_at=task.at,
        )
        .returning(award_decision.c.id)
    )
    decision_id = int(unit.connection.execute(statement).scalar_one())
    who = "UBND Thành phố" if issuer == "ubnd_tp" else unit_row(unit, issuer).name
    write_paper(
        unit,
        kind="award_decision",
        unit_id=dossier.unit_id,
        submission_id=dossier.id,
        decision_id=decision_id,
        title=f"Quyết định khen thưởng {number} của {who}",
        number=number,
        dated_on=day,
        created_by=task.actor.account_id,
    )
    return decision_id
