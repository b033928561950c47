"""S8: Văn phòng UBND checks the form of the list: passes it on, returns the whole, or single lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from service.awards.asking import decision_field, line, note, reason_field
from service.awards.decisions.documents import letter_words
from service.awards.decisions.lines import line_keys, lines_of, own_line
from service.awards.form_parts import notes, problem, record
from service.awards.papers.checklist import requirements_of_list
from service.awards.records import text_of
from service.awards.rounds.records import change_round, round_of, settings_with
from service.awards.submissions.intake import contents_words
from service.awards.tables import nomination
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext

if TYPE_CHECKING:
    from service.database.unit import Unit

DECISIONS = {
    "passed": "Đủ thể thức, trình Chủ tịch UBND Thành phố",
    "lines_returned": "Trả lại một số dòng để sửa",
    "returned": "Trả lại cả danh sách",
}
ROWS = "lines"
RETURNED_LINES = "returned_lines"
"""The setting that remembers which lines went back."""


class OfficeCheck:
    """A line that goes back says why; the others wait with the list."""

    key = "awards:office-check"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """The decision, and with single lines a table to mark them in."""
        row = round_of(unit, task)
        lines = lines_of(unit, row.id)
        return Form(
            fields=(
                *notes([f"{letter_words(row)}, {len(lines)} đề nghị."]),
                note("checklist", contents_words(requirements_of_list(unit, row, lines))),
                decision_field(DECISIONS),
                reason_field("returned"),
                Field(
                    key=ROWS,
                    kind="rows",
                    label="Các dòng trả lại",
                    hint="Đánh dấu dòng cần sửa và ghi rõ phải sửa gì",
                    columns=(
                        Field(key="returned", kind="boolean", label="Trả lại"),
                        line("note", "Cần sửa", conditional=True),
                    ),
                    row_keys=line_keys(lines),
                    shown_if=("decision", ("lines_returned",)),
                ),
            ),
            intro="Kiểm tra thể thức tờ trình, danh sách, tên và chức danh trước khi trình Chủ tịch UBND Thành phố.",
            submit_label="Ghi kết quả kiểm tra",
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """Single lines: at least one, each with what is to be mended."""
        row = round_of(unit, task)
        problems = own_line(unit, row.id, task.actor)
        if answers["decision"] != "lines_returned":
            return problems
        marked = _marked(unit, row.id, answers)
        if not marked:
            problems.append(problem(ROWS, "Đánh dấu ít nhất một dòng cần sửa."))
        problems += [problem(f"{ROWS}.{key}.note", "Ghi rõ phải sửa gì.") for key, note in marked.items() if not note]
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Pass on, or keep what was said."""
        row, decision = round_of(unit, task, lock=True), answers["decision"]
        if decision == "passed":
            change_round(unit, row.id, state="chair", outcome_reason=None)
        elif decision == "returned":
            change_round(unit, row.id, state="signing", outcome_reason=text_of(answers, "reason"))
        else:
            marked = _marked(unit, row.id, answers)
            for key, note in marked.items():
                unit.connection.execute(update(nomination).where(nomination.c.id == key).values(line_note=note))
            change_round(unit, row.id, state="signing", settings=settings_with(row, **{RETURNED_LINES: list(marked)}))
        return {"decision": decision}


def _marked(unit: Unit, round_id: int, answers: Mapping[str, Any]) -> dict[int, str]:
    given = {row.id: record(answers, ROWS, row.id) for row in lines_of(unit, round_id)}
    return {key: str(line.get("note") or "").strip() for key, line in given.items() if line.get("returned")}
