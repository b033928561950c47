"""Running numbers by name and year: codes of rounds and dossiers, numbers of slips. Nobody gets the same one twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, union_all
from sqlalchemy.dialects import postgresql, sqlite

from service.awards.tables import award_round, counter, submission
from service.engine.tables import instance
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

_CODES = {
    "award_round": "DX-{year}-{number:02d}",
    "submission": "HS-{year}-{number:04d}",
    "ad_hoc_case": "DXT-{year}-{number:04d}",
}


LONGEST_CODE = 40
"""Letters of a code: as wide as its column. A key that somebody gives a dossier by hand may be longer."""


def draw(unit: Unit, name: str, year: int) -> int:
    """The next number of this name in this year, from 1. The row stays locked until the unit of work ends."""
    insert: Callable[..., Any] = sqlite.insert if unit.connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(counter).values(name=name, year=year, value=1)
    statement = statement.on_conflict_do_update(
        index_elements=[counter.c.name, counter.c.year], set_={"value": counter.c.value + 1}
    ).returning(counter.c.value)
    return int(unit.connection.execute(statement).scalar_one())


def draw_code(unit: Unit, kind: str) -> str:
    """The business key of a new round, submission or ad-hoc case, by the year in Hà Nội now.

    A number that somebody gave a dossier by hand is passed over, else nobody could begin the next one.
    """
    year = unit.at.astimezone(VIETNAM).year
    while True:
        code = _CODES[kind].format(year=year, number=draw(unit, kind, year))
        if not _is_taken(unit, code):
            return code


def _is_taken(unit: Unit, code: str) -> bool:
    taken = (
        select(instance.c.id.is_not(None)).where(instance.c.business_key == code),
        select(submission.c.id.is_not(None)).where(submission.c.code == code),
        select(award_round.c.id.is_not(None)).where(award_round.c.code == code),
    )
    return unit.connection.execute(union_all(*taken).limit(1)).first() is not None
