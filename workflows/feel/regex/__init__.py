"""Regular expressions as XPath writes them, matched in bounded time.

Python's `re` would do, but for one thing: `(a+)+b` on the wrong text runs for hours inside it, and nothing can stop
it. So the matcher here is our own, and every step it takes is charged to the run.
"""

from __future__ import annotations

from functools import lru_cache

from workflows.feel.regex.matcher import Match, Pattern
from workflows.feel.regex.parsing import BadPattern, Parser
from workflows.feel.regex.program import Program

__all__ = ["Match", "Pattern", "compile"]

_LONGEST = 2_000


@lru_cache(maxsize=512)
def compile(pattern: str, flags: str) -> Pattern | None:
    """The pattern ready to match; None where it or its flags (`s m i x q`) are not valid."""
    if not set(flags) <= set("smixq") or len(pattern) > _LONGEST:
        return None
    try:
        parser = Parser(pattern, flags)
        tree = parser.parse()
        return Pattern(tuple(Program(tree).code), parser.groups)
    except BadPattern:
        return None
