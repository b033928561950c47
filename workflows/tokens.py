"""One live token: SpiffWorkflow's `Task` with our own fields in place of its data, history and log records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflows.model import Deadline, Value

if TYPE_CHECKING:
    from workflows.instance import Instance

WAITING, READY, STARTED = TaskState.WAITING, TaskState.READY, TaskState.STARTED
FUTURE, CANCELLED, COMPLETED = TaskState.FUTURE, TaskState.CANCELLED, TaskState.COMPLETED

Stage = Literal["enter", "act", "leave", "go"]
"""Of a token's way through its node: input parameters, its act, output parameters, the flows it takes."""


class Failure:
    """Why a token stands still, and which part of its node `retry` begins with."""

    __slots__ = ("code", "message", "stage")

    def __init__(self, stage: Stage, code: str, message: str) -> None:
        self.stage, self.code, self.message = stage, code, message


class Token(Task):  # type: ignore[misc]
    """Where the work stands. Every field below is stored; the defaults are not."""

    locals: dict[str, Value] | None = None
    """Variables that die with the token: input parameters, multi-instance item, nrOf…, loopCounter."""
    flow: str | None = None
    """Id of the sequence flow it came by; joins count arrivals by it."""
    group: str | None = None
    """Tokens of one event-based gateway share it: the first to go on removes the others."""
    listening: bool = False
    """It only waits for an event sub-process to be triggered; a scope is done when nothing else is left."""
    running: bool = False
    """It is the body of a triggered event sub-process."""
    open: bool = False
    """A user or external task that waits for somebody."""
    deadline: Deadline | None = None
    """A task's due date, or a timer's moment."""
    left: int | None = None
    """Firings left of a cycle; None without end."""
    subscribed: str | None = None
    """Name of the message or signal it waits for."""
    job: Literal["before", "after"] | None = None
    """asyncBefore / asyncAfter: goes on in a command of its own."""
    hops: int = 0
    """How many asynchronous continuations followed one another, nobody acting in between, up to this one."""
    again: list[float] | None = None
    """After a failure: it tries again by itself at its deadline; then the pauses in seconds before still further tries.
    """
    failure: Failure | None = None
    stage: Stage | None = None
    """How far its node got: a retry does not repeat an act that is done."""
    returned: dict[str, Value] | None = None
    """What a called process ended with, until it is mapped."""
    items: list[Value] | None = None
    """The collection of a sequential multi-instance."""
    gathered: dict[str, list[Value]] | None = None
    """Output parameters of finished instances: pairs of the item's place and the value."""
    counts: Sequence[int] | None = None
    """Of a multi-instance: how many instances there are and how many have finished; of a loop: 0, rounds done."""
    place: int = 0
    """Of a body: its item's place in the collection."""

    fired: bool = False
    """A boundary event on its way out: it has left its host, and sees nothing of its host's any more. Never stored."""
    short: str | None = None
    """Its id as it is stored; worked out once."""
    flows: Any = ()
    """Outgoing flows chosen while it ran; used on completion, never stored."""

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Token | None = None,
        *,
        state: int,
        id: UUID | None = None,  # noqa: A002
    ) -> None:
        super().__init__(workflow, task_spec, parent, state, id)
        self._children: dict[UUID, None] = {}
        """In order, as a table: leaving the stock list takes time that grows with the siblings."""

    def _child_added_notify(self, child: Token) -> None:
        self._children[child.id] = None

    @property
    def instance(self) -> Instance:
        """The workflow at the top, whatever scope the token stands in."""
        return self.workflow.top_workflow  # type: ignore[no-any-return]

    @property
    def alive(self) -> bool:
        """Whether it still stands in the tree: its own act may have cancelled it."""
        return self.workflow.tasks.get(self.id) is self

    @property
    def at_top(self) -> bool:
        """Whether it stands in its scope directly, not inside a host token or multi-instance body."""
        return self._parent == self.workflow.task_tree.id  # type: ignore[no-any-return]

    def wait(self) -> None:
        self._state = WAITING

    def run(self) -> bool | None:
        """Run the node; None when the token must stay (it waits, or its act cancelled it)."""
        done: bool | None = self.task_spec._run(self)
        if done:
            self.complete()
        return done

    def error(self) -> None:
        """Spiff would call it ERROR, which counts as finished; the runner parks the token instead."""

    def _set_state(self, value: int) -> None:
        """The stock one builds a log record listing every task at each change."""
        self._state = value


def root(scope: Any, spec: Any) -> Token:
    """The tree's root: already completed, holds the tokens of the scope."""
    return Token(scope, spec, state=COMPLETED)


def short(token_id: str) -> UUID | None:
    """A row's id as a token's, or None for text that is none."""
    try:
        return UUID(token_id)
    except ValueError:
        return None
