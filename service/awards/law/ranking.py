"""Ranking nominations under one ceiling: who is recommended, who stands in reserve, who did not pass.

1. Below the threshold: not recommended, whatever places are left.
2. The others by yes votes, from high to low.
3. Equal votes: women before men, collectives with at least 70 % women before others.
4. Still equal where the ceiling falls: the chair of the council decides, in writing; until then the tie is open
   and nobody in it is recommended.
5. Beyond the ceiling: reserve, in the same order. Fewer than the ceiling is lawful.

Source: Nghị định 152/2025/NĐ-CP, Điều 4 (preference among equals); from high to low and the chair's decision on the
last tie: the central council's rules [V, by analogy], domain.md §2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Literal

Outcome = Literal["recommended", "reserve", "not_recommended", "tied"]
Ground = Literal["votes", "preference", "chair"]

WOMEN_SHARE = Fraction(7, 10)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One nomination as the ranking sees it. Keys are unique; they never decide an order that matters."""

    key: int
    yes: int
    preferred: bool = False
    """Điều 4: see `preferred`."""
    chair_order: int | None = None
    """The place the chair gave it in a tie; 1 is first. None: the chair was not asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """Where one nomination stands."""

    key: int
    outcome: Outcome
    rank: int | None
    """From 1 over all that passed; equals whom nothing separates share one. None: not recommended."""
    reserve: int | None = None
    """Dự bị 1, 2 …: from 1, for `reserve` only, shared likewise."""
    ground: Ground = "votes"
    """What set its place among those with as many votes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tie:
    """Equals whom votes and Điều 4 leave equal, more than the places left under the ceiling."""

    keys: tuple[int, ...]
    yes: int
    places: int
    """How many of them fit: at least 1, fewer than there are."""
    first_rank: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranking:
    """Every candidate once, best first; and the tie that the chair must break, if there is one."""

    placements: tuple[Placement, ...]
    tie: Tie | None

    def keys(self, outcome: Outcome) -> tuple[int, ...]:
        """The nominations with this outcome, best first."""
        return tuple(placement.key for placement in self.placements if placement.outcome == outcome)


def preferred(*, subject_kind: str, gender: str | None, women_share: Fraction | None) -> bool:
    """Whether Điều 4 puts this subject before its equals. `women_share` is 0 to 1, of the collective's members."""
    if subject_kind == "individual":
        return gender == "female"
    if subject_kind == "collective":
        return women_share is not None and women_share >= WOMEN_SHARE
    return False


def rank(candidates: Iterable[Candidate], *, ceiling: int, yes_needed: int) -> Ranking:
    """Rank all candidates of one quota row.

    Raises:
        ValueError: a key twice, or a negative ceiling.
    """
    everyone = sorted(candidates, key=_order)
    if ceiling < 0:
        raise ValueError("Số lượng tối đa không được âm.")
    if len({candidate.key for candidate in everyone}) != len(everyone):
        raise ValueError("Một đề nghị chỉ được xếp hạng một lần.")
    passed = [candidate for candidate in everyone if candidate.yes >= yes_needed]
    placements: list[Placement] = []
    tie: Tie | None = None
    for _, members in groupby(passed, key=_order_without_key):
        equals = list(members)
        placed, open_tie = _place(equals, before=len(placements), ceiling=ceiling, passed=passed)
        placements += placed
        tie = tie or open_tie
    failed = [c for c in everyone if c.yes < yes_needed]
    placements += [Placement(key=c.key, outcome="not_recommended", rank=None) for c in failed]
    return Ranking(placements=tuple(placements), tie=tie)


def next_in_reserve(ranking: Ranking) -> tuple[int, ...]:
    """The reserve that moves up when a place falls free: one key; several when nothing separates them (the chair
    decides then); none when there is no reserve.
    """
    reserves = [placement for placement in ranking.placements if placement.outcome == "reserve"]
    return tuple(p.key for p in reserves if p.reserve == reserves[0].reserve)


def _place(
    equals: Sequence[Candidate], *, before: int, ceiling: int, passed: Sequence[Candidate]
) -> tuple[list[Placement], Tie | None]:
    """The places of one group of equals that starts after `before` others."""
    ground, rank_ = _ground(equals[0], passed), before + 1
    free = max(0, ceiling - before)
    if 0 < free < len(equals):
        keys = tuple(candidate.key for candidate in equals)
        tied = [Placement(key=key, outcome="tied", rank=rank_, ground=ground) for key in keys]
        return tied, Tie(keys=keys, yes=equals[0].yes, places=free, first_rank=rank_)
    if free == 0:
        reserve = rank_ - ceiling
        return [
            Placement(key=c.key, outcome="reserve", rank=rank_, reserve=reserve, ground=ground) for c in equals
        ], None
    return [Placement(key=c.key, outcome="recommended", rank=rank_, ground=ground) for c in equals], None


def _ground(candidate: Candidate, passed: Sequence[Candidate]) -> Ground:
    """What separates a candidate from the others with as many votes."""
    equals = [other for other in passed if other.yes == candidate.yes]
    if candidate.chair_order is not None and sum(o.preferred == candidate.preferred for o in equals) > 1:
        return "chair"
    if any(other.preferred != candidate.preferred for other in equals):
        return "preference"
    return "votes"


def _order_without_key(candidate: Candidate) -> tuple[int, bool, bool, int]:
    """Two candidates with the same value are equals whom nothing separates."""
    unasked = candidate.chair_order is None
    return (-candidate.yes, not candidate.preferred, unasked, candidate.chair_order or 0)


def _order(candidate: Candidate) -> tuple[tuple[int, bool, bool, int], int]:
    return (_order_without_key(candidate), candidate.key)
