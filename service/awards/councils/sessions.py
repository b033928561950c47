"""A council's session: what it sits on, who may vote, which nominations it votes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select, update

from service.awards.errors import RecordNotFound
from service.awards.law.votes import Attendance
from service.awards.records import nominations_of, round_by_id, submission_by_id
from service.awards.rounds.pool import pool_rows
from service.awards.rounds.settings import CITY_COUNCIL_FORMS, RoundRules, rules_of
from service.awards.tables import council_session, recusal, vote_tally
from service.engine.handlers import TaskContext

if TYPE_CHECKING:
    from service.database.unit import Unit

BEFORE_THE_UNIT = ("draft", "proposed", "commendation_only", "rejected_by_unit", "needs_data")
"""States of a nomination that the unit's council votes on, the first time or after the dossier came back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What a session is about: one submission, or the pool of a round."""

    body: str
    unit_id: str
    round_row: Row[Any]
    submission_row: Row[Any] | None
    law: RoundRules

    @property
    def title(self) -> str:
        """“hồ sơ HS-2026-0001, Đợt xét hằng năm 2026” or the round alone."""
        title = str(self.round_row.title)
        return f"hồ sơ {self.submission_row.code}, {title}" if self.submission_row is not None else title

    @property
    def ids(self) -> dict[str, int | None]:
        """The columns of a session that say so: exactly one is set."""
        if self.submission_row is not None:
            return {"submission_id": self.submission_row.id, "round_id": None}
        return {"submission_id": None, "round_id": self.round_row.id}


def subject_of(unit: Unit, task: TaskContext) -> Subject:
    """The subject a called session was given by its caller's variables.

    Raises:
        RecordNotFound.
    """
    variables = task.variables
    wanted, submission_row = int(variables["subject_id"]), None
    if variables["subject_kind"] == "submission":
        submission_row = submission_by_id(unit, wanted)
        if submission_row.round_id is None:
            raise RecordNotFound()
        wanted = submission_row.round_id
    round_row = round_by_id(unit, wanted)
    return Subject(
        body=variables["body"],
        unit_id=variables["unit_id"],
        round_row=round_row,
        submission_row=submission_row,
        law=rules_of(round_row),
    )


def ballot(unit: Unit, subject: Subject) -> Sequence[Row[Any]]:
    """The nominations to vote on, in the order of submissions and positions."""
    if subject.submission_row is not None:
        return nominations_of(unit, subject.submission_row.id, BEFORE_THE_UNIT)
    pool = pool_rows(unit, subject.round_row.id)
    if subject.body != "city":
        return pool
    passed = _passed_by_snv(unit, subject.round_row.id)
    return [row for row in pool if row.award_form in CITY_COUNCIL_FORMS and row.id in passed]


def session_of(unit: Unit, task: TaskContext) -> Row[Any]:
    """The session that was convened in this instance.

    Raises:
        RecordNotFound.
    """
    wanted = int(task.variables["session_id"])
    row = unit.connection.execute(select(council_session).where(council_session.c.id == wanted)).first()
    if row is None:
        raise RecordNotFound()
    return row


def change_session(unit: Unit, session_id: int, **values: Any) -> None:
    """Write these columns of one session."""
    unit.connection.execute(update(council_session).where(council_session.c.id == session_id).values(**values))


def attendance_of(session: Row[Any]) -> Attendance:
    """Its head count, as the law sees it."""
    return Attendance(total_members=session.members_total, present=session.present, written=session.written_opinions)


def recusals_of(unit: Unit, session_id: int) -> Sequence[Row[Any]]:
    """Who stands aside, for the whole session or for one nomination."""
    query = select(recusal).where(recusal.c.session_id == session_id).order_by(recusal.c.id)
    return unit.connection.execute(query).all()


def recused_for(recusals: Sequence[Row[Any]], nomination_id: int) -> int:
    """How many different members stand aside for this nomination."""
    return len({row.member_name for row in recusals if row.nomination_id in (None, nomination_id)})


def tallies_of(unit: Unit, session_id: int) -> Mapping[int, Row[Any]]:
    """The counted votes by nomination."""
    query = select(vote_tally).where(vote_tally.c.session_id == session_id)
    return {row.nomination_id: row for row in unit.connection.execute(query)}


def _passed_by_snv(unit: Unit, round_id: int) -> frozenset[int]:
    newest = (
        select(council_session.c.id)
        .where(
            council_session.c.round_id == round_id,
            council_session.c.body == "snv",
            council_session.c.state == "approved",
        )
        .order_by(council_session.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(vote_tally.c.nomination_id).where(
        vote_tally.c.session_id == newest, vote_tally.c.outcome == "passed"
    )
    return frozenset(unit.connection.execute(query).scalars())
