"""Deploy diagrams, decision tables and forms: all of them, or none, with every problem at once."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, text

from service.database.unit import Unit, again_after_deadlock
from service.engine import camunda_forms
from service.engine.commands.deployment_checks import keep_check
from service.engine.commands.worker_topics import topics_outside
from service.engine.context import Engine
from service.engine.errors import DeploymentInvalid, MayNotDeploy
from service.engine.library import Kind
from service.engine.tables import deployment, resource, start_subscription
from service.people.actor import Actor
from service.people.roles import ROLES
from workflows import dmn, lint, parse, run
from workflows.errors import ExpressionError
from workflows.model import Definition, Problem, StartEvent
from workflows.specs.activities import User

MAX_ID = 120
"""Letters of a process's key and of an element's id: as wide as their columns."""
_KINDS: Mapping[Kind, str] = {"process": "Quy trình", "decision": "Bảng quyết định", "form": "Biểu mẫu"}
_LOCK = 7_246_319
"""Any number, the same everywhere: deployments come one after the other, so that versions have no gaps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deploy:
    """Files by name: `.bpmn`, `.dmn`, `.form`. `source` says what sent them: Camunda Modeler, trinh deploy, page."""

    name: str
    files: Mapping[str, bytes]
    source: str = "trinh deploy"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeployedResource:
    """A version in force. `created` is False where the newest version had the very same file already."""

    id: str
    deployment_id: str
    kind: Kind
    key: str
    version: int
    name: str
    file_name: str
    created: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployed:
    """What is in force now. `id` is the new deployment, or the newest one of these files when nothing changed."""

    id: str
    name: str
    deployed_at: datetime
    resources: tuple[DeployedResource, ...]
    warnings: tuple[Problem, ...]


def deploy(engine: Engine, command: Deploy, actor: Actor | None, *, at: datetime | None = None) -> Deployed:
    """Check, give each changed process, table and form its next version, and move the start events to it.

    Instances that run keep their version. `actor` None is the command line.

    Raises:
        MayNotDeploy: not a process owner.
        DeploymentInvalid: with every problem; nothing was changed but the report of this check.
    """
    if actor is not None and not actor.holds("process_owner"):
        raise MayNotDeploy()
    try:
        return _deploy(engine, command, actor, at)
    except DeploymentInvalid as refusal:
        with engine.database.unit_of_work(at) as unit:
            kept = keep_check(unit, command.files, command.source, actor, refusal.findings, deployment_id=None)
        refusal.details["check_id"] = kept
        raise


@again_after_deadlock
def _deploy(engine: Engine, command: Deploy, actor: Actor | None, at: datetime | None) -> Deployed:
    with engine.database.unit_of_work(at) as unit:
        if engine.database.dialect == "postgresql":
            unit.connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        findings = check(engine, unit, command.files)
        if any(each.severity == "error" for each in findings):
            raise DeploymentInvalid(findings)
        resources = _store(unit, command, actor)
        engine.library(unit).forget_newest()
        for each in resources:
            if each.created and each.kind == "process":
                _move_starts(engine, unit, each)
        newest = max(resources, key=lambda each: (each.created, each.version))
        made = unit.connection.execute(select(deployment).where(deployment.c.id == newest.deployment_id)).one()
        keep_check(unit, command.files, command.source, actor, findings, deployment_id=made.id)
        return Deployed(
            id=made.id,
            name=made.name,
            deployed_at=made.deployed_at,
            resources=tuple(resources),
            warnings=tuple(findings),
        )


def check(engine: Engine, unit: Unit, files: Mapping[str, bytes]) -> list[Problem]:
    """Everything that keeps these files from being deployed, and warnings; nothing is changed."""
    found = list(_check_files(files, engine.settings.deploy_limit_bytes))
    if any(each.severity == "error" for each in found):
        return found
    found += lint.check(
        files,
        deployed=engine.library(unit),
        groups=frozenset(ROLES),
        form_keys=frozenset(engine.registry.tasks),
        topics=frozenset(engine.registry.topics) | topics_outside(unit),
    )
    broken = {each.file for each in found if each.severity == "error"}
    for name, data in files.items():
        if name not in broken:
            found += _check_fit(name, data)
    if not any(each.severity == "error" for each in found):
        found += _check_clashes(unit, list(_parts(files)))
    return found


def _check_clashes(unit: Unit, parts: list[_Part]) -> Iterator[Problem]:
    """A table or form must not replace another one by mistake: its id, copied with the file, is another file's."""
    places: dict[tuple[str, str], str] = {}
    for part in parts:
        first = places.setdefault((part.kind, part.key), part.file)
        if first != part.file:
            words = f"{_KINDS[part.kind]} “{part.key}” có trong cả {first} và {part.file}. Hãy đổi mã (ID) một nơi."
            yield _problem(part.file, "key_twice", words, part.key)
    newest = _newest(unit, parts)
    for part in parts:
        last = newest.get((part.kind, part.key))
        if part.kind != "process" and last is not None and last.file_name != part.file:
            words = (
                f"{_KINDS[part.kind]} “{part.key}” đang dùng nằm ở tệp {last.file_name}, không phải {part.file}. "
                f"Nếu đây là bản mới của nó, hãy giữ tên tệp {last.file_name}; nếu không, hãy đổi mã (ID)."
            )
            yield _problem(part.file, "key_of_another_file", words, part.key)


