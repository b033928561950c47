"""Starting a process, for programs."""

from __future__ import annotations

from typing import Any

from flask import g

from service.api.openapi import Blueprint
from service.engine.commands.start import Started, StartProcess, start
from service.engine.errors import ProcessNotFound
from service.modeling.schemas import StartBody, StartedSchema
from service.people.authentication import current_actor
from service.people.errors import MayNotStart

blueprint = Blueprint("processes", __name__, url_prefix="/api/processes", description="Deployed processes")


@blueprint.route("/<name:key>/start", methods=["POST"])
@blueprint.arguments(StartBody)
@blueprint.response(201, StartedSchema)
def start_process(body: dict[str, Any], key: str) -> Started:
    """Start the newest version of a process by hand.

    Who holds none of its starter groups is told that there is no such process.
    """
    command = StartProcess(key=key, business_key=body["business_key"], variables=body["variables"])
    try:
        return start(g.engine, command, current_actor())
    except MayNotStart as refusal:
        raise ProcessNotFound(key=key) from refusal
