"""How tokens come, go, stand still: the moves that everything else is made of."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from workflows.errors import NotWaiting, WorkflowError
from workflows.model import Deadline, LogEntry, Value
from workflows.opening import Opening
from workflows.specs.events import Boundary
from workflows.specs.multi_instance import MultiInstance
from workflows.specs.nodes import LogKind, Node
from workflows.tokens import FUTURE, Failure, Stage, Token, short

MAX_HOPS = 10_000
"""Asynchronous continuations, and timers due at once, after one another without a wait state."""
MAX_TOKENS = 50_000
"""Live tokens of one instance; a multi-instance inside a multi-instance soon asks for millions."""


class EndlessLoop(WorkflowError):
    """A path that never reaches a wait state, or that asks for more tokens than an instance may have."""

    code = "endless_loop"


class Runaway(Exception):
    """The same, on its way out of a command: no single token is to blame, so that none is parked for it.

    `run` takes the command back and leaves an incident (`EndlessLoop`) where it began.
    """

    def __init__(self, sentence: str, element: str) -> None:
        super().__init__(sentence)
        self.sentence, self.element = sentence, element


class Moves(Opening):
    """Mixed into `Instance`."""

    queue: deque[Token]
    log: list[LogEntry]
    subprocesses: dict[UUID, Any]

    def live(self) -> Iterator[Token]:
        """Every token of every scope."""
        for token in list(self.tasks.values()):
            if token._parent is not None and token.alive:
                yield token

    def by_id(self, token_id: str) -> Token:
        """The live token of a row's id. Raises NotWaiting."""
        key = short(token_id)
        token = self.tasks.get(key) if key is not None else None
        if token is None or token._parent is None:
            raise NotWaiting(f"Bước {token_id} không còn chờ nữa.")
        return token

    def token(
        self, scope: Any, name: str, parent: Token, *, seed: dict[str, Value] | None = None, **fields: Any
    ) -> Token:
        """Put a new token at a node. If it cannot enter, it is parked there; the caller goes on."""
        if len(self.tasks) > MAX_TOKENS:
            raise Runaway(f"Quy trình mở quá {MAX_TOKENS:,} nhánh cùng lúc.", scope.spec.task_specs[name].bpmn_id)
        token = Token(scope, scope.spec.task_specs[name], parent, state=FUTURE)
        token.locals = seed
        for field, value in fields.items():
            setattr(token, field, value)
        self.enter(token)
        return token

    def enter(self, token: Token) -> None:
        """Enter now, or stand before the node with an incident."""
        seed = None if token.locals is None else dict(token.locals)
        try:
            token.task_spec._update(token)
        except WorkflowError as error:
            self.kill_children(token)
            token.locals = seed
            token.open, token.deadline = False, None
            self.park(token, "enter", error)

    def remove(self, token: Token) -> None:
        """A token that finished, with whatever still hangs on it."""
        self.kill_children(token)
        del token.parent._children[token.id]
        del self.tasks[token.id]

    def kill_children(self, token: Token) -> None:
        for child in list(token.children):
            self.kill(child)

    def kill(self, token: Token) -> None:
        """Cancel a token and all inside it. The stock cancel leaks nested sub-processes."""
        self.kill_children(token)
        if (sub := self.subprocesses.pop(token.id, None)) is not None:
            self.kill_children(sub.task_tree)
            del self.tasks[sub.task_tree.id]
        self.withdraw(token)
        if _is_in(token):
            self.note("cancelled", token.task_spec)
        del token.parent._children[token.id]
        del self.tasks[token.id]

    def attempt(self, token: Token, move: Callable[[Token], None]) -> None:
        """Do something that belongs to a token which is not running itself; a failure parks it."""
        token.failure = None
        try:
            move(token)
        except WorkflowError as error:
            self.park(token, "act", error)

    def park(self, token: Token, stage: Stage, error: WorkflowError) -> None:
        """The token stands before (or, its act being done, at the exit of) its node until `retry`.

        In a command of an asynchronous continuation it tries again by itself first, where the diagram says so.
        """
        if stage in ("leave", "go") and token.open:
            self.kill_children(token)
            token.open = False
        token.failure = Failure(stage, error.code, error.message)
        if self.again and not (token.listening or isinstance(token.task_spec, Boundary)):
            at = self.clock.at
            due_at = at + timedelta(seconds=self.again[0])
            token.again = self.again[1:]
            token.deadline = Deadline(due_at=due_at, expression="failedJobRetryTimeCycle", started_at=at)

    def refuse_endless(self, node: Node) -> None:
        """Before an asynchronous continuation. Raises EndlessLoop where they have followed one another for too long."""
        if self.hops >= MAX_HOPS:
            sentence = f"Các bước không đồng bộ hoặc hẹn giờ đến hạn ngay nối tiếp nhau quá {MAX_HOPS:,} lần."
            raise EndlessLoop(sentence, element=node.bpmn_id)

    def count_hop(self, token: Token) -> None:
        """A timer that is due as soon as it is set is no wait. Raises EndlessLoop."""
        deadline = token.deadline
        if deadline is not None and deadline.due_at <= deadline.started_at:
            self.refuse_endless(token.task_spec)
            token.hops = self.hops

    def note(self, kind: LogKind, node: Node) -> None:
        self.log.append(LogEntry(kind=kind, element=node.bpmn_id, name=node.bpmn_name))


def _is_in(token: Token) -> bool:
    """Whether the path tells of it: armed and racing events, listeners, the whole of a multi-instance are not in it."""
    if (
        token.listening
        or token.group is not None
        or token.job == "before"
        or isinstance(token.task_spec, (Boundary, MultiInstance))
    ):
        return False
    return token.failure is None or token.failure.stage != "enter"
