"""Camunda 7's REST interface on our commands, for the Modeler's Deploy button and for other Camunda clients.

`/engine-rest` and `/rest` are the same place. Every request proves itself by Basic or bearer; CORS lets the Modeler's
own window in, which is a page of `file://`.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, g, request
from flask.typing import ResponseReturnValue

from service.errors import NotFound
from service.modeling.c7 import definitions, deployments, errors, external_tasks, links, tasks
from service.modeling.c7.addresses import ROOT, ModelerAddresses
from service.modeling.c7.authentication import actor_of_request

NAME = "camunda7"
VERSION = "7.24.0"
"""The Camunda 7 whose shapes these are; the Modeler compares it with the diagram's execution platform version."""
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Max-Age": "600",
}
"""Any origin may ask: cookies open nothing here, so a page needs the credentials themselves."""

blueprint = Blueprint(NAME, __name__, url_prefix=ROOT)
blueprint.register_error_handler(Exception, errors.answer)
for part in (deployments, definitions, tasks, external_tasks):
    blueprint.register_blueprint(part.blueprint)


@blueprint.before_request
def prove() -> ResponseReturnValue | None:
    """Set `g.actor`. The question whether a page may ask at all (CORS) carries no credentials."""
    if request.method == "OPTIONS":
        return Response(status=204)
    if "\0" in request.path:
        raise NotFound()  # no column holds it; PostgreSQL would refuse the question
    g.actor = actor_of_request(g.engine)
    return None


@blueprint.after_request
def let_pages_read(response: Response) -> Response:
    """The headers that let the Modeler's window read the answer."""
    response.headers.update(CORS)
    return response


@blueprint.get("/version")
def version() -> ResponseReturnValue:
    """Which Camunda this looks like."""
    return {"version": VERSION}


@blueprint.get("/engine")
def engines() -> ResponseReturnValue:
    """There is one engine, by the name that clients expect."""
    return [{"name": "default"}]


@blueprint.route("/", methods=METHODS, defaults={"rest": ""})
@blueprint.route("/<path:rest>", methods=METHODS)
def unknown(rest: str) -> ResponseReturnValue:
    """What this face does not have."""
    raise NotFound(f"Không có địa chỉ “{rest}” trong phần REST của Camunda 7 mà hệ thống nhận.")


def register(app: Flask) -> None:
    """Hang the face on the application."""
    app.register_blueprint(blueprint)
    app.register_blueprint(links.blueprint)
    app.wsgi_app = ModelerAddresses(app.wsgi_app)  # type: ignore[method-assign]


def is_asked() -> bool:
    """True while a request of this face is answered."""
    return NAME in request.blueprints
