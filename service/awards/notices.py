"""Who is told what: reminders before and after a deadline, and results. All after the commit, each person once.

A reminder never decides anything: the task stays open and with whom it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Row, select

from service.awards import words
from service.awards.records import nominations_of, submission_by_id, submission_of, unit_row
from service.awards.tables import award_decision, nomination, submission
from service.engine.correlate import notify
from service.engine.handlers import TopicContext
from service.engine.tables import instance, task
from service.people.reads import people_holding
from service.people.tables import account
from service.people.tables import unit as unit_table
from service.people.words import group
from service.web.words import lowered
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit
    from service.engine.rows import TaskRow

_AFTER: Literal["in_transaction", "after_commit"] = "after_commit"
ROUND = "award_round"
UNIT_ROLES = ("unit_clerk", "unit_head")
SUPERVISING_ROLES = ("supervisor", "snv_division_head")
"""Source: Kế hoạch 77/KH-UBND, mục V.2: Sở Nội vụ follows, inspects and urges the work of the units."""
SUPERIORS = {
    "unit_clerk": "unit_head",
    "council_secretary": "unit_head",
    "snv_expert": "snv_division_head",
    "snv_division_head": "snv_director",
}
FOLLOWED = "Việc này đã được báo để theo dõi, đôn đốc."


class Warn:
    """80 % of the time is used: the holder is told, or the group while nobody holds the task."""

    topic = "notify:warn"
    phase = _AFTER

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        for row in _open_tasks(unit, work):
            notify(
                unit,
                account_ids=_holders(unit, row),
                subject=f"Sắp đến hạn: {row.name}",
                body=f"{_dossier_words(row)} đến hạn lúc {_moment(row.due_at)}. Đã dùng 80 % thời hạn.",
                link=f"/viec/{row.id}",
                dedupe=f"warn:{row.id}",
            )
        return {}


class Escalate:
    """The time is over: who follows the work and who is above the holder are told, and the holder. Nobody twice."""

    topic = "notify:escalate"
    phase = _AFTER

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        for row in _open_tasks(unit, work):
            holders = _holders(unit, row)
            notify(
                unit,
                account_ids=superiors(unit, row) - holders,
                subject=f"Quá hạn: {row.name}",
                body=f"{_dossier_words(row)} đã hết hạn lúc {_moment(row.due_at)}. Còn chờ: {_awaited(row)}.",
                link=f"/ho-so/{row.root_id}",
                dedupe=f"escalate:{row.id}",
            )
            notify(
                unit,
                account_ids=holders,
                subject=f"Quá hạn: {row.name}",
                body=f"{_dossier_words(row)} đã hết hạn lúc {_moment(row.due_at)}. {FOLLOWED}",
                link=f"/viec/{row.id}",
                dedupe=f"overdue:{row.id}",
            )
        return {}


class TellResult:
    """S10: the round's result to the unit, name by name with the reason; the submission is closed with it."""

    topic = "notify:result"
    phase = _AFTER

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        dossier = submission_of(unit, work)
        tell_unit(
            unit,
            dossier,
            subject=f"Kết quả xét khen thưởng: {dossier.code}",
            body=_results(unit, dossier),
            event="result",
        )
        unit.connection.execute(
            submission.update()
            .where(submission.c.id == dossier.id, submission.c.state == "decided")
            .values(state="closed", closed_at=work.at)
        )
        return {}


class TellIneligible:
    """S4: which nominations are not eligible, and why."""

    topic = "notify:ineligible"
    phase = _AFTER

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        dossier = submission_of(unit, work)
        lines = [
            f"- {each.subject_name}: {each.appraisal_reason}"
            for each in nominations_of(unit, dossier.id)
            if each.appraisal_result == "ineligible"
        ]
        tell_unit(
            unit,
            dossier,
            subject=f"Đề nghị không đủ điều kiện: {dossier.code}",
            body="\n".join(["Sở Nội vụ thông báo các đề nghị không đủ điều kiện và lý do:", *lines]),
            event="ineligible",
        )
        return {}


class TellDiverted:
    """The case goes the full way, and where to."""

    topic = "notify:diverted"
    phase = _AFTER

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        dossier = submission_of(unit, work)
        left = nominations_of(unit, dossier.id, ("not_awarded",))
        lines = [f"- {each.subject_name}: {each.outcome_reason}" for each in left]
        moved = select(nomination.c.id).where(nomination.c.carried_from == dossier.id)
        if dossier.diverted_to is None:
            where = "Đơn vị chưa có hồ sơ đợt xét đang lập; các đề nghị được giữ để đưa vào hồ sơ của đợt tới."
        elif left and unit.connection.execute(moved).first() is None:
            where = "Không có đề nghị nào chuyển được vào đợt xét đang mở."
        else:
            target = submission_by_id(unit, dossier.diverted_to)
            which = "Các đề nghị khác" if left else "Các đề nghị"
            where = f"{which} đã được thêm vào hồ sơ {target.code} của đợt xét đang mở."
        tell_unit(
            unit,
            dossier,
            subject=f"Chuyển sang thủ tục đầy đủ: {dossier.code}",
            body="\n".join([f"Lý do: {dossier.urgency_reason or ''}", *lines, where]),
            event="diverted",
        )
        return {}


