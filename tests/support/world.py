"""A small City for tests of the service: two communes, a department, people of each role, an engine of handlers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import insert, select

from service.config import Settings
from service.database.unit import Database, Unit
from service.engine.commands.deploy import Deploy, Deployed, deploy
from service.engine.context import Engine
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import Registry, TaskContext, TopicContext
from service.engine.tables import history, incident, instance, job, task, timer
from service.people.actor import Actor
from service.people.reads import actor_by_username
from service.people.tables import account, role_assignment, unit

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""09:00 in Hà Nội; a holiday, so deadlines count from Wednesday 25/11."""

UNITS = (("00070", "UBND Phường Hoàn Kiếm"), ("00073", "UBND Phường Cửa Nam"), ("so_noi_vu", "Sở Nội vụ"))
PEOPLE: tuple[tuple[str, str, tuple[tuple[str, str | None], ...]], ...] = (
    ("clerk", "Nguyễn Thị Hà", (("unit_clerk", "00070"),)),
    ("clerk2", "Trần Văn Bình", (("unit_clerk", "00070"),)),
    ("head", "Vũ Đình Trọng", (("unit_head", "00070"),)),
    ("other", "Lê Thu Cúc", (("unit_clerk", "00073"), ("unit_head", "00073"))),
    ("expert", "Đặng Thùy Linh", (("snv_expert", None),)),
    ("director", "Bùi Thanh Sơn", (("snv_director", None),)),
    ("supervisor", "Lý Hồng Vân", (("supervisor", None),)),
    ("owner", "Phan Tuấn Anh", (("process_owner", None),)),
    ("auditor", "Trịnh Công Minh", (("auditor", None),)),
)

Answers = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Handler:
    """A user task's handler made of functions."""

    key: str
    fields: tuple[Field, ...] = ()
    problems: Callable[[Unit, TaskContext, Answers], Sequence[FieldProblem]] = lambda _u, _t, _a: ()
    does: Callable[[Unit, TaskContext, Answers], Answers] = lambda _u, _t, answers: answers

    def form(self, unit: Unit, task: TaskContext) -> Form:
        return Form(fields=self.fields)

    def check(self, unit: Unit, task: TaskContext, answers: Answers) -> Sequence[FieldProblem]:
        return self.problems(unit, task, answers)

    def apply(self, unit: Unit, task: TaskContext, answers: Answers) -> Answers:
        return self.does(unit, task, answers)


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A topic's handler made of a function."""

    topic: str
    does: Callable[[Unit, TopicContext], Answers]
    phase: Literal["in_transaction", "after_commit"] = "in_transaction"

    def apply(self, unit: Unit, work: TopicContext) -> Answers:
        return self.does(unit, work)


def populate(database: Database) -> None:
    """The units and the people."""
    with database.unit_of_work() as work:
        rows = [{"id": key, "name": name, "bloc": "xa_phuong", "search_name": name.lower()} for key, name in UNITS]
        work.connection.execute(insert(unit), rows)
        accounts = [
            {"username": username, "full_name": name, "email": f"{username}@trinh.test", "created_at": AT}
            for username, name, _roles in PEOPLE
        ]
        work.connection.execute(insert(account), accounts)
        ids = {row.username: row.id for row in work.connection.execute(select(account.c.id, account.c.username))}
        roles = [
            {"account_id": ids[username], "role": role, "unit_id": scope}
            for username, _name, held in PEOPLE
            for role, scope in held
        ]
        work.connection.execute(insert(role_assignment), roles)


@dataclass(kw_only=True)
class World:
    """The engine under test and what tests ask it most."""

    engine: Engine
    at: datetime = AT
    tasks: dict[str, Handler] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)

    @classmethod
    def on(cls, database: Database, **settings: Any) -> World:
        """A populated database and an engine whose handlers a test may still add to `tasks` and `topics`."""
        tasks: dict[str, Handler] = {}
        topics: dict[str, Topic] = {}
        registry = Registry(tasks=tasks, topics=topics)
        made = Settings.from_environ({"TRINH_ENV": "test", **settings})
        populate(database)
        return cls(engine=Engine(database=database, registry=registry, settings=made), tasks=tasks, topics=topics)

    @property
    def database(self) -> Database:
        return self.engine.database

    def actor(self, username: str) -> Actor:
        with self.database.unit_of_work(read_only=True) as work:
            found = actor_by_username(work, username)
        assert found is not None
        return found

    def deploy(self, **files: bytes) -> Deployed:
        """Files by name without ending: `.bpmn`."""
        named = {f"{name}.bpmn": data for name, data in files.items()}
        return deploy(self.engine, Deploy(name="thử", files=named), self.actor("owner"), at=self.at)

    def engine_with(self, **settings: Any) -> Engine:
        """The same engine under other settings."""
        return replace(self.engine, settings=Settings.from_environ({"TRINH_ENV": "test", **settings}))

    # -- rows

    def rows(self, query: Any) -> list[Any]:
        with self.database.unit_of_work(read_only=True) as work:
            return list(work.connection.execute(query))

    def open_tasks(self, instance_id: str | None = None) -> list[Any]:
        query = select(task).where(task.c.state == "open").order_by(task.c.element, task.c.id)
        return self.rows(query if instance_id is None else query.where(task.c.root_id == instance_id))

    def open_task(self, instance_id: str | None = None) -> Any:
        (found,) = self.open_tasks(instance_id)
        return found

    def instance(self, instance_id: str) -> Any:
        (found,) = self.rows(select(instance).where(instance.c.id == instance_id))
        return found

    def incidents(self) -> list[Any]:
        return self.rows(select(incident).where(incident.c.resolved_at.is_(None)).order_by(incident.c.id))

    def timers(self) -> list[Any]:
        return self.rows(select(timer).order_by(timer.c.due_at, timer.c.id))

    def jobs(self, state: str = "ready") -> list[Any]:
        return self.rows(select(job).where(job.c.state == state).order_by(job.c.id))

    def history(self, root_id: str) -> list[tuple[str, str | None]]:
        query = select(history.c.kind, history.c.element).where(history.c.root_id == root_id).order_by(history.c.id)
        return [(row.kind, row.element) for row in self.rows(query)]
