"""Cancel a dossier with everything in it, called processes included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from service.database.unit import again_after_deadlock
from service.engine.commands.agenda import settle
from service.engine.commands.instances import hold_root, refuse_non_managers
from service.engine.commands.ledger import Ledger
from service.engine.commands.refusals import engine_refusals
from service.engine.context import Engine
from service.engine.errors import InstanceNotFound
from service.engine.tables import instance
from service.errors import FieldProblem, Invalid
from service.people.actor import Actor
from workflows import run


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelInstance:
    """Any instance of the dossier names the whole; `reason` is kept and shown to whoever still had a task."""

    instance_id: str
    reason: str


@again_after_deadlock
def cancel(engine: Engine, command: CancelInstance, actor: Actor | None, *, at: datetime | None = None) -> None:
    """End it now. `actor` None is the system itself.

    Raises:
        InstanceNotFound, MayNotManage, InstanceEnded.
        Invalid: no reason given.
    """
    reason = command.reason.strip()
    with engine.database.unit_of_work(at) as unit, engine_refusals():
        root_id = unit.connection.scalar(select(instance.c.root_id).where(instance.c.id == command.instance_id))
        if root_id is None:
            raise InstanceNotFound()
        unit_id = unit.connection.scalar(select(instance.c.unit_id).where(instance.c.id == root_id))
        refuse_non_managers(actor, unit_id, {"supervisor"})
        row = hold_root(unit, root_id)
        if not reason:
            raise Invalid([FieldProblem(field="reason", message="Cần ghi lý do hủy hồ sơ.")])
        ledger = Ledger(engine, unit, actor)
        ledger.cause = {"kind": "cancelled", "reason": reason}
        live = ledger.adopt(row)
        advance = run.cancel(ledger.library, live.snapshot, at=unit.at, calendar=ledger.calendar)
        ledger.note(row, "cancelled", None, None, {"reason": reason})
        ledger.take(live, advance)
        settle(ledger)
