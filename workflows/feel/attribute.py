"""Which syntax an attribute of a diagram takes: one rule for all of them.

| text                | syntax  | unknown name                                           |
|---------------------|---------|--------------------------------------------------------|
| `=…`                | FEEL    | null; an error where the caller evaluates with `strict` |
| `${…}`, `#{…}`      | JUEL    | error                                                  |
| text with `${…}`    | JUEL, joined to a string | error                                 |
| other text          | literal | —                                                      |
"""

from __future__ import annotations

from functools import lru_cache

from workflows import feel
from workflows.feel import juel
from workflows.feel.expression import Expression
from workflows.feel.juel import Template


@lru_cache(maxsize=8192)
def compile(text: str) -> Expression | Template:
    """Read an attribute. Raises: ExpressionError (`expression_syntax`, `expression_too_long`, …)."""
    stripped = text.strip()
    return feel.compile(stripped[1:]) if stripped.startswith("=") else juel.compile(text)
