"""What Camunda 7's REST interface calls things: one function per object it sends."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from workflows.calendar import VIETNAM
from workflows.library import Library

_DAYS = re.compile(r"P?(\d{1,9})D?", re.ASCII)


def moment(at: datetime | None) -> str | None:
    """`2026-11-24T08:00:00.000+0700`, in Hà Nội's time."""
    if at is None:
        return None
    local = at.astimezone(VIETNAM)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}{local:%z}"


def deployment(row: Any) -> dict[str, Any]:
    """From anything with the columns of `deployment`."""
    return {
        "id": row.id,
        "name": row.name,
        "source": row.source,
        "deploymentTime": moment(row.deployed_at),
        "tenantId": None,
    }


def process_definition(row: Any, library: Library) -> dict[str, Any]:
    """From anything with the columns of a `resource` of kind process; what is drawn, from the library."""
    drawn = library.definition(row.id)
    return {
        **_versioned(row),
        "versionTag": drawn.version_tag,
        "description": None,
        "diagram": None,
        "suspended": False,
        "historyTimeToLive": days(drawn.history_time_to_live),
        "startableInTasklist": any(each.kind == "none" for each in drawn.starts) and bool(drawn.starter_groups),
    }


def days(drawn: str | None) -> int | None:
    """`180` or `P180D` as a number."""
    found = _DAYS.fullmatch(drawn or "")
    return int(found[1]) if found else None


def decision_definition(row: Any) -> dict[str, Any]:
    """From anything with the columns of a `resource` of kind decision."""
    return {
        **_versioned(row),
        "decisionRequirementsDefinitionId": None,
        "decisionRequirementsDefinitionKey": None,
        "historyTimeToLive": None,
    }


def _versioned(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "key": row.key,
        "category": None,
        "name": row.name,
        "version": row.version,
        "resource": row.file_name,
        "deploymentId": row.deployment_id,
        "tenantId": None,
        "versionTag": None,
    }
