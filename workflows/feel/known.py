"""Names as FEEL writes them: which ones stand on their own, and how the others are found in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from workflows.feel.functions import BUILTINS

START = r"[^\W\d]|[?_\U00010000-\U000EFFFF]"
PART = r"[\w?\u00B7\u0300-\u036F\u203F\u2040\u200C\u200D\U00010000-\U000EFFFF]"
KEYWORDS = frozenset("or and between in if then else for return some every satisfies function true false null".split())
INFIX = frozenset("or and between in then else return satisfies instance".split())
_SIMPLE = re.compile(f"(?:{START}){PART}*(?: {PART}+)*")


def is_simple(name: str) -> bool:
    """Whether the scanner finds this name without knowing it."""
    if not _SIMPLE.fullmatch(name):
        return False
    words = name.split(" ")
    return words[0] not in KEYWORDS and not any(word in INFIX for word in words)


class Names:
    """Names that need knowing, as a tree of their pieces: words, signs, spaces of any width."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.root: dict[str, Any] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Know one more."""
        node = self.root
        for piece in _PIECE.findall(name):
            node = node.setdefault(" " if piece.isspace() else piece, {})
        node[_END] = name

    def match(self, text: str, place: int) -> tuple[str, int] | None:
        """The longest known name that stands at `place`, and where it ends there."""
        node, found = self.root, None
        while node:
            piece = _PIECE.match(text, place)
            if piece is None:
                break
            node = node.get(" " if piece[0].isspace() else piece[0], {})
            place = piece.end()
            if _END in node:
                found = (node[_END], place)
        return found


_PIECE = re.compile(f"{PART}+|\\s+|.", re.DOTALL)
_END = ""
_TYPES = ("days and time duration", "years and months duration")
BUILTIN_NAMES = Names(name for name in (*BUILTINS, *_TYPES) if not is_simple(name))


@lru_cache(maxsize=512)
def names_of(known: frozenset[str]) -> Names:
    """The known names as a tree; shared, so never added to."""
    return Names(name for name in known if not is_simple(name))