class TellAdHocResult:
    """Q6: the ad-hoc result to the unit."""

    topic = "notify:ad-hoc-result"
    phase = _AFTER

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        dossier = submission_of(unit, work)
        tell_unit(
            unit,
            dossier,
            subject=f"Kết quả khen thưởng đột xuất: {dossier.code}",
            body=_results(unit, dossier),
            event="ad-hoc-result",
        )
        return {}


def tell_unit(unit: Unit, dossier: Row[Any], *, subject: str, body: str, event: str) -> None:
    """A notice to the unit's clerks and head; the same event of a dossier only once to each."""
    notify(
        unit,
        roles=UNIT_ROLES,
        unit_id=dossier.unit_id,
        subject=subject,
        body=body,
        link=f"/ho-so/{dossier.instance_id}" if dossier.instance_id else "/ho-so",
        dedupe=f"{event}:{dossier.code}",
    )


def tell_followers(unit: Unit, dossier: Row[Any], *, subject: str, body: str, event: str) -> None:
    """A notice to who follows the deadlines, where time ran out and no task is left to escalate."""
    unit_name = unit_row(unit, dossier.unit_id).name
    notify(
        unit,
        roles=SUPERVISING_ROLES,
        unit_id=dossier.unit_id,
        subject=subject,
        body=f"Hồ sơ {dossier.code} của {unit_name}: {body}",
        link=f"/ho-so/{dossier.instance_id}" if dossier.instance_id else "/ho-so",
        dedupe=f"{event}:{dossier.code}",
    )


def _open_tasks(unit: Unit, work: TopicContext) -> Sequence[Row[Any]]:
    """The open tasks of the element the timer sat on; none if the step was done in the meantime."""
    query = (
        select(task, instance.c.business_key, instance.c.key, unit_table.c.name.label("unit_name"), account.c.full_name)
        .join(instance, instance.c.id == task.c.root_id)
        .outerjoin(unit_table, unit_table.c.id == task.c.unit_id)
        .outerjoin(account, account.c.id == task.c.assignee_id)
        .where(
            task.c.instance_id == work.instance_id,
            task.c.element == str(work.variables["element"]),
            task.c.state == "open",
        )
    )
    rows = unit.connection.execute(query).all()
    # The deadline may have been moved since the timer fired; and after it, nobody reads that it draws near.
    overdue = work.topic == Escalate.topic
    return [row for row in rows if row.due_at is None or (row.due_at <= work.at) is overdue]


def _holders(unit: Unit, row: Row[Any]) -> set[int]:
    """Who has the task; while nobody has it, everybody who may take it."""
    if row.assignee_id is not None:
        return {row.assignee_id}
    return _holding(unit, _groups(row), row.unit_id)


def superiors(unit: Unit, row: Row[Any] | TaskRow) -> set[int]:
    """Who follows every deadline, and who is above those whose task it is."""
    superiors = {SUPERIORS[role] for role in _groups(row) if role in SUPERIORS}
    return _holding(unit, {*SUPERVISING_ROLES, *superiors}, row.unit_id)


def _groups(row: Row[Any] | TaskRow) -> set[str]:
    return {role for role in row.candidate_groups.split(",") if role}


def _holding(unit: Unit, roles: Iterable[str], unit_id: str | None) -> set[int]:
    return {who.account_id for role in sorted(roles) for who in people_holding(unit, role, unit_id)}


def _awaited(row: Row[Any]) -> str:
    """The holder, or the group: two agencies of one consultation are told apart by it."""
    return row.full_name or lowered(group(row.candidate_groups, row.unit_name))


def _dossier_words(row: Row[Any]) -> str:
    if not row.business_key:
        return f"Việc “{row.name}”"
    return f"Việc “{row.name}” của {'đợt xét' if row.key == ROUND else 'hồ sơ'} {row.business_key}"


def _moment(at: Any) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}" if at is not None else "chưa định"


def _results(unit: Unit, dossier: Row[Any]) -> str:
    lines = [_result_line(each) for each in nominations_of(unit, dossier.id)]
    outcome = words.SUBMISSION_OUTCOMES.get(dossier.outcome or "", "")
    reason = f" {dossier.outcome_reason}" if dossier.outcome_reason and dossier.outcome != "awarded" else ""
    unit_name = unit_row(unit, dossier.unit_id).name
    head = f"Hồ sơ {dossier.code} của {unit_name}: {outcome}.{reason}"
    return "\n".join([head, *lines, *_decisions(unit, dossier)])


def _result_line(each: Row[Any]) -> str:
    reason = f". {each.outcome_reason or each.unit_reason or each.appraisal_reason or ''}"
    state = words.NOMINATION_STATES[each.state]
    return f"- {each.subject_name}: {state}" + (reason if each.state != "awarded" and len(reason) > 2 else "")


def _decisions(unit: Unit, dossier: Row[Any]) -> Iterable[str]:
    ids = {each.decision_id for each in nominations_of(unit, dossier.id) if each.decision_id is not None}
    query = select(award_decision.c.number, award_decision.c.decided_on).where(award_decision.c.id.in_(sorted(ids)))
    return [
        f"Quyết định khen thưởng {row.number} ngày {row.decided_on:%d/%m/%Y}" for row in unit.connection.execute(query)
    ]
