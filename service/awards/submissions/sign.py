"""U3: the head signs the tờ trình and certifies the reports, or sends the list back; the clerk numbers and sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from service.awards.asking import decision_field, line, listing, nomination_words, note, reason_field
from service.awards.involved import objections
from service.awards.papers import draw
from service.awards.papers.write import write_paper
from service.awards.records import (
    nominations_of,
    round_of,
    submission_of,
    text_of,
    unit_row,
    update_submission,
)
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext
from service.people.reads import account_names
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

_DECISIONS = {"signed": "Ký tờ trình và xác nhận báo cáo thành tích", "returned": "Trả lại để sửa danh sách"}


def proposed_nominations(unit: Unit, dossier: Row[Any]) -> list[Row[Any]]:
    """What the council proposed to the City: the list of the tờ trình."""
    return nominations_of(unit, dossier.id, ("proposed",))


class SignSubmission:
    """The head's signature stands for the tờ trình and for the certification of every report in it."""

    key = "awards:sign-submission"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        proposed = proposed_nominations(unit, dossier)
        title = f"Danh sách đề nghị gồm {len(proposed)} trường hợp:"
        return Form(
            intro="Ký tờ trình và xác nhận báo cáo thành tích, hoặc trả lại để văn thư sửa danh sách.",
            submit_label="Ghi nhận ý kiến",
            fields=(
                note("proposed", listing(title, map(nomination_words, proposed), "Danh sách đề nghị đang trống.")),
                decision_field(_DECISIONS, label="Ý kiến của thủ trưởng đơn vị"),
                reason_field("returned", label="Lý do trả lại"),
            ),
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        dossier = submission_of(unit, task)
        if answers["decision"] == "signed":
            return objections(unit, dossier, task.actor)
        return []

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        if answers["decision"] == "returned":
            update_submission(unit, dossier.id, state="drafting")
            return {"decision": "returned"}
        update_submission(unit, dossier.id, state="signed", signed_by=task.actor.account_id, signed_at=task.at)
        certify_reports(unit, dossier, proposed_nominations(unit, dossier), task.actor.account_id)
        return {"decision": "signed"}


class SendSubmission:
    """Number, date, seal, send: from here on Sở Nội vụ's clock runs."""

    key = "awards:send-submission"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        today = task.at.astimezone(VIETNAM).date()
        return Form(
            intro="Lấy số tờ trình, đóng dấu và gửi hồ sơ đến Sở Nội vụ.",
            submit_label="Gửi Sở Nội vụ",
            fields=letter_fields(),
            values={"letter_number": dossier.letter_number or "", "letter_on": today},
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        dossier = submission_of(unit, task)
        return [
            *letter_problems(task, answers, dossier),
            *objections(unit, dossier, task.actor, field="letter_number"),
        ]

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        number, day = text_of(answers, "letter_number"), answers["letter_on"]
        update_submission(unit, dossier.id, state="submitted", letter_number=number, letter_on=day, sent_at=task.at)
        write_letter(unit, dossier, number, day, proposed_nominations(unit, dossier), task.actor.account_id)
        return {}


def letter_fields() -> tuple[Field, ...]:
    """Number and date of a tờ trình."""
    return (
        line("letter_number", "Số tờ trình", hint="Ví dụ: 86/TTr-UBND", required=True),
        Field(key="letter_on", kind="date", label="Ngày tờ trình", required=True),
    )


def letter_problems(task: TaskContext, answers: Mapping[str, Any], dossier: Row[Any] | None) -> list[FieldProblem]:
    """A tờ trình is dated between its signature and today."""
    today = task.at.astimezone(VIETNAM).date()
    day = answers["letter_on"]
    if day > today:
        return [FieldProblem(field="letter_on", message="Ngày tờ trình không được sau hôm nay.")]
    signed = dossier.signed_at.astimezone(VIETNAM).date() if dossier is not None and dossier.signed_at else None
    earliest = signed or today - timedelta(days=366)
    if day < earliest:
        return [FieldProblem(field="letter_on", message=f"Ngày tờ trình không được trước ngày {earliest:%d/%m/%Y}.")]
    return []


def certify_reports(unit: Unit, dossier: Row[Any], nominations: Sequence[Row[Any]], account_id: int) -> None:
    """One certified báo cáo thành tích per nominee, as the head signed it."""
    unit_name = unit_row(unit, dossier.unit_id).name
    for each in nominations:
        write_paper(
            unit,
            kind="achievement_report",
            unit_id=dossier.unit_id,
            submission_id=dossier.id,
            nomination_id=each.id,
            title=f"Báo cáo thành tích của {each.subject_name}",
            text=draw.achievement_report(each=each, unit_name=unit_name),
            certifier=unit_name,
            created_by=account_id,
        )


def write_letter(
    unit: Unit, dossier: Row[Any], number: str, day: Any, nominations: Sequence[Row[Any]], account_id: int
) -> None:
    """The unit's tờ trình as a paper of the dossier."""
    round_row = round_of(unit, dossier)
    unit_name = unit_row(unit, dossier.unit_id).name
    signer = account_names(unit, [dossier.signed_by]).get(dossier.signed_by, "") if dossier.signed_by else ""
    text = draw.submission_letter(
        unit_name=unit_name,
        number=number,
        day=day,
        occasion=round_row.title if round_row is not None else "công tác đột xuất",
        nominations=nominations,
        signer=signer,
    )
    write_paper(
        unit,
        kind="submission_letter",
        unit_id=dossier.unit_id,
        submission_id=dossier.id,
        title=f"Tờ trình {number}",
        number=number,
        dated_on=day,
        text=text,
        created_by=account_id,
    )
