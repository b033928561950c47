"""Award money: a multiple of the base salary (lương cơ sở) in force on the day of the decision.

Multiples are defaults with their source; a round's settings may replace any of them. Those marked unverified are shown
so on screen. Amounts are whole đồng.

Source: domain.md §2: Nghị định 152/2025/NĐ-CP, award money, rounded up to 10,000 đ [V].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

STEP = 10_000
"""Đồng: amounts are rounded up to it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BaseSalary:
    """Lương cơ sở in đồng a month, from a day on."""

    from_day: date
    amount: int
    source: str


BASE_SALARIES = (
    BaseSalary(from_day=date(2023, 7, 1), amount=1_800_000, source="Nghị định 24/2023/NĐ-CP"),
    BaseSalary(from_day=date(2024, 7, 1), amount=2_340_000, source="Nghị định 73/2024/NĐ-CP"),
)
"""Known levels. A later decree is entered in the round's settings, which win."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Multiple:
    """How many base salaries one award carries. `verified` False: general knowledge, to be checked by the expert."""

    award_form: str
    subject_kind: str
    value: Decimal
    verified: bool
    source: str


_DECREE = "Nghị định 152/2025/NĐ-CP"
_UNVERIFIED = "mặc định, chưa đối chiếu văn bản; sửa được trong thiết lập đợt xét"


def _multiple(award_form: str, subject_kind: str, value: str, *, verified: bool) -> Multiple:
    return Multiple(
        award_form=award_form,
        subject_kind=subject_kind,
        value=Decimal(value),
        verified=verified,
        source=_DECREE if verified else _UNVERIFIED,
    )


DEFAULT_MULTIPLES = (
    _multiple("pm_merit_certificate", "collective", "7", verified=True),
    _multiple("city_emulation_flag", "collective", "8", verified=True),
    _multiple("city_merit_certificate", "collective", "3", verified=True),
    _multiple("unit_commendation", "collective", "0.6", verified=True),
    _multiple("pm_merit_certificate", "individual", "3.5", verified=False),
    _multiple("city_merit_certificate", "individual", "1.5", verified=False),
    _multiple("unit_commendation", "individual", "0.3", verified=False),
)


class NoBaseSalary(LookupError):
    """No base salary is known for that day."""


def base_salary_on(day: date, levels: Sequence[BaseSalary] = BASE_SALARIES) -> BaseSalary:
    """The level in force on `day`.

    Raises:
        NoBaseSalary.
    """
    begun = [level for level in levels if level.from_day <= day]
    if not begun:
        raise NoBaseSalary("Chưa có mức lương cơ sở cho ngày này.")
    return max(begun, key=lambda level: level.from_day)


def multiple_for(
    *, award_form: str, subject_kind: str, settings: Mapping[tuple[str, str], Decimal] | None = None
) -> Decimal | None:
    """The multiple for (form, kind of subject): the round's own, else the default; None: a person must give it.

    There is no default for households: no source was found.
    """
    key = (award_form, subject_kind)
    if settings is not None and key in settings:
        return settings[key]
    default = default_multiple(award_form=award_form, subject_kind=subject_kind)
    return None if default is None else default.value


def default_multiple(*, award_form: str, subject_kind: str) -> Multiple | None:
    """The default with its source, which says whether somebody checked it; None where there is none."""
    key = (award_form, subject_kind)
    return next((each for each in DEFAULT_MULTIPLES if (each.award_form, each.subject_kind) == key), None)


def award_money(multiple: Decimal, *, base_salary: int) -> int:
    """Đồng, rounded up to 10,000: 1.5 x 2,340,000 is 3,510,000.

    Raises:
        ValueError: a negative multiple or base salary.
    """
    if multiple < 0 or base_salary < 0:
        raise ValueError("Hệ số và lương cơ sở không được âm.")
    steps = (multiple * base_salary / STEP).to_integral_value(rounding=ROUND_CEILING)
    return int(steps) * STEP
