"""S7: the Director signs the consolidated tờ trình with its list, or sends the list back to the council."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service.awards.asking import decision_field, reason_field
from service.awards.decisions.documents import consolidated_letter, guidance_words
from service.awards.decisions.lines import line_words, lines_of, list_sentences, own_line
from service.awards.form_parts import notes, number_and_day, problem, within_sentence
from service.awards.papers.checklist import requirements_of_list
from service.awards.papers.write import write_paper
from service.awards.records import text_of
from service.awards.rounds.records import change_round, round_of
from service.awards.submissions.prepare import checklist_words
from service.engine.forms import FieldProblem, Form
from service.engine.handlers import TaskContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

DECISIONS = {"approved": "Ký tờ trình và danh sách", "returned": "Trả lại Hội đồng xét lại"}
WITHOUT_LINES = {
    "no_award": "Kết thúc đợt xét, không đề nghị khen thưởng",
    "returned": "Trả lại Hội đồng xét lại",
}
"""Nobody passed the vote: fewer than the ceiling, and none at all, is lawful."""
SEAT = "so_noi_vu"
TO_UBND = "Hồ sơ trình UBND Thành phố gồm:"


class SignList:
    """Nobody is added by hand: the list is what the vote and the ceilings made of the pool."""

    key = "awards:sign-list"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """The list by ceiling, then the decision."""
        row = round_of(unit, task)
        lines = lines_of(unit, row.id)
        struck = [f"{line_words(each)}: {each.line_note}" for each in lines_of(unit, row.id, ("struck",))]
        return Form(
            fields=(
                *notes(list_sentences(unit, row.id)),
                *notes(
                    [checklist_words(requirements_of_list(unit, row, lines), TO_UBND)] if lines else [], prefix="set"
                ),
                *notes(["\n".join(("Đã rút khỏi danh sách:", *struck))] if struck else [], prefix="struck"),
                *notes([f"Ý kiến gần nhất: {row.outcome_reason}"] if row.outcome_reason else [], prefix="said"),
                decision_field(DECISIONS if lines else WITHOUT_LINES),
                *number_and_day(
                    "letter_number",
                    "letter_on",
                    number_label="Số tờ trình",
                    example="1234/TTr-SNV",
                    day_label="Ngày ký",
                    shown="approved",
                ),
                reason_field("returned", "no_award"),
            ),
            intro=_intro(len(lines)),
            submit_label="Ghi quyết định",
            values={"letter_number": row.letter_number or "", "letter_on": task.at.astimezone(VIETNAM).date()},
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """An empty list is not submitted, and nobody ends a round that has a list; a nominee does not sign."""
        row = round_of(unit, task)
        problems = own_line(unit, row.id, task.actor)
        if answers["decision"] == "approved" and not lines_of(unit, row.id):
            problems.append(problem("decision", "Danh sách chưa có đề nghị nào. Trả lại Hội đồng xét lại."))
        if answers["decision"] == "approved" and answers["letter_on"] > task.at.astimezone(VIETNAM).date():
            problems.append(problem("letter_on", "Ngày ký không được sau hôm nay."))
        if answers["decision"] == "no_award" and lines_of(unit, row.id):
            problems.append(problem("decision", "Danh sách đang có đề nghị. Ký tờ trình hoặc trả lại Hội đồng."))
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep the letter, or the reason."""
        row = round_of(unit, task, lock=True)
        if answers["decision"] != "approved":
            state = "council" if answers["decision"] == "returned" else "signing"
            change_round(unit, row.id, state=state, outcome_reason=text_of(answers, "reason"))
            return {"decision": answers["decision"]}
        number, day = text_of(answers, "letter_number"), answers["letter_on"]
        change_round(
            unit,
            row.id,
            state="office",
            outcome_reason=None,
            letter_number=number,
            letter_on=day,
            letter_signed_by=task.actor.account_id,
        )
        write_paper(
            unit,
            kind="consolidated_letter",
            unit_id=SEAT,
            round_id=row.id,
            title=f"Tờ trình khen thưởng trong {within_sentence(row.title)}",
            number=number,
            dated_on=day,
            created_by=task.actor.account_id,
            text=consolidated_letter(
                title=row.title,
                number=number,
                day=day,
                guidance=guidance_words(row),
                sentences=list_sentences(unit, row.id),
                signer=task.actor.full_name,
                signer_title=task.actor.title,
            ),
        )
        return {"decision": "approved"}


def _intro(lines: int) -> str:
    if lines:
        return f"{lines} đề nghị trong danh sách trình UBND Thành phố. Xem rồi ký tờ trình."
    return "Danh sách trình chưa có đề nghị nào. Kết thúc đợt xét, hoặc trả lại Hội đồng xét lại."
