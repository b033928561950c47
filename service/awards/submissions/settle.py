"""The ways a submission ends without the round's result: each with its state, its outcome and its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import update

from service.awards import words
from service.awards.notices import tell_unit
from service.awards.records import submission_of, update_submission
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
_TOLD = ("expired", "late")
"""The unit hears of these here; of ineligible nominations it was told name by name, the others it decided itself."""
_STILL_OPEN = ("draft", "proposed", "eligible", "needs_data", "held")


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
        reason = dossier.outcome_reason or words.SUBMISSION_OUTCOMES[outcome]
        update_submission(unit, dossier.id, state=state, outcome=outcome, outcome_reason=reason, closed_at=work.at)
        unit.connection.execute(
            update(nomination)
            .where(nomination.c.submission_id == dossier.id, nomination.c.state.in_(_STILL_OPEN))
            .values(state="not_awarded", outcome_reason=reason)
        )
        if outcome in _TOLD:
            what = words.SUBMISSION_OUTCOMES[outcome]
            tell_unit(unit, dossier, subject=f"{what}: {dossier.code}", body=reason, event=outcome)
        return {"outcome": outcome, "late": bool(dossier.late)}
