"""The engine's face: one command in, one `Advance` out. Nothing is stored, sent or looked up here.

Every verb raises `NotWaiting` when what it names is not there (any more), `UnknownDefinition` when the library
does not hold the version, `StateUnreadable` for a state it cannot read, `ValueRefused` and `VariablesTooLarge` for
variables it cannot store. Those refuse the act. Whatever fails after an accepted act becomes an incident instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from workflows import rows, state
from workflows.calendar import Pause, WorkCalendar
from workflows.clock import Clock
from workflows.errors import NotWaiting, UnknownDefinition, WorkflowError
from workflows.feel.scope import shared_budget
from workflows.instance import Instance
from workflows.library import Library
from workflows.model import STOPPED, Advance, Deadline, Definition, Snapshot, StartEvent, Value
from workflows.moves import EndlessLoop, Runaway
from workflows.retrying import retry_by_itself, retry_token
from workflows.specs.activities import Call, EventSubProcess, External, User
from workflows.specs.events import Boundary
from workflows.specs.nodes import Node
from workflows.tokens import STARTED, WAITING, Token
from workflows.values import own_all, same

__all__ = [
    "begin_timer",
    "bpmn_error",
    "cancel",
    "complete",
    "deliver",
    "escalate",
    "extend",
    "fail_external",
    "finish_call",
    "finish_external",
    "fire",
    "is_suspended",
    "move",
    "next_begin",
    "reschedule",
    "resume",
    "retry",
    "same",
    "start",
    "suspend",
    "tokens",
    "variables",
]

variables = state.variables
tokens = state.standing
is_suspended = state.is_suspended


class TaskFailed(WorkflowError):
    """An external worker gave up."""

    code = "external_failed"


class Suspended(WorkflowError):
    """The instance stands still until it is resumed."""

    code = "suspended"


class ErrorUncaught(WorkflowError):
    """A BPMN error that nothing in the process catches."""

    code = "error_uncaught"


def start(
    library: Library,
    *,
    definition: Definition,
    business_key: str | None,
    variables: Mapping[str, Value],
    at: datetime,
    calendar: WorkCalendar,
    start_element: str | None = None,
    started_by: str | None = None,
) -> Advance:
    """Begin at `start_element` when a message, timer or signal begins it, else where Camunda would: at the none start
    event, without one at the timer's, or at the only one there is.

    `started_by` goes to the variable that the start event names as `camunda:initiator`; null where nobody did.

    Raises UnknownDefinition also when the process has no such start event.
    """
    wanted = start_element or definition.spec.process.initial
    begun = next((event for event in definition.starts if event.element == wanted), None)
    if begun is None or wanted is None:
        message = f"Quy trình “{definition.name}” không có sự kiện bắt đầu " + (wanted or "loại thường (none)") + "."
        raise UnknownDefinition(message, element=wanted)
    given = own_all(variables) | ({begun.initiator: started_by} if begun.initiator else {})

    def fresh() -> Instance:
        one = Instance(library=library, definition=definition, at=at, calendar=calendar, business_key=business_key)
        one.variables = own_all(given)
        return one

    return _carried_out(fresh, lambda instance: instance.launch(wanted))


def complete(
    library: Library,
    snapshot: Snapshot,
    *,
    task_id: str,
    variables: Mapping[str, Value],
    at: datetime,
    calendar: WorkCalendar,
) -> Advance:
    """A person finished a user task with these answers."""

    def act(instance: Instance) -> None:
        token = _open(instance, task_id, User)
        _finish(instance, token, variables)

    return _command(library, snapshot, at, calendar, act)


def finish_external(
    library: Library,
    snapshot: Snapshot,
    *,
    task_id: str,
    variables: Mapping[str, Value],
    local_variables: Mapping[str, Value] | None = None,
    at: datetime,
    calendar: WorkCalendar,
) -> Advance:
    """A worker finished an external task; the step's own variables are for its output parameters, and go with it."""

    def act(instance: Instance) -> None:
        token = _open(instance, task_id, External)
        _finish(instance, token, variables, local_variables or {})

    return _command(library, snapshot, at, calendar, act)


