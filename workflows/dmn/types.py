"""Item definitions: a type reference to the FEEL type it stands for, with its allowed values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from workflows import feel
from workflows.dmn.problems import Problems
from workflows.dmn.xml import Element, attribute, child, children, text
from workflows.errors import ExpressionError
from workflows.feel.types import ANY, Type, is_instance, simple
from workflows.feel.values import Value

_CAMUNDA = {"integer": "number", "long": "number", "double": "number"}
_NUMERIC_TEXT = frozenset(_CAMUNDA)
_DEEPEST = 60
"""Definitions that stand on one another."""


def builtin_type(reference: str) -> Type | None:
    """The FEEL type a reference names (`number`, `feel:number`, Camunda's `integer`), or None."""
    bare = reference.rpartition(":")[2] if reference.lower().startswith(("feel:", "xsd:")) else reference
    return simple(_CAMUNDA.get(bare.lower(), bare))


def is_camunda_number(reference: str) -> bool:
    """Camunda's own names of numbers: its engine reads a numeric string for them."""
    return reference.lower() in _NUMERIC_TEXT


@dataclass(slots=True)
class ItemTypes:
    """All item definitions of a file, resolved when first asked for."""

    elements: Mapping[str, Element]
    problems: Problems
    resolved: dict[str, Type] = field(default_factory=dict)
    open_names: list[str] = field(default_factory=list)
    """The definitions that are being read, the innermost last; empty text where a part of one begins."""

    def of(self, owner: Element) -> Type:
        """The type an element's `typeRef` (attribute or child) names; Any where it has none."""
        return self.named(reference(owner), owner)

    def named(self, name: str, owner: Element) -> Type:
        """The type of that name. An unknown one is a problem of `owner`, and Any."""
        if not name:
            return ANY
        if name in self.resolved:
            return self.resolved[name]
        if name not in self.elements:
            found = builtin_type(name)
            if found is None:
                self.problems.add(owner, "unknown_type", f"Không có kiểu dữ liệu “{name}”.", severity="warning")
            return found or ANY
        if name in self.open_names:
            return self._within_itself(name, owner)
        if sum(map(bool, self.open_names)) > _DEEPEST:
            self.problems.add(owner, "type_too_deep", f"Kiểu dữ liệu “{name}” lồng nhau quá {_DEEPEST} tầng.")
            return ANY
        self.open_names.append(name)
        made = self.resolved[name] = self._defined(self.elements[name])
        self.open_names.pop()
        return made

    def _within_itself(self, name: str, owner: Element) -> Type:
        """A tree has trees in it; a type that is nothing but itself is a problem."""
        if "" not in self.open_names[self.open_names.index(name) :]:
            self.problems.add(owner, "cyclic_type", f"Kiểu dữ liệu “{name}” được định nghĩa bằng chính nó.")
            return ANY
        return Type("Any", admits=lambda value: is_instance(value, self.resolved[name], admitted=True))

    def all(self) -> dict[str, Type]:
        """Every type by its name."""
        return {name: self.named(name, element) for name, element in self.elements.items()}

    def _defined(self, element: Element) -> Type:
        collection = attribute(element, "isCollection") == "true"
        self.open_names.append("")
        members = {attribute(item, "name"): self._defined(item) for item in children(element, "itemComponent")}
        self.open_names.pop()
        function = child(element, "functionItem")
        if members:
            base = Type("context", members=members)
        elif function is not None:
            parameters = tuple(self.of(parameter) for parameter in children(function, "parameters"))
            base = Type("function", parameters, result=self.named(attribute(function, "outputTypeRef"), element))
        else:
            base = self._named_by(element, collection)
        allowed = self._allowed(element, "allowedValues")
        if allowed:
            base = replace(base, admits=_both(base.admits, allowed))
        whole = self._allowed(element, "typeConstraint")
        if not collection:
            return replace(base, admits=_both(base.admits, whole)) if whole else base
        return Type("list", (base,), admits=whole)

    def _named_by(self, element: Element, collection: bool) -> Type:
        """What an item definition without parts stands for; the items of a collection are parts of it."""
        if not collection:
            return self.of(element)
        self.open_names.append("")
        found = self.of(element)
        self.open_names.pop()
        return found

    def _allowed(self, element: Element, kind: str) -> Callable[[Value], bool] | None:
        found = child(element, kind)
        written = text(found)
        if found is None or not written:
            return None
        try:
            tests = feel.compile_unary(written)
        except ExpressionError as error:
            self.problems.add(found, error.code, error.message)
            return None
        return lambda value: tests.test(value, {}) is True


def _both(one: Callable[[Value], bool] | None, other: Callable[[Value], bool] | None) -> Callable[[Value], bool] | None:
    if one is None or other is None:
        return one or other
    return lambda value: one(value) and other(value)


def reference(owner: Element) -> str:
    """The name in an element's `typeRef`; DMN 1.1 and item definitions write it as a child."""
    written = attribute(owner, "typeRef")
    if written:
        return written
    found = child(owner, "typeRef")
    return "" if found is None else str(found.text or "").strip()
