"""The diagrams and tables that process owners edit, as the tests read them."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "bpmn" / "awards"
DIAGRAMS = sorted(path.name for path in FOLDER.glob("*.bpmn"))
TABLES = sorted(path.name for path in FOLDER.glob("*.dmn"))


def read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def everything() -> dict[str, bytes]:
    """File name -> content, as they are deployed together."""
    return {name: read(name) for name in DIAGRAMS + TABLES}
