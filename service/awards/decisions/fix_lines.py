"""S8, on the way back: the expert mends the returned lines, or takes them off the list with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, update

from service.awards.asking import line, options
from service.awards.decisions.lines import line_words, lines_of, strike
from service.awards.decisions.office_check import RETURNED_LINES
from service.awards.form_parts import problem, record
from service.awards.involved import nominees_acting
from service.awards.rounds.records import change_round, round_of, settings_with
from service.awards.tables import nomination
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext
from service.people.units import fold

if TYPE_CHECKING:
    from service.database.unit import Unit

ROWS = "lines"
ACTIONS = {"fixed": "Đã sửa", "strike": "Rút khỏi danh sách"}


class FixLines:
    """A line taken off makes room for the reserve: the Chair has not signed yet."""

    key = "awards:fix-lines"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """One row per returned line, with what the office said at its head."""
        returned = _returned(unit, round_of(unit, task))
        return Form(
            fields=(
                Field(
                    key=ROWS,
                    kind="rows",
                    label="Các dòng Văn phòng UBND Thành phố trả lại",
                    hint="Dòng và ý kiến",
                    columns=(
                        Field(key="action", kind="select", label="Xử lý", required=True, options=options(ACTIONS)),
                        line("subject_name", "Tên ghi trong danh sách", required=True),
                        line("subject_title", "Chức vụ, đơn vị công tác"),
                        line("note", "Nội dung đã sửa, hoặc lý do rút", required=True),
                    ),
                    row_keys=tuple((str(row.id), f"{line_words(row)}. Ý kiến: {row.line_note}") for row in returned),
                ),
            ),
            intro=f"Văn phòng trả lại {len(returned)} dòng. Sửa từng dòng, hoặc rút dòng đó để dự bị lên thay.",
            submit_label="Trình Giám đốc ký lại",
            values={
                ROWS: {
                    str(row.id): {"subject_name": row.subject_name, "subject_title": row.subject_title}
                    for row in returned
                }
            },
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """Every returned line is dealt with, by somebody who stands on none of them."""
        returned = _returned(unit, round_of(unit, task))
        return [
            *nominees_acting(task.actor, returned, ROWS),
            *(
                problem(f"{ROWS}.{row.id}.action", "Chọn cách xử lý dòng này.")
                for row in returned
                if record(answers, ROWS, row.id).get("action") not in ACTIONS
            ),
        ]

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Mend, strike, fill from the reserve."""
        row = round_of(unit, task, lock=True)
        reasons: dict[int, str] = {}
        for each in _returned(unit, row):
            given = record(answers, ROWS, each.id)
            note = str(given["note"]).strip()
            if given["action"] == "strike":
                reasons[each.id] = note
            else:
                _mend(unit, each.id, given, note)
        strike(unit, row, reasons, fill_from_reserve=True)
        change_round(unit, row.id, state="signing", settings=settings_with(row, **{RETURNED_LINES: None}))
        return {"struck_count": len(reasons)}


def _returned(unit: Unit, round_row: Row[Any]) -> list[Row[Any]]:
    ids = set(round_row.settings.get(RETURNED_LINES, ()))
    return [row for row in lines_of(unit, round_row.id) if row.id in ids]


def _mend(unit: Unit, nomination_id: int, given: Mapping[str, Any], note: str) -> None:
    name = str(given["subject_name"]).strip()
    unit.connection.execute(
        update(nomination)
        .where(nomination.c.id == nomination_id)
        .values(
            subject_name=name,
            subject_search=fold(name),
            subject_title=str(given.get("subject_title") or "").strip(),
            line_note=f"Đã sửa: {note}",
        )
    )
