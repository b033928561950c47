"""FEEL's built-in functions, by name."""

from __future__ import annotations

from workflows.feel.functions.registry import BUILTINS, Builtin
from workflows.feel.functions import booleans, contexts, conversion, lists, numbers, ranges, strings, temporal  # noqa: F401, I001  (they register)

__all__ = ["BUILTINS", "Builtin"]
