"""The pool as a person reads it: one table for each ceiling, the ceiling and the threshold as rules across it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from service.awards import words
from service.awards.rounds.ceilings import ceiling_words, quota_rows
from service.awards.rounds.pool import pool_rows
from service.awards.rounds.rank_pool import ARTICLE_4
from service.awards.rounds.settings import rules_of, threshold_words
from service.awards.rounds.standing import Votes, deciding_votes

if TYPE_CHECKING:
    from service.database.unit import Unit

SHOWN = ("in_pool", "recommended", "reserve", "not_recommended", "struck", "awarded", "not_awarded")
_LOOKS = {
    "recommended": "good",
    "awarded": "good",
    "reserve": "look",
    "not_recommended": "open",
    "not_awarded": "open",
    "in_pool": "open",
    "struck": "bad",
}

_RESULTS = {"recommended": "Đề nghị khen", "awarded": "Được khen", "not_recommended": "Không đạt"}


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolLine:
    """One nomination in the pool. Counts are None while nobody voted."""

    name: str
    title: str
    unit_name: str
    code: str
    rank: int | None
    yes: int | None
    no: int | None
    share: str
    """Of all members: “93,3 %”."""
    note: str
    look: str
    result: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolTable:
    """All nominations under one ceiling, in the order of the ranking."""

    key: str
    title: str
    sentence: str
    members_total: int | None
    within: tuple[PoolLine, ...]
    ceiling_rule: str
    """Drawn under `within`; empty before the ranking."""
    reserve: tuple[PoolLine, ...]
    below_rule: str
    below: tuple[PoolLine, ...]
    struck: tuple[PoolLine, ...]
    waiting: tuple[PoolLine, ...]
    """Not voted on, or in a tie that the chair has not settled."""
    equals_words: str
    """Why some with as many votes stand before others; empty where none do."""


def pool_tables(unit: Unit, round_row: Row[Any]) -> list[PoolTable]:
    """One table for each ceiling that has nominations, in the order of the quota table."""
    votes = deciding_votes(unit, round_row.id)
    rows = pool_rows(unit, round_row.id, SHOWN)
    quotas: Sequence[Row[Any] | None] = (*quota_rows(unit, round_row.id), None)
    tables = []
    for quota in quotas:
        own = [row for row in rows if row.quota_id == (quota.id if quota is not None else None)]
        if own:
            tables.append(_table(round_row, quota, own, votes))
    return tables


def _table(
    round_row: Row[Any], quota: Row[Any] | None, rows: Sequence[Row[Any]], votes: Mapping[int, Votes]
) -> PoolTable:
    ordered = sorted(rows, key=lambda row: (row.pool_rank or 10**9, -_yes(votes, row), row.id))
    groups: dict[str, list[PoolLine]] = {name: [] for name in ("within", "reserve", "below", "struck", "waiting")}
    for row in ordered:
        groups[_group(row, votes)].append(_line(row, votes.get(row.id)))
    total = next((votes[row.id].members_total for row in rows if row.id in votes), None)
    return PoolTable(
        key=f"han-{quota.id}" if quota is not None else "han-khac",
        title=_title(quota),
        sentence=_sentence(len(rows), groups),
        members_total=total,
        within=tuple(groups["within"]),
        ceiling_rule=_ceiling_rule(round_row, quota, groups) if quota is not None else "",
        reserve=tuple(groups["reserve"]),
        below_rule=_below_rule(round_row, quota, total),
        below=tuple(groups["below"]),
        struck=tuple(groups["struck"]),
        waiting=tuple(groups["waiting"]),
        equals_words=_equals_words([line for lines in groups.values() for line in lines]),
    )


def _group(row: Row[Any], votes: Mapping[int, Votes]) -> str:
    if row.state == "struck":
        return "struck"
    if row.reserve_rank is not None:
        return "reserve"
    if row.state in ("recommended", "awarded") or (row.state == "not_awarded" and row.pool_rank is not None):
        return "within"
    return "below" if row.state in ("not_recommended", "not_awarded") else "waiting"


def _line(row: Row[Any], votes: Votes | None) -> PoolLine:
    return PoolLine(
        name=row.subject_name,
        title=row.subject_title,
        unit_name=row.unit_name,
        code=row.code,
        rank=row.pool_rank,
        yes=votes.yes if votes is not None else None,
        no=votes.no if votes is not None else None,
        share=f"{float(100 * votes.share):.1f} %".replace(".", ",") if votes is not None else "",
        note=(row.line_note if row.state == "struck" else row.tie_reason) or "",
        look=_LOOKS[row.state],
        result=_result(row),
    )


def _result(row: Row[Any]) -> str:
    if row.state == "reserve":
        return f"Dự bị {row.reserve_rank}"
    if row.state == "in_pool":
        return "Bằng phiếu, chờ chủ tịch hội đồng" if row.pool_rank is not None else "Chưa xếp hạng"
    return _RESULTS.get(row.state) or words.NOMINATION_STATES[row.state]


def _sentence(count: int, groups: Mapping[str, Sequence[PoolLine]]) -> str:
    parts = [
        f"{len(groups[name])} {label}"
        for name, label in (
            ("within", "trong số lượng tối đa"),
            ("reserve", "dự bị"),
            ("below", "không đạt"),
            ("struck", "đã rút khỏi danh sách"),
            ("waiting", "chưa xếp hạng"),
        )
        if groups[name]
    ]
    return f"{count} đề nghị: {', '.join(parts)}."


def _ceiling_rule(round_row: Row[Any], quota: Row[Any], groups: Mapping[str, Sequence[PoolLine]]) -> str:
    if not any(groups[name] for name in ("within", "reserve", "below")):
        return ""
    kind = words.SUBJECT_KINDS[quota.subject_kind].lower()
    source = f"{round_row.guidance_number}; " if round_row.guidance_number else ""
    lawful = f"({source}khen ít hơn {quota.ceiling} vẫn đúng quy định)"
    left = quota.ceiling - len(groups["within"])
    if left <= 0:
        return f"Hết số lượng tối đa: {quota.ceiling} {kind} {lawful}"
    return f"Số lượng tối đa: {quota.ceiling} {kind}, còn {left} chỗ {lawful}"


def _below_rule(round_row: Row[Any], quota: Row[Any] | None, total: int | None) -> str:
    if quota is None or total is None:
        return "Không thuộc hình thức, đối tượng của đợt xét"
    return f"Không đạt {threshold_words(rules_of(round_row).threshold(quota.award_form), total)}"


def _equals_words(lines: Sequence[PoolLine]) -> str:
    ranks: dict[int | None, set[int]] = {}
    for line in lines:
        if line.rank is not None:
            ranks.setdefault(line.yes, set()).add(line.rank)
    if all(len(places) == 1 for places in ranks.values()):
        return ""
    return f"Bằng phiếu thì nữ, tập thể có từ 70 % nữ xếp trước, {ARTICLE_4}."


def _yes(votes: Mapping[int, Votes], row: Row[Any]) -> int:
    return votes[row.id].yes if row.id in votes else -1


def _title(quota: Row[Any] | None) -> str:
    if quota is None:
        return "Ngoài các hình thức của đợt xét"
    return ceiling_words(award_form=quota.award_form, subject_kind=quota.subject_kind, bloc=quota.bloc)
