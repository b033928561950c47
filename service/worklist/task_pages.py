"""One task in the browser: read it, take it, give it back, complete it. What was typed stays whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.engine.commands.claim import Claimed, ClaimTask, claim, unclaim
from service.engine.commands.complete import CompleteTask, complete
from service.engine.errors import AlreadyMoved, TaskCancelled, TaskChanged, TaskCompleted, TaskHeld
from service.engine.form_html import Posted, answers_from_html, changed_rows
from service.engine.form_live import settled
from service.engine.forms import Form
from service.errors import Conflict, Invalid, Refused
from service.people.authentication import current_actor
from service.worklist.answers_words import differences, labels_for
from service.worklist.reads import most_urgent
from service.worklist.task_view import TaskView, task_view

blueprint = Blueprint("task", __name__, template_folder="templates")

LARGEST_REVISION = 2**31 - 1
REDRAWING = frozenset(("add-row", "remove-row", "refresh"))
"""Buttons that record nothing."""
CONFLICT_TITLES: Mapping[type[Conflict], str] = {
    TaskCompleted: "Việc này đã được hoàn thành. Phần bạn nhập còn ở bên dưới.",
    TaskCancelled: "Việc này không còn cần làm. Phần bạn nhập còn ở bên dưới.",
    TaskHeld: "Việc này đang có người giữ. Phần bạn nhập còn nguyên.",
    TaskChanged: "Việc này vừa có thay đổi. Phần bạn nhập còn nguyên.",
    AlreadyMoved: "Hồ sơ vừa chuyển bước. Phần bạn nhập còn ở bên dưới.",
}
NOTHING_TYPED: Mapping[type[Conflict], str] = {
    TaskCompleted: "Việc này đã được hoàn thành",
    TaskCancelled: "Việc này không còn cần làm",
    TaskHeld: "Việc này đã có người nhận trước",
    TaskChanged: "Việc này vừa có thay đổi",
}


@blueprint.get("/viec/<uuid:task_id>")
def show_task(task_id: UUID) -> ResponseReturnValue:
    """One task with its form, papers and history."""
    view = task_view(g.engine, str(task_id), current_actor())
    return _page(view, view.form.values if view.form else {})


@blueprint.post("/viec/<uuid:task_id>")
def complete_task(task_id: UUID) -> ResponseReturnValue:
    """Complete the task, or draw the form again: with one row more or less, or as the answers make it."""
    actor = current_actor()
    view = task_view(g.engine, str(task_id), actor)
    if view.open and not view.locked and view.form is not None and REDRAWING & request.form.keys():
        return _page(view, changed_rows(view.form, _typed(view), request.form))
    revision = min(request.form.get("_revision", default=0, type=int), LARGEST_REVISION)
    answers = _sent(view.form) if view.form is not None else {}
    command = CompleteTask(task_id=view.id, revision=revision, answers=answers)
    try:
        completed = complete(g.engine, command, actor)
    except Invalid as refusal:
        return _page(view, answers, refusal=refusal), 422  # without blank rows, as the refusal counted them
    except Refused as refusal:
        return _page(view, _typed(view), refusal=refusal), 403
    except Conflict as conflict:
        now = task_view(g.engine, str(task_id), actor)
        return _page(now, _typed(now), conflict=_conflict(conflict, now, CONFLICT_TITLES), typed=True), 409
    return redirect(f"/viec?xong={completed.task_id}", 303)


@blueprint.post("/viec/<uuid:task_id>/nhan")
def claim_task(task_id: UUID) -> ResponseReturnValue:
    """Take the task; a colleague who was faster is named."""
    return _take(str(task_id), claim, f"/viec/{task_id}")


@blueprint.post("/viec/<uuid:task_id>/tra")
def unclaim_task(task_id: UUID) -> ResponseReturnValue:
    """Give the task back to its group."""
    return _take(str(task_id), unclaim, "/viec?muc=cua-nhom")


def _take(task_id: str, verb: Callable[..., Claimed], then: str) -> ResponseReturnValue:
    actor = current_actor()
    revision = request.form.get("revision", type=int)
    try:
        verb(g.engine, ClaimTask(task_id=task_id, revision=revision), actor)
    except Conflict as conflict:
        view = task_view(g.engine, task_id, actor)
        values = view.form.values if view.form else {}
        return _page(view, values, conflict=_conflict(conflict, view, NOTHING_TYPED)), 409
    return redirect(then, 303)


def _typed(view: TaskView) -> dict[str, Any]:
    """What stands in the form now, blank rows included."""
    return _sent(view.form, keep_blank_rows=True) if view.form is not None else {}


def _sent(form: Form, *, keep_blank_rows: bool = False) -> dict[str, Any]:
    return answers_from_html(form, cast("Posted", request.form), keep_blank_rows=keep_blank_rows)


def _page(
    view: TaskView,
    answers: Mapping[str, Any],
    *,
    refusal: Invalid | Refused | None = None,
    conflict: Mapping[str, Any] | None = None,
    typed: bool = False,
) -> str:
    """The page. `typed`: the answers are a person's own, not the starting values."""
    problems = list(refusal.problems) if isinstance(refusal, Invalid) else []
    labels = labels_for(view.form, (each.field for each in problems)) if view.form is not None else {}
    return render_template(
        "worklist/task.html",
        task=view,
        form=settled(view.form, answers) if view.form is not None else None,
        answers=answers,
        problems=problems,
        refusal=refusal.message if refusal is not None and not problems else None,
        problem_map={each.field: each.message for each in problems},
        labels=labels,
        conflict=conflict,
        typed=typed,
        typed_pairs=list(_posted_pairs()) if typed and view.form is None else [],
        differences=_differences(view) if typed and not view.open else [],
        **view.panel,
    )


def _differences(view: TaskView) -> list[Any]:
    """What this person typed against what the colleague recorded."""
    if view.form is None or view.recorded is None:
        return []
    return differences(view.form, _sent(view.form), view.recorded)


def _posted_pairs() -> Iterable[tuple[str, str]]:
    """What was typed into a form that cannot be drawn any more: it must not be lost."""
    for name, value in request.form.items(multi=True):
        if value.strip() and not name.startswith("_") and name not in ("csrf_token", "add-row", "remove-row"):
            yield name, value


def _conflict(conflict: Conflict, view: TaskView, titles: Mapping[type[Conflict], str]) -> dict[str, Any]:
    with g.engine.database.unit_of_work(read_only=True) as unit:
        urgent = most_urgent(unit, current_actor())
    return {
        "title": titles.get(type(conflict), "Vừa có thay đổi"),
        "words": conflict.message,
        "result": f"Kết quả: {view.result}." if view.result else "",
        "reopen": view.open,
        "next_href": f"/viec/{urgent.id}" if urgent is not None and urgent.id != view.id else None,
    }
