"""The ways a submission ends without the round's result: each with its state, its outcome and its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Row, update

from service.awards import words
from service.awards.notices import tell_followers, tell_unit
from service.awards.records import submission_of, update_submission
from service.awards.submissions.returns import MOST_RETURNS
from service.awards.tables import nomination
from service.engine.handlers import TopicContext

if TYPE_CHECKING:
    from service.database.unit import Unit

_STATE_OF_OUTCOME = {
    "no_proposal": "no_proposal",
    "not_taking_part": "not_taking_part",
    "expired": "expired",
    "ineligible": "ineligible",
    "late": "late",
}
NOT_SUPPLEMENTED = "Đơn vị chưa nộp lại hồ sơ trong thời hạn bổ sung."
STILL_INCOMPLETE = (
    f"Hồ sơ đã trả bổ sung {MOST_RETURNS} lần mà vẫn còn thiếu; các mục còn thiếu ghi ở phiếu trả cuối cùng."
)
_TOLD = ("expired", "late")
"""The unit hears of these here; of ineligible nominations it was told name by name, the others it decided itself."""
_STILL_OPEN = ("draft", "proposed", "eligible", "needs_data", "held")


def _why(dossier: Row[Any], outcome: str) -> str:
    """A dossier expires in two ways; its unit reads which."""
    if outcome != "expired":
        return words.SUBMISSION_OUTCOMES[outcome]
    return STILL_INCOMPLETE if dossier.returns > MOST_RETURNS else NOT_SUPPLEMENTED


class SettleSubmission:
    """Close the submission with the outcome the diagram names; nominations still open are not awarded.

    `late` comes from the row: the message that says so may still be on its way, and a frozen pool waits for nobody.
    """

    topic = "awards:settle-submission"
    phase: Literal["in_transaction", "after_commit"] = "in_transaction"

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        dossier = submission_of(unit, work)
        outcome = str(work.variables.get("outcome") or dossier.state)
        state = _STATE_OF_OUTCOME[outcome]
        reason = dossier.outcome_reason or _why(dossier, outcome)
        update_submission(unit, dossier.id, state=state, outcome=outcome, outcome_reason=reason, closed_at=work.at)
        unit.connection.execute(
            update(nomination)
            .where(nomination.c.submission_id == dossier.id, nomination.c.state.in_(_STILL_OPEN))
            .values(state="not_awarded", outcome_reason=reason)
        )
        subject = f"{words.SUBMISSION_OUTCOMES[outcome]}: {dossier.code}"
        if outcome in _TOLD:
            tell_unit(unit, dossier, subject=subject, body=reason, event=outcome)
        if outcome == "expired":
            tell_followers(unit, dossier, subject=subject, body=reason, event="expired-followed")
        return {"outcome": outcome, "late": bool(dossier.late)}
