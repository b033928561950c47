"""What a round decided for itself, as the law's values: thresholds, quorum, multiples of the award money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Row

from service.awards.law.money import multiple_for
from service.awards.law.votes import TWO_THIRDS, QuorumRule, Threshold

FLAG = "city_emulation_flag"
PM_CERTIFICATE = "pm_merit_certificate"
CITY_COUNCIL_FORMS = frozenset({FLAG, PM_CERTIFICATE})
"""Forms that Sở Nội vụ's council only passes on: the City's council votes on them too (domain.md, S6)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RoundRules:
    """The numbers a round votes by, and its multiples of the base salary."""

    certificate: Threshold
    flag: Threshold
    multiples: Mapping[tuple[str, str], Decimal]
    quorum: QuorumRule = TWO_THIRDS

    def threshold(self, award_form: str) -> Threshold:
        """The share of all members a nomination for this form needs."""
        return self.flag if award_form == FLAG else self.certificate

    def multiple(self, award_form: str, subject_kind: str) -> Decimal | None:
        """How many base salaries; None where a person must say."""
        return multiple_for(award_form=award_form, subject_kind=subject_kind, settings=self.multiples)


def rules_of(row: Row[Any]) -> RoundRules:
    """The rules of one `award_round` row."""
    stored: Mapping[str, str] = row.settings.get("multiples", {})
    return RoundRules(
        certificate=Threshold(share=Fraction(row.vote_threshold_percent, 100), strict=True),
        flag=Threshold(share=Fraction(row.flag_threshold_percent, 100), strict=False),
        multiples={multiple_key(key): Decimal(value) for key, value in stored.items()},
    )


def multiple_key(key: str) -> tuple[str, str]:
    """`city_merit_certificate-individual` -> form and kind of subject."""
    award_form, _, subject_kind = key.partition("-")
    return award_form, subject_kind


def share_words(threshold: Threshold) -> str:
    """“quá nửa”, “trên 60 %”, “từ 80 %”."""
    percent = threshold.share * 100
    shown = int(percent) if percent.denominator == 1 else float(percent)
    if not threshold.strict:
        return f"từ {shown} %"
    return "quá nửa" if threshold.share == Fraction(1, 2) else f"trên {shown} %"


def threshold_words(threshold: Threshold, total_members: int) -> str:
    """“quá nửa tổng số thành viên (cần ít nhất 8 trên 15)”."""
    needed = threshold.needed(total_members)
    return f"{share_words(threshold)} tổng số thành viên (cần ít nhất {needed} trên {total_members})"
