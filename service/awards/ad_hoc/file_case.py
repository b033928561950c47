"""Q1: the unit files an ad-hoc case: tờ trình, the deed, the nominees with their reports (Mẫu 06 or 08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.awards import words
from service.awards.asking import line, note, prose
from service.awards.counters import LONGEST_CODE, draw_code
from service.awards.papers.checklist import requirements
from service.awards.records import (
    find_submission,
    nominations_of,
    submission_by_id,
    text_of,
    update_submission,
)
from service.awards.submissions import nominations as rows
from service.awards.submissions.nominee_form import nominee_columns, starting_rows
from service.awards.submissions.prepare import NO_NOMINEE, checklist_words, nominee_problems, usernames
from service.awards.submissions.sign import letter_fields, letter_problems
from service.awards.tables import submission
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

FORMS = ("city_merit_certificate", "unit_commendation")
_NOT_ASKED = frozenset(
    {
        "component_assigned",
        "component_score_kept",
        "advisory_collective",
        "specialist_collective",
        "parent_rank",
        "par_index",
        "sipas",
    }
)
"""Criteria of yearly awards: a deed is not judged by them."""


class FileAdHoc:
    """Create the case, or change it after the head sent it back."""

    key = "awards:file-ad-hoc"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = _case(unit, task)
        kept = nominations_of(unit, dossier.id) if dossier is not None else []
        return Form(
            intro="Lập hồ sơ khen thưởng đột xuất theo thủ tục đơn giản: tờ trình và báo cáo thành tích.",
            submit_label="Trình thủ trưởng đơn vị",
            fields=(
                prose(
                    "deed", "Thành tích đột xuất", hint="Việc gì, ở đâu, kết quả ra sao", required=True, min_length=20
                ),
                Field(key="deed_on", kind="date", label="Ngày lập thành tích", required=True),
                *letter_fields(),
                note("checklist", _checklist_words(unit, dossier, kept)),
                Field(
                    key="nominees",
                    kind="rows",
                    label="Đề nghị khen thưởng",
                    required=True,
                    missing=NO_NOMINEE,
                    columns=_columns(),
                ),
                line(
                    "classified_register",
                    "Số đăng ký tài liệu mật, nếu có",
                    hint="Không nhập nội dung bí mật nhà nước vào hệ thống; chỉ ghi số đăng ký, hồ sơ xử lý riêng.",
                ),
            ),
            values=_values(unit, task, dossier, kept),
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        today = task.at.astimezone(VIETNAM).date()
        problems = letter_problems(task, answers, None)
        if answers["deed_on"] > today:
            problems.append(FieldProblem(field="deed_on", message="Ngày lập thành tích không được sau hôm nay."))
        return [*problems, *nominee_problems(unit, task, str(task.unit_id), answers["nominees"])]

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = _case(unit, task) or _create(unit, task)
        update_submission(
            unit,
            dossier.id,
            state="signing",
            prepared_by=task.actor.account_id,
            deed=text_of(answers, "deed"),
            deed_on=answers["deed_on"],
            letter_number=text_of(answers, "letter_number"),
            letter_on=answers["letter_on"],
            classified_register=text_of(answers, "classified_register") or None,
        )
        rows.save_nominations(unit, dossier, answers["nominees"])
        return {"case_id": dossier.id}


def _columns() -> tuple[Field, ...]:
    every = nominee_columns(tuple(words.SUBJECT_KINDS), FORMS, tuple(words.REPORT_TEMPLATES))
    return tuple(field for field in every if field.key not in _NOT_ASKED)


def _case(unit: Unit, task: TaskContext) -> Row[Any] | None:
    """The case of this dossier; never a round's submission, whatever key the dossier was started with."""
    found = find_submission(unit, task)
    return found if found is not None and found.round_id is None else None


def _code(unit: Unit, task: TaskContext) -> str:
    """The dossier's business key, unless another dossier is known by it, or it is too long for a code."""
    taken = select(submission.c.id).where(submission.c.code == task.business_key)
    key = task.business_key
    if key is None or len(key) > LONGEST_CODE or unit.connection.execute(taken).first() is not None:
        return draw_code(unit, "ad_hoc_case")
    return key


def _create(unit: Unit, task: TaskContext) -> Row[Any]:
    statement = (
        submission.insert()
        .values(
            code=_code(unit, task),
            unit_id=task.unit_id,
            award_class="ad_hoc",
            instance_id=task.instance_id,
            state="drafting",
            created_at=task.at,
        )
        .returning(submission.c.id)
    )
    return submission_by_id(unit, int(unit.connection.execute(statement).scalar_one()))


def _checklist_words(unit: Unit, dossier: Row[Any] | None, kept: Sequence[Row[Any]]) -> str:
    return checklist_words(requirements(unit, dossier, None, kept))


def _values(unit: Unit, task: TaskContext, dossier: Row[Any] | None, kept: Sequence[Row[Any]]) -> dict[str, Any]:
    today: date = task.at.astimezone(VIETNAM).date()
    if dossier is None:
        return {"letter_on": today, "nominees": []}
    return {
        "deed": dossier.deed or "",
        "deed_on": dossier.deed_on,
        "letter_number": dossier.letter_number or "",
        "letter_on": dossier.letter_on or today,
        "classified_register": dossier.classified_register or "",
        "nominees": starting_rows(kept, usernames(unit, kept), _columns()),
    }
