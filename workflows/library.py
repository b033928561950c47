"""What is deployed, as the engine asks for it: processes, decision tables and forms by key, binding and version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from workflows.dmn.model import Described
from workflows.errors import UnknownDefinition
from workflows.model import Binding, Definition, Value


class Library:
    """Everything deployed. The base class holds nothing (see `EMPTY`); callers that store override every read.

    What names a key raises `UnknownDefinition` where nothing fits.
    """

    def definition(self, definition_id: str) -> Definition:
        """One version of a process by its id."""
        raise UnknownDefinition(f"Không có quy trình {definition_id}.")

    def process(
        self, key: str, *, binding: Binding = "latest", version: int | None = None, deployment_id: str | None = None
    ) -> Definition:
        """The version of a process that a binding means at this moment."""
        raise UnknownDefinition(f"Chưa triển khai quy trình “{key}”.")

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
        """The result of decision `key`: FEEL's own result of the hit policy (a list for COLLECT and RULE ORDER).

        `functions` are those of the caller's clock: `now` and `today`.
        """
        raise UnknownDefinition(f"Chưa triển khai bảng quyết định “{key}”.")

    def decision(
        self, key: str, *, binding: Binding = "latest", version: int | None = None, deployment_id: str | None = None
    ) -> Described:
        """Decision `key` as others see it: its outputs' names and hit policy."""
        raise UnknownDefinition(f"Chưa triển khai bảng quyết định “{key}”.")

    def begun_by(self, message: str) -> Collection[str]:
        """Keys of the processes whose newest version this message begins."""
        return ()

    def form(
        self, key: str, *, binding: Binding = "latest", version: int | None = None, deployment_id: str | None = None
    ) -> bytes:
        """A Camunda Form's JSON."""
        raise UnknownDefinition(f"Chưa triển khai biểu mẫu “{key}”.")


EMPTY = Library()
