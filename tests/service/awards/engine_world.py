"""The real engine with the real diagrams, tables and demo people; after each completed task the worker runs."""

from __future__ import annotations

from collections.abc import Mapping
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
from service.people.reads import actor_by_username
from service.people.units import import_units
from service.wiring import build_engine
from service.worker import run_once

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
PROCEDURES = Path(__file__).parents[3] / "bpmn" / "awards"


@dataclass
class EngineWorld:
    """One engine on one database. `at` is the clock, moved by the test."""

    engine: Engine
    at: datetime = NOW
    _actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, username: str) -> Actor:
        if username not in self._actors:
            with self.engine.database.unit_of_work(self.at, read_only=True) as unit:
                found = actor_by_username(unit, username)
            assert found is not None, username
            self._actors[username] = found
        return self._actors[username]

    def start(self, key: str, username: str, **variables: Any) -> str:
        """Start by hand; the instance's id."""
        command = StartProcess(key=key, variables=variables)
        return start(self.engine, command, self.actor(username), at=self.at).instance_id

    def form(self, root_id: str, element: str, username: str) -> Form:
        """The form of the open task as that person sees it."""
        return self._open(root_id, element, username)[1]

    def do(self, root_id: str, element: str, username: str, **answers: Any) -> Completed:
        """Complete the open task of an element with what its form starts with and these answers; then work."""
        row, form = self._open(root_id, element, username)
        command = CompleteTask(task_id=row.id, revision=row.revision, answers={**form.values, **answers})
        done = complete(self.engine, command, self.actor(username), at=self.at)
        self.work()
        return done

    def work(self) -> None:
        """All that is due now; nothing may be left parked."""
        run_once(self.engine, self.at)
        parked = [(row.element, row.code, row.message) for row in self.rows(incident) if row.resolved_at is None]
        assert parked == []

    def open(self, root_id: str) -> list[str]:
        """Elements of the open tasks of a dossier, called processes included."""
        rows = self.rows(task, task.c.root_id == root_id, task.c.state == "open")
        return sorted(row.element for row in rows)

    def instance_of(self, business_key: str) -> str:
        """The dossier at the top by its business key."""
        found = self.rows(instance, instance.c.business_key == business_key, instance.c.parent_id.is_(None))
        return str(found[0].id)

    def notices(self, username: str) -> list[str]:
        """Subjects of what that person was told."""
        return [row.subject for row in self.rows(notice, notice.c.account_id == self.actor(username).account_id)]

    def rows(self, table: Table, *conditions: Any) -> list[Row[Any]]:
        with self.engine.database.unit_of_work(self.at, read_only=True) as unit:
            return list(unit.connection.execute(select(table).where(*conditions).order_by(table.c.id)))

    def one(self, table: Table, *conditions: Any) -> Row[Any]:
        (row,) = self.rows(table, *conditions)
        return row

    def _open(self, root_id: str, element: str, username: str) -> tuple[Any, Form]:
        query = (
            select(task, instance)
            .join(instance, instance.c.id == task.c.instance_id)
            .where(task.c.root_id == root_id, task.c.element == element, task.c.state == "open")
        )
        actor = self.actor(username)
        with self.engine.database.unit_of_work(self.at, read_only=True) as unit:
            rows = unit.connection.execute(query).all()
            assert rows, f"{element} is not among {self.open(root_id)}"
            held, of = next(
                (task_row(row), instance_row(row))
                for row in rows
                if len(rows) == 1 or actor.holds("unit_head", task_row(row).unit_id)
            )
            context = task_context(unit, held, of, actor, self.engine.calendar_of(unit))
            form = form_for(self.engine, unit, held, of, context)
        assert form is not None
        return held, form


def engine_world(database_url: str, data_dir: Path, environ: Mapping[str, str] | None = None) -> EngineWorld:
    """Units, demo people and everything under bpmn/awards, deployed."""
    values = {"TRINH_ENV": "test", "TRINH_DATABASE_URL": database_url, "TRINH_DATA_DIR": str(data_dir)}
    engine = build_engine(Settings.from_environ({**values, **(environ or {})}))
    with engine.database.unit_of_work(NOW) as unit:
        import_units(unit)
        create_people(unit)
    files = {path.name: path.read_bytes() for path in sorted(PROCEDURES.iterdir()) if path.suffix in (".bpmn", ".dmn")}
    deploy(engine, Deploy(name="Quy trình", source="test", files=files), None, at=NOW)
    return EngineWorld(engine)
