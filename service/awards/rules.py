"""The round's decision tables: one deployed version, by its resource id, for as long as the round lives.

A table is read and parsed once per process: a deployed resource never changes, so its id is a safe key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from service.awards.errors import TableMissing
from service.engine.tables import resource
from workflows import dmn
from workflows.clock import time_functions
from workflows.model import Value

if TYPE_CHECKING:
    from service.database.unit import Unit

MOST_KEPT = 64

_parsed: dict[str, dmn.Decisions] = {}


def latest_resource_id(unit: Unit, decision_key: str) -> str | None:
    """The newest deployed version of a decision; None where it was never deployed."""
    query = (
        select(resource.c.id)
        .where(resource.c.kind == "decision", resource.c.key == decision_key)
        .order_by(resource.c.version.desc())
        .limit(1)
    )
    return unit.connection.execute(query).scalar_one_or_none()


def decide(unit: Unit, resource_id: str | None, decision_key: str, variables: Mapping[str, Any]) -> Value:
    """What that version of the table says: a list for COLLECT and RULE ORDER, else one row or value.

    `resource_id` None means the newest version: an ad-hoc case has no frozen one.

    Raises:
        TableMissing: no such decision is deployed.
        WorkflowError: the table itself failed; the cell is named.
    """
    resource_id = resource_id or latest_resource_id(unit, decision_key)
    if resource_id is None:
        raise TableMissing(key=decision_key)
    return _model(unit, resource_id, decision_key).evaluate(decision_key, variables, time_functions(unit.at))


def decide_rows(
    unit: Unit, resource_id: str | None, decision_key: str, variables: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """As `decide`, always as a list of rows."""
    result = decide(unit, resource_id, decision_key, variables)
    if result is None:
        return []
    return list(result) if isinstance(result, list) else [result]


def version_words(unit: Unit, resource_id: str | None, decision_key: str) -> str:
    """“bản 3” of the table in force, for the sentence that cites it."""
    resource_id = resource_id or latest_resource_id(unit, decision_key)
    version = unit.connection.execute(select(resource.c.version).where(resource.c.id == resource_id)).scalar()
    return f"bản {version}" if version is not None else "chưa triển khai"


def _model(unit: Unit, resource_id: str, decision_key: str) -> dmn.Decisions:
    model = _parsed.get(resource_id)
    if model is None:
        content = unit.connection.execute(select(resource.c.content).where(resource.c.id == resource_id)).scalar()
        if content is None:
            raise TableMissing(key=decision_key)
        if len(_parsed) >= MOST_KEPT:
            _parsed.clear()
        model = _parsed[resource_id] = dmn.load(content)
    return model
