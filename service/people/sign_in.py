"""Signing in with a name and a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from service.people.actor import Actor
from service.people.errors import WrongCredentials
from service.people.passwords import hash_password, outdated, verify
from service.people.reads import actor_by_account_id
from service.people.tables import account

if TYPE_CHECKING:
    from service.database.unit import Unit


def sign_in(unit: Unit, username: str, password: str, *, demo_allowed: bool = True) -> Actor:
    """The person with this name and password; a hash of older settings is renewed on the way.

    Raises:
        WrongCredentials: whatever is wrong, after the same work; it does not say which.
    """
    name = username.strip().lower()
    row = unit.connection.execute(
        select(account.c.id, account.c.password_hash).where(account.c.username == name)
    ).first()
    if not verify(row.password_hash if row else None, password) or row is None:
        raise WrongCredentials()
    actor = actor_by_account_id(unit, row.id, demo_allowed=demo_allowed)
    if actor is None:
        raise WrongCredentials()
    if outdated(row.password_hash):
        renewed = hash_password(password)
        unit.connection.execute(update(account).where(account.c.id == row.id).values(password_hash=renewed))
    return actor
