"""`/process-definition`: what is deployed, its drawing, and starting one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from sqlalchemy import Column, ColumnElement, Select, select

from service.engine.commands.start import Started, StartProcess, start
from service.engine.tables import resource
from service.errors import NotFound, Refused
from service.modeling.c7 import shapes
from service.modeling.c7.query import boolean, json_body, listed, only, order, paging, parameters, text, whole
from service.modeling.c7.variables import read_variables, write_variables
from service.people.actor import Actor
from service.people.authentication import current_actor
from service.people.errors import MayNotStart
from service.people.policy import may_start

if TYPE_CHECKING:
    from service.database.unit import Unit

blueprint = Blueprint("process_definitions", __name__, url_prefix="/process-definition")

SEES = frozenset({"process_owner", "auditor"})
FILTERS = (
    "key",
    "keysIn",
    "name",
    "nameLike",
    "version",
    "latestVersion",
    "deploymentId",
    "processDefinitionId",
    "processDefinitionIdIn",
)
SORTS: Mapping[str, Column[Any]] = {
    "key": resource.c.key,
    "name": resource.c.name,
    "version": resource.c.version,
    "id": resource.c.id,
    "deploymentId": resource.c.deployment_id,
}
_COLUMNS = [column for column in resource.c if column.name != "content"]


class NotAStarter(Refused):
    """Who deploys a process need not be one of those who start it."""

    code = "not_a_starter"
    message = (
        "Sơ đồ đã triển khai, nhưng tài khoản này không thuộc nhóm được khởi tạo “{name}” ({groups}). "
        "Hãy nhờ người thuộc nhóm đó khởi tạo hồ sơ."
    )


@blueprint.get("")
def definitions() -> ResponseReturnValue:
    """Those that the caller may see; by key, newest versions first, where no order is asked for."""
    given = parameters("firstResult", "maxResults", "sortBy", "sortOrder", *FILTERS)
    page = paging(given)
    with g.engine.database.unit_of_work(read_only=True) as unit:
        rows = _visible(unit, given)[page.first : page.first + page.limit]
        return [shapes.process_definition(row, g.engine.library(unit)) for row in rows]


@blueprint.get("/count")
def definition_count() -> ResponseReturnValue:
    """How many the caller may see."""
    given = parameters(*FILTERS)
    with g.engine.database.unit_of_work(read_only=True) as unit:
        return {"count": len(_visible(unit, given))}


@blueprint.get("/<definition_id>")
@blueprint.get("/key/<key>")
def one_definition(definition_id: str | None = None, key: str | None = None) -> ResponseReturnValue:
    """One version, or the newest of a key."""
    with g.engine.database.unit_of_work(read_only=True) as unit:
        return shapes.process_definition(_one(unit, definition_id, key), g.engine.library(unit))


@blueprint.get("/<definition_id>/xml")
@blueprint.get("/key/<key>/xml")
def definition_xml(definition_id: str | None = None, key: str | None = None) -> ResponseReturnValue:
    """The file, as it was deployed."""
    with g.engine.database.unit_of_work(read_only=True) as unit:
        row = _one(unit, definition_id, key)
        content = unit.connection.scalar(select(resource.c.content).where(resource.c.id == row.id))
    return {"id": row.id, "bpmn20Xml": (content or b"").decode("utf-8", "replace")}


@blueprint.post("/<definition_id>/start")
@blueprint.post("/key/<key>/start")
def start_instance(definition_id: str | None = None, key: str | None = None) -> ResponseReturnValue:
    """Start it. Only the newest version is started; an older one is told from it by `NewerVersion`.

    Variables are returned as they were given: what the process makes of them is for those who work on it.
    """
    body = json_body()
    only(body, "businessKey", "variables", "withVariablesInReturn", "caseInstanceId")
    with_variables = boolean(body, "withVariablesInReturn")
    command = StartProcess(
        key=key if key is not None else str(definition_id).split(":", 1)[0],
        definition_id=definition_id,
        business_key=text(body, "businessKey") or None,
        variables=read_variables(body.get("variables")),
    )
    actor = current_actor()
    try:
        made = _instance(start(g.engine, command, actor))
    except MayNotStart as refusal:
        raise _explained(refusal, command.key, actor) from refusal
    return {**made, "variables": write_variables(command.variables)} if with_variables else made


def _instance(made: Started) -> dict[str, Any]:
    return {
        "links": [],
        "id": made.instance_id,
        "definitionId": made.definition_id,
        "businessKey": made.business_key,
        "caseInstanceId": None,
        "ended": made.state != "active",
        "suspended": False,
        "tenantId": None,
    }


def _explained(refusal: MayNotStart, key: str, actor: Actor) -> Exception:
    """Who may see the process is told why not; for everybody else there is no such process."""
    if not SEES & actor.role_keys:
        return refusal
    with g.engine.database.unit_of_work(read_only=True) as unit:
        definition = g.engine.library(unit).process(key)
    return NotAStarter(name=definition.name, groups=", ".join(definition.starter_groups))


def _visible(unit: Unit, given: dict[str, str]) -> list[Any]:
    latest_only = boolean(given, "latestVersion")
    query = select(*_COLUMNS).where(resource.c.kind == "process", *_wanted(given))
    rows = unit.connection.execute(
        query.order_by(*order(given, SORTS), resource.c.key, resource.c.version.desc())
    ).all()
    newest = frozenset(g.engine.library(unit).newest_processes())
    actor = current_actor()
    if not SEES & actor.role_keys:
        latest_only = True
        rows = [row for row in rows if row.id in newest and _may_start(unit, row.id, actor)]
    return [row for row in rows if row.id in newest] if latest_only else list(rows)


def _one(unit: Unit, definition_id: str | None, key: str | None) -> Any:
    """Raises NotFound, also for what is not the caller's to see."""
    query: Select[Any] = select(*_COLUMNS).where(resource.c.kind == "process")
    chosen = query.where(resource.c.id == definition_id) if key is None else query.where(resource.c.key == key)
    row = unit.connection.execute(chosen.order_by(resource.c.version.desc()).limit(1)).first()
    actor = current_actor()
    if row is None or not (SEES & actor.role_keys or _may_start(unit, row.id, actor)):
        raise NotFound(f"Không có quy trình “{definition_id or key}”.")
    return row


def _may_start(unit: Unit, definition_id: str, actor: Actor) -> bool:
    return may_start(actor, g.engine.library(unit).definition(definition_id).starter_groups)


def _wanted(given: dict[str, str]) -> list[ColumnElement[bool]]:
    columns = {
        "key": resource.c.key,
        "name": resource.c.name,
        "deploymentId": resource.c.deployment_id,
        "processDefinitionId": resource.c.id,
    }
    found = [column == given[name] for name, column in columns.items() if name in given]
    if "version" in given:
        found.append(resource.c.version == whole(given, "version", 0))
    for name, column in (("keysIn", resource.c.key), ("processDefinitionIdIn", resource.c.id)):
        if name in given:
            found.append(column.in_(listed(given, name)))
    if "nameLike" in given:
        found.append(resource.c.name.like(given["nameLike"]))
    return found
