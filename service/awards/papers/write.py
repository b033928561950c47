"""A paper comes into the dossier. An older version of the same paper stays readable and says since when it is old."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from service.awards.tables import paper

if TYPE_CHECKING:
    from service.awards.papers.store import StoredFile
    from service.database.unit import Unit

_SUBJECT = ("round_id", "submission_id", "nomination_id", "session_id", "decision_id")
_MANY_AT_ONCE = frozenset({"evidence", "return_slip", "consultation_reply", "intake_receipt"})
"""Kinds of which a dossier has several: a new one replaces none."""


def write_paper(
    unit: Unit,
    *,
    kind: str,
    unit_id: str,
    title: str,
    created_by: int | None,
    text: str | None = None,
    number: str | None = None,
    dated_on: date | None = None,
    certifier: str | None = None,
    stored: StoredFile | None = None,
    round_id: int | None = None,
    submission_id: int | None = None,
    nomination_id: int | None = None,
    session_id: int | None = None,
    decision_id: int | None = None,
) -> int:
    """Add a paper (or the next version of it) and return its id.

    Args:
        kind: a key of `words.PAPER_KINDS`, or a document of the round's checklist.
        unit_id: whose paper it is; together with the dossier this decides who may read it.
        text: what the system drew up; `stored`: what was uploaded. One of them, or a number, is needed.
    """
    subject = {
        "round_id": round_id,
        "submission_id": submission_id,
        "nomination_id": nomination_id,
        "session_id": session_id,
        "decision_id": decision_id,
    }
    version = 1 if kind in _MANY_AT_ONCE else 1 + _supersede(unit, kind, subject)
    described = stored.columns() if stored is not None else {}
    statement = (
        paper.insert()
        .values(
            kind=kind,
            unit_id=unit_id,
            title=title,
            text=text,
            number=number,
            dated_on=dated_on,
            certifier=certifier,
            version=version,
            created_by=created_by,
            created_at=unit.at,
            **subject,
            **described,
        )
        .returning(paper.c.id)
    )
    return int(unit.connection.execute(statement).scalar_one())


def _supersede(unit: Unit, kind: str, subject: dict[str, int | None]) -> int:
    """Close the version in force, if there is one, and return its number (0: none)."""
    same: list[Any] = [paper.c[name].is_not_distinct_from(subject[name]) for name in _SUBJECT]
    query = select(paper.c.id, paper.c.version).where(paper.c.kind == kind, paper.c.superseded_at.is_(None), *same)
    current = unit.connection.execute(query).first()
    if current is None:
        return 0
    unit.connection.execute(paper.update().where(paper.c.id == current.id).values(superseded_at=unit.at))
    return int(current.version)
