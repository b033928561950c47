"""What a process owner sees: the newest version of every process, table and form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from service.engine.tables import deployment, resource
from service.people.tables import account

if TYPE_CHECKING:
    from service.database.unit import Unit

KINDS = {"process": "Quy trình", "decision": "Bảng quyết định", "form": "Biểu mẫu"}


def newest_resources(unit: Unit) -> Sequence[Any]:
    """The newest version of each, processes first; with when and by whom it was deployed."""
    newest = (
        select(resource.c.kind, resource.c.key, func.max(resource.c.version).label("version"))
        .group_by(resource.c.kind, resource.c.key)
        .subquery()
    )
    query = (
        select(
            resource.c.id,
            resource.c.kind,
            resource.c.key,
            resource.c.version,
            resource.c.name,
            resource.c.file_name,
            deployment.c.deployed_at,
            account.c.full_name.label("deployed_by"),
        )
        .join(
            newest,
            and_(
                newest.c.kind == resource.c.kind,
                newest.c.key == resource.c.key,
                newest.c.version == resource.c.version,
            ),
        )
        .join(deployment, deployment.c.id == resource.c.deployment_id)
        .outerjoin(account, account.c.id == deployment.c.deployed_by)
        .order_by(resource.c.kind.desc(), resource.c.key)
    )
    return unit.connection.execute(query).all()


def resource_file(unit: Unit, resource_id: str) -> Any | None:
    """The file a version came in: file_name and content."""
    query = select(resource.c.file_name, resource.c.content).where(resource.c.id == resource_id)
    return unit.connection.execute(query).first()
