"""Bring a database to the schema of this version: create it, or upgrade it. Idempotent, safe from several processes."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from service.database.unit import Database, DatabaseUnavailable
from service.errors import Refused

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_246_318
"""Any number, the same everywhere: two processes that start together upgrade one after the other."""


class SchemaOutdated(Refused):
    """Migrations of this version have not run yet."""

    code = "schema_outdated"
    message = "Cơ sở dữ liệu thuộc phiên bản cũ của chương trình; hãy chạy: trinh init"


class SchemaNewer(Refused):
    """A newer version of the program has migrated the database; this one would misread it."""

    code = "schema_newer"
    message = "Cơ sở dữ liệu thuộc phiên bản mới hơn của chương trình; hãy nâng cấp chương trình rồi chạy lại."


def upgrade(database: Database | str, revision: str = "head") -> None:
    """Run every migration that is missing, all in one transaction. `database` may be its address.

    Raises SchemaNewer.
    """
    if isinstance(database, str):
        opened = Database(database)
        upgrade(opened, revision)
        opened.dispose()
        return
    if database.dialect == "sqlite":
        _make_file(Path(database.engine.url.database or ""))
    with database.unit_of_work() as unit:
        if database.dialect == "postgresql":
            unit.connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _refuse_newer(MigrationContext.configure(unit.connection).get_current_revision())
        config = configuration()
        config.attributes["connection"] = unit.connection
        command.upgrade(config, revision)


def _make_file(path: Path) -> None:
    """Raises DatabaseUnavailable: not where a file can be."""
    try:
        path.touch()
    except OSError as error:
        raise DatabaseUnavailable() from error


def revision_of(database: Database) -> str | None:
    """The newest migration that ran; None for a database without a schema."""
    with database.unit_of_work(read_only=True) as unit:
        return MigrationContext.configure(unit.connection).get_current_revision()


def refuse_another_schema(revision: str) -> None:
    """Raises SchemaOutdated or SchemaNewer unless this revision of a database is the one this version works with."""
    _refuse_newer(revision)
    if revision != ScriptDirectory.from_config(configuration()).get_current_head():
        raise SchemaOutdated()


def _refuse_newer(revision: str | None) -> None:
    known = ScriptDirectory.from_config(configuration()).walk_revisions()
    if revision is not None and revision not in {each.revision for each in known}:
        raise SchemaNewer()


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
