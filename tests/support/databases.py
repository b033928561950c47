"""Databases for single tests: copies of one that was prepared once, on SQLite as on PostgreSQL."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.support import postgres
from tests.support.services import started_once

DIALECTS = ("sqlite", "postgresql")

Build = Callable[[str], None]
"""Fills the empty database at this SQLAlchemy address, and leaves nobody connected."""


@contextmanager
def database(folder: Path, dialect: str, *, migrated: bool) -> Iterator[str]:
    """The SQLAlchemy address of a fresh database: with today's schema and no rows, or with nothing at all."""
    template = _template(folder, dialect, "schema", _migrate) if migrated else None
    with _fresh(folder, dialect, template) as url:
        yield url


@contextmanager
def copy_of(folder: Path, dialect: str, name: str, build: Build) -> Iterator[str]:
    """The address of a fresh copy of the database that `build` filled when the run first asked for that name."""
    with _fresh(folder, dialect, _template(folder, dialect, name, build)) as url:
        yield url


def drop_templates(folder: Path) -> None:
    """A server that outlives the run keeps nothing of it."""
    for template in folder.glob("postgresql-template-*.txt"):
        postgres.drop_database(postgres.server(folder), template.read_text("utf-8"))


@contextmanager
def _fresh(folder: Path, dialect: str, template: str | None) -> Iterator[str]:
    name = f"trinh_{uuid.uuid4().hex}"
    if dialect == "sqlite":
        path = folder / f"{name}.db"
        if template is not None:
            shutil.copy(template, path)
        yield f"sqlite:///{path}"
        for leftover in folder.glob(f"{name}.db*"):
            leftover.unlink()
    else:
        address = postgres.server(folder)
        fresh = postgres.create_database(address, name, template)
        yield fresh.render_as_string(hide_password=False)
        postgres.drop_database(address, name)


def _template(folder: Path, dialect: str, name: str, build: Build) -> str:
    """The file or the database to copy; built under a lock by whoever asks first."""

    def sqlite() -> str:
        path = folder / f"template-{name}.db"
        build(f"sqlite:///{path}")
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # one file holds it all
        return str(path)

    def postgresql() -> str:
        database_name = f"trinh_template_{uuid.uuid4().hex}"
        fresh = postgres.create_database(postgres.server(folder), database_name)
        build(fresh.render_as_string(hide_password=False))
        return database_name

    return started_once(folder, f"{dialect}-template-{name}", sqlite if dialect == "sqlite" else postgresql)


def _migrate(url: str) -> None:
    from service.database.migrate import upgrade

    upgrade(url)
