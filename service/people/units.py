"""Units of the City: imported from the official list, found by name with or without diacritics."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from service.people.tables import unit as unit_table

if TYPE_CHECKING:
    from service.database.unit import Unit

_FILES = ("hanoi_communes.csv", "hanoi_departments.csv")


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficialUnit:
    """A unit by its official code."""

    id: str
    name: str
    bloc: str


def fold(text: str) -> str:
    """Lower case without diacritics, đ as d: “Hoà Bình” and “Hòa Bình” and “hoa binh” are one."""
    marks_apart = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(char for char in marks_apart if not unicodedata.combining(char)).split())


def official_units() -> Iterator[OfficialUnit]:
    """The list that ships with the product: 126 communes, then departments and bodies.

    Source: `people/data/*.csv`, codes of the General Statistics Office for communes; editable.
    """
    for name in _FILES:
        with (files("service.people") / "data" / name).open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                yield OfficialUnit(id=row["code"], name=row["name"], bloc=row["bloc"])


def import_units(unit: Unit) -> int:
    """Add the units that are missing and rename those the list names otherwise; returns how many changed.

    Never shuts or removes a unit: dossiers hang on it.
    """
    known = {row.id: (row.name, row.bloc) for row in unit.connection.execute(select(unit_table))}
    listed = list(official_units())
    added = [each for each in listed if each.id not in known]
    renamed = [each for each in listed if each.id in known and known[each.id] != (each.name, each.bloc)]
    if added:
        unit.connection.execute(insert(unit_table), [{"id": each.id, "active": True, **_texts(each)} for each in added])
    for each in renamed:
        unit.connection.execute(update(unit_table).where(unit_table.c.id == each.id).values(_texts(each)))
    return len(added) + len(renamed)


def all_units(unit: Unit) -> tuple[OfficialUnit, ...]:
    """The active units, departments and bodies after the communes, each by name."""
    query = select(unit_table).where(unit_table.c.active)
    found = [OfficialUnit(id=row.id, name=row.name, bloc=row.bloc) for row in unit.connection.execute(query)]
    return tuple(sorted(found, key=lambda each: (each.bloc != "xa_phuong", each.bloc, fold(each.name))))


def unit_names(unit: Unit, unit_ids: Iterable[str | None]) -> dict[str, str]:
    """Names by code, shut units included."""
    wanted = sorted({unit_id for unit_id in unit_ids if unit_id is not None})
    if not wanted:
        return {}
    query = select(unit_table.c.id, unit_table.c.name).where(unit_table.c.id.in_(wanted))
    return {row.id: row.name for row in unit.connection.execute(query)}


def _texts(each: OfficialUnit) -> dict[str, str]:
    return {"name": each.name, "bloc": each.bloc, "search_name": fold(each.name)}
