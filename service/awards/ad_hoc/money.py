"""Tiền thưởng of an ad-hoc award: the law's multiple of the base salary, or nothing where no multiple is known."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from service.awards import words
from service.awards.law.money import award_money, default_multiple, multiple_for

MOST_MONEY = 1_000_000_000
"""Đồng for one award: a slip of the hand, not a limit of the law."""


def amount_for(award_form: str, subject_kind: str, base_salary: int) -> int | None:
    """Đồng; None: there is no default, a person gives the amount."""
    multiple = multiple_for(award_form=award_form, subject_kind=subject_kind)
    return None if multiple is None else award_money(multiple, base_salary=base_salary)


def multiple_problem(multiple: Decimal | None, base_salary: int) -> str | None:
    """Why an award cannot be paid by this multiple, or None."""
    if multiple is None:
        return "Ghi hệ số: chưa có mức mặc định cho đối tượng này."
    if award_money(multiple, base_salary=base_salary) > MOST_MONEY:
        return f"Tiền thưởng vượt {MOST_MONEY:,} đồng: kiểm tra hệ số và lương cơ sở.".replace(",", ".")
    return None


def source_words(asked: Iterable[tuple[str, str]]) -> str:
    """Where the suggested multiples come from, by form and kind of subject: what nobody has checked says so."""
    defaults = (default_multiple(award_form=form, subject_kind=kind) for form, kind in asked)
    unchecked = dict.fromkeys(each.subject_kind for each in defaults if each is not None and not each.verified)
    source = "Hệ số gợi ý theo Nghị định 152/2025/NĐ-CP."
    if not unchecked:
        return source
    kinds = ", ".join(words.SUBJECT_KINDS[kind].lower() for kind in unchecked)
    return f"{source} Riêng hệ số của {kinds} là mặc định, chưa đối chiếu văn bản; kiểm tra trước khi ghi."
