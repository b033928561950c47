"""The minutes (biên bản họp) drawn up from what was recorded: the secretary reads, corrects, numbers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from service.awards import words
from service.awards.councils.record_votes import UNIT_OUTCOMES
from service.awards.councils.sessions import Subject, attendance_of
from service.awards.form_parts import subject_words
from service.awards.rounds.settings import threshold_words

_POOL_OUTCOMES = {"passed": "Đạt", "failed": "Không đạt"}


def minutes_text(
    *,
    subject: Subject,
    unit_name: str,
    session: Row[Any],
    nominations: Sequence[Row[Any]],
    tallies: Mapping[int, Row[Any]],
    recusals: Sequence[Row[Any]],
    secretary: str,
) -> str:
    """Plain text with blank lines between paragraphs."""
    parts = (
        _council_name(subject, unit_name),
        f"BIÊN BẢN HỌP\nXét khen thưởng: {subject.title}",
        _opening(session),
        _members(session, subject),
        _aside(recusals, nominations),
        _manner(session),
        _thresholds(subject, nominations, session.members_total),
        "Kết quả kiểm phiếu:\n" + "\n".join(_line(row, tallies.get(row.id), subject, session) for row in nominations),
        _result(subject, nominations, tallies),
        f"Biên bản đã thông qua tại phiên họp./.\n\nTHƯ KÝ\n{secretary}\n\nCHỦ TRÌ\n{session.chair_name or ''}",
    )
    return "\n\n".join(part for part in parts if part)


def _council_name(subject: Subject, unit_name: str) -> str:
    if subject.body == "unit":
        return f"HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG\n{unit_name.upper()}"
    return words.COUNCIL_BODIES[subject.body].upper()


def _opening(session: Row[Any]) -> str:
    place = f", tại {session.place}" if session.place else ""
    return f"Phiên họp ngày {_day(session.held_on)}{place}, do {session.chair_name} chủ trì."


def _members(session: Row[Any], subject: Subject) -> str:
    count, names = attendance_of(session), session.attendance
    needed = subject.law.quorum.needed(count.total_members)
    there = f"có mặt {count.present} trên {count.total_members} thành viên"
    written = f"{count.written} gửi ý kiến bằng văn bản"
    lines = [f"Thành phần: {there}, {written}; cần ít nhất {needed}. Phiên họp đủ điều kiện."]
    for status, title in (
        ("present", "Có mặt"),
        ("written", "Vắng, gửi ý kiến bằng văn bản"),
        ("absent", "Vắng"),
        ("invited", "Khách mời, không biểu quyết"),
    ):
        if names.get(status):
            lines.append(f"- {title}: {', '.join(names[status])}.")
    return "\n".join(lines)


def _manner(session: Row[Any]) -> str:
    manner = "bỏ phiếu kín" if session.secret_ballot else "biểu quyết công khai"
    return f"Hình thức biểu quyết: {manner}. Tỷ lệ tính trên tổng số {session.members_total} thành viên."


def _aside(recusals: Sequence[Row[Any]], nominations: Sequence[Row[Any]]) -> str:
    if not recusals:
        return ""
    names = {row.id: row.subject_name for row in nominations}
    lines = [
        f"- {row.member_name}: {f'với đề nghị {names[row.nomination_id]}' if row.nomination_id else 'cả phiên'}"
        f" ({row.reason})"
        for row in recusals
        if row.nomination_id is None or row.nomination_id in names
    ]
    return "Không biểu quyết vì liên quan:\n" + "\n".join(lines)


def _thresholds(subject: Subject, nominations: Sequence[Row[Any]], total: int) -> str:
    forms = dict.fromkeys(row.award_form for row in nominations)
    return "\n".join(
        f"{words.AWARD_FORMS[form]}: cần {threshold_words(subject.law.threshold(form), total)}." for form in forms
    )


def _line(row: Row[Any], tally: Row[Any] | None, subject: Subject, session: Row[Any]) -> str:
    name = subject_words(row) if subject.body == "unit" else f"{subject_words(row)}, {row.unit_name}"
    if tally is None:
        return f"- {name}: chưa biểu quyết."
    share = f"{100 * tally.yes / session.members_total:.1f}".replace(".", ",")
    outcome = {**UNIT_OUTCOMES, **_POOL_OUTCOMES}[tally.outcome]
    reason = f" Lý do: {tally.reason}." if tally.reason else ""
    return (
        f"- {name}: đồng ý {tally.yes}, không đồng ý {tally.no}, không hợp lệ {tally.invalid} ({share} %). "
        f"{outcome}.{reason}"
    )


def _result(subject: Subject, nominations: Sequence[Row[Any]], tallies: Mapping[int, Row[Any]]) -> str:
    outcomes = [tallies[row.id].outcome for row in nominations if row.id in tallies]
    if subject.body == "unit":
        return (
            f"Hội đồng thống nhất đề nghị Thành phố khen thưởng {outcomes.count('propose')} trường hợp, "
            f"đơn vị tặng Giấy khen {outcomes.count('commendation')} trường hợp, "
            f"không đề nghị {outcomes.count('reject')} trường hợp."
        )
    return (
        f"{outcomes.count('passed')} đề nghị đạt ngưỡng, {outcomes.count('failed')} đề nghị không đạt. "
        "Danh sách được xếp theo số phiếu từ cao xuống thấp trong số lượng tối đa; phần còn lại là dự bị."
    )


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
