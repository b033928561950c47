"""Fixtures of the application's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.database.unit import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """SQLite and PostgreSQL in turn: migrated, empty, the test's own."""
    opened = Database(database_url)
    yield opened
    opened.dispose()
