"""One fragment of a diagram, run in four surroundings: alone, in a sub-process, in a parallel branch, and twice at once
in a multi-instance sub-process. What a fragment shows must hold in every one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest

from tests.workflows.engine.diagrams import NOW, document, flows
from workflows.model import ExternalTask, Value
from workflows.simulate import SimulatedTask, Simulator

Surroundings = Literal["alone", "sub-process", "branch", "multi-instance"]
SURROUNDINGS: tuple[Surroundings, ...] = ("alone", "sub-process", "branch", "multi-instance")
ITEMS = ("x", "y")


@dataclass(frozen=True, kw_only=True)
class Fragment:
    """Nodes and flows between `first` and `last`; `more` stands beside the process: messages, errors."""

    nodes: str
    drawn: tuple[str, ...]
    first: str = "a"
    last: str = "z"
    more: str = ""
    variables: Mapping[str, Value] = field(default_factory=dict)
    files: tuple[bytes, ...] = ()
    """Deployed before it."""


@dataclass
class Play:
    """One running fragment. Every verb acts on each copy of it."""

    simulator: Simulator
    instance: str
    copies: int
    surroundings: Surroundings

    @property
    def path(self) -> list[str]:
        return self.simulator.path(self.instance)

    def times(self, element: str) -> int:
        return self.path.count(element)

    def saw(self, *elements: str) -> None:
        """Each copy passed each element exactly once."""
        seen = {element: self.times(element) for element in elements}
        assert seen == dict.fromkeys(elements, self.copies), self.path

    def never(self, *elements: str) -> None:
        assert not set(elements) & set(self.path), self.path

    def tasks(self, element: str) -> list[SimulatedTask]:
        return [task for task in self.simulator.open_tasks(self.instance) if task.element == element]

    def open(self) -> list[str]:
        """Elements of open tasks, without the other branch's; one copy's."""
        found = [task.element for task in self.simulator.open_tasks(self.instance) if task.element != "aside"]
        return sorted(found)[:: self.copies]

    def complete(self, element: str, answers: Mapping[str, Value] | None = None) -> None:
        open_now = self.tasks(element)
        assert len(open_now) == self.copies, (element, self.open(), self.path)
        for task in open_now:
            self.simulator.complete(task.id, answers or {})

    def external(self, topic: str) -> list[ExternalTask]:
        found = self.simulator.external(topic)
        assert len(found) == self.copies, (topic, found)
        return found

    def work(self, topic: str, variables: Mapping[str, Value] | None = None) -> None:
        for task in self.external(topic):
            self.simulator.finish_external(task.id, variables or {})

    def fail(self, topic: str, code: str) -> None:
        for task in self.external(topic):
            self.simulator.bpmn_error(task.id, code, "why")

    def deliver(self, name: str, variables: Mapping[str, Value] | None = None) -> None:
        """To each copy, told apart by its item."""
        told = [{"item": item} for item in ITEMS] if self.copies > 1 else [None]
        for correlation in told:
            assert self.simulator.deliver(name, None, correlation, variables) == [self.instance]

    def signal(self, name: str, variables: Mapping[str, Value] | None = None) -> None:
        self.simulator.signal(name, variables)

    def wait(self, **span: float) -> None:
        self.simulator.move_clock(self.now + timedelta(**span))

    @property
    def now(self) -> datetime:
        return self.simulator.now

    def variable(self, name: str) -> Value:
        return self.simulator.variables(self.instance).get(name)

    def incidents(self) -> list[tuple[str, str]]:
        return [(one.element, one.code) for one in self.simulator.incidents(self.instance)]

    def finished(self) -> None:
        """Nothing of the fragment is left, and the process reaches its end."""
        assert self.open() == [], self.path
        for task in self.tasks("aside"):
            self.simulator.complete(task.id, {})
        assert self.simulator.state(self.instance) == "completed", (self.path, self.incidents())
        assert self.simulator.timers(self.instance) == []
        assert self.simulator.waiting(self.instance) == []


def drawn(fragment: Fragment, surroundings: Surroundings) -> bytes:
    """The file of a fragment in its surroundings; the process's key is `p`."""
    inner = fragment.nodes
    first, last = fragment.first, fragment.last
    if surroundings == "alone":
        body = f'<startEvent id="s"/>{inner}<endEvent id="e"/>' + flows(*fragment.drawn, f"s>{first}", f"{last}>e")
    elif surroundings == "branch":
        body = (
            f'<startEvent id="s"/><parallelGateway id="split"/><userTask id="aside"/>{inner}'
            '<parallelGateway id="join"/><endEvent id="e"/>'
        ) + flows(*fragment.drawn, f"s>split split>{first} split>aside {last}>join aside>join join>e")
    else:
        loop = ""
        if surroundings == "multi-instance":
            loop = '<multiInstanceLoopCharacteristics camunda:collection="pair" camunda:elementVariable="item"/>'
        box = (
            f'<subProcess id="box">{loop}<startEvent id="bs"/>{inner}<endEvent id="be"/>'
            + flows(*fragment.drawn, f"bs>{first}", f"{last}>be")
            + "</subProcess>"
        )
        body = f'<startEvent id="s"/>{box}<endEvent id="e"/>' + flows("s>box box>e")
    return document(f'<process id="p" isExecutable="true">{body}</process>{fragment.more}')


def play(fragment: Fragment, surroundings: Surroundings, at: datetime = NOW) -> Play:
    """Deploy and start."""
    simulator = Simulator(at=at)
    for number, data in enumerate(fragment.files):
        simulator.deploy({f"other{number}.{'dmn' if b'<decision' in data else 'bpmn'}": data})
    simulator.deploy({"p.bpmn": drawn(fragment, surroundings)})
    variables: dict[str, Any] = {**fragment.variables}
    if surroundings == "multi-instance":
        variables["pair"] = list(ITEMS)
    instance = simulator.start("p", variables)
    return Play(simulator, instance, 2 if surroundings == "multi-instance" else 1, surroundings)


everywhere: Callable[[Any], Any] = pytest.mark.parametrize("surroundings", SURROUNDINGS)
