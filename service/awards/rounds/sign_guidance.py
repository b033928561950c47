"""R0: the Director signs the guidance: window, ceilings and rule versions freeze, invited units get submissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, insert, select

from service.awards import rules, words
from service.awards.asking import decision_field, reason_field
from service.awards.counters import draw_code
from service.awards.form_parts import notes, number_and_day, problem, within_sentence
from service.awards.papers.write import write_paper
from service.awards.records import text_of
from service.awards.rounds.ceilings import ceiling_words, ceilings_of_table, freeze_ceilings, lowered
from service.awards.rounds.records import change_round, round_of
from service.awards.rounds.settings import rules_of, share_words
from service.awards.tables import award_round, submission
from service.engine.forms import FieldProblem, Form
from service.engine.handlers import TaskContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

DECISIONS = {"approved": "Ký ban hành hướng dẫn", "returned": "Trả lại chuyên viên"}
FROZEN_TABLES = {"eligibility": "tiêu chuẩn", "quota": "số lượng tối đa", "checklist": "danh mục hồ sơ"}
UNITS_OWN_SEAT = "so_noi_vu"


class SignGuidance:
    """With the signature the round opens; what was deployed later changes nothing in it."""

    key = "awards:sign-guidance"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """The draft in sentences, then the decision."""
        row = round_of(unit, task)
        return Form(
            fields=(
                *notes([*_summary(unit, row), *_same_year(unit, row)]),
                decision_field(DECISIONS),
                *number_and_day(
                    "guidance_number",
                    "guidance_on",
                    number_label="Số văn bản hướng dẫn",
                    example="3215/HD-SNV",
                    day_label="Ngày ký",
                    shown="approved",
                ),
                reason_field("returned"),
            ),
            intro=f"Xem hướng dẫn “{row.title}” rồi ký. Ký xong, các con số và bảng tiêu chuẩn không đổi nữa.",
            submit_label="Ghi quyết định",
            values={"guidance_on": task.at.astimezone(VIETNAM).date()},
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """A round opens only with its tables deployed and its cut-off still to come."""
        if answers["decision"] != "approved":
            return ()
        row = round_of(unit, task)
        problems = [
            problem("decision", f"Chưa triển khai bảng {name} ({key}), nên chưa chốt được. Báo quản trị quy trình.")
            for key, name in FROZEN_TABLES.items()
            if rules.latest_resource_id(unit, key) is None
        ]
        if answers["guidance_on"] > task.at.astimezone(VIETNAM).date():
            problems.append(problem("guidance_on", "Ngày ký không được sau hôm nay."))
        if row.cutoff_at <= task.at:
            problems.append(problem("decision", "Ngày chốt danh sách đã qua. Trả lại để sửa ngày."))
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Open the round, or leave it in draft with the reason."""
        row = round_of(unit, task, lock=True)
        if answers["decision"] != "approved":
            change_round(unit, row.id, outcome_reason=text_of(answers, "reason"))
            return {"decision": answers["decision"]}
        _freeze(unit, task, row, answers)
        submissions = _invite(unit, row)
        return {
            "decision": "approved",
            "round_id": row.id,
            "round_key": row.code,
            "award_class": row.award_class,
            "cutoff_at": row.cutoff_at,
            "round_open": True,
            "submissions": submissions,
            "outstanding": len(submissions),
        }


def _same_year(unit: Unit, row: Row[Any]) -> list[str]:
    """A second round of one class and year has ceilings of its own: whoever signs must know.

    Source: Kế hoạch 77/KH-UBND, mục IV.1.b to d: “tối đa không quá” stands for the class, not for each round.
    """
    query = select(award_round.c.code, award_round.c.title).where(
        award_round.c.award_class == row.award_class,
        award_round.c.year == row.year,
        award_round.c.id != row.id,
        award_round.c.state.not_in(("drafting", "refused")),
    )
    others = [f"{found.title} ({found.code})" for found in unit.connection.execute(query.order_by(award_round.c.id))]
    if not others:
        return []
    kind = words.AWARD_CLASSES[row.award_class].lower()
    sentence = (
        f"Năm {row.year} đã có đợt {kind} khác: {'; '.join(others)}. "
        "Mỗi đợt có số lượng tối đa riêng; xem lại để cả năm không vượt số lượng của kế hoạch."
    )
    return [sentence]


def _freeze(unit: Unit, task: TaskContext, row: Row[Any], answers: Mapping[str, Any]) -> None:
    resources = {key: rules.latest_resource_id(unit, key) for key in FROZEN_TABLES}
    quota_table = resources["quota"]
    assert quota_table is not None  # checked before
    ceilings = ceilings_of_table(unit, quota_table, row.award_class)
    freeze_ceilings(unit, row.id, lowered(ceilings, row.settings.get("ceilings", {})))
    number, day = text_of(answers, "guidance_number"), answers["guidance_on"]
    change_round(
        unit,
        row.id,
        state="open",
        opened_at=task.at,
        outcome_reason=None,
        guidance_number=number,
        guidance_on=day,
        eligibility_resource_id=resources["eligibility"],
        quota_resource_id=quota_table,
        checklist_resource_id=resources["checklist"],
    )
    write_paper(
        unit,
        kind="guidance",
        unit_id=UNITS_OWN_SEAT,
        round_id=row.id,
        title=f"Hướng dẫn {within_sentence(row.title)}",
        text="\n\n".join((*_summary(unit, row), row.guidance_text)),
        number=number,
        dated_on=day,
        created_by=task.actor.account_id,
    )


def _invite(unit: Unit, row: Row[Any]) -> list[dict[str, Any]]:
    """One submission per invited unit, in the guidance's order."""
    codes = {unit_id: draw_code(unit, "submission") for unit_id in row.invited_unit_ids}
    unit.connection.execute(
        insert(submission),
        [
            {
                "code": code,
                "round_id": row.id,
                "unit_id": unit_id,
                "award_class": row.award_class,
                "state": "invited",
                "created_at": unit.at,
            }
            for unit_id, code in codes.items()
        ],
    )
    rows = unit.connection.execute(
        select(submission.c.id, submission.c.code, submission.c.unit_id)
        .where(submission.c.round_id == row.id)
        .order_by(submission.c.id)
    )
    return [{"id": found.id, "code": found.code, "unit_id": found.unit_id} for found in rows]


def _summary(unit: Unit, row: Row[Any]) -> list[str]:
    cutoff = row.cutoff_at.astimezone(VIETNAM)
    law = rules_of(row)
    kind, units = words.AWARD_CLASSES[row.award_class], len(row.invited_unit_ids)
    closing = f"Chốt danh sách lúc {cutoff:%H:%M} ngày {cutoff:%d/%m/%Y}."
    lines = [f"{kind}, năm {row.year}. Mời {units} đơn vị. {closing}"]
    table = row.quota_resource_id or rules.latest_resource_id(unit, "quota")
    if table is not None:
        chosen = lowered(ceilings_of_table(unit, table, row.award_class), row.settings.get("ceilings", {}))
        lines += [
            f"{ceiling_words(award_form=c.award_form, subject_kind=c.subject_kind, bloc=c.bloc)}: tối đa {c.ceiling}."
            for c in chosen
        ]
    salary = f"{row.base_salary:,}".replace(",", ".")
    lines.append(
        f"Bằng khen cần {share_words(law.certificate)} tổng số thành viên hội đồng; "
        f"cờ thi đua cần {share_words(law.flag)}. Lương cơ sở {salary} đồng."
    )
    return lines
