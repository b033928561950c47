"""`/deployment`: the Modeler's probe, its Deploy button, and what was deployed when and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, func, select

from service.engine.commands.deploy import DeployedResource, deploy
from service.engine.errors import MayNotDeploy
from service.engine.tables import deployment, resource
from service.errors import NotFound
from service.modeling.c7 import shapes
from service.modeling.c7.multipart import deployment_of_request
from service.modeling.c7.query import order, paging, parameters
from service.people.authentication import current_actor

if TYPE_CHECKING:
    from service.database.unit import Unit

blueprint = Blueprint("deployments", __name__, url_prefix="/deployment")

SEES = frozenset({"process_owner", "auditor"})
"""Who may read what was deployed: as on the page Quy trình."""
FILTERS = ("id", "name", "nameLike", "source")
SORTS = {"id": deployment.c.id, "name": deployment.c.name, "deploymentTime": deployment.c.deployed_at}


@blueprint.get("")
def deployments() -> ResponseReturnValue:
    """A page of them, newest first where no order is asked for; the Modeler's probe asks for none."""
    given = parameters("firstResult", "maxResults", "sortBy", "sortOrder", *FILTERS)
    _only_who_sees()
    page = paging(given)
    ordered = (*order(given, SORTS), deployment.c.deployed_at.desc(), deployment.c.id)
    query = select(deployment).where(*_wanted(given)).order_by(*ordered)
    with g.engine.database.unit_of_work(read_only=True) as unit:
        rows = unit.connection.execute(query.offset(page.first).limit(page.limit)).all()
    return [shapes.deployment(row) for row in rows]


@blueprint.get("/count")
def deployment_count() -> ResponseReturnValue:
    """How many there are."""
    given = parameters(*FILTERS)
    _only_who_sees()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        count = unit.connection.scalar(select(func.count()).select_from(deployment).where(*_wanted(given)))
    return {"count": count}


@blueprint.get("/registered")
def registered() -> ResponseReturnValue:
    """Camunda's list of deployments that its job executor serves: all of them."""
    _only_who_sees()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        return list(unit.connection.scalars(select(deployment.c.id)))


@blueprint.get("/<deployment_id>")
def one_deployment(deployment_id: str) -> ResponseReturnValue:
    """One of them."""
    _only_who_sees()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        return shapes.deployment(_deployment(unit, deployment_id))


@blueprint.get("/<deployment_id>/resources")
def resources(deployment_id: str) -> ResponseReturnValue:
    """Its files; one that holds several tables is one file."""
    _only_who_sees()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        _deployment(unit, deployment_id)
        rows = _files(unit, deployment_id)
    return [{"id": row.id, "name": row.file_name, "deploymentId": deployment_id} for row in rows]


@blueprint.get("/<deployment_id>/resources/<resource_id>/data")
def resource_data(deployment_id: str, resource_id: str) -> ResponseReturnValue:
    """One file, as it was deployed."""
    _only_who_sees()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        query = select(resource).where(resource.c.deployment_id == deployment_id, resource.c.id == resource_id)
        row = unit.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound()
    response = Response(row.content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=row.file_name)
    return response


@blueprint.post("/create")
def create() -> ResponseReturnValue:
    """Deploy. Files that changed nothing are answered with the versions in force, which the Modeler goes on with."""
    actor = current_actor()
    if not actor.holds("process_owner"):
        raise MayNotDeploy()  # before a large body is read
    done = deploy(g.engine, deployment_of_request(), actor)
    with g.engine.database.unit_of_work(read_only=True) as unit:
        made = _deployment(unit, done.id)
        processes = partial(shapes.process_definition, library=g.engine.library(unit))
        deployed = _of_kind(done.resources, "process", processes)
    return {
        "links": [],
        **shapes.deployment(made),
        "deployedProcessDefinitions": deployed,
        "deployedDecisionDefinitions": _of_kind(done.resources, "decision", shapes.decision_definition),
        "deployedCaseDefinitions": None,
        "deployedDecisionRequirementsDefinitions": None,
    }


def _of_kind(found: Sequence[DeployedResource], kind: str, shape: Any) -> dict[str, Any]:
    return {each.id: shape(each) for each in found if each.kind == kind}


def _deployment(unit: Unit, deployment_id: str) -> Any:
    """Raises NotFound."""
    row = unit.connection.execute(select(deployment).where(deployment.c.id == deployment_id)).one_or_none()
    if row is None:
        raise NotFound(f"Không có lần triển khai “{deployment_id}”.")
    return row


def _files(unit: Unit, deployment_id: str) -> list[Any]:
    query = (
        select(resource.c.id, resource.c.file_name)
        .where(resource.c.deployment_id == deployment_id)
        .order_by(resource.c.file_name, resource.c.id)
    )
    return list({row.file_name: row for row in unit.connection.execute(query)}.values())


def _wanted(given: dict[str, str]) -> list[ColumnElement[bool]]:
    found = [deployment.c[name] == given[name] for name in ("id", "name", "source") if name in given]
    return [*found, deployment.c.name.like(given["nameLike"])] if "nameLike" in given else found


def _only_who_sees() -> None:
    """403 here makes the Modeler say that this user may not deploy. Raises MayNotDeploy."""
    if not SEES & current_actor().role_keys:
        raise MayNotDeploy()
