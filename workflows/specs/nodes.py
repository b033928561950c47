"""The base of every spec: how a token enters, acts, leaves. SpiffWorkflow's hooks, our meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin

from workflows.camunda.templates import Param, Template
from workflows.errors import WorkflowError
from workflows.model import Value
from workflows.tokens import FUTURE, Token

ROOT = "\0start"
"""Name of the tree's root. No XML id can be that; the stock names `Start` and `End` collide with drawn ids."""
CHILD = " [child]"
"""Ends the name of a multi-instance's body; no XML id holds a space."""


class NoFlow(WorkflowError):
    """No outgoing flow's condition holds, and there is no default flow."""

    code = "no_flow"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. The stock lists of names lose the second of two flows between one pair."""

    id: str
    target: str
    condition: Template | None = None
    default: bool = False


class Node(BpmnSpecMixin):  # type: ignore[misc]
    """An element of a diagram. Set up by the parser, then never changed."""

    kind: str = "none"
    """What a waiting token of it waits for, as in `Trigger.kind`."""
    is_body: bool = False
    """The body of a multi-instance or loop; its parent token stands for the whole."""
    async_before: bool = False
    async_after: bool = False
    retries: Template | None = None
    """`camunda:failedJobRetryTimeCycle`: of a worker's task, and of asynchronous continuations."""
    inputs_drawn: Sequence[tuple[str, Param]] = ()
    outputs_drawn: Sequence[tuple[str, Param]] = ()
    properties: Mapping[str, Template | None] = {}

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.flows: list[Flow] = []
        self.incoming: list[str] = []
        self.boundaries: list[str] = []

    @property
    def label(self) -> str:
        """The drawn name, or the id where there is none."""
        return str(self.bpmn_name or self.bpmn_id)

    # -- SpiffWorkflow's look-ahead, which this engine has none of

    def test(self) -> None:
        """Checked at deploy; the stock one would run every time a token becomes ready."""

    def _predict(self, *args: Any, **kwargs: Any) -> None:
        pass

    def _predict_hook(self, token: Token) -> None:
        pass

    # -- a token's life

    def _update_hook(self, token: Token) -> bool:
        """A new token enters; then whether it is ready. Data is never inherited."""
        if token.state == FUTURE:
            if self.async_before and token.job is None:
                token.instance.refuse_endless(self)
                token.instance.postpone(token, "before")
                return False
            token.job = token.deadline = None
            self.enter(token)
        return self.ready(token)

    def enter(self, token: Token) -> None:
        """Input parameters; what the kind opens; then boundary events."""
        instance = token.instance
        self.map_inputs(token)
        self.open(token)
        if token.group is None:
            instance.note("entered", self)
        for name in self.boundaries:
            instance.token(token.workflow, name, token)

    def open(self, token: Token) -> None:
        """What else an entering token sets up: a task, a deadline."""

    def ready(self, token: Token) -> bool:
        """False where the token must wait."""
        return True

    def _on_ready_hook(self, token: Token) -> None:
        if not self.manual:
            token.instance.queue.append(token)

    def act(self, token: Token) -> None:
        """The element's own work."""

    def _run_hook(self, token: Token) -> bool | None:
        """Act, map outputs and choose flows, so that a failure comes before the token is complete."""
        instance = token.instance
        if token.stage not in ("leave", "go"):
            token.stage = "act"
            self.act(token)
            if not token.alive:
                return None
            token.stage = "leave"
        if token.stage == "leave" and token.job != "after":
            if self.async_after:
                instance.refuse_endless(self)
            self.map_outputs(token)
            token.stage = "go"
            if self.async_after:
                instance.kill_children(token)
                instance.postpone(token, "after")
                return None
        token.job = None
        token.flows = self.take(token)
        return True

    def map_inputs(self, token: Token) -> None:
        """Each is read from the outer scope."""
        instance = token.instance
        instance.write_local(token, {name: instance.parameter(param, token) for name, param in self.inputs_drawn})

    def map_outputs(self, token: Token) -> None:
        """Output parameters read the inner scope; a multi-instance body's are gathered for the whole."""
        instance = token.instance
        values = [(name, instance.parameter(param, token)) for name, param in self.outputs_drawn]
        if self.is_body and token.parent.task_spec.gathers:
            body = token.parent
            body.gathered = body.gathered or {}
            for name, value in values:
                body.gathered.setdefault(name, []).append([token.place, value])
            return
        for name, value in values:
            instance.write(token, name, value, outer=True)

    def take(self, token: Token) -> Sequence[Flow]:
        """The flows a finished token leaves by: every one whose condition holds, else the default.

        Raises NoFlow, ExpressionError, NotBoolean.
        """
        instance = token.instance
        chosen = [
            flow
            for flow in self.flows
            if not flow.default and (flow.condition is None or instance.truth(flow.condition, token, self.bpmn_id))
        ]
        chosen = chosen or [flow for flow in self.flows if flow.default]
        if self.flows and not chosen:
            raise self.no_flow()
        return chosen

    def no_flow(self) -> NoFlow:
        return NoFlow(
            f"Không nhánh nào ra khỏi “{self.label}” có điều kiện đúng và cũng không có nhánh mặc định.",
            element=self.bpmn_id,
        )

    def _on_complete_hook(self, token: Token) -> None:
        token.instance.kill_children(token)
        token.instance.note("left", self)
        self.go(token, token.flows)

    def go(self, token: Token, flows: Sequence[Flow]) -> None:
        """The next tokens are children of the scope's root, not of this one, which goes away."""
        scope = token.workflow
        for flow in flows:
            token.instance.token(scope, flow.target, scope.task_tree, flow=flow.id)

    def child_done(self, token: Token, child: Token) -> None:
        """One body of a multi-instance finished."""

    def outcome(self, token: Token) -> Mapping[str, Value]:
        """What the element sends along when it throws: its input parameters, and nothing else of its locals."""
        seen = token.locals or {}
        return {name: seen[name] for name, _ in self.inputs_drawn if name in seen}


class Process(BpmnProcessSpec):  # type: ignore[misc]
    """One process or sub-process: its nodes by id, and where a token begins."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.task_specs: dict[str, Any] = {}  # without the stock `Start` and `End`
        self.start = BpmnStartTask(self, ROOT)
        self.end = None
        self.initial: str | None = None
        """Where it begins when nobody says where: its none start event, else its timer's, else its only one."""
        self.starts: list[Any] = []
        self.listeners: list[str] = []
        """Event sub-processes."""
        self.inclusive_joins: list[Any] = []


LogKind = Literal["entered", "left", "cancelled"]
