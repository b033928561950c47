"""Names, paths and filters."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from workflows.feel.functions import BUILTINS
from workflows.feel.nodes.base import Node
from workflows.feel.properties import property_of
from workflows.feel.scope import MISSING, Scope, unknown_name
from workflows.feel.values import Value


@dataclass(frozen=True)
class Name(Node):
    """A variable, or a built-in function as a value. An unknown one is null; when strict, an error."""

    name: str

    def evaluate(self, scope: Scope) -> Value:
        value = scope.find(self.name)
        if value is not MISSING:
            return value
        if self.name in BUILTINS:
            return BUILTINS[self.name].as_value()
        if scope.run.strict:
            raise unknown_name(self.name)
        return None

    def free(self) -> frozenset[str]:
        return frozenset((self.name,)) if self.name not in BUILTINS else frozenset()


@dataclass(frozen=True)
class Path(Node):
    """`a.b`: an entry of a context, a property of a temporal value or range; of a list, that of each element."""

    base: Node
    name: str

    def evaluate(self, scope: Scope) -> Value:
        value = self.base.evaluate(scope)
        if isinstance(value, dict):
            return value.get(self.name)
        if isinstance(value, list):
            return scope.run.items([_of(item, self.name) for item in value])
        return property_of(value, self.name)


def _of(value: Value, name: str) -> Value:
    return value.get(name) if isinstance(value, dict) else property_of(value, name)


@dataclass(frozen=True)
class Filter(Node):
    """`list[2]` (from 1, from the end with -1) or `list[price > 10]`; a single value is a list of one."""

    base: Node
    condition: Node
    strict = False
    """Whether a condition that is neither boolean nor null makes the whole null."""

    def evaluate(self, scope: Scope) -> Value:
        base = self.base.evaluate(scope)
        if base is None:
            items: list[Value] = []
        else:
            items = base if isinstance(base, list) else [base]
        if not items:
            return None if isinstance(self.condition.evaluate(scope), Decimal) else []
        found = []
        for index, item in enumerate(items):
            scope.run.charge(self.condition.size)
            result = self.condition.evaluate(_item_scope(scope, item))
            if index == 0 and isinstance(result, Decimal):
                return _element(items, result)
            if result is True:
                found.append(item)
            elif self.strict and result is not None and result is not False:
                return None
        return found

    def free(self) -> frozenset[str]:
        return self.base.free() | (self.condition.free() - {"item"})


def _item_scope(scope: Scope, item: Value) -> Scope:
    if isinstance(item, dict):
        return scope.inner(item if "item" in item else {"item": item, **item})
    return scope.inner({"item": item})


def _element(items: list[Value], position: Decimal) -> Value:
    if position != position.to_integral_value() or position.copy_abs() > len(items) or not position:
        return None
    index = int(position)
    return items[index - 1] if index > 0 else items[index]
