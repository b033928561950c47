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
    """The round of this instance: by its variable, its business key, or the instance that drafted it."""
    round_id = task.variables.get("round_id")
    if round_id is not None:
        return unit.connection.execute(select(award_round).where(award_round.c.id == int(round_id))).first()
    if task.business_key:
        row = unit.connection.execute(select(award_round).where(award_round.c.code == task.business_key)).first()
        if row is not None:
            return row
    return unit.connection.execute(select(award_round).where(award_round.c.instance_id == task.root_id)).first()


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
