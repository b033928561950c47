"""The form of an open task, from whichever of the three sources its diagram names, and the answers given to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.database.unit import Unit
from service.engine.camunda_forms import camunda_form, generated_form
from service.engine.context import Engine
from service.engine.form_schema import check_answers
from service.engine.forms import Form
from service.engine.handlers import TaskContext, TaskHandler
from service.engine.rows import InstanceRow, TaskRow
from service.errors import FieldProblem, Invalid
from service.people.actor import Actor
from workflows import run
from workflows.calendar import WorkCalendar
from workflows.specs.activities import User

MAX_FREE_ANSWERS = 100


def task_context(unit: Unit, row: TaskRow, of: InstanceRow, actor: Actor, calendar: WorkCalendar) -> TaskContext:
    """The task as a handler sees it: every variable in the task's sight, its multi-instance item included."""
    return TaskContext(
        task_id=row.id,
        instance_id=row.instance_id,
        root_id=row.root_id,
        element=row.element,
        name=row.name,
        form_key=row.form_key or "",
        unit_id=row.unit_id,
        business_key=of.business_key,
        variables=run.variables(of.as_snapshot(), seen_from=row.id if row.state == "open" else None),
        properties=row.properties,
        created_at=row.created_at,
        due_at=row.due_at,
        at=unit.at,
        calendar=calendar,
        actor=actor,
    )


def handler_of(engine: Engine, row: TaskRow) -> TaskHandler | None:
    return engine.registry.tasks.get(row.form_key) if row.form_key else None


def form_for(engine: Engine, unit: Unit, row: TaskRow, of: InstanceRow, context: TaskContext) -> Form | None:
    """The task's form; None where none is drawn."""
    handler = handler_of(engine, row)
    if handler is not None:
        return handler.form(unit, context)
    library = engine.library(unit)
    definition = library.definition(of.definition_id)
    if row.form_ref is not None:
        reference = row.form_ref
        data = library.form(
            reference["key"],
            binding=reference["binding"],
            version=reference["version"],
            deployment_id=definition.deployment_id,
        )
        return camunda_form(data, context.variables, context.at)
    drawn = next((node.form_fields for node in definition.spec.nodes() if _is_task(node, row.element)), ())
    return generated_form(drawn, context.variables, context.at) if drawn else None


def _is_task(node: Any, element: str) -> bool:
    return isinstance(node, User) and node.bpmn_id == element


def answers_to(form: Form | None, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The checked answers. A task without a form takes any, as in Camunda: draw a form to name them.

    Raises Invalid.
    """
    if form is not None:
        return check_answers(form, raw)
    problems = [
        FieldProblem(field=str(name), message="Tên biến chỉ gồm chữ không dấu, số và gạch dưới.")
        for name in raw
        if not (isinstance(name, str) and name.isascii() and name.isidentifier())
    ]
    if problems or len(raw) > MAX_FREE_ANSWERS:
        raise Invalid(problems, None if problems else f"Nhận không quá {MAX_FREE_ANSWERS} câu trả lời.")
    return dict(raw)
