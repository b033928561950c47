"""Fixtures of the application's tests: `database` is SQLite and PostgreSQL in turn, migrated, empty, the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from service.database.unit import Database
from tests.support.databases import PostgresMaker, SqliteMaker
from tests.support.postgres import postgres_server


@pytest.fixture(scope="session")
def sqlite_maker(tmp_path_factory: pytest.TempPathFactory) -> SqliteMaker:
    return SqliteMaker(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The maintenance database of a running PostgreSQL."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_maker(postgres_url: str) -> Iterator[PostgresMaker]:
    maker = PostgresMaker(postgres_url)
    yield maker
    maker.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty, migrated database of each kind."""
    maker: Any = request.getfixturevalue("sqlite_maker" if request.param == "sqlite" else "postgres_maker")
    with maker.fresh() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.dispose()
