"""Papers as people read them: the list of a dossier, one paper, its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.awards import words
from service.awards.errors import RecordNotFound
from service.awards.papers.access import INSIDE_ONLY, may_read_paper
from service.awards.tables import award_round, nomination, paper, submission
from service.people.actor import Actor
from service.people.policy import may_read
from service.people.reads import account_names

if TYPE_CHECKING:
    from service.database.unit import Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperView:
    """One version of a paper."""

    id: int
    kind: str
    kind_words: str
    title: str
    number: str
    dated_on: date | None
    version: int
    current: bool
    certifier: str
    subject: str
    """The nominee it is about, or ''."""
    created_at: datetime
    created_by: str
    text: str
    file_name: str
    file_size: int | None
    """Bytes."""
    file_sha256: str
    media_type: str


def papers_of(unit: Unit, submission_id: int, actor: Actor | None) -> tuple[PaperView, ...]:
    """The papers of a dossier, newest version of each first within its kind; old versions follow their newer one.

    Replies of consulted agencies only for those who read every dossier.
    """
    query = (
        select(paper, nomination.c.subject_name)
        .outerjoin(nomination, nomination.c.id == paper.c.nomination_id)
        .where(paper.c.submission_id == submission_id)
    )
    inside = actor is not None and may_read(actor, None)
    rows = [row for row in unit.connection.execute(query) if inside or row.kind not in INSIDE_ONLY]
    order = {kind: index for index, kind in enumerate(words.PAPER_KINDS)}
    rows.sort(key=lambda row: (order.get(row.kind, len(order)), row.nomination_id or 0, -row.version, row.id))
    names = account_names(unit, [row.created_by for row in rows if row.created_by is not None])
    return tuple(_view(row, names) for row in rows)


def paper_for(unit: Unit, actor: Actor, paper_id: int) -> PaperView:
    """One paper. Raises RecordNotFound where there is none, or none for this person."""
    query = (
        select(paper, nomination.c.subject_name)
        .outerjoin(nomination, nomination.c.id == paper.c.nomination_id)
        .where(paper.c.id == paper_id)
    )
    row = unit.connection.execute(query).one_or_none()
    if row is None:
        raise RecordNotFound()
    dossier, round_row = _whose(unit, row)
    if not may_read_paper(actor, row, dossier, round_row):
        raise RecordNotFound()
    return _view(row, account_names(unit, [row.created_by] if row.created_by is not None else []))


def _whose(unit: Unit, row: Row[Any]) -> tuple[Row[Any] | None, Row[Any] | None]:
    dossier = round_row = None
    if row.submission_id is not None:
        dossier = unit.connection.execute(select(submission).where(submission.c.id == row.submission_id)).one()
    elif row.round_id is not None:
        round_row = unit.connection.execute(select(award_round).where(award_round.c.id == row.round_id)).one()
    return dossier, round_row


def _view(row: Row[Any], names: Mapping[int, str]) -> PaperView:
    return PaperView(
        id=row.id,
        kind=row.kind,
        kind_words=words.PAPER_KINDS.get(row.kind, row.title),
        title=row.title,
        number=row.number or "",
        dated_on=row.dated_on,
        version=row.version,
        current=row.superseded_at is None,
        certifier=row.certifier or "",
        subject=row.subject_name or "",
        created_at=row.created_at,
        created_by=names.get(row.created_by or 0, "Hệ thống"),
        text=row.text or "",
        file_name=row.file_name or "",
        file_size=row.file_size,
        file_sha256=row.file_sha256 or "",
        media_type=row.media_type or "",
    )
