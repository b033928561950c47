"""Every refusal of the engine: a stable code, the element it concerns, a sentence a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflows.model import Problem


class WorkflowError(Exception):
    """The engine refused. `message` is Vietnamese and says what to do; `element` is a BPMN or DMN id."""

    code = "workflow_error"

    def __init__(self, message: str, *, element: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.element = element
        if code is not None:
            self.code = code


class ExpressionError(WorkflowError):
    """An expression that does not parse, or that failed while it was evaluated."""

    code = "expression_failed"


class DeploymentRefused(WorkflowError):
    """Some drawn thing cannot run as drawn. `problems` lists every one, not the first."""

    code = "deployment_refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(each.message for each in self.problems if each.severity == "error"))


class NotWaiting(WorkflowError):
    """The token, task, timer or subscription is not there any more: somebody was faster."""

    code = "not_waiting"


class UnknownDefinition(WorkflowError):
    """No process, table or form of that key (and version) is deployed."""

    code = "unknown_definition"


class StateUnreadable(WorkflowError):
    """Stored bytes that this version cannot read."""

    code = "state_unreadable"
