"""A small City with pages: signed-in test clients, and the same application on a port for a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from sqlalchemy import update

from service.database.unit import Database
from service.people.passwords import hash_password
from service.people.tables import account
from tests.service.web.site import PASSWORD, Site
from tests.support.world import World


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


def _site(database: Database) -> Site:
    world = World.on(database)
    with database.unit_of_work() as unit:
        unit.connection.execute(update(account).values(password_hash=_hash()))
    return Site.of(world)


@pytest.fixture
def site(database: Database) -> Site:
    """On SQLite and PostgreSQL."""
    return _site(database)


@pytest.fixture
def served(sqlite_url: str) -> Iterator[Site]:
    """On SQLite, listening: `site.address`."""
    database = Database(sqlite_url)
    site = _site(database)
    with site.listening():
        yield site
    database.dispose()
