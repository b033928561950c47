"""What a clerk sees and does in the browser: the worklist, one task, the notices, starting a process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from service.api.paging import read_cursor, write_cursor
from service.engine.commands.claim import ClaimTask, claim, unclaim
from service.engine.commands.complete import CompleteTask, complete
from service.engine.commands.start import StartProcess, start
from service.engine.errors import AlreadyMoved, TaskCancelled, TaskChanged, TaskCompleted, TaskHeld
from service.engine.form_html import answers_from_html
from service.engine.tables import notice
from service.errors import Conflict, Invalid
from service.people.authentication import current_actor
from service.web.words import due_words, long_day
from service.worklist.draft_rows import changed_rows
from service.worklist.reads import (
    PAGE,
    SECTIONS,
    Section,
    most_urgent,
    notices_of,
    section_counts,
    tasks_in,
)
from service.worklist.starts import first_task, startable_by
from service.worklist.task_view import TaskView, done_words, labels_of, task_view

blueprint = Blueprint("worklist", __name__, template_folder="templates")


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The worklist is where everybody begins."""
    return redirect("/viec")


@blueprint.get("/viec")
def worklist() -> ResponseReturnValue:
    """One section of the tasks this person may act on, by due date."""
    actor = current_actor()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        counts = section_counts(unit, actor)
        section = _section(counts)
        after = read_cursor(request.args["sau"]) if request.args.get("sau") else None
        found = tasks_in(unit, actor, section, after=after)
        urgent = most_urgent(unit, actor)
        calendar = g.engine.calendar_of(unit)
        done = done_words(unit, actor, request.args.get("xong"), urgent)
        starts = startable_by(g.engine, unit, actor)
        now = unit.at
    rows = [
        {
            **row._mapping,
            "due": due_words(row.due_at, now, calendar),
            "holder": "Bạn" if row.assignee_id == actor.account_id else row.holder_name,
            "open": row.state == "open",
        }
        for row in found[:PAGE]
    ]
    key = "closed_at" if section == "da-xong" else "due_at"
    more = write_cursor((rows[-1][key], rows[-1]["id"])) if len(found) > PAGE else None
    return render_template(
        "worklist/list.html",
        rows=rows,
        tabs=[
            {"key": name, "words": words, "count": counts[name], "current": name == section, "red": name == "qua-han"}
            for name, words in SECTIONS
        ],
        sentence=_sentence(counts, long_day(now)),
        urgent_href=f"/viec/{urgent.id}" if urgent is not None else None,
        starts=starts,
        done=done,
        next_href=f"/viec?muc={section}&sau={more}" if more else None,
        empty=_empty(section, urgent),
    )


@blueprint.get("/viec/<uuid:task_id>")
def show_task(task_id: Any) -> ResponseReturnValue:
    """One task with its form, papers and history."""
    view = task_view(g.engine, str(task_id), current_actor())
    return _task_page(view, view.form.values if view.form else {})


@blueprint.post("/viec/<uuid:task_id>")
def complete_task(task_id: Any) -> ResponseReturnValue:
    """Complete the task; what was typed stays on screen whatever happens."""
    actor = current_actor()
    view = task_view(g.engine, str(task_id), actor)
    form = view.form
    if "add-row" in request.form or "remove-row" in request.form:
        answers = answers_from_html(form, request.form, keep_blank_rows=True) if form else {}
        return _task_page(view, changed_rows(answers, request.form))
    answers = answers_from_html(form, request.form) if form else {}
    revision = request.form.get("_revision", type=int) or 0
    command = CompleteTask(task_id=view.id, revision=revision, answers=answers)
    try:
        completed = complete(g.engine, command, actor)
    except Invalid as refusal:
        typed = answers_from_html(form, request.form, keep_blank_rows=True) if form else {}
        return _task_page(view, typed, refusal=refusal), 422
    except Conflict as conflict:
        view = task_view(g.engine, str(task_id), actor)
        return _task_page(view, answers, conflict=_conflict(conflict, view)), 409
    return redirect(f"/viec?xong={completed.task_id}", 303)


@blueprint.post("/viec/<uuid:task_id>/nhan")
def claim_task(task_id: Any) -> ResponseReturnValue:
    """Take the task; a colleague who was faster is named."""
    return _take(str(task_id), claim, f"/viec/{task_id}")


@blueprint.post("/viec/<uuid:task_id>/tra")
def unclaim_task(task_id: Any) -> ResponseReturnValue:
    """Give the task back to its group."""
    return _take(str(task_id), unclaim, "/viec?muc=cua-nhom")


