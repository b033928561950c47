"""A small city for the tests of rounds: units, people, the real decision tables, and a way to do one step."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, insert, select

from service.awards.tables import award_round, nomination, submission
from service.database.unit import Database
from service.engine.form_schema import check_answers
from service.engine.forms import FieldProblem
from service.engine.handlers import TaskContext, TaskHandler, TopicContext, TopicHandler
from service.engine.tables import deployment, instance, resource
from service.errors import Invalid
from service.people.actor import Actor, RoleHeld
from service.people.tables import account, role_assignment
from service.people.tables import unit as unit_table
from service.people.units import fold
from workflows.calendar import WorkCalendar

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
TODAY = date(2026, 11, 25)
TABLES = Path(__file__).parents[3] / "bpmn" / "awards"
DECISIONS = (("eligibility", "eligibility.dmn"), ("quota", "quota.dmn"), ("checklist", "dossier_checklist.dmn"))
UNITS = (
    ("00070", "Phường Hoàn Kiếm", "xa_phuong"),
    ("00073", "Phường Cửa Nam", "xa_phuong"),
    ("so_du_lich", "Sở Du lịch", "so_ban_nganh"),
    ("so_noi_vu", "Sở Nội vụ", "so_ban_nganh"),
    ("van_phong_ubnd", "Văn phòng UBND Thành phố", "so_ban_nganh"),
)
PEOPLE = (
    ("expert", "Đặng Thùy Linh", "snv_expert", None),
    ("director", "Bùi Thanh Sơn", "snv_director", None),
    ("secretary", "Đỗ Thị Mai Phương", "council_secretary", "so_noi_vu"),
    ("office", "Ngô Hải Yến", "ubnd_office", None),
    ("chair", "Dương Đức Thịnh", "ubnd_chair", None),
    ("clerk", "Nguyễn Thị Thu Hà", "unit_clerk", "00070"),
    ("unit_secretary", "Trần Minh Đức", "council_secretary", "00070"),
    ("unit_member", "Lê Thị Bích Ngọc", "council_member", "00070"),
    ("unit_head", "Vũ Đình Trọng", "unit_head", "00070"),
    ("supervisor", "Lý Thị Hồng Vân", "supervisor", None),
)


class Rejected(AssertionError):
    """A step refused its answers; the test did not expect it."""


@dataclass
class World:
    """The database of one test. Each act is a unit of work of its own."""

    database: Database
    actors: dict[str, Actor] = field(default_factory=dict)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)

    def settle(self) -> World:
        """Units, people, tables."""
        with self.database.unit_of_work(NOW) as unit:
            add = unit.connection.execute
            add(insert(unit_table), [_unit_row(*each) for each in UNITS])
            for username, name, role, unit_id in PEOPLE:
                statement = insert(account).values(username=username, full_name=name, title="", created_at=NOW)
                account_id = add(statement.returning(account.c.id)).scalar_one()
                add(insert(role_assignment).values(account_id=account_id, role=role, unit_id=unit_id))
                self.actors[username] = Actor(
                    account_id=account_id,
                    username=username,
                    full_name=name,
                    title="",
                    roles=(RoleHeld(role=role, unit_id=unit_id),),
                )
            add(insert(deployment).values(id="d1", name="Bảng", source="test", deployed_at=NOW))
            add(
                insert(resource),
                [{**_resource_row("decision", key, file), "deployment_id": "d1"} for key, file in DECISIONS],
            )
        self.instance()
        return self

    def instance(self, instance_id: str = "i") -> None:
        """The instance that the steps of a round are done in."""
        process = _resource_row("process", "award_round", "award_round.bpmn", version=99)
        with self.database.unit_of_work(NOW) as unit:
            if unit.connection.execute(select(resource.c.id).where(resource.c.id == process["id"])).first() is None:
                drawn = insert(deployment).values(id="d2", name="Đợt xét", source="test", deployed_at=NOW)
                unit.connection.execute(drawn)
                unit.connection.execute(insert(resource).values(**process, deployment_id="d2"))
            unit.connection.execute(
                insert(instance).values(
                    id=instance_id,
                    root_id=instance_id,
                    definition_id=process["id"],
                    key="award_round",
                    state="active",
                    snapshot=b"",
                    format=1,
                    started_at=NOW,
                )
            )

    def problems(self, handler: TaskHandler, actor: str, raw: Mapping[str, Any], **context: Any) -> list[FieldProblem]:
        """What the handler says against answers that the form itself takes."""
        task = self._task(handler.key, actor, context)
        with self.database.unit_of_work(task.at) as unit:
            return list(handler.check(unit, task, check_answers(handler.form(unit, task), raw)))

    def told(self, handler: TaskHandler, actor: str, raw: Mapping[str, Any], **context: Any) -> dict[str, str]:
        """What the page says at each field: the form itself, or where it takes the answers, the handler."""
        try:
            found = self.problems(handler, actor, raw, **context)
        except Invalid as refused:
            found = list(refused.problems)
        return {each.field: each.message for each in found}

    def do(self, handler: TaskHandler, actor: str, raw: Mapping[str, Any], **context: Any) -> Mapping[str, Any]:
        """Form, check, apply: as the command does it."""
        task = self._task(handler.key, actor, context)
        with self.database.unit_of_work(task.at) as unit:
            answers = check_answers(handler.form(unit, task), raw)
            if problems := list(handler.check(unit, task, answers)):
                raise Rejected(problems)
            return handler.apply(unit, task, answers)

    def apply(self, handler: TaskHandler, actor: str, answers: Mapping[str, Any], **context: Any) -> Mapping[str, Any]:
        """Apply answers that were checked before something else happened."""
        task = self._task(handler.key, actor, context)
        with self.database.unit_of_work(task.at) as unit:
            return handler.apply(unit, task, answers)

    def form(self, handler: TaskHandler, actor: str, **context: Any) -> Any:
        """The form as that person sees it."""
        task = self._task(handler.key, actor, context)
        with self.database.unit_of_work(task.at, read_only=True) as unit:
            return handler.form(unit, task)

    def work(
        self, handler: TopicHandler, *, at: datetime = NOW, unit_id: str = "so_noi_vu", **variables: Any
    ) -> Mapping[str, Any]:
        """A service task of a dossier of that unit."""
        work = TopicContext(
            task_id="t",
            instance_id="i",
            root_id="i",
            element="e",
            topic=handler.topic,
            unit_id=unit_id,
            business_key=None,
            variables=variables,
            at=at,
            calendar=self.calendar,
        )
        with self.database.unit_of_work(at) as unit:
            return handler.apply(unit, work)

    def rows(self, table: Table, *conditions: Any) -> list[Row[Any]]:
        """Rows in the order they were made."""
        with self.database.unit_of_work(NOW, read_only=True) as unit:
            return list(unit.connection.execute(select(table).where(*conditions).order_by(table.c.id)))

    def change(self, table: Table, row_id: int, **values: Any) -> None:
        """Write columns of one row."""
        with self.database.unit_of_work(NOW) as unit:
            unit.connection.execute(table.update().where(table.c.id == row_id).values(**values))

    def _task(self, key: str, actor: str, context: dict[str, Any]) -> TaskContext:
        values = {"at": NOW, "unit_id": "so_noi_vu", "business_key": None, "instance_id": "i", **context}
        return TaskContext(
            task_id="t",
            instance_id=values["instance_id"],
            root_id=values["instance_id"],
            element="e",
            name="",
            form_key=key,
            unit_id=values["unit_id"],
            business_key=values["business_key"],
            variables=values.get("variables", {}),
            properties={},
            created_at=NOW,
            due_at=None,
            at=values["at"],
            calendar=self.calendar,
            actor=self.actors[actor],
        )

    # -- records made directly: what the submissions' own steps would have left

    def open_round(self, *, award_class: str = "annual", units: tuple[str, ...] = ("00070", "00073")) -> int:
        """An open round with one submission for each unit, through the two steps of R0."""
        from service.awards.rounds.draft_guidance import DraftGuidance
        from service.awards.rounds.sign_guidance import SignGuidance

        drafted = self.do(DraftGuidance(), "expert", guidance(self, award_class=award_class, units=units))
        variables = {"round_id": drafted["round_id"]}
        self.do(SignGuidance(), "director", SIGNED, variables=variables)
        return int(drafted["round_id"])

    def nominate(self, submission_id: int, count: int, *, state: str = "eligible", **values: Any) -> list[int]:
        """So many nominations in one submission."""
        kind = values.pop("subject_kind", "individual")
        with self.database.unit_of_work(NOW) as unit:
            last = len(
                unit.connection.execute(
                    select(nomination.c.id).where(nomination.c.submission_id == submission_id)
                ).all()
            )
            ids = []
            for position in range(last + 1, last + count + 1):
                name = f"Người thứ {position}"
                row = {
                    "submission_id": submission_id,
                    "position": position,
                    "subject_kind": kind,
                    "subject_name": name,
                    "subject_search": fold(name),
                    "award_form": "city_merit_certificate",
                    "bloc": "xa_phuong",
                    "state": state,
                    **values,
                }
                statement = insert(nomination).values(**row).returning(nomination.c.id)
                ids.append(unit.connection.execute(statement).scalar_one())
        return ids

    def submissions(self, round_id: int) -> list[Row[Any]]:
        """The round's submissions."""
        return self.rows(submission, submission.c.round_id == round_id)

    def round(self, round_id: int) -> Row[Any]:
        """The round's row."""
        return self.rows(award_round, award_round.c.id == round_id)[0]


