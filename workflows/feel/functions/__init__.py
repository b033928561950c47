"""FEEL's built-in functions, by name."""

from __future__ import annotations

from workflows.feel.functions import (  # noqa: F401  (they register)
    aggregates,
    booleans,
    camunda,
    contexts,
    conversion,
    lists,
    numbers,
    ranges,
    strings,
    temporal,
)
from workflows.feel.functions.registry import BUILTINS, Builtin

__all__ = ["BUILTINS", "Builtin"]
