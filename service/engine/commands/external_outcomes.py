"""What a program outside made of the step it had locked: done, failed, or a BPMN error that the diagram deals with."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from service.database.unit import Unit, again_after_deadlock
from service.engine.commands.agenda import settle
from service.engine.commands.external_locks import held
from service.engine.commands.ledger import Ledger
from service.engine.commands.refusals import engine_refusals
from service.engine.context import Engine
from service.engine.rows import instance_row
from service.engine.tables import external_task
from service.people.actor import Actor
from workflows import run
from workflows.model import Advance, Value

log = logging.getLogger(__name__)

FAILED = "external_failed"
LONGEST_MESSAGE = 2_000
LONGEST_DETAILS = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class FinishStep:
    """The step is done; the variables are what the process goes on with."""

    task_id: str
    worker: str
    variables: Mapping[str, Value] = field(default_factory=dict)
    local_variables: Mapping[str, Value] = field(default_factory=dict)
    """For the step's output parameters only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FailStep:
    """A try that failed. With `retries` 0 the step becomes an incident, else it is free again after `pause`."""

    task_id: str
    worker: str
    message: str
    details: str
    retries: int
    pause: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class ThrowError:
    """A BPMN error by its code; a boundary event or an event subprocess catches it, or it is an incident."""

    task_id: str
    worker: str
    code: str
    message: str
    variables: Mapping[str, Value] = field(default_factory=dict)


@again_after_deadlock
def finish_step(engine: Engine, command: FinishStep, actor: Actor, *, at: datetime | None = None) -> None:
    """Go on from the step. Raises what `held` raises; EngineRefused, Invalid for variables that cannot be kept."""
    with engine.database.unit_of_work(at) as unit, engine_refusals():
        row = held(unit, command.task_id, command.worker, actor)
        given = {"variables": command.variables, "local_variables": command.local_variables}
        _go_on(engine, unit, row, actor, run.finish_external, **given)


@again_after_deadlock
def throw_error(engine: Engine, command: ThrowError, actor: Actor, *, at: datetime | None = None) -> None:
    """Hand the error to the diagram. Raises as `finish_step`."""
    with engine.database.unit_of_work(at) as unit, engine_refusals():
        row = held(unit, command.task_id, command.worker, actor)
        _go_on(
            engine,
            unit,
            row,
            actor,
            run.bpmn_error,
            code=command.code,
            message=command.message[:LONGEST_MESSAGE],
            variables=command.variables,
        )


@again_after_deadlock
def fail_step(engine: Engine, command: FailStep, actor: Actor, *, at: datetime | None = None) -> None:
    """Keep what went wrong with the step, and let it be tried again or stand. Raises as `finish_step`."""
    with engine.database.unit_of_work(at) as unit, engine_refusals():
        row = held(unit, command.task_id, command.worker, actor)
        message = command.message[:LONGEST_MESSAGE]
        if command.retries == 0:
            log.warning("external task %s (%s) failed: %s\n%s", row.id, row.topic, message, command.details)
            words = f"Dịch vụ ngoài ({command.worker}) chưa làm được bước này: {message or 'không nêu lý do'}"
            _go_on(engine, unit, row, actor, run.fail_external, code=FAILED, message=words)
            return
        values: dict[str, Any] = {
            "retries": command.retries,
            "error_message": message,
            "error_details": command.details[:LONGEST_DETAILS],
            "lock_expires_at": unit.at + command.pause,
        }
        unit.connection.execute(update(external_task).where(external_task.c.id == row.id).values(values))


def _go_on(engine: Engine, unit: Unit, row: Any, actor: Actor, verb: Callable[..., Advance], **arguments: Any) -> None:
    ledger = Ledger(engine, unit, actor)
    live = ledger.adopt(instance_row(row))
    element: str = row._mapping[external_task.c.element]
    name = ledger.library.definition(live.row.definition_id).elements.get(element, element)
    ledger.cause = {"kind": "external", "element": element, "name": name}
    task_id = row._mapping[external_task.c.id]
    advance = verb(ledger.library, live.snapshot, task_id=task_id, at=unit.at, calendar=ledger.calendar, **arguments)
    ledger.take(live, advance)
    settle(ledger)
