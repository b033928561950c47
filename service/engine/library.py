"""What is deployed, read from rows. A deployed resource never changes: what was parsed once serves later commands.

`latest` is one small SELECT, remembered for the transaction only: another process may deploy at any time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from sqlalchemy import Row, func, select

from service.engine.tables import deployment, resource, start_subscription
from workflows import dmn
from workflows.decisions import described
from workflows.dmn.model import Described
from workflows.errors import UnknownDefinition
from workflows.library import Library
from workflows.model import Binding, Definition, Value
from workflows.parse import parse

if TYPE_CHECKING:
    from service.database.unit import Unit

Kind = Literal["process", "decision", "form"]
Made = TypeVar("Made")

_WORDS: dict[Kind, str] = {"process": "quy trình", "decision": "bảng quyết định", "form": "biểu mẫu"}


class Cache(Generic[Made]):
    """The most recently used of what was made from immutable rows, for every thread of the process."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Made] = OrderedDict()

    def get(self, key: str, make: Callable[[], Made]) -> Made:
        """What `make` gave for this key. Two threads may make it at once; both get an equal value."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made


_definitions: Cache[Definition] = Cache(512)
_tables: Cache[dmn.Decisions] = Cache(256)
_forms: Cache[bytes] = Cache(256)


class StoredLibrary(Library):
    """The deployed processes, tables and forms, through one transaction's connection."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._newest: dict[tuple[Kind, str], str] = {}

    def definition(self, definition_id: str) -> Definition:
        return _definitions.get(definition_id, lambda: self._parsed(definition_id))

    def process(
        self, key: str, *, binding: Binding = "latest", version: int | None = None, deployment_id: str | None = None
    ) -> Definition:
        return self.definition(self.resource_id("process", key, binding, version, deployment_id))

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
        found = self.tables(key, binding=binding, version=version, deployment_id=deployment_id)
        return found.evaluate(key, variables, functions)

    def decision(
        self, key: str, *, binding: Binding = "latest", version: int | None = None, deployment_id: str | None = None
    ) -> Described:
        return described(self.tables(key, binding=binding, version=version, deployment_id=deployment_id), key)

    def begun_by(self, message: str) -> frozenset[str]:
        mine = start_subscription.c
        query = select(mine.key).where(mine.kind == "message", mine.name == message)
        return frozenset(self._unit.connection.scalars(query))

    def form(
        self, key: str, *, binding: Binding = "latest", version: int | None = None, deployment_id: str | None = None
    ) -> bytes:
        resource_id = self.resource_id("form", key, binding, version, deployment_id)
        return _forms.get(resource_id, lambda: self._content(resource_id).content)

    def tables(
        self, key: str, *, binding: Binding = "latest", version: int | None = None, deployment_id: str | None = None
    ) -> dmn.Decisions:
        """The whole file a decision stands in. Raises UnknownDefinition."""
        return self.tables_of(self.resource_id("decision", key, binding, version, deployment_id))

    def tables_of(self, resource_id: str) -> dmn.Decisions:
        """A decision's file by the resource's id. Raises UnknownDefinition."""

        def load() -> dmn.Decisions:
            return dmn.load(self._content(resource_id).content)

        return _tables.get(resource_id, load)

    def resource_id(
        self, kind: Kind, key: str, binding: Binding, version: int | None, deployment_id: str | None
    ) -> str:
        """The version that a binding means at this moment.

        `deployment` is the version that was the newest when that deployment was made: files that had not changed
        keep their version, and need not be deployed again. Raises UnknownDefinition.
        """
        known = (kind, key)
        if binding == "latest" and known in self._newest:
            return self._newest[known]
        query = select(resource.c.id).where(resource.c.kind == kind, resource.c.key == key)
        if binding == "version":
            query = query.where(resource.c.version == version)
        elif binding == "deployment":
            made_at = select(deployment.c.deployed_at).where(deployment.c.id == deployment_id).scalar_subquery()
            query = query.join(deployment).where(deployment.c.deployed_at <= made_at)
        found: str | None = self._unit.connection.scalar(query.order_by(resource.c.version.desc()).limit(1))
        if found is None:
            wanted = f" bản {version}" if binding == "version" else ""
            raise UnknownDefinition(f"Chưa triển khai {_WORDS[kind]} “{key}”{wanted}.")
        if binding == "latest":
            self._newest[known] = found
        return found

    def newest_processes(self) -> list[str]:
        """The ids of the newest versions, by key; one SELECT, however many there are."""
        process = resource.c.kind == "process"
        newest = select(resource.c.key, func.max(resource.c.version).label("version")).where(process)
        of = newest.group_by(resource.c.key).subquery()
        query = select(resource.c.id).join(of, (of.c.key == resource.c.key) & (of.c.version == resource.c.version))
        return list(self._unit.connection.scalars(query.where(process).order_by(resource.c.key)))

    def forget_newest(self) -> None:
        """After a deployment within the same transaction."""
        self._newest.clear()

    def _parsed(self, definition_id: str) -> Definition:
        row = self._content(definition_id)
        for each in parse(
            row.content,
            file=row.file_name,
            deployment_id=row.deployment_id,
            version_of=lambda _key: row.version,
            id_of=lambda _key, _version: definition_id,
        ):
            if each.key == row.key:
                return each
        raise UnknownDefinition(f"Tệp {row.file_name} không còn quy trình “{row.key}”.")

    def _content(self, resource_id: str) -> Row[Any]:
        row = self._unit.connection.execute(select(resource).where(resource.c.id == resource_id)).one_or_none()
        if row is None:
            raise UnknownDefinition(f"Không có bản triển khai {resource_id}.")
        return row
