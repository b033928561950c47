"""How the law of a domain hangs on a generic engine: handlers of user tasks by form key, of service tasks by topic.

`service/wiring.py` registers them; a diagram that names an unknown key or topic is refused at deploy. A handler runs
inside the command's unit of work: what it writes commits with the step, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from service.engine.forms import FieldProblem, Form
from service.people.actor import Actor
from workflows.calendar import WorkCalendar

if TYPE_CHECKING:
    from service.database.unit import Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskContext:
    """The open task a handler is asked about, with its instance's variables (called processes see their own)."""

    task_id: str
    instance_id: str
    root_id: str
    element: str
    name: str
    form_key: str
    unit_id: str | None
    business_key: str | None
    variables: Mapping[str, Any]
    properties: Mapping[str, str]
    created_at: datetime
    due_at: datetime | None
    at: datetime
    """Now, from the command: handlers read no clock."""
    calendar: WorkCalendar
    actor: Actor


class TaskHandler(Protocol):
    """What one kind of user task does to the records."""

    key: str

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """The fields to answer, with starting values. Reads only."""

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """What the form alone cannot know. Reads only; an empty sequence lets the step go on."""

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write the records; return the few variables that decide the path."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicContext:
    """One external task to be worked off by a handler of its topic."""

    task_id: str
    instance_id: str
    root_id: str
    element: str
    topic: str
    unit_id: str | None
    business_key: str | None
    variables: Mapping[str, Any]
    """The element's input parameters, or every variable in sight where it has none."""
    at: datetime
    calendar: WorkCalendar


class TopicHandler(Protocol):
    """What one topic does. `in_transaction` runs within the command that reached it; `after_commit` as a job."""

    topic: str
    phase: Literal["in_transaction", "after_commit"]

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        """Do it; return the variables to go on with. A `Refused` or `Invalid` becomes an incident at the element."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Registry:
    """Every handler there is, by key and by topic."""

    tasks: Mapping[str, TaskHandler] = field(default_factory=dict)
    topics: Mapping[str, TopicHandler] = field(default_factory=dict)
