"""`not`, and the built-ins on any value."""

from __future__ import annotations

from workflows.feel.functions.registry import builtin
from workflows.feel.scope import Run


@builtin("not", "negand: boolean")
def negate(run: Run, value: bool) -> bool:
    return not value
