"""Where an instance stands, in words and for the diagram: the steps taken, the one it is at, those ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from service.engine.rows import InstanceRow
from service.monitoring.reads import path_of
from workflows import run
from workflows.model import Definition
from workflows.specs.activities import Call, User
from workflows.specs.events import Catch
from workflows.specs.multi_instance import MultiInstance

if TYPE_CHECKING:
    from service.database.unit import Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of the path. `at`: when it was last finished, or entered while the token stands there."""

    name: str
    lane: str
    look: Literal["done", "here"]
    at: datetime
    times: int
    """How often it was finished; 1 for a step that several do at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Path:
    """An instance on its diagram."""

    tokens: Mapping[str, int]
    """Element -> tokens that stand there."""
    log: Sequence[tuple[str, str]]
    """(`in` | `out`, element) in the order it happened, for the drawing."""
    steps: Sequence[Step]
    ahead: Sequence[str]
    """Steps of the diagram that were not reached, in the diagram's order; not every path leads through them."""
    awaited: Sequence[str]
    """Events the instance waits for, by their drawn names."""


def path_in(unit: Unit, row: InstanceRow, definition: Definition) -> Path:
    """Read the path of one instance. One SELECT."""
    tokens = run.tokens(row.as_snapshot()) if row.state == "active" else {}
    told = path_of(unit, row.id)
    nodes = [node for node in definition.spec.nodes() if getattr(node, "bpmn_id", None)]
    people = list(dict.fromkeys(node.bpmn_id for node in nodes if isinstance(node, (User, Call))))
    many = {node.bpmn_id for node in nodes if isinstance(node, MultiInstance)}
    catching = {node.bpmn_id for node in nodes if isinstance(node, Catch)}
    names = definition.elements
    done: dict[str, list[datetime]] = {}
    entered: dict[str, datetime] = {}
    for each in told:
        if each.kind == "left":
            done.setdefault(each.element, []).append(each.at)
        elif each.kind == "entered":
            entered[each.element] = each.at
    steps = [
        Step(
            name=names.get(element, element),
            lane=definition.lanes.get(element, ""),
            look="here" if element in tokens else "done",
            at=entered.get(element, row.started_at) if element in tokens else done[element][-1],
            times=1 if element in many else len(done.get(element, ())),
        )
        for element in people
        if element in tokens or element in done
    ]
    return Path(
        tokens=tokens,
        log=[("in" if each.kind == "entered" else "out", each.element) for each in told if each.kind != "cancelled"],
        steps=sorted(steps, key=lambda step: (step.look == "here", step.at)),
        ahead=[names.get(element, element) for element in people if element not in tokens and element not in done]
        if row.state == "active"
        else [],
        awaited=[names.get(element, element) for element in tokens if element in catching],
    )
