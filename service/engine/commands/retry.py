"""Let what stands still go on: a parked token tries again, a failed job becomes due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update

from service.database.unit import Unit, again_after_deadlock
from service.engine.commands.agenda import settle
from service.engine.commands.instances import refuse_non_managers
from service.engine.commands.ledger import Ledger
from service.engine.commands.locks import lock_root_of
from service.engine.commands.refusals import engine_refusals
from service.engine.context import Engine
from service.engine.errors import IncidentNotFound, InstanceNotFound
from service.engine.rows import InstanceRow, read_instance
from service.engine.tables import history, incident, job
from service.people.actor import Actor
from workflows import run
from workflows.model import Value


@dataclass(frozen=True, kw_only=True, slots=True)
class Retry:
    """`incident_id` is the row's; `variables` are corrections, written before the step tries again."""

    incident_id: int
    within: str | None = None
    """The dossier, or the called procedure, whose incident it must be; None asks for none in particular."""
    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Retried:
    """`incidents` are the elements of the instance that stand still now, the same one again included."""

    instance_id: str
    instance_state: str
    incidents: tuple[str, ...]


@again_after_deadlock
def retry(engine: Engine, command: Retry, actor: Actor | None, *, at: datetime | None = None) -> Retried:
    """Try again. `actor` None is the system itself.

    Raises:
        IncidentNotFound: none that is open there, or not theirs to see. MayNotManage: seen, not managed.
        AlreadyMoved: the token is not parked any more.
    """
    with engine.database.unit_of_work(at) as unit, engine_refusals():
        lock_root_of(unit, incident.c.id, command.incident_id)
        query = select(incident).where(incident.c.id == command.incident_id, incident.c.resolved_at.is_(None))
        if command.within is not None:
            query = query.where(or_(incident.c.root_id == command.within, incident.c.instance_id == command.within))
        found = unit.connection.execute(query).one_or_none()
        row = read_instance(unit, found.instance_id) if found is not None else None
        if found is None or row is None:
            raise IncidentNotFound()
        try:
            refuse_non_managers(actor, row.unit_id)
        except InstanceNotFound as error:
            raise IncidentNotFound() from error
        if found.token_id is None:
            return _retry_job(unit, found, row, actor)
        return _retry_token(engine, unit, found, row, command.variables, actor)


def _retry_token(
    engine: Engine,
    unit: Unit,
    found: Any,
    row: InstanceRow,
    variables: Mapping[str, Value],
    actor: Actor | None,
) -> Retried:
    ledger = Ledger(engine, unit, actor)
    live = ledger.adopt(row)
    name = ledger.library.definition(row.definition_id).elements.get(found.element or "")
    ledger.cause = {"kind": "retried", "element": found.element, "name": name}
    advance = run.retry(
        ledger.library,
        live.snapshot,
        incident_id=found.token_id,
        variables=variables,
        at=unit.at,
        calendar=ledger.calendar,
    )
    ledger.note(row, "retried", found.element, name, {"corrected": sorted(variables)})
    ledger.take(live, advance)
    settle(ledger)
    standing = select(incident.c.element).where(incident.c.instance_id == row.id, incident.c.resolved_at.is_(None))
    elements = unit.connection.scalars(standing.order_by(incident.c.id))
    return Retried(instance_id=row.id, instance_state=live.state, incidents=tuple(map(str, elements)))


def _retry_job(unit: Unit, found: Any, row: InstanceRow, actor: Actor | None) -> Retried:
    """The job is due again, with all its tries. An incident of neither token nor job has been seen, and is closed."""
    unit.connection.execute(update(incident).where(incident.c.id == found.id).values(resolved_at=unit.at))
    again = {"state": "ready", "run_at": unit.at, "attempts": 0, "leased_until": None, "leased_by": None}
    unit.connection.execute(update(job).where(job.c.id == found.job_id).values(again))
    unit.connection.execute(
        insert(history).values(
            instance_id=row.id,
            root_id=row.root_id,
            at=unit.at,
            kind="retried",
            element=found.element,
            account_id=actor.account_id if actor is not None else None,
        )
    )
    return Retried(instance_id=row.id, instance_state=row.state, incidents=())
