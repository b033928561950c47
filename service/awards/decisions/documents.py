"""The words of the consolidated tờ trình and of the decision, drawn up from the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from service.awards.form_parts import within_sentence
from service.awards.papers.draw import long_date


def consolidated_letter(
    *, title: str, number: str, day: date, guidance: str, sentences: Sequence[str], signer: str, signer_title: str
) -> str:
    """Tờ trình of Sở Nội vụ to UBND Thành phố, with the list."""
    return _paper(
        "SỞ NỘI VỤ",
        f"Số: {number}",
        f"Hà Nội, {long_date(day)}",
        f"TỜ TRÌNH\nVề việc khen thưởng trong {within_sentence(title)}",
        "Kính gửi: Ủy ban nhân dân thành phố Hà Nội",
        f"Căn cứ {guidance} và biên bản họp Hội đồng Thi đua - Khen thưởng Sở Nội vụ, Sở Nội vụ đề nghị khen thưởng:",
        *sentences,
        "Sở Nội vụ kính trình UBND Thành phố xem xét, quyết định./.",
        f"{signer_title.upper()}\n{signer}",
    )


def decision_text(
    *, title: str, number: str, day: date, letter: str, lines: Sequence[str], signer: str, signer_title: str
) -> str:
    """Quyết định khen thưởng with its list."""
    return _paper(
        "ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI",
        f"Số: {number}",
        f"Hà Nội, {long_date(day)}",
        f"QUYẾT ĐỊNH\nVề việc khen thưởng trong {within_sentence(title)}",
        "Căn cứ Luật Thi đua, khen thưởng; căn cứ Nghị định số 152/2025/NĐ-CP;",
        f"Xét đề nghị của Sở Nội vụ tại {letter},",
        f"Điều 1. Khen thưởng {len(lines)} tập thể, cá nhân:",
        "\n".join(lines),
        "Điều 2. Sở Nội vụ thực hiện chi thưởng theo quy định.",
        "Điều 3. Quyết định có hiệu lực kể từ ngày ký./.",
        f"{signer_title.upper()}\n{signer}",
    )


def forwarding_letter(
    *, title: str, number: str, day: date, lines: Sequence[str], signer: str, signer_title: str
) -> str:
    """Tờ trình of UBND Thành phố to the Prime Minister, through Bộ Nội vụ."""
    return _paper(
        "ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI",
        f"Số: {number}",
        f"Hà Nội, {long_date(day)}",
        f"TỜ TRÌNH\nVề việc đề nghị tặng Bằng khen của Thủ tướng Chính phủ trong {within_sentence(title)}",
        "Kính gửi: Thủ tướng Chính phủ (qua Bộ Nội vụ)",
        "UBND thành phố Hà Nội kính trình Thủ tướng Chính phủ xem xét, tặng Bằng khen cho:",
        "\n".join(lines),
        f"{signer_title.upper()}\n{signer}",
    )


def dated_words(kind: str, number: str | None, day: date | None) -> str:
    """“Tờ trình số 123/TTr-SNV ngày 05/12/2026”."""
    if not number:
        return kind
    return f"{kind} số {number}" + (f" ngày {day:%d/%m/%Y}" if day else "")


def guidance_words(round_row: Row[Any]) -> str:
    """The guidance a round runs under."""
    return dated_words("Văn bản hướng dẫn", round_row.guidance_number, round_row.guidance_on)


def letter_words(round_row: Row[Any]) -> str:
    """The consolidated tờ trình of a round."""
    return dated_words("Tờ trình", round_row.letter_number, round_row.letter_on)


def _paper(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
