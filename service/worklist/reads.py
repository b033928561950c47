"""What a clerk sees: the tasks they may act on, by section, and how many each section holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from service.engine.tables import draft, instance, notice, task
from service.people.actor import Actor
from service.people.policy import tasks_actionable_by
from service.people.tables import account
from service.people.tables import unit as unit_table
from service.web.words import HANOI

if TYPE_CHECKING:
    from service.database.unit import Unit

Section = Literal["qua-han", "hom-nay", "sap-den", "cua-toi", "cua-nhom", "da-xong"]
SECTIONS: tuple[tuple[Section, str], ...] = (
    ("hom-nay", "Hết hạn hôm nay"),
    ("qua-han", "Quá hạn"),
    ("sap-den", "Sắp đến hạn"),
    ("cua-toi", "Của tôi"),
    ("cua-nhom", "Của nhóm"),
    ("da-xong", "Đã xong"),
)
PAGE = 12
NOTICES_PAGE = 50
SOON_DAYS = 5
"""“Sắp đến hạn” looks this many calendar days ahead."""
CAP = 1001
"""Counts are exact to a thousand; one more is enough to say “1.000+”."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """Where today ends and how far “soon” reaches, at one moment."""

    now: datetime
    today_ends: datetime
    soon_ends: datetime

    @classmethod
    def of(cls, at: datetime) -> Days:
        """The days of Hà Nội at `at`."""
        midnight = datetime.combine(at.astimezone(HANOI).date() + timedelta(days=1), time(), tzinfo=HANOI)
        return cls(now=at, today_ends=midnight, soon_ends=midnight + timedelta(days=SOON_DAYS))


def tasks_in(
    unit: Unit, actor: Actor, section: Section, *, after: tuple[datetime | None, str] | None = None, limit: int = PAGE
) -> Sequence[Any]:
    """One page of a section, by due date then number; `after` is the last row's (due_at, id) of the page before.

    Each row: id, root_id, name, business_key, unit_name, created_at, due_at, assignee_id, holder_name, state, revision.
    One row more than `limit` comes back where there is another page. `draft_at`: when this person saved a draft.
    """
    own = and_(draft.c.task_id == task.c.id, draft.c.account_id == actor.account_id)
    query = _rows().add_columns(draft.c.saved_at.label("draft_at")).outerjoin(draft, own)
    query = query.where(_in(actor, section, Days.of(unit.at)))
    if section == "da-xong":
        if after is not None and after[0] is not None:
            query = query.where(
                or_(task.c.closed_at < after[0], and_(task.c.closed_at == after[0], task.c.id > after[1]))
            )
        query = query.order_by(task.c.closed_at.desc(), task.c.id)
    else:
        if after is not None:
            query = query.where(_after(*after))
        query = query.order_by(task.c.due_at.is_(None), task.c.due_at, task.c.id)
    return unit.connection.execute(query.limit(limit + 1)).all()


def section_counts(unit: Unit, actor: Actor) -> dict[Section, int]:
    """How many tasks each section holds, counted to a thousand and one at most for the finished ones."""
    days = Days.of(unit.at)
    open_sections = [key for key, _ in SECTIONS if key != "da-xong"]
    sums = [func.coalesce(func.sum(case((_narrow(actor, key, days), 1), else_=0)), 0) for key in open_sections]
    counted = unit.connection.execute(
        select(*sums).select_from(task).where(task.c.state == "open", tasks_actionable_by(actor, task.c))
    ).one()
    done = select(task.c.id).where(_in(actor, "da-xong", days)).limit(CAP).subquery()
    counts: dict[Section, int] = {key: int(count) for key, count in zip(open_sections, counted, strict=True)}
    counts["da-xong"] = int(unit.connection.execute(select(func.count()).select_from(done)).scalar_one())
    return counts


def most_urgent(unit: Unit, actor: Actor) -> Any | None:
    """The task to do first: one's own or one that is free, by due date."""
    query = _rows().where(
        task.c.state == "open",
        tasks_actionable_by(actor, task.c),
        or_(task.c.assignee_id.is_(None), task.c.assignee_id == actor.account_id),
    )
    return unit.connection.execute(query.order_by(task.c.due_at.is_(None), task.c.due_at, task.c.id).limit(1)).first()


def notices_of(unit: Unit, actor: Actor, *, before: int | None = None, limit: int = NOTICES_PAGE) -> Sequence[Any]:
    """One page of a person's notices, newest first; one more than `limit` where there is another page.

    Args:
        before: the number of the last notice of the page before.
    """
    query = select(notice).where(notice.c.account_id == actor.account_id)
    if before is not None:
        query = query.where(notice.c.id < before)
    return unit.connection.execute(query.order_by(notice.c.id.desc()).limit(limit + 1)).all()


def unread_notices(unit: Unit, actor: Actor) -> int:
    """How many notices a person has not opened."""
    query = select(func.count()).where(notice.c.account_id == actor.account_id, notice.c.read_at.is_(None))
    return int(unit.connection.execute(query).scalar_one())


def _rows() -> Select[Any]:
    holder = account.alias("holder")
    return (
        select(
            task.c.id,
            task.c.root_id,
            task.c.name,
            task.c.created_at,
            task.c.due_at,
            task.c.closed_at,
            task.c.assignee_id,
            task.c.state,
            task.c.revision,
            instance.c.business_key,
            unit_table.c.name.label("unit_name"),
            holder.c.full_name.label("holder_name"),
        )
        .select_from(task)
        .join(instance, instance.c.id == task.c.root_id)
        .outerjoin(unit_table, unit_table.c.id == instance.c.unit_id)
        .outerjoin(holder, holder.c.id == task.c.assignee_id)
    )


def _in(actor: Actor, section: Section, days: Days) -> ColumnElement[bool]:
    if section == "da-xong":
        return and_(task.c.state == "completed", task.c.closed_by == actor.account_id)
    return and_(task.c.state == "open", tasks_actionable_by(actor, task.c), _narrow(actor, section, days))


def _narrow(actor: Actor, section: Section, days: Days) -> ColumnElement[bool]:
    mine = task.c.assignee_id == actor.account_id
    mine_or_free = or_(task.c.assignee_id.is_(None), mine)
    return {
        "cua-toi": mine,
        "cua-nhom": task.c.assignee_id.is_distinct_from(actor.account_id),
        "qua-han": and_(mine_or_free, task.c.due_at < days.now),
        "hom-nay": and_(mine_or_free, task.c.due_at >= days.now, task.c.due_at < days.today_ends),
        "sap-den": and_(mine_or_free, task.c.due_at >= days.today_ends, task.c.due_at < days.soon_ends),
    }[section]


def _after(due_at: datetime | None, task_id: str) -> ColumnElement[bool]:
    if due_at is None:
        return and_(task.c.due_at.is_(None), task.c.id > task_id)
    return or_(task.c.due_at > due_at, and_(task.c.due_at == due_at, task.c.id > task_id), task.c.due_at.is_(None))
