"""One task in the browser: read it, take it, give it back, complete it. What was typed stays whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from service.awards.papers.pages import PREFIX, receive_paper, refuse_paper_left_behind
from service.engine.commands.claim import Claimed, ClaimTask, claim, unclaim
from service.engine.commands.complete import CompleteTask, complete
from service.engine.commands.drafts import SaveDraft, drop_draft, save_draft
from service.engine.errors import AlreadyMoved, TaskCancelled, TaskChanged, TaskCompleted, TaskHeld
from service.engine.form_html import Posted, answers_from_html, changed_rows, with_a_row_to_fill
from service.engine.form_live import settled
from service.engine.forms import Form
from service.errors import Conflict, Invalid, Refused
from service.people.authentication import current_actor
from service.web.words import hour
from service.worklist.answers_words import answered, differences, labels_for
from service.worklist.drafts import adds_to, answers_in, typed_pairs
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
    """One task with its form, papers and history. A draft is shown in place of what the form begins with."""
    return _opened(task_view(g.engine, str(task_id), current_actor()))


@blueprint.post("/viec/<uuid:task_id>")
def complete_task(task_id: UUID) -> ResponseReturnValue:
    """Complete the task, or draw the form again: with one row more or less, or as the answers make it."""
    actor = current_actor()
    view = task_view(g.engine, str(task_id), actor)
    if view.takes_answers and view.form is not None and REDRAWING & request.form.keys():
        return _page(view, changed_rows(view.form, _typed(view), request.form))
    revision = min(request.form.get("_revision", default=0, type=int), LARGEST_REVISION)
    answers = _sent(view.form) if view.form is not None else {}
    command = CompleteTask(task_id=view.id, revision=revision, answers=answers)
    try:
        refuse_paper_left_behind(request.form)
        completed = complete(g.engine, command, actor)
    except Invalid as refusal:
        if view.form is not None:  # without blank rows, as the refusal counted them
            answers = with_a_row_to_fill(view.form, answers, cast("Posted", request.form))
        return _page(view, answers, refusal=refusal), 422
    except Refused as refusal:
        return _page(view, _typed(view), refusal=refusal), 403
    except Conflict as conflict:
        return _overtaken(str(task_id), conflict)
    return redirect(f"/viec?xong={completed.task_id}", 303)


@blueprint.post("/viec/<uuid:task_id>/nhap")
def keep_draft(task_id: UUID) -> ResponseReturnValue:
    """Keep what is typed, without sending it: by the button, or by the page itself (`auto`)."""
    command = SaveDraft(task_id=str(task_id), typed=typed_pairs(request.form.items(multi=True)))
    try:
        saved_at = save_draft(g.engine, command, current_actor())
    except Conflict as conflict:
        return _overtaken(str(task_id), conflict)
    if request.form.get("auto"):
        return f"Đã tự lưu lúc {hour(saved_at)}", {"Content-Type": "text/plain; charset=utf-8"}
    return redirect(f"/viec/{task_id}?nhap=da-luu", 303)


@blueprint.post("/viec/<uuid:task_id>/nhap/bo")
def throw_draft_away(task_id: UUID) -> ResponseReturnValue:
    """Back to what the form begins with."""
    drop_draft(g.engine, str(task_id), current_actor())
    return redirect(f"/viec/{task_id}", 303)


@blueprint.post("/viec/<uuid:task_id>/giay-to")
def add_paper(task_id: UUID) -> ResponseReturnValue:
    """Add a file to the task's dossier; what is typed in the form beside it is kept as a draft."""
    view = task_view(g.engine, str(task_id), current_actor())
    try:
        _keep(view)
    except Conflict as conflict:
        return _overtaken(str(task_id), conflict)
    return receive_paper(view.root_id, back=f"/viec/{task_id}", prefix=PREFIX)


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
    in_form = "_revision" in request.form  # the button of a form that may have been filled meanwhile
    revision = request.form.get("_revision" if in_form else "revision", type=int)
    try:
        if in_form:
            _keep(task_view(g.engine, task_id, actor))
        verb(g.engine, ClaimTask(task_id=task_id, revision=revision), actor)
    except Conflict as conflict:
        view = task_view(g.engine, task_id, actor)
        return _opened(view, conflict=_conflict(conflict, view, NOTHING_TYPED)), 409
    return redirect(then, 303)


def _keep(view: TaskView) -> None:
    """Save as a draft what was typed since the page was drawn. Raises what `save_draft` raises."""
    if view.form is not None and view.open and view.acts and adds_to(view.form, request.form, view.starting):
        pairs = typed_pairs(request.form.items(multi=True))
        save_draft(g.engine, SaveDraft(task_id=view.id, typed=pairs), current_actor())


def _overtaken(task_id: str, conflict: Conflict) -> ResponseReturnValue:
    """Somebody was faster: who, and what was typed beside it."""
    now = task_view(g.engine, task_id, current_actor())
    page = _page(now, _typed(now), conflict=_conflict(conflict, now, CONFLICT_TITLES), typed=request.form)
    return page, 409


def _typed(view: TaskView) -> dict[str, Any]:
    """What stands in the form now, blank rows included."""
    return answers_in(view.form, request.form)


def _sent(form: Form) -> dict[str, Any]:
    return answers_from_html(form, cast("Posted", request.form))


def _opened(view: TaskView, *, conflict: Mapping[str, Any] | None = None) -> str:
    """The page as it is found, nothing sent."""
    typed = view.draft.typed if view.draft is not None and not view.takes_answers else None
    return _page(view, view.starting, conflict=conflict, typed=typed)


def _page(
    view: TaskView,
    answers: Mapping[str, Any],
    *,
    refusal: Invalid | Refused | None = None,
    conflict: Mapping[str, Any] | None = None,
    typed: MultiDict[str, str] | None = None,
) -> str:
    """The page. `typed`: what a person typed, where it cannot simply be sent again."""
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
        typed=typed is not None,
        left=_left(view, typed) if typed is not None and not view.open else [],
        differences=_differences(view, typed) if typed is not None and not view.open else [],
        saved=request.args.get("nhap") == "da-luu",
        **view.panel,
    )


def _differences(view: TaskView, typed: MultiDict[str, str]) -> list[Any]:
    """What this person typed against what the colleague recorded."""
    if view.form is None or view.recorded is None:
        return []
    return differences(view.form, answers_from_html(view.form, cast("Posted", typed)), view.recorded)


def _left(view: TaskView, typed: MultiDict[str, str]) -> list[str]:
    """What was typed, in words, where nothing was recorded to hold against it: it must not be lost.

    As it was sent where the form cannot be drawn any more.
    """
    if view.form is None:
        return [value for _name, value in typed_pairs(typed.items(multi=True)) if value.strip()]
    if view.recorded is not None:
        return []
    return [f"{each.label}: {each.words}" for each in answered(view.form, answers_in(view.form, typed))]


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
