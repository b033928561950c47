"""One dossier in the browser: what it waits for, its content, its diagram, its past; letting a stuck step try again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.awards.panel import panel_context
from service.awards.reads import submission_of_instance
from service.awards.submissions.withdraw import withdraw
from service.awards.timeline import Sight, sight_of, timeline
from service.engine.commands.instances import MANAGERS
from service.engine.commands.retry import Retry, retry
from service.engine.errors import IncidentNotFound, InstanceNotFound
from service.engine.rows import InstanceRow, instance_row
from service.errors import Conflict, NotFound, Refused
from service.monitoring.pages import incident_rows, who_is_awaited
from service.monitoring.reads import called, diagram_of, dossier, open_incidents, waiting_tasks
from service.monitoring.steps import path_in
from service.people.actor import Actor
from service.people.authentication import current_actor
from service.people.policy import ASSIGNERS, may_act
from service.web.words import due_words, moment

if TYPE_CHECKING:
    from service.database.unit import Unit

blueprint = Blueprint("dossier", __name__, template_folder="templates")

LONGEST_REASON = 4000
LARGEST_INCIDENT = 2**63 - 1
MESSAGES = {
    "da-rut": "Hồ sơ đã được rút. Đợt xét không còn chờ hồ sơ này.",
    "da-thu-lai": "Bước đã chạy lại và đi tiếp được.",
    "con-ket": "Bước đã chạy lại nhưng vẫn chưa đi tiếp được; lý do mới ở ngay bên dưới.",
}


@blueprint.get("/ho-so/<uuid:instance_id>")
def show(instance_id: UUID) -> ResponseReturnValue:
    """A dossier, or a procedure that it called."""
    return _page(str(instance_id))


@blueprint.get("/ho-so/<uuid:instance_id>/so-do.bpmn")
def diagram(instance_id: UUID) -> ResponseReturnValue:
    """The diagram this dossier runs by, as it was deployed."""
    with g.engine.database.unit_of_work(read_only=True) as unit:
        row = _visible(unit, str(instance_id))
        found = diagram_of(unit, row.definition_id)
    response = Response(found, mimetype="application/xml")
    # The drawing reads it; opened by hand, a file somebody deployed is no page of ours.
    response.headers["Content-Disposition"] = 'attachment; filename="so-do.bpmn"'
    return response


@blueprint.post("/ho-so/<uuid:instance_id>/thu-lai")
def try_again(instance_id: UUID) -> ResponseReturnValue:
    """Let a stuck step try again."""
    incident_id = request.form.get("incident", type=int)
    if incident_id is None or not 0 < incident_id <= LARGEST_INCIDENT:
        raise IncidentNotFound()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        _visible(unit, str(instance_id))
    try:
        done = retry(g.engine, Retry(incident_id=incident_id, within=str(instance_id)), current_actor())
    except (Conflict, IncidentNotFound) as refusal:
        return _page(str(instance_id), problem=("Chưa thử lại được", refusal.message)), 409
    outcome = "con-ket" if done.incidents else "da-thu-lai"
    back = "/giam-sat" if request.form.get("next") == "/giam-sat" else f"/ho-so/{instance_id}"
    return redirect(f"{back}?bao={outcome}", 303)


@blueprint.post("/ho-so/<uuid:instance_id>/rut")
def take_back(instance_id: UUID) -> ResponseReturnValue:
    """Withdraw the unit's dossier, with a reason."""
    actor, reason = current_actor(), request.form.get("reason", "")[:LONGEST_REASON]
    with g.engine.database.unit_of_work(read_only=True) as unit:
        _visible(unit, str(instance_id))
        found = submission_of_instance(unit, str(instance_id))
    if found is None:
        raise NotFound()
    try:
        withdraw(g.engine, found.id, reason, actor)
    except (Refused, Conflict) as refusal:
        return _page(str(instance_id), problem=("Chưa rút được hồ sơ", refusal.message), reason=reason), 422
    return redirect(f"/ho-so/{instance_id}?bao=da-rut", 303)


def _page(instance_id: str, *, problem: tuple[str, str] | None = None, reason: str = "") -> str:
    actor = current_actor()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        row = _visible(unit, instance_id)
        of = instance_row(row)
        root = of if of.root_id == of.id else instance_row(_visible(unit, of.root_id))
        context = _standing(unit, of, root, actor) | _around(unit, row, root, actor)
    return render_template(
        "monitoring/dossier.html",
        problem=problem,
        reason=reason,
        message=MESSAGES.get(request.args.get("bao", "")),
        **context,
    )


def _visible(unit: Unit, instance_id: str) -> Any:
    """Raises InstanceNotFound: there is none, or it is not this person's to see."""
    row = dossier(unit, current_actor(), instance_id)
    if row is None:
        raise InstanceNotFound()
    return row


def _standing(unit: Unit, of: InstanceRow, root: InstanceRow, actor: Actor) -> dict[str, Any]:
    """What it waits for and what stopped it; for a called procedure, within it alone."""
    calendar, whole = g.engine.calendar_of(unit), of.id == root.id
    waiting = [each for each in waiting_tasks(unit, [root.id]) if whole or each.instance_id == of.id]
    stuck = [each for each in open_incidents(unit, actor, root_id=root.id) if whole or each.instance_id == of.id]
    path = path_in(unit, of, g.engine.library(unit).definition(of.definition_id))
    return {
        "path": path,
        "incidents": incident_rows(unit, stuck),
        "may_mend": bool(MANAGERS & actor.role_keys),
        "may_assign": bool(ASSIGNERS & actor.role_keys),
        "waiting": [
            {
                **each._mapping,
                "who": who_is_awaited(each),
                "may_act": may_act(actor, each),
                "due": due_words(each.due_at, unit.at, calendar),
            }
            for each in waiting
        ],
        "waiting_words": _waiting_words(of, list(path.awaited), bool(stuck)),
    }


def _around(unit: Unit, row: Any, root: InstanceRow, actor: Actor) -> dict[str, Any]:
    """The dossier's content and papers, its past, the procedures it called."""
    sight: Sight = sight_of(actor, root.unit_id)
    whole = row.id == root.id
    return {
        "instance": row,
        "root": root,
        "whole": whole,
        "history": timeline(unit, root.id, sight=sight, limit=200) if whole else [],
        "called": [each for each in called(unit, root.id) if whole or each.parent_id == row.id],
        **(panel_context(unit, root.id, actor) if whole else {"dossier": None}),
    }


def _waiting_words(of: InstanceRow, awaited: list[str], stuck: bool) -> str:
    if of.state != "active":
        ended = moment(of.ended_at)
        return f"Quy trình đã kết thúc lúc {ended}." if of.state == "completed" else f"Hồ sơ đã hủy lúc {ended}."
    if awaited:
        return f"Không chờ việc của ai; đang chờ: {', '.join(f'“{each}”' for each in awaited)}."
    return "Không chờ việc của ai; bước đang kẹt nêu ở trên." if stuck else "Đang chạy bước tự động."
