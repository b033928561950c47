"""FEEL: read once, evaluated often, within bounds.

Numbers come out as `Decimal` (34 digits); ints and floats may come in. Temporal values are described in `temporal.py`.
A FEEL error (a wrong type, a missing entry) is null, as the specification says; an `ExpressionError` means the text
does not parse or the evaluation hit a limit (`limits.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache

from workflows.feel.expression import Expression, UnaryTests, special_names
from workflows.feel.values import Value

__all__ = ["Expression", "UnaryTests", "compile", "compile_unary", "evaluate", "unary_test"]


@lru_cache(maxsize=4096)
def compile(text: str, names: frozenset[str] = frozenset()) -> Expression:
    """Read an expression. `names` are known names with spaces and signs the text may use without quoting.

    Raises: ExpressionError (`expression_syntax`, `expression_too_long`, `expression_too_deep`).
    """
    return Expression.read(text, names)


@lru_cache(maxsize=4096)
def compile_unary(text: str, names: frozenset[str] = frozenset()) -> UnaryTests:
    """Read the unary tests of a decision table's cell. Raises: ExpressionError as `compile`."""
    return UnaryTests.read(text, names)


MACHINE: Mapping[str, Callable[..., Value]] = {"now": lambda: datetime.now().astimezone()}
"""The clock of tests and tools, which ask without one. The engine passes its own, so that a command can be repeated."""


def evaluate(
    expression: str, context: Mapping[str, Value], functions: Mapping[str, Callable[..., Value]] = MACHINE
) -> Value:
    """The value of an expression; an unknown name is null. Raises: ExpressionError."""
    return compile(expression, special_names(context)).evaluate(context, functions)


def unary_test(test: str, value: Value, context: Mapping[str, Value]) -> bool | None:
    """Whether the value passes the unary tests; None where that cannot be said. Raises: ExpressionError."""
    return compile_unary(test, special_names(context)).test(value, context, MACHINE)
