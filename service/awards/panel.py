"""What awards put on the pages of a task and of a dossier: its content and its papers, as the context of partials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g, request

from service.awards.papers.access import asked
from service.awards.papers.upload import kinds_of
from service.awards.reads import dossier_of, submission_of_instance
from service.people.actor import Actor
from service.people.policy import may_read

if TYPE_CHECKING:
    from service.database.unit import Unit


_TYPED = ("kind", "nomination_id", "title", "number", "dated_on")
"""Inputs of a paper that could not be taken, to be shown again."""


def panel_context(unit: Unit, root_id: str, actor: Actor) -> dict[str, Any]:
    """The names that `awards/_dossier.html` and `awards/_papers.html` read; `dossier` is None where there is nothing
    this person reads. An agency that was asked for its opinion reads the dossier too.

    What came of adding a paper stands in the address of the page.
    """
    row = submission_of_instance(unit, root_id)
    if row is None or not (may_read(actor, row.unit_id) or asked(actor, row)):
        return {"dossier": None}
    dossier = dossier_of(unit, root_id, actor)
    return {
        "dossier": dossier,
        "dossier_instance_id": root_id,
        "paper_kinds": kinds_of(unit, row) if dossier is not None and dossier.may_upload else {},
        "here": request.path,
        "paper_limit_mb": g.engine.settings.paper_limit_bytes // 2**20,
        "paper_typed": {name: request.values.get(f"_paper_{name}", "") for name in _TYPED},
        "paper_message": "Đã nộp giấy tờ." if request.args.get("giay_to") == "da-nop" else None,
        "paper_problem": request.args.get("giay_to_loi"),
    }
