"""Where dossiers stand, in the browser: the list, and what is overdue or stuck. One dossier: `dossier_pages.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from service.api.paging import CursorUnreadable, Place, read_cursor, write_cursor
from service.awards.lists import Filters, submissions_of
from service.engine.commands.instances import MANAGERS
from service.engine.rows import instance_row
from service.errors import NotFound
from service.monitoring.reads import (
    PAGE,
    count_overdue,
    dossiers,
    open_incidents,
    overdue_tasks,
    waiting_tasks,
)
from service.monitoring.waiting import quiet_dossiers, tasks_in_time, unattended
from service.people.authentication import current_actor
from service.people.policy import ASSIGNERS, sees_dossiers
from service.people.words import group
from service.web.words import due_words, in_words
from workflows import run

if TYPE_CHECKING:
    from datetime import datetime

    from service.database.unit import Unit
    from workflows.calendar import WorkCalendar

blueprint = Blueprint("monitoring", __name__, template_folder="templates")

OVERSEERS = frozenset({"supervisor", "snv_division_head", "snv_director", "auditor"})
"""They follow every dossier's times."""
MESSAGES = {
    "da-thu-lai": "Bước đã chạy lại và đi tiếp được.",
    "con-ket": "Bước đã chạy lại nhưng vẫn chưa đi tiếp được; lý do mới nêu ở mục Sự cố.",
}
LONGEST_SEARCH = 80
MOST_BY_NAME = 200
"""So many dossiers are found by the name of a nominee."""
TABS = (("dang-xet", "Đang xét"), ("da-xong", "Đã kết thúc"))


@blueprint.get("/ho-so")
def list_dossiers() -> ResponseReturnValue:
    """The dossiers this person may see, newest first."""
    actor, ended = current_actor(), request.args.get("muc") == TABS[1][0]
    after, search = place_asked(), " ".join(request.args.get("tim", "").split())[:LONGEST_SEARCH]
    with g.engine.database.unit_of_work(read_only=True) as unit:
        named = submissions_of(unit, actor, Filters(text=search), limit=MOST_BY_NAME) if search else ()
        found = dossiers(
            unit,
            actor,
            ended=ended,
            search=search,
            also=[each.instance_id for each in named if each.instance_id],
            after=_started_place(after),
        )
        shown, calendar, now = found[:PAGE], g.engine.calendar_of(unit), unit.at
        waiting = waiting_tasks(unit, [each.id for each in shown])
    steps = _by_dossier(waiting)
    rows = [{**each._mapping, **_step(each, steps.get(each.id, []), now, calendar)} for each in shown]
    tab = TABS[1 if ended else 0][0]
    asked = f"&{urlencode({'tim': search})}" if search else ""
    cursor = write_cursor((shown[-1].started_at, shown[-1].id)) if len(found) > PAGE else None
    return render_template(
        "monitoring/dossiers.html",
        rows=rows,
        ended=ended,
        later=after is not None,
        tab=tab,
        tabs=[{"href": f"/ho-so?muc={key}{asked}", "words": words, "current": key == tab} for key, words in TABS],
        search=search,
        sees_dossiers=sees_dossiers(actor),
        first_href=f"/ho-so?muc={tab}{asked}",
        next_href=f"/ho-so?muc={tab}{asked}&sau={cursor}" if cursor else None,
    )


