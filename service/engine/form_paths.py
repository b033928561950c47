"""Answers of drawn forms by path: the key `address.street` stands for `{"address": {"street": …}}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ABSENT: Any = object()
"""No such answer; never an answer."""


def at(answers: Any, key: str, default: Any = None) -> Any:
    """The answer at a path."""
    found = answers
    for part in key.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return default
        found = found[part]
    return found


def put(answers: dict[str, Any], key: str, value: Any) -> None:
    """Write the answer at a path; what stands on the way and is no map gives way."""
    *way, last = key.split(".")
    inner = answers
    for part in way:
        if not isinstance(inner.get(part), dict):
            inner[part] = {}
        inner = inner[part]
    inner[last] = value


def drop(answers: dict[str, Any], key: str) -> None:
    """Take the answer at a path out, and the maps that are empty then."""
    first, _, rest = key.partition(".")
    inner = answers.get(first)
    if rest and isinstance(inner, dict):
        drop(inner, rest)
        if inner:
            return
    elif rest:
        return
    answers.pop(first, None)
