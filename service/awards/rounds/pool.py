"""The pool of a round: the nominations that compete under its ceilings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select, update

from service.awards.errors import AwardRefused, RecordNotFound
from service.awards.records import round_by_id, submission_by_id
from service.awards.rounds.ceilings import quota_id_for, quota_rows
from service.awards.tables import council_session, nomination, submission
from service.people.tables import unit as unit_table

if TYPE_CHECKING:
    from service.database.unit import Unit

IN_POOL = ("in_pool", "recommended", "reserve", "not_recommended")
"""States of a nomination that is in the running, voted on or not."""


class PoolClosed(AwardRefused):
    """The council has voted on the pool; nobody can join it any more."""

    code = "pool_closed"
    message = "Hội đồng đã biểu quyết danh sách của đợt xét, nên không nhận thêm hồ sơ được."


def admit(unit: Unit, round_row: Row[Any], submission_ids: Iterable[int]) -> int:
    """Put the eligible nominations of these submissions into the pool, each under its ceiling; count them."""
    ids = list(submission_ids)
    eligible = unit.connection.execute(
        select(nomination.c.id, nomination.c.award_form, nomination.c.subject_kind, nomination.c.bloc)
        .where(nomination.c.submission_id.in_(ids), nomination.c.state == "eligible")
        .order_by(nomination.c.id)
    ).all()
    quotas = quota_rows(unit, round_row.id)
    for row in eligible:
        quota_id = quota_id_for(
            quotas,
            award_class=round_row.award_class,
            award_form=row.award_form,
            subject_kind=row.subject_kind,
            bloc=row.bloc,
        )
        unit.connection.execute(
            update(nomination).where(nomination.c.id == row.id).values(state="in_pool", quota_id=quota_id)
        )
    unit.connection.execute(update(submission).where(submission.c.id.in_(ids)).values(state="in_pool"))
    return len(eligible)


def join_pool(unit: Unit, submission_id: int) -> int:
    """Take a late submission, waived by the Director, into the frozen pool.

    Raises:
        PoolClosed: Sở Nội vụ's council has already voted.
    """
    found = submission_by_id(unit, submission_id)
    if found.round_id is None:
        raise RecordNotFound()
    round_row = round_by_id(unit, found.round_id, lock=True)
    if pool_closed(unit, round_row):
        raise PoolClosed()
    return admit(unit, round_row, [submission_id])


def pool_closed(unit: Unit, round_row: Row[Any]) -> bool:
    """Whether the round is past the vote, so that a late submission could not be voted on with the others."""
    if round_row.state not in ("frozen", "council"):
        return True
    voted = select(council_session.c.id).where(
        council_session.c.round_id == round_row.id, council_session.c.state.in_(("voted", "minuted", "approved"))
    )
    return unit.connection.execute(voted).first() is not None


def pool_rows(unit: Unit, round_id: int, states: Sequence[str] = IN_POOL) -> Sequence[Row[Any]]:
    """The nominations in these states with the name of their unit, in the order of submissions and positions."""
    query = (
        select(nomination, submission.c.unit_id, submission.c.code, unit_table.c.name.label("unit_name"))
        .join(submission, submission.c.id == nomination.c.submission_id)
        .join(unit_table, unit_table.c.id == submission.c.unit_id)
        .where(submission.c.round_id == round_id, nomination.c.state.in_(states))
        .order_by(nomination.c.submission_id, nomination.c.position)
    )
    return unit.connection.execute(query).all()
