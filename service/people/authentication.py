"""Who is behind this request: a bearer token under /api, a session elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request, session

from service.errors import Unauthenticated
from service.people.actor import Actor
from service.people.errors import TokenUnknown
from service.people.reads import actor_by_session, actor_by_token

if TYPE_CHECKING:
    from service.database.unit import Database

SESSION = "sign_in"
"""Where the cookie holds its session's word."""


def actor_of_token(database: Database, *, demo_allowed: bool) -> Actor:
    """The holder of the request's bearer token.

    Raises:
        Unauthenticated: there is no token in the header `Authorization: Bearer …`.
        TokenUnknown: there is one, and it opens nothing.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("Cần mã truy cập trong đầu mục “Authorization: Bearer …”.")
    with database.unit_of_work(read_only=True) as unit:
        actor = actor_by_token(unit, token.strip(), demo_allowed=demo_allowed)
    if actor is None:
        raise TokenUnknown()
    return actor


def actor_of_session(database: Database, *, demo_allowed: bool) -> Actor | None:
    """The person signed in, if there is one; a session that was ended, or of a closed account, is over."""
    token = session.get(SESSION)
    if not isinstance(token, str):
        return None
    with database.unit_of_work(read_only=True) as unit:
        actor = actor_by_session(unit, token, demo_allowed=demo_allowed)
    if actor is None:
        session.clear()
    return actor


def current_actor() -> Actor:
    """The person or service this request acts for. Raises Unauthenticated."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise Unauthenticated()
    return actor
