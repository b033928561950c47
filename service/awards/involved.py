"""Separation of duties on one dossier: nominees, preparers and appraisers against whoever acts now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, and_, or_, select

from service.awards.law.separation import acts_on_self, barred_by
from service.awards.tables import nomination
from service.engine.forms import FieldProblem
from service.engine.tables import approval, task
from service.people.actor import Actor
from service.people.tables import account, role_assignment
from service.people.units import fold

if TYPE_CHECKING:
    from service.database.unit import Unit

# City-wide roles are held by people who work in these two units.
_HOME_OF_CITY_ROLES = {
    "so_noi_vu": ("snv_expert", "snv_division_head", "snv_director"),
    "van_phong_ubnd": ("ubnd_office", "ubnd_chair"),
}

_SENTENCES = {
    "prepare": "Bạn đã lập hồ sơ này nên không thực hiện bước này. Chuyển việc cho người khác trong nhóm.",
    "appraise": "Bạn đã thẩm định hồ sơ này nên không thực hiện bước này. Chuyển việc cho người khác trong nhóm.",
}
_FORMS_OF_STEP = {
    "prepare": (
        "awards:prepare-submission",
        "awards:supplement",
        "awards:file-ad-hoc",
        "awards:supplement-ad-hoc",
    ),
    "appraise": ("awards:appraise", "awards:ad-hoc-verify"),
}
_ON_THE_LIST = "Bạn có tên trong danh sách này nên không thực hiện bước này. Chuyển việc cho người khác."
_NOMINEE = "Bạn là người được đề nghị trong hồ sơ này nên không thực hiện bước này. Chuyển việc cho người khác."


def objections(
    unit: Unit, dossier: Row[Any], actor: Actor, step: str | None = None, field: str = "decision"
) -> list[FieldProblem]:
    """Why this person may not do this step on this dossier; empty if they may. `step` as in `law.separation`."""
    sentences = [*_own_nomination(unit, dossier, actor), *_earlier_step(unit, dossier, actor, step)]
    return [FieldProblem(field=field, message=sentence) for sentence in sentences]


def _own_nomination(unit: Unit, dossier: Row[Any], actor: Actor) -> list[str]:
    query = select(nomination.c.nominee_account_id).where(
        nomination.c.submission_id == dossier.id,
        nomination.c.nominee_account_id.is_not(None),
        nomination.c.state != "withdrawn",
    )
    nominees = set(unit.connection.execute(query).scalars())
    return [_NOMINEE] if acts_on_self(actor.account_id, nominees) else []


def _earlier_step(unit: Unit, dossier: Row[Any], actor: Actor, step: str | None) -> list[str]:
    if step is None:
        return []
    before = barred_by(step, actor.account_id, _hands(unit, dossier))
    return [] if before is None else [_SENTENCES[before]]


def _hands(unit: Unit, dossier: Row[Any]) -> dict[str, set[int]]:
    """Everybody who prepared the dossier, a supplement included, and who appraised it; not only the last of them."""
    hands = {"prepare": {dossier.prepared_by}, "appraise": {dossier.appraised_by}}
    step_of = {key: step for step, keys in _FORMS_OF_STEP.items() for key in keys}
    query = (
        select(task.c.form_key, approval.c.account_id)
        .join(task, task.c.id == approval.c.task_id)
        .where(approval.c.root_id == dossier.instance_id, task.c.form_key.in_(sorted(step_of)))
    )
    for row in unit.connection.execute(query):
        hands[step_of[row.form_key]].add(row.account_id)
    return {step: accounts - {None} for step, accounts in hands.items()}


def nominees_acting(actor: Actor, nominations: Iterable[Row[Any]], field: str = "decision") -> list[FieldProblem]:
    """A nominee does not act on a list they stand on; empty for everybody else."""
    nominees = {row.nominee_account_id for row in nominations if row.nominee_account_id is not None}
    if not acts_on_self(actor.account_id, nominees):
        return []
    return [FieldProblem(field=field, message=_ON_THE_LIST)]


def accounts_of_nominees(unit: Unit, unit_id: str, names: Iterable[str]) -> dict[str, int]:
    """Folded name -> account, for nominees who work in that unit and with this system. A shared name gives none."""
    wanted = {fold(name) for name in names}
    works_there = role_assignment.c.unit_id == unit_id
    if city_roles := _HOME_OF_CITY_ROLES.get(unit_id):
        at_home = and_(role_assignment.c.unit_id.is_(None), role_assignment.c.role.in_(city_roles))
        works_there = or_(works_there, at_home)
    query = (
        select(account.c.id, account.c.full_name)
        .join(role_assignment, role_assignment.c.account_id == account.c.id)
        .where(works_there)
        .distinct()
    )
    found: dict[str, set[int]] = {}
    for row in unit.connection.execute(query):
        if (name := fold(row.full_name)) in wanted:
            found.setdefault(name, set()).add(row.id)
    return {name: ids.pop() for name, ids in found.items() if len(ids) == 1}
