"""The nominees as answered, written to the rows: who is already there keeps the row, votes and papers included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.awards import words
from service.awards.involved import accounts_of_nominees
from service.awards.records import nominations_of, unit_row, update_nomination
from service.awards.rounds.ceilings import not_given, quota_rows
from service.awards.submissions.nominee_form import columns_of
from service.awards.tables import nomination, submission
from service.people.tables import account
from service.people.units import fold

if TYPE_CHECKING:
    from service.database.unit import Unit

Key = tuple[str, str, str]
"""Folded name, kind of subject, award form: what makes two records one nomination."""


def key_of(record: Mapping[str, Any]) -> Key:
    """Of an answer."""
    return (fold(str(record["subject_name"])), record["subject_kind"], record["award_form"])


def key_of_row(row: Row[Any]) -> Key:
    """Of a stored nomination."""
    return (row.subject_search, row.subject_kind, row.award_form)


def carried_over(unit: Unit, unit_id: str) -> list[Row[Any]]:
    """Nominations of diverted ad-hoc cases of this unit that found no open submission: they wait for this one."""
    query = (
        select(nomination)
        .join(submission, submission.c.id == nomination.c.submission_id)
        .where(
            submission.c.unit_id == unit_id,
            submission.c.state == "diverted",
            submission.c.diverted_to.is_(None),
            nomination.c.state == "draft",
        )
        .order_by(nomination.c.id)
    )
    return list(unit.connection.execute(query))


def carried_into(unit: Unit, unit_id: str, round_row: Row[Any] | None) -> list[Row[Any]]:
    """Those of them that this round gives an award to; the others go on waiting."""
    waiting = carried_over(unit, unit_id)
    if round_row is None:
        return waiting
    quotas = quota_rows(unit, round_row.id)
    return [each for each in waiting if why_not_taken(each, round_row, quotas) is None]


def why_not_taken(each: Row[Any], round_row: Row[Any], quotas: Sequence[Row[Any]]) -> str | None:
    """Why a round cannot take over a nomination from an ad-hoc case; None where it can."""
    kind = each.subject_kind
    if kind not in round_row.subject_kinds:
        return f"Đợt xét không xét đối tượng {words.SUBJECT_KINDS[kind].lower()}."
    return not_given(
        quotas, award_class=round_row.award_class, award_form=each.award_form, subject_kind=kind, bloc=each.bloc
    )


def save_nominations(unit: Unit, dossier: Row[Any], records: Sequence[Mapping[str, Any]]) -> None:
    """Make the submission's nominations those of `records`, in their order.

    One that is no longer proposed becomes `withdrawn`: votes and papers may hang on it.
    """
    known = {key_of_row(row): row for row in _all_nominations(unit, dossier.id)}
    waiting = {key_of_row(row): row for row in carried_over(unit, dossier.unit_id)} if dossier.round_id else {}
    bloc = unit_row(unit, dossier.unit_id).bloc
    accounts = _accounts(unit, dossier.unit_id, records)
    _make_room(unit, list(known.values()))
    for position, record in enumerate(records, start=1):
        values = columns_of(record, bloc) | {"position": position, "state": "draft"}
        values["nominee_account_id"] = accounts.get(_account_key(record))
        current, carried = known.pop(key_of(record), None), waiting.get(key_of(record))
        if current is not None:
            update_nomination(unit, current.id, **values)
        elif carried is not None:
            origin = {"submission_id": dossier.id, "carried_from": carried.submission_id}
            update_nomination(unit, carried.id, **values, **origin)
        else:
            unit.connection.execute(nomination.insert().values(submission_id=dossier.id, **values))
    for offset, gone in enumerate(known.values(), start=len(records) + 1):
        update_nomination(unit, gone.id, position=offset, state="withdrawn")


def next_position(unit: Unit, submission_id: int) -> int:
    """The place after the last one."""
    return 1 + max((row.position for row in _all_nominations(unit, submission_id)), default=0)


def dropped_carried(unit: Unit, dossier: Row[Any], records: Sequence[Mapping[str, Any]]) -> list[Row[Any]]:
    """Nominations that came from an ad-hoc case and are missing from the answers: the page was opened before."""
    kept = {key_of(record) for record in records}
    rows = nominations_of(unit, dossier.id)
    return [row for row in rows if row.carried_from is not None and key_of_row(row) not in kept]


def _all_nominations(unit: Unit, submission_id: int) -> list[Row[Any]]:
    query = select(nomination).where(nomination.c.submission_id == submission_id).order_by(nomination.c.position)
    return list(unit.connection.execute(query))


def _make_room(unit: Unit, rows: Sequence[Row[Any]]) -> None:
    """Positions are unique: move the old ones out of the way before the new ones come."""
    for row in rows:
        update_nomination(unit, row.id, position=-row.id)


def _account_key(record: Mapping[str, Any]) -> str:
    named = (record.get("account") or "").strip().lower()
    return f"@{named}" if named else fold(str(record["subject_name"]))


def _accounts(unit: Unit, unit_id: str, records: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Accounts by the user name given, else by the name of an individual who works in the unit."""
    people = [record for record in records if record["subject_kind"] == "individual"]
    named = {(record.get("account") or "").strip().lower() for record in people} - {""}
    found = accounts_of_nominees(unit, unit_id, [record["subject_name"] for record in people])
    query = select(account.c.id, account.c.username).where(account.c.username.in_(sorted(named)))
    return found | {f"@{row.username}": row.id for row in unit.connection.execute(query)}


def unknown_accounts(unit: Unit, records: Sequence[Mapping[str, Any]]) -> list[int]:
    """Indexes of records that name an account which does not exist."""
    named = {index: (record.get("account") or "").strip().lower() for index, record in enumerate(records)}
    query = select(account.c.username).where(account.c.username.in_(sorted({name for name in named.values() if name})))
    known = set(unit.connection.execute(query).scalars())
    return [index for index, name in named.items() if name and name not in known]


def records_of_account(unit: Unit, unit_id: str, records: Sequence[Mapping[str, Any]], account_id: int) -> list[int]:
    """Indexes of records whose nominee is this account."""
    accounts = _accounts(unit, unit_id, records)
    return [
        index
        for index, record in enumerate(records)
        if record["subject_kind"] == "individual" and accounts.get(_account_key(record)) == account_id
    ]
