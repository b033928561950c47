"""What all nodes share: their depth, their size, and the free names below them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from workflows.feel import limits
from workflows.feel.scope import Scope
from workflows.feel.values import Value


@dataclass(frozen=True)
class Node:
    """One node. `depth` and `size` count the tree below; both are known before anything is evaluated."""

    depth: int = field(init=False, repr=False, compare=False, default=1)
    size: int = field(init=False, repr=False, compare=False, default=1)

    def __post_init__(self) -> None:
        depth, size = 0, 1
        for child in self.children():
            depth = max(depth, child.depth)
            size += child.size
        if depth >= limits.TREE_DEPTH:
            raise limits.too_deep()
        object.__setattr__(self, "depth", depth + 1)
        object.__setattr__(self, "size", size)

    def evaluate(self, scope: Scope) -> Value:
        """The node's value. Raises: ExpressionError where a limit is hit or, when strict, a name is unknown."""
        raise AssertionError(type(self).__name__)

    def children(self) -> Iterator[Node]:
        """The nodes directly below."""
        for item in fields(self):
            yield from _nodes(getattr(self, item.name))

    def free(self) -> frozenset[str]:
        """The names that must come from outside. A node that binds names takes them off."""
        return frozenset().union(*(child.free() for child in self.children()))

    def called(self) -> frozenset[str]:
        """The names of the functions that are called."""
        return frozenset().union(*(child.called() for child in self.children()))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)
