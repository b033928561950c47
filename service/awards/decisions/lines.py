"""The lines of the list (danh sách trình): recommended nominations, struck with a reason, filled from the reserve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, update

from service.awards.form_parts import subject_words
from service.awards.involved import nominees_acting
from service.awards.rounds.ceilings import ceiling_words, quota_rows
from service.awards.rounds.pool import IN_POOL, pool_rows
from service.awards.rounds.rank_pool import write_standing
from service.awards.rounds.standing import standings
from service.awards.tables import nomination
from service.engine.forms import FieldProblem

if TYPE_CHECKING:
    from service.database.unit import Unit
    from service.people.actor import Actor


def lines_of(unit: Unit, round_id: int, states: Sequence[str] = ("recommended",)) -> list[Row[Any]]:
    """The list in its order: by ceiling, then rank."""
    rows = pool_rows(unit, round_id, states)
    return sorted(rows, key=lambda row: (row.quota_id or 0, row.pool_rank or 0, row.id))


def line_words(row: Row[Any]) -> str:
    """Name, title, award and unit of one line."""
    title = f", {row.subject_title}" if row.subject_title else ""
    return f"{subject_words(row)}{title} - {row.unit_name}"


def line_keys(rows: Iterable[Row[Any]]) -> tuple[tuple[str, str], ...]:
    """Fixed rows of a form, one per line."""
    return tuple((str(row.id), line_words(row)) for row in rows)


def list_sentences(unit: Unit, round_id: int) -> list[str]:
    """Per ceiling: how many are on the list, of how many at most, and how many wait in reserve; then their names."""
    rows = lines_of(unit, round_id, IN_POOL)
    sentences = []
    for quota in quota_rows(unit, round_id):
        listed = [row for row in rows if row.quota_id == quota.id and row.state == "recommended"]
        reserve = sum(row.quota_id == quota.id and row.state == "reserve" for row in rows)
        title = ceiling_words(award_form=quota.award_form, subject_kind=quota.subject_kind, bloc=quota.bloc)
        head = f"{title}: {len(listed)} đề nghị, số lượng tối đa {quota.ceiling}, dự bị {reserve}."
        sentences.append("\n".join((head, *(f"- {line_words(row)}" for row in listed))))
    return sentences


def strike(unit: Unit, round_row: Row[Any], reasons: Mapping[int, str], *, fill_from_reserve: bool) -> None:
    """Take lines off the list. Before the Chair has signed, the reserve moves up in its order.

    Equals in the reserve whom nothing separates do not move up: the place stays empty, which is lawful, until the
    list goes back to the council and its chair orders them.

    Source: domain.md, S10: “a reserve is promoted only before S9”.
    """
    struck = {row.id: row for row in lines_of(unit, round_row.id) if row.id in reasons}
    for key in struck:
        unit.connection.execute(
            update(nomination)
            .where(nomination.c.id == key)
            .values(state="struck", line_note=reasons[key], outcome_reason=reasons[key])
        )
    if not fill_from_reserve:
        return
    affected = {row.quota_id for row in struck.values()}
    for standing in standings(unit, round_row):
        if standing.quota_id in affected:
            write_standing(unit, standing, open_tie_state="reserve")


def own_line(unit: Unit, round_id: int, actor: Actor, field: str = "decision") -> list[FieldProblem]:
    """A nominee does not act on a list they stand on, awarded or not."""
    return nominees_acting(actor, pool_rows(unit, round_id, (*IN_POOL, "struck", "awarded")), field)
