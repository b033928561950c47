"""FEEL types: what `instance of` asks and what a declared parameter or item definition admits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, time

from workflows.feel.far import combine
from workflows.feel.values import Function, Range, Value, kind


@dataclass(frozen=True, slots=True)
class Type:
    """A type. `name` is FEEL's; `of` the element type of a list or range, or a function's parameter types."""

    name: str
    of: tuple[Type, ...] = ()
    members: Mapping[str, Type] = field(default_factory=dict)
    result: Type | None = None
    admits: Callable[[Value], bool] | None = None
    """A further condition on its values: an item definition's allowed values."""


ANY = Type("Any")
SIMPLE = {
    name.lower(): name
    for name in (
        "Any",
        "Null",
        "number",
        "string",
        "boolean",
        "date",
        "time",
        "date and time",
        "dateTime",
        "days and time duration",
        "dayTimeDuration",
        "years and months duration",
        "yearMonthDuration",
        "list",
        "context",
        "range",
        "function",
    )
}
_OTHER_NAMES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}


def simple(name: str) -> Type | None:
    """The built-in type of that name (also the XML spellings), or None."""
    found = SIMPLE.get(name.lower())
    return Type(_OTHER_NAMES.get(found, found)) if found else None


def is_instance(value: Value, type_: Type, *, admitted: bool = False) -> bool:
    """Whether the value is of the type; with `admitted`, also among its allowed values. Null is of `Null` only."""
    if value is None:
        return type_.name == "Null"
    if type_.name not in ("Any", kind(value)):
        return False
    if admitted and type_.admits is not None and not type_.admits(value):
        return False
    if isinstance(value, list):
        return not type_.of or all(_holds(type_.of[0], item, admitted) for item in value)
    if isinstance(value, dict):
        return all(name in value and _holds(part, value[name], admitted) for name, part in type_.members.items())
    if isinstance(value, Range):
        ends = [end for end in (value.start, value.end) if end is not None]
        return not type_.of or all(is_instance(end, type_.of[0]) for end in ends)
    return _takes(value, type_) if isinstance(value, Function) else True


def _takes(function: Function, type_: Type) -> bool:
    """Whether it may be called with what a function type names. What its body gives is known only when called."""
    if type_.result is None:
        return True
    if len(type_.of) != len(function.parameters):
        return False
    declared = function.types or (None,) * len(type_.of)
    return all(own is None or conforms(given, own) for given, own in zip(type_.of, declared, strict=True))


def conforms(type_: Type, to: Type) -> bool:
    """Whether every value of `type_` is one of `to` (DMN 10.3.2.9.3)."""
    if to.name == "Any" or type_.name == "Null":
        return True
    if type_.name != to.name:
        return False
    if to.name == "context":
        return all(name in type_.members and conforms(type_.members[name], part) for name, part in to.members.items())
    if to.name == "function":
        if to.result is None or type_.result is None:
            return to.result is None
        fits = len(type_.of) == len(to.of) and all(map(conforms, to.of, type_.of))
        return fits and conforms(type_.result, to.result)
    return not to.of or (bool(type_.of) and conforms(type_.of[0], to.of[0]))


def _holds(type_: Type, value: Value, admitted: bool) -> bool:
    return value is None or is_instance(value, type_, admitted=admitted)


def resolved(type_: Type, known: Mapping[str, Type]) -> Type:
    """The type with the names in `known` (a file's item definitions) put in, at any depth."""
    if not known:
        return type_
    if type_.name in known and not type_.of and not type_.members:
        return known[type_.name]
    return replace(
        type_,
        of=tuple(resolved(one, known) for one in type_.of),
        members={name: resolved(one, known) for name, one in type_.members.items()},
        result=None if type_.result is None else resolved(type_.result, known),
    )


def conform(value: Value, type_: Type | None) -> Value:
    """The value as that type takes it: as it is, a single value as a list, a list of one as its value, a date as its
    midnight in UTC (DMN 10.3.2.9.4); else null.
    """
    fitted = fit(value, type_)
    return None if fitted is MISFIT else fitted


def fit(value: Value, type_: Type | None) -> Value:
    """As `conform`, but MISFIT where the value is not null and does not fit."""
    if type_ is None or value is None or is_instance(value, type_, admitted=True):
        return value
    if type_.name == "date and time" and kind(value) == "date":
        value = combine(value, time(tzinfo=UTC))
        return value if is_instance(value, type_, admitted=True) else MISFIT
    if type_.name == "list" and not isinstance(value, list) and is_instance([value], type_, admitted=True):
        return [value]
    if isinstance(value, list) and len(value) == 1 and is_instance(value[0], type_, admitted=True):
        return value[0]
    return MISFIT


MISFIT = object()
"""Never a value."""
