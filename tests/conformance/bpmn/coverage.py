"""Writes docs/bpmn-coverage.md from the conformance cases: `python -m tests.conformance.bpmn.coverage`."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

from tests.conformance.bpmn.covers import SHOWN
from tests.conformance.bpmn.rows import ELEMENT_ROWS, HARMLESS, INSIDE, OTHERS

FOLDER = Path(__file__).parent
PAGE = Path(__file__).parents[3] / "docs" / "bpmn-coverage.md"
GROUPS = (
    ("Events", ("start:", "catch:", "throw:", "boundary:", "end:", "timer:")),
    ("Activities", ("task:", "activity:")),
    ("Gateways and flows", ("gateway:", "flow:")),
    ("Repetition", ("multi-instance:", "standard loop")),
    ("Variables", ("variables:",)),
    ("Camunda's attributes and extension elements", ("camunda:", "<camunda:")),
)
HEAD = """# What is drawn is what runs

Generated from the conformance cases (`python -m tests.conformance.bpmn.coverage`); a test holds it up to date. A case
runs its row alone, inside a sub-process, in a parallel branch, and twice at once in a multi-instance, wherever it can
stand there.

- **honoured**: runs as Camunda 7 runs it; where we differ on purpose, `decisions/0001-live-tokens-on-spiff.md` says so.
- **harmless**: about other tools; it would change nothing here.
- **warned**: accepted, without effect; the check says so.
- **refused**: not accepted at deploy; the check names the element and what to do.

The codes, and how to mend each: `check-codes.md`.
"""


def page() -> str:
    """The whole document."""
    for path in sorted(FOLDER.glob("test_*.py")):
        importlib.import_module(f"tests.conformance.bpmn.{path.stem}")
    return HEAD + "".join(_group(title, prefixes) for title, prefixes in GROUPS)


def _group(title: str, prefixes: tuple[str, ...]) -> str:
    rows = sorted(row for row in _rows() if row[0].startswith(prefixes))
    lines = [f"| {name} | {where} | {status} | {shown} |" for name, where, status, shown in rows]
    return "\n".join(
        (f"\n## {title}\n", "| what | where | | shown by, or code |", "| --- | --- | --- | --- |", *lines, "")
    )


def _rows() -> Iterator[tuple[str, str, str, str]]:
    for name, tests in SHOWN.items():
        yield name, "", "honoured", ", ".join(f"`{test}`" for test in dict.fromkeys(tests))
    for name, row in ELEMENT_ROWS.items():
        yield name, "", "honoured", f"as {row}"
    for name, row in INSIDE.items():
        yield name, "", "honoured", f"as {row}"
    for name, why in HARMLESS.items():
        yield name, "", "harmless", why
    for other in OTHERS:
        yield other.name, other.where, other.status, f"`{other.code}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
