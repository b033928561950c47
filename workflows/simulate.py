"""A diagram run in memory: the same `run.py`, with call activities, messages, signals, timers and rule tasks served.

State is written and read back between commands, as in the service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows import run
from workflows.errors import DeploymentRefused, ExpressionError, WorkflowError
from workflows.lint import check
from workflows.model import (
    Definition,
    ExternalTask,
    Incident,
    OpenTask,
    Problem,
    Snapshot,
    Subscription,
    Timer,
    Value,
)
from workflows.shelf import Shelf
from workflows.values import own_all
from workflows.world import MessageAmbiguous, World

__all__ = ["MessageAmbiguous", "SimulatedTask", "Simulator"]

MAX_FIRINGS = 50_000
"""Of one move of the clock; a diagram whose timers never end would go on for ever."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatedTask:
    """An open user task, flat."""

    id: str
    instance: str
    element: str
    name: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    lane: str | None
    form_key: str | None
    properties: Mapping[str, str]


class Simulator(World):
    """One world: a clock, what is deployed, and the instances that run."""

    # -- deploying and starting

    def deploy(self, files: Mapping[str, bytes]) -> list[Definition]:
        """Check and add. Raises DeploymentRefused with `.problems` when an error was found."""
        problems = check(files, deployed=self.library)
        if any(problem.severity == "error" for problem in problems):
            raise DeploymentRefused(problems)
        self._refuse_timers(files)
        added = self.library.deploy(files)
        for definition in added:
            self._starts = [start for start in self._starts if start.definition.key != definition.key]
            self._starts += self._timer_starts(definition)
        return added

    def _refuse_timers(self, files: Mapping[str, bytes]) -> None:
        """What a start timer comes to is known only at this moment. Raises DeploymentRefused."""
        diagrams = {name: data for name, data in files.items() if name.endswith(".bpmn")}
        timers = [event for one in Shelf().deploy(diagrams) for event in one.starts if event.kind == "timer"]
        for event in timers:
            try:
                run.begin_timer(event, at=self.now, calendar=self.calendar)
            except ExpressionError as error:
                found = Problem(
                    file=", ".join(diagrams),
                    element=event.element,
                    line=None,
                    severity="error",
                    code="timer_wrong",
                    message=error.message,
                )
                raise DeploymentRefused([found]) from error

    def start(self, key: str, variables: Mapping[str, Value] | None = None, business_key: str | None = None) -> str:
        """The new instance's id. Raises UnknownDefinition."""
        started = self._start(self.library.process(key), variables or {}, business_key)
        self._drain()
        return started

    # -- looking

    def instances(self, key: str) -> list[str]:
        return [one.id for one in self._running.values() if one.definition.key == key]

    def running(self) -> list[str]:
        """Every instance, in the order they began."""
        return list(self._running)

    def children(self, instance: str) -> list[str]:
        """The instances that its call activities began."""
        return list(self._running[instance].called)

    def open_tasks(self, instance: str) -> list[SimulatedTask]:
        """Those of called processes too."""
        found = [_flat(instance, task) for task in self._running[instance].tasks.values()]
        return found + [task for child in self.children(instance) for task in self.open_tasks(child)]

    def external(self, topic: str) -> list[ExternalTask]:
        return [task for one in self._running.values() for task in one.external.values() if task.topic == topic]

    def external_of(self, instance: str) -> list[ExternalTask]:
        return list(self._running[instance].external.values())

    def incidents(self, instance: str) -> list[Incident]:
        return list(self._running[instance].incidents.values())

    def timers(self, instance: str) -> list[Timer]:
        return list(self._running[instance].timers.values())

    def waiting(self, instance: str) -> list[Subscription]:
        """Messages and signals that the instance waits for."""
        return list(self._running[instance].subscriptions.values())

    def variables(self, instance: str) -> dict[str, Value]:
        return run.variables(self._running[instance].snapshot)

    def tokens(self, instance: str) -> dict[str, int]:
        return run.tokens(self._running[instance].snapshot)

    def state(self, instance: str) -> str:
        """active, completed, cancelled or incident. A called process's incident is its caller's too, as in Camunda."""
        one = self._running[instance]
        return "incident" if one.outcome == "active" and self._is_stuck(instance) else one.outcome

    def _is_stuck(self, instance: str) -> bool:
        one = self._running[instance]
        if one.outcome == "active" and one.incidents:
            return True
        return any(self._is_stuck(child) for child in self.children(instance))

    def path(self, instance: str) -> list[str]:
        """Ids of the elements entered, in order."""
        return list(self._running[instance].path)

    def names(self, instance: str) -> Mapping[str, str]:
        """Drawn names by element id."""
        return self._running[instance].definition.elements

    def snapshot(self, instance: str) -> Snapshot:
        """What would be stored."""
        return self._running[instance].snapshot

    def size(self, instance: str) -> int:
        """Bytes of stored state."""
        return len(self._running[instance].snapshot.state)

    # -- acting

    def complete(self, task_id: str, answers: Mapping[str, Value] | None = None) -> None:
        """Raises NotWaiting."""
        self._act(self._owner(task_id), run.complete, task_id=task_id, variables=answers or {})

    def finish_external(self, id: str, variables: Mapping[str, Value] | None = None) -> None:  # noqa: A002
        """Raises NotWaiting."""
        self._act(self._owner(id), run.finish_external, task_id=id, variables=variables or {})

    def fail_external(self, task_id: str, message: str, code: str = "external_failed") -> None:
        """Raises NotWaiting."""
        self._act(self._owner(task_id), run.fail_external, task_id=task_id, code=code, message=message)

    def bpmn_error(self, id: str, code: str, message: str = "") -> None:  # noqa: A002
        """From a user or external task. Raises NotWaiting."""
        self._act(self._owner(id), run.bpmn_error, task_id=id, code=code, message=message)

    def retry(self, incident_id: str, variables: Mapping[str, Value] | None = None) -> None:
        """Raises NotWaiting."""
        self._act(self._owner(incident_id), run.retry, incident_id=incident_id, variables=variables or {})

    def cancel(self, instance: str) -> None:
        self._act(self._running[instance], run.cancel)

    def extend(self, instance: str, task_id: str, days: int) -> None:
        self._act(self._running[instance], run.extend, task_id=task_id, days=days)

    def reschedule(self, instance: str, pauses: Any = ()) -> None:
        self._act(self._running[instance], run.reschedule, pauses=pauses)

    def deliver(
        self,
        message: str,
        business_key: str | None = None,
        correlation: Mapping[str, Value] | None = None,
        variables: Mapping[str, Value] | None = None,
    ) -> list[str]:
        """The instances reached. A waiting instance wins over a message start.

        Raises:
            MessageAmbiguous: more than one token fits; nobody moves.
            NotWaiting: nobody fits.
        """
        reached = self._deliver(message, business_key, own_all(correlation or {}), variables or {})
        self._drain()
        return reached

    def signal(self, name: str, variables: Mapping[str, Value] | None = None) -> None:
        """Reaches everyone who waits for it, and starts what it starts."""
        self._signal(name, variables or {})
        self._drain()

    def move_clock(self, to: datetime) -> None:
        """One jump, as after an outage: what is due fires in due order, with the clock where it now stands."""
        if to < self.now:
            raise ValueError("the clock only goes forward")
        self.now = to
        for _ in range(MAX_FIRINGS):
            due = self._next_due()
            if due is None:
                return
            due()
            self._drain()
        raise WorkflowError("Hẹn giờ trong sơ đồ nối tiếp nhau không dứt.", code="endless_loop")


def _flat(instance: str, task: OpenTask) -> SimulatedTask:
    return SimulatedTask(
        id=task.id,
        instance=instance,
        element=task.element,
        name=task.name,
        assignee=task.assignee,
        candidate_groups=task.candidate_groups,
        candidate_users=task.candidate_users,
        due_at=task.deadline.due_at if task.deadline is not None else None,
        follow_up_at=task.follow_up_at,
        priority=task.priority,
        lane=task.lane,
        form_key=task.form_key,
        properties=task.properties,
    )