def fail_external(
    library: Library,
    snapshot: Snapshot,
    *,
    task_id: str,
    code: str,
    message: str,
    at: datetime,
    calendar: WorkCalendar,
) -> Advance:
    """A worker gave up, or a called process could not be started: an incident there.

    The task closes; `retry` opens it again, or calls again.
    """

    def act(instance: Instance) -> None:
        token = _thrower(instance, task_id)
        if isinstance(token.task_spec, User):
            raise _gone(task_id)
        token.open = False
        instance.park(token, "act", TaskFailed(message, element=token.task_spec.bpmn_id, code=code))

    return _command(library, snapshot, at, calendar, act)


def bpmn_error(
    library: Library,
    snapshot: Snapshot,
    *,
    task_id: str,
    code: str,
    message: str = "",
    variables: Mapping[str, Value] | None = None,
    at: datetime,
    calendar: WorkCalendar,
) -> Advance:
    """A worker, a person, or a called process (whose variables these are, mapped first) reports a BPMN error.

    Uncaught here it goes up as an effect, and the task stands as an incident: nothing is skipped in silence.
    """

    def act(instance: Instance) -> None:
        token = _thrower(instance, task_id)
        _hand_over(instance, token, variables or {})
        instance.accepted.add(token.id)
        if not instance.throw("error", code, token, message=message or None):
            token.open = False
            text = f"Không nơi nào trong quy trình bắt lỗi “{code}” của “{token.task_spec.label}”. {message}".strip()
            instance.park(token, "act", ErrorUncaught(text, element=token.task_spec.bpmn_id))

    return _command(library, snapshot, at, calendar, act)


def escalate(
    library: Library,
    snapshot: Snapshot,
    *,
    token_id: str,
    code: str | None,
    variables: Mapping[str, Value] | None = None,
    at: datetime,
    calendar: WorkCalendar,
) -> Advance:
    """A called process, or a task, escalates. Nobody need catch it: then it goes up as an effect."""

    def act(instance: Instance) -> None:
        token = _thrower(instance, token_id)
        _hand_over(instance, token, variables or {})
        instance.throw("escalation", code, token)

    return _command(library, snapshot, at, calendar, act)


def deliver(
    library: Library,
    snapshot: Snapshot,
    *,
    subscription_id: str,
    variables: Mapping[str, Value],
    at: datetime,
    calendar: WorkCalendar,
) -> Advance:
    """A message or signal reaches the one token that waits for it."""

    def act(instance: Instance) -> None:
        token = instance.by_id(subscription_id)
        if token.state != WAITING or token.subscribed is None or token.failure is not None:
            raise _gone(subscription_id)
        instance.fire(token, variables)

    return _command(library, snapshot, at, calendar, act)


def fire(library: Library, snapshot: Snapshot, *, timer_id: str, at: datetime, calendar: WorkCalendar) -> Advance:
    """A timer is due. One that was put off in the meantime is NotWaiting."""

    def act(instance: Instance) -> None:
        token = instance.by_id(timer_id)
        deadline = token.deadline
        waits = token.job is not None or (token.task_spec.kind == "timer" and not token.running)
        stands = token.state == WAITING and token.failure is None and waits
        if deadline is None or not (stands or token.again is not None):
            raise _gone(timer_id)
        if deadline.due_at > instance.clock.at:
            raise NotWaiting("Hẹn giờ này chưa đến hạn.", element=token.task_spec.bpmn_id)
        if token.again is not None:
            retry_by_itself(instance, token)
        else:
            instance.fire(token)

    return _command(library, snapshot, at, calendar, act)


def finish_call(
    library: Library,
    snapshot: Snapshot,
    *,
    token_id: str,
    variables: Mapping[str, Value],
    at: datetime,
    calendar: WorkCalendar,
) -> Advance:
    """The called instance completed with these process variables. NotWaiting: the call went another way; ignore it."""

    def act(instance: Instance) -> None:
        token = _calling(instance, token_id)
        token.returned = own_all(variables)
        token._ready()

    return _command(library, snapshot, at, calendar, act)