@blueprint.post("/khoi-tao/<key>")
def start_process(key: str) -> ResponseReturnValue:
    """Start a process as this person, then open its first task where it is theirs."""
    started = start(g.engine, StartProcess(key=key, business_key=None, variables={}), current_actor())
    with g.engine.database.unit_of_work(read_only=True) as unit:
        first = first_task(unit, current_actor(), started.instance_id)
    return redirect(f"/viec/{first}" if first else f"/ho-so/{started.instance_id}", 303)


@blueprint.get("/thong-bao")
def notices() -> ResponseReturnValue:
    """This person's notices, newest first."""
    with g.engine.database.unit_of_work(read_only=True) as unit:
        found = notices_of(unit, current_actor())
    return render_template(
        "worklist/notices.html", notices=found, unread=sum(1 for each in found if each.read_at is None)
    )


@blueprint.post("/thong-bao/da-doc")
def mark_notices_read() -> ResponseReturnValue:
    """Everything shown has been seen."""
    with g.engine.database.unit_of_work() as unit:
        unit.connection.execute(
            update(notice)
            .where(notice.c.account_id == current_actor().account_id, notice.c.read_at.is_(None))
            .values(read_at=unit.at)
        )
    return redirect("/thong-bao", 303)


def _take(task_id: str, verb: Any, then: str) -> ResponseReturnValue:
    actor = current_actor()
    revision = request.form.get("revision", type=int)
    try:
        verb(g.engine, ClaimTask(task_id=task_id, revision=revision), actor)
    except Conflict as conflict:
        view = task_view(g.engine, task_id, actor)
        values = view.form.values if view.form else {}
        return _task_page(view, values, conflict=_conflict(conflict, view)), 409
    return redirect(then, 303)


def _task_page(
    view: TaskView,
    answers: Mapping[str, Any],
    *,
    refusal: Invalid | None = None,
    conflict: Mapping[str, Any] | None = None,
) -> str:
    problems = list(refusal.problems) if refusal is not None else []
    return render_template(
        "worklist/task.html",
        task=view,
        form=view.form,
        answers=answers,
        problems=problems,
        refusal=refusal.message if refusal is not None and not problems else None,
        problem_map={problem.field: problem.message for problem in problems},
        labels=labels_of(view.form) if view.form else {},
        history=view.history,
        conflict=conflict,
        papers_html=view.papers_html,
        deadline_words=view.deadline_words,
        next_words=None,
    )


def _conflict(conflict: Conflict, view: TaskView) -> dict[str, Any]:
    title = {
        TaskCompleted: "Việc này đã được hoàn thành. Phần bạn nhập còn ở bên dưới.",
        TaskCancelled: "Việc này không còn cần làm. Phần bạn nhập còn ở bên dưới.",
        TaskHeld: "Việc này đang có người giữ. Phần bạn nhập còn nguyên.",
        TaskChanged: "Việc này vừa được người khác thay đổi. Phần bạn nhập còn nguyên.",
        AlreadyMoved: "Hồ sơ vừa chuyển bước. Phần bạn nhập còn ở bên dưới.",
    }.get(type(conflict), "Vừa có thay đổi. Phần bạn nhập còn nguyên.")
    return {"title": title, "words": conflict.message, "reopen": view.open, "next_href": None}


def _section(counts: Mapping[Section, int]) -> Section:
    """The section asked for, else the first of overdue, own, the group's that holds anything."""
    asked = request.args.get("muc")
    for key, _ in SECTIONS:
        if key == asked:
            return key
    order: tuple[Section, ...] = ("cua-toi", "cua-nhom")
    return next((key for key in order if counts[key]), "cua-nhom")


def _sentence(counts: Mapping[Section, int], today: str) -> str:
    late, now = counts["qua-han"], counts["hom-nay"]
    if not late and not now:
        return f"{today}. Không có việc nào quá hạn hoặc hết hạn hôm nay."
    parts = ([f"{late} việc đã quá hạn"] if late else []) + ([f"{now} việc hết hạn hôm nay"] if now else [])
    return f"{today}. {', '.join(parts)}."


def _empty(section: Section, urgent: Any | None) -> dict[str, Any]:
    titles = {
        "cua-toi": "Bạn chưa nhận việc nào",
        "cua-nhom": "Nhóm của bạn không có việc nào đang chờ",
        "qua-han": "Không có việc nào quá hạn",
        "hom-nay": "Không có việc nào hết hạn hôm nay",
        "sap-den": "Không có việc nào sắp đến hạn",
        "da-xong": "Bạn chưa hoàn thành việc nào",
    }
    if urgent is None:
        return {"title": titles[section], "words": "Khi có việc mới, việc sẽ hiện ở đây.", "href": None}
    return {
        "title": titles[section],
        "words": f"Việc gần hạn nhất: {urgent.name}, {urgent.business_key or urgent.unit_name}.",
        "href": f"/viec/{urgent.id}",
        "link": "Mở việc này",
    }


