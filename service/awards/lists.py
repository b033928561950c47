"""The list of dossiers a person may read, filtered and paged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, or_, select

from service.awards.tables import award_round, nomination, submission
from service.people.actor import Actor
from service.people.policy import instances_readable_by
from service.people.tables import unit as unit_table
from service.people.units import fold

if TYPE_CHECKING:
    from service.database.unit import Unit

PAGE = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """What a list is narrowed to; None and '' narrow nothing."""

    round_id: int | None = None
    unit_id: str | None = None
    states: tuple[str, ...] = ()
    text: str = ""
    """Part of a code, a unit's name or a nominee's name; diacritics do not matter."""
    before_id: int | None = None
    """The last row of the page before: newest first."""


def submissions_of(unit: Unit, actor: Actor, filters: Filters | None = None, limit: int = PAGE) -> Sequence[Any]:
    """Submissions and ad-hoc cases this person may read, newest first; one row more than `limit` where more follow.

    Each row: id, code, instance_id, unit_name, round_title, award_class, state, returns, sent_at, nominations (count).
    """
    counted = (
        select(func.count())
        .where(nomination.c.submission_id == submission.c.id, nomination.c.state != "withdrawn")
        .scalar_subquery()
    )
    query = (
        select(
            submission.c.id,
            submission.c.code,
            submission.c.instance_id,
            submission.c.unit_id,
            unit_table.c.name.label("unit_name"),
            award_round.c.title.label("round_title"),
            submission.c.award_class,
            submission.c.state,
            submission.c.returns,
            submission.c.sent_at,
            counted.label("nominations"),
        )
        .join(unit_table, unit_table.c.id == submission.c.unit_id)
        .outerjoin(award_round, award_round.c.id == submission.c.round_id)
        .where(instances_readable_by(actor, submission.c), *_conditions(filters or Filters()))
        .order_by(submission.c.id.desc())
        .limit(limit + 1)
    )
    return unit.connection.execute(query).all()


def _conditions(filters: Filters) -> list[Any]:
    conditions: list[Any] = []
    if filters.round_id is not None:
        conditions.append(submission.c.round_id == filters.round_id)
    if filters.unit_id:
        conditions.append(submission.c.unit_id == filters.unit_id)
    if filters.states:
        conditions.append(submission.c.state.in_(filters.states))
    if filters.before_id is not None:
        conditions.append(submission.c.id < filters.before_id)
    if wanted := fold(filters.text):
        nominee = exists().where(
            nomination.c.submission_id == submission.c.id,
            nomination.c.subject_search.contains(wanted, autoescape=True),
        )
        code = func.lower(submission.c.code).contains(wanted, autoescape=True)
        conditions.append(or_(code, unit_table.c.search_name.contains(wanted, autoescape=True), nominee))
    return conditions
