"""What a clerk sees first in the browser: the worklist by section, the notices, the processes to start."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Row, update

from service.api.paging import CursorUnreadable, Place, read_cursor, write_cursor
from service.engine.commands.start import StartProcess, start
from service.engine.tables import notice
from service.people.actor import Actor
from service.people.authentication import current_actor
from service.web.words import due_words, in_words, long_day
from service.worklist.done import done_words
from service.worklist.reads import (
    NOTICES_PAGE,
    PAGE,
    SECTIONS,
    Section,
    most_urgent,
    notices_of,
    section_counts,
    tasks_in,
)
from service.worklist.starts import first_task, startable_by

if TYPE_CHECKING:
    from workflows.calendar import WorkCalendar

blueprint = Blueprint("worklist", __name__, template_folder="templates")

LONGEST_NUMBER = 19
"""Digits of the largest integer a database compares."""
EMPTY: Mapping[Section, str] = {
    "cua-toi": "Bạn chưa nhận việc nào",
    "cua-nhom": "Nhóm của bạn không có việc nào đang chờ",
    "qua-han": "Không có việc nào quá hạn",
    "hom-nay": "Không có việc nào hết hạn hôm nay",
    "sap-den": "Không có việc nào sắp đến hạn",
    "da-xong": "Bạn chưa hoàn thành việc nào",
}


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The worklist is where everybody begins."""
    return redirect("/viec")


@blueprint.get("/viec")
def worklist() -> ResponseReturnValue:
    """One section of the tasks this person may act on, by due date."""
    actor = current_actor()
    after, misread = _place()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        counts = section_counts(unit, actor)
        section = _section(counts)
        found = tasks_in(unit, actor, section, after=after)
        urgent = most_urgent(unit, actor)
        calendar = g.engine.calendar_of(unit)
        done = done_words(unit, actor, request.args.get("xong"), urgent, calendar)
        starts = startable_by(g.engine, unit, actor)
        now = unit.at
    rows = [_row(each, actor, now, calendar) for each in found[:PAGE]]
    last = rows[-1] if len(found) > PAGE else None
    cursor = write_cursor((last["closed_at" if section == "da-xong" else "due_at"], last["id"])) if last else None
    return render_template(
        "worklist/list.html",
        rows=rows,
        section=section,
        tabs=[
            {"key": name, "words": words, "count": counts[name], "current": name == section, "red": name == "qua-han"}
            for name, words in SECTIONS
        ],
        sentence=_sentence(counts, long_day(now)),
        urgent_href=f"/viec/{urgent.id}" if urgent is not None else None,
        starts=starts,
        done=done,
        misread=misread,
        later=after is not None,
        next_href=f"/viec?muc={section}&sau={cursor}" if cursor else None,
        empty=_empty(section, urgent),
    )


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
    before = _notice_number(request.args.get("sau", ""))
    with g.engine.database.unit_of_work(read_only=True) as unit:
        found = notices_of(unit, current_actor(), before=before)
    shown = found[:NOTICES_PAGE]
    return render_template(
        "worklist/notices.html",
        notices=shown,
        unread=sum(1 for each in shown if each.read_at is None),
        later=before is not None,
        next_href=f"/thong-bao?sau={shown[-1].id}" if len(found) > NOTICES_PAGE else None,
    )


@blueprint.post("/thong-bao/da-doc")
def mark_notices_read() -> ResponseReturnValue:
    """What the page showed has been seen; what came since, or stands on another page, has not."""
    first, last = (_notice_number(request.form.get(name, "")) for name in ("tu", "den"))
    with g.engine.database.unit_of_work() as unit:
        mine = (notice.c.account_id == current_actor().account_id, notice.c.read_at.is_(None))
        shown = notice.c.id.between(first or 0, last or 0)
        unit.connection.execute(update(notice).where(*mine, shown).values(read_at=unit.at))
    return redirect("/thong-bao", 303)


def _notice_number(text: str) -> int | None:
    """None for what is no number of a row."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else None


def _place() -> tuple[Place | None, bool]:
    """Where the page begins; True beside it when an old address names a place that cannot be read."""
    cursor = request.args.get("sau")
    try:
        return (read_cursor(cursor) if cursor else None), False
    except CursorUnreadable:
        return None, True


def _row(row: Row[Any], actor: Actor, now: datetime, calendar: WorkCalendar) -> dict[str, Any]:
    return {
        **row._mapping,
        "due": due_words(row.due_at, now, calendar),
        "holder": "Bạn" if row.assignee_id == actor.account_id else row.holder_name,
        "open": row.state == "open",
    }


def _section(counts: Mapping[Section, int]) -> Section:
    """The section asked for, else one's own tasks, else the group's."""
    asked = request.args.get("muc")
    for key, _ in SECTIONS:
        if key == asked:
            return key
    return "cua-toi" if counts["cua-toi"] else "cua-nhom"


def _sentence(counts: Mapping[Section, int], today: str) -> str:
    late, now = counts["qua-han"], counts["hom-nay"]
    if not late and not now:
        return f"{today}. Không có việc nào quá hạn hoặc hết hạn hôm nay."
    parts = [f"{in_words(late)} việc đã quá hạn"] if late else []
    parts += [f"{in_words(now)} việc hết hạn hôm nay"] if now else []
    return f"{today}. {', '.join(parts).capitalize()}."


def _empty(section: Section, urgent: Row[Any] | None) -> dict[str, Any]:
    if urgent is None:
        return {"title": EMPTY[section], "words": "Khi có việc mới, việc sẽ hiện ở đây.", "href": None}
    of = urgent.business_key or urgent.unit_name
    return {
        "title": EMPTY[section],
        "words": f"Việc gần hạn nhất: {urgent.name}{f', {of}' if of else ''}.",
        "href": f"/viec/{urgent.id}",
        "link": "Mở việc này",
    }
