"""Where the Modeler's links lead: it asks for Camunda's web applications, and opens what was deployed or started."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from service.engine.tables import resource
from service.errors import NotFound
from service.modeling.c7.deployments import SEES
from service.people.authentication import current_actor

blueprint = Blueprint("modeler_links", __name__)

KINDS = {"process": 0, "decision": 1, "form": 2}


@blueprint.get("/.well-known/camunda-automation-platform/webapps")
def web_applications() -> ResponseReturnValue:
    """Asked without credentials, from a page of `file://`."""
    base = g.engine.settings.base_url
    body = {"adminUrl": f"{base}/quy-trinh", "cockpitUrl": f"{base}/modeler/", "tasklistUrl": f"{base}/viec"}
    return body, {"Access-Control-Allow-Origin": "*"}


@blueprint.get("/modeler/repository")
def deployed() -> ResponseReturnValue:
    """What a deployment brought: its process, else its table or form. `deploymentsQuery` is Camunda Cockpit's."""
    if not SEES & current_actor().role_keys:
        raise NotFound()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        query = select(resource.c.id, resource.c.kind).where(resource.c.deployment_id == _deployment_id())
        found = sorted(unit.connection.execute(query), key=lambda row: (KINDS[row.kind], row.id))
    if not found:
        raise NotFound()
    return redirect(url_for("modeling.show", resource_id=found[0].id))


@blueprint.get("/modeler/process-instance/<uuid:instance_id>")
def started(instance_id: Any) -> ResponseReturnValue:
    """The dossier that was started."""
    return redirect(f"/ho-so/{instance_id}")


@blueprint.get("/modeler/")
def library() -> ResponseReturnValue:
    """The library of processes."""
    return redirect(url_for("modeling.library"))


def _deployment_id() -> str:
    """`[{"type":"id","operator":"eq","value":"<id>"}]`. Raises NotFound."""
    try:
        (wanted,) = json.loads(request.args.get("deploymentsQuery", ""))
        value = wanted["value"]
    except (ValueError, TypeError, KeyError) as error:
        raise NotFound() from error
    if not isinstance(value, str) or "\0" in value:
        raise NotFound()
    return value
