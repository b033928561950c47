"""Dossiers and their history, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g

from service.api.openapi import Blueprint
from service.api.paging import CursorUnreadable, read_cursor, write_cursor
from service.api.schemas import BaseSchema, QueryInt, Text
from service.monitoring.instances import InstanceView, history_page, instance_view
from service.monitoring.schemas import HistorySchema, InstanceSchema
from service.people.authentication import current_actor

blueprint = Blueprint("instances", __name__, url_prefix="/api/instances", description="Dossiers: process instances")


class HistoryQuery(BaseSchema):
    """Which page of the history."""

    limit = QueryInt(minimum=1, maximum=200, load_default=100)
    cursor = Text(max_length=400, metadata={"description": "`next_cursor` of the page before"})


@blueprint.route("/<uuid:instance_id>", methods=["GET"])
@blueprint.response(200, InstanceSchema)
def show_instance(instance_id: UUID) -> InstanceView:
    """A dossier: where it stands, what it waits for, its variables for who may read them."""
    with g.engine.database.unit_of_work(read_only=True) as unit:
        return instance_view(unit, current_actor(), str(instance_id))


@blueprint.route("/<uuid:instance_id>/history", methods=["GET"])
@blueprint.arguments(HistoryQuery, location="query")
@blueprint.response(200, HistorySchema)
def list_history(query: dict[str, Any], instance_id: UUID) -> dict[str, Any]:
    """Everything that happened, oldest first; at the top of a call tree the called processes are included."""
    after = _number(query["cursor"]) if "cursor" in query else 0
    with g.engine.database.unit_of_work(read_only=True) as unit:
        items, more = history_page(unit, current_actor(), str(instance_id), after=after, limit=query["limit"])
    return {"items": items, "next_cursor": write_cursor((None, str(items[-1]["id"]))) if more else None}


def _number(cursor: str) -> int:
    text = read_cursor(cursor)[1]
    if not text.isdigit() or len(text) > 18:
        raise CursorUnreadable()
    return int(text)
