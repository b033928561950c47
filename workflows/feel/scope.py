"""Where names are looked up while an expression runs, and what the run may still spend."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from workflows.errors import ExpressionError
from workflows.feel import limits
from workflows.feel.values import Value, incoming

if TYPE_CHECKING:
    from workflows.feel.types import Type

MISSING: Any = object()
"""No such name; never a FEEL value."""


class Budget:
    """What the evaluations of one command may spend together, one after the other."""

    def __init__(self, steps: int) -> None:
        self.left = steps
        self._last: Run | None = None

    def grant(self, run: Run) -> int:
        """The next evaluation's share; what the one before it has spent is taken off first. Raises: ExpressionError."""
        if self._last is not None:
            self.left -= self._last.granted - self._last.steps
        self._last = run
        if self.is_overdrawn:
            raise limits.too_many_steps()
        return max(limits.LEAST_STEPS, min(limits.STEPS, self.left))

    @property
    def is_overdrawn(self) -> bool:
        return self.left < -limits.COMMAND_STEPS


_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def shared_budget() -> Iterator[None]:
    """Everything worked out inside spends one budget: thousands of expressions, each within its own limit, may not
    hold a worker for minutes."""
    before = _budget.set(Budget(limits.COMMAND_STEPS))
    try:
        yield
    finally:
        _budget.reset(before)


def allowed(most: int) -> int:
    """How many values may be copied beside evaluations: `most`, or few once the command's budget is spent."""
    budget = _budget.get()
    return most if budget is None or budget.left > 0 else limits.LEAST_STEPS


def charge_shared(steps: int) -> None:
    """Spend of the command's budget, if there is one."""
    budget = _budget.get()
    if budget is not None:
        budget.left -= steps


class Run:
    """One evaluation: its variables, its functions, its budget. Used by one thread, then thrown away."""

    __slots__ = ("context", "converted", "depth", "functions", "granted", "steps", "strict", "types")

    def __init__(
        self,
        context: Mapping[str, Value],
        functions: Mapping[str, Callable[..., Value]],
        *,
        strict: bool,
        types: Mapping[str, Type] | None = None,
    ) -> None:
        self.context = context
        self.functions = functions
        self.strict = strict
        self.granted = self.steps = limits.STEPS
        if (budget := _budget.get()) is not None:
            self.granted = self.steps = budget.grant(self)
        self.depth = 0
        self.types = types or {}
        self.converted: dict[str, Value] = {}

    def charge(self, steps: int) -> None:
        """Spend `steps` of the budget. Raises: ExpressionError when it is used up."""
        self.steps -= steps
        if self.steps < 0:
            raise limits.too_many_steps()

    def variable(self, name: str) -> Value:
        """A variable of the context as a FEEL value, converted once; MISSING where there is none."""
        if name in self.converted:
            return self.converted[name]
        try:
            value = self.context[name]
        except KeyError:
            return MISSING
        value = self.converted[name] = incoming(value, self)
        return value

    def text(self, value: str) -> str:
        """A string that was just built. Raises: ExpressionError when it is too long."""
        if len(value) > limits.STRING_CHARACTERS:
            raise limits.too_large("chuỗi")
        self.charge(len(value) // 8 + 1)
        return value

    def items(self, value: list[Value]) -> list[Value]:
        """A list that was just built. Raises: ExpressionError when it is too long."""
        if len(value) > limits.LIST_ELEMENTS:
            raise limits.too_large("danh sách")
        self.charge(len(value) + 1)
        return value

    def enter(self, depth: int) -> None:
        """A function body of that depth begins; `leave` ends it. Raises: ExpressionError when recursion is too deep."""
        self.depth += depth
        if self.depth > limits.CALL_DEPTH:
            raise limits.too_deep()

    def leave(self, depth: int) -> None:
        self.depth -= depth


class Scope:
    """A chain of names: loop variables, parameters, context entries; at its end the run's variables."""

    __slots__ = ("names", "parent", "run")

    def __init__(self, run: Run, names: Mapping[str, Value] | None = None, parent: Scope | None = None) -> None:
        self.run = run
        self.names: Mapping[str, Value] = {} if names is None else names
        self.parent = parent

    def inner(self, names: Mapping[str, Value]) -> Scope:
        """A scope that sees `names` first."""
        return Scope(self.run, names, self)

    def find(self, name: str) -> Value:
        """The nearest value of that name, or MISSING."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return self.run.variable(name)


def unknown_name(name: str) -> ExpressionError:
    """A name that nothing carries."""
    return ExpressionError(f"Không có biến “{name}”.", code="unknown_name")
