"""S6: rank every ceiling's nominations by the council's votes, and write where each one stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Row, update

from service.awards.law.ranking import Placement
from service.awards.rounds.records import change_round, round_of
from service.awards.rounds.standing import Standing, standings
from service.awards.tables import nomination
from service.engine.handlers import TopicContext

if TYPE_CHECKING:
    from service.database.unit import Unit

ARTICLE_4 = "theo Điều 4 NĐ 152/2025/NĐ-CP"
PREFERRED = {"individual": "ưu tiên nữ", "collective": "ưu tiên tập thể có từ 70 % nữ"}
CHAIR_OF_BODY = {"snv": "snv_director", "city": "ubnd_chair"}
_STATE_OF = {"recommended": "recommended", "reserve": "reserve", "not_recommended": "not_recommended"}


class RankPool:
    """Runs after the council's minutes are approved, and again after the chair broke a tie."""

    topic = "awards:rank-pool"
    phase: Literal["in_transaction", "after_commit"] = "in_transaction"

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        """Write the ranking; how many ceilings have an open tie, and who chairs the council of the first of them."""
        row = round_of(unit, work, lock=True)
        found = standings(unit, row)
        for standing in found:
            write_standing(unit, standing)
        tied = [standing for standing in found if standing.ranking.tie is not None]
        change_round(unit, row.id, state="council" if tied else "signing")
        return {"ties": len(tied), "tie_chair_group": chair_of(tied[0]) if tied else None}


def chair_of(standing: Standing) -> str:
    """The role that settles a tie: the chair of the council whose votes are equal."""
    return CHAIR_OF_BODY[standing.body or "snv"]


def write_standing(unit: Unit, standing: Standing, *, open_tie_state: str = "in_pool") -> None:
    """Write every placement of one ceiling. Those in an open tie keep waiting in `open_tie_state`."""
    for placement in standing.ranking.placements:
        member = standing.members[placement.key]
        unit.connection.execute(
            update(nomination)
            .where(nomination.c.id == placement.key)
            .values(
                state=_STATE_OF.get(placement.outcome, open_tie_state),
                pool_rank=placement.rank,
                reserve_rank=_reserve_rank(placement, open_tie_state),
                tie_reason=_tie_reason(standing, placement),
                outcome_reason=_outcome_reason(standing, placement, member),
            )
        )


def _reserve_rank(placement: Placement, open_tie_state: str) -> int | None:
    if placement.outcome == "tied" and open_tie_state == "reserve":
        return 1
    return placement.reserve


def _tie_reason(standing: Standing, placement: Placement) -> str | None:
    """Why it stands before or behind its equals; said only where the ceiling falls between them."""
    member = standing.members[placement.key]
    if placement.ground == "chair":
        return str(member.tie_reason)
    if placement.ground != "preference" or not standing.divided_by_ceiling(placement.key):
        return None
    where = "sau" if placement.outcome == "reserve" else "trước"
    return f"Bằng phiếu; xếp {where} {ARTICLE_4} ({PREFERRED[member.subject_kind]})."


def _outcome_reason(standing: Standing, placement: Placement, member: Row[Any]) -> str | None:
    """What the unit will read if it stays so."""
    if placement.outcome == "not_recommended":
        return standing.why_not(placement.key)
    if placement.outcome == "reserve":
        return f"Đạt số phiếu cần thiết nhưng ngoài số lượng tối đa {standing.ceiling}; dự bị {placement.reserve}."
    return None
