"""How every command on a dossier begins: lock it, read it, refuse whoever may not manage it."""

from __future__ import annotations

from collections.abc import Collection

from service.database.unit import Unit
from service.engine.commands.locks import lock_root
from service.engine.commands.tasks import when
from service.engine.errors import InstanceEnded, InstanceNotFound, MayNotManage
from service.engine.rows import InstanceRow, read_instance
from service.people.actor import Actor
from service.people.policy import may_oversee

MANAGERS = frozenset({"supervisor"})
"""They set right what stands still; they decide nothing about content. An administrator sees no dossier at all."""


def hold_root(unit: Unit, root_id: str) -> InstanceRow:
    """Lock, then read the instance at the top of a call tree, still running.

    Raises InstanceNotFound, InstanceEnded.
    """
    lock_root(unit, root_id)
    row = read_instance(unit, root_id)
    if row is None:
        raise InstanceNotFound()
    if row.state != "active":
        raise InstanceEnded(when=when(row.ended_at), ended_at=row.ended_at)
    return row


def refuse_non_managers(actor: Actor | None, unit_id: str | None, roles: Collection[str] = MANAGERS) -> None:
    """`actor` None is the system itself.

    Raises:
        InstanceNotFound: not theirs to see. MayNotManage: seen, not managed.
    """
    if actor is None or any(actor.holds(role, unit_id) for role in roles):
        return
    raise MayNotManage() if may_oversee(actor, unit_id) else InstanceNotFound()
