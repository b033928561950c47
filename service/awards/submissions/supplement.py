"""The unit answers a return: item by item, and only what was returned is open again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from service.awards import eligibility
from service.awards.asking import note, prose, row_keys
from service.awards.involved import objections
from service.awards.papers import draw
from service.awards.papers.write import write_paper
from service.awards.records import (
    UNDER_REVIEW,
    nominations_of,
    round_of,
    submission_of,
    text_of,
    unit_row,
    update_nomination,
    update_submission,
)
from service.awards.submissions.nominee_form import CORRECTABLE, answers_of, correction_columns, facts_from
from service.awards.submissions.prepare import rule_problems
from service.awards.submissions.returns import MOST_RETURNS, open_items
from service.awards.tables import return_item
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext

if TYPE_CHECKING:
    from service.database.unit import Unit


_CONSEQUENCE = "Quá hạn bổ sung, hồ sơ được ghi “hết hạn bổ sung” và không vào danh sách xét."


class Supplement:
    """Answers, and corrected facts of the nominees concerned."""

    def __init__(self, key: str = "awards:supplement") -> None:
        self.key = key

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        items = open_items(unit, dossier.id)
        concerned = _concerned(unit, dossier, items)
        return Form(
            intro=_intro(dossier, len(items)),
            submit_label="Nộp lại hồ sơ",
            fields=(
                Field(
                    key="answers",
                    kind="rows",
                    label="Các mục cần bổ sung",
                    hint="Tải giấy tờ thay thế ở mục Giấy tờ của hồ sơ; bản cũ vẫn được giữ.",
                    row_keys=tuple((str(item.id), _item_words(item)) for item in items),
                    columns=(prose("answer", "Đơn vị đã sửa, bổ sung", required=True),),
                ),
                *_corrections_field(concerned),
                *((note("consequence", _CONSEQUENCE),) if dossier.round_id is not None else ()),
            ),
            values={"corrections": {str(each.id): _values(each) for each in concerned}},
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        dossier = submission_of(unit, task)
        round_row = round_of(unit, dossier)
        problems = objections(unit, dossier, task.actor, field="answers")
        for each in _concerned(unit, dossier, open_items(unit, dossier.id)):
            corrected = _corrected(each, answers)
            if round_row is None or corrected is None:
                continue
            facts = eligibility.facts_of(each) | corrected
            found = eligibility.findings(unit, round_row, facts)
            problems += rule_problems(found, f"corrections.{each.id}", corrected["justification"] or "")
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        items = open_items(unit, dossier.id)
        concerned = _concerned(unit, dossier, items)
        for item in items:
            _answer(unit, task, item.id, text_of((answers.get("answers") or {}).get(str(item.id)) or {}, "answer"))
        for each in concerned:
            corrected = _corrected(each, answers)
            if corrected is not None:
                _correct(unit, task, dossier, each, corrected)
        for each in nominations_of(unit, dossier.id, ("needs_data",)):
            update_nomination(unit, each.id, state="proposed")
        update_submission(unit, dossier.id, state="submitted", sent_at=task.at)
        return {"decision": "resubmitted"}


def _intro(dossier: Row[Any], count: int) -> str:
    return (
        f"Sửa {count} mục dưới đây rồi nộp lại; các phần khác của hồ sơ giữ nguyên. "
        f"Lần trả thứ {dossier.returns}, tối đa {MOST_RETURNS} lần."
    )


def _item_words(item: Row[Any]) -> str:
    basis = f" Căn cứ: {item.basis}." if item.basis else ""
    return f"{item.subject.rstrip('.')}. {item.reason.rstrip('.')}.{basis}"


def _concerned(unit: Unit, dossier: Row[Any], items: Sequence[Row[Any]]) -> list[Row[Any]]:
    """The nominees named in the items; all of them when an item is about the dossier as a whole."""
    named = {item.nomination_id for item in items}
    rows = nominations_of(unit, dossier.id, UNDER_REVIEW)
    return [row for row in rows if None in named or row.id in named]


def _corrections_field(concerned: Sequence[Row[Any]]) -> tuple[Field, ...]:
    if not concerned:
        return ()
    return (
        Field(
            key="corrections",
            kind="rows",
            label="Số liệu và báo cáo của đề nghị được trả",
            row_keys=row_keys(concerned),
            columns=correction_columns(),
        ),
    )


def _values(each: Row[Any]) -> dict[str, Any]:
    answers = answers_of(each, {})
    return {key: answers[key] for key in CORRECTABLE}


def _corrected(each: Row[Any], answers: Mapping[str, Any]) -> dict[str, Any] | None:
    """The correctable columns as answered; None where that nominee was not shown."""
    record = (answers.get("corrections") or {}).get(str(each.id))
    if record is None:
        return None
    columns = facts_from(answers_of(each, {}) | dict(record))
    return {key: columns[key] for key in CORRECTABLE}


def _answer(unit: Unit, task: TaskContext, item_id: int, words: str) -> None:
    values = {"answer": words, "answered_by": task.actor.account_id, "answered_at": task.at}
    unit.connection.execute(return_item.update().where(return_item.c.id == item_id).values(values))


def _correct(unit: Unit, task: TaskContext, dossier: Row[Any], each: Row[Any], corrected: dict[str, Any]) -> None:
    """Write the facts; when they changed, the certified report gets its next version."""
    if all(getattr(each, key) == value for key, value in corrected.items()):
        return
    update_nomination(unit, each.id, **corrected)
    unit_name = unit_row(unit, dossier.unit_id).name
    changed = next(row for row in nominations_of(unit, dossier.id) if row.id == each.id)
    write_paper(
        unit,
        kind="achievement_report",
        unit_id=dossier.unit_id,
        submission_id=dossier.id,
        nomination_id=each.id,
        title=f"Báo cáo thành tích của {each.subject_name}",
        text=draw.achievement_report(each=changed, unit_name=unit_name),
        certifier=unit_name,
        created_by=task.actor.account_id,
    )
