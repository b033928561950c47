"""The notice after a task was completed: what happened, who has the dossier now, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.engine.tables import incident, instance, task
from service.people.actor import Actor
from service.people.tables import account
from service.people.tables import unit as unit_table
from service.people.words import group, person
from service.web.words import due_words, in_words, lowered

if TYPE_CHECKING:
    from service.database.unit import Unit
    from workflows.calendar import WorkCalendar

MOST_NAMED = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A green notice with the two ways on."""

    title: str
    words: str
    next_href: str | None
    dossier_href: str


def done_words(
    unit: Unit, actor: Actor, task_id: str | None, urgent: Row[Any] | None, calendar: WorkCalendar
) -> Done | None:
    """What this person has just completed; None where `task_id` names nothing of theirs."""
    query = (
        select(task, instance.c.business_key, instance.c.state.label("dossier_state"))
        .join(instance, instance.c.id == task.c.root_id)
        .where(task.c.id == (task_id or ""), task.c.state == "completed", task.c.closed_by == actor.account_id)
    )
    done = unit.connection.execute(query).one_or_none()
    if done is None:
        return None
    return Done(
        title=f"Đã hoàn thành “{done.name}”{f' {done.business_key}' if done.business_key else ''}",
        words=" ".join(filter(None, (_who_now(unit, done), _next(unit, urgent, calendar)))),
        next_href=f"/viec/{urgent.id}" if urgent is not None else None,
        dossier_href=f"/ho-so/{done.root_id}",
    )


def _who_now(unit: Unit, done: Row[Any]) -> str:
    """Who the dossier waits for after this step: the tasks opened by it, else everything open."""
    query = (
        select(task, account.c.full_name, account.c.gender, unit_table.c.name.label("unit_name"))
        .outerjoin(account, account.c.id == task.c.assignee_id)
        .outerjoin(unit_table, unit_table.c.id == task.c.unit_id)
        .where(task.c.root_id == done.root_id, task.c.state == "open")
        .order_by(task.c.created_at.desc(), task.c.due_at, task.c.id)
    )
    waiting = unit.connection.execute(query).all()
    opened = [each for each in waiting if each.created_at >= done.closed_at] or list(waiting)
    if opened:
        named = "; ".join(f"{_holder(each)} có việc “{each.name}”" for each in opened[:MOST_NAMED])
        rest = f", và {in_words(len(opened) - MOST_NAMED)} việc khác" if len(opened) > MOST_NAMED else ""
        return f"Bây giờ {named}{rest}."
    if done.dossier_state != "active":
        return "Quy trình của hồ sơ đã kết thúc."
    stuck = select(incident.c.id).where(incident.c.root_id == done.root_id, incident.c.resolved_at.is_(None)).limit(1)
    if unit.connection.execute(stuck).first() is not None:
        return "Việc của bạn đã được ghi; bước sau chưa đi tiếp được và đang chờ người điều hành xử lý."
    return "Hồ sơ đang chờ bước tự động hoặc thông báo từ nơi khác."


def _holder(each: Row[Any]) -> str:
    if each.full_name is not None:
        words = person(each.full_name, each.gender)
        return lowered(words) if each.gender else words
    return lowered(group(each.candidate_groups, each.unit_name))


def _next(unit: Unit, urgent: Row[Any] | None, calendar: WorkCalendar) -> str:
    if urgent is None:
        return "Bạn không còn việc nào đang chờ."
    due = due_words(urgent.due_at, unit.at, calendar).words
    of = ", ".join(filter(None, (urgent.business_key, urgent.unit_name)))
    return f"Việc gấp nhất tiếp theo của bạn: “{urgent.name}”, {of}{', ' if of else ''}{lowered(due)}."
