"""S10: the outcome of every submission in the pool, with a reason for each nomination that was not awarded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Row, select, update

from service.awards.decisions.number_decision import FORWARDED
from service.awards.rounds.pool import pool_rows
from service.awards.rounds.records import change_round, round_of
from service.awards.rounds.settings import PM_CERTIFICATE
from service.awards.tables import nomination, submission
from service.engine.handlers import TopicContext

if TYPE_CHECKING:
    from service.database.unit import Unit

JUDGED = ("in_pool", "recommended", "reserve", "not_recommended", "struck", "awarded", "not_awarded")
SENT_ON = "UBND Thành phố đã trình Thủ tướng Chính phủ qua Bộ Nội vụ"
REFUSED = "Chủ tịch UBND Thành phố không chấp thuận danh sách."
IN_RESERVE = "Ngoài số lượng tối đa; danh sách dự bị hết hiệu lực khi quyết định được ký."
NOT_AWARDED = "Không được khen thưởng trong đợt xét này."


class PublishResults:
    """Runs after the decision is numbered, after the Chair refused, or when there is nobody to propose.

    The round's own reason is set only where nobody was awarded.
    """

    topic = "awards:publish-results"
    phase: Literal["in_transaction", "after_commit"] = "in_transaction"

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        """Close every nomination and submission of the pool; list the results to send."""
        row = round_of(unit, work, lock=True)
        refused = row.state == "refused"
        by_submission: dict[int, list[str]] = defaultdict(list)
        for each in pool_rows(unit, row.id, JUDGED):
            by_submission[each.submission_id].append(_settle(unit, row, each, refused))
        results = _settle_submissions(unit, row, by_submission, refused)
        change_round(unit, row.id, results_at=work.at)
        return {"results": results}


def _settle(unit: Unit, row: Row[Any], each: Row[Any], refused: bool) -> str:
    """Write a nomination's last state; return what came of it: awarded, forwarded or not_awarded."""
    if each.state in ("awarded", "struck"):
        return "awarded" if each.state == "awarded" else "not_awarded"
    if each.state == "recommended" and each.award_form == PM_CERTIFICATE and not refused:
        letter = row.settings.get(FORWARDED)
        reason = f"{SENT_ON} ({letter})." if letter else f"{SENT_ON}."
        _write(unit, each, state="recommended", outcome_reason=reason)
        return "forwarded"
    _write(unit, each, state="not_awarded", outcome_reason=_reason(each, refused))
    return "not_awarded"


def _reason(each: Row[Any], refused: bool) -> str:
    if refused and each.state in ("recommended", "reserve"):
        return REFUSED
    if each.state == "reserve":
        return IN_RESERVE
    return each.outcome_reason or NOT_AWARDED


def _write(unit: Unit, each: Row[Any], **values: Any) -> None:
    unit.connection.execute(update(nomination).where(nomination.c.id == each.id).values(**values))


def _settle_submissions(
    unit: Unit, row: Row[Any], by_submission: Mapping[int, Sequence[str]], refused: bool
) -> list[dict[str, Any]]:
    in_pool = unit.connection.execute(
        select(submission.c.id, submission.c.code)
        .where(submission.c.round_id == row.id, submission.c.state == "in_pool")
        .order_by(submission.c.id)
    ).all()
    results = []
    for found in in_pool:
        outcome = "refused" if refused else _outcome(by_submission.get(found.id, ()))
        unit.connection.execute(
            update(submission)
            .where(submission.c.id == found.id)
            .values(state="decided", outcome=outcome, outcome_reason=row.outcome_reason)
        )
        results.append({"code": found.code, "outcome": outcome})
    return results


def _outcome(nominations: Sequence[str]) -> str:
    for outcome in ("awarded", "forwarded"):
        if outcome in nominations:
            return outcome
    return "not_awarded"
