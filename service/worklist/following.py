"""What may come after a step, as its diagram draws it: the next steps of people, events and procedures, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workflows.model import Definition
from workflows.specs.activities import Call, SubProcess, User
from workflows.specs.events import Catch
from workflows.specs.multi_instance import MultiInstance

_STEPS = (User, Call, Catch, SubProcess, MultiInstance)
"""Where a dossier stops; gateways, rules and automatic steps are passed through."""


def following(definition: Definition, element: str) -> list[str]:
    """In the order of the flows: “Ký tờ trình (Thủ trưởng đơn vị)”. Which of them, the answers decide.

    Empty where the procedure ends behind the step.
    """
    nodes = {node.name: node for node in definition.spec.nodes()}
    waiting = [flow.target for node in nodes.values() if _is(node, element) for flow in node.flows]
    seen: set[str] = set()
    found: list[str] = []
    while waiting:
        node = nodes.get(name := waiting.pop(0))
        if node is None or name in seen:
            continue
        seen.add(name)
        if isinstance(node, _STEPS):
            found.append(_words(definition, node.bpmn_id))
        else:
            waiting[:0] = [flow.target for flow in node.flows]
    return list(dict.fromkeys(found))


def following_words(steps: Sequence[str]) -> str:
    """The head of the list."""
    if not steps:
        return "Sau bước này không còn việc nào trong quy trình."
    return "Sau bước này:" if len(steps) == 1 else "Sau bước này, tùy kết quả:"


def _is(node: Any, element: str) -> bool:
    return getattr(node, "bpmn_id", None) == element


def _words(definition: Definition, element: str) -> str:
    name, lane = definition.elements.get(element, element), definition.lanes.get(element)
    return f"{name} ({lane})" if lane else name
