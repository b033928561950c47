"""The rows a step is about, found by the ids that the procedure carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, and_, false, or_, select

from service.awards.errors import RecordNotFound, SubmissionWithdrawn
from service.awards.tables import award_round, nomination, submission
from service.engine.handlers import TaskContext, TopicContext
from service.people.tables import unit as unit_table

if TYPE_CHECKING:
    from service.database.unit import Unit

UNDER_REVIEW = ("proposed", "eligible", "ineligible", "needs_data")
"""Nominations that Sở Nội vụ appraises; one that is held waits apart."""


def submission_of(unit: Unit, context: TaskContext | TopicContext) -> Row[Any]:
    """The submission (or ad-hoc case) a step belongs to.

    Raises:
        RecordNotFound.
    """
    found = find_submission(unit, context)
    if found is None:
        raise RecordNotFound()
    return found


def find_submission(unit: Unit, context: TaskContext | TopicContext) -> Row[Any] | None:
    """As `submission_of`; None where the case has no row yet.

    Whoever starts a process chooses its variables and its business key, so neither is believed alone: the row must
    be this dossier's already, or still be nobody's and of the dossier's own unit.
    """
    wanted = context.variables.get("submission_id") or context.variables.get("case_id")
    named = [submission.c.code == context.business_key] if context.business_key is not None else []
    if isinstance(wanted, int):
        named.append(submission.c.id == wanted)
    own = submission.c.instance_id.in_([context.instance_id, context.root_id])
    free = and_(submission.c.instance_id.is_(None), submission.c.unit_id == context.unit_id, or_(false(), *named))
    rows = unit.connection.execute(select(submission).where(or_(own, free)).order_by(submission.c.id)).all()
    for mark in (lambda row: row.id == wanted, lambda row: row.code == context.business_key, lambda row: True):
        found = next(filter(mark, rows), None)
        if found is not None:
            return found
    return None


def submission_by_id(unit: Unit, submission_id: int) -> Row[Any]:
    """Raises RecordNotFound."""
    row = unit.connection.execute(select(submission).where(submission.c.id == submission_id)).one_or_none()
    if row is None:
        raise RecordNotFound()
    return row


def lock_submission(unit: Unit, submission_id: int) -> None:
    """Hold its row until this unit of work ends: nobody adds nominations to it, or takes it away, meanwhile."""
    unit.connection.execute(select(submission.c.id).where(submission.c.id == submission_id).with_for_update())


def round_by_id(unit: Unit, round_id: int, *, lock: bool = False) -> Row[Any]:
    """The round. With `lock`, it cannot freeze before this unit of work ends (nor we act while it freezes).

    Raises:
        RecordNotFound.
    """
    query = select(award_round).where(award_round.c.id == round_id)
    if lock:
        query = query.with_for_update(read=True)
    row = unit.connection.execute(query).one_or_none()
    if row is None:
        raise RecordNotFound()
    return row


def round_of(unit: Unit, dossier: Row[Any], *, lock: bool = False) -> Row[Any] | None:
    """The round of a submission; None for an ad-hoc case."""
    return None if dossier.round_id is None else round_by_id(unit, dossier.round_id, lock=lock)


def is_open(round_row: Row[Any]) -> bool:
    """Whether the round still takes submissions in: its pool is not frozen."""
    return round_row.state in ("drafting", "open")


def nominations_of(unit: Unit, submission_id: int, states: Sequence[str] | None = None) -> list[Row[Any]]:
    """The nominations of a submission in the order of its tờ trình; without `states` all that were not withdrawn."""
    query = select(nomination).where(nomination.c.submission_id == submission_id).order_by(nomination.c.position)
    wanted = nomination.c.state != "withdrawn" if states is None else nomination.c.state.in_(states)
    return list(unit.connection.execute(query.where(wanted)))


def update_submission(unit: Unit, submission_id: int, **values: Any) -> None:
    """Write these columns of one submission. A withdrawn one changes no more, whatever was on its way.

    Raises:
        SubmissionWithdrawn.
    """
    row = (submission.c.id == submission_id) & (submission.c.state != "withdrawn")
    if unit.connection.execute(submission.update().where(row).values(values)).rowcount == 0:
        raise SubmissionWithdrawn()


def update_nomination(unit: Unit, nomination_id: int, **values: Any) -> None:
    """Write these columns of one nomination."""
    unit.connection.execute(nomination.update().where(nomination.c.id == nomination_id).values(values))


def unit_row(unit: Unit, unit_id: str) -> Row[Any]:
    """A unit by its code. Raises RecordNotFound."""
    row = unit.connection.execute(select(unit_table).where(unit_table.c.id == unit_id)).one_or_none()
    if row is None:
        raise RecordNotFound()
    return row


def text_of(answers: Mapping[str, Any], key: str) -> str:
    """A text answer without blanks around it; '' where there is none."""
    value = answers.get(key)
    return value.strip() if isinstance(value, str) else ""
