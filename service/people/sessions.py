"""Sessions of the browser: a random word in the signed cookie, of which only the SHA-256 is kept.

Signing out takes the row away, so that a copy of the cookie opens nothing any more; other machines stay signed in.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from service.people.tables import sign_in_session
from service.people.tokens import hash_of

if TYPE_CHECKING:
    from sqlalchemy import ScalarSelect

    from service.database.unit import Unit

LONGEST = timedelta(days=30)
"""Used every day a cookie is renewed for ever; after this long a person signs in again all the same."""


def begin_session(unit: Unit, account_id: int) -> str:
    """A new session of this person; returns what the cookie holds. Sessions of theirs that are over are removed."""
    over = sign_in_session.c.begun_at <= unit.at - LONGEST
    unit.connection.execute(delete(sign_in_session).where(sign_in_session.c.account_id == account_id, over))
    token = secrets.token_urlsafe(32)
    row = {"token_hash": hash_of(token), "account_id": account_id, "begun_at": unit.at}
    unit.connection.execute(insert(sign_in_session).values(row))
    return token


def end_session(unit: Unit, token: str) -> None:
    """Whoever holds a copy is signed out with it."""
    unit.connection.execute(delete(sign_in_session).where(sign_in_session.c.token_hash == hash_of(token)))


def account_of_session(unit: Unit, token: str) -> ScalarSelect[int]:
    """The account of a session that runs, as part of the SELECT that reads the person."""
    return (
        select(sign_in_session.c.account_id)
        .where(sign_in_session.c.token_hash == hash_of(token), sign_in_session.c.begun_at > unit.at - LONGEST)
        .scalar_subquery()
    )
