"""A populated City on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from service.database.unit import Database
from tests.support.world import World


@pytest.fixture
def world(database: Database) -> World:
    return World.on(database)
