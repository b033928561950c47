"""The same subject elsewhere: twice in one round, a deed that is also in a round, an award of an earlier round.

A warning, never a bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.awards import words
from service.awards.form_parts import within_sentence
from service.awards.tables import award_round, nomination, submission
from service.people.tables import unit as unit_table

if TYPE_CHECKING:
    from service.database.unit import Unit

_GONE = ("withdrawn", "rejected_by_unit", "not_awarded", "not_recommended", "struck", "ineligible")


def duplicate_warnings(unit: Unit, dossier: Row[Any], nominations: Sequence[Row[Any]]) -> dict[int, list[str]]:
    """Nomination id -> sentences about the same subject in another dossier that is under way or was awarded."""
    names = {each.subject_search for each in nominations}
    if not names:
        return {}
    others = _elsewhere(unit, dossier, names)
    return {
        each.id: [sentence for other in others if (sentence := _sentence(dossier, each, other))] for each in nominations
    }


def _elsewhere(unit: Unit, dossier: Row[Any], names: set[str]) -> Sequence[Any]:
    query = (
        select(
            nomination.c.subject_search,
            nomination.c.subject_kind,
            nomination.c.award_form,
            nomination.c.state,
            submission.c.code,
            submission.c.round_id,
            unit_table.c.name.label("unit_name"),
            award_round.c.title.label("round_title"),
        )
        .join(submission, submission.c.id == nomination.c.submission_id)
        .join(unit_table, unit_table.c.id == submission.c.unit_id)
        .outerjoin(award_round, award_round.c.id == submission.c.round_id)
        .where(
            nomination.c.subject_search.in_(sorted(names)),
            nomination.c.submission_id != dossier.id,
            nomination.c.state.not_in(_GONE),
        )
        .order_by(submission.c.code)
        .limit(200)
    )
    return unit.connection.execute(query).all()


def _sentence(dossier: Row[Any], each: Row[Any], other: Any) -> str | None:
    if other.subject_search != each.subject_search or other.subject_kind != each.subject_kind:
        return None
    where = f"hồ sơ {other.code} của {other.unit_name}"
    if dossier.round_id is None and other.round_id is not None:
        return f"Cùng đối tượng có trong {where}, {other.round_title}: cần xem trùng thành tích."
    if other.round_id is None:
        return f"Cùng đối tượng có trong {where}, khen thưởng đột xuất: cần xem trùng thành tích."
    if other.round_id == dossier.round_id and other.award_form == each.award_form:
        return f"Cùng đối tượng, cùng hình thức {words.AWARD_FORMS[each.award_form]} trong {where} của đợt này."
    if other.round_id != dossier.round_id and other.state == "awarded":
        return (
            f"Đã được tặng {words.AWARD_FORMS[other.award_form]} trong {within_sentence(other.round_title)} ({where})."
        )
    return None