def retry(
    library: Library,
    snapshot: Snapshot,
    *,
    incident_id: str,
    at: datetime,
    calendar: WorkCalendar,
    variables: Mapping[str, Value] | None = None,
) -> Advance:
    """Let a parked token try again. `variables` are corrections, written first where the token finds them."""

    def act(instance: Instance) -> None:
        token = instance.by_id(incident_id)
        if token.failure is None:
            raise _gone(incident_id)
        instance.write_all(token, own_all(variables or {}))
        retry_token(instance, token)

    return _command(library, snapshot, at, calendar, act)


def reschedule(
    library: Library, snapshot: Snapshot, *, at: datetime, calendar: WorkCalendar, pauses: Sequence[Pause] = ()
) -> Advance:
    """Work out every deadline that counts working days again: the calendar changed, or the clock was paused.

    While a pause has no end such a deadline is `model.STOPPED`. Nothing fires here.
    """

    instance = _load(library, snapshot, at, calendar)
    before = rows.scan(instance)
    for token in instance.live():
        deadline = token.deadline
        if deadline is not None and deadline.budget is not None:
            token.deadline = instance.clock.recounted(deadline, tuple(pauses))
    return rows.advance(instance, before)


def extend(
    library: Library, snapshot: Snapshot, *, task_id: str, days: int, at: datetime, calendar: WorkCalendar
) -> Advance:
    """Give an open task so many working days more, from where its clock began.

    Warnings and escalations on it that have not fired yet move with it. A deadline that counts no working days stays.
    """
    instance = _load(library, snapshot, at, calendar)
    before = rows.scan(instance)
    token = instance.by_id(task_id)
    given = token.deadline
    if not token.open:
        raise _gone(task_id)
    for each in (token, *token.children):
        own = each.deadline
        if given is None or given.budget is None or own is None or own.budget != given.budget:
            continue
        own = replace(own, budget=given.budget + days)
        each.deadline = own if own.due_at >= STOPPED else instance.clock.recounted(own, ())
    return rows.advance(instance, before)


def cancel(library: Library, snapshot: Snapshot, *, at: datetime, calendar: WorkCalendar) -> Advance:
    """End the instance with everything in it; called processes are cancelled by effects."""
    instance = _load(library, snapshot, at, calendar)
    before = rows.scan(instance)
    instance.kill_children(instance.task_tree)
    return rows.advance(instance, before, cancelled=True)


def suspend(library: Library, snapshot: Snapshot, *, at: datetime, calendar: WorkCalendar) -> Advance:
    """Nothing moves until `resume`: every other verb is refused, except `cancel` and `reschedule`. Rows stay."""
    return _held(library, snapshot, at, calendar, suspended=True)


def resume(library: Library, snapshot: Snapshot, *, at: datetime, calendar: WorkCalendar) -> Advance:
    """It goes on; timers that came due meanwhile are due now."""
    return _held(library, snapshot, at, calendar, suspended=False)


def move(
    library: Library, snapshot: Snapshot, *, token_id: str, to: str, at: datetime, calendar: WorkCalendar
) -> Advance:
    """Cancel what stands at one element and begin at another of the same process or sub-process instead.

    `token_id` is any open row's: task, timer, subscription, incident. A multi-instance moves as a whole. Raises
    UnknownDefinition for an element that no token can be put on.
    """

    def act(instance: Instance) -> None:
        token = instance.by_id(token_id)
        while not token.at_top:
            token = token.parent
        scope = token.workflow
        node = scope.spec.task_specs.get(to)
        if (
            token.listening
            or not isinstance(node, Node)
            or isinstance(node, (Boundary, EventSubProcess))
            or node.is_body
        ):
            raise UnknownDefinition(f"Không chuyển được đến “{to}”: cùng cấp không có bước nào như vậy.", element=to)
        for other in list(scope.task_tree.children):
            if other is not token and token.group is not None and other.group == token.group:
                instance.kill(other)
        instance.kill(token)
        instance.token(scope, to, scope.task_tree)

    return _command(library, snapshot, at, calendar, act)


def begin_timer(event: StartEvent, *, at: datetime, calendar: WorkCalendar) -> tuple[Deadline, int | None]:
    """When a timer start event is first due, and how often it will be (None: without end).

    Raises ExpressionError.
    """
    from workflows.camunda.templates import template

    drawn = template(event.expression)
    clock = Clock(at, calendar)
    evaluate = (lambda: drawn.evaluate({}, clock.functions)) if drawn is not None else (lambda: None)
    return clock.timer(evaluate, event.timer or "date", event.expression or "")


