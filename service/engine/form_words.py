"""Values as a form shows them, and texts with `{{…}}` in them (feelers: FEEL, `#if` and `#loop`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from service.engine.form_answers import shown_number
from workflows.calendar import VIETNAM
from workflows.errors import ExpressionError
from workflows.values import as_text

MAX_TEXT = 50_000
MAX_NESTED = 20
_MARK = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)

Evaluate = Callable[[str, Mapping[str, Any]], Any]
"""An expression and the names it sees before all others -> its value. Raises ExpressionError."""


def shown(value: Any) -> str:
    """Numbers with a comma, dates as 24/11/2026, moments in Hà Nội; lists joined; null as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, (int, float, Decimal)):
        number = Decimal(str(value))
        if not number.is_finite() or abs(number) >= Decimal(10) ** 40:
            return str(value)
        return shown_number(number) if abs(number) >= 10_000 else f"{number:f}".replace(".", ",")
    if isinstance(value, datetime):
        return f"{value.astimezone(VIETNAM) if value.tzinfo else value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, (list, tuple)):
        return "; ".join(map(shown, value[:200]))
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {shown(item)}" for name, item in list(value.items())[:200])
    return as_text(value)


def is_template(text: Any) -> bool:
    """Whether a text of a form has something to be worked out."""
    return isinstance(text, str) and (text.startswith("=") or _MARK.search(text) is not None)


def rendered(text: str, evaluate: Evaluate, escape: Callable[[str], str] = str) -> str:
    """The text with its values filled in, each passed through `escape`. Raises ExpressionError."""
    if text.startswith("="):
        return escape(shown(evaluate(text[1:], {})))
    made: list[str] = []
    room = [MAX_TEXT]
    for piece in _render(parsed(text), evaluate, {}, escape):
        room[0] -= len(piece)
        if room[0] < 0:
            raise ExpressionError("Đoạn chữ của biểu mẫu dài quá mức; hãy rút ngắn.", code="value_too_large")
        made.append(piece)
    return "".join(made)


def expressions_in(text: str) -> list[str]:
    """Every expression of a text. Raises ExpressionError where its `{{#…}}` do not fit together."""
    return [text[1:]] if text.startswith("=") else list(_expressions(parsed(text)))


# -- the parts of a text


@dataclass(frozen=True, slots=True)
class _Value:
    expression: str


@dataclass(frozen=True, slots=True)
class _Block:
    """`#if` or `#loop`."""

    word: str
    expression: str
    inner: tuple[_Part, ...]


_Part = str | _Value | _Block


@lru_cache(maxsize=1024)
def parsed(text: str) -> tuple[_Part, ...]:
    """The parts of a text. Raises ExpressionError."""
    levels: list[list[_Part]] = [[]]
    opened: list[tuple[str, str]] = []
    place = 0
    for mark in _MARK.finditer(text):
        levels[-1].append(text[place : mark.start()])
        place = mark.end()
        inside = mark[1].strip()
        if inside.startswith("#"):
            word, _, expression = inside[1:].partition(" ")
            if word not in ("if", "loop") or len(opened) >= MAX_NESTED:
                raise ExpressionError(f"Trong đoạn chữ có “{{{{#{word}}}}}” không dùng được.", code="expression_syntax")
            opened.append((word, expression))
            levels.append([])
        elif inside.startswith("/"):
            if not opened or opened[-1][0] != inside[1:].strip():
                raise ExpressionError(f"Trong đoạn chữ “{{{{{inside}}}}}” không có phần mở.", code="expression_syntax")
            word, expression = opened.pop()
            block = _Block(word, expression, tuple(levels.pop()))
            levels[-1].append(block)
        else:
            levels[-1].append(_Value(inside.removeprefix("=")))
    if opened:
        raise ExpressionError(f"Trong đoạn chữ “{{{{#{opened[-1][0]}}}}}” chưa đóng.", code="expression_syntax")
    levels[-1].append(text[place:])
    return tuple(levels[0])


def _expressions(parts: tuple[_Part, ...]) -> Iterator[str]:
    for part in parts:
        if not isinstance(part, str):
            yield part.expression
        if isinstance(part, _Block):
            yield from _expressions(part.inner)


def _render(
    parts: tuple[_Part, ...], evaluate: Evaluate, names: Mapping[str, Any], escape: Callable[[str], str]
) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
            continue
        value = evaluate(part.expression, names)
        if isinstance(part, _Value):
            yield escape(shown(value))
        elif part.word == "if":
            if value is True:
                yield from _render(part.inner, evaluate, names, escape)
        else:
            for item in value if isinstance(value, (list, tuple)) else ():
                own = dict(item) if isinstance(item, Mapping) else {}
                outer = names.get("this")
                local = {**names, "parent": outer, "_parent_": outer, **own, "this": item, "_this_": item}
                yield from _render(part.inner, evaluate, local, escape)
