"""What a process owner sees: the newest version of every process, table and form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, func, select

from service.engine.tables import deployment, deployment_check, instance, resource
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
    """One version with the file it came in."""
    query = (
        select(
            resource,
            deployment.c.name.label("deployment_name"),
            deployment.c.deployed_at,
            deployment.c.source,
            account.c.full_name.label("deployed_by"),
        )
        .join(deployment, deployment.c.id == resource.c.deployment_id)
        .outerjoin(account, account.c.id == deployment.c.deployed_by)
        .where(resource.c.id == resource_id)
    )
    return unit.connection.execute(query).first()


def versions_of(unit: Unit, kind: str, key: str) -> Sequence[Any]:
    """Every version of one process, table or form, newest first, with how many dossiers run by it."""
    running = (
        select(func.count())
        .where(instance.c.definition_id == resource.c.id, instance.c.state == "active")
        .correlate(resource)
        .scalar_subquery()
    )
    query = (
        select(
            resource.c.id,
            resource.c.version,
            resource.c.file_name,
            deployment.c.name.label("deployment_name"),
            deployment.c.deployed_at,
            deployment.c.source,
            account.c.full_name.label("deployed_by"),
            running.label("running"),
        )
        .join(deployment, deployment.c.id == resource.c.deployment_id)
        .outerjoin(account, account.c.id == deployment.c.deployed_by)
        .where(resource.c.kind == kind, resource.c.key == key)
        .order_by(resource.c.version.desc())
    )
    return unit.connection.execute(query).all()


def last_check(unit: Unit) -> Any | None:
    """The newest check at deploy: when, by whom, from where, how it ended."""
    return unit.connection.execute(_checks().order_by(deployment_check.c.id.desc()).limit(1)).first()


def check_report(unit: Unit, check_id: int) -> Any | None:
    """One check with its files and everything that was found in them."""
    return unit.connection.execute(_checks().where(deployment_check.c.id == check_id)).first()


def _checks() -> Select[Any]:
    return select(deployment_check, account.c.full_name.label("checked_by_name")).outerjoin(
        account, account.c.id == deployment_check.c.checked_by
    )
