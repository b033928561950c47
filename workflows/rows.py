"""What stands open in an instance, and what one command changed about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

from workflows import state
from workflows.errors import WorkflowError
from workflows.instance import Instance
from workflows.model import Advance, Closed, Deadline, Incident, OpenTask, Snapshot, Subscription, Timer
from workflows.specs.activities import User
from workflows.specs.events import Boundary
from workflows.tokens import WAITING, Token

Outcome = Literal["active", "completed", "cancelled"]


@dataclass(slots=True)
class Rows:
    """Everything open, by the token's id. For tasks: element and deadline. Rows are made of what changed only."""

    tasks: dict[UUID, tuple[str, Deadline | None]] = field(default_factory=dict)
    external: dict[UUID, str] = field(default_factory=dict)
    timers: dict[UUID, tuple[Deadline, Token]] = field(default_factory=dict)
    subscriptions: dict[UUID, Token] = field(default_factory=dict)
    incidents: dict[UUID, Incident] = field(default_factory=dict)


def scan(instance: Instance) -> Rows:
    """One look over the live tokens."""
    rows = Rows()
    for token in instance.tasks.values():
        if token._parent is not None:
            _add(rows, token)
    return rows


def _add(rows: Rows, token: Token) -> None:
    node, key = token.task_spec, token.id
    if token.failure is not None and token.again is not None:
        if token.deadline is not None:
            rows.timers[key] = (token.deadline, token)
    elif token.failure is not None:
        failure = token.failure
        rows.incidents[key] = Incident(id=str(key), element=node.bpmn_id, code=failure.code, message=failure.message)
    elif token.open:
        if isinstance(node, User):
            rows.tasks[key] = (node.bpmn_id, token.deadline)
        else:
            rows.external[key] = node.bpmn_id
    elif token.job is not None and token.deadline is not None:
        rows.timers[key] = (token.deadline, token)
    elif token.state == WAITING:
        if token.subscribed is not None and node.kind in ("message", "signal"):
            rows.subscriptions[key] = token
        elif node.kind == "timer" and token.deadline is not None:
            rows.timers[key] = (token.deadline, token)


def _timer(token: Token, deadline: Deadline) -> Timer:
    node = token.task_spec
    host = str(token.parent.id) if isinstance(node, Boundary) else None
    return Timer(id=str(token.id), element=node.bpmn_id, deadline=deadline, host=host)


def _subscription(token: Token) -> Subscription:
    node = token.task_spec
    return Subscription(id=str(token.id), element=node.bpmn_id, kind=node.kind, name=token.subscribed or "")


def advance(instance: Instance, before: Rows, *, cancelled: bool = False) -> Advance:
    """The command's result. Raises VariablesTooLarge."""
    after = scan(instance)
    outcome: Outcome = "cancelled" if cancelled else "completed" if instance.completed else "active"
    return Advance(
        snapshot=Snapshot(
            definition_id=instance.definition.id,
            business_key=instance.business_key,
            state=state.write(instance),
            format=state.FORMAT,
        ),
        outcome=outcome,
        variables=instance.variables,
        tasks_opened=tuple(
            row for key, row in instance.opened_tasks.items() if key in after.tasks and key not in before.tasks
        ),
        tasks_changed=tuple(_changed(instance, before, after)),
        tasks_closed=tuple(
            _closed(instance, key, before.tasks[key][0]) for key in before.tasks if key not in after.tasks
        ),
        external_opened=tuple(
            row for key, row in instance.opened_external.items() if key in after.external and key not in before.external
        ),
        external_closed=tuple(
            _closed(instance, key, before.external[key]) for key in before.external if key not in after.external
        ),
        timers_set=tuple(_timer(row[1], row[0]) for key, row in after.timers.items() if before.timers.get(key) != row),
        timers_dropped=tuple(str(key) for key in before.timers if key not in after.timers),
        subscriptions_added=tuple(
            _subscription(row) for key, row in after.subscriptions.items() if key not in before.subscriptions
        ),
        subscriptions_dropped=tuple(str(key) for key in before.subscriptions if key not in after.subscriptions),
        incidents_raised=tuple(row for key, row in after.incidents.items() if before.incidents.get(key) != row),
        incidents_cleared=tuple(str(key) for key in before.incidents if key not in after.incidents),
        effects=tuple(instance.effects),
        log=tuple(instance.log),
    )


def _closed(instance: Instance, key: UUID, element: str) -> Closed:
    reason: Literal["completed", "cancelled"] = "completed" if key in instance.accepted else "cancelled"
    return Closed(id=str(key), element=element, reason=reason)


def _changed(instance: Instance, before: Rows, after: Rows) -> Iterator[OpenTask]:
    """Tasks open before and after, with another deadline."""
    for key, (_, deadline) in after.tasks.items():
        if key in before.tasks and before.tasks[key][1] != deadline:
            yield _as_drawn(instance, key, deadline)


def _as_drawn(instance: Instance, key: UUID, deadline: Deadline | None) -> OpenTask:
    """The row worked out again; where that fails now, what needs no expression."""
    token = instance.tasks[key]
    node = token.task_spec
    try:
        return replace(instance.task_row(token, node), deadline=deadline)
    except WorkflowError:
        return OpenTask(
            id=str(key),
            element=node.bpmn_id,
            name=node.label,
            lane=node.lane,
            assignee=None,
            candidate_groups=(),
            candidate_users=(),
            deadline=deadline,
            follow_up_at=None,
            priority=50,
            form_key=None,
            form_ref=None,
            properties={},
        )
