"""Counts what a database is really asked: every statement that reaches a cursor, and every commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from service.database.unit import Database

_BORDERS = ("BEGIN", "COMMIT", "ROLLBACK")


@dataclass(kw_only=True)
class Statements:
    """BEGIN, COMMIT and ROLLBACK are counted apart."""

    texts: list[str] = field(default_factory=list)
    commits: int = 0

    def __len__(self) -> int:
        return len(self.texts)

    def __str__(self) -> str:
        return "\n".join(f"{number}. {' '.join(text.split())[:160]}" for number, text in enumerate(self.texts, 1))


@contextmanager
def counted(database: Database) -> Iterator[Statements]:
    """Everything this process asks of the database meanwhile."""
    seen = Statements()

    def statement(_connection: Any, _cursor: Any, text: str, _values: Any, _context: Any, _many: bool) -> None:
        if not text.lstrip().upper().startswith(_BORDERS):
            seen.texts.append(text)

    def commit(_connection: Any) -> None:
        seen.commits += 1

    event.listen(database.engine, "before_cursor_execute", statement)
    event.listen(database.engine, "commit", commit)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", statement)
        event.remove(database.engine, "commit", commit)
