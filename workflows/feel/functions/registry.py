"""How a built-in declares its parameters, and how arguments find them.

A parameter is written `name: kind`. After the name `?` makes it optional and `*` takes all the rest; after the kind
`?` admits null. An argument of another kind, null where it is not admitted, or a wrong number of arguments: null.
A single value passes for a list, and a list of one for its value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from workflows.feel import limits
from workflows.feel.far import FarDate, FarDateTime
from workflows.feel.scope import MISSING, Run
from workflows.feel.temporal import YearsMonths
from workflows.feel.values import Function, Range, Value

_KINDS: dict[str, tuple[type, ...]] = {
    "any": (object,),
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "list": (list,),
    "context": (dict,),
    "date": (date, FarDate, FarDateTime),
    "datetime": (datetime, FarDateTime),
    "time": (time,),
    "duration": (timedelta, YearsMonths),
    "days": (timedelta,),
    "range": (Range,),
    "function": (Function,),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared parameter."""

    name: str
    kind: str
    optional: bool
    rest: bool
    nullable: bool

    def take(self, value: Value) -> Value:
        """The argument as the parameter takes it, or MISSING where it does not fit."""
        if value is None:
            return None if self.nullable else MISSING
        if self.kind == "any" or isinstance(value, _KINDS[self.kind]):
            return value
        if self.kind == "list":
            return [value]
        if isinstance(value, list) and len(value) == 1:
            inner = value[0]
            return inner if isinstance(inner, _KINDS[self.kind]) else MISSING
        return MISSING


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a built-in."""

    parameters: tuple[Parameter, ...]
    function: Callable[..., Value]

    def bind(self, arguments: Sequence[Value]) -> list[Value] | None:
        """The arguments in order, or None where they do not fit."""
        bound: list[Value] = []
        for index, parameter in enumerate(self.parameters):
            if parameter.rest:
                rest = arguments[index:]
                return [*bound, list(rest)] if rest else None
            if index >= len(arguments):
                return bound if parameter.optional else None
            value = parameter.take(arguments[index])
            if value is MISSING:
                return None
            bound.append(value)
        return bound if len(arguments) <= len(self.parameters) else None

    def bind_named(self, arguments: dict[str, Value]) -> dict[int, Value] | None:
        """Position of each named argument, or None where the names are not this overload's."""
        if not set(arguments) <= {parameter.name for parameter in self.parameters}:
            return None
        bound = {}
        for index, parameter in enumerate(self.parameters):
            if parameter.name in arguments:
                given = arguments[parameter.name]
                value = _rest(given) if parameter.rest else parameter.take(given)
                if value is MISSING:
                    return None
                bound[index] = value
            elif not parameter.optional:
                return None
        return bound


def _rest(value: Value) -> Value:
    """All the rest, given by name: a list, or a single value."""
    if value is None:
        return MISSING
    return value if isinstance(value, list) else [value]


@dataclass(slots=True)
class Builtin:
    """A built-in: the first overload that fits is called."""

    name: str
    overloads: list[Overload] = field(default_factory=list)

    def call(self, run: Run, arguments: Sequence[Value]) -> Value:
        """Call with arguments by position."""
        for overload in self.overloads:
            bound = overload.bind(arguments)
            if bound is not None:
                return _called(overload.function, run, *bound)
        return None

    def call_named(self, run: Run, arguments: dict[str, Value]) -> Value:
        """Call with arguments by name."""
        for overload in self.overloads:
            bound = overload.bind_named(arguments)
            if bound is None:
                continue
            names = overload.function.__code__.co_varnames[1 : 1 + len(overload.parameters)]
            return _called(overload.function, run, **{names[index]: value for index, value in bound.items()})
        return None

    def as_value(self) -> Function:
        """The built-in as a function value."""
        longest = max(self.overloads, key=lambda overload: len(overload.parameters))
        return Function(self.name, tuple(parameter.name for parameter in longest.parameters), self.call)


def _called(function: Callable[..., Value], run: Run, *arguments: Value, **named: Value) -> Value:
    """The function's value; null where Python's calendar or arithmetic has none."""
    try:
        return function(run, *arguments, **named)
    except Overflow:
        raise limits.too_large("số") from None
    except (OverflowError, InvalidOperation, DivisionByZero):
        return None


BUILTINS: dict[str, Builtin] = {}


def builtin(name: str, *parameters: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function under a FEEL name. Its first argument is the run."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        overload = Overload(tuple(_parameter(text) for text in parameters), function)
        BUILTINS.setdefault(name, Builtin(name)).overloads.append(overload)
        return function

    return register


def _parameter(text: str) -> Parameter:
    name, _, kind = text.partition(":")
    kind = kind.strip()
    return Parameter(
        name=name.rstrip("?*"),
        kind=kind.rstrip("?"),
        optional=name.endswith("?"),
        rest=name.endswith("*"),
        nullable=kind.endswith("?") or kind == "any",
    )
