"""`${…}` as Camunda 7 writes it: JUEL with strict names, without method calls, on FEEL's values and limits.

`#{…}` is the same. Text around an expression makes it a composite, which is always a string; a text without one is
a literal. `\\${` writes the characters themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from workflows.errors import ExpressionError
from workflows.feel import limits
from workflows.feel.expression import run
from workflows.feel.nodes.base import Node
from workflows.feel.nodes.juel import Joined
from workflows.feel.nodes.literals import Constant
from workflows.feel.scope import Run
from workflows.feel.values import Value

if TYPE_CHECKING:
    from lark import Lark

_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed attribute. `is_literal`: no expression in it."""

    text: str
    names: frozenset[str]
    calls: frozenset[str]
    is_literal: bool
    tree: Node = field(repr=False, compare=False)

    def evaluate(self, context: Mapping[str, Value], functions: Mapping[str, Callable[..., Value]] = {}) -> Value:
        """The value; a string for a literal or composite.

        Raises: ExpressionError (`unknown_name`, `wrong_type`, `division_by_zero`, `bad_argument`, and the limits').
        """
        return run(self.tree, Run(context, functions, strict=True))


@lru_cache(maxsize=4096)
def compile(text: str) -> Template:
    """Read an attribute's text. Raises: ExpressionError (`expression_syntax`, `expression_too_long`, …)."""
    if len(text) > limits.TEXT_CHARACTERS:
        raise limits.too_long()
    pieces = list(_pieces(text))
    if not any(is_expression for is_expression, _ in pieces):
        return Template(text, frozenset(), frozenset(), True, Constant("".join(piece for _, piece in pieces)))
    telling = [(is_expression, piece) for is_expression, piece in pieces if is_expression or piece.strip()]
    if len(telling) == 1:
        pieces = telling
    nodes = [_parse(piece) if is_expression else Constant(piece) for is_expression, piece in pieces]
    tree = nodes[0] if len(nodes) == 1 else Joined(tuple(nodes))
    return Template(text, tree.free(), tree.called(), False, tree)


def _pieces(text: str) -> list[tuple[bool, str]]:
    """The text cut into (is it an expression, piece)."""
    pieces: list[tuple[bool, str]] = []
    literal: list[str] = []
    place = 0
    while place < len(text):
        if text[place] == "\\" and text[place + 1 : place + 3] in ("${", "#{"):
            literal.append(text[place + 1 : place + 3])
            place += 3
        elif text[place : place + 2] in ("${", "#{"):
            end = _end(text, place + 2)
            if literal:
                pieces.append((False, "".join(literal)))
                literal = []
            pieces.append((True, text[place + 2 : end]))
            place = end + 1
        else:
            literal.append(text[place])
            place += 1
    return pieces + ([(False, "".join(literal))] if literal else [])


def _end(text: str, start: int) -> int:
    """Where the expression that begins at `start` is closed; braces in quotes do not count."""
    quote, place = "", start
    while place < len(text):
        character = text[place]
        if quote:
            if character == "\\":
                place += 1
            elif character == quote:
                quote = ""
        elif character in "'\"":
            quote = character
        elif character == "}":
            return place
        place += 1
    raise ExpressionError(f"Biểu thức “{_short(text)}” thiếu dấu “}}” đóng.", code="expression_syntax")


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    from lark import Lark  # 100 ms to import: only those who read expressions pay

    from workflows.feel.juel_tree import Builder

    text = Path(__file__).with_name("juel.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", transformer=Builder(), maybe_placeholders=False)


def _parse(text: str) -> Node:
    from lark.exceptions import UnexpectedInput, VisitError

    with _LOCK:
        grammar = _grammar()
    try:
        return grammar.parse(text)  # type: ignore[return-value]
    except VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        place = error.pos_in_stream
        where = f"ở ký tự {place + 1}" if isinstance(place, int) and place >= 0 else "ở cuối"
        raise ExpressionError(
            f"Biểu thức “${{{_short(text)}}}” sai cú pháp {where}.", code="expression_syntax"
        ) from None


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}…"
