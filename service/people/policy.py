"""Who may act on a task, and who may read a dossier: the rule once for a row in hand, once as SQL for lists.

Whatever a person may not see does not exist for them: callers answer “not found”, never “forbidden”.
The SQL builders take the columns of the engine's tables (`task.c`, `instance.c`), because people know no engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from service.people.actor import Actor
from service.people.errors import MayNotStart, StartingUnitUnclear
from service.people.roles import ROLES

Columns = ReadOnlyColumnCollection[str, Any]


class TaskRow(Protocol):
    """The columns of a task that decide who may act. The two lists are `,a,b,` with a comma at both ends."""

    @property
    def unit_id(self) -> str | None: ...
    @property
    def assignee_id(self) -> int | None: ...
    @property
    def candidate_groups(self) -> str: ...
    @property
    def candidate_users(self) -> str: ...


def may_act(actor: Actor, task: TaskRow) -> bool:
    """True for the assignee, a candidate user, and whoever holds a candidate group for the task's unit.

    It asks neither whether the task is still open nor whether a colleague has claimed it: those are conflicts that a
    person who may act is told about.
    """
    if task.assignee_id == actor.account_id or _listed(task.candidate_users, actor.username):
        return True
    return role_acted_in(actor, task) is not None


def role_acted_in(actor: Actor, task: TaskRow) -> str | None:
    """The candidate group of the task that this person holds, for the record of who acted as what."""
    for group in task.candidate_groups.strip(",").split(","):
        if group and actor.holds(group, task.unit_id):
            return group
    return None


def tasks_actionable_by(actor: Actor, task: Columns) -> ColumnElement[bool]:
    """`may_act` as a condition on the task table."""
    clauses: list[ColumnElement[bool]] = [
        task["assignee_id"] == actor.account_id,
        task["candidate_users"].contains(f",{actor.username},", autoescape=True),
    ]
    for role, units in sorted(_scopes(actor).items()):
        in_group = task["candidate_groups"].contains(f",{role},", autoescape=True)
        clauses.append(in_group if None in units else and_(in_group, task["unit_id"].in_(sorted(_texts(units)))))
    return or_(*clauses)


def may_read(actor: Actor, unit_id: str | None) -> bool:
    """True if this person may read the content of a dossier of that unit (None: the City's own)."""
    return _reads_everything(actor) or (unit_id is not None and unit_id in _own_units(actor))


def may_read_step(actor: Actor, task: TaskRow, unit_id: str | None) -> bool:
    """True if this person may read an open step's form, in a dossier of that unit, without being the one to answer.

    A form is filled with what its group works with: agencies' opinions, other units' dossiers. Whoever reads every
    dossier reads it; a unit's people read the steps of units, and of the City's steps what came of them.
    """
    if _reads_everything(actor):
        return True
    groups = [ROLES[group] for group in task.candidate_groups.strip(",").split(",") if group in ROLES]
    return may_read(actor, unit_id) and all(group.scoped for group in groups)


def may_oversee(actor: Actor, unit_id: str | None) -> bool:
    """True if this person may see at least where that unit's dossier stands and since when."""
    return may_read(actor, unit_id) or actor.holds("supervisor", unit_id)


ASSIGNERS = frozenset({"supervisor", "snv_division_head"})


def may_assign(actor: Actor, unit_id: str | None) -> bool:
    """True if this person gives that unit's work to others, and more time for it; they do not do it."""
    return any(actor.holds(role, unit_id) for role in ASSIGNERS)


def sees_dossiers(actor: Actor) -> bool:
    """False for who keeps the system and its diagrams: they see no dossier at all."""
    return _reads_everything(actor) or bool(_own_units(actor)) or "supervisor" in actor.role_keys


def instances_readable_by(actor: Actor, instance: Columns) -> ColumnElement[bool]:
    """`may_read` as a condition on the instance table."""
    if _reads_everything(actor):
        return true()
    units = _own_units(actor)
    return instance["unit_id"].in_(sorted(units)) if units else false()


def instances_overseen_by(actor: Actor, instance: Columns) -> ColumnElement[bool]:
    """`may_oversee` as a condition on the instance table."""
    return true() if actor.holds("supervisor") else instances_readable_by(actor, instance)


def may_start(actor: Actor, starter_groups: Iterable[str]) -> bool:
    """True if this person holds, for any unit, one of the groups a process may be started by."""
    return not actor.role_keys.isdisjoint(starter_groups)


def starting_unit(actor: Actor, starter_groups: Iterable[str], asked: str | None) -> str | None:
    """The unit a dossier started by this person belongs to.

    Who holds a starter group for the whole City starts for any unit, or for none. Everybody else starts for a unit
    they hold the group for; without `asked` it is the only one there is.

    Raises:
        MayNotStart: the person holds no starter group, or not for the unit asked.
        StartingUnitUnclear: several units, and none was named.
    """
    units = {held.unit_id for held in actor.roles if held.role in set(starter_groups)}
    if not units:
        raise MayNotStart()
    if None in units or asked in units:
        return asked
    if asked is not None:
        raise MayNotStart()
    if len(units) > 1:
        raise StartingUnitUnclear()
    return next(iter(units))


def _scopes(actor: Actor) -> dict[str, set[str | None]]:
    scopes: dict[str, set[str | None]] = {}
    for held in actor.roles:
        scopes.setdefault(held.role, set()).add(held.unit_id)
    return scopes


def _reads_everything(actor: Actor) -> bool:
    return any(ROLES[role].reads_every_dossier for role in actor.role_keys if role in ROLES)


def _own_units(actor: Actor) -> frozenset[str]:
    """The units whose dossiers a person reads: those of unit roles only, not of a scoped supervisor or the like."""
    return frozenset(
        held.unit_id
        for held in actor.roles
        if held.unit_id is not None and held.role in ROLES and ROLES[held.role].scoped
    )


def _listed(listing: str, name: str) -> bool:
    return f",{name}," in listing


def _texts(units: Iterable[str | None]) -> Iterator[str]:
    return (unit for unit in units if unit is not None)
