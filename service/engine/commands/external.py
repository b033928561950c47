"""Work off a service step whose topic runs after the commit, as a job."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from service.database.unit import Unit
from service.engine.commands.agenda import on_behalf_of, settle
from service.engine.commands.ledger import Ledger, Live
from service.engine.commands.locks import lock_root_of
from service.engine.context import Engine
from service.engine.handlers import TopicContext
from service.engine.rows import instance_row
from service.engine.tables import external_task, instance
from service.errors import ServiceError, Unavailable
from workflows import run
from workflows.errors import NotWaiting
from workflows.model import ExternalTask, Value
from workflows.values import unpack


def work_off(engine: Engine, unit: Unit, task_id: str) -> None:
    """Let the handler do the step and move on; nothing where the step was cancelled meanwhile.

    A refusal of the handler is an incident at the step. Anything else it raises is raised: the job is tried again.
    """
    found = _held(engine, unit, task_id)
    if found is None:
        return
    ledger, live, task = found
    context = TopicContext(
        task_id=task.id,
        instance_id=live.id,
        root_id=live.row.root_id,
        element=task.element,
        topic=task.topic,
        unit_id=live.row.unit_id,
        business_key=live.row.business_key,
        variables=task.variables,
        at=unit.at,
        calendar=ledger.calendar,
    )
    try:
        with unit.savepoint(), on_behalf_of(unit, live.id):
            variables = engine.registry.topics[task.topic].apply(unit, context)
    except Unavailable:
        raise
    except ServiceError as refusal:
        _fail(ledger, live, task_id, refusal.code, refusal.message)
        return
    _finish(ledger, live, task_id, variables)


def fail_external(engine: Engine, unit: Unit, task_id: str, *, code: str, message: str) -> None:
    """After the last try: an incident at the step; `retry` opens it again."""
    found = _held(engine, unit, task_id)
    if found is not None:
        ledger, live, _task = found
        _fail(ledger, live, task_id, code, message)


def _held(engine: Engine, unit: Unit, task_id: str) -> tuple[Ledger, Live, ExternalTask] | None:
    lock_root_of(unit, external_task.c.id, task_id)
    query = (
        select(external_task, instance)
        .join(instance, instance.c.id == external_task.c.instance_id)
        .where(external_task.c.id == task_id, instance.c.state == "active")
    )
    row = unit.connection.execute(query).one_or_none()
    if row is None:
        return None
    ledger = Ledger(engine, unit)
    live = ledger.adopt(instance_row(row))
    element, topic, variables = (row._mapping[external_task.c[name]] for name in ("element", "topic", "variables"))
    name = ledger.library.definition(live.row.definition_id).elements.get(element, element)
    task = ExternalTask(id=task_id, element=element, name=name, topic=topic, variables=unpack(variables))
    ledger.cause = {"kind": "external", "element": element, "name": name}
    return ledger, live, task


def _finish(ledger: Ledger, live: Live, task_id: str, variables: Mapping[str, Value]) -> None:
    try:
        advance = run.finish_external(
            ledger.library,
            live.snapshot,
            task_id=task_id,
            variables=variables,
            at=ledger.unit.at,
            calendar=ledger.calendar,
        )
    except NotWaiting:
        return
    ledger.take(live, advance)
    settle(ledger)


def _fail(ledger: Ledger, live: Live, task_id: str, code: str, message: str) -> None:
    try:
        advance = run.fail_external(
            ledger.library,
            live.snapshot,
            task_id=task_id,
            code=code,
            message=message,
            at=ledger.unit.at,
            calendar=ledger.calendar,
        )
    except NotWaiting:
        return
    ledger.take(live, advance)
    settle(ledger)
