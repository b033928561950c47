"""A library in memory: what the simulator and tests deploy to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson

from workflows import dmn
from workflows.decisions import described
from workflows.dmn.model import Described
from workflows.library import Library
from workflows.model import Binding, Definition, Value
from workflows.parse import parse

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """One version of a table or form; the tables of one file know each other."""

    version: int
    deployment_id: str
    content: Any


@dataclass(slots=True)
class Shelf(Library):
    """Every version of everything, oldest first."""

    processes: dict[str, list[Definition]] = field(default_factory=dict)
    decisions: dict[str, list[Kept]] = field(default_factory=dict)
    forms: dict[str, list[Kept]] = field(default_factory=dict)
    deployments: int = 0

    def deploy(self, files: Mapping[str, bytes]) -> list[Definition]:
        """Add the next versions. The files have been checked. Returns the processes."""
        self.deployments += 1
        deployment_id = f"d{self.deployments}"
        added: list[Definition] = []
        for name, data in files.items():
            if name.endswith(".bpmn"):
                added += parse(data, file=name, deployment_id=deployment_id, version_of=self.next_version)
            elif name.endswith(".dmn"):
                self._add_decisions(data, deployment_id)
            elif name.endswith(".form"):
                self._add_form(data, deployment_id)
        for definition in added:
            self.processes.setdefault(definition.key, []).append(definition)
        return added

    def next_version(self, key: str) -> int:
        return len(self.processes.get(key, ())) + 1

    def _add_decisions(self, data: bytes, deployment_id: str) -> None:
        model = dmn.load(data)
        for key in model.ids:
            _add(self.decisions, key, deployment_id, model)

    def _add_form(self, data: bytes, deployment_id: str) -> None:
        _add(self.forms, str(orjson.loads(data)["id"]), deployment_id, data)

    # -- the library's reads

    def definition(self, definition_id: str) -> Definition:
        for versions in self.processes.values():
            for definition in versions:
                if definition.id == definition_id:
                    return definition
        return Library.definition(self, definition_id)

    def process(
        self, key: str, *, binding: Binding = "latest", version: int | None = None, deployment_id: str | None = None
    ) -> Definition:
        found = _bound(self.processes.get(key, []), binding, version, deployment_id)
        return found if found is not None else Library.process(self, key)

    def decide(
        self,
        key: str,
        variables: Any,
        *,
        binding: Binding = "latest",
        version: int | None = None,
        deployment_id: str | None = None,
        functions: Mapping[str, Callable[..., Value]] = {},
    ) -> Value:
        found = _bound(self.decisions.get(key, []), binding, version, deployment_id)
        if found is None:
            return Library.decide(self, key, variables)
        return found.content.evaluate(key, variables, functions)

    def decision(
        self, key: str, *, binding: Binding = "latest", version: int | None = None, deployment_id: str | None = None
    ) -> Described:
        found = _bound(self.decisions.get(key, []), binding, version, deployment_id)
        if found is None:
            return Library.decision(self, key)
        return described(found.content, key)

    def begun_by(self, message: str) -> list[str]:
        return [
            key
            for key, versions in self.processes.items()
            if any(start.kind == "message" and start.name == message for start in versions[-1].starts)
        ]

    def form(
        self, key: str, *, binding: Binding = "latest", version: int | None = None, deployment_id: str | None = None
    ) -> bytes:
        found = _bound(self.forms.get(key, []), binding, version, deployment_id)
        if found is None:
            return Library.form(self, key)
        return bytes(found.content)


def _add(shelf: dict[str, list[Kept]], key: str, deployment_id: str, content: Any) -> None:
    versions = shelf.setdefault(key, [])
    versions.append(Kept(version=len(versions) + 1, deployment_id=deployment_id, content=content))


def _bound(versions: list[T], binding: Binding, version: int | None, deployment_id: str | None) -> T | None:
    """The version that a binding means; None where there is none.

    `deployment` is the version that was the newest when that deployment was made, as in the service.
    """
    fitting: list[Any] = list(versions)
    if binding == "version":
        fitting = [item for item in fitting if item.version == version]
    elif binding == "deployment":
        fitting = [item for item in fitting if _number(item.deployment_id) <= _number(deployment_id or "d0")]
    return fitting[-1] if fitting else None


def _number(deployment_id: str) -> int:
    """`d3` is the third deployment."""
    return int(deployment_id[1:])
