"""The report of every check at deploy, kept for the page that shows it: the Modeler's window is gone by then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from service.engine.tables import deployment_check
from service.people.actor import Actor
from workflows.model import Problem

if TYPE_CHECKING:
    from service.database.unit import Unit

KEPT = 200
"""Older reports are of no use: the file has been changed since."""
MOST_PROBLEMS = 500
"""Of one report; a file that is broken through and through repeats itself."""


def keep_check(
    unit: Unit,
    files: Mapping[str, bytes],
    source: str,
    actor: Actor | None,
    findings: Iterable[Problem],
    *,
    deployment_id: str | None,
) -> int:
    """Write what was found in these files, and forget the oldest reports. `deployment_id` None: it was refused."""
    made = unit.connection.execute(
        insert(deployment_check)
        .values(
            checked_at=unit.at,
            checked_by=actor.account_id if actor is not None else None,
            source=source,
            deployment_id=deployment_id,
            files=[{"name": name, "bytes": len(content)} for name, content in files.items()],
            problems=[asdict(each) for each in findings][:MOST_PROBLEMS],
        )
        .returning(deployment_check.c.id)
    ).scalar_one()
    kept = select(deployment_check.c.id).order_by(deployment_check.c.id.desc()).offset(KEPT).limit(1).scalar_subquery()
    unit.connection.execute(delete(deployment_check).where(deployment_check.c.id <= kept))
    return int(made)
