"""The ceilings of a round: from the decision table, lowered where the guidance says so, then rows of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, insert, select

from service.awards import rules, words
from service.awards.law.quotas import Quota, distinct, quota_for
from service.awards.tables import quota

if TYPE_CHECKING:
    from service.database.unit import Unit

ANY_BLOC = "any"
OWN_AWARD = "unit_commendation"
"""What a unit's head gives: it never travels to the City."""


def ceilings_of_table(unit: Unit, resource_id: str, award_class: str) -> tuple[Quota, ...]:
    """The highest numbers the plan allows a round of this class, from one version of `quota.dmn`.

    Raises:
        RepeatedQuota: the table names one key twice.
    """
    rows = rules.decide(unit, resource_id, "quota", {"award_class": award_class}) or []
    return distinct(
        Quota(
            award_class=award_class,
            award_form=row["award_form"],
            subject_kind=row["subject_kind"],
            bloc=row["bloc"] or "",
            ceiling=int(row["ceiling"]),
        )
        for row in rows
    )


def row_key(ceiling: Quota) -> str:
    """A form's name for one ceiling: `city_emulation_flag-collective-xa_phuong`."""
    return f"{ceiling.award_form}-{ceiling.subject_kind}-{ceiling.bloc or ANY_BLOC}"


def ceiling_words(*, award_form: str, subject_kind: str, bloc: str) -> str:
    """“Bằng khen Chủ tịch UBND Thành phố, tập thể, khối xã, phường”."""
    parts = [words.AWARD_FORMS.get(award_form, award_form)]
    if subject_kind:
        parts.append(words.SUBJECT_KINDS.get(subject_kind, subject_kind).lower())
    if bloc:
        parts.append(words.BLOCS.get(bloc, bloc).lower())
    return ", ".join(parts)


def lowered(ceilings: Iterable[Quota], chosen: Mapping[str, int]) -> tuple[Quota, ...]:
    """The ceilings as the guidance sets them: never above the table's."""
    return tuple(
        Quota(
            award_class=ceiling.award_class,
            award_form=ceiling.award_form,
            subject_kind=ceiling.subject_kind,
            bloc=ceiling.bloc,
            ceiling=min(ceiling.ceiling, chosen.get(row_key(ceiling), ceiling.ceiling)),
        )
        for ceiling in ceilings
    )


def not_given(
    rows: Sequence[Row[Any]], *, award_class: str, award_form: str, subject_kind: str, bloc: str
) -> str | None:
    """Why a round with these ceilings awards no such nomination, or None. Its own Giấy khen a unit always gives."""
    key = {"award_class": award_class, "award_form": award_form, "subject_kind": subject_kind, "bloc": bloc}
    if award_form == OWN_AWARD or quota_id_for(rows, **key) is not None:
        return None
    whom = f"{words.SUBJECT_KINDS[subject_kind].lower()}, {words.BLOCS.get(bloc, bloc).lower()}"
    return f"Đợt xét không có {words.AWARD_FORMS[award_form]} cho {whom}."


def freeze_ceilings(unit: Unit, round_id: int, ceilings: Sequence[Quota]) -> None:
    """Write them as the round's rows: from now on only their own count changes."""
    rows = [
        {
            "round_id": round_id,
            "award_form": ceiling.award_form,
            "subject_kind": ceiling.subject_kind,
            "bloc": ceiling.bloc,
            "ceiling": ceiling.ceiling,
            "awarded": 0,
        }
        for ceiling in ceilings
    ]
    if rows:
        unit.connection.execute(insert(quota), rows)


def quota_rows(unit: Unit, round_id: int) -> Sequence[Row[Any]]:
    """A round's ceilings in the order they stand in its table."""
    return unit.connection.execute(select(quota).where(quota.c.round_id == round_id).order_by(quota.c.id)).all()


def quota_id_for(
    rows: Sequence[Row[Any]], *, award_class: str, award_form: str, subject_kind: str, bloc: str
) -> int | None:
    """The ceiling row a nomination counts against, or None where the round does not give this award to this subject."""
    ids = {
        Quota(
            award_class=award_class,
            award_form=row.award_form,
            subject_kind=row.subject_kind,
            bloc=row.bloc,
            ceiling=row.ceiling,
        ): row.id
        for row in rows
    }
    found = quota_for(tuple(ids), award_form=award_form, subject_kind=subject_kind, bloc=bloc)
    return ids[found] if found is not None else None
