"""What a token opens to the outside: user tasks, external tasks, timers; and how it withdraws them."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from workflows.clock import Clock
from workflows.errors import ExpressionError, WorkflowError
from workflows.model import CancelCall, Deadline, Effect, ExternalTask, FormRef, OpenTask, Value
from workflows.retries import pauses
from workflows.specs.activities import Call, External, User, version_of
from workflows.specs.events import Boundary, Trigger
from workflows.specs.multi_instance import MultiInstance
from workflows.tokens import STARTED, Token
from workflows.values import as_text, own
from workflows.variables import Variables, whole

DEFAULT_PRIORITY = 50
MAX_PRIORITY = 2**31 - 1


class Opening(Variables):
    """Mixed into `Instance`."""

    clock: Clock
    effects: list[Effect]
    again: list[float]
    """Pauses before further tries of what fails in this command; none where a person or a worker has acted."""
    hops: int
    """Asynchronous continuations up to this command, nobody having acted since the first of them."""

    def begin_clock(self, clock: Clock) -> None:
        self.clock = clock
        self.functions = clock.functions
        self.opened_tasks: dict[UUID, OpenTask] = {}
        self.opened_external: dict[UUID, ExternalTask] = {}
        self._shown: dict[int, tuple[Value, Value]] = {}

    # -- tasks

    def open_task(self, token: Token, node: User) -> None:
        """Raises ExpressionError, NotWhole."""
        token.deadline = token.deadline or self.due(node.due_date, token)
        self.opened_tasks[token.id] = self.task_row(token, node)
        token.open = True

    def due(self, template: Any, token: Token) -> Deadline | None:
        if template is None:
            return None
        return self.clock.due(lambda: self.value(template, token), template.text)

    def task_row(self, token: Token, node: User) -> OpenTask:
        """The row as drawn. Raises ExpressionError, NotWhole."""
        follow_up = self.due(node.follow_up_date, token)
        form_key, form_ref = self._form(token, node)
        return OpenTask(
            id=str(token.id),
            element=node.bpmn_id,
            name=self._name(token, node),
            lane=node.lane,
            assignee=self.text(node.assignee, token) or None,
            candidate_groups=self.names(node.candidate_groups, token),
            candidate_users=self.names(node.candidate_users, token),
            deadline=token.deadline,
            follow_up_at=follow_up.due_at if follow_up is not None else None,
            priority=self._priority(token, node),
            form_key=form_key,
            form_ref=form_ref,
            properties={name: self.text(value, token) or "" for name, value in node.properties.items()},
        )

    def _name(self, token: Token, node: User) -> str:
        if node.name_template is None:
            return node.bpmn_id  # type: ignore[no-any-return]
        return self.text(node.name_template, token) or node.bpmn_id

    def _form(self, token: Token, node: User) -> tuple[str | None, FormRef | None]:
        if node.form_ref is None:
            return self.text(node.form_key, token), None
        key = self.text(node.form_ref, token) or ""
        version = version_of(node.form_version, token, node.bpmn_id)
        return self.text(node.form_key, token) or key, FormRef(key=key, binding=node.form_binding, version=version)

    def _priority(self, token: Token, node: User) -> int:
        value = self.value(node.priority, token)
        if node.priority is None or value is None:
            return DEFAULT_PRIORITY
        return whole(value, MAX_PRIORITY, node.priority.text, node.bpmn_id)

    def names(self, template: Any, token: Token) -> tuple[str, ...]:
        """A list, or text with commas."""
        value: Value = self.value(template, token)
        if value is None:
            return ()
        parts = [as_text(part) for part in value] if isinstance(value, (list, tuple)) else as_text(value).split(",")
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def open_external(self, token: Token, node: External) -> None:
        """Raises ExpressionError."""
        retry = self.text(node.retries, token)
        self.opened_external[token.id] = ExternalTask(
            id=str(token.id),
            element=node.bpmn_id,
            name=node.label,
            topic=self.text(node.topic, token) or "",
            variables={name: self.shown(value) for name, value in self.view(token).items()},
            retry_after=None if retry is None else pauses(retry),
        )
        token.open = True

    def shown(self, value: Value) -> Value:
        """A copy for those outside: one for all that a command opens, however many items a list is gone through for."""
        kept = self._shown.get(id(value))
        if kept is None or kept[0] is not value:
            kept = self._shown[id(value)] = (value, own(value))
        return kept[1]

    # -- timers

    def set_timer(self, token: Token, trigger: Trigger) -> None:
        """Raises ExpressionError."""
        template = trigger.expression
        if template is None:
            raise ExpressionError("Hẹn giờ chưa có thời điểm.")
        if isinstance(token.task_spec, Boundary):
            self.clock.host = lambda: self.host_deadline(token.parent)
        try:
            token.deadline, token.left = self.clock.timer(
                lambda: self.value(template, token), trigger.timer or "date", template.text
            )
        finally:
            self.clock.host = None

    def host_deadline(self, host: Token) -> Deadline | None:
        """A task's own; of a multi-instance as a whole, the body's due date seen from outside its items."""
        node = host.task_spec
        if host.deadline is None and isinstance(node, MultiInstance):
            body = host.workflow.spec.task_specs[node.body]
            if isinstance(body, User):
                host.deadline = self.due(body.due_date, host)
        return host.deadline

    def postpone(self, token: Token, job: Literal["before", "after"]) -> None:
        """asyncBefore / asyncAfter: a timer that is due at once, fired in a command of its own."""
        token.job, token.open, token.hops = job, False, self.hops
        token.wait()
        name = "asyncBefore" if job == "before" else "asyncAfter"
        token.deadline = Deadline(due_at=self.clock.at, expression=name, started_at=self.clock.at)

    def drawn_pauses(self, token: Token) -> list[float]:
        """`failedJobRetryTimeCycle` in seconds; what cannot be worked out is none: the failure itself is told."""
        try:
            retry = self.text(token.task_spec.retries, token)
            return [] if retry is None else [pause.total_seconds() for pause in pauses(retry)]
        except WorkflowError:
            return []

    def withdraw(self, token: Token) -> None:
        """A cancelled token takes back what it asked for outside."""
        self.opened_tasks.pop(token.id, None)
        self.opened_external.pop(token.id, None)
        if isinstance(token.task_spec, Call) and token.state == STARTED:
            self.effects.append(CancelCall(token_id=str(token.id)))
