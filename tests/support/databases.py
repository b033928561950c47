"""Databases for single tests: copies of one that was migrated once, on SQLite as on PostgreSQL."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import postgres
from tests.support.services import started_once

DIALECTS = ("sqlite", "postgresql")


@contextmanager
def database(folder: Path, dialect: str, *, migrated: bool) -> Iterator[str]:
    """The SQLAlchemy address of a fresh database: with today's schema and no rows, or with nothing at all."""
    name = f"trinh_{uuid.uuid4().hex}"
    if dialect == "sqlite":
        path = folder / f"{name}.db"
        if migrated:
            shutil.copy(_sqlite_template(folder), path)
        yield f"sqlite:///{path}"
        for leftover in folder.glob(f"{name}.db*"):
            leftover.unlink()
    else:
        address = postgres.server(folder)
        template = _postgres_template(folder) if migrated else None
        fresh = postgres.create_database(address, name, template)
        yield fresh.render_as_string(hide_password=False)
        postgres.drop_database(address, name)


def drop_templates(folder: Path) -> None:
    """A server that outlives the run keeps nothing of it."""
    template = folder / "postgres-template.txt"
    if template.exists():
        postgres.drop_database(postgres.server(folder), template.read_text("utf-8"))


def _sqlite_template(folder: Path) -> str:
    def build() -> str:
        path = folder / "template.db"
        _migrate(f"sqlite:///{path}")
        return str(path)

    return started_once(folder, "sqlite-template", build)


def _postgres_template(folder: Path) -> str:
    def build() -> str:
        name = f"trinh_template_{uuid.uuid4().hex}"
        _migrate(postgres.create_database(postgres.server(folder), name).render_as_string(hide_password=False))
        return name

    return started_once(folder, "postgres-template", build)


def _migrate(url: str) -> None:
    from service.database.migrate import upgrade

    upgrade(url)
