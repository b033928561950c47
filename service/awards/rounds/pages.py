"""Pages of Sở Nội vụ and those who follow it: the rounds, and one round with its units, pool and decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from service.awards import words
from service.awards.errors import RecordNotFound
from service.awards.rounds.pool_view import pool_tables
from service.awards.rounds.reads import (
    NOT_SENT,
    OUT,
    SENT,
    UnitLine,
    decision_of,
    may_see_pool,
    may_see_rounds,
    papers_of_round,
    round_for,
    round_tasks,
    rounds_for,
    sessions_of,
    unit_lines,
)
from service.people.actor import Actor
from service.people.authentication import current_actor
from service.people.policy import may_act
from service.people.roles import role_name
from service.web.words import HANOI, due_words, long_day
from workflows.calendar import WorkCalendar

blueprint = Blueprint("rounds", __name__, template_folder=str(Path(__file__).parent.parent / "templates"))

FILTERS = ("da-nop", "chua-nop", "chua-bat-dau", "qua-han", "khong-tham-gia")


@blueprint.get("/dot-xet")
def rounds() -> ResponseReturnValue:
    """Every round, newest first."""
    actor = current_actor()
    if not may_see_rounds(actor):
        raise RecordNotFound()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        found = rounds_for(unit, actor)
        calendar, now = g.engine.calendar_of(unit), unit.at
    return render_template(
        "awards/rounds.html",
        rows=[{**row._mapping, "state_words": words.ROUND_STATES[row.state], **_list_words(row)} for row in found],
        sentence=_list_sentence(found),
        may_open=actor.holds("snv_expert"),
        due={row.id: due_words(row.cutoff_at, now, calendar) for row in found if row.state == "open"},
    )


@blueprint.get("/dot-xet/<int:round_id>")
def one_round(round_id: int) -> ResponseReturnValue:
    """One round: where every unit stands, the pool against its ceilings, the decision."""
    actor = current_actor()
    pool = may_see_pool(actor)
    with g.engine.database.unit_of_work(read_only=True) as unit:
        row = round_for(unit, actor, round_id)
        calendar, now = g.engine.calendar_of(unit), unit.at
        lines = unit_lines(unit, row.id)
        tables = pool_tables(unit, row) if pool and row.frozen_at is not None else []
        tasks = [_task(each, actor, now, calendar) for each in round_tasks(unit, row)]
        sessions = [_session(each) for each in sessions_of(unit, row.id)] if pool else []
        papers, decision = papers_of_round(unit, row.id, pool=pool), decision_of(unit, row.id)
    chosen = request.args.get("loc", "")
    counted = {name: [line for line in lines if _in(name, line, now)] for name in FILTERS}
    shown = counted.get(chosen, lines)
    return render_template(
        "awards/round.html",
        round=row,
        state_words=words.ROUND_STATES[row.state],
        class_words=words.AWARD_CLASSES[row.award_class],
        sentence=_sentence(row, decision, lines, now, calendar),
        tasks=tasks,
        lines=[{"line": line, "due": _due(line, now, calendar), "look": _look(line)} for line in shown],
        all_count=len(lines),
        dossiers={line.code: line.instance_id for line in lines},
        counts={name: len(found) for name, found in counted.items()},
        chosen=chosen if chosen in FILTERS else "",
        unknown_filter=chosen if chosen and chosen not in FILTERS else "",
        tables=tables,
        pool=pool,
        sessions=sessions,
        papers=papers,
        decision=decision,
    )


def _list_words(row: Row[Any]) -> dict[str, str]:
    return {"class_words": words.AWARD_CLASSES[row.award_class]}


def _list_sentence(found: Sequence[Any]) -> str:
    running = sum(row.state not in ("closed", "refused") for row in found)
    if not found:
        return "Chưa có đợt xét nào."
    return f"{running} đợt đang xét, {len(found) - running} đợt đã kết thúc."


def _sentence(
    row: Row[Any], decision: Row[Any] | None, lines: Sequence[UnitLine], now: datetime, calendar: WorkCalendar
) -> str:
    """The one sentence under the title."""
    if row.state == "open":
        cutoff = row.cutoff_at.astimezone(HANOI)
        left = due_words(row.cutoff_at, now, calendar).words.lower()
        day = long_day(cutoff)
        closing = f"Chốt danh sách lúc {cutoff:%H:%M}, {day[0].lower()}{day[1:]}: {left}."
        return f"{closing} Danh sách cũng chốt sớm nếu mọi đơn vị đã xong."
    if row.state == "drafting":
        return "Đang dự thảo hướng dẫn; chưa mời đơn vị nào."
    if decision is not None:
        return f"Quyết định số {decision.number} ngày {decision.decided_on:%d/%m/%Y} đã ban hành."
    if row.state in ("refused", "closed"):
        return row.outcome_reason or words.ROUND_STATES[row.state]
    frozen = row.frozen_at.astimezone(HANOI)
    inside = sum(line.state == "in_pool" for line in lines)
    state = words.ROUND_STATES[row.state]
    return f"Đã chốt lúc {frozen:%H:%M} ngày {frozen:%d/%m/%Y}, hồ sơ của {inside} đơn vị. {state}."


def _in(name: str, line: UnitLine, now: datetime) -> bool:
    if name == "qua-han":
        return line.due_at is not None and line.due_at < now
    states = {"da-nop": SENT, "chua-nop": NOT_SENT, "chua-bat-dau": ("invited",), "khong-tham-gia": OUT}[name]
    return line.state in states


def _due(line: UnitLine, now: datetime, calendar: WorkCalendar) -> Any:
    return due_words(line.due_at, now, calendar) if line.due_at is not None else None


def _look(line: UnitLine) -> str:
    if line.late and line.state not in ("in_pool", "decided", "closed"):
        return "look"
    if line.state in ("ready", "in_pool", "decided", "closed"):
        return "good"
    if line.state in OUT or line.state == "invited":
        return "open"
    return "look" if line.state in ("returned", "late") else "active"


def _task(row: Any, actor: Actor, now: datetime, calendar: WorkCalendar) -> dict[str, Any]:
    groups = [role_name(role) for role in row.candidate_groups.strip(",").split(",") if role]
    return {
        **row._mapping,
        "due": due_words(row.due_at, now, calendar),
        "may_act": may_act(actor, row),
        "who": ", ".join(groups),
    }


def _session(row: Any) -> dict[str, Any]:
    return {
        **row._mapping,
        "body_words": words.COUNCIL_BODIES[row.body],
        "state_words": words.SESSION_STATES[row.state],
        "needed": -(-2 * row.members_total // 3),
        "quorate": row.state not in ("inquorate", "adjourned"),
        "absent": row.members_total - row.present - row.written_opinions,
        "invited": len(row.attendance.get("invited", [])),
    }
