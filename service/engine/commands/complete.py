"""Complete a user task: one commit, and everything that follows within it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from service.database.unit import Unit, again_after_deadlock
from service.engine.commands.agenda import on_behalf_of, settle
from service.engine.commands.drafts import forget_draft
from service.engine.commands.ledger import Ledger
from service.engine.commands.refusals import engine_refusals
from service.engine.commands.tasks import Held, hold_task, refuse_others, refuse_stale, role_of
from service.engine.context import Engine
from service.engine.handlers import TaskContext
from service.engine.task_forms import answers_to, form_for, handler_of, task_context
from service.errors import Invalid
from service.people.actor import Actor
from workflows import run
from workflows.model import Incident, OpenTask, Value


@dataclass(frozen=True, kw_only=True, slots=True)
class CompleteTask:
    """`revision` is the task's as this person saw it, None asks for none in particular; `answers` by form field."""

    task_id: str
    revision: int | None
    answers: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Completed:
    """What came of it."""

    task_id: str
    instance_id: str
    root_id: str
    completed_at: datetime
    instance_state: str
    """Of the instance the task stood in."""
    opened: tuple[OpenTask, ...]
    """Tasks that wait now because of this, called processes' included."""
    incidents: tuple[Incident, ...]
    """What could not go on. The act itself is kept."""


@again_after_deadlock
def complete(engine: Engine, command: CompleteTask, actor: Actor, *, at: datetime | None = None) -> Completed:
    """Record the answers, let the handler write its records, and move the process on.

    Raises:
        TaskNotFound, MayNotAct.
        TaskCompleted, TaskCancelled, TaskHeld, TaskChanged: somebody was faster; they say who and when.
        Invalid: every field that cannot be taken, from the form or from the handler.
    """
    with engine.database.unit_of_work(at) as unit, engine_refusals():
        held = hold_task(engine, unit, command.task_id, actor)
        refuse_others(unit, held.task, actor)
        if command.revision is not None:
            refuse_stale(unit, held.task, command.revision)
        context = task_context(unit, held.task, held.instance, actor, held.calendar)
        answers = answers_to(form_for(engine, unit, held.task, held.instance, context), command.answers)
        variables = _apply(engine, unit, held, context, answers)
        if held.drafted:
            forget_draft(unit, held.task.id, actor)
        ledger = Ledger(engine, unit, actor, calendar=held.calendar)
        _move_on(ledger, held, actor, answers, variables)
        settle(ledger)
        live = ledger.adopt(held.instance)
        return Completed(
            task_id=held.task.id,
            instance_id=live.id,
            root_id=live.row.root_id,
            completed_at=unit.at,
            instance_state=live.state,
            opened=tuple(each for each in ledger.opened if each.id in ledger.changes.tasks),
            incidents=tuple(ledger.incidents),
        )


def _apply(
    engine: Engine, unit: Unit, held: Held, context: TaskContext, answers: Mapping[str, Any]
) -> Mapping[str, Value]:
    """The variables to go on with: the handler's few, or the answers themselves. Raises Invalid."""
    handler = handler_of(engine, held.task)
    if handler is None:
        return answers
    problems = tuple(handler.check(unit, context, answers))
    if problems:
        raise Invalid(problems)
    try:
        with on_behalf_of(unit, held.instance.id):
            return handler.apply(unit, context, answers)
    except IntegrityError as error:
        refusal = engine.refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error


def _move_on(
    ledger: Ledger, held: Held, actor: Actor, answers: Mapping[str, Any], variables: Mapping[str, Value]
) -> None:
    row, live = held.task, ledger.adopt(held.instance)
    ledger.cause = {"kind": "completed", "element": row.element, "name": row.name}
    advance = run.complete(
        ledger.library,
        live.snapshot,
        task_id=row.id,
        variables=variables,
        at=ledger.unit.at,
        calendar=ledger.calendar,
    )
    closing = {"id": row.id, "state": "completed", "closed_at": ledger.unit.at, "closed_by": actor.account_id}
    ledger.changes.task_completed = closing
    ledger.changes.approvals.append(approval_values(ledger.unit, held, actor, answers))
    ledger.note(live.row, "completed", row.element, row.name, {"task_id": row.id})
    ledger.take(live, advance)
    # A condition that the answers made true may have cancelled the task under the person's hands: it was completed.
    ledger.changes.tasks_cancelled = [each for each in ledger.changes.tasks_cancelled if each != row.id]


def approval_values(unit: Unit, held: Held, actor: Actor, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Who decided what, in which role, on which revision: one row for every completed task."""
    row = held.task
    return {
        "task_id": row.id,
        "instance_id": row.instance_id,
        "root_id": row.root_id,
        "element": row.element,
        "task_name": row.name,
        "account_id": actor.account_id,
        "on_behalf_of": None,
        "role": role_of(actor, row),
        "unit_id": row.unit_id,
        "at": unit.at,
        "decision": _text(answers.get("decision")),
        "reason": _text(answers.get("reason")) or _text(answers.get("comment")),
        "revision": row.revision,
        "answers": dict(answers),
    }


def _text(answer: Any) -> str | None:
    return None if answer in (None, "") else str(answer)
