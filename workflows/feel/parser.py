"""Tokens to a tree: the LALR grammar in `feel.lark`, built once, when the first expression is read."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedInput, UnexpectedToken, VisitError
from lark.lexer import Lexer

from workflows.errors import ExpressionError
from workflows.feel.nodes.base import Node
from workflows.feel.scanner import Scanner, syntax_error
from workflows.feel.tree import Builder

_LOCK = threading.Lock()
_EXTERNAL = re.compile(r"\bfunction\s*\([^()]*\)\s*external\b")


class _Tokens(Lexer):
    """Hands the scanner's tokens to lark."""

    def __init__(self, _configuration: object) -> None:
        super().__init__()

    def lex(self, data: Scanner) -> Iterator[Token]:  # type: ignore[override]  # lark hands on what it was given
        return data.tokens()


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = Path(__file__).with_name("feel.lark").read_text(encoding="utf-8")
    starts = ["expression_only", "unary_tests"]
    return Lark(text, parser="lalr", lexer=_Tokens, start=starts, transformer=Builder(), maybe_placeholders=True)


def parse(text: str, known: frozenset[str], *, unary: bool) -> Node:
    """The tree of an expression or of unary tests. `known` are names that need knowing (see `scanner`).

    Raises: ExpressionError (`expression_syntax`, `expression_too_long`, `expression_too_deep`).
    """
    with _LOCK:
        grammar = _grammar()
    scanner: Any = Scanner(text, known, unary=unary)
    try:
        return grammar.parse(scanner, start="unary_tests" if unary else "expression_only")  # type: ignore[return-value]
    except VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        if _EXTERNAL.search(text):
            raise ExpressionError("Không hỗ trợ hàm ngoài (Java, PMML).", code="external_function") from None
        raise _explained(text, error) from None


def _explained(text: str, error: UnexpectedInput) -> ExpressionError:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return syntax_error(text, error.token.start_pos or 0, f"không chờ “{error.token}” ở đây")
    return syntax_error(text, len(text), "biểu thức chưa kết thúc")
