"""S5: how many units the pool still waits for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, select

from service.awards.rounds.records import round_of
from service.awards.tables import submission
from service.awards.words import SETTLED_SUBMISSION_STATES
from service.engine.handlers import TopicContext

if TYPE_CHECKING:
    from service.database.unit import Unit


class CountOutstanding:
    """Run whenever a submission settles. At 0 every unit of the round's list is done and the pool freezes early."""

    topic = "awards:count-outstanding"
    phase: Literal["in_transaction", "after_commit"] = "in_transaction"

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        """The number of submissions that are neither ready nor out."""
        return {"outstanding": count_outstanding(unit, round_of(unit, work).id)}


def count_outstanding(unit: Unit, round_id: int) -> int:
    """Submissions of the round that may still become ready."""
    query = (
        select(func.count())
        .select_from(submission)
        .where(submission.c.round_id == round_id, submission.c.state.not_in(sorted(SETTLED_SUBMISSION_STATES)))
    )
    return int(unit.connection.execute(query).scalar_one())
