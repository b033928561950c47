"""The surroundings of a simulated run: what the service does with an `Advance`, in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from workflows import run
from workflows.calendar import WorkCalendar
from workflows.errors import NotWaiting, UnknownDefinition, WorkflowError
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

MAX_CALL_DEPTH = 100
MAX_CALLS = 5_000
"""Processes called in consequence of one command; one that calls itself twice over soon asks for millions."""
MAX_WORK = 30_000
"""Calls, messages and asynchronous steps set off by one command; processes that set each other off never end."""


class MessageAmbiguous(WorkflowError):
    """A message that fits more than one waiting token; nobody moves."""

    code = "message_ambiguous"


@dataclass(slots=True)
class Running:
    id: str
    definition: Definition
    business_key: str | None
    snapshot: Snapshot
    parent: tuple[str, str] | None
    """Instance and call token."""
    outcome: str = "active"
    called: list[str] = field(default_factory=list)
    """The instances that its call activities began."""
    path: list[str] = field(default_factory=list)
    tasks: dict[str, OpenTask] = field(default_factory=dict)
    external: dict[str, ExternalTask] = field(default_factory=dict)
    timers: dict[str, Timer] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)


@dataclass(slots=True)
class TimerStart:
    definition: Definition
    element: str
    deadline: Deadline
    left: int | None


class World:
    """A clock, what is deployed, the instances that run, and the work they asked for."""

    def __init__(self, *, at: datetime, calendar: WorkCalendar | None = None) -> None:
        """`at` is aware; the calendar is Vietnam's without local overrides when none is given."""
        self.now = at
        self.calendar = calendar or WorkCalendar()
        self.library = Shelf()
        self.undelivered: list[tuple[str, SendMessage]] = []
        """Thrown messages that nobody waits for yet, with the sender; tried again after every command."""
        self._running: dict[str, Running] = {}
        self._waiting: dict[str, Running] = {}
        """Those that wait for a message or signal: nobody else need be asked."""
        self._starts: list[TimerStart] = []
        self._work: deque[Callable[[], None]] = deque()
        self._busy = False
        self._calls = 0

    def _timer_starts(self, definition: Definition) -> list[TimerStart]:
        found = []
        for event in definition.starts:
            if event.kind == "timer":
                deadline, left = run.begin_timer(event, at=self.now, calendar=self.calendar)
                found.append(TimerStart(definition, event.element, deadline, left))
        return found

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
        self._running[name] = Running(name, definition, business_key, advance.snapshot, parent)
        if parent is not None:
            self._running[parent[0]].called.append(name)
        self._take(self._running[name], advance)
        return name

    # -- serving what the engine asks for

    def _owner(self, token_id: str) -> Running:
        for one in self._running.values():
            if token_id in one.tasks or token_id in one.external or token_id in one.incidents:
                return one
        raise NotWaiting(f"Bước {token_id} không còn chờ nữa.")

    def _act(self, one: Running, verb: Callable[..., Advance], **command: Any) -> None:
        self._command(one, verb, **command)
        self._drain()

    def _command(self, one: Running, verb: Callable[..., Advance], **command: Any) -> None:
        self._take(one, verb(self.library, one.snapshot, at=self.now, calendar=self.calendar, **command))

    def _take(self, one: Running, advance: Advance) -> None:
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
        if one.subscriptions:
            self._waiting[one.id] = one
        else:
            self._waiting.pop(one.id, None)
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
        self._busy, self._calls = True, 0
        try:
            for _ in range(MAX_WORK):
                if not self._work and not self._redeliver():
                    return
                if self._work:
                    self._work.popleft()()
            self._work.clear()
            raise WorkflowError("Các quy trình gọi nhau hoặc nhắn nhau không dứt.", code="endless_loop")
        finally:
            self._busy = False

    def _serve(self, one: Running, effect: Effect) -> None:
        if isinstance(effect, SendMessage):
            self.undelivered.append((one.id, effect))
        elif isinstance(effect, SendSignal):
            self._signal(effect.name, effect.variables, thrower=one)
        elif isinstance(effect, CallProcess):
            self._call(one, effect)
        elif isinstance(effect, CancelCall):
            for child in [self._running[called] for called in one.called]:
                if child.parent == (one.id, effect.token_id) and child.outcome == "active":
                    self._command(child, run.cancel)
        elif isinstance(effect, ThrowUp) and one.parent is not None:
            self._throw_up(one.parent, effect)

    def _call(self, one: Running, call: CallProcess) -> None:
        """Start the called process; what cannot be started stands as an incident at the call."""
        try:
            self._calls += 1
            if self._depth(one) >= MAX_CALL_DEPTH or self._calls > MAX_CALLS:
                raise UnknownDefinition("Các quy trình gọi lẫn nhau không dừng.", code="endless_calls")
            called = self.library.process(
                call.key, binding=call.binding, version=call.version, deployment_id=one.definition.deployment_id
            )
            self._start(called, call.variables, call.business_key, parent=(one.id, call.token_id))
        except UnknownDefinition as error:
            self._command(one, run.fail_external, task_id=call.token_id, code=error.code, message=error.message)

    def _depth(self, one: Running) -> int:
        """How many callers are above it."""
        depth = 0
        while one.parent is not None:
            one, depth = self._running[one.parent[0]], depth + 1
        return depth

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

    def _return(self, one: Running) -> None:
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
            for one in self._waiting.values()
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
        if self._begins(name) > 1:
            raise MessageAmbiguous(f"Thông điệp “{name}” bắt đầu nhiều quy trình; không quy trình nào được bắt đầu.")
        started = self._start_by("message", name, variables, business_key)
        if not started:
            raise NotWaiting(f"Không nơi nào chờ thông điệp “{name}”.")
        return started

    def _begins(self, name: str) -> int:
        """How many start events of newest versions a message has."""
        newest = [versions[-1] for versions in self.library.processes.values()]
        return sum(event.kind == "message" and event.name == name for one in newest for event in one.starts)

    def _correlates(self, one: Running, token_id: str, correlation: Mapping[str, Value]) -> bool:
        if not correlation:
            return True
        seen = run.variables(one.snapshot, seen_from=token_id)
        return all(name in seen and run.same(seen[name], value) for name, value in correlation.items())

    def _signal(self, name: str, variables: Mapping[str, Value], thrower: Running | None = None) -> None:
        for one in [each for each in self._waiting.values() if each is not thrower]:
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

    def _fire(self, one: Running, timer_id: str) -> None:
        if timer_id in one.timers:
            self._command(one, run.fire, timer_id=timer_id)

    def _begin(self, start: TimerStart) -> None:
        following = run.next_begin(start.deadline, start.left, at=self.now, calendar=self.calendar)
        if following is None:
            self._starts.remove(start)
        else:
            start.deadline, start.left = following
        self._start(start.definition, {}, None, element=start.element)
