"""Ceilings (số lượng tối đa): how many awards of one kind a round may give at most.

A ceiling is an upper limit, never a target: fewer awards, or none, are as lawful as exactly the ceiling.

Source: Kế hoạch 77/KH-UBND, mục IV.1 (“tối đa không quá”); the numbers are rows of `quota.dmn`, editable there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ANY = ""
"""A quota's bloc or subject kind that fits every nomination."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """At most `ceiling` awards of this form, for this kind of subject, from units of this bloc (khối thi đua)."""

    award_class: str
    award_form: str
    subject_kind: str
    bloc: str
    ceiling: int

    def __post_init__(self) -> None:
        if self.ceiling < 0:
            raise ValueError("Số lượng tối đa không được âm.")

    def fits(self, *, award_form: str, subject_kind: str, bloc: str) -> bool:
        """Whether a nomination of these three counts against this ceiling."""
        return self.award_form == award_form and self.subject_kind in (ANY, subject_kind) and self.bloc in (ANY, bloc)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What may stand only once among a round's quotas."""
        return (self.award_class, self.award_form, self.subject_kind, self.bloc)


class RepeatedQuota(ValueError):
    """Two ceilings for the same class, form, kind of subject and bloc: nobody could say which one holds."""

    def __init__(self, quota: Quota) -> None:
        super().__init__("Một hình thức khen, một loại đối tượng và một khối chỉ có một số lượng tối đa.")
        self.quota = quota


def distinct(quotas: Iterable[Quota]) -> tuple[Quota, ...]:
    """The quotas of a round, checked.

    Raises:
        RepeatedQuota.
    """
    seen: dict[tuple[str, str, str, str], Quota] = {}
    for quota in quotas:
        if quota.key in seen:
            raise RepeatedQuota(quota)
        seen[quota.key] = quota
    return tuple(seen.values())


def quota_for(quotas: Sequence[Quota], *, award_form: str, subject_kind: str, bloc: str) -> Quota | None:
    """The one ceiling a nomination counts against, or None where the round does not give this award to this subject.

    A row that names the bloc goes before one for every bloc, then one that names the kind of subject before one
    for all. So every nomination counts once.
    """
    fitting = [q for q in quotas if q.fits(award_form=award_form, subject_kind=subject_kind, bloc=bloc)]
    return max(fitting, key=lambda quota: (quota.bloc != ANY, quota.subject_kind != ANY), default=None)


def places_left(*, ceiling: int, awarded: int) -> int:
    """How many more may be awarded: never negative. Leaving them empty is lawful."""
    return max(0, ceiling - awarded)


def within_ceiling(*, ceiling: int, awarded: int) -> bool:
    """The law that the CHECK `awarded_within_ceiling` holds in the database."""
    return 0 <= awarded <= ceiling
