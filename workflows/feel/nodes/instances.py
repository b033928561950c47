"""`instance of`."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.feel.nodes.base import Node
from workflows.feel.scope import Scope
from workflows.feel.types import Type, is_instance, resolved
from workflows.feel.values import Value


@dataclass(frozen=True)
class InstanceOf(Node):
    """`x instance of number`"""

    value: Node
    type_: Type

    def evaluate(self, scope: Scope) -> Value:
        return is_instance(self.value.evaluate(scope), resolved(self.type_, scope.run.types))
