"""Where the nominations of a round stand: the votes that count, and the ranking under each ceiling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.awards.law.ranking import Candidate, Ranking, preferred, rank
from service.awards.law.votes import Threshold
from service.awards.rounds.ceilings import ceiling_words, quota_rows
from service.awards.rounds.pool import pool_rows
from service.awards.rounds.settings import CITY_COUNCIL_FORMS, RoundRules, rules_of, threshold_words
from service.awards.tables import council_session, vote_tally

if TYPE_CHECKING:
    from service.database.unit import Unit

COUNTED = ("voted", "minuted", "approved")
NOT_VOTED = -1
NOBODY_PASSES = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Votes:
    """The votes on one nomination in the session that decides on it."""

    session_id: int
    body: str
    yes: int
    no: int
    invalid: int
    members_total: int

    @property
    def share(self) -> Fraction:
        """Of all members, 0 to 1."""
        return Fraction(self.yes, self.members_total)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One ceiling with the nominations under it, ranked. `quota_id` None: the round has no such award."""

    quota_id: int | None
    title: str
    ceiling: int
    awarded: int
    threshold: Threshold | None
    """None where the round has no such award."""
    members_total: int | None
    """Of the council that decides; None while nobody voted."""
    body: str | None
    """Which council decides: a key of `words.COUNCIL_BODIES`; None while nobody voted."""
    members: Mapping[int, Row[Any]]
    votes: Mapping[int, Votes]
    ranking: Ranking

    def why_not(self, nomination_id: int) -> str:
        """Why this one is not recommended, as its unit reads it."""
        if self.threshold is None:
            return "Đợt xét không có hình thức khen thưởng này cho đối tượng và khối của đơn vị."
        votes = self.votes.get(nomination_id)
        if votes is None:
            return "Hội đồng chưa biểu quyết đề nghị này."
        total = votes.members_total
        needed = threshold_words(self.threshold, total)
        return f"Đạt {votes.yes} phiếu đồng ý trên {total} thành viên, chưa đạt {needed}."

    def divided_by_ceiling(self, nomination_id: int) -> bool:
        """Whether some with as many votes have a place and others have none."""
        votes = self.votes.get(nomination_id)
        equals = {
            placement.outcome
            for placement in self.ranking.placements
            if votes is not None and placement.key in self.votes and self.votes[placement.key].yes == votes.yes
        }
        return "reserve" in equals and bool(equals & {"recommended", "tied"})


def standings(unit: Unit, round_row: Row[Any]) -> list[Standing]:
    """Every ceiling of the round that has nominations in the running, in the table's order."""
    law, votes = rules_of(round_row), deciding_votes(unit, round_row.id)
    members: dict[int | None, dict[int, Row[Any]]] = defaultdict(dict)
    for row in pool_rows(unit, round_row.id):
        members[row.quota_id][row.id] = row
    quotas: Sequence[Row[Any] | None] = (*quota_rows(unit, round_row.id), None)
    return [
        _standing(quota, members[quota_id], votes, law)
        for quota in quotas
        if (quota_id := quota.id if quota is not None else None) in members
    ]


def deciding_votes(unit: Unit, round_id: int) -> dict[int, Votes]:
    """By nomination: of the newest counted session of the council that decides on its form."""
    found: dict[int, Votes] = {}
    for session in _newest_sessions(unit, round_id):
        for row in unit.connection.execute(select(vote_tally).where(vote_tally.c.session_id == session.id)):
            found[row.nomination_id] = Votes(
                session_id=session.id,
                body=session.body,
                yes=row.yes,
                no=row.no,
                invalid=row.invalid,
                members_total=session.members_total,
            )
    return found


def _newest_sessions(unit: Unit, round_id: int) -> list[Row[Any]]:
    """Sở Nội vụ's, then the City's where it has voted since: the later one overrides what it voted on."""
    query = (
        select(council_session)
        .where(council_session.c.round_id == round_id, council_session.c.state.in_(COUNTED))
        .order_by(council_session.c.id)
    )
    newest = {row.body: row for row in unit.connection.execute(query)}
    snv, city = newest.get("snv"), newest.get("city")
    if snv is None:
        return []
    # A City vote from before the list was sent back does not count for the new list.
    return [snv, city] if city is not None and city.id > snv.id else [snv]


def _standing(
    quota: Row[Any] | None, members: Mapping[int, Row[Any]], votes: Mapping[int, Votes], law: RoundRules
) -> Standing:
    own = {key: votes[key] for key in members if key in votes}
    deciding = _of_deciding_body(quota, own)
    session = next(iter(deciding.values()), None)
    total = session.members_total if session is not None else None
    threshold = law.threshold(quota.award_form) if quota is not None else None
    candidates = [
        Candidate(
            key=key,
            yes=deciding[key].yes if key in deciding else NOT_VOTED,
            preferred=prefers(row),
            chair_order=row.chair_order,
        )
        for key, row in members.items()
    ]
    ceiling = quota.ceiling if quota is not None else 0
    needed = threshold.needed(total) if threshold is not None and total is not None else NOBODY_PASSES
    return Standing(
        quota_id=quota.id if quota is not None else None,
        title=_title(quota),
        ceiling=ceiling,
        awarded=quota.awarded if quota is not None else 0,
        threshold=threshold,
        members_total=total,
        body=session.body if session is not None else None,
        members=members,
        votes=own,
        ranking=rank(candidates, ceiling=ceiling, yes_needed=needed),
    )


def _of_deciding_body(quota: Row[Any] | None, votes: Mapping[int, Votes]) -> Mapping[int, Votes]:
    """The City's votes alone, where it votes on this form: what it did not see did not get past Sở Nội vụ."""
    if quota is None or quota.award_form not in CITY_COUNCIL_FORMS:
        return votes
    city = {key: found for key, found in votes.items() if found.body == "city"}
    return city or votes


def prefers(row: Row[Any]) -> bool:
    """Whether Điều 4 prefers this nomination's subject among equals."""
    share = None if row.women_share is None else Fraction(row.women_share) / 100
    return preferred(subject_kind=row.subject_kind, gender=row.gender, women_share=share)


def _title(quota: Row[Any] | None) -> str:
    if quota is None:
        return "Không có số lượng tối đa trong đợt xét"
    return ceiling_words(award_form=quota.award_form, subject_kind=quota.subject_kind, bloc=quota.bloc)
