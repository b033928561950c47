"""One task as its page shows it: who holds it, its clock, its form or what was recorded, the dossier's past."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from service.awards.panel import panel_context
from service.awards.timeline import INSIDE_ONLY_FORMS, Entry, sight_of, timeline
from service.engine.forms import Form
from service.engine.rows import read_instance, read_task, task_row
from service.engine.tables import approval
from service.engine.task_forms import form_for, task_context
from service.errors import ServiceError, Unavailable
from service.people.actor import Actor
from service.people.policy import may_act, may_oversee
from service.web.clock import Clock, clock_of, deadline_words
from service.web.words import Due, due_words
from service.worklist.answers_words import Answered, answered
from service.worklist.drafts import Draft, answers_in, draft_of
from service.worklist.following import following_steps, following_words
from service.worklist.holding import closing_words, holding_words, locked_words, result_words
from service.worklist.task_detail import TaskDetail, task_detail
from workflows.errors import WorkflowError

if TYPE_CHECKING:
    from service.database.unit import Unit
    from service.engine.context import Engine

log = logging.getLogger(__name__)

LONGEST_HISTORY = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskView:
    """A task for one person. `form` is None where they may not see the answers, or where no form can be drawn."""

    id: str
    root_id: str
    name: str
    business_key: str | None
    unit_name: str | None
    open: bool
    acts: bool
    """It is this person's to do, whoever holds it now."""
    mine: bool
    free: bool
    locked: bool
    """Open, and not this person's to do now; `locked_words` says why."""
    locked_words: str
    may_read: bool
    """The dossier's page is there for this person."""
    holding: str
    result: str
    """What a completed task decided, where this person may read it."""
    revision: int
    due: Due
    due_at: datetime | None
    deadline_words: str
    clock: Clock | None
    form: Form | None
    recorded: Mapping[str, Any] | None
    """The answers of a completed task, for who may read them."""
    history: list[Entry]
    draft: Draft | None
    """What this person typed and has not sent."""
    following: list[str]
    """What may come after this step, as drawn."""
    panel: Mapping[str, Any] = field(default_factory=dict)
    """Context of the partials that draw the dossier's papers."""

    @property
    def takes_answers(self) -> bool:
        """This person may complete it now."""
        return self.open and not self.locked

    @property
    def following_words(self) -> str:
        """The head of `following`."""
        return following_words(self.following)

    @property
    def starting(self) -> Mapping[str, Any]:
        """What the form is filled with when it is opened: the draft, else what the step begins with."""
        if self.form is None:
            return {}
        return answers_in(self.form, self.draft.typed) if self.draft is not None else self.form.values

    @property
    def recorded_lines(self) -> list[Answered]:
        """The recorded answers in words."""
        return answered(self.form, self.recorded) if self.form is not None and self.recorded is not None else []


def task_view(engine: Engine, task_id: str, actor: Actor) -> TaskView:
    """Raises TaskNotFound, also for what is not this person's to see."""
    detail = task_detail(engine, task_id, actor)
    with engine.database.unit_of_work(read_only=True) as unit:
        return _view(engine, unit, detail, actor)


def _view(engine: Engine, unit: Unit, detail: TaskDetail, actor: Actor) -> TaskView:
    row, calendar = detail.row, engine.calendar_of(unit)
    root = read_instance(unit, row.root_id)
    unit_id = root.unit_id if root is not None else row.unit_id
    is_open, acts = row.state == "open", may_act(actor, task_row(row))
    mine = row.assignee_id == actor.account_id
    locked = is_open and not (acts and (mine or row.assignee_id is None))
    overseen, sight = may_oversee(actor, unit_id), sight_of(actor, unit_id)
    content = acts or sight != "times"
    told = acts or sight == "all" or (sight == "own" and row.form_key not in INSIDE_ONLY_FORMS)
    recorded = _recorded(unit, row.id) if told and row.state == "completed" else None
    decision = (recorded or {}).get("decision")
    form = detail.form
    if form is None and content:
        form = Form() if is_open else _form_of_closed(engine, unit, row.id, actor)
    return TaskView(
        id=row.id,
        root_id=row.root_id,
        name=row.name,
        business_key=row.business_key,
        unit_name=row.unit_name,
        open=is_open,
        acts=acts,
        mine=mine,
        free=acts and row.assignee_id is None,
        locked=locked,
        locked_words=locked_words(row, acts=acts, content=content) if locked else "",
        may_read=overseen,
        holding=holding_words(row, actor) if is_open else closing_words(unit, row, sight if content else "times"),
        result=result_words(row, decision, sight) if isinstance(decision, str) else "",
        revision=row.revision,
        due=due_words(row.due_at, unit.at, calendar),
        due_at=row.due_at,
        deadline_words=deadline_words(row.created_at, row.due_at, unit.at, calendar) if is_open else "",
        clock=clock_of(row.created_at, row.due_at, unit.at, calendar) if is_open else None,
        form=form,
        recorded=recorded,
        history=timeline(unit, row.root_id, sight=sight, limit=LONGEST_HISTORY) if overseen else [],
        draft=draft_of(unit, row.id, actor) if acts else None,
        following=following_steps(engine.library(unit).definition(detail.definition_id), row.element)
        if is_open
        else [],
        panel=panel_context(unit, row.root_id, actor) if content else {"dossier": None},
    )


def _recorded(unit: Unit, task_id: str) -> Mapping[str, Any] | None:
    answers: Mapping[str, Any] | None = unit.connection.scalar(
        select(approval.c.answers).where(approval.c.task_id == task_id)
    )
    return answers


def _form_of_closed(engine: Engine, unit: Unit, task_id: str, actor: Actor) -> Form | None:
    """The form of a task that is over, for the labels of its answers; None where it can be drawn no longer.

    A handler draws its form for an open step; once the dossier has moved on it may look for what is not there.
    """
    found = read_task(unit, task_id)
    if found is None:
        return None
    row, of = found
    try:
        form = form_for(engine, unit, row, of, task_context(unit, row, of, actor, engine.calendar_of(unit)))
    except Unavailable:
        raise
    except (ServiceError, WorkflowError, LookupError, TypeError, ValueError, AttributeError) as error:
        log.info("form of closed task %s is not drawn any more: %r", task_id, error)
        return None
    return replace(form, values={}) if form is not None else None
