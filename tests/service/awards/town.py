"""The wired engine with the real procedures and demo people: tests act by user name and element, without a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from service.config import Settings
from service.engine.commands.complete import Completed, CompleteTask, complete
from service.engine.commands.deploy import Deploy, deploy
from service.engine.commands.start import StartProcess, start
from service.engine.context import Engine
from service.engine.rows import instance_row, task_row
from service.engine.tables import incident, instance, task
from service.engine.task_forms import form_for, task_context
from service.people.actor import Actor
from service.people.demo import create_people
from service.people.reads import actor_by_username
from service.people.units import import_units
from service.wiring import build_engine
from service.worker import run_once

PROCEDURES = Path(__file__).parents[3] / "bpmn" / "awards"


@dataclass
class Town:
    """One database, one moment that tests move on."""

    engine: Engine
    at: datetime
    done: list[tuple[str, str, str]] = field(default_factory=list)
    """(user name, element, business key) of every completed task."""

    def start(self, who: str, key: str, **variables: Any) -> str:
        """Start a process; its instance's id."""
        return start(self.engine, StartProcess(key=key, variables=variables), self.actor(who), at=self.at).instance_id

    def do(self, who: str, element: str, dossier: str | None = None, /, **answers: Any) -> Completed:
        """Complete the one open task of this element (of this business key), its form as it starts plus these."""
        row = self.task(element, dossier)
        actor = self.actor(who)
        values = {**self.form_values(row, actor), **answers}
        command = CompleteTask(task_id=row.id, revision=row.revision, answers=values)
        completed = complete(self.engine, command, actor, at=self.at)
        self.done.append((who, element, row.root_key))
        self.work()
        return completed

    def form_values(self, row: Row[Any], actor: Actor) -> Mapping[str, Any]:
        """What the form starts with."""
        query = select(task, instance).join(instance, instance.c.id == task.c.instance_id).where(task.c.id == row.id)
        with self.engine.database.unit_of_work(self.at, read_only=True) as unit:
            both = unit.connection.execute(query).one()
            held, of = task_row(both), instance_row(both)
            context = task_context(unit, held, of, actor, self.engine.calendar_of(unit))
            form = form_for(self.engine, unit, held, of, context)
        return form.values if form is not None else {}

    def task(self, element: str, dossier: str | None = None) -> Row[Any]:
        """The one open task of an element; `root_key` is its dossier's business key."""
        found = [row for row in self.open_tasks() if row.element == element and dossier in (None, row.root_key)]
        assert len(found) == 1, (element, dossier, [(row.element, row.root_key) for row in self.open_tasks()])
        return found[0]

    def open_tasks(self) -> list[Row[Any]]:
        """Every open task in the town."""
        query = (
            select(task, instance.c.business_key.label("root_key"))
            .join(instance, instance.c.id == task.c.root_id)
            .where(task.c.state == "open")
        )
        with self.engine.database.unit_of_work(self.at, read_only=True) as unit:
            return list(unit.connection.execute(query))

    def rows(self, *columns: Any, where: Any = True) -> list[Row[Any]]:
        """Rows of any table."""
        with self.engine.database.unit_of_work(self.at, read_only=True) as unit:
            return list(unit.connection.execute(select(*columns).where(where)))

    def work(self) -> int:
        """Everything that is due; then nothing may be parked."""
        done = run_once(self.engine, self.at)
        parked = self.rows(
            incident.c.element, incident.c.code, incident.c.message, where=incident.c.resolved_at.is_(None)
        )
        assert parked == [], parked
        return done

    def actor(self, who: str) -> Actor:
        """A demo person."""
        with self.engine.database.unit_of_work(self.at, read_only=True) as unit:
            actor = actor_by_username(unit, who)
        assert actor is not None, who
        return actor


@contextmanager
def town_at(database_url: str, at: datetime, folder: Path) -> Iterator[Town]:
    """A town with every unit, the demo people and every procedure deployed."""
    settings = replace(
        Settings.from_environ({"TRINH_DATA_DIR": str(folder)}), database_url=database_url, environment="test"
    )
    engine = build_engine(settings)
    with engine.database.unit_of_work(at) as unit:
        import_units(unit)
        create_people(unit)
    files = {path.name: path.read_bytes() for path in sorted(PROCEDURES.iterdir()) if path.suffix in {".bpmn", ".dmn"}}
    deploy(engine, Deploy(name="Quy trình khen thưởng", files=files), None, at=at)
    yield Town(engine=engine, at=at)
    engine.database.dispose()
