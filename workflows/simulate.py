"""A diagram run in memory: the same `run.py`, with call activities, messages, signals, timers and rule tasks served.

State is written and read back between commands, as in the service.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from workflows import run
from workflows.calendar import WorkCalendar
from workflows.errors import DeploymentRefused, NotWaiting, UnknownDefinition, WorkflowError
from workflows.lint import check
from workflows.model import (
    Advance,
    CallProcess,
    CancelCall,
    Deadline,
    Definition,
    Effect,
    ExternalTask,
    Incident,
    OpenTask,
    SendMessage,
    SendSignal,
    Snapshot,
    Subscription,
    ThrowUp,
    Timer,
    Value,
)
from workflows.shelf import Shelf

MAX_FIRINGS = 10_000
"""Of one move of the clock; a diagram whose timers never end would go on for ever."""


class MessageAmbiguous(WorkflowError):
    """A message that fits more than one waiting token; nobody moves."""

    code = "message_ambiguous"


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


@dataclass(slots=True)
class _Running:
    id: str
    definition: Definition
    business_key: str | None
    snapshot: Snapshot
    parent: tuple[str, str] | None
    """Instance and call token."""
    outcome: str = "active"
    path: list[str] = field(default_factory=list)
    tasks: dict[str, OpenTask] = field(default_factory=dict)
    external: dict[str, ExternalTask] = field(default_factory=dict)
    timers: dict[str, Timer] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)


@dataclass(slots=True)
class _TimerStart:
    definition: Definition
    element: str
    deadline: Deadline
    left: int | None


class Simulator:
    """One world: a clock, what is deployed, and the instances that run."""

    def __init__(self, *, at: datetime, calendar: WorkCalendar | None = None) -> None:
        """`at` is aware; the calendar is Vietnam's without local overrides when none is given."""
        self.now = at
        self.calendar = calendar or WorkCalendar()
        self.library = Shelf()
        self.undelivered: list[tuple[str, SendMessage]] = []
        """Thrown messages that nobody waits for yet, with the sender; tried again after every command."""
        self._running: dict[str, _Running] = {}
        self._starts: list[_TimerStart] = []
        self._work: deque[Callable[[], None]] = deque()
        self._busy = False

    # -- deploying and starting

    def deploy(self, files: Mapping[str, bytes]) -> list[Definition]:
        """Check and add. Raises DeploymentRefused with `.problems` when an error was found."""
        problems = check(files, deployed=self.library)
        if any(problem.severity == "error" for problem in problems):
            raise DeploymentRefused(problems)
        added = self.library.deploy(files)
        for definition in added:
            self._starts = [start for start in self._starts if start.definition.key != definition.key]
            self._starts += self._timer_starts(definition)
        return added

    def _timer_starts(self, definition: Definition) -> list[_TimerStart]:
        found = []
        for event in definition.starts:
            if event.kind == "timer":
                deadline, left = run.begin_timer(event, at=self.now, calendar=self.calendar)
                found.append(_TimerStart(definition, event.element, deadline, left))
        return found

    def start(self, key: str, variables: Mapping[str, Value] | None = None, business_key: str | None = None) -> str:
        """The new instance's id. Raises UnknownDefinition."""
        started = self._start(self.library.process(key), variables or {}, business_key)
        self._drain()
        return started

    def _start(
        self,
        definition: Definition,
        variables: Mapping[str, Value],
        business_key: str | None,
        *,
        element: str | None = None,
        parent: tuple[str, str] | None = None,
    ) -> str:
        advance = run.start(
            self.library,
            definition=definition,
            business_key=business_key,
            variables=variables,
            at=self.now,
            calendar=self.calendar,
            start_element=element,
        )
        name = f"i{len(self._running) + 1}"
        self._running[name] = _Running(name, definition, business_key, advance.snapshot, parent)
        self._take(self._running[name], advance)
        return name

    # -- looking

    def instances(self, key: str) -> list[str]:
        return [one.id for one in self._running.values() if one.definition.key == key]

    def children(self, instance: str) -> list[str]:
        return [one.id for one in self._running.values() if one.parent is not None and one.parent[0] == instance]

    def open_tasks(self, instance: str) -> list[SimulatedTask]:
        """Those of called processes too."""
        found = [_flat(instance, task) for task in self._running[instance].tasks.values()]
        return found + [task for child in self.children(instance) for task in self.open_tasks(child)]

    def external(self, topic: str) -> list[ExternalTask]:
        return [task for one in self._running.values() for task in one.external.values() if task.topic == topic]

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
        """active, completed, cancelled or incident."""
        one = self._running[instance]
        return "incident" if one.outcome == "active" and one.incidents else one.outcome

    def path(self, instance: str) -> list[str]:
        """Ids of the elements entered, in order."""
        return list(self._running[instance].path)

    def size(self, instance: str) -> int:
        """Bytes of stored state."""
        return len(self._running[instance].snapshot.state)

    # -- acting

    def complete(self, task_id: str, answers: Mapping[str, Value] | None = None) -> None:
        """Raises NotWaiting."""
        self._act(self._owner(task_id), run.complete, task_id=task_id, variables=answers or {})

    def finish_external(self, task_id: str, variables: Mapping[str, Value] | None = None) -> None:
        """Raises NotWaiting."""
        self._act(self._owner(task_id), run.finish_external, task_id=task_id, variables=variables or {})

    def fail_external(self, task_id: str, message: str, code: str = "external_failed") -> None:
        """Raises NotWaiting."""
        self._act(self._owner(task_id), run.fail_external, task_id=task_id, code=code, message=message)

    def bpmn_error(self, task_id: str, code: str, message: str = "") -> None:
        """From a user or external task. Raises NotWaiting."""
        self._act(self._owner(task_id), run.bpmn_error, task_id=task_id, code=code, message=message)

    def retry(self, incident_id: str, variables: Mapping[str, Value] | None = None) -> None:
        """Raises NotWaiting."""
        self._act(self._owner(incident_id), run.retry, incident_id=incident_id, variables=variables or {})

    def cancel(self, instance: str) -> None:
        self._act(self._running[instance], run.cancel)

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
        reached = self._deliver(message, business_key, correlation or {}, variables or {})
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

    # -- serving what the engine asks for

    def _owner(self, token_id: str) -> _Running:
        for one in self._running.values():
            if token_id in one.tasks or token_id in one.external or token_id in one.incidents:
                return one
        raise NotWaiting(f"Bước {token_id} không còn chờ nữa.")

    def _act(self, one: _Running, verb: Callable[..., Advance], **command: Any) -> None:
        self._command(one, verb, **command)
        self._drain()

    def _command(self, one: _Running, verb: Callable[..., Advance], **command: Any) -> None:
        self._take(one, verb(self.library, one.snapshot, at=self.now, calendar=self.calendar, **command))

    def _take(self, one: _Running, advance: Advance) -> None:
        """Write down what changed, as the service writes its rows; queue what is asked for, completion last."""
        one.snapshot, one.outcome = advance.snapshot, advance.outcome
        one.path += [entry.element for entry in advance.log if entry.kind == "entered"]
        for rows, gone in (
            (one.tasks, [closed.id for closed in advance.tasks_closed]),
            (one.external, [closed.id for closed in advance.external_closed]),
            (one.timers, advance.timers_dropped),
            (one.subscriptions, advance.subscriptions_dropped),
            (one.incidents, advance.incidents_cleared),
        ):
            for key in gone:
                del rows[key]
        one.tasks.update({task.id: task for task in (*advance.tasks_opened, *advance.tasks_changed)})
        one.external.update({task.id: task for task in advance.external_opened})
        one.timers.update({timer.id: timer for timer in advance.timers_set})
        one.subscriptions.update({row.id: row for row in advance.subscriptions_added})
        one.incidents.update({incident.id: incident for incident in advance.incidents_raised})
        for effect in advance.effects:
            self._work.append(lambda effect=effect: self._serve(one, effect))  # type: ignore[misc]
        for timer in advance.timers_set:
            if timer.deadline.expression in ("asyncBefore", "asyncAfter"):
                self._work.append(lambda timer=timer: self._fire(one, timer.id))  # type: ignore[misc]
        if advance.outcome == "completed" and one.parent is not None:
            self._work.append(lambda: self._return(one))

    def _drain(self) -> None:
        """Do what was asked for, then try undelivered messages again, until nothing moves."""
        if self._busy:
            return
        self._busy = True
        try:
            while self._work or self._redeliver():
                while self._work:
                    self._work.popleft()()
        finally:
            self._busy = False

    def _serve(self, one: _Running, effect: Effect) -> None:
        if isinstance(effect, SendMessage):
            self.undelivered.append((one.id, effect))
        elif isinstance(effect, SendSignal):
            self._signal(effect.name, effect.variables)
        elif isinstance(effect, CallProcess):
            self._call(one, effect)
        elif isinstance(effect, CancelCall):
            for child in list(self._running.values()):
                if child.parent == (one.id, effect.token_id) and child.outcome == "active":
                    self._command(child, run.cancel)
        elif isinstance(effect, ThrowUp) and one.parent is not None:
            self._throw_up(one.parent, effect)

    def _call(self, one: _Running, call: CallProcess) -> None:
        """Start the called process; what cannot be started stands as an incident at the call."""
        try:
            called = self.library.process(
                call.key, binding=call.binding, version=call.version, deployment_id=one.definition.deployment_id
            )
            self._start(called, call.variables, call.business_key, parent=(one.id, call.token_id))
        except UnknownDefinition as error:
            self._command(one, run.fail_external, task_id=call.token_id, code=error.code, message=error.message)

    def _throw_up(self, parent: tuple[str, str], effect: ThrowUp) -> None:
        caller, token_id = self._running[parent[0]], parent[1]
        try:
            if effect.kind == "error":
                self._command(
                    caller,
                    run.bpmn_error,
                    task_id=token_id,
                    code=effect.code,
                    message=effect.message or "",
                    variables=effect.variables,
                )
            else:
                self._command(caller, run.escalate, token_id=token_id, code=effect.code, variables=effect.variables)
        except NotWaiting:
            return

    def _return(self, one: _Running) -> None:
        assert one.parent is not None
        try:
            self._command(
                self._running[one.parent[0]],
                run.finish_call,
                token_id=one.parent[1],
                variables=run.variables(one.snapshot),
            )
        except NotWaiting:
            return

    def _redeliver(self) -> bool:
        """Whether a message that waited for its receiver found one."""
        for place, (_, message) in enumerate(self.undelivered):
            try:
                self._deliver(message.name, message.business_key, message.correlation, message.variables)
            except (NotWaiting, MessageAmbiguous):
                continue
            del self.undelivered[place]
            return True
        return False

    def _deliver(
        self, name: str, business_key: str | None, correlation: Mapping[str, Value], variables: Mapping[str, Value]
    ) -> list[str]:
        hits = [
            (one, row.id)
            for one in self._running.values()
            if one.outcome == "active" and business_key in (None, one.business_key)
            for row in one.subscriptions.values()
            if row.kind == "message" and row.name == name and self._correlates(one, row.id, correlation)
        ]
        if len(hits) > 1:
            raise MessageAmbiguous(f"Thông điệp “{name}” khớp với {len(hits)} nơi đang chờ; không nơi nào được chuyển.")
        if hits:
            one, subscription_id = hits[0]
            self._command(one, run.deliver, subscription_id=subscription_id, variables=variables)
            return [one.id]
        started = self._start_by("message", name, variables, business_key)
        if not started:
            raise NotWaiting(f"Không nơi nào chờ thông điệp “{name}”.")
        return started

    def _correlates(self, one: _Running, token_id: str, correlation: Mapping[str, Value]) -> bool:
        if not correlation:
            return True
        seen = run.variables(one.snapshot, seen_from=token_id)
        return all(name in seen and run.same(seen[name], value) for name, value in correlation.items())

    def _signal(self, name: str, variables: Mapping[str, Value]) -> None:
        for one in list(self._running.values()):
            for row in list(one.subscriptions.values()):
                if row.kind == "signal" and row.name == name and row.id in one.subscriptions:
                    self._command(one, run.deliver, subscription_id=row.id, variables=variables)
        self._start_by("signal", name, variables, None)

    def _start_by(self, kind: str, name: str, variables: Mapping[str, Value], business_key: str | None) -> list[str]:
        """Start the latest version of every process that begins with it."""
        return [
            self._start(versions[-1], variables, business_key, element=event.element)
            for versions in list(self.library.processes.values())
            for event in versions[-1].starts
            if event.kind == kind and event.name == name
        ]

    # -- timers

    def _next_due(self) -> Callable[[], None] | None:
        """What fires next: the earliest due timer or timer start; None when nothing is due."""
        due: list[tuple[datetime, int, Callable[[], None]]] = []
        for start in self._starts:
            due.append((start.deadline.due_at, len(due), lambda start=start: self._begin(start)))  # type: ignore[misc]
        for one in self._running.values():
            for timer in one.timers.values():
                act = lambda one=one, timer=timer: self._fire(one, timer.id)  # noqa: E731
                due.append((timer.deadline.due_at, len(due), act))
        ready = [entry for entry in due if entry[0] <= self.now.astimezone(UTC)]
        return min(ready)[2] if ready else None

    def _fire(self, one: _Running, timer_id: str) -> None:
        if timer_id in one.timers:
            self._command(one, run.fire, timer_id=timer_id)

    def _begin(self, start: _TimerStart) -> None:
        following = run.next_begin(start.deadline, start.left, at=self.now, calendar=self.calendar)
        if following is None:
            self._starts.remove(start)
        else:
            start.deadline, start.left = following
        self._start(start.definition, {}, None, element=start.element)


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
