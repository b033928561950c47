"""Tiền thưởng of an ad-hoc award: the law's multiple of the base salary, or nothing where no multiple is known."""

from __future__ import annotations

from service.awards.law.money import award_money, multiple_for


def amount_for(award_form: str, subject_kind: str, base_salary: int) -> int | None:
    """Đồng; None: there is no default, a person gives the amount."""
    multiple = multiple_for(award_form=award_form, subject_kind=subject_kind)
    return None if multiple is None else award_money(multiple, base_salary=base_salary)
