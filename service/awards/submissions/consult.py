"""S3: an agency answers for itself: no objection, or an objection with its reason. Silence is never agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from service.awards.asking import decision_field, line, listing, nomination_words, note, reason_field
from service.awards.involved import objections
from service.awards.papers.write import write_paper
from service.awards.records import (
    UNDER_REVIEW,
    nominations_of,
    submission_of,
    text_of,
    unit_row,
    update_submission,
)
from service.awards.tables import consultation_opinion
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext
from service.engine.tables import task as task_table

if TYPE_CHECKING:
    from service.database.unit import Unit

OPINIONS = {"no_objection": "Không có vướng mắc", "objection": "Có ý kiến khác"}


class Consult:
    """One agency's answer; the others' answers do not touch it."""

    key = "awards:consult"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        asker = unit_row(unit, dossier.unit_id).name
        listed = listing(
            f"Hồ sơ {dossier.code} của {asker}, các trường hợp cần cho ý kiến:",
            map(nomination_words, nominations_of(unit, dossier.id, UNDER_REVIEW)),
            f"Hồ sơ {dossier.code} của {asker}.",
        )
        return Form(
            intro="Cho ý kiến về các trường hợp đề nghị khen thưởng thuộc lĩnh vực cơ quan bạn quản lý.",
            submit_label="Gửi ý kiến hiệp y",
            fields=(
                note("nominations", listed),
                decision_field(OPINIONS, label="Ý kiến của cơ quan"),
                reason_field("objection", label="Nội dung ý kiến", hint="Nêu rõ trường hợp nào và căn cứ."),
                line("document_number", "Số văn bản trả lời"),
                Field(key="document_on", kind="date", label="Ngày văn bản"),
            ),
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        return objections(unit, submission_of(unit, task), task.actor, "consult")

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        agency_id = task.variables.get("agency") or task.unit_id
        agency = unit_row(unit, str(agency_id))
        number, day = text_of(answers, "document_number") or None, answers.get("document_on")
        unit.connection.execute(
            consultation_opinion.insert().values(
                submission_id=dossier.id,
                agency_id=agency.id,
                task_id=task.task_id,
                decision=answers["decision"],
                reason=text_of(answers, "reason") or None,
                document_number=number,
                document_on=day,
                by=task.actor.account_id,
                at=task.at,
            )
        )
        write_paper(
            unit,
            kind="consultation_reply",
            unit_id="so_noi_vu",
            submission_id=dossier.id,
            title=f"Trả lời hiệp y của {agency.name}",
            number=number,
            dated_on=day,
            text=f"{OPINIONS[answers['decision']]}.\n\n{text_of(answers, 'reason')}".strip(),
            created_by=task.actor.account_id,
        )
        if not _others_asked(unit, task):
            update_submission(unit, dossier.id, state="confirming")
        return {}


def _others_asked(unit: Unit, task: TaskContext) -> bool:
    """Whether an agency of this consultation has still to answer."""
    waiting = select(task_table.c.id).where(
        task_table.c.instance_id == task.instance_id, task_table.c.state == "open", task_table.c.id != task.task_id
    )
    return unit.connection.execute(waiting).first() is not None
