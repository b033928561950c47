"""What a diagram says of a worker's step besides its topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.model import Definition
from workflows.specs.activities import External


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnStep:
    """The constants that are drawn at a step for its worker, and the names of its input parameters."""

    properties: Mapping[str, str]
    """`camunda:properties`, the text as drawn."""
    inputs: frozenset[str]


def drawn_step(definition: Definition, element: str) -> DrawnStep:
    """Of the external task with this element id; nothing where the version has none."""
    for node in definition.spec.nodes():
        if isinstance(node, External) and node.bpmn_id == element:
            return DrawnStep(
                properties={name: each.text if each is not None else "" for name, each in node.properties.items()},
                inputs=frozenset(name for name, _ in node.inputs_drawn),
            )
    return DrawnStep(properties={}, inputs=frozenset())
