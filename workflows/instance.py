"""One running instance: SpiffWorkflow's workflow objects holding only live tokens, and their moves."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow

from workflows.calendar import WorkCalendar
from workflows.clock import Clock
from workflows.errors import WorkflowError
from workflows.events import Events
from workflows.library import Library
from workflows.model import Definition, Effect, LogEntry, Value
from workflows.moves import EndlessLoop, Runaway
from workflows.specs.gateways import Inclusive
from workflows.specs.multi_instance import MAX_INSTANCES
from workflows.tokens import READY, Token, root

MAX_STEPS = 10_000
"""Steps of one command; a loop without a wait state would never end."""
STEPS_PER_ITEM = 20
"""More for each item of its multi-instances, for as many as one of them may have."""


class NoScripts:
    """Spiff's script engine. Nothing may reach it: its own runs Python."""

    environment = None

    def evaluate(self, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("SpiffWorkflow's script engine was called")

    execute = call_service = evaluate


class Scope:
    """What the process and every sub-process have in common: a tree, and an end."""

    task_tree: Token
    tasks: dict[UUID, Token]
    completed: bool
    top_workflow: Instance
    spec: Any

    def plant(self, tasks: dict[UUID, Token]) -> None:
        """One table of tokens serves every scope of an instance."""
        self.tasks = tasks
        self.task_tree = root(self, self.spec.start)

    def launch(self, start_element: str | None = None) -> None:
        """Arm the event sub-processes, then put a token at the start event."""
        instance = self.top_workflow
        for name in self.spec.listeners:
            instance.token(self, name, self.task_tree)
        instance.token(self, start_element or self.spec.initial, self.task_tree)

    def _task_completed_notify(self, token: Token) -> None:
        """The stock one updates every waiting task; here only the token's own surroundings change."""
        body = token.parent
        self.top_workflow.remove(token)
        if token.task_spec.is_body:
            body.task_spec.child_done(body, token)
        self.check_done()

    def check_done(self) -> None:
        """A scope is done when only listeners are left."""
        if self.completed or any(not self.tasks[key].listening for key in self.task_tree._children):
            return
        self.top_workflow.kill_children(self.task_tree)
        self.completed = True
        self.finished()

    def finished(self) -> None:
        """The last token went."""


class Sub(Scope, BpmnSubWorkflow):  # type: ignore[misc]
    """The inside of a sub-process."""

    def finished(self) -> None:
        host = self.tasks[self.parent_task_id]
        del self.top_workflow.subprocesses[host.id]
        host._ready()

    def _calculate_depth(self) -> int:
        """The stock one walks all scopes outwards at every creation; nobody asks for the depth."""
        return 0


class Instance(Scope, Events, BpmnWorkflow):  # type: ignore[misc]
    """A process in motion during one command; `state.py` reads and writes it."""

    def __init__(
        self,
        *,
        library: Library,
        definition: Definition,
        at: datetime,
        calendar: WorkCalendar,
        business_key: str | None,
    ) -> None:
        program = definition.spec
        BpmnWorkflow.__init__(self, program.process, program.scopes, script_engine=NoScripts(), deserializing=True)
        self.library, self.definition, self.business_key = library, definition, business_key
        self.variables: dict[str, Value] = {}
        self.changed: dict[tuple[UUID | None, str], Literal["create", "update"]] = {}
        self.unseen: set[UUID] = set()
        self.queue: deque[Token] = deque()
        self.steps = self.items_begun = self.hops = 0
        self.again: list[float] = []
        self.suspended = False
        self.effects: list[Effect] = []
        self.log: list[LogEntry] = []
        self.accepted: set[UUID] = set()
        self.begin_clock(Clock(at, calendar))
        self.plant({})

    # -- scopes

    def open_scope(self, host: Token) -> None:
        self.create_subprocess(host, host.task_spec.spec).launch()

    def create_subprocess(self, my_task: Token, spec_name: str) -> Sub:
        sub = Sub(self.subprocess_specs[spec_name], my_task.id, self, deserializing=True)
        sub.plant(self.tasks)
        self.subprocesses[my_task.id] = sub
        return sub

    # -- moving on

    def stand(self, runaway: Runaway) -> bool:
        """Instead of moving on: what would have gone first stands still, before it went. False where nothing would."""
        error = EndlessLoop(runaway.sentence, element=runaway.element)
        waiting = [token for token in self.queue if token.alive and token.state == READY]
        for token in waiting:
            token.stage = "leave" if token.id in self.accepted else token.stage
            self.park(token, token.stage or "act", error)
        self.queue.clear()
        return bool(waiting)

    def settle(self) -> None:
        """Run until nothing moves: ready tokens, then inclusive joins, then conditional events. Raises Runaway."""
        while True:
            while self.queue:
                token = self.queue.popleft()
                if token.alive and token.state == READY and token.failure is None:
                    self.step(token)
            if not (self.fire_joins() or self.fire_conditions()):
                return

    def step(self, token: Token) -> None:
        """Run one token. A failure parks it; its siblings go on."""
        self.steps += 1
        limit = MAX_STEPS + STEPS_PER_ITEM * min(self.items_begun, MAX_INSTANCES)
        if self.steps > limit:
            raise Runaway(f"Quy trình chạy quá {limit:,} bước mà không gặp bước chờ nào.", token.task_spec.bpmn_id)
        token.failure = None
        try:
            token.run()
        except WorkflowError as error:
            if not token.alive:
                raise
            token._state = READY
            self.park(token, token.stage or "act", error)

    def fire_joins(self) -> bool:
        """One inclusive join that no other token can still reach."""
        for scope in [self, *self.subprocesses.values()]:
            for join in scope.spec.inclusive_joins:
                assert isinstance(join, Inclusive)
                arrived = join.arrived(scope)
                if arrived and join.may_fire(scope, arrived):
                    join.fire(arrived)._ready()
                    return True
        return False

    def finished(self) -> None:
        """The process itself is done; `completed` says so."""
