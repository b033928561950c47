"""A case that is not đột xuất goes the full way: its nominations join the unit's open submission of a yearly round.

Where there is none that still drafts, they wait as carried over: the unit's next submission takes them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Row, select

from service.awards.records import nominations_of, round_of, submission_of, update_nomination, update_submission
from service.awards.rounds.ceilings import quota_rows
from service.awards.submissions.nominations import key_of_row, next_position, why_not_taken
from service.awards.tables import award_round, submission
from service.engine.handlers import TopicContext

if TYPE_CHECKING:
    from service.database.unit import Unit

ALREADY_THERE = "Đã có trong hồ sơ của đợt xét."
"""Why a nomination did not move: the unit proposes the same subject for the same award there."""
_MOVED = ("proposed", "needs_data", "draft")


class Divert:
    """Move the nominations, close the case."""

    topic = "awards:divert"
    phase: Literal["in_transaction", "after_commit"] = "in_transaction"

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        dossier = submission_of(unit, work)
        target = drafting_submission(unit, dossier.unit_id)
        update_submission(
            unit,
            dossier.id,
            state="diverted",
            outcome="diverted",
            outcome_reason=dossier.urgency_reason,
            diverted_to=target.id if target is not None else None,
            closed_at=work.at,
        )
        _move(unit, dossier, target)
        return {"diverted": True}


def drafting_submission(unit: Unit, unit_id: str) -> Row[Any] | None:
    """The unit's submission of an open annual round that its clerk still drafts; the round that closes first."""
    query = (
        select(submission)
        .join(award_round, award_round.c.id == submission.c.round_id)
        .where(
            submission.c.unit_id == unit_id,
            submission.c.state.in_(("invited", "drafting")),
            award_round.c.state == "open",
            award_round.c.award_class == "annual",
        )
        .order_by(award_round.c.cutoff_at, submission.c.id)
    )
    # Held: its clerk cannot hand it on without the nominations that come in now.
    return unit.connection.execute(query.limit(1).with_for_update(of=submission)).first()


def _move(unit: Unit, dossier: Row[Any], target: Row[Any] | None) -> None:
    """To the target as drafts; without a target they stay where they are, as drafts that wait.

    What the target's round gives to no subject of that kind would bar its clerk from handing on anything at all.
    """
    round_row = round_of(unit, target) if target is not None else None
    quotas = quota_rows(unit, round_row.id) if round_row is not None else ()
    there = {key_of_row(row) for row in nominations_of(unit, target.id)} if target is not None else set()
    for each in nominations_of(unit, dossier.id, _MOVED):
        if target is None or round_row is None:
            update_nomination(unit, each.id, state="draft")
        elif reason := why_not_taken(each, round_row, quotas):
            update_nomination(unit, each.id, state="not_awarded", outcome_reason=reason)
        elif key_of_row(each) in there:
            # The unit proposes the same subject for the same award already: one nomination is enough.
            update_nomination(unit, each.id, state="withdrawn", outcome_reason=ALREADY_THERE)
        else:
            place = next_position(unit, target.id)
            update_nomination(
                unit, each.id, submission_id=target.id, position=place, state="draft", carried_from=dossier.id
            )
