"""Activities: user and external tasks, script, rule, send, sub-processes, call activities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import SubWorkflowTaskMixin

from workflows.camunda.templates import Template, plain
from workflows.decisions import mapped_result
from workflows.model import Binding, CallProcess, Value
from workflows.specs.events import Trigger, arm, carried, message_of
from workflows.specs.nodes import Node
from workflows.tokens import STARTED, Token
from workflows.values import own_all
from workflows.variables import InOut, whole


class Plain(Node):
    """Undefined and manual tasks: passed through, as Camunda does."""


class Manual(Node):
    """Waits for somebody outside: `complete` or `finish_external` runs it."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = True


class User(Manual):
    """A user task. Its templates are worked out once, when it opens."""

    name_template: Template | None = None
    assignee: Template | None = None
    candidate_groups: Template | None = None
    candidate_users: Template | None = None
    due_date: Template | None = None
    follow_up_date: Template | None = None
    priority: Template | None = None
    form_key: Template | None = None
    form_ref: Template | None = None
    form_binding: Binding = "latest"
    form_version: Template | None = None
    form_fields: tuple[Any, ...] = ()
    """`camunda:formData`, as `camunda.forms.FormField`."""

    def open(self, token: Token) -> None:
        token.instance.open_task(token, self)


class External(Manual):
    """Waits for a worker of its topic: service task, send task, rule task or message event."""

    topic: Template | None = None

    def open(self, token: Token) -> None:
        token.instance.open_external(token, self)


class Send(Node):
    """A send task without a worker: throws its message."""

    message: Template | None = None

    def act(self, token: Token) -> None:
        token.instance.effects.append(message_of(self, token, self.message))


class Script(Node):
    """A FEEL or JUEL expression whose value goes to `result_variable`."""

    script: Template | None = None
    result_variable: str | None = None

    def act(self, token: Token) -> None:
        value = token.instance.value(self.script, token)
        if self.result_variable:
            token.instance.write(token, self.result_variable, value)


class Rule(Node):
    """A decision table or literal expression from the library."""

    decision: Template | None = None
    binding: Binding = "latest"
    version: Template | None = None
    result_variable: str | None = None
    mapping: str = "resultList"

    def act(self, token: Token) -> None:
        library, key = token.instance.library, token.instance.text(self.decision, token) or ""
        which: dict[str, Any] = {
            "binding": self.binding,
            "version": version_of(self.version, token, self.bpmn_id),
            "deployment_id": token.instance.definition.deployment_id,
        }
        result = library.decide(key, token.instance.view(token), functions=token.instance.functions, **which)
        if self.result_variable:
            decision = library.decision(key, **which)
            value = plain(mapped_result(result, self.mapping, self.bpmn_id, decision))
            token.instance.write(token, self.result_variable, value)


class SubProcess(Node, SubWorkflowTaskMixin):  # type: ignore[misc]
    """An embedded sub-process or transaction: a scope of its own. `spec` names its process."""

    def ready(self, token: Token) -> bool:
        token._state = STARTED
        token.instance.open_scope(token)
        return False


class EventSubProcess(SubProcess):
    """One token listens in its scope; when triggered, a second token runs the body."""

    trigger: Trigger = Trigger()
    interrupting: bool = True

    @property
    def kind(self) -> str:  # type: ignore[override]
        return self.trigger.kind

    def enter(self, token: Token) -> None:
        if token.running:
            super().enter(token)

    def ready(self, token: Token) -> bool:
        if token.running:
            return super().ready(token)
        token.listening = True
        token.wait()
        arm(token, self.trigger)
        return False


class Call(Node):
    """A call activity: the called process is an instance of its own, started by the caller of the engine."""

    called: Template | None = None
    binding: Binding = "latest"
    version: Template | None = None
    business_key: Template | None = None
    mapped_in: Sequence[InOut] = ()
    mapped_out: Sequence[InOut] = ()

    def ready(self, token: Token) -> bool:
        token._state = STARTED
        self.call(token)
        return False

    def call(self, token: Token) -> None:
        """Ask for the called process. Raises ExpressionError, NotWhole."""
        instance = token.instance
        call = CallProcess(
            token_id=str(token.id),
            element=self.bpmn_id,
            key=instance.text(self.called, token) or "",
            binding=self.binding,
            version=version_of(self.version, token, self.bpmn_id),
            business_key=instance.text(self.business_key, token),
            variables=own_all(carried(instance, token, self.mapped_in)),
        )
        instance.effects.append(call)

    def act(self, token: Token) -> None:
        self.take_back(token, token.returned or {})

    def take_back(self, token: Token, variables: Mapping[str, Value]) -> None:
        """`camunda:out`: from the called process's variables into ours. Raises ExpressionError."""
        instance = token.instance
        for mapping in self.mapped_out:
            found = instance.mapped_from(mapping, variables)
            if mapping.local:
                instance.write_local(token, found)
            else:
                instance.write_all(token, found)


def version_of(template: Template | None, token: Token, element: str) -> int | None:
    """A drawn version number. Raises ExpressionError, NotWhole."""
    if template is None:
        return None
    return whole(token.instance.value(template, token), 10**6, template.text, element)