@blueprint.get("/giam-sat")
def oversee() -> ResponseReturnValue:
    """What is overdue, longest first, and what stands still."""
    actor = current_actor()
    if not OVERSEERS & actor.role_keys:
        raise NotFound()
    after = place_asked()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        tasks, in_dossiers = count_overdue(unit, actor)
        found = overdue_tasks(unit, actor, after=_started_place(after))
        coming, quiet = tasks_in_time(unit, actor), quiet_dossiers(unit, actor)
        stuck = open_incidents(unit, actor)
        calendar, now = g.engine.calendar_of(unit), unit.at
        alone = unattended(unit, [*found, *coming])
        rows, in_time = (
            [overdue_row(each, now, calendar, alone=each.id in alone) for each in some[:PAGE]]
            for some in (found, coming)
        )
        incidents = incident_rows(unit, stuck)
        silent = [{**each._mapping, "awaited": _awaited(unit, each)} for each in quiet[:PAGE]]
    last = rows[-1] if len(found) > PAGE else None
    return render_template(
        "monitoring/overdue.html",
        rows=rows,
        incidents=incidents,
        in_time=in_time,
        more_in_time=len(coming) > PAGE,
        silent=silent,
        more_silent=len(quiet) > PAGE,
        may_assign=bool(ASSIGNERS & actor.role_keys),
        may_mend=bool(MANAGERS & actor.role_keys),
        message=MESSAGES.get(request.args.get("bao", "")),
        later=after is not None,
        sentence=_sentence(tasks, in_dossiers, len(stuck)),
        next_href=f"/giam-sat?sau={write_cursor((last['due_at'], last['id']))}" if last else None,
    )


def overdue_row(row: Any, now: datetime, calendar: WorkCalendar, *, alone: bool = False) -> dict[str, Any]:
    """An open task with who is awaited and how far the deadline is. `alone`: nobody could take it."""
    return {
        **row._mapping,
        "who": who_is_awaited(row),
        "alone": alone,
        "due": due_words(row.due_at, now, calendar),
    }


def who_is_awaited(row: Any) -> str:
    """The holder, or the group while nobody has taken it."""
    return row.holder_name or f"{group(row.candidate_groups, row.unit_name)} (chưa ai nhận)"


def _awaited(unit: Unit, row: Any) -> str:
    """What a dossier that waits for nobody stands at, by the drawn names."""
    names = g.engine.library(unit).definition(row.definition_id).elements
    return "; ".join(names.get(element, element) for element in run.tokens(instance_row(row).as_snapshot()))


def incident_rows(unit: Unit, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Incidents with the drawn name of the step that could not go on."""
    library = g.engine.library(unit)
    found = []
    for row in rows:
        names = library.definition(row.definition_id).elements
        element = row.element or ""
        found.append(
            {
                "id": row.id,
                "root_id": row.root_id,
                "business_key": row.business_key,
                "step": names.get(element, element) or "Bước tự động",
                "message": row.message,
                "raised_at": row.raised_at,
                "mendable": row.token_id is not None or row.job_id is not None,
            }
        )
    return found


def place_asked() -> Place | None:
    """Where the page begins; the first one when an old address cannot be read."""
    cursor = request.args.get("sau")
    try:
        return read_cursor(cursor) if cursor else None
    except CursorUnreadable:
        return None


def _started_place(place: Place | None) -> tuple[datetime, str] | None:
    return (place[0], place[1]) if place is not None and place[0] is not None else None


def _by_dossier(tasks: Sequence[Any]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for each in tasks:
        found.setdefault(each.root_id, []).append(each)
    return found


def _step(row: Any, waiting: Sequence[Any], now: datetime, calendar: WorkCalendar) -> dict[str, Any]:
    """What a dossier waits for, in one cell: the most urgent task and how many more."""
    if row.state != "active":
        return {"step": "Đã kết thúc" if row.state == "completed" else "Đã hủy", "due": None}
    if not waiting:
        return {"step": "Chờ thông báo hoặc bước tự động", "due": None}
    more = f", và {in_words(len(waiting) - 1)} việc khác" if len(waiting) > 1 else ""
    return {"step": f"{waiting[0].name}{more}", "due": due_words(waiting[0].due_at, now, calendar)}


def _sentence(tasks: int, in_dossiers: int, incidents: int) -> str:
    late = (
        f"{in_words(tasks).capitalize()} việc quá hạn trong {in_words(in_dossiers)} hồ sơ."
        if tasks
        else "Không có việc nào quá hạn."
    )
    stuck = f"{in_words(incidents).capitalize()} sự cố chờ xử lý." if incidents else "Không có sự cố."
    return f"{late} {stuck}"
