"""S9: the Chair (or a Vice Chair) approves the list, strikes lines, sends it back or refuses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service.awards.asking import decision_field, line, options, reason_field
from service.awards.decisions.documents import letter_words
from service.awards.decisions.lines import line_keys, lines_of, list_sentences, own_line, strike
from service.awards.form_parts import notes, problem, record
from service.awards.records import text_of
from service.awards.rounds.records import change_round, round_of, settings_with
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext

if TYPE_CHECKING:
    from service.database.unit import Unit

DECISIONS = {
    "approved": "Phê duyệt danh sách",
    "returned": "Trả lại Sở Nội vụ",
    "refused": "Không chấp thuận",
}
ROWS = "lines"
ACTIONS = {"keep": "Giữ", "strike": "Rút khỏi danh sách"}
SIGNER = "chair_signer"
"""The setting that remembers who approved: the decision names them."""


class ChairDecision:
    """A line struck in an approval stays empty: the Chair signs what he saw. In a return the reserve moves up."""

    key = "awards:chair-decision"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """The list with a choice per line."""
        row = round_of(unit, task)
        lines = lines_of(unit, row.id)
        return Form(
            fields=(
                *notes([f"{letter_words(row)}.", *(text.split("\n")[0] for text in list_sentences(unit, row.id))]),
                decision_field(DECISIONS),
                reason_field("returned", "refused"),
                Field(
                    key=ROWS,
                    kind="rows",
                    label="Danh sách đề nghị khen thưởng",
                    hint="Đề nghị",
                    columns=(
                        Field(key="action", kind="select", label="Quyết định", options=options(ACTIONS)),
                        line("note", "Lý do rút", conditional=True),
                    ),
                    row_keys=line_keys(lines),
                    shown_if=("decision", ("approved", "returned")),
                ),
            ),
            intro=f"{len(lines)} đề nghị chờ quyết định. Rút dòng nào thì ghi lý do; khi phê duyệt, dòng rút không có "
            "dự bị thay.",
            submit_label="Ghi quyết định",
            values={ROWS: {str(each.id): {"action": "keep"} for each in lines}},
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """A struck line has its reason; an approval keeps at least one line."""
        row = round_of(unit, task)
        problems = own_line(unit, row.id, task.actor)
        if answers["decision"] == "refused":
            return problems
        lines = lines_of(unit, row.id)
        struck = _struck(unit, row.id, answers)
        problems += [problem(f"{ROWS}.{key}.note", "Ghi lý do rút dòng này.") for key, why in struck.items() if not why]
        if answers["decision"] == "approved" and len(struck) == len(lines):
            problems.append(problem("decision", "Mọi dòng đều được rút. Chọn trả lại hoặc không chấp thuận."))
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Strike, then move the round on."""
        row, decision = round_of(unit, task, lock=True), answers["decision"]
        if decision != "refused":
            strike(unit, row, _struck(unit, row.id, answers), fill_from_reserve=decision == "returned")
        if decision == "approved":
            signer = {"id": task.actor.account_id, "name": task.actor.full_name, "title": task.actor.title}
            values: dict[str, Any] = {"state": "numbering", "settings": settings_with(row, **{SIGNER: signer})}
        else:
            state = "signing" if decision == "returned" else "refused"
            values = {"state": state, "outcome_reason": text_of(answers, "reason")}
        change_round(unit, row.id, **values)
        return {"decision": decision}


def _struck(unit: Unit, round_id: int, answers: Mapping[str, Any]) -> dict[int, str]:
    given = {row.id: record(answers, ROWS, row.id) for row in lines_of(unit, round_id)}
    return {key: str(each.get("note") or "").strip() for key, each in given.items() if each.get("action") == "strike"}
