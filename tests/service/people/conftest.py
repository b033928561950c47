"""A database with the units of the City and the demo people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.database.unit import Database
from service.people.demo import create_people
from service.people.units import import_units


@pytest.fixture
def city(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    with database.unit_of_work() as unit:
        import_units(unit)
        create_people(unit)
    yield database
    database.dispose()
