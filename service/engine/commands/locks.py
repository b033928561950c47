"""One lock per dossier: commands hold the row of the instance at the top of the call tree until they commit.

Two commands on one dossier run one after the other, on different dossiers at once. SQLite has one writer anyway: its
unit of work took the lock when it began. The statement comes first in a command, so that every later read sees what
the one before has committed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ScalarSelect, select

from service.engine.tables import instance

if TYPE_CHECKING:
    from service.database.unit import Unit


def lock_root(unit: Unit, root_id: str | ScalarSelect[Any]) -> None:
    """Wait for, then hold, the row of the root instance. Nothing happens where there is none."""
    if unit.connection.dialect.name == "sqlite":
        return
    # NO KEY UPDATE: rows of other dossiers may go on referring to this one meanwhile.
    unit.connection.execute(select(instance.c.id).where(instance.c.id == root_id).with_for_update(key_share=True))


def lock_root_of(unit: Unit, key: Column[Any], value: str | int) -> None:
    """`lock_root` for the root that the row with `key` = `value` names in its `root_id`. It never changes."""
    lock_root(unit, select(key.table.c.root_id).where(key == value).scalar_subquery())
