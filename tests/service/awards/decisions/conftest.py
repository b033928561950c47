from __future__ import annotations

import pytest

from service.database.unit import Database
from tests.service.awards.round_world import World


@pytest.fixture
def world(database: Database) -> World:
    """Units, people and the real tables, on SQLite and on PostgreSQL."""
    return World(database).settle()
