"""The application on a real database, with a small diagram: a clerk writes, the head of the unit decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from service.app import create_app
from service.config import Settings
from service.database.unit import Database
from service.engine.commands.deploy import Deploy, deploy
from service.engine.context import Engine
from service.engine.handlers import Registry
from service.people.demo import create_people
from service.people.reads import actor_by_username
from service.people.tokens import create_token
from service.people.units import import_units

DIAGRAMS = Path(__file__).parent / "diagrams"


@dataclass
class Service:
    """The application, and a bearer token for each person who is asked for."""

    app: Flask
    engine: Engine
    tokens: dict[str, str] = field(default_factory=dict)

    def call(self, who: str | None, method: str, path: str, json: Any = None, **options: Any) -> TestResponse:
        """One request in the name of `who`."""
        headers = dict(options.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = f"Bearer {self.token(who)}"
        if json is not None:
            options["json"] = json
        return self.app.test_client().open(path, method=method, headers=headers, **options)

    def get(self, who: str, path: str, **query: Any) -> TestResponse:
        return self.call(who, "GET", path, query_string=query)

    def post(self, who: str, path: str, **body: Any) -> TestResponse:
        return self.call(who, "POST", path, json=body)

    def token(self, who: str) -> str:
        if who not in self.tokens:
            with self.engine.database.unit_of_work() as unit:
                actor = actor_by_username(unit, who)
                assert actor is not None
                self.tokens[who] = create_token(unit, actor.account_id)
        return self.tokens[who]

    def start(self, who: str = "vanthu.hoankiem", **body: Any) -> str:
        """A new dossier's id."""
        answer = self.post(who, "/api/processes/request/start", **body)
        assert answer.status_code == 201, answer.text
        return str(answer.json["instance_id"])

    def task_of(self, instance_id: str, who: str = "chuyenvien") -> str:
        """The only open task of a dossier."""
        (task,) = self.get(who, f"/api/instances/{instance_id}").json["tasks"]
        return str(task["id"])

    def complete(self, who: str, task_id: str, **answers: Any) -> TestResponse:
        revision = self.get(who, f"/api/tasks/{task_id}").json["revision"]
        return self.post(who, f"/api/tasks/{task_id}/complete", revision=revision, answers=answers)


class Statements(list[str]):
    """What the database was told: every statement, and how often it committed."""

    commits = 0

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database

    def __enter__(self) -> Statements:
        event.listen(self.database.engine, "before_cursor_execute", self._statement)
        event.listen(self.database.engine, "commit", self._commit)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.database.engine, "before_cursor_execute", self._statement)
        event.remove(self.database.engine, "commit", self._commit)

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            self.append(statement)

    def _commit(self, _connection: Any) -> None:
        self.commits += 1


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return replace(
        Settings.from_environ({"TRINH_DATA_DIR": str(tmp_path)}), database_url=database_url, environment="test"
    )


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    engine = Engine(database=Database(settings.database_url), registry=Registry(), settings=settings)
    with engine.database.unit_of_work() as unit:
        import_units(unit)
        create_people(unit)
    files = {path.name: path.read_bytes() for path in DIAGRAMS.glob("*.bpmn")}
    deploy(engine, Deploy(name="test", files=files), None)
    yield Service(app=create_app(settings, engine), engine=engine)
    engine.database.dispose()
