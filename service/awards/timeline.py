"""What happened in a dossier, newest first, as whole sentences: who, with title, did what, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.engine.tables import approval, history
from service.people.tables import account

if TYPE_CHECKING:
    from service.database.unit import Unit

DECISION_WORDS: Mapping[str, str] = {
    "accepted": "tiếp nhận",
    "admitted": "nhận vào danh sách xét",
    "approved": "đồng ý",
    "both": "tặng Giấy khen và đề nghị Thành phố khen thưởng",
    "collected": "đã nhận đủ ý kiến bằng văn bản",
    "confirmed": "xác nhận",
    "diverted": "chuyển sang thủ tục đầy đủ",
    "done": "đã kết luận",
    "eligible": "đủ điều kiện",
    "ineligible": "không đủ điều kiện",
    "lines_returned": "trả lại một số dòng",
    "no_objection": "không có vướng mắc",
    "not_taking_part": "không tham gia đợt xét",
    "objection": "có ý kiến khác",
    "passed": "đủ thể thức",
    "propose": "đề nghị Thành phố khen thưởng",
    "refused": "không chấp thuận",
    "reschedule": "hoãn, họp lại ngày khác",
    "returned": "trả lại",
    "signed": "đã ký",
    "submit": "trình hội đồng đơn vị",
    "unit_only": "tặng Giấy khen",
}
"""An approval's stored decision -> the words of the timeline; a decision drawn by a process owner shows as it is."""

_TOLD = ("started", "ended", "cancelled_instance", "claimed", "unclaimed", "reassigned", "incident", "retried", "message", "rescheduled")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    words: str


def timeline(unit: Unit, root_id: str, *, limit: int = 40) -> list[Entry]:
    """The newest `limit` events of a dossier, called processes included. Two SELECTs."""
    done = (
        select(approval, account.c.full_name, account.c.gender, account.c.title)
        .join(account, account.c.id == approval.c.account_id)
        .where(approval.c.root_id == root_id)
        .order_by(approval.c.id.desc())
        .limit(limit)
    )
    told = (
        select(history, account.c.full_name, account.c.gender, account.c.title)
        .outerjoin(account, account.c.id == history.c.account_id)
        .where(history.c.root_id == root_id, history.c.kind.in_(_TOLD))
        .order_by(history.c.id.desc())
        .limit(limit)
    )
    entries = [Entry(at=row.at, words=_approved(row)) for row in unit.connection.execute(done)]
    for row in unit.connection.execute(told):
        words = _happened(row, root_id)
        if words:
            entries.append(Entry(at=row.at, words=words))
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def person(row: Row[Any]) -> str:
    """“Bà Đặng Thùy Linh, chuyên viên Sở Nội vụ”; “Hệ thống” where nobody acted."""
    if row.full_name is None:
        return "Hệ thống"
    form = {"male": "Ông ", "female": "Bà "}.get(row.gender or "", "")
    title = f", {row.title[0].lower()}{row.title[1:]}," if row.title else ""
    return f"{form}{row.full_name}{title}"


def _approved(row: Row[Any]) -> str:
    decision = DECISION_WORDS.get(row.decision, row.decision) if row.decision else ""
    words = f"{person(row)} hoàn thành “{row.task_name}”"
    if decision:
        words += f": {decision}"
    return f"{words}. Lý do: {row.reason}" if row.reason else f"{words}."


def _happened(row: Row[Any], root_id: str) -> str:
    who = person(row)
    detail: Mapping[str, Any] = row.detail or {}
    if row.kind in ("started", "ended") and row.instance_id != root_id:
        return ""  # a called process begins and ends with its own steps; these tell enough
    return {
        "started": f"{who} bắt đầu “{row.name}”." if row.full_name else f"Bắt đầu “{row.name}”.",
        "ended": "Quy trình kết thúc.",
        "cancelled_instance": f"{who} dừng quy trình. {detail.get('reason', '')}".strip(),
        "claimed": f"{who} nhận việc “{row.name}”.",
        "unclaimed": f"{who} trả việc “{row.name}” về nhóm.",
        "reassigned": f"{who} giao lại việc “{row.name}”.",
        "incident": f"Bước “{row.name or row.element}” dừng: {detail.get('message', '')}",
        "retried": f"{who} cho chạy lại bước “{row.name or row.element}”.",
        "message": f"Nhận thông báo “{row.name}”.",
        "rescheduled": f"Thời hạn của “{row.name or row.element}” được tính lại.",
    }[row.kind]
