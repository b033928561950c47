"""S9: Văn phòng numbers the decision. With it every line is awarded and counted against its ceiling, or none is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from service.awards.decisions.chair_decision import SIGNER
from service.awards.decisions.documents import dated_words, decision_text, forwarding_letter, letter_words
from service.awards.decisions.lines import line_words, lines_of, own_line
from service.awards.errors import NumberTaken, refusal_of
from service.awards.form_parts import base_salary_field, notes, number_and_day, problem, within_sentence
from service.awards.papers.write import write_paper
from service.awards.records import text_of
from service.awards.rounds.records import change_round, round_of, settings_with
from service.awards.rounds.settings import PM_CERTIFICATE
from service.awards.tables import award_decision, nomination, quota
from service.engine.forms import FieldProblem, Form
from service.engine.handlers import TaskContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

ISSUER = "ubnd_tp"
SEAT = "van_phong_ubnd"


FORWARDED = "forwarded_by"
"""The setting that remembers the City's tờ trình to the Prime Minister, in words."""
_DECISION_FIELDS = (
    *number_and_day(
        "decision_number",
        "decided_on",
        number_label="Số quyết định",
        example="6120/QĐ-UBND",
        day_label="Ngày ban hành",
    ),
    base_salary_field(
        "Lương cơ sở ngày ban hành (đồng/tháng)",
        "Theo hướng dẫn đợt xét; sửa nếu mức lương cơ sở đã thay đổi. Tiền thưởng tính theo mức này.",
    ),
)
_FORWARDING_FIELDS = number_and_day(
    "forward_number",
    "forwarded_on",
    number_label="Số tờ trình Thủ tướng Chính phủ",
    example="415/TTr-UBND",
    day_label="Ngày tờ trình",
)


class NumberDecision:
    """Bằng khen Thủ tướng is not in the decision: those lines go on to the Prime Minister through Bộ Nội vụ."""

    key = "awards:number-decision"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """Number and day; who signed stands above."""
        row = round_of(unit, task)
        signer, today = row.settings[SIGNER], task.at.astimezone(VIETNAM).date()
        own, forwarded = _own_lines(unit, row.id), _forwarded_lines(unit, row.id)
        return Form(
            fields=(
                *notes([f"{signer['name']} đã phê duyệt danh sách theo {letter_words(row)}."]),
                *(_DECISION_FIELDS if own else ()),
                *(_FORWARDING_FIELDS if forwarded else ()),
            ),
            intro=_intro(len(own), len(forwarded)),
            submit_label="Ban hành quyết định" if own else "Ban hành tờ trình",
            values={
                **({"decided_on": today, "base_salary": row.base_salary} if own else {}),
                **({"forwarded_on": today} if forwarded else {}),
            },
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """Between the tờ trình and today; a number not used this year."""
        row = round_of(unit, task)
        asked = [key for key in ("decided_on", "forwarded_on") if answers.get(key) is not None]
        problems = own_line(unit, row.id, task.actor, "decision_number" if "decided_on" in asked else "forward_number")
        for key in asked:
            if row.letter_on is not None and answers[key] < row.letter_on:
                problems.append(problem(key, "Ngày ban hành không được trước ngày tờ trình."))
            if answers[key] > task.at.astimezone(VIETNAM).date():
                problems.append(problem(key, "Ngày ban hành không được sau hôm nay."))
        number = text_of(answers, "decision_number")
        if number and number_taken(unit, ISSUER, answers["decided_on"].year, number):
            problems.append(problem("decision_number", NumberTaken.message))
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Issue it.

        Raises:
            CeilingReached: a ceiling would be passed.
            NumberTaken: somebody took the number meanwhile.
        """
        row = round_of(unit, task, lock=True)
        settings, issued = row.settings, {}
        if forwarded := _forwarded_lines(unit, row.id):
            number, day = text_of(answers, "forward_number"), answers["forwarded_on"]
            _write_forwarding(unit, task, row, forwarded, number=number, day=day)
            settings = settings_with(row, **{FORWARDED: dated_words("Tờ trình", number, day)})
        if _own_lines(unit, row.id):
            number, day = text_of(answers, "decision_number"), answers["decided_on"]
            decision_id = _decide(unit, task, row, number=number, day=day, base_salary=answers["base_salary"])
            issued = {"decision_number": number, "decision_id": decision_id}
        change_round(unit, row.id, state="decided", outcome_reason=None, settings=settings)
        return issued


def number_taken(unit: Unit, issuer: str, year: int, number: str) -> bool:
    """Whether that issuer used the number in that year."""
    query = select(award_decision.c.id).where(
        award_decision.c.issuer == issuer, award_decision.c.year == year, award_decision.c.number == number
    )
    return unit.connection.execute(query).first() is not None


def _decide(unit: Unit, task: TaskContext, row: Row[Any], *, number: str, day: date, base_salary: int) -> int:
    """Issue the City's decision: every line of it is awarded and counted, or none is."""
    try:
        decision_id = _issue(unit, task, row, number=number, day=day, base_salary=base_salary)
        _award(unit, row.id, decision_id)
    except IntegrityError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
    _write_decision(unit, task, row, decision_id, number=number, day=day)
    return decision_id


def _issue(unit: Unit, task: TaskContext, row: Row[Any], *, number: str, day: date, base_salary: int) -> int:
    signer = row.settings[SIGNER]
    statement = insert(award_decision).values(
        issuer=ISSUER,
        round_id=row.id,
        year=day.year,
        number=number,
        decided_on=day,
        signer_id=signer["id"],
        signer_title=signer["title"],
        base_salary=base_salary,
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


def _forwarded_lines(unit: Unit, round_id: int) -> list[Row[Any]]:
    """What the City passes on to the Prime Minister."""
    return [row for row in lines_of(unit, round_id) if row.award_form == PM_CERTIFICATE]


def _intro(own: int, forwarded: int) -> str:
    parts = [f"quyết định khen thưởng {own} đề nghị"] if own else []
    if forwarded:
        parts.append(f"tờ trình Thủ tướng Chính phủ tặng Bằng khen cho {forwarded} trường hợp, gửi qua Bộ Nội vụ")
    return f"Cấp số, đóng dấu {' và '.join(parts)}."


def _write_forwarding(
    unit: Unit, task: TaskContext, row: Row[Any], lines: Sequence[Row[Any]], *, number: str, day: date
) -> None:
    signer = row.settings[SIGNER]
    write_paper(
        unit,
        kind="forwarding_letter",
        unit_id=SEAT,
        round_id=row.id,
        title=f"Tờ trình Thủ tướng Chính phủ, {within_sentence(row.title)}",
        number=number,
        dated_on=day,
        created_by=task.actor.account_id,
        text=forwarding_letter(
            title=row.title,
            number=number,
            day=day,
            lines=[f"{index}. {line_words(each)}" for index, each in enumerate(lines, start=1)],
            signer=signer["name"],
            signer_title=signer["title"],
        ),
    )


def _write_decision(unit: Unit, task: TaskContext, row: Row[Any], decision_id: int, *, number: str, day: date) -> None:
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
