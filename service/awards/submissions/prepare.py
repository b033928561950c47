"""U1: the clerk enters the nominees with their reports, or says that the unit takes no part.

The round's frozen eligibility table is asked for each nominee: a hard failure bars the nominee, with the criterion
named; a soft one, and whatever the table leaves to judgement, needs a justification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.awards import eligibility, words
from service.awards.asking import decision_field, line, listing, note, reason_field
from service.awards.errors import ListChanged
from service.awards.papers.checklist import Requirement, requirements
from service.awards.records import (
    lock_submission,
    nominations_of,
    round_of,
    submission_of,
    text_of,
    unit_row,
    update_submission,
)
from service.awards.rounds.ceilings import not_given, quota_rows
from service.awards.submissions import nominations as rows
from service.awards.submissions.nominee_form import columns_of, nominee_columns, starting_rows
from service.awards.tables import quota
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext
from service.people.tables import account

if TYPE_CHECKING:
    from service.database.unit import Unit

_DECISIONS = {"submit": "Trình hội đồng đơn vị xét", "not_taking_part": "Đơn vị không tham gia đợt xét"}
NO_NOMINEE = "Nhập ít nhất một đề nghị khen thưởng."
_SUBMIT = ("decision", ("submit",))


class PrepareSubmission:
    """The unit's list of nominees."""

    key = "awards:prepare-submission"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        round_row = round_of(unit, dossier)
        kept = [*nominations_of(unit, dossier.id), *rows.carried_into(unit, dossier.unit_id, round_row)]
        columns = nominee_columns(_kinds(round_row), _forms(unit, round_row))
        return Form(
            intro=_intro(round_row),
            submit_label="Hoàn thành lập hồ sơ",
            fields=(
                decision_field(_DECISIONS, label="Quyết định của đơn vị"),
                reason_field("not_taking_part", label="Lý do không tham gia"),
                note("checklist", _checklist_words(unit, dossier, round_row, kept)),
                Field(
                    key="nominees",
                    kind="rows",
                    label="Đề nghị khen thưởng",
                    required=True,
                    missing=NO_NOMINEE,
                    columns=columns,
                    shown_if=_SUBMIT,
                ),
                line(
                    "classified_register",
                    "Số đăng ký tài liệu mật, nếu có",
                    hint="Không nhập nội dung bí mật nhà nước vào hệ thống; chỉ ghi số đăng ký, hồ sơ xử lý riêng.",
                    shown_if=_SUBMIT,
                ),
            ),
            values={
                "nominees": starting_rows(kept, usernames(unit, kept), columns),
                "classified_register": dossier.classified_register or "",
            },
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        if answers["decision"] != "submit":
            return []
        dossier = submission_of(unit, task)
        records = answers["nominees"]
        return [
            *nominee_problems(unit, task, dossier.unit_id, records),
            *_dropped(unit, dossier, records),
            *_without_ceiling(unit, dossier, records),
            *_against_rules(unit, dossier, records),
        ]

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        decision = answers["decision"]
        values: dict[str, Any] = {"instance_id": task.instance_id, "prepared_by": task.actor.account_id}
        if decision == "submit":
            lock_submission(unit, dossier.id)
            if rows.dropped_carried(unit, dossier, answers["nominees"]):
                raise ListChanged()
            rows.save_nominations(unit, dossier, answers["nominees"])
            values |= {"state": "council", "classified_register": text_of(answers, "classified_register") or None}
        else:
            values |= {"state": "not_taking_part", "outcome_reason": text_of(answers, "reason")}
        update_submission(unit, dossier.id, **values)
        return {"decision": decision, "returns": dossier.returns}


def _intro(round_row: Row[Any] | None) -> str:
    if round_row is None:
        return "Nhập các đề nghị khen thưởng và báo cáo thành tích."
    return (
        f"Nhập các đề nghị khen thưởng của đơn vị trong {round_row.title}, kèm báo cáo thành tích. "
        "Từng tiêu chuẩn được đối chiếu với bảng tiêu chuẩn đã chốt của đợt xét."
    )


def _checklist_words(unit: Unit, dossier: Row[Any], round_row: Row[Any] | None, kept: Sequence[Row[Any]]) -> str:
    return checklist_words(requirements(unit, dossier, round_row, kept))


def checklist_words(needed: Sequence[Requirement], title: str = "Hồ sơ gửi Sở Nội vụ gồm:") -> str:
    """What every dossier must hold, then what depends on the subject."""
    always = [
        f"{each.label}: {each.copies:02d} bộ bản chính" + (f", {each.certifier} xác nhận" if each.certifier else "")
        for each in needed
        if each.required
    ]
    others = [each.label for each in needed if not each.required]
    parts = [listing(title, always, "Chưa có danh mục hồ sơ.")]
    return "\n".join([*parts, listing("Kèm theo, tùy đối tượng:", others, "")]).strip()


def _kinds(round_row: Row[Any] | None) -> Sequence[str]:
    return tuple(round_row.subject_kinds) if round_row is not None else tuple(words.SUBJECT_KINDS)


def _forms(unit: Unit, round_row: Row[Any] | None) -> Sequence[str]:
    """The forms the round has ceilings for, in the order of the glossary, and the unit's own Giấy khen."""
    if round_row is None:
        return tuple(words.AWARD_FORMS)
    query = select(quota.c.award_form).where(quota.c.round_id == round_row.id).distinct()
    given = set(unit.connection.execute(query).scalars()) | {"unit_commendation"}
    return tuple(form for form in words.AWARD_FORMS if form in given)


def usernames(unit: Unit, kept: Sequence[Row[Any]]) -> dict[int, str]:
    """User names of nominees by account id."""
    ids = {row.nominee_account_id for row in kept if row.nominee_account_id is not None}
    query = select(account.c.id, account.c.username).where(account.c.id.in_(sorted(ids)))
    return {row.id: row.username for row in unit.connection.execute(query)}


def _repeated(records: Sequence[Mapping[str, Any]]) -> list[FieldProblem]:
    seen: dict[rows.Key, int] = {}
    problems = []
    for index, record in enumerate(records):
        first = seen.setdefault(rows.key_of(record), index)
        if first != index:
            words_ = (
                f"Đối tượng này đã có ở dòng {first + 1} với cùng hình thức. "
                "Bỏ một dòng; nếu hai người trùng họ tên, ghi thêm năm sinh."
            )
            problems.append(FieldProblem(field=f"nominees.{index}.subject_name", message=words_))
    return problems


def nominee_problems(
    unit: Unit, task: TaskContext, unit_id: str, records: Sequence[Mapping[str, Any]]
) -> list[FieldProblem]:
    """Repeated nominees, accounts that do not exist, and people who would propose themselves."""
    problems = _repeated(records)
    problems += [
        FieldProblem(field=f"nominees.{index}.account", message="Không có tài khoản nào mang tên đăng nhập này.")
        for index in rows.unknown_accounts(unit, records)
    ]
    own = rows.records_of_account(unit, unit_id, records, task.actor.account_id)
    sentence = "Bạn là người được đề nghị nên không tự lập đề nghị này. Chuyển việc cho người khác trong đơn vị."
    return problems + [FieldProblem(field=f"nominees.{index}.subject_name", message=sentence) for index in own]


def _dropped(unit: Unit, dossier: Row[Any], records: Sequence[Mapping[str, Any]]) -> list[FieldProblem]:
    names = [row.subject_name for row in rows.dropped_carried(unit, dossier, records)]
    if not names:
        return []
    sentence = f"Còn thiếu đề nghị chuyển từ hồ sơ đột xuất: {', '.join(names)}. Thêm lại; hội đồng đơn vị sẽ xét."
    return [FieldProblem(field="nominees", message=sentence)]


def _without_ceiling(unit: Unit, dossier: Row[Any], records: Sequence[Mapping[str, Any]]) -> list[FieldProblem]:
    """Awards that this round gives to no subject of that kind and bloc: told now, not after the council's vote."""
    round_row = round_of(unit, dossier)
    if round_row is None:
        return []
    quotas, bloc = quota_rows(unit, round_row.id), unit_row(unit, dossier.unit_id).bloc
    problems = []
    for index, record in enumerate(records):
        key = {"award_form": record["award_form"], "subject_kind": record["subject_kind"], "bloc": bloc}
        if sentence := not_given(quotas, award_class=round_row.award_class, **key):
            problems.append(FieldProblem(field=f"nominees.{index}.award_form", message=sentence))
    return problems


def _against_rules(unit: Unit, dossier: Row[Any], records: Sequence[Mapping[str, Any]]) -> list[FieldProblem]:
    round_row = round_of(unit, dossier)
    bloc = unit_row(unit, dossier.unit_id).bloc
    problems: list[FieldProblem] = []
    for index, record in enumerate(records):
        found = eligibility.findings(unit, round_row, columns_of(record, bloc))
        problems += rule_problems(found, f"nominees.{index}", text_of(record, "justification"))
    return problems


def rule_problems(found: Sequence[eligibility.Finding], path: str, justification: str) -> list[FieldProblem]:
    """Hard failures at the nominee's name; the others at the justification while it is empty."""
    problems = [FieldProblem(field=f"{path}.subject_name", message=each.sentence) for each in eligibility.hard(found)]
    unexplained = eligibility.to_be_explained(found)
    if unexplained and not justification:
        sentences = " ".join(each.sentence for each in unexplained)
        problems.append(FieldProblem(field=f"{path}.justification", message=f"Cần giải trình. {sentences}"))
    return problems