def guidance(
    world: World, *, award_class: str = "annual", units: tuple[str, ...] = ("00070", "00073")
) -> dict[str, Any]:
    """The guidance's form as it stands, for these units and with its ceilings."""
    from service.awards.rounds.draft_guidance import DraftGuidance

    values = dict(world.form(DraftGuidance(), "expert").values)
    values |= {"award_class": award_class, "units_scope": "selected", "unit_ids": list(units)}
    return {**values, "cutoff_on": date(2026, 12, 15)}


SIGNED = {"decision": "approved", "guidance_number": "3215/HD-SNV", "guidance_on": TODAY}


def members(present: int, *, written: int = 0, absent: int = 0) -> list[dict[str, str]]:
    """A council's list: so many of each."""
    statuses = ["present"] * present + ["written"] * written + ["absent"] * absent
    return [{"name": f"Thành viên {index}", "status": status} for index, status in enumerate(statuses, start=1)]


def _unit_row(code: str, name: str, bloc: str) -> dict[str, Any]:
    return {"id": code, "name": name, "bloc": bloc, "search_name": fold(name), "active": True}


def _resource_row(kind: str, key: str, file: str, version: int = 1) -> dict[str, Any]:
    content = (TABLES / file).read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    return {
        "id": f"{key}:{version}:{sha256}",
        "kind": kind,
        "key": key,
        "version": version,
        "name": key,
        "file_name": file,
        "sha256": sha256,
        "content": content,
    }
