"""Signing in with a name and a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from service.people.actor import Actor
from service.people.attempts import attempts_left, forget_failures, record_failure
from service.people.errors import SignInLocked, WrongCredentials
from service.people.passwords import hash_password, outdated, verify
from service.people.reads import actor_by_account_id
from service.people.tables import account

if TYPE_CHECKING:
    from service.database.unit import Database, Unit


def sign_in_from(database: Database, address: str, username: str, password: str, *, demo_allowed: bool = True) -> Actor:
    """The person with this name and password, for a request from this address; failures are counted.

    The password is worked on outside any transaction: it takes so long on purpose, and SQLite has one writer.

    Raises:
        SignInLocked: too many failures; the password was not looked at.
        WrongCredentials: whatever is wrong, after the same work; it does not say which.
    """
    name = username.strip().lower()
    with database.unit_of_work(read_only=True) as unit:
        if not attempts_left(unit, name, address):
            raise SignInLocked()
        known = _known(unit, name)
    fits = verify(known[1] if known else None, password)
    with database.unit_of_work() as unit:
        actor = _admitted(unit, known, password, demo_allowed) if fits else None
        if actor is not None:
            forget_failures(unit, name, address)
        else:
            record_failure(unit, name, address)
    if actor is None:
        raise WrongCredentials()
    return actor


def sign_in(unit: Unit, username: str, password: str, *, demo_allowed: bool = True) -> Actor:
    """The person with this name and password; a hash of older settings is renewed on the way.

    Raises:
        WrongCredentials: whatever is wrong, after the same work; it does not say which.
    """
    known = _known(unit, username.strip().lower())
    fits = verify(known[1] if known else None, password)
    actor = _admitted(unit, known, password, demo_allowed) if fits else None
    if actor is None:
        raise WrongCredentials()
    return actor


def _known(unit: Unit, name: str) -> tuple[int, str | None] | None:
    """Number and hash of the account that signs in with this name."""
    query = select(account.c.id, account.c.password_hash).where(account.c.username == name)
    row = unit.connection.execute(query).first()
    return None if row is None else (row.id, row.password_hash)


def _admitted(unit: Unit, known: tuple[int, str | None] | None, password: str, demo_allowed: bool) -> Actor | None:
    """The person whose password fitted; None where the account is shut, or a demo's in production."""
    if known is None or known[1] is None:
        return None
    actor = actor_by_account_id(unit, known[0], demo_allowed=demo_allowed)
    if actor is not None and outdated(known[1]):
        renewed = hash_password(password)
        unit.connection.execute(update(account).where(account.c.id == known[0]).values(password_hash=renewed))
    return actor
