"""The words on screens: every decision has some in the timeline, and no ceiling is called a target."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import service.awards
from service.awards.timeline import DECISION_WORDS

ROOM = Path(service.awards.__path__[0])
PROCEDURES = Path(__file__).parents[3] / "bpmn" / "awards"
OFFERED = re.compile(r"decision_field\(\s*([A-Za-z_]+)(?: if \w+ else ([A-Za-z_]+))?")


def offered() -> Iterator[tuple[str, str]]:
    """(module, decision) of every choice a form of ours offers as the decision."""
    for file in sorted(ROOM.rglob("*.py")):
        names = [name for found in OFFERED.findall(file.read_text("utf-8")) for name in found if name]
        module = ".".join(("service", "awards", *file.relative_to(ROOM).with_suffix("").parts))
        for name in names:
            choices = getattr(importlib.import_module(module), name, None)
            yield from ((module, key) for key in choices or ())


def test_every_decision_is_told_in_words() -> None:
    found = list(offered())
    assert len(found) > 40
    assert [each for each in found if each[1] not in DECISION_WORDS] == []


def test_a_ceiling_is_never_called_a_target() -> None:
    files = [*ROOM.rglob("*.py"), *ROOM.rglob("*.html"), *PROCEDURES.glob("*.bpmn"), *PROCEDURES.glob("*.dmn")]
    assert [file.name for file in files if "chỉ tiêu" in file.read_text("utf-8").lower()] == []
