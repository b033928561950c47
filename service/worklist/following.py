"""What may come after a step, in words: the next steps of people, events and procedures."""

from __future__ import annotations

from collections.abc import Sequence

from workflows import following
from workflows.model import Definition


def following_steps(definition: Definition, element: str) -> list[str]:
    """In the order of the flows: “Ký tờ trình (Thủ trưởng đơn vị)”, each once."""
    steps = following.following(definition, element)
    return list(dict.fromkeys(_words(definition, each) for each in steps))


def following_words(steps: Sequence[str]) -> str:
    """The head of the list."""
    if not steps:
        return "Sau bước này không còn việc nào trong quy trình."
    return "Sau bước này:" if len(steps) == 1 else "Sau bước này, tùy kết quả:"


def _words(definition: Definition, element: str) -> str:
    name, lane = definition.elements.get(element, element), definition.lanes.get(element)
    return f"{name} ({lane})" if lane else name
