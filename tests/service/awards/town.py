"""The wired engine with the real procedures and demo people: tests act by user name and element, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, select

from service.config import Settings
from service.engine.commands.complete import Completed, CompleteTask, complete
from service.engine.commands.deploy import Deploy, deploy
from service.engine.commands.start import StartProcess, start
from service.engine.context import Engine
from service.engine.forms import Form
from service.engine.rows import instance_row, task_row
from service.engine.tables import incident, instance, notice, task
from service.engine.task_forms import form_for, task_context
from service.people.actor import Actor
from service.people.demo import create_people
from service.people.policy import may_act
from service.people.reads import actor_by_username
from service.people.units import import_units
from service.wiring import build_engine
from service.worker import run_once

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
PROCEDURES = Path(__file__).parents[3] / "bpmn" / "awards"


@dataclass
class Town:
    """One database, one moment that tests move on. A dossier is named by its business key or by its instance."""

    engine: Engine
    at: datetime
    done: list[tuple[str, str, str]] = field(default_factory=list)
    """(user name, element, business key) of every completed task."""
    _actors: dict[str, Actor] = field(default_factory=dict)

    # -- acting

    def start(self, who: str, key: str, **variables: Any) -> str:
        """Start a process by hand; its instance's id."""
        return start(self.engine, StartProcess(key=key, variables=variables), self.actor(who), at=self.at).instance_id

    def do(self, who: str, element: str, dossier: str | None = None, /, **answers: Any) -> Completed:
        """Complete the open task of this element, its form as it starts plus these answers; then the worker runs."""
        completed = self.act(who, element, dossier, **answers)
        self.work()
        return completed

    def act(self, who: str, element: str, dossier: str | None = None, /, **answers: Any) -> Completed:
        """As `do`, without the worker: what runs after the commit is still to come."""
        row = self.task(element, dossier, who)
        values = {**self.form(who, element, dossier).values, **answers}
        command = CompleteTask(task_id=row.id, revision=row.revision, answers=values)
        completed = complete(self.engine, command, self.actor(who), at=self.at)
        self.done.append((who, element, row.root_key))
        return completed

    def work(self) -> int:
        """Everything that is due; then nothing may be parked."""
        done = run_once(self.engine, self.at)
        parked = [(row.element, row.code, row.message) for row in self.rows(incident) if row.resolved_at is None]
        assert parked == []
        return done

    # -- looking

    def form(self, who: str, element: str, dossier: str | None = None, /) -> Form:
        """The form of the open task as that person sees it."""
        row, actor = self.task(element, dossier, who), self.actor(who)
        query = select(task, instance).join(instance, instance.c.id == task.c.instance_id).where(task.c.id == row.id)
        with self.engine.database.unit_of_work(self.at, read_only=True) as unit:
            both = unit.connection.execute(query).one()
            held, of = task_row(both), instance_row(both)
            context = task_context(unit, held, of, actor, self.engine.calendar_of(unit))
            form = form_for(self.engine, unit, held, of, context)
        assert form is not None
        return form

    def task(self, element: str, dossier: str | None = None, who: str | None = None) -> Row[Any]:
        """The one open task of an element that this person may act on; `root_key` is its dossier's business key."""
        actor = self.actor(who) if who is not None else None
        found = [row for row in self.open_tasks(dossier) if row.element == element]
        if len(found) > 1 and actor is not None:
            found = [row for row in found if may_act(actor, row)]
        assert len(found) == 1, (element, dossier, [(row.element, row.root_key) for row in self.open_tasks()])
        return found[0]

    def open_tasks(self, dossier: str | None = None) -> list[Row[Any]]:
        """Every open task of a dossier, called processes included; of the whole town without one."""
        query = (
            select(task, instance.c.business_key.label("root_key"))
            .join(instance, instance.c.id == task.c.root_id)
            .where(task.c.state == "open")
        )
        with self.engine.database.unit_of_work(self.at, read_only=True) as unit:
            rows = list(unit.connection.execute(query))
        return [row for row in rows if dossier in (None, row.root_key, row.root_id)]

    def open(self, dossier: str) -> list[str]:
        """Elements of the open tasks of a dossier."""
        return sorted(row.element for row in self.open_tasks(dossier))

    def instance_of(self, business_key: str) -> str:
        """The dossier at the top by its business key."""
        found = self.rows(instance, instance.c.business_key == business_key, instance.c.parent_id.is_(None))
        return str(found[0].id)

    def notices(self, who: str) -> list[str]:
        """Subjects of what that person was told."""
        return [row.subject for row in self.rows(notice, notice.c.account_id == self.actor(who).account_id)]

    def rows(self, table: Table, *conditions: Any) -> list[Row[Any]]:
        """Rows in the order they were made."""
        with self.engine.database.unit_of_work(self.at, read_only=True) as unit:
            return list(unit.connection.execute(select(table).where(*conditions).order_by(table.c.id)))

    def one(self, table: Table, *conditions: Any) -> Row[Any]:
        """The only row there is."""
        (row,) = self.rows(table, *conditions)
        return row

    def actor(self, who: str) -> Actor:
        """A demo person."""
        if who not in self._actors:
            with self.engine.database.unit_of_work(self.at, read_only=True) as unit:
                found = actor_by_username(unit, who)
            assert found is not None, who
            self._actors[who] = found
        return self._actors[who]

    def forget(self, who: str) -> None:
        """Their roles have changed."""
        self._actors.pop(who, None)


@contextmanager
def town_at(database_url: str, at: datetime, folder: Path) -> Iterator[Town]:
    """A town with every unit, the demo people and every procedure deployed."""
    environ = {"TRINH_ENV": "test", "TRINH_DATABASE_URL": database_url, "TRINH_DATA_DIR": str(folder)}
    engine = build_engine(Settings.from_environ(environ))
    with engine.database.unit_of_work(at) as unit:
        import_units(unit)
        create_people(unit)
    files = {path.name: path.read_bytes() for path in sorted(PROCEDURES.iterdir()) if path.suffix in {".bpmn", ".dmn"}}
    deploy(engine, Deploy(name="Quy trình khen thưởng", source="test", files=files), None, at=at)
    yield Town(engine=engine, at=at)
    engine.database.dispose()
