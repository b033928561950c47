"""A council's vote: may it sit (quorum), who counts, and is a nomination carried.

Shares are of ALL members of the council, never of those present or of the votes cast: an absent member without a
written opinion, an invalid ballot and a recused member all weigh like a “no”. Invited people do not vote.

Source: quorum 2/3, written opinions, threshold for titles and flags: the central council's rules [V, by analogy];
here they are defaults, editable in a round's settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor


@dataclass(frozen=True, kw_only=True, slots=True)
class QuorumRule:
    """How many members must take part. `written_counts`: absent members with a written opinion take part."""

    share: Fraction = Fraction(2, 3)
    written_counts: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ValueError("Tỷ lệ thành viên dự họp phải lớn hơn 0 và không quá 100 %.")

    def needed(self, total_members: int) -> int:
        """The fewest members who may decide, rounded up: 10 of 15, 11 of 16."""
        return ceil(total_members * self.share)


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """The share of all members that must say yes. `strict`: more than the share, otherwise at least the share."""

    share: Fraction
    strict: bool

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError("Tỷ lệ đồng ý phải từ 0 đến 100 %.")

    def needed(self, total_members: int) -> int:
        """The fewest yes votes that carry: more than half of 15 is 8, of 14 is 8; 80 % of 15 is 12."""
        exact = total_members * self.share
        return floor(exact) + 1 if self.strict else ceil(exact)


TWO_THIRDS = QuorumRule()
MORE_THAN_HALF = Threshold(share=Fraction(1, 2), strict=True)
"""For a certificate. Source: domain.md §2, default, editable in the round's guidance."""
FOUR_FIFTHS = Threshold(share=Fraction(4, 5), strict=False)
"""For Cờ thi đua. Source: as above."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attendance:
    """Who takes part in a session. `present` and `written` (absent, with a written opinion) are members only."""

    total_members: int
    present: int
    written: int = 0

    def __post_init__(self) -> None:
        if self.total_members < 1:
            raise ValueError("Hội đồng phải có ít nhất một thành viên.")
        if self.present < 0 or self.written < 0:
            raise ValueError("Số thành viên không được âm.")
        if self.present + self.written > self.total_members:
            raise ValueError("Số thành viên có mặt và gửi ý kiến vượt tổng số thành viên.")

    @property
    def voters(self) -> int:
        """Everyone who casts a vote: present, or absent with a written opinion."""
        return self.present + self.written

    @property
    def silent(self) -> int:
        """Absent without an opinion."""
        return self.total_members - self.voters

    def quorate(self, rule: QuorumRule) -> bool:
        """Whether the session may decide."""
        taking_part = self.voters if rule.written_counts else self.present
        return taking_part >= rule.needed(self.total_members)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """The counted votes on one nomination. `recused` members took part but did not vote on this one."""

    yes: int
    no: int = 0
    invalid: int = 0
    recused: int = 0

    def __post_init__(self) -> None:
        if min(self.yes, self.no, self.invalid, self.recused) < 0:
            raise ValueError("Số phiếu không được âm.")

    @property
    def cast(self) -> int:
        """Ballots collected."""
        return self.yes + self.no + self.invalid


def ballots_allowed(attendance: Attendance, *, recused: int) -> int:
    """The most ballots one nomination can have: those taking part, less those who stand aside for it."""
    return max(0, attendance.voters - recused)


def too_many_ballots(attendance: Attendance, tally: Tally) -> int:
    """By how many the ballots exceed what could be cast; 0 when the count is possible."""
    return max(0, tally.cast - ballots_allowed(attendance, recused=tally.recused))


def carried(tally: Tally, *, total_members: int, threshold: Threshold) -> bool:
    """Whether the nomination reaches the threshold, counted on all members."""
    return tally.yes >= threshold.needed(total_members)


def share_of_members(yes: int, total_members: int) -> Fraction:
    """The share shown beside a tally: 14 of 15 members is 14/15, whoever was absent."""
    return Fraction(yes, total_members)
