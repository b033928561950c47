"""A parsed expression, ready to be evaluated any number of times, from any thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from workflows.feel import limits
from workflows.feel.known import is_simple
from workflows.feel.nodes.base import Node
from workflows.feel.scope import Run, Scope
from workflows.feel.values import Value, incoming

_NAMES_LOOKED_AT = 5_000


@dataclass(frozen=True, slots=True)
class Expression:
    """One FEEL expression. `names` are its free variables; a filter's field names are among them."""

    text: str
    names: frozenset[str]
    calls: frozenset[str]
    """Names of the functions it calls, built-in ones included."""
    tree: Node = field(repr=False, compare=False)

    @classmethod
    def read(cls, text: str, known: frozenset[str]) -> Expression:
        """Parse. Raises: ExpressionError."""
        tree = _parse(text, known, unary=False)
        return cls(text, tree.free(), tree.called(), tree)

    def evaluate(
        self,
        context: Mapping[str, Value],
        functions: Mapping[str, Callable[..., Value]] = {},
        *,
        strict: bool = False,
    ) -> Value:
        """The value over these variables. When strict, a name that is not there is an error, not null.

        Raises: ExpressionError (`unknown_name`, `expression_too_costly`, `expression_too_deep`, `value_too_large`).
        """
        return run(self.tree, Run(context, functions, strict=strict))


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """The tests in one cell of a decision table. `?` in them is the value under test."""

    text: str
    names: frozenset[str]
    tree: Node = field(repr=False, compare=False)

    @classmethod
    def read(cls, text: str, known: frozenset[str]) -> UnaryTests:
        """Parse. Raises: ExpressionError."""
        tree = _parse(text, known, unary=True)
        return cls(text, tree.free() - {"?"}, tree)

    def test(
        self,
        value: Value,
        context: Mapping[str, Value],
        functions: Mapping[str, Callable[..., Value]] = {},
        *,
        strict: bool = False,
    ) -> bool | None:
        """Whether the value passes; None where that cannot be said. Raises: ExpressionError as `Expression`."""
        state = Run(context, functions, strict=strict)
        result = run(self.tree, state, {"?": incoming(value, state)})
        return result if isinstance(result, bool) else None


def _parse(text: str, known: frozenset[str], *, unary: bool) -> Node:
    from workflows.feel.parser import parse  # lark takes 100 ms to import: only those who read expressions pay

    return parse(text, known, unary=unary)


def run(tree: Node, state: Run, names: Mapping[str, Value] | None = None) -> Value:
    """Evaluate a tree and see that the result is of bounded size."""
    try:
        value = tree.evaluate(Scope(state, names))
    except RecursionError:
        raise limits.too_deep() from None
    if isinstance(value, (list, dict)):
        _measure(value, state)
    return value


def _measure(value: Value, state: Run) -> None:
    """Refuse a result that is too large or deep once its shared parts are written out."""
    level = [value]
    for _ in range(limits.VALUE_DEPTH):
        below: list[Value] = []
        for item in level:
            parts = list(item.values()) if isinstance(item, dict) else item
            words = [*item, *parts] if isinstance(item, dict) else parts
            state.charge(len(parts) + sum(len(word) for word in words if isinstance(word, str)) // 8)
            below.extend(part for part in parts if isinstance(part, (list, dict)))
            state.charge(0 if len(below) < limits.STEPS else limits.STEPS)
        if not below:
            return
        level = below
    raise limits.too_deep()


def special_names(context: Mapping[str, Value]) -> frozenset[str]:
    """The names in a context, at any depth, that the scanner would not find without knowing them."""
    found: set[str] = set()
    waiting: deque[Value] = deque((context,))
    left = _NAMES_LOOKED_AT
    while waiting and left > 0:
        value = waiting.popleft()
        left -= 1
        if isinstance(value, Mapping):
            found.update(name for name in value if isinstance(name, str) and name and not is_simple(name))
            value = value.values()
        waiting.extend(part for part in islice(value, left) if isinstance(part, (Mapping, list, tuple)))
    return frozenset(found)
