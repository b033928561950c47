"""S5: the pool freezes, at the cut-off or when every unit is done. From here on nobody comes in without a waiver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select, update

from service.awards.rounds.pool import admit
from service.awards.rounds.records import change_round, round_of
from service.awards.tables import submission
from service.awards.words import SETTLED_SUBMISSION_STATES
from service.engine.handlers import TopicContext

if TYPE_CHECKING:
    from service.database.unit import Unit


RECEIVED = frozenset({"submitted", "returned", "appraising", "consulting", "confirming", "late"})
"""States of a submission that has been sent and is not ready."""


class FreezePool:
    """Ready submissions go in with their eligible nominations; every other open one is late.

    `late` is written here, with the freeze, and not when the message arrives: a submission that is confirmed in
    between must not believe that it is in time.
    """

    topic = "awards:freeze-pool"
    phase: Literal["in_transaction", "after_commit"] = "in_transaction"

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        """Freeze; say how many nominations there are, which submissions must be told, and how many may be waived in.

        An empty pool ends the round at once only where nothing can come in any more: what Sở Nội vụ has received and
        not finished is the Director's to take in.
        """
        row = round_of(unit, work, lock=True)
        # Locked before it is read: whoever confirms a submission at this moment is either seen as ready or as late.
        submissions = unit.connection.execute(
            select(submission.c.id, submission.c.code, submission.c.state)
            .where(submission.c.round_id == row.id)
            .order_by(submission.c.id)
            .with_for_update()
        ).all()
        ready = [found.id for found in submissions if found.state == "ready"]
        late = [found for found in submissions if found.state not in SETTLED_SUBMISSION_STATES]
        pool_size = admit(unit, row, ready)
        unit.connection.execute(
            update(submission).where(submission.c.id.in_([found.id for found in late])).values(late=True)
        )
        change_round(unit, row.id, state="frozen", frozen_at=work.at)
        return {
            "pool_size": pool_size,
            "late_submissions": [{"code": found.code} for found in late],
            "waiver_candidates": sum(found.state in RECEIVED for found in late),
            "award_class": row.award_class,
        }
