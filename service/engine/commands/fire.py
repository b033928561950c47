"""Fire a timer that is due, or start a process whose time has come: exactly once, in however many processes."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import delete, select, update

from service.database.unit import again_after_deadlock
from service.engine.commands.agenda import settle
from service.engine.commands.ledger import Ledger
from service.engine.commands.locks import lock_root_of
from service.engine.commands.start import begin
from service.engine.context import Engine
from service.engine.rows import instance_row
from service.engine.tables import instance, start_subscription, timer
from workflows import run
from workflows.errors import NotWaiting
from workflows.model import Deadline

log = logging.getLogger(__name__)


@again_after_deadlock
def fire(engine: Engine, timer_id: str, *, at: datetime | None = None) -> bool:
    """Fire the timer if it is still there and due; False when somebody was faster or it was put off."""
    with engine.database.unit_of_work(at) as unit:
        lock_root_of(unit, timer.c.id, timer_id)
        query = (
            select(timer.c.element, instance)
            .join(instance, instance.c.id == timer.c.instance_id)
            .where(timer.c.id == timer_id, timer.c.due_at <= unit.at, instance.c.state == "active")
        )
        row = unit.connection.execute(query).one_or_none()
        if row is None:
            return False
        ledger = Ledger(engine, unit)
        live = ledger.adopt(instance_row(row))
        name = ledger.library.definition(live.row.definition_id).elements.get(row.element)
        ledger.cause = {"kind": "timer", "element": row.element, "name": name}
        try:
            advance = run.fire(ledger.library, live.snapshot, timer_id=timer_id, at=unit.at, calendar=ledger.calendar)
        except NotWaiting:
            log.warning("timer %s of %s has no token; its row is removed", timer_id, live.id)
            unit.connection.execute(delete(timer).where(timer.c.id == timer_id))
            return False
        ledger.note(live.row, "fired", row.element, name)
        ledger.take(live, advance)
        settle(ledger)
        return True


@again_after_deadlock
def start_by_timer(engine: Engine, start_id: int, *, at: datetime | None = None) -> bool:
    """Start the process if its timer is still due, and set the timer to its next time; False when it is not."""
    with engine.database.unit_of_work(at) as unit:
        subscription = start_subscription.c
        query = select(start_subscription).where(subscription.id == start_id, subscription.due_at <= unit.at)
        row = unit.connection.execute(query.with_for_update()).one_or_none()
        if row is None:
            return False
        ledger = Ledger(engine, unit)
        drawn = Deadline(due_at=row.due_at, expression=row.expression or "", started_at=row.started_at or row.due_at)
        following = run.next_begin(drawn, row.repeats_left, at=unit.at, calendar=ledger.calendar)
        due_at, left = (following[0].due_at, following[1]) if following is not None else (None, 0)
        moved = update(start_subscription).where(subscription.id == start_id)
        unit.connection.execute(moved.values(due_at=due_at, repeats_left=left))
        definition = ledger.library.definition(row.definition_id)
        begin(
            ledger,
            definition,
            business_key=engine.business_key_of(unit, definition.key),
            variables={},
            start_element=row.element,
        )
        settle(ledger)
        return True
