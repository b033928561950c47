"""The schema the migrations build is the schema the code means, on both databases."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

import service.awards.tables
import service.engine.tables
import service.people.tables  # noqa: F401 - every room's tables hang on the one metadata
from service.database.metadata import metadata
from service.database.migrate import SchemaOutdated, refuse_another_schema, revision_of, upgrade
from service.database.migrations.draw_initial import draw
from service.database.unit import Database
from tests.support import databases


@pytest.fixture
def empty_database(database: Database, services_folder: Path) -> Iterator[Database]:
    """Of the same kind as `database`, with nothing in it."""
    with databases.database(services_folder, database.dialect, migrated=False) as url:
        opened = Database(url)
        if opened.dialect == "sqlite":
            Path(str(opened.engine.url.database)).touch()  # nobody but `upgrade` makes a file
        yield opened
        opened.dispose()


def schema_of(database: Database) -> dict[str, Any]:
    """Everything the database itself knows of its tables, but alembic's own."""
    seen = inspect(database.engine)
    return {
        name: {
            "columns": {column["name"]: (str(column["type"]), column["nullable"]) for column in seen.get_columns(name)},
            "key": seen.get_pk_constraint(name),
            "foreign": sorted(seen.get_foreign_keys(name), key=str),
            "unique": sorted(seen.get_unique_constraints(name), key=str),
            "checks": sorted(seen.get_check_constraints(name), key=str),
            "indexes": sorted(map(plain, seen.get_indexes(name)), key=str),
        }
        for name in seen.get_table_names()
        if name != "alembic_version"
    }


def plain(index: Any) -> dict[str, Any]:
    """Conditions of partial indexes as text."""
    options = index.pop("dialect_options", {})
    return {**index, "options": {name: str(value) for name, value in options.items()}}


def without_comments(schema: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL keeps comments; a rewritten one needs no migration."""
    for table in schema.values():
        for kind in ("key", "foreign", "unique", "checks"):
            for constraint in [table[kind]] if isinstance(table[kind], dict) else table[kind]:
                constraint.pop("comment", None)
    return schema


def test_migrations_build_the_models(database: Database, empty_database: Database) -> None:
    with empty_database.unit_of_work() as unit:
        metadata.create_all(unit.connection)
    expected = schema_of(empty_database)
    assert without_comments(schema_of(database)) == without_comments(expected)
    assert set(expected) == set(metadata.tables)


def test_an_older_database_is_refused_by_name_then_upgraded(database: Database, empty_database: Database) -> None:
    upgrade(empty_database, "0001")
    with pytest.raises(SchemaOutdated):
        refuse_another_schema(str(revision_of(empty_database)))
    upgrade(empty_database)
    assert without_comments(schema_of(empty_database)) == without_comments(schema_of(database))


def test_the_migrations_can_be_drawn_anew_as_one(tmp_path: Path) -> None:
    (tmp_path / "0002_older.py").touch()
    drawn = draw(tmp_path)
    assert list(tmp_path.iterdir()) == [drawn]
    assert sorted(re.findall(r"op.create_table\(\s*['\"](\w+)", drawn.read_text())) == sorted(metadata.tables)


def test_upgrading_again_changes_nothing(database: Database) -> None:
    before, revision = schema_of(database), revision_of(database)
    upgrade(database)
    assert (schema_of(database), revision_of(database)) == (before, revision)
    assert revision is not None


def test_two_processes_may_create_the_database_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    barrier, failures = threading.Barrier(2), list[BaseException]()

    def create() -> None:
        database = Database(url)
        barrier.wait()
        try:
            upgrade(database)
        except BaseException as error:
            failures.append(error)
        database.dispose()

    both = [threading.Thread(target=create) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert failures == []
