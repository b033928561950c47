"""Rows of tests: an expression, and the expression that says what it should give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from workflows import feel
from workflows.feel.scope import Run
from workflows.feel.values import equal, kind

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
FUNCTIONS: dict[str, Callable[..., Any]] = {"now": lambda: NOW}


def evaluated(text: str, context: Mapping[str, Any] | None = None) -> Any:
    """The value of an expression, with a clock."""
    return feel.evaluate(text, context or {}, FUNCTIONS)


def assert_row(text: str, wanted: str, context: Mapping[str, Any] | None = None) -> None:
    """Both give the same value, of the same kind."""
    found, expected = evaluated(text, context), evaluated(wanted, context)
    assert kind(found) == kind(expected), f"{text} is {found!r}, not {expected!r}"
    same = equal(found, expected, Run({}, {}, strict=False))
    assert same is True or found == expected, f"{text} is {found!r}, not {expected!r}"
