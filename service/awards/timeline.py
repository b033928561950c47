"""What happened in a dossier, newest first, as whole sentences: who, with title, did what, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Row, and_, or_, select

from service.engine.tables import approval, history, task
from service.people.actor import Actor
from service.people.policy import may_read
from service.people.tables import account
from service.people.words import person_with_title
from service.web.words import moment

if TYPE_CHECKING:
    from service.database.unit import Unit

Sight = Literal["all", "own", "times"]
"""How much somebody sees: everything; all but what agencies answered; only who did which step and when."""

DECISION_WORDS: Mapping[str, str] = {
    "accepted": "tiếp nhận",
    "approved": "đồng ý",
    "both": "tặng Giấy khen và đề nghị Thành phố khen thưởng",
    "confirmed": "xác nhận",
    "diverted": "chuyển sang thủ tục đầy đủ",
    "done": "đã kết luận",
    "eligible": "đủ điều kiện",
    "ineligible": "không đủ điều kiện",
    "lines_returned": "trả lại một số dòng",
    "no_award": "kết thúc đợt xét, không đề nghị khen thưởng",
    "no_objection": "không có vướng mắc",
    "not_taking_part": "không tham gia đợt xét",
    "objection": "có ý kiến khác",
    "ordered": "đã xếp thứ tự",
    "passed": "đủ thể thức",
    "propose": "đề nghị Thành phố khen thưởng",
    "recorded": "đã nhận đủ ý kiến bằng văn bản",
    "refused": "không chấp thuận",
    "reschedule": "hoãn, họp lại ngày khác",
    "resubmitted": "nộp lại",
    "returned": "trả lại",
    "signed": "đã ký",
    "submit": "trình hội đồng đơn vị",
    "unit_only": "tặng Giấy khen",
}
"""An approval's stored decision -> the words of the timeline; a decision drawn by a process owner shows as it is."""

INSIDE_ONLY_FORMS = frozenset({"awards:consult"})
"""Steps whose answer only Sở Nội vụ, UBND and inspectors read."""

_TOLD = (
    "started",
    "ended",
    "claimed",
    "unclaimed",
    "reassigned",
    "incident",
    "retried",
    "message",
    "missed",
    "signal",
    "fired",
    "rescheduled",
    "extended",
    "reminded",
    "escalated",
)
_WHOLE_CANCELLED = and_(history.c.kind == "cancelled", history.c.element.is_(None))
"""A cancelled step is told by what came instead; a cancelled dossier is not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    words: str
    rank: int = 0
    """Among entries of one moment: a step is completed before what it brings about."""


def sight_of(actor: Actor, unit_id: str | None) -> Sight:
    """What this person reads in the timeline of a dossier of that unit; the caller has asked whether it is visible."""
    if may_read(actor, None):
        return "all"
    return "own" if may_read(actor, unit_id) else "times"


def timeline(unit: Unit, root_id: str, *, sight: Sight, limit: int = 40) -> list[Entry]:
    """The newest `limit` events of a dossier, called processes included. Two SELECTs."""
    done = (
        select(approval, task.c.form_key, account.c.full_name, account.c.gender, account.c.title)
        .join(account, account.c.id == approval.c.account_id)
        .join(task, task.c.id == approval.c.task_id)
        .where(approval.c.root_id == root_id)
        .order_by(approval.c.id.desc())
        .limit(limit)
    )
    told = (
        select(history, account.c.full_name, account.c.gender, account.c.title)
        .outerjoin(account, account.c.id == history.c.account_id)
        .where(history.c.root_id == root_id, or_(history.c.kind.in_(_TOLD), _WHOLE_CANCELLED))
        .order_by(history.c.id.desc())
        .limit(limit)
    )
    entries = [Entry(at=row.at, words=_approved(row, sight)) for row in unit.connection.execute(done)]
    for row in unit.connection.execute(told):
        words = _happened(row, root_id, sight)
        if words:
            entries.append(Entry(at=row.at, words=words, rank=1 if row.kind in ("ended", "incident") else -1))
    return sorted(entries, key=lambda entry: (entry.at, entry.rank), reverse=True)[:limit]


def decision_words(decision: str | None) -> str:
    """What was decided, in words; '' where the step decides nothing."""
    return DECISION_WORDS.get(decision, decision) if decision else ""


def person(row: Row[Any]) -> str:
    """“Bà Đặng Thùy Linh, chuyên viên Sở Nội vụ,”; “Hệ thống” where nobody acted."""
    if row.full_name is None:
        return "Hệ thống"
    words = person_with_title(row.full_name, row.gender, row.title)
    return f"{words}," if row.title else words


def _approved(row: Row[Any], sight: Sight) -> str:
    words = f"{person(row)} hoàn thành “{row.task_name}”"
    if sight == "times":
        return f"{words}."
    if sight == "own" and row.form_key in INSIDE_ONLY_FORMS:
        return f"{words}. Nội dung trả lời chỉ Sở Nội vụ, UBND Thành phố và thanh tra xem được."
    if decision := decision_words(row.decision):
        words += f": {decision}"
    return f"{words}. Lý do: {row.reason.rstrip('.')}." if row.reason else f"{words}."


def _happened(row: Row[Any], root_id: str, sight: Sight) -> str:
    who = person(row)
    detail: Mapping[str, Any] = row.detail or {}
    name = row.name or row.element or ""
    if row.kind in ("started", "ended") and row.instance_id != root_id:
        return ""  # a called process begins and ends with its own steps; these tell enough
    reason = f" Lý do: {detail['reason'].rstrip('.')}." if detail.get("reason") and sight != "times" else ""
    return {
        "started": f"{who} bắt đầu “{name}”." if row.full_name else f"“{name}” bắt đầu.",
        "ended": "Quy trình kết thúc.",
        "cancelled": f"{who} hủy hồ sơ, quy trình dừng.{reason}",
        "claimed": f"{who} nhận việc “{name}”.",
        "unclaimed": f"{who} trả việc “{name}” về nhóm.",
        "reassigned": f"{who} giao việc “{name}” {_to(detail)}.{reason}",
        "incident": f"Bước “{name}” chưa đi tiếp được"
        + ("." if sight == "times" else f": {str(detail.get('message', '')).rstrip('.')}."),
        "retried": f"{who} cho chạy lại bước “{name}”.",
        "message": f"Hệ thống nhận thông báo “{name}”.",
        "missed": f"Thông báo “{name}” đến khi hồ sơ đã kết thúc, nên không có việc gì thêm.",
        "signal": f"Hệ thống nhận tín hiệu “{name}”.",
        "fired": f"Hệ thống ghi nhận mốc thời hạn “{name}”.",
        "rescheduled": f"Thời hạn của “{name}” được tính lại.",
        "extended": f"{who} gia hạn “{name}” thêm {detail.get('days')} ngày làm việc, đến {_until(detail)}.{reason}",
        "reminded": f"{who} nhắc việc “{name}”.",
        "escalated": f"{who} báo cấp trên về việc “{name}”.{reason.replace('Lý do', 'Nội dung')}",
    }[row.kind]


def _until(detail: Mapping[str, Any]) -> str:
    return moment(datetime.fromisoformat(detail["due_at"])) if detail.get("due_at") else "hạn mới"


def _to(detail: Mapping[str, Any]) -> str:
    return f"cho {detail['to']}" if detail.get("to") else "về nhóm"