def _check_fit(file: str, data: bytes) -> Iterator[Problem]:
    """Whether every form can be shown as it is drawn, and every id fits into its column."""
    if file.endswith(".form"):
        yield from camunda_forms.check(file, data)
    elif file.endswith(".bpmn"):
        for key, program in parse.programs(data).items():
            for name in (key, *program.elements):
                if len(name) > MAX_ID:
                    yield _problem(file, "id_too_long", f"Mã “{name[:40]}…” dài hơn {MAX_ID} ký tự.")
            for node in program.nodes():
                if isinstance(node, User):
                    yield from camunda_forms.check_generated(file, node.bpmn_id, node.form_fields)


def _check_files(files: Mapping[str, bytes], limit: int) -> Iterator[Problem]:
    if not files:
        yield _problem("", "no_files", "Chưa chọn tệp nào để triển khai.")
    for name, data in files.items():
        if not name.endswith((".bpmn", ".dmn", ".form")):
            yield _problem(name, "file_kind_unknown", f"Tệp {name}: chỉ nhận .bpmn, .dmn và .form.")
        elif len(data) > limit:
            megabytes = limit // (1024 * 1024)
            yield _problem(name, "file_too_large", f"Tệp {name} lớn hơn giới hạn {megabytes} MB.")


def _problem(file: str, code: str, message: str, element: str | None = None) -> Problem:
    return Problem(file=file, element=element, line=None, severity="error", code=code, message=message)


# -- versions


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    kind: Kind
    key: str
    name: str
    file: str


def _parts(files: Mapping[str, bytes]) -> Iterator[_Part]:
    """Every process, decision and form of the files."""
    for file, data in files.items():
        if file.endswith(".bpmn"):
            for key, program in parse.programs(data).items():
                yield _Part(kind="process", key=key, name=program.name, file=file)
        elif file.endswith(".dmn"):
            for decision in dmn.load(data).decisions:
                yield _Part(kind="decision", key=decision.id, name=decision.name or decision.id, file=file)
        else:
            key = camunda_forms.form_key(data)
            yield _Part(kind="form", key=key, name=camunda_forms.form_name(data), file=file)


def _store(unit: Unit, command: Deploy, actor: Actor | None) -> list[DeployedResource]:
    parts = list(_parts(command.files))
    digests = {file: hashlib.sha256(data).hexdigest() for file, data in command.files.items()}
    newest = _newest(unit, parts)
    deployment_id = str(uuid.uuid4())
    found, rows = [], []
    for part in parts:
        last = newest.get((part.kind, part.key))
        if last is not None and last.sha256 == digests[part.file]:
            found.append(_deployed(last, created=False))
            continue
        version = last.version + 1 if last is not None else 1
        row = {
            "id": f"{part.key}:{version}:{uuid.uuid4()}",
            "deployment_id": deployment_id,
            "kind": part.kind,
            "key": part.key,
            "version": version,
            "name": part.name,
            "file_name": part.file,
            "sha256": digests[part.file],
            "content": command.files[part.file],
        }
        rows.append(row)
        found.append(_deployed(_Row(row), created=True))
    if rows:
        made = {"id": deployment_id, "name": command.name, "source": command.source, "deployed_at": unit.at}
        made["deployed_by"] = actor.account_id if actor is not None else None
        unit.connection.execute(insert(deployment).values(made))
        unit.connection.execute(insert(resource), rows)
    return found


class _Row:
    """A dict read like a row."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)


def _newest(unit: Unit, parts: list[_Part]) -> dict[tuple[str, str], Any]:
    """The newest version of each, without its content."""
    columns = [column for column in resource.c if column.name != "content"]
    keys = sorted({part.key for part in parts})
    rows = unit.connection.execute(select(*columns).where(resource.c.key.in_(keys)).order_by(resource.c.version))
    return {(row.kind, row.key): row for row in rows}


def _deployed(row: Any, *, created: bool) -> DeployedResource:
    return DeployedResource(
        id=row.id,
        deployment_id=row.deployment_id,
        kind=row.kind,
        key=row.key,
        version=row.version,
        name=row.name,
        file_name=row.file_name,
        created=created,
    )


# -- start events


def _move_starts(engine: Engine, unit: Unit, made: DeployedResource) -> None:
    """Messages, signals and timers start the newest version from now on, and only that."""
    unit.connection.execute(delete(start_subscription).where(start_subscription.c.key == made.key))
    definition = engine.library(unit).definition(made.id)
    rows = [_start_values(engine, unit, definition, each) for each in definition.starts if each.kind != "none"]
    if rows:
        unit.connection.execute(insert(start_subscription), rows)


def _start_values(engine: Engine, unit: Unit, definition: Definition, event: StartEvent) -> dict[str, Any]:
    values: dict[str, Any] = {
        "definition_id": definition.id,
        "key": definition.key,
        "element": event.element,
        "kind": event.kind,
        "name": event.name,
        "due_at": None,
        "started_at": None,
        "expression": event.expression,
        "repeats_left": None,
    }
    if event.kind != "timer":
        return values
    try:
        deadline, left = run.begin_timer(event, at=unit.at, calendar=engine.calendar_of(unit))
    except ExpressionError as error:
        problem = Problem(
            file=definition.key,
            element=event.element,
            line=None,
            severity="error",
            code=error.code,
            message=f"Hẹn giờ bắt đầu không tính được: {error.message}",
        )
        raise DeploymentInvalid([problem]) from error
    return values | {
        "due_at": deadline.due_at,
        "started_at": deadline.started_at,
        "expression": deadline.expression,
        "repeats_left": left,
    }
