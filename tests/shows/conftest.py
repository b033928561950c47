"""The town of the demo, one copy for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shows.town import Town, copied
from tests.support import databases
from tests.support.installation import Installation


@pytest.fixture(params=databases.DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def town(dialect: str, services_folder: Path, tmp_path: Path) -> Iterator[Town]:
    """On SQLite, then on PostgreSQL. Nothing serves yet: `with town.serving(…)`."""
    with copied(services_folder, dialect) as url:
        yield Town(installation=Installation(database_url=url, folder=tmp_path))


@pytest.fixture
def sqlite_town(services_folder: Path, tmp_path: Path) -> Iterator[Town]:
    """On SQLite only: for what does not depend on the database."""
    with copied(services_folder, "sqlite") as url:
        yield Town(installation=Installation(database_url=url, folder=tmp_path))
