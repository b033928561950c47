"""The chair of the council approves the minutes, or sends the count back to the secretary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service.awards.asking import decision_field, reason_field
from service.awards.councils.sessions import ballot, change_session, session_of, subject_of
from service.awards.form_parts import notes
from service.awards.involved import nominees_acting
from service.awards.records import update_submission
from service.engine.forms import FieldProblem, Form
from service.engine.handlers import TaskContext

if TYPE_CHECKING:
    from service.database.unit import Unit

DECISIONS = {"approved": "Ký biên bản", "returned": "Trả lại để kiểm phiếu lại"}


class ApproveMinutes:
    """A returned session keeps its members and quorum; its votes are recorded again."""

    key = "awards:approve-minutes"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """The minutes, then the decision."""
        session = session_of(unit, task)
        return Form(
            fields=(
                *notes((session.minutes_text or "").split("\n\n"), prefix="minutes"),
                decision_field(DECISIONS),
                reason_field("returned"),
            ),
            intro=f"Xem biên bản số {session.minutes_number} ngày {session.minutes_on:%d/%m/%Y}, rồi ký hoặc trả lại.",
            submit_label="Ghi quyết định",
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """A nominee does not sign the minutes of the vote on themselves."""
        if answers["decision"] != "approved":
            return ()
        return nominees_acting(task.actor, ballot(unit, subject_of(unit, task)))

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Close the session, or open its count again."""
        session = session_of(unit, task)
        if answers["decision"] == "approved":
            change_session(unit, session.id, state="approved", approved_by=task.actor.account_id, approved_at=task.at)
            if session.submission_id is not None:
                update_submission(unit, session.submission_id, state="signing")
        else:
            change_session(unit, session.id, state="quorate")
        return {"decision": answers["decision"]}
