"""The values that go in and come out of the engine: frozen, keyword-only, without behaviour.

Instants are aware datetimes in UTC; a naive one is refused where it enters. Ids of tokens, tasks, timers,
subscriptions and incidents are the UUIDs SpiffWorkflow drew for the live tokens, as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

Value = Any
"""A variable's value: None, bool, int, Decimal, str, date, datetime, time, timedelta, list or dict of these."""

Binding = Literal["latest", "deployment", "version"]

STOPPED = datetime(9999, 12, 31, tzinfo=UTC)
"""`due_at` of a deadline whose clock stands (a pause without an end): never due, until `reschedule` ends the pause."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing found by the check of a diagram, table or form."""

    file: str
    element: str | None
    line: int | None
    severity: Literal["error", "warning"]
    code: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """One instance as it is stored. `state` is opaque; `format` is the number its layout goes by."""

    definition_id: str
    business_key: str | None
    state: bytes
    format: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """When something is due, and all that is needed to work it out again.

    `budget` counts working days (None for a fixed moment); `percent` is the share of the budget this moment
    stands for: 100 for the due date, 80 for the warning.
    """

    due_at: datetime
    expression: str
    started_at: datetime
    budget: int | None = None
    percent: int = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTask:
    """A user task that waits for a person."""

    id: str
    element: str
    name: str
    lane: str | None
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    deadline: Deadline | None
    follow_up_at: datetime | None
    priority: int
    form_key: str | None
    """`camunda:formKey`, or the id of a Camunda Form (`camunda:formRef`): the key handlers go by."""
    form_ref: FormRef | None
    properties: Mapping[str, str]
    """`camunda:properties`, expressions evaluated. `unit` moves the task to another unit's people."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FormRef:
    """A Camunda Form by id and binding."""

    key: str
    binding: Binding = "latest"
    version: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExternalTask:
    """A service task, send task or message event with `camunda:type="external"` that waits for its worker."""

    id: str
    """Kept by `retry`: a task that failed, was closed and opens again has the id it had."""
    element: str
    name: str
    topic: str
    variables: Mapping[str, Value]
    """Everything in its sight: its input parameters before the process's variables of the same name."""
    retry_after: tuple[timedelta, ...] | None = None
    """The pause before each further try of the service's own worker; None: the service's own way."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Closed:
    """A task that waits no longer."""

    id: str
    element: str
    reason: Literal["completed", "cancelled"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    """A timer event that waits; or an element with asyncBefore/asyncAfter, due at once, that goes on when fired.

    Or one that failed in such a command and tries again by itself (`failedJobRetryTimeCycle`).
    """

    id: str
    element: str
    deadline: Deadline
    host: str | None = None
    """The id of the task that a boundary timer sits on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """A message or signal that a token waits for."""

    id: str
    element: str
    kind: Literal["message", "signal"]
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """A token that could not go on; it stands before `element` until `retry`."""

    id: str
    element: str
    code: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SendMessage:
    """A message thrown: by business key, or by variables the receiver must hold with equal values."""

    name: str
    business_key: str | None
    correlation: Mapping[str, Value]
    variables: Mapping[str, Value]
    element: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SendSignal:
    """A signal thrown to everyone else who waits for it: its own instance has heard it."""

    name: str
    variables: Mapping[str, Value]
    element: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallProcess:
    """A call activity asks for a process: an instance of its own, its version chosen now by the binding."""

    token_id: str
    element: str
    key: str
    binding: Binding
    version: int | None
    business_key: str | None
    variables: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelCall:
    """The call activity was cancelled: so is the called instance."""

    token_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ThrowUp:
    """An error or escalation that nobody inside caught: for the calling token, if there is one."""

    kind: Literal["error", "escalation"]
    code: str | None
    message: str | None
    variables: Mapping[str, Value]


Effect = SendMessage | SendSignal | CallProcess | CancelCall | ThrowUp


@dataclass(frozen=True, kw_only=True, slots=True)
class LogEntry:
    """One step of the path: an element entered, left or cancelled."""

    kind: Literal["entered", "left", "cancelled"]
    element: str
    name: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Advance:
    """What one command did: the new state, and the rows that came, changed or went.

    Every list is a difference against the state before the command, so that a caller writes only what changed.
    """

    snapshot: Snapshot
    outcome: Literal["active", "completed", "cancelled"]
    variables: Mapping[str, Value]
    """The process's own variables after the command."""
    tasks_opened: tuple[OpenTask, ...] = ()
    tasks_changed: tuple[OpenTask, ...] = ()
    """Open before and after, with another deadline (only `reschedule` does this). Take the deadline only: the rest is
    as drawn, not as people have claimed or reassigned it since."""
    tasks_closed: tuple[Closed, ...] = ()
    external_opened: tuple[ExternalTask, ...] = ()
    external_closed: tuple[Closed, ...] = ()
    timers_set: tuple[Timer, ...] = ()
    """New ones and those that were re-armed or rescheduled (same id, other deadline)."""
    timers_dropped: tuple[str, ...] = ()
    subscriptions_added: tuple[Subscription, ...] = ()
    subscriptions_dropped: tuple[str, ...] = ()
    incidents_raised: tuple[Incident, ...] = ()
    incidents_cleared: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    log: tuple[LogEntry, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class StartEvent:
    """A way a process can begin. `kind` none, message, timer or signal; `name` the message's or signal's."""

    element: str
    kind: Literal["none", "message", "timer", "signal"]
    name: str | None = None
    expression: str | None = None
    """The timer's date, duration or cycle as drawn."""
    timer: Literal["date", "duration", "cycle"] | None = None
    initiator: str | None = None
    """The variable that is to hold who started the process (`run.start(started_by=…)`)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """One version of one process. `spec` is the parsed skeleton, shared by every instance of that version."""

    id: str
    key: str
    version: int
    name: str
    deployment_id: str
    sha256: str
    """Of the whole file, hexadecimal: specs are cached by it."""
    starts: tuple[StartEvent, ...]
    form_keys: frozenset[str]
    topics: frozenset[str]
    calls: frozenset[str]
    decisions: frozenset[str]
    elements: Mapping[str, str]
    """Element id -> drawn name (or the id where it has none)."""
    starter_groups: tuple[str, ...] = ()
    lanes: Mapping[str, str] = field(default_factory=dict)
    """Element id -> innermost lane's name."""
    version_tag: str | None = None
    """`camunda:versionTag`: the process owner's own name for this version."""
    history_time_to_live: str | None = None
    """`camunda:historyTimeToLive` as drawn: days, or an ISO duration."""
    spec: Any = None
