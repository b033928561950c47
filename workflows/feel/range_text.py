"""`range("[1..5]")`: an interval written as text, whose bounds are literals."""

from __future__ import annotations

from workflows.errors import ExpressionError
from workflows.feel import expression
from workflows.feel.nodes.base import Node
from workflows.feel.nodes.calls import Call
from workflows.feel.nodes.literals import Constant, Interval
from workflows.feel.nodes.names import Name
from workflows.feel.scope import Run
from workflows.feel.values import Range, compare

_CONSTRUCTORS = frozenset(("date", "time", "date and time", "duration", "number"))


def parse_range(text: str) -> Range | None:
    """The range, or None where the text is not an interval of literals in rising order."""
    try:
        tree = expression.Expression.read(text, frozenset()).tree
    except ExpressionError:
        return None
    if not isinstance(tree, Interval) or not (_literal(tree.start) and _literal(tree.end)):
        return None
    made = expression.run(tree, Run({}, {}, strict=False))
    if not isinstance(made, Range):
        return None
    order = compare(made.start, made.end)
    return None if order is not None and order > 0 else made


def _literal(node: Node) -> bool:
    if isinstance(node, Constant):
        return True
    if isinstance(node, Call) and isinstance(node.function, Name) and node.function.name in _CONSTRUCTORS:
        return all(isinstance(argument, Constant) for argument in node.arguments)
    return False
