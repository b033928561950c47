"""The round a step is about: found, locked, changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select, update

from service.awards.errors import RecordNotFound
from service.awards.tables import award_round
from service.engine.handlers import TaskContext, TopicContext

if TYPE_CHECKING:
    from service.database.unit import Unit


def find_round(unit: Unit, task: TaskContext | TopicContext) -> Row[Any] | None:
    """The round that this instance drafted; the variable `round_id` only tells apart what is its own.

    Whoever starts a process chooses its variables and its business key: neither gives anybody another's round.
    """
    own = select(award_round).where(award_round.c.instance_id == task.root_id).order_by(award_round.c.id)
    rows = unit.connection.execute(own).all()
    wanted = task.variables.get("round_id")
    return next((row for row in rows if row.id == wanted), rows[0] if rows else None)


def round_of(unit: Unit, task: TaskContext | TopicContext, *, lock: bool = False) -> Row[Any]:
    """The round of this instance; with `lock` see `lock_round`.

    Raises:
        RecordNotFound.
    """
    row = find_round(unit, task)
    if row is None:
        raise RecordNotFound()
    return lock_round(unit, row.id) if lock else row


def lock_round(unit: Unit, round_id: int) -> Row[Any]:
    """The round, held until this unit of work ends: nobody else changes it or relies on its state meanwhile."""
    return unit.connection.execute(select(award_round).where(award_round.c.id == round_id).with_for_update()).one()


def change_round(unit: Unit, round_id: int, **values: Any) -> None:
    """Write these columns of one round."""
    unit.connection.execute(update(award_round).where(award_round.c.id == round_id).values(**values))


def settings_with(row: Row[Any], **values: Any) -> dict[str, Any]:
    """What the round keeps beside its columns, with these added (None: taken out)."""
    return {key: value for key, value in {**row.settings, **values}.items() if value is not None}
