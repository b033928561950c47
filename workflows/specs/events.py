"""Events: what triggers them, how they wait, what they throw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from workflows.camunda.templates import Template
from workflows.errors import WorkflowError
from workflows.model import SendMessage, SendSignal, Value
from workflows.specs.nodes import Node
from workflows.tokens import FUTURE, Token
from workflows.variables import InOut

if TYPE_CHECKING:
    from workflows.instance import Instance

Kind = Literal[
    "none", "message", "signal", "timer", "conditional", "error", "escalation", "cancel", "terminate", "link"
]


class PayloadMissing(WorkflowError):
    """A message is to be correlated by a value that its input parameters do not give."""

    code = "payload_missing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """An event definition as drawn."""

    kind: Kind = "none"
    name: Template | None = None
    """Of the message or signal."""
    code: str | None = None
    """Of the error or escalation; None catches every one."""
    timer: Literal["date", "duration", "cycle"] | None = None
    expression: Template | None = None
    """The timer's value or the condition."""
    code_variable: str | None = None
    message_variable: str | None = None
    variable: str | None = None
    """The only variable whose change makes a condition be looked at again; None: any."""
    changes: frozenset[str] = frozenset(("create", "update"))
    """Kinds of change that count."""
    link: str | None = None
    message: Template | None = None
    """`camunda:errorMessage` of a thrown error."""
    carried: tuple[InOut, ...] = ()
    """`camunda:in` of a signal: what it takes along."""

    def caught(self, code: str | None, message: str | None) -> dict[str, Value]:
        """The variables in which a caught error or escalation is told."""
        told = {self.code_variable: code, self.message_variable: message}
        return {name: value for name, value in told.items() if name}


class Event(Node):
    """Every event has one trigger."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, trigger: Trigger, interrupting: bool = True, **kw: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kw)
        self.trigger, self.interrupting = trigger, interrupting

    @property
    def kind(self) -> Kind:  # type: ignore[override]
        return self.trigger.kind


def arm(token: Token, trigger: Trigger) -> None:
    """Set up what a waiting token waits for. Raises ExpressionError."""
    instance = token.instance
    if trigger.kind == "timer":
        instance.set_timer(token, trigger)
        instance.count_hop(token)
    elif trigger.kind in ("message", "signal"):
        token.subscribed = instance.text(trigger.name, token)
    elif trigger.kind == "conditional":
        instance.unseen.add(token.id)


class Start(Event):
    """Rows of the definition start it from outside; once there, it is a none event."""

    initiator: str | None = None
    """The variable that says who started the process."""


class Catch(Event):
    """Waits in the flow: an intermediate event or a receive task. None and link events wait for nothing."""

    def ready(self, token: Token) -> bool:
        if self.kind in ("none", "link"):
            return True
        if token.state == FUTURE:
            token.wait()
            arm(token, self.trigger)
        return False


class Boundary(Catch):
    """A waiting child of the token it sits on. Its parameters are mapped, and its path is logged, when it fires."""

    def enter(self, token: Token) -> None:
        pass


class Throw(Event):
    """Intermediate throw and end events."""

    def act(self, token: Token) -> None:
        instance, kind = token.instance, self.kind
        if kind == "message":
            instance.effects.append(message_of(self, token, self.trigger.name))
        elif kind == "signal":
            name = instance.text(self.trigger.name, token) or ""
            payload = {**carried(instance, token, self.trigger.carried), **self.outcome(token)}
            instance.effects.append(SendSignal(name=name, variables=payload, element=self.bpmn_id))
            instance.sound(name, payload)
        elif kind == "error" or kind == "escalation" or kind == "cancel":
            said = instance.text(self.trigger.message, token)
            instance.throw(kind, self.trigger.code, token, message=said, variables=self.outcome(token))
        elif kind == "terminate":
            for other in list(token.workflow.task_tree.children):
                if other is not token:
                    instance.kill(other)


def message_of(node: Node, token: Token, name: Template | None) -> SendMessage:
    """A thrown message: input parameters are its payload, properties say how it finds its receiver.

    Raises ExpressionError, PayloadMissing.
    """
    instance = token.instance
    payload = dict(node.outcome(token))
    keys = instance.text(node.properties.get("correlationKeys"), token) or ""
    names = [key.strip() for key in keys.split(",") if key.strip()]
    missing = [key for key in names if key not in payload]
    if missing:
        wanted = ", ".join(missing)
        message = f"“{node.label}” tìm nơi nhận theo {wanted} nhưng tham số đầu vào không có giá trị đó."
        raise PayloadMissing(message, element=node.bpmn_id)
    return SendMessage(
        name=instance.text(name, token) or "",
        business_key=instance.text(node.properties.get("businessKey"), token),
        correlation={key: payload[key] for key in names},
        variables=payload,
        element=node.bpmn_id,
    )


def carried(instance: Instance, token: Token, mappings: Sequence[InOut]) -> dict[str, Value]:
    """`camunda:in` mappings worked out in the token's sight. Raises ExpressionError."""
    found: dict[str, Value] = {}
    for mapping in mappings:
        found.update(instance.mapped(mapping, token))
    return found
