"""What a DMN file holds, once read: frozen, shared by every evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.feel.nodes.base import Node
from workflows.feel.types import Type


@dataclass(frozen=True, kw_only=True, slots=True)
class InputColumn:
    """What a table's input column is for a reader."""

    id: str
    label: str
    expression: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OutputColumn:
    """What a table's output column is for a reader. `name` is empty for a single unnamed output."""

    id: str
    label: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """A decision as others see it: its table's columns, where it has a table."""

    id: str
    name: str
    inputs: tuple[InputColumn, ...] = ()
    outputs: tuple[OutputColumn, ...] = ()
    hit_policy: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class InputData:
    """A value from outside."""

    id: str
    name: str
    type: Type


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """A decision. `requires` are the ids of what it may use; `logic` is None where nothing was drawn."""

    id: str
    name: str
    type: Type
    requires: tuple[str, ...]
    logic: Node | None = field(repr=False)
    described: Described


@dataclass(frozen=True, kw_only=True, slots=True)
class Knowledge:
    """A business knowledge model: a function (its logic evaluates to one)."""

    id: str
    name: str
    requires: tuple[str, ...]
    logic: Node | None = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """A decision service: a function of its input data and input decisions, in this order."""

    id: str
    name: str
    type: Type
    parameters: tuple[str, ...]
    """Ids of input data and input decisions."""
    outputs: tuple[str, ...]


Part = InputData | Decision | Knowledge | Service


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """A whole file."""

    name: str
    parts: Mapping[str, Part]
    types: Mapping[str, Type]
    order: tuple[str, ...]
    """Ids, required ones before those that require them."""
