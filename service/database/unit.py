"""The database and its unit of work: the only place that begins and commits.

A unit writes everything of one command, or nothing. On SQLite a writer takes the write lock at once (BEGIN
IMMEDIATE): a deferred one would read, wait, and lose its update silently. On PostgreSQL commands lock the rows they
are about (see `engine/commands/locks.py`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from time import monotonic, sleep
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError

from service.errors import Unavailable

P = ParamSpec("P")
R = TypeVar("R")

BUSY_TIMEOUT_MS = 30_000
"""How long a SQLite writer waits for another one. Commands take milliseconds; a long import may take seconds."""
DEADLOCK_TRIES = 4
POOL = 24
"""Connections kept per process: a server's threads and its worker."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One transaction and the moment it acts at."""

    connection: Connection
    at: datetime
    memo: dict[str, Any] = field(default_factory=dict)
    """What was read once and holds for this transaction: the working calendar, the newest versions."""

    def savepoint(self) -> AbstractContextManager[Any]:
        """A part that is undone alone when it raises; the rest of the unit goes on."""
        return self.connection.begin_nested()


class DatabaseUnavailable(Unavailable):
    """The database does not answer, or was busy for too long."""

    code = "database_unavailable"
    message = "Chưa kết nối được cơ sở dữ liệu. Chưa có gì được lưu; bạn thử lại sau ít phút."


class Deadlocked(DatabaseUnavailable):
    """PostgreSQL ended one of two transactions that waited for one another. Nothing of it was written."""

    code = "database_deadlock"


def again_after_deadlock(command: Callable[P, R]) -> Callable[P, R]:
    """A command that is one unit of work, tried again when it was the one that a deadlock ended.

    Raises Deadlocked after the last try.
    """

    @wraps(command)
    def trying(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(DEADLOCK_TRIES - 1):
            try:
                return command(*args, **kwargs)
            except Deadlocked:
                continue
        return command(*args, **kwargs)

    return trying


class Database:
    """One database by its SQLAlchemy address: a SQLite file or PostgreSQL through psycopg 3.

    Nothing is connected before the first unit of work.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def unit_of_work(self, at: datetime | None = None, *, read_only: bool = False) -> Iterator[Unit]:
        """One transaction: committed once when the block ends, undone when it raises.

        Args:
            at: the moment the work happens, aware; the clock's when None.
            read_only: nothing may be written; ends without a commit.

        Raises:
            DatabaseUnavailable: no connection, a lost one, or a lock that did not come free in time.
            Deadlocked: see `again_after_deadlock`.
            ValueError: a naive `at`.
        """
        at = datetime.now(UTC) if at is None else at
        if at.tzinfo is None:
            raise ValueError(f"a naive datetime is refused: {at!r}")
        try:
            with self.engine.connect() as connection:
                if read_only:
                    connection = connection.execution_options(**_READ_ONLY[self.dialect])
                transaction = connection.begin()
                yield Unit(connection=connection, at=at)
                if not read_only:
                    transaction.commit()
        except (OperationalError, InterfaceError) as error:
            if getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR":
                raise  # SQLite's word for a statement that is wrong, or of another schema: the database does answer
            known = getattr(error.orig, "sqlstate", None)
            raise (Deadlocked() if known in _DEADLOCK_STATES else DatabaseUnavailable()) from error
        except DBAPIError as error:
            if error.connection_invalidated or _damaged(error.orig):
                raise DatabaseUnavailable() from error
            raise

    def dispose(self) -> None:
        """Close every idle connection: before a fork, after a test."""
        self.engine.dispose()


_DEADLOCK_STATES = frozenset({"40P01", "40001"})
_READ_ONLY: dict[str, dict[str, Any]] = {
    "sqlite": {"sqlite_read_only": True},
    "postgresql": {"postgresql_readonly": True},
}


def _engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        engine = create_engine(url, pool_size=POOL, connect_args={"check_same_thread": False})
        event.listen(engine, "do_connect", _refuse_missing_file)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "checkout", _refuse_another_file)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, pool_size=POOL, pool_recycle=1800, connect_args={"connect_timeout": 5})
    # Several rows go out as one INSERT … VALUES (…), (…), not as one statement each.
    engine.dialect.use_insertmanyvalues_wo_returning = True
    return engine


def _refuse_missing_file(_dialect: Any, _record: Any, arguments: Sequence[Any], _options: Any) -> None:
    """The driver would make an empty file of that name. `upgrade` makes it, nobody else."""
    if not os.path.isfile(arguments[0]):
        raise sqlite3.OperationalError(f"there is no file {arguments[0]}")


def _refuse_another_file(raw: Any, record: Any, _proxy: Any) -> None:
    """A connection kept for later holds a file that was deleted or replaced meanwhile: what it wrote would be lost.

    Raises DisconnectionError: the pool connects anew, to what is there now.
    """
    path, known = record.info["file"]
    if known != _identity(path):
        raise DisconnectionError()


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _damaged(error: BaseException | None) -> bool:
    """A SQLite file that is none, or none any more."""
    return str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT"))


def _prepare_sqlite(raw: Any, record: Any) -> None:
    raw.isolation_level = None  # the driver would begin by itself, late and deferred
    path = raw.execute("PRAGMA database_list").fetchone()[2]
    record.info["file"] = path, _identity(path)
    raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    raw.execute("PRAGMA foreign_keys=ON")
    _write_ahead(raw)


def _write_ahead(raw: Any) -> None:
    """Two processes that meet a new file at once: SQLite refuses the second one without waiting for the first."""
    until = monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            raw.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or monotonic() > until:
                raise
            sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("sqlite_read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
