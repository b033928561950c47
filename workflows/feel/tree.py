"""From the grammar's rules to nodes. Called by lark at each reduction, so it never recurses."""

from __future__ import annotations

import re
from typing import Any

from lark import Token, Transformer
from lark.visitors import v_args

from workflows.errors import ExpressionError
from workflows.feel import types
from workflows.feel.nodes import arithmetic, calls, instances, iteration, literals, logic, names
from workflows.feel.nodes.base import Node
from workflows.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from workflows.feel.values import literal_number

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


def unquote(text: str) -> str:
    """The characters a quoted string stands for."""

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code:
            return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else match[0]
        return _ESCAPED.get(match[3], match[3] if match[3] in "\"'\\/" else match[0])

    inner = _ESCAPE.sub(character, text[1:-1])
    return inner.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@v_args(inline=True)
class Builder(Transformer[Token, Any]):
    """One method for each rule or alias of `feel.lark`."""

    def expression_only(self, node: Node) -> Node:
        return node

    def any_value(self, _dash: Token) -> Node:
        return literals.Constant(True)

    def tests(self, *tests: Any) -> Any:
        if len(tests) == 1 and isinstance(tests[0], logic.Tests):
            return tests[0]
        return logic.Tests(tuple(test for test in tests if isinstance(test, Node)))

    def negated_tests(self, _not: Token, _open: Token, tests: logic.Tests, _close: Token) -> Node:
        return logic.Tests(tests.tests, negated=True)

    def several_tests(self, _open: Token, first: Node, _comma: Token, rest: logic.Tests, _close: Token) -> Node:
        return logic.Tests((first, *rest.tests))

    def value_test(self, node: Node) -> Node:
        return logic.ValueTest(node, "?" in node.free())

    def operator_test(self, operator: str, node: Node) -> Node:
        return logic.OperatorTest(operator, node)

    def operator(self, token: Token) -> str:
        return str(token)

    def disjunction(self, left: Node, _or: Token, right: Node) -> Node:
        return logic.Disjunction(left, right)

    def conjunction(self, left: Node, _and: Token, right: Node) -> Node:
        return logic.Conjunction(left, right)

    def comparison(self, left: Node, operator: str, right: Node) -> Node:
        return logic.Comparison(operator, left, right)

    def between(self, value: Node, _between: Token, low: Node, _and: Token, high: Node) -> Node:
        return logic.Between(value, low, high)

    def in_tests(self, value: Node, _in: Token, tests: Node) -> Node:
        return logic.In(value, tests)

    def instance_of(self, value: Node, _instance_of: Token, type_: types.Type) -> Node:
        return instances.InstanceOf(value, type_)

    def arithmetic(self, left: Node, operator: Token, right: Node) -> Node:
        return arithmetic.Arithmetic(str(operator), left, right)

    def negation(self, _minus: Token, operand: Node) -> Node:
        return arithmetic.Negation(operand)

    def if_(self, _if: Token, condition: Node, _then: Token, then: Node, _else: Token, otherwise: Node) -> Node:
        return logic.If(condition, then, otherwise)

    def for_(self, _for: Token, iterators: Any, _return: Token, body: Node) -> Node:
        return iteration.For(iterators, body)

    def some(self, _some: Token, iterators: Any, _satisfies: Token, body: Node) -> Node:
        return iteration.Quantified(False, iterators, body)

    def every(self, _every: Token, iterators: Any, _satisfies: Token, body: Node) -> Node:
        return iteration.Quantified(True, iterators, body)

    def function(self, _function: Token, _open: Token, parameters: Any, _close: Token, body: Node) -> Node:
        listed: tuple[tuple[str, types.Type | None], ...] = parameters or ()
        return calls.FunctionLiteral(tuple(name for name, _ in listed), tuple(type_ for _, type_ in listed), body)

    def iterators(self, *items: Any) -> Any:
        return tuple(item for item in items if not isinstance(item, Token))

    parameters = arguments = elements = type_arguments = iterators

    def iterator(self, name: Token, _in: Token, domain: Node) -> tuple[str, Node]:
        return str(name), domain

    def span(self, name: Token, _in: Token, start: Node, _dots: Token, end: Node) -> tuple[str, Node]:
        return str(name), iteration.Span(start, end)

    def parameter(self, name: Token, _colon: Token | None = None, type_: types.Type | None = None) -> Any:
        return str(name), type_

    def path(self, base: Node, _dot: Token, name: Token) -> Node:
        return names.Path(base, str(name))

    def filter(self, base: Node, _open: Token, condition: Node, _close: Token) -> Node:
        return names.Filter(base, condition)

    def call(self, function: Node, _open: Token, arguments: Any, _close: Token | None = None) -> Node:
        return calls.Call(function, arguments if isinstance(arguments, tuple) else ())

    def named_call(self, function: Node, _open: Token, arguments: Any, _close: Token) -> Node:
        given = tuple(name for name, _ in arguments)
        if len(set(given)) != len(given):
            raise ExpressionError("Một tham số được truyền hai lần.", code="expression_syntax")
        return calls.Call(function, tuple(node for _, node in arguments), given)

    def named_arguments(self, *parts: Any) -> Any:
        return _pairs(parts)

    fields = named_arguments

    def number(self, token: Token) -> Node:
        return literals.Constant(literal_number(str(token)))

    def string(self, token: Token) -> Node:
        return literals.Constant(unquote(token))

    def at_literal(self, token: Token) -> Node:
        text = unquote(token)
        for parse in (parse_date, parse_time, parse_date_time, parse_duration):
            value = parse(text)
            if value is not None:
                return literals.Constant(value)
        return literals.Constant(None)

    def true(self, _token: Token) -> Node:
        return literals.Constant(True)

    def false(self, _token: Token) -> Node:
        return literals.Constant(False)

    def null(self, _token: Token) -> Node:
        return literals.Constant(None)

    def name(self, token: Token) -> Node:
        return names.Name(str(token))

    def atom(self, _open: Token, node: Node, _close: Token) -> Node:
        return node

    def open_interval(self, _open: Token, operator: str, bound: Node, _close: Token) -> Node:
        return literals.OpenInterval(operator, bound)

    def empty_list(self, _open: Token, _close: Token) -> Node:
        return literals.ListLiteral(())

    def list(self, _open: Token, items: Any, _close: Token) -> Node:
        return literals.ListLiteral(items)

    def interval(self, opening: Token, start: Node, _dots: Token, end: Node, end_included: bool) -> Node:
        return literals.Interval(start, opening.type == "LSQB", end, end_included)

    def close_bracket(self, token: Token) -> bool:
        return bool(token.type == "RSQB")

    def context(self, *parts: Any) -> Node:
        return literals.ContextLiteral(tuple(part for part in parts if not isinstance(part, Token)))

    def entry(self, key: Token, _colon: Token, node: Node) -> tuple[str, Node]:
        return (unquote(key) if key.startswith('"') else str(key)), node

    def simple_type(self, name: Token) -> types.Type:
        return types.simple(str(name)) or types.Type(str(name))

    def generic_type(self, name: Token, _open: Token, of: Any, _close: Token) -> types.Type:
        return types.Type(str(name), of)

    def context_type(self, name: Token, _open: Token, fields: Any, _close: Token) -> types.Type:
        return types.Type(str(name), members=dict(fields))

    def any_function_type(self, _function: Token) -> types.Type:
        return types.Type("function")

    def function_type(self, *parts: Any) -> types.Type:
        of = next((part for part in parts if isinstance(part, tuple)), ())
        return types.Type("function", of, result=parts[-1])


def _pairs(parts: tuple[Any, ...]) -> tuple[tuple[str, Any], ...]:
    kept = [part for part in parts if not (isinstance(part, Token) and part.type in ("COLON", "COMMA"))]
    return tuple((str(name), value) for name, value in zip(kept[::2], kept[1::2], strict=True))
