"""Which units a round invites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from service.people.tables import unit as unit_table

if TYPE_CHECKING:
    from service.database.unit import Unit


def selectable_units(unit: Unit) -> Sequence[Any]:
    """Every unit that can be invited: in being, not merged into another; by bloc and name."""
    query = (
        select(unit_table.c.id, unit_table.c.name, unit_table.c.bloc)
        .where(unit_table.c.active, unit_table.c.successor_id.is_(None))
        .order_by(unit_table.c.bloc.desc(), unit_table.c.search_name)
    )
    return unit.connection.execute(query).all()


def invited_units(unit: Unit, answers: Mapping[str, Any]) -> list[str]:
    """The ids the guidance's answers mean: all, or those ticked, without any that may not be chosen."""
    known = [row.id for row in selectable_units(unit)]
    if answers["units_scope"] == "all":
        return known
    ticked = set(answers.get("unit_ids") or ())
    return [unit_id for unit_id in known if unit_id in ticked]
