"""The unit of work: all or nothing, no lost update, and a plain refusal when the database does not answer."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, insert, select, update

from service.database.unit import Database, DatabaseUnavailable, Unit, again_after_deadlock
from service.people.tables import calendar_override


def days(database: Database) -> list[str]:
    with database.unit_of_work(read_only=True) as unit:
        return list(unit.connection.scalars(select(calendar_override.c.day).order_by(calendar_override.c.day)))


def row(day: str) -> dict[str, object]:
    return {"day": day, "working": False, "name": "Nghỉ"}


def fail_after(opening: AbstractContextManager[Unit], values: dict[str, object]) -> None:
    with opening as unit:
        unit.connection.execute(insert(calendar_override), values)
        raise ZeroDivisionError


def test_a_unit_commits_once_and_a_failing_one_leaves_nothing(database: Database) -> None:
    commits: list[object] = []
    event.listen(database.engine, "commit", commits.append)
    with database.unit_of_work() as unit:
        unit.connection.execute(insert(calendar_override), [row("2026-01-01"), row("2026-01-02")])
    assert len(commits) == 1
    with pytest.raises(ZeroDivisionError):
        fail_after(database.unit_of_work(), row("2026-01-03"))
    assert len(commits) == 1
    assert days(database) == ["2026-01-01", "2026-01-02"]


def test_a_savepoint_is_undone_alone(database: Database) -> None:
    with database.unit_of_work() as unit:
        unit.connection.execute(insert(calendar_override), row("2026-01-01"))
        with pytest.raises(ZeroDivisionError), unit.savepoint():
            fail_after(nullcontext(unit), row("2026-01-02"))
        unit.connection.execute(insert(calendar_override), row("2026-01-03"))
    assert days(database) == ["2026-01-01", "2026-01-03"]


def test_a_read_only_unit_keeps_nothing(database: Database) -> None:
    commits: list[object] = []
    event.listen(database.engine, "commit", commits.append)
    assert days(database) == []
    assert commits == []


def test_several_rows_are_one_statement(database: Database) -> None:
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    with database.unit_of_work() as unit:
        unit.connection.execute(insert(calendar_override), [row(f"2026-01-0{n}") for n in range(1, 6)])
    inserts = [statement for statement in statements if statement.startswith("INSERT")]
    assert len(inserts) == 1
    assert len(days(database)) == 5


def test_concurrent_increments_are_all_counted(database: Database) -> None:
    """SQLite as the driver sets it up loses most of these silently; PostgreSQL needs the row lock."""
    with database.unit_of_work() as unit:
        unit.connection.execute(insert(calendar_override), {**row("2026-01-01"), "name": "0"})
    threads, rounds = 4, 25
    barrier = threading.Barrier(threads)

    def count() -> None:
        barrier.wait()
        for _ in range(rounds):
            with database.unit_of_work() as unit:
                held = unit.connection.scalar(select(calendar_override.c.name).with_for_update())
                unit.connection.execute(update(calendar_override).values(name=str(int(held or 0) + 1)))

    workers = [threading.Thread(target=count) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with database.unit_of_work(read_only=True) as unit:
        assert unit.connection.scalar(select(calendar_override.c.name)) == str(threads * rounds)


def test_a_naive_moment_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="naive"), database.unit_of_work(at=datetime(2026, 1, 1)):
        pass
    with database.unit_of_work(at=datetime(2026, 1, 1, tzinfo=UTC)) as unit:
        assert unit.at.year == 2026


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://nobody@127.0.0.1:1/nothing", "sqlite:////nonexistent-folder/nothing.db"]
)
def test_an_unreachable_database_is_unavailable(url: str) -> None:
    with pytest.raises(DatabaseUnavailable) as refused, Database(url).unit_of_work():
        pass
    assert refused.value.code == "database_unavailable"


def test_of_two_that_wait_for_one_another_both_end_well(database: Database) -> None:
    """PostgreSQL ends one of them; it is tried again, and may meet the other once more. SQLite has one writer: the
    second waits."""
    with database.unit_of_work() as unit:
        unit.connection.execute(insert(calendar_override), [row("2026-01-01"), row("2026-01-02")])
    first_locks = threading.Barrier(2)
    tries: list[str] = []

    @again_after_deadlock
    def rename(first: str, second: str) -> None:
        with database.unit_of_work() as unit:
            _rename(unit, first)
            tries.append(first)
            if len(tries) <= 2 and database.dialect == "postgresql":
                first_locks.wait()
            _rename(unit, second)

    pairs = (("2026-01-01", "2026-01-02"), ("2026-01-02", "2026-01-01"))
    both = [threading.Thread(target=rename, args=pair) for pair in pairs]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(tries) >= 3 if database.dialect == "postgresql" else len(tries) == 2
    with database.unit_of_work(read_only=True) as unit:
        assert list(unit.connection.scalars(select(calendar_override.c.name))) == ["Nghỉ..", "Nghỉ.."]


def _rename(unit: Unit, day: str) -> None:
    longer = calendar_override.c.name + "."
    unit.connection.execute(update(calendar_override).where(calendar_override.c.day == day).values(name=longer))
