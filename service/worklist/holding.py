"""Who holds a task, or closed it, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.awards.timeline import INSIDE_ONLY_FORMS, Sight, decision_words
from service.engine.tables import approval
from service.people.actor import Actor
from service.people.tables import account
from service.people.words import group, person, person_with_title
from service.web.words import HANOI, day, lowered

if TYPE_CHECKING:
    from datetime import datetime

    from service.database.unit import Unit


def holding_words(row: Row[Any], actor: Actor) -> str:
    """Of an open task: “Bạn giữ việc này từ 11/11.”"""
    if row.assignee_id == actor.account_id:
        return f"Bạn giữ việc này từ {moment_words(row.assigned_at or row.created_at)}."
    if row.assignee_id is not None:
        return f"{row.assignee_name} giữ việc này từ {moment_words(row.assigned_at or row.created_at)}."
    return f"Chưa có người nhận; {lowered(group(row.candidate_groups, row.unit_name))} nhận được."


def closing_words(unit: Unit, row: Row[Any], sight: Sight) -> str:
    """Of a closed task: who completed it, when, and with which result where this person may read it."""
    if row.state == "cancelled":
        return f"Việc này đã dừng {moment_words(row.closed_at)}, không còn cần làm."
    query = (
        select(approval.c.decision, account.c.full_name, account.c.gender, account.c.title)
        .join(account, account.c.id == approval.c.account_id)
        .where(approval.c.task_id == row.id)
    )
    done = unit.connection.execute(query).one_or_none()
    if done is None:
        return f"Việc này đã xong {moment_words(row.closed_at)}."
    who = person_with_title(done.full_name, done.gender, done.title)
    words = f"{who}{',' if done.title else ''} hoàn thành {moment_words(row.closed_at)}"
    result = result_words(row, done.decision, sight)
    return f"{words}: {result}." if result else f"{words}."


def result_words(row: Row[Any], decision: str | None, sight: Sight) -> str:
    """What a completed task decided; '' where it decided nothing, or this person may not read it."""
    hidden = sight == "times" or (sight == "own" and row.form_key in INSIDE_ONLY_FORMS)
    return "" if hidden else decision_words(decision)


def locked_words(row: Row[Any], *, acts: bool, content: bool) -> str:
    """Why an open task cannot be done by this person now."""
    if not content:
        return "Nội dung phiếu chỉ người xử lý và người được đọc hồ sơ xem được."
    if acts:
        who = person(row.assignee_name or "Người khác")
        return f"{who} đang giữ việc này; bạn xem được. Khi việc được trả về nhóm, bạn có thể nhận."
    return f"Việc này do {lowered(group(row.candidate_groups, row.unit_name))} xử lý; bạn chỉ được xem."


def moment_words(moment: datetime) -> str:
    """“09:41 ngày 24/11/2026”."""
    return f"{moment.astimezone(HANOI):%H:%M} ngày {day(moment)}"
