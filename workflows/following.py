"""Where a dossier may stop next, as its diagram draws it."""

from __future__ import annotations

from workflows.model import Definition
from workflows.specs.activities import Call, SubProcess, User
from workflows.specs.events import Catch
from workflows.specs.multi_instance import MultiInstance

_STEPS = (User, Call, Catch, SubProcess, MultiInstance)
"""Where a dossier stops; gateways, rules and automatic steps are passed through."""


def following(definition: Definition, element: str) -> list[str]:
    """Ids of the steps behind this one, each once, in the order of the flows; which of them, the answers decide.

    Empty where the procedure ends behind the step.
    """
    nodes = {node.name: node for node in definition.spec.nodes()}
    waiting = [flow.target for node in nodes.values() if node.bpmn_id == element for flow in node.flows]
    seen: set[str] = set()
    found: list[str] = []
    while waiting:
        node = nodes.get(name := waiting.pop(0))
        if node is None or name in seen:
            continue
        seen.add(name)
        if isinstance(node, _STEPS):
            found.append(node.bpmn_id)
        else:
            waiting[:0] = [flow.target for flow in node.flows]
    return list(dict.fromkeys(found))
