"""Function literals and calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workflows.errors import ExpressionError, WorkflowError
from workflows.feel.functions import BUILTINS
from workflows.feel.nodes.base import Node
from workflows.feel.nodes.names import Name
from workflows.feel.scope import MISSING, Run, Scope
from workflows.feel.types import MISFIT, Type, fit, resolved
from workflows.feel.values import Function, Value, incoming


@dataclass(frozen=True)
class FunctionLiteral(Node):
    """`function(a, b: number) a + b`, with the names it was written among."""

    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Node

    def evaluate(self, scope: Scope) -> Value:
        depth = self.body.depth + 3
        types = tuple(type_ and resolved(type_, scope.run.types) for type_ in self.types)

        def invoke(run: Run, arguments: Sequence[Value]) -> Value:
            if len(arguments) != len(self.parameters):
                return None
            given = [fit(value, type_) for value, type_ in zip(arguments, types, strict=True)]
            if any(value is MISFIT for value in given):
                return None
            run.charge(self.body.size)
            run.enter(depth)
            try:
                return self.body.evaluate(scope.inner(dict(zip(self.parameters, given, strict=True))))
            finally:
                run.leave(depth)

        return Function(None, self.parameters, invoke, types)

    def free(self) -> frozenset[str]:
        return self.body.free() - frozenset(self.parameters)


@dataclass(frozen=True)
class Call(Node):
    """`f(1, 2)` or `f(a: 1, b: 2)`. A function nobody knows is null; when strict, an error."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()

    def evaluate(self, scope: Scope) -> Value:
        arguments = [node.evaluate(scope) for node in self.arguments]
        if isinstance(self.function, Name):
            return self._by_name(self.function.name, arguments, scope)
        function = self.function.evaluate(scope)
        return self._call(function, arguments, scope) if isinstance(function, Function) else None

    def _by_name(self, name: str, arguments: list[Value], scope: Scope) -> Value:
        function = scope.find(name)
        if isinstance(function, Function):
            return self._call(function, arguments, scope)
        if name in scope.run.functions and name not in BUILTINS:
            return call_host(name, scope.run.functions[name], arguments, scope.run)
        builtin = BUILTINS.get(name)
        if builtin is None:
            if scope.run.strict and function is MISSING:
                raise ExpressionError(f"Không có hàm “{name}”.", code="unknown_name")
            return None
        if self.names:
            return builtin.call_named(scope.run, dict(zip(self.names, arguments, strict=True)))
        return builtin.call(scope.run, arguments)

    def _call(self, function: Function, arguments: list[Value], scope: Scope) -> Value:
        if not self.names:
            return function.invoke(scope.run, arguments)
        given = dict(zip(self.names, arguments, strict=True))
        if set(given) != set(function.parameters):
            return None
        return function.invoke(scope.run, [given[name] for name in function.parameters])

    def free(self) -> frozenset[str]:
        names = frozenset().union(*(node.free() for node in self.arguments))
        return names if isinstance(self.function, Name) else names | self.function.free()

    def called(self) -> frozenset[str]:
        names = super().called()
        return names | {self.function.name} if isinstance(self.function, Name) else names


def call_host(name: str, function: Callable[..., Value], arguments: Sequence[Value], run: Run) -> Value:
    """Call a function the caller of the engine gave. Numbers arrive as Decimal.

    Raises: ExpressionError when it refuses its arguments; its own WorkflowErrors pass through.
    """
    try:
        return incoming(function(*arguments), run)
    except WorkflowError:
        raise
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ExpressionError(f"Hàm “{name}” không nhận các giá trị được truyền vào.", code="bad_argument") from error
