"""S11: the round is over: settled after its decision, refused, or closed with an empty pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from service.awards.rounds.records import change_round, round_of
from service.engine.handlers import TopicContext

if TYPE_CHECKING:
    from service.database.unit import Unit

EMPTY_POOL = "Không có đề nghị nào trong danh sách xét khi chốt."


class CloseRound:
    """A refused round stays refused on record; every other one becomes closed."""

    topic = "awards:close-round"
    phase: Literal["in_transaction", "after_commit"] = "in_transaction"

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        """Write the end."""
        row = round_of(unit, work, lock=True)
        reason = EMPTY_POOL if row.state == "frozen" else row.outcome_reason
        state = "refused" if row.state == "refused" else "closed"
        change_round(unit, row.id, state=state, closed_at=work.at, outcome_reason=reason)
        return {}
