"""S9: Văn phòng numbers the decision. With it every line is awarded and counted against its ceiling, or none is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from service.awards.decisions.chair_decision import SIGNER
from service.awards.decisions.documents import decision_text, letter_words
from service.awards.decisions.lines import line_words, lines_of, own_line
from service.awards.errors import NumberTaken, refusal_of
from service.awards.form_parts import notes, number_and_day, problem, within_sentence
from service.awards.papers.write import write_paper
from service.awards.records import text_of
from service.awards.rounds.records import change_round, round_of
from service.awards.rounds.settings import PM_CERTIFICATE
from service.awards.tables import award_decision, nomination, quota
from service.engine.forms import FieldProblem, Form
from service.engine.handlers import TaskContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

ISSUER = "ubnd_tp"
SEAT = "van_phong_ubnd"


class NumberDecision:
    """Bằng khen Thủ tướng is not in it: those lines go on to the Prime Minister through Bộ Nội vụ."""

    key = "awards:number-decision"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """Number and day; who signed stands above."""
        row = round_of(unit, task)
        signer = row.settings[SIGNER]
        return Form(
            fields=(
                *notes(
                    [f"{signer['name']} đã phê duyệt danh sách theo {letter_words(row)}.", *_forwarded_note(unit, row)]
                ),
                *number_and_day(
                    "decision_number",
                    "decided_on",
                    number_label="Số quyết định",
                    example="6120/QĐ-UBND",
                    day_label="Ngày ban hành",
                ),
            ),
            intro=f"Cấp số, đóng dấu quyết định khen thưởng {len(_own_lines(unit, row.id))} đề nghị.",
            submit_label="Ban hành quyết định",
            values={"decided_on": task.at.astimezone(VIETNAM).date()},
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """Between the tờ trình and today; a number not used this year."""
        row, day = round_of(unit, task), answers["decided_on"]
        problems = own_line(unit, row.id, task.actor, "decision_number")
        if row.letter_on is not None and day < row.letter_on:
            problems.append(problem("decided_on", "Ngày ban hành không được trước ngày tờ trình."))
        if day > task.at.astimezone(VIETNAM).date():
            problems.append(problem("decided_on", "Ngày ban hành không được sau hôm nay."))
        if number_taken(unit, ISSUER, day.year, text_of(answers, "decision_number")):
            problems.append(problem("decision_number", NumberTaken.message))
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Issue it.

        Raises:
            CeilingReached: a ceiling would be passed.
            NumberTaken: somebody took the number meanwhile.
        """
        row = round_of(unit, task, lock=True)
        number, day = text_of(answers, "decision_number"), answers["decided_on"]
        try:
            decision_id = _issue(unit, task, row, number=number, day=day)
            _award(unit, row.id, decision_id)
        except IntegrityError as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            raise refusal from error
        _write_decision(unit, task, row, decision_id, number=number, day=day)
        change_round(unit, row.id, state="decided", outcome_reason=None)
        return {"decision_number": number, "decision_id": decision_id}


def number_taken(unit: Unit, issuer: str, year: int, number: str) -> bool:
    """Whether that issuer used the number in that year."""
    query = select(award_decision.c.id).where(
        award_decision.c.issuer == issuer, award_decision.c.year == year, award_decision.c.number == number
    )
    return unit.connection.execute(query).first() is not None


def _issue(unit: Unit, task: TaskContext, row: Row[Any], *, number: str, day: Any) -> int:
    signer = row.settings[SIGNER]
    statement = insert(award_decision).values(
        issuer=ISSUER,
        round_id=row.id,
        year=day.year,
        number=number,
        decided_on=day,
        signer_id=signer["id"],
        signer_title=signer["title"],
        base_salary=row.base_salary,
        issued_by=task.actor.account_id,
        issued_at=task.at,
    )
    return int(unit.connection.execute(statement.returning(award_decision.c.id)).scalar_one())


def _award(unit: Unit, round_id: int, decision_id: int) -> None:
    lines = _own_lines(unit, round_id)
    unit.connection.execute(
        update(nomination)
        .where(nomination.c.id.in_([row.id for row in lines]))
        .values(state="awarded", decision_id=decision_id, outcome_reason=None)
    )
    for quota_id, count in sorted(Counter(row.quota_id for row in lines).items()):
        unit.connection.execute(update(quota).where(quota.c.id == quota_id).values(awarded=quota.c.awarded + count))


def _own_lines(unit: Unit, round_id: int) -> list[Row[Any]]:
    """What the City itself awards."""
    return [row for row in lines_of(unit, round_id) if row.award_form != PM_CERTIFICATE]


def _forwarded_note(unit: Unit, row: Row[Any]) -> list[str]:
    forwarded = sum(each.award_form == PM_CERTIFICATE for each in lines_of(unit, row.id))
    if not forwarded:
        return []
    return [
        f"{forwarded} đề nghị Bằng khen Thủ tướng Chính phủ được trình tiếp qua Bộ Nội vụ, không thuộc quyết định này."
    ]


def _write_decision(unit: Unit, task: TaskContext, row: Row[Any], decision_id: int, *, number: str, day: Any) -> None:
    signer = row.settings[SIGNER]
    awarded = lines_of(unit, row.id, ("awarded",))
    write_paper(
        unit,
        kind="award_decision",
        unit_id=SEAT,
        round_id=row.id,
        decision_id=decision_id,
        title=f"Quyết định khen thưởng trong {within_sentence(row.title)}",
        number=number,
        dated_on=day,
        created_by=task.actor.account_id,
        text=decision_text(
            title=row.title,
            number=number,
            day=day,
            letter=letter_words(row),
            lines=[f"{index}. {line_words(each)}" for index, each in enumerate(awarded, start=1)],
            signer=signer["name"],
            signer_title=signer["title"],
        ),
    )
