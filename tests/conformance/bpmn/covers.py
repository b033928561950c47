"""What a conformance case shows, for the table in docs/bpmn-coverage.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
SHOWN: dict[str, list[str]] = {}
"""Row of the table -> the tests that run it."""


def covers(*rows: str) -> Callable[[F], F]:
    """Rows such as `task: user`, `boundary: timer`, `camunda:assignee`."""

    def note(test: F) -> F:
        for row in rows:
            SHOWN.setdefault(row, []).append(f"{test.__module__.rpartition('.')[2]}.py::{test.__name__}")
        return test

    return note
