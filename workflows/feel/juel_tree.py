"""From the rules of `juel.lark` to nodes."""

from __future__ import annotations

import re
from typing import Any

from lark import Token, Transformer
from lark.visitors import v_args

from workflows.feel.nodes import juel
from workflows.feel.nodes.base import Node
from workflows.feel.nodes.literals import Constant
from workflows.feel.values import literal_number

_OPERATORS = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "div": "/",
    "mod": "%",
}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def _sign(token: Token) -> str:
    return _OPERATORS.get(str(token), str(token))


@v_args(inline=True)
class Builder(Transformer[Token, Any]):
    """One method for each alias of `juel.lark`."""

    def choice(self, condition: Node, then: Node, otherwise: Node) -> Node:
        return juel.Choice(condition, then, otherwise)

    def disjunction(self, left: Node, right: Node) -> Node:
        return juel.Either(left, right)

    def conjunction(self, left: Node, right: Node) -> Node:
        return juel.Both(left, right)

    def comparison(self, left: Node, operator: Token, right: Node) -> Node:
        return juel.JuelComparison(_sign(operator), left, right)

    def arithmetic(self, left: Node, operator: Token, right: Node) -> Node:
        return juel.JuelArithmetic(_sign(operator), left, right)

    def negative(self, _minus: Token, operand: Node) -> Node:
        return juel.Minus(operand)

    def negation(self, operand: Node) -> Node:
        return juel.Not(operand)

    def empty(self, operand: Node) -> Node:
        return juel.Empty(operand)

    def property(self, base: Node, name: Token) -> Node:
        return juel.Member(base, Constant(str(name)))

    def index(self, base: Node, key: Node) -> Node:
        return juel.Member(base, key)

    def number(self, token: Token) -> Node:
        return Constant(literal_number(str(token)))

    def string(self, token: Token) -> Node:
        return Constant(_ESCAPE.sub(lambda match: match[1] if match[1] in "\\\"'" else match[0], token[1:-1]))

    def true(self) -> Node:
        return Constant(True)

    def false(self) -> Node:
        return Constant(False)

    def null(self) -> Node:
        return Constant(None)

    def name(self, token: Token) -> Node:
        return juel.StrictName(str(token))

    def call(self, name: Token, *arguments: Node) -> Node:
        return juel.HostCall(str(name), arguments)
