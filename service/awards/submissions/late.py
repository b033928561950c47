"""A submission that was not ready when the pool froze: it is late, and only the Director's waiver takes it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from service.awards.asking import decision_field, listing, nomination_words, note, prose
from service.awards.errors import LateWithoutWaiver
from service.awards.form_parts import within_sentence
from service.awards.involved import objections
from service.awards.notices import tell_unit
from service.awards.records import (
    is_open,
    nominations_of,
    round_of,
    submission_of,
    text_of,
    update_submission,
)
from service.awards.rounds.pool import PoolClosed, join_pool, pool_closed
from service.engine.forms import FieldProblem, Form
from service.engine.handlers import TaskContext, TopicContext

if TYPE_CHECKING:
    from service.database.unit import Unit

WAIVER_NEEDED = (
    "Đơn vị và Sở Nội vụ vẫn làm tiếp các bước; hồ sơ chỉ được đưa vào danh sách khi Giám đốc Sở Nội vụ đồng ý nhận."
)
NOTHING_TO_JOIN = "Khi chốt không có hồ sơ nào để xét, nên đợt xét đã kết thúc và không nhận thêm hồ sơ."
ROUND_OVER = "Đợt xét đã kết thúc, nên không nhận thêm hồ sơ được."
OVER = ("closed", "refused")
_DECISIONS = {"accepted": "Đồng ý nhận vào danh sách xét", "refused": "Không nhận"}


class WaiveLate:
    """The Director decides with a written reason, while the round can still take it."""

    key = "awards:waive-late"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        eligible = nominations_of(unit, dossier.id, ("eligible",))
        return Form(
            intro="Hồ sơ thẩm định xong sau khi danh sách xét đã chốt. Quyết định có nhận vào danh sách hay không.",
            submit_label="Ghi nhận quyết định",
            fields=(
                note("nominations", listing("Đề nghị đủ điều kiện:", map(nomination_words, eligible), "Không có.")),
                decision_field(_DECISIONS, label="Ý kiến của Giám đốc Sở Nội vụ"),
                prose("reason", "Lý do", required=True),
            ),
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        if answers["decision"] == "refused":
            return []
        dossier = submission_of(unit, task)
        problems = objections(unit, dossier, task.actor)
        # Held until the decision is written: the council's vote comes before it or after it.
        round_row = round_of(unit, dossier, lock=True)
        if round_row is not None and not is_open(round_row) and pool_closed(unit, round_row):
            message = PoolClosed.message if round_row.state not in OVER else ROUND_OVER
            problems.append(FieldProblem(field="decision", message=message))
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        reason = text_of(answers, "reason")
        if answers["decision"] == "accepted":
            update_submission(unit, dossier.id, waived=True, waiver_reason=reason)
        else:
            update_submission(unit, dossier.id, outcome_reason=reason)
        return {"decision": answers["decision"]}


class MarkLate:
    """The pool froze without this submission: it goes on, and will need the waiver."""

    topic = "awards:mark-late"
    phase: Literal["in_transaction", "after_commit"] = "in_transaction"

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        dossier = submission_of(unit, work)
        if dossier.state == "in_pool":
            return {"late": False}
        update_submission(unit, dossier.id, late=True)
        round_row = round_of(unit, dossier)
        title = within_sentence(round_row.title) if round_row is not None else ""
        what_now = NOTHING_TO_JOIN if round_row is not None and round_row.state in OVER else WAIVER_NEEDED
        tell_unit(
            unit,
            dossier,
            subject=f"Danh sách xét đã chốt: {dossier.code}",
            body=f"Danh sách xét của {title} đã chốt khi hồ sơ {dossier.code} chưa thẩm định xong. {what_now}",
            event="pool-frozen",
        )
        return {"late": True}


class MarkReady:
    """S4 is done: the submission waits for its round, or joins the frozen pool when its lateness was waived."""

    topic = "awards:mark-ready"
    phase: Literal["in_transaction", "after_commit"] = "in_transaction"

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        round_row = round_of(unit, submission_of(unit, work), lock=True)
        dossier = submission_of(unit, work)
        if dossier.state == "in_pool":
            return {}
        if round_row is None or is_open(round_row):
            update_submission(unit, dossier.id, state="ready")
            return {}
        if not dossier.waived:
            raise LateWithoutWaiver()
        join_pool(unit, dossier.id)
        return {}
