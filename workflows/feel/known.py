"""Names as FEEL writes them: which ones stand on their own, and how the others are found in a text."""

from __future__ import annotations

import re
from functools import lru_cache

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


@lru_cache(maxsize=512)
def pattern_of(names: frozenset[str]) -> re.Pattern[str] | None:
    """Finds the longest of the names at a place; spaces may be wider than in the name."""
    if not names:
        return None
    ordered = sorted(names, key=len, reverse=True)
    return re.compile("|".join(f"(?:{_flexible(name)})" for name in ordered))


def _flexible(name: str) -> str:
    parts = re.findall(f"{PART}+|\\s+|.", name, re.DOTALL)
    text = "".join(r"\s+" if part.isspace() else re.escape(part) for part in parts)
    return text + (f"(?!{PART})" if re.fullmatch(PART, name[-1]) else "")


_TYPES = ("days and time duration", "years and months duration")
BUILTIN_PATTERN = pattern_of(frozenset(name for name in (*BUILTINS, *_TYPES) if not is_simple(name)))
