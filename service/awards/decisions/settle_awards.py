"""S11: money, items, ceremony, archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select, update

from service.awards.ad_hoc.money import multiple_problem
from service.awards.asking import line, prose
from service.awards.decisions.lines import line_words, lines_of, own_line
from service.awards.form_parts import notes, problem, record
from service.awards.law.money import award_money
from service.awards.records import text_of
from service.awards.rounds.records import change_round, round_of
from service.awards.rounds.settings import rules_of
from service.awards.tables import award_decision, nomination
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext

if TYPE_CHECKING:
    from service.database.unit import Unit

ROWS = "awards"
ITEMS = {
    "city_merit_certificate": "Bằng khen, khung",
    "city_emulation_flag": "Cờ thi đua",
    "unit_commendation": "Giấy khen, khung",
}


class SettleAwards:
    """The amount is the law's: multiple x base salary on the day of the decision, rounded up to 10,000 đ."""

    key = "awards:settle-awards"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """One row per award with the multiple it starts from."""
        row = round_of(unit, task)
        awarded, salary = lines_of(unit, row.id, ("awarded",)), _base_salary(unit, row)
        return Form(
            fields=(
                *notes(
                    [f"Lương cơ sở ngày ban hành quyết định: {_dong(salary)}. Tiền thưởng làm tròn lên 10.000 đồng."]
                ),
                Field(
                    key=ROWS,
                    kind="rows",
                    label="Tiền thưởng và hiện vật",
                    hint="Được khen thưởng",
                    columns=(
                        Field(
                            key="multiple",
                            kind="number",
                            label="Hệ số",
                            minimum=Decimal(0),
                            maximum=Decimal(100),
                        ),
                        line("item", "Hiện vật"),
                        Field(key="paid_on", kind="date", label="Ngày chi"),
                    ),
                    row_keys=tuple((str(each.id), _row_words(row, each, salary)) for each in awarded),
                ),
                Field(key="ceremony_on", kind="date", label="Ngày trao thưởng", hint="Nhập dd/mm/yyyy."),
                line("ceremony_place", "Nơi trao thưởng"),
                line("archive_number", "Số lưu trữ hồ sơ", hint="Ví dụ: 45/LT-2026", required=True),
                prose("settlement_note", "Ghi chú"),
            ),
            intro=f"Chi thưởng {len(awarded)} trường hợp, ghi việc trao thưởng, nộp lưu hồ sơ. "
            "Sau bước này đợt xét kết thúc.",
            submit_label="Kết thúc đợt xét",
            values={ROWS: {str(each.id): _starting_row(row, each) for each in awarded}},
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """A multiple for every award; nothing is handed over before the decision."""
        row, day = round_of(unit, task), answers.get("ceremony_on")
        decided = _decision(unit, row)
        problems = own_line(unit, row.id, task.actor, "archive_number")
        salary = _base_salary(unit, row)
        problems += [
            problem(f"{ROWS}.{each.id}.multiple", message)
            for each in lines_of(unit, row.id, ("awarded",))
            if (message := multiple_problem(_multiple(row, each, answers), salary))
        ]
        if day is not None and decided is not None and day < decided.decided_on:
            problems.append(problem("ceremony_on", "Ngày trao thưởng không được trước ngày ban hành quyết định."))
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write amounts, items and where the dossier is archived."""
        row = round_of(unit, task, lock=True)
        salary, total = _base_salary(unit, row), 0
        for each in lines_of(unit, row.id, ("awarded",)):
            given = record(answers, ROWS, each.id)
            multiple = _multiple(row, each, answers)
            assert multiple is not None  # checked before
            amount = award_money(multiple, base_salary=salary)
            total += amount
            unit.connection.execute(
                update(nomination)
                .where(nomination.c.id == each.id)
                .values(
                    award_amount=amount,
                    award_item=str(given.get("item") or "").strip() or None,
                    paid_on=given.get("paid_on"),
                )
            )
        change_round(
            unit,
            row.id,
            ceremony_on=answers.get("ceremony_on"),
            ceremony_place=text_of(answers, "ceremony_place") or None,
            archive_number=text_of(answers, "archive_number"),
            settlement_note=text_of(answers, "settlement_note") or None,
        )
        return {"award_total": total}


def _decision(unit: Unit, row: Row[Any]) -> Row[Any] | None:
    query = select(award_decision).where(award_decision.c.round_id == row.id).order_by(award_decision.c.id.desc())
    return unit.connection.execute(query).first()


def _base_salary(unit: Unit, row: Row[Any]) -> int:
    decided = _decision(unit, row)
    return int(decided.base_salary if decided is not None else row.base_salary)


def _multiple(row: Row[Any], each: Row[Any], answers: Mapping[str, Any]) -> Decimal | None:
    """What was answered, else the round's own; 0 is an answer."""
    given = record(answers, ROWS, each.id).get("multiple")
    return Decimal(given) if given is not None else rules_of(row).multiple(each.award_form, each.subject_kind)


def _starting_row(row: Row[Any], each: Row[Any]) -> dict[str, Any]:
    multiple = rules_of(row).multiple(each.award_form, each.subject_kind)
    return {"multiple": multiple, "item": ITEMS.get(each.award_form, "")}


def _row_words(row: Row[Any], each: Row[Any], salary: int) -> str:
    multiple = rules_of(row).multiple(each.award_form, each.subject_kind)
    if multiple is None:
        return f"{line_words(each)}: chưa có hệ số, ghi theo quy định"
    return f"{line_words(each)}: {_dong(award_money(multiple, base_salary=salary))} theo hệ số của đợt xét"


def _dong(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".")