def next_begin(
    deadline: Deadline, left: int | None, *, at: datetime, calendar: WorkCalendar
) -> tuple[Deadline, int | None] | None:
    """After a timer start event fired: when it is due again and how often; None when it is used up."""
    if left == 1:
        return None
    following, rest = Clock(at, calendar).next_round(deadline, left)
    return None if rest == 0 else (following, rest)


# -- inside a command


def _held(library: Library, snapshot: Snapshot, at: datetime, calendar: WorkCalendar, *, suspended: bool) -> Advance:
    instance = _load(library, snapshot, at, calendar)
    before = rows.scan(instance)
    instance.suspended = suspended
    return rows.advance(instance, before)


def _command(
    library: Library, snapshot: Snapshot, at: datetime, calendar: WorkCalendar, act: Callable[[Instance], None]
) -> Advance:
    if state.is_suspended(snapshot):
        raise Suspended("Hồ sơ đang tạm dừng; hãy cho chạy tiếp trước.")
    return _carried_out(lambda: _load(library, snapshot, at, calendar), act)


def _carried_out(load: Callable[[], Instance], act: Callable[[Instance], None]) -> Advance:
    """Load, remember what is open, act, settle, compare.

    A path without an end is taken back: the act stands, and what it would have set off waits as an incident. Raises
    EndlessLoop where the act itself has no end.
    """
    try:
        with shared_budget():
            instance, before = _acted(load, act)
            instance.settle()
    except Runaway as runaway:
        with shared_budget():
            instance, before = _acted(load, act)
        if not instance.stand(runaway):
            raise EndlessLoop(runaway.sentence, element=runaway.element) from runaway
    return rows.advance(instance, before)


def _acted(load: Callable[[], Instance], act: Callable[[Instance], None]) -> tuple[Instance, rows.Rows]:
    """The instance after the act, and what was open before it. Raises EndlessLoop."""
    instance = load()
    before = rows.scan(instance)
    try:
        act(instance)
    except Runaway as runaway:
        raise EndlessLoop(runaway.sentence, element=runaway.element) from runaway
    return instance, before


def _load(library: Library, snapshot: Snapshot, at: datetime, calendar: WorkCalendar) -> Instance:
    definition = library.definition(snapshot.definition_id)
    instance = Instance(
        library=library, definition=definition, at=at, calendar=calendar, business_key=snapshot.business_key
    )
    state.read(instance, snapshot)
    return instance


def _open(instance: Instance, task_id: str, kind: type) -> Token:
    token = instance.by_id(task_id)
    if not token.open or not isinstance(token.task_spec, kind):
        raise _gone(task_id)
    return token


def _calling(instance: Instance, token_id: str) -> Token:
    token = instance.by_id(token_id)
    waits = isinstance(token.task_spec, Call) and token.state == STARTED and token.failure is None
    if not waits:
        raise _gone(token_id)
    return token


def _thrower(instance: Instance, token_id: str) -> Token:
    """An open task or a running call."""
    token = instance.by_id(token_id)
    return token if token.open else _calling(instance, token_id)


def _hand_over(instance: Instance, token: Token, variables: Mapping[str, Value]) -> None:
    """A task's variables are written as answers; a called process's go through its `out` mappings."""
    if isinstance(token.task_spec, Call):
        instance.attempt(token, lambda token: token.task_spec.take_back(token, variables))
        return
    instance.write_all(token, variables)


def _finish(
    instance: Instance, token: Token, variables: Mapping[str, Value], local: Mapping[str, Value] | None = None
) -> None:
    """Write the answers; conditions they make true come first and may cancel the task (Camunda's order)."""
    instance.accepted.add(token.id)
    instance.write_all(token, variables)
    instance.write_local(token, local or {})
    instance.fire_conditions()
    if token.alive:
        instance.queue.append(token)


def _gone(token_id: str) -> NotWaiting:
    return NotWaiting(f"Bước {token_id} không còn chờ nữa.")
