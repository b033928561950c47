"""The words of papers that the system draws up: plain text, blank lines between paragraphs.

They follow the layout of administrative documents; the signed original is what was signed, not this text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from service.awards.asking import nomination_words

_MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"


def long_date(day: date) -> str:
    """“ngày 05 tháng 11 năm 2026”: day and the first two months with two digits, as documents write them."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def submission_letter(
    *, unit_name: str, number: str, day: date, occasion: str, nominations: Sequence[Row[Any]], signer: str
) -> str:
    """Tờ trình đề nghị khen thưởng of a unit."""
    return _paper(
        unit_name.upper(),
        f"Số: {number}",
        f"Hà Nội, {long_date(day)}",
        "TỜ TRÌNH\nVề việc đề nghị khen thưởng",
        "Kính gửi: Sở Nội vụ thành phố Hà Nội",
        f"Căn cứ kết quả xét khen thưởng, {unit_name} đề nghị khen thưởng trong {occasion} đối với:",
        "\n".join(nomination_words(each) for each in nominations),
        f"{unit_name} xác nhận báo cáo thành tích kèm theo và chịu trách nhiệm về nội dung đề nghị./.",
        f"THỦ TRƯỞNG ĐƠN VỊ\n{signer}",
    )


def achievement_report(*, each: Row[Any], unit_name: str) -> str:
    """Báo cáo thành tích of one nominee, with the unit's certification."""
    facts = [
        f"Sáng kiến: {each.initiative_title}" if each.initiative_title else "",
        f"Quyết định công nhận số {each.initiative_number}" if each.initiative_number else "",
        f"Chỉ số CCHC: {_percent(each.par_index)}" if each.par_index is not None else "",
        f"Chỉ số hài lòng (SIPAS): {_percent(each.sipas)}" if each.sipas is not None else "",
    ]
    return _paper(
        _MOTTO,
        "BÁO CÁO THÀNH TÍCH",
        nomination_words(each),
        each.subject_title,
        each.report,
        "\n".join(fact for fact in facts if fact),
        f"XÁC NHẬN CỦA {unit_name.upper()}",
    )


def intake_receipt(*, number: str, day: date, unit_name: str, code: str, by: str) -> str:
    """Phiếu tiếp nhận hồ sơ."""
    return _paper(
        "SỞ NỘI VỤ",
        f"Số: {number}",
        f"Hà Nội, {long_date(day)}",
        "PHIẾU TIẾP NHẬN HỒ SƠ",
        f"Sở Nội vụ đã nhận hồ sơ {code} của {unit_name}, đủ thành phần theo danh mục.",
        f"Người tiếp nhận: {by}",
    )


def return_slip(
    *, number: str, day: date, unit_name: str, code: str, items: Iterable[tuple[str, str, str]], returns: int, most: int
) -> str:
    """Phiếu trả hồ sơ bổ sung; each item is (what, why, basis). One more than `most` ends the dossier."""
    lines = [
        f"{index}. {what}\n   Lý do: {why}" + (f"\n   Căn cứ: {basis}" if basis else "")
        for index, (what, why, basis) in enumerate(items, start=1)
    ]
    back = f"Sở Nội vụ trả hồ sơ {code} để {unit_name} bổ sung (lần {returns}, tối đa {most} lần):"
    if returns > most:
        back = (
            f"Hồ sơ {code} của {unit_name} đã được trả bổ sung {most} lần mà vẫn còn các nội dung dưới đây. "
            "Sở Nội vụ trả hồ sơ và không đưa vào danh sách xét:"
        )
    return _paper(
        "SỞ NỘI VỤ",
        f"Số: {number}",
        f"Hà Nội, {long_date(day)}",
        "PHIẾU TRẢ HỒ SƠ BỔ SUNG" if returns <= most else "PHIẾU TRẢ HỒ SƠ",
        back,
        "\n".join(lines),
    )


def _percent(value: Any) -> str:
    return f"{value:.2f}".replace(".", ",") + " %"


def _paper(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
