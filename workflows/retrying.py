"""How a parked token goes on, by what stopped it."""

from __future__ import annotations

from workflows.instance import Instance
from workflows.specs.activities import Call, Manual
from workflows.specs.events import Boundary
from workflows.specs.multi_instance import MultiInstance
from workflows.tokens import FUTURE, STARTED, WAITING, Token


def retry_by_itself(instance: Instance, token: Token) -> None:
    """Its pause is over. An asynchronous element is entered now, not put off once more."""
    instance.again = token.again or []
    if token.failure is not None and token.failure.stage == "enter" and token.task_spec.async_before:
        token.job = "before"
    retry_token(instance, token)


def retry_token(instance: Instance, token: Token) -> None:
    """Try again what failed: entering, acting, or leaving. What was done is not done twice."""
    failure, node = token.failure, token.task_spec
    token.failure = None
    if token.again is not None:
        token.again = token.deadline = None
    if failure is not None and failure.stage == "enter":
        token._state = FUTURE
        instance.enter(token)
    elif node.kind == "conditional" and token.state == WAITING:
        instance.unseen.add(token.id)
    elif token.listening:
        instance.attempt(token, instance.fire_listener)
    elif isinstance(node, Boundary):
        instance.attempt(token, instance.fire_boundary)
    elif isinstance(node, MultiInstance) and token.state == STARTED:
        instance.attempt(token, node.go_on)
    elif isinstance(node, Call) and token.state == STARTED:
        instance.attempt(token, node.call)
    elif isinstance(node, Manual) and token.stage not in ("leave", "go"):
        instance.attempt(token, node.open)
    else:
        instance.queue.append(token)
