"""Returning a dossier for supplement: itemised, at most twice; the third return lets it expire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.awards.counters import draw
from service.awards.papers.draw import return_slip
from service.awards.papers.write import write_paper
from service.awards.records import text_of, unit_row, update_nomination, update_submission
from service.awards.tables import return_item
from service.engine.handlers import TaskContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

MOST_RETURNS = 2
LAST_RETURN = (
    "Hồ sơ đã được trả bổ sung 2 lần. Nếu trả lần nữa, hồ sơ được ghi “hết hạn bổ sung” và không vào danh sách xét."
)


def items_of(answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items as answered: nomination (id or None), subject, reason, basis."""
    return [
        {
            "nomination_id": int(item["nomination"]) if item.get("nomination") else None,
            "subject": text_of(item, "subject"),
            "reason": text_of(item, "reason"),
            "basis": text_of(item, "basis") or None,
        }
        for item in answers.get("items") or []
    ]


def return_for_supplement(
    unit: Unit, task: TaskContext, dossier: Row[Any], stage: str, items: Sequence[Mapping[str, Any]]
) -> int:
    """Write the items and the slip, count the return, and give the new count (3 means that it expires)."""
    returns = int(dossier.returns) + 1
    made = {"submission_id": dossier.id, "stage": stage, "return_number": returns}
    made |= {"made_by": task.actor.account_id, "made_at": task.at}
    unit.connection.execute(return_item.insert(), [{**item, **made} for item in items])
    for nomination_id in {item["nomination_id"] for item in items if item["nomination_id"] is not None}:
        update_nomination(unit, nomination_id, state="needs_data")
    update_submission(unit, dossier.id, state="returned", returns=returns)
    _write_slip(unit, task, dossier, items, returns)
    return returns


def open_items(unit: Unit, submission_id: int) -> list[Row[Any]]:
    """The items of the last return that the unit has still to answer."""
    query = (
        select(return_item)
        .where(return_item.c.submission_id == submission_id, return_item.c.answered_at.is_(None))
        .order_by(return_item.c.id)
    )
    return list(unit.connection.execute(query))


def _write_slip(
    unit: Unit, task: TaskContext, dossier: Row[Any], items: Iterable[Mapping[str, Any]], returns: int
) -> None:
    day = task.at.astimezone(VIETNAM).date()
    number = f"{draw(unit, 'return_slip', day.year)}/PT-SNV"
    write_paper(
        unit,
        kind="return_slip",
        unit_id=dossier.unit_id,
        submission_id=dossier.id,
        title=f"Phiếu trả {number}",
        number=number,
        dated_on=day,
        text=return_slip(
            number=number,
            day=day,
            unit_name=unit_row(unit, dossier.unit_id).name,
            code=dossier.code,
            items=[(item["subject"], item["reason"], item["basis"] or "") for item in items],
            returns=returns,
            most=MOST_RETURNS,
        ),
        created_by=task.actor.account_id,
    )
