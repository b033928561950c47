"""Start a process: by a person, by a message, or by a timer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.database.unit import Unit, again_after_deadlock
from service.engine.commands.agenda import settle
from service.engine.commands.ledger import Ledger, Live
from service.engine.commands.refusals import engine_refusals
from service.engine.context import Engine
from service.engine.errors import NewerVersion, NotStartable, ProcessNotFound
from service.errors import FieldProblem, Invalid
from service.people.actor import Actor
from service.people.policy import starting_unit
from workflows import run
from workflows.errors import UnknownDefinition
from workflows.model import Definition, Value

MAX_KEY = 120
"""Letters of a business key: as wide as its column."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StartProcess:
    """The newest version of process `key`, with these variables; its unit is the variable `unit_id`."""

    key: str
    definition_id: str | None = None
    """The version the caller has seen as the newest one; None asks for none in particular."""
    business_key: str | None = None
    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """The new instance."""

    instance_id: str
    definition_id: str
    business_key: str | None
    unit_id: str | None
    state: str
    started_at: datetime


@again_after_deadlock
def start(engine: Engine, command: StartProcess, actor: Actor, *, at: datetime | None = None) -> Started:
    """Start by hand, for the unit this person may start for.

    Raises:
        ProcessNotFound, NotStartable, Invalid: the process, or what it was given.
        NewerVersion: the process is not as the caller saw it.
        BusinessKeyTaken: a running dossier of this process has it.
        MayNotStart, StartingUnitUnclear: see `people.policy.starting_unit`.
    """
    with engine.database.unit_of_work(at) as unit, engine_refusals():
        _refuse_unusable_key(command.business_key)
        definition = startable(engine, unit, command.key)
        variables = dict(command.variables)
        asked = variables.get("unit_id")
        if asked is not None and not isinstance(asked, str):
            raise _unknown_unit()
        unit_id = starting_unit(actor, definition.starter_groups, asked)
        if command.definition_id not in (None, definition.id):
            raise NewerVersion(name=definition.name, version=definition.version)
        if unit_id is not None:
            variables["unit_id"] = unit_id
        business_key = command.business_key or engine.business_key_of(unit, command.key)
        ledger = Ledger(engine, unit, actor)
        live = begin(ledger, definition, business_key=business_key, variables=variables)
        settle(ledger)
        return started(live)


def startable(engine: Engine, unit: Unit, key: str) -> Definition:
    """The newest version of a process that people start by hand.

    One without candidateStarterGroups is begun by messages, timers and calls only: what it is given decides whose
    records its steps write, so it is never taken from just anybody.

    Raises:
        ProcessNotFound, NotStartable.
    """
    try:
        definition = engine.library(unit).process(key)
    except UnknownDefinition as error:
        raise ProcessNotFound(key=key) from error
    if not definition.starter_groups or not any(each.kind == "none" for each in definition.starts):
        raise NotStartable(name=definition.name)
    return definition


def begin(
    ledger: Ledger,
    definition: Definition,
    *,
    business_key: str | None,
    variables: Mapping[str, Value],
    start_element: str | None = None,
) -> Live:
    """A new instance at the top of its own call tree; `settle` must follow. Raises Invalid for an unknown unit."""
    unit_id: Any = variables.get("unit_id")
    if unit_id is not None and not ledger.known_unit(unit_id):
        raise _unknown_unit()
    advance = run.start(
        ledger.library,
        definition=definition,
        business_key=business_key,
        variables=variables,
        at=ledger.unit.at,
        calendar=ledger.calendar,
        start_element=start_element,
        started_by=ledger.actor.username if ledger.actor is not None else None,
    )
    title = variables.get("title")
    live = ledger.create(
        definition=definition,
        business_key=business_key,
        unit_id=unit_id,
        title=title if isinstance(title, str) and title.strip() else definition.name,
    )
    ledger.take(live, advance)
    return live


def started(live: Live) -> Started:
    return Started(
        instance_id=live.id,
        definition_id=live.row.definition_id,
        business_key=live.row.business_key,
        unit_id=live.row.unit_id,
        state=live.state,
        started_at=live.row.started_at,
    )


def _refuse_unusable_key(business_key: str | None) -> None:
    """Raises Invalid."""
    if business_key is not None and not (business_key.isprintable() and 0 < len(business_key.strip()) <= MAX_KEY):
        message = f"Mã hồ sơ gồm 1 đến {MAX_KEY} ký tự in được."
        raise Invalid([FieldProblem(field="business_key", message=message)])


def _unknown_unit() -> Invalid:
    return Invalid([FieldProblem(field="variables.unit_id", message="Không có đơn vị này trong danh mục đơn vị.")])
