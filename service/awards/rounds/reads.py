"""What people read of rounds: the list, where each unit stands, sessions, papers, the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, and_, case, func, or_, select

from service.awards import words
from service.awards.errors import RecordNotFound
from service.awards.tables import award_decision, award_round, council_session, nomination, paper, submission
from service.engine.tables import instance, task
from service.people.actor import Actor
from service.people.policy import may_oversee, may_read
from service.people.tables import unit as unit_table

if TYPE_CHECKING:
    from service.database.unit import Unit

SEAT = "so_noi_vu"
"""Rounds are Sở Nội vụ's: who reads its dossiers reads them."""
SENT = (
    "submitted",
    "returned",
    "appraising",
    "consulting",
    "confirming",
    "ready",
    "late",
    "in_pool",
    "decided",
    "closed",
)
NOT_SENT = ("invited", "drafting", "council", "signing", "signed")
OUT = ("withdrawn", "expired", "ineligible", "no_proposal", "not_taking_part")
_ORDER = (*NOT_SENT, *SENT, *OUT)
_INVITED = and_(
    submission.c.instance_id.is_(None),
    instance.c.business_key == submission.c.code,
    instance.c.parent_id.is_(None),
    instance.c.started_by.is_(None),
)
"""The dossier of a submission that no step has marked yet. One started by hand has a key that somebody chose."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitLine:
    """Where one unit's submission stands in a round."""

    unit_name: str
    code: str
    instance_id: str | None
    state: str
    """A key of `words.SUBMISSION_STATES`."""
    late: bool
    returns: int
    nominations: int
    steps: tuple[str, ...]
    """Names of the open tasks."""
    due_at: datetime | None
    """The nearest one's."""

    @property
    def state_words(self) -> str:
        """As a person reads it."""
        return words.SUBMISSION_STATES[self.state]


def may_see_rounds(actor: Actor) -> bool:
    """Sở Nội vụ, UBND Thành phố, supervisors, inspectors."""
    return may_oversee(actor, SEAT)


def may_see_pool(actor: Actor) -> bool:
    """The names, votes and ranks too: not for who only follows times."""
    return may_read(actor, SEAT)


def rounds_for(unit: Unit, actor: Actor) -> Sequence[Any]:
    """Every round, newest first, with how many units it invited and how many sent something; none for outsiders."""
    if not may_see_rounds(actor):
        return []
    counts = (
        select(
            submission.c.round_id,
            func.count().label("units"),
            func.sum(case((submission.c.state.in_(SENT), 1), else_=0)).label("sent"),
        )
        .group_by(submission.c.round_id)
        .subquery()
    )
    query = (
        select(award_round, counts.c.units, counts.c.sent)
        .outerjoin(counts, counts.c.round_id == award_round.c.id)
        .order_by(award_round.c.id.desc())
    )
    return unit.connection.execute(query).all()


def round_for(unit: Unit, actor: Actor, round_id: int) -> Row[Any]:
    """One round.

    Raises:
        RecordNotFound: there is none, or it is not for this person.
    """
    row = unit.connection.execute(select(award_round).where(award_round.c.id == round_id)).first()
    if row is None or not may_see_rounds(actor):
        raise RecordNotFound()
    return row


def unit_lines(unit: Unit, round_id: int) -> list[UnitLine]:
    """Every invited unit in the order of the procedure, the slowest first."""
    nominated = (
        select(nomination.c.submission_id, func.count().label("count"))
        .where(nomination.c.state != "withdrawn")
        .group_by(nomination.c.submission_id)
        .subquery()
    )
    query = (
        select(
            submission,
            unit_table.c.name.label("unit_name"),
            func.coalesce(submission.c.instance_id, instance.c.id).label("root_id"),
            func.coalesce(nominated.c.count, 0).label("nominations"),
        )
        .join(unit_table, unit_table.c.id == submission.c.unit_id)
        .outerjoin(instance, _INVITED)
        .outerjoin(nominated, nominated.c.submission_id == submission.c.id)
        .where(submission.c.round_id == round_id)
        .order_by(unit_table.c.search_name)
    )
    waiting = _open_tasks(unit, round_id)
    lines = [_line(row, waiting.get(row.root_id, [])) for row in unit.connection.execute(query)]
    return sorted(lines, key=lambda line: _ORDER.index(line.state) if line.state in _ORDER else len(_ORDER))


def round_tasks(unit: Unit, row: Row[Any]) -> Sequence[Any]:
    """What the round itself waits for, its councils included."""
    if row.instance_id is None:
        return []
    query = select(task).where(task.c.root_id == row.instance_id, task.c.state == "open").order_by(task.c.due_at)
    return unit.connection.execute(query).all()


def sessions_of(unit: Unit, round_id: int) -> Sequence[Any]:
    """The councils that sat on the pool, newest first, each with the paper of its minutes."""
    minutes = (
        select(paper.c.session_id, func.max(paper.c.id).label("paper_id"))
        .where(paper.c.kind == "meeting_minutes")
        .group_by(paper.c.session_id)
        .subquery()
    )
    query = (
        select(council_session, minutes.c.paper_id)
        .outerjoin(minutes, minutes.c.session_id == council_session.c.id)
        .where(council_session.c.round_id == round_id)
        .order_by(council_session.c.id.desc())
    )
    return unit.connection.execute(query).all()


def papers_of_round(unit: Unit, round_id: int, *, pool: bool) -> Sequence[Any]:
    """The papers in force; without `pool` only those every unit may read."""
    query = select(paper).where(paper.c.round_id == round_id, paper.c.superseded_at.is_(None)).order_by(paper.c.id)
    if not pool:
        query = query.where(paper.c.kind.in_(("guidance", "award_decision")))
    return unit.connection.execute(query).all()


def decision_of(unit: Unit, round_id: int) -> Row[Any] | None:
    """The decision of a round, if it came to one."""
    query = select(award_decision).where(award_decision.c.round_id == round_id).order_by(award_decision.c.id.desc())
    return unit.connection.execute(query).first()


def _open_tasks(unit: Unit, round_id: int) -> dict[str, list[Any]]:
    query = (
        select(task.c.root_id, task.c.name, task.c.due_at)
        .join(instance, instance.c.id == task.c.root_id)
        .join(submission, or_(submission.c.instance_id == instance.c.id, _INVITED))
        .where(submission.c.round_id == round_id, task.c.state == "open")
        .order_by(task.c.due_at)
    )
    found: dict[str, list[Any]] = {}
    for row in unit.connection.execute(query):
        found.setdefault(row.root_id, []).append(row)
    return found


def _line(row: Row[Any], waiting: Sequence[Any]) -> UnitLine:
    return UnitLine(
        unit_name=row.unit_name,
        code=row.code,
        instance_id=row.root_id,
        state=row.state,
        late=row.late,
        returns=row.returns,
        nominations=row.nominations,
        steps=tuple(dict.fromkeys(each.name for each in waiting)),
        due_at=next((each.due_at for each in waiting if each.due_at is not None), None),
    )
