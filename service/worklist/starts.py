"""The processes a person may start by hand, as buttons; and the first task of one that was just started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from service.engine.tables import task
from service.people.actor import Actor
from service.people.policy import may_start, tasks_actionable_by
from workflows.errors import UnknownDefinition

if TYPE_CHECKING:
    from service.database.unit import Unit
    from service.engine.context import Engine


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """A process to start: its key, and the words on its button."""

    key: str
    words: str


def startable_by(engine: Engine, unit: Unit, actor: Actor) -> list[Start]:
    """The newest version of every process with a plain start and a starter group this person holds."""
    library = engine.library(unit)
    found = []
    for definition_id in library.newest_processes():
        try:
            definition = library.definition(definition_id)
        except UnknownDefinition:
            continue
        plain = next((each for each in definition.starts if each.kind == "none"), None)
        if plain is not None and may_start(actor, definition.starter_groups):
            drawn = definition.elements.get(plain.element, plain.element)
            found.append(Start(key=definition.key, words=definition.name if drawn == plain.element else drawn))
    return found


def first_task(unit: Unit, actor: Actor, root_id: str) -> Any | None:
    """The id of an open task of this dossier that the person may act on."""
    query = (
        select(task.c.id)
        .where(task.c.root_id == root_id, task.c.state == "open", tasks_actionable_by(actor, task.c))
        .order_by(task.c.created_at)
        .limit(1)
    )
    return unit.connection.scalar(query)
