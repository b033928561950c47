"""One task that does not get on, for whoever sees to it: remind, give it to somebody else, more time, tell above."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.engine.commands.extend import MOST_DAYS, ExtendTask, extend
from service.engine.commands.reassign import ReassignTask, reassign
from service.engine.errors import TaskNotFound
from service.errors import Conflict, FieldProblem, Invalid, NotFound, Refused
from service.monitoring.escalate import EscalateTask, escalate
from service.monitoring.pages import overdue_row
from service.monitoring.remind import remind
from service.monitoring.waiting import may_do, open_task
from service.people.authentication import current_actor
from service.people.policy import may_assign
from service.people.words import group
from service.web.words import hour, long_day, lowered

blueprint = Blueprint("unblock", __name__, template_folder="templates")

LONGEST_REASON = 2000
MESSAGES = {
    "da-nhac": "Đã nhắc. Người được nhắc nhận thông báo trong hệ thống và thư điện tử.",
    "da-giao": "Đã giao lại việc này.",
    "da-bao": "Đã báo cấp trên.",
    "da-gia-han": "Đã gia hạn. Mốc nhắc và báo quá hạn chưa đến được dời theo.",
}


@blueprint.get("/giam-sat/viec/<uuid:task_id>")
def show(task_id: UUID) -> ResponseReturnValue:
    """What can be done about one open task."""
    return _page(str(task_id))


@blueprint.post("/giam-sat/viec/<uuid:task_id>/nhac")
def send_reminder(task_id: UUID) -> ResponseReturnValue:
    """Remind the holder, or the group."""
    return _act(str(task_id), "da-nhac", lambda: remind(g.engine, str(task_id), current_actor()))


@blueprint.post("/giam-sat/viec/<uuid:task_id>/giao-lai")
def give(task_id: UUID) -> ResponseReturnValue:
    """Give it to somebody else, or back to the group, with a reason."""
    given, reason = request.form.get("username"), _reason()
    command = ReassignTask(
        task_id=str(task_id),
        username=given or None,
        revision=request.form.get("revision", type=int),
        reason=reason,
    )

    def act() -> None:
        if not reason:
            raise Invalid([FieldProblem(field="give_reason", message="Cần ghi lý do giao lại.")])
        reassign(g.engine, command, current_actor())

    return _act(str(task_id), "da-giao", act)


@blueprint.post("/giam-sat/viec/<uuid:task_id>/gia-han")
def give_time(task_id: UUID) -> ResponseReturnValue:
    """Working days more, with a reason."""
    days = request.form.get("days", "").strip()
    command = ExtendTask(
        task_id=str(task_id), days=int(days[:4]) if days.isascii() and days.isdigit() else 0, reason=_reason()
    )
    return _act(str(task_id), "da-gia-han", lambda: extend(g.engine, command, current_actor()))


@blueprint.post("/giam-sat/viec/<uuid:task_id>/bao-cap-tren")
def tell_superiors(task_id: UUID) -> ResponseReturnValue:
    """Tell those above, in one's own words."""
    command = EscalateTask(task_id=str(task_id), words=_reason())
    return _act(str(task_id), "da-bao", lambda: escalate(g.engine, command, current_actor()))


def _act(task_id: str, outcome: str, act: Callable[[], Any]) -> ResponseReturnValue:
    """Do it, and back to the page with the outcome; what was typed stays where it cannot be done."""
    try:
        act()
    except Invalid as refusal:
        return _page(task_id, problems=refusal.problems), 422
    except (Conflict, Refused, NotFound) as refusal:
        if isinstance(refusal, TaskNotFound):
            raise
        return _page(task_id, refusal=refusal.message), 409
    return redirect(f"/giam-sat/viec/{task_id}?bao={outcome}", 303)


def _page(task_id: str, *, problems: Any = (), refusal: str = "") -> str:
    """Raises TaskNotFound: there is none, or this person does not see to it."""
    actor = current_actor()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        row = open_task(unit, actor, task_id)
        if row is None or not may_assign(actor, row.unit_id):
            raise TaskNotFound()
        people = [person for person in may_do(unit, row) if person.account_id != row.assignee_id]
        task = overdue_row(row, unit.at, g.engine.calendar_of(unit))
    return render_template(
        "monitoring/unblock.html",
        task=task,
        why=why_waiting(task, bool(people)),
        people=people,
        most_days=MOST_DAYS,
        problems=list(problems),
        problem_map={each.field: each.message for each in problems},
        refusal=refusal,
        give=_typed("giao-lai", "username", "reason"),
        tell=_typed("bao-cap-tren", "reason"),
        time=_typed("gia-han", "days", "reason"),
        message=MESSAGES.get(request.args.get("bao", "")),
    )


def why_waiting(task: Any, anybody: bool) -> str:
    """One sentence: who is awaited, since when, and whether anybody is there."""
    since = task["assigned_at"] or task["created_at"]
    moment = f"{hour(since)}, {lowered(long_day(since))}"
    if task["holder_name"]:
        return f"{task['holder_name']} giữ việc này từ {moment}."
    awaited = lowered(group(task["candidate_groups"], task["unit_name"]))
    if not anybody:
        return f"Chờ {awaited} từ {moment}, nhưng nhóm này không có ai để nhận việc."
    return f"Chờ {awaited} từ {moment}; chưa ai nhận."


def _typed(of: str, *names: str) -> dict[str, str | None]:
    """What was sent to this one of the page's forms."""
    sent = request.path.endswith(f"/{of}")
    return {name: request.form.get(name, "") if sent else None if name == "username" else "" for name in names}


def _reason() -> str:
    return request.form.get("reason", "").strip()[:LONGEST_REASON]
