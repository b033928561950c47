"""What a handler may ask of the world outside its transaction: a message to another dossier, a notice, a mail.

Everything is a row of the same transaction: it commits with the step, or never was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from service.engine.tables import job, notice
from service.people.reads import people_holding
from service.people.tables import account
from workflows.model import Value
from workflows.values import own_all, pack

if TYPE_CHECKING:
    from service.database.unit import Unit

TRIES = 5
"""Of a job, unless a diagram says otherwise."""
PAUSES = "retry_after"
"""Payload name: the pauses in seconds that a diagram draws between the tries (`camunda:failedJobRetryTimeCycle`)."""
ON_BEHALF_OF = "on_behalf_of"
"""`unit.memo` key: the instance whose step a handler is doing. An effect that fails is an incident there."""


def send_message(
    unit: Unit,
    *,
    name: str,
    business_key: str | None = None,
    correlation: Mapping[str, Value] | None = None,
    variables: Mapping[str, Value] | None = None,
    instance_id: str | None = None,
    element: str | None = None,
) -> None:
    """Send a BPMN message after the commit, to the one dossier that waits for it, else to a message start event.

    Args:
        correlation: variables the receiver must hold with equal values.
        instance_id, element: the sender, for the incident when nobody ever waits for it.
    """
    payload = {
        "name": name,
        "business_key": business_key,
        "correlation": dict(correlation or {}),
        "variables": dict(variables or {}),
        "element": element,
    }
    sender = instance_id or unit.memo.get(ON_BEHALF_OF)
    unit.connection.execute(insert(job), [job_values(unit, "message", payload, sender)])


def notify(
    unit: Unit,
    *,
    account_ids: Iterable[int] = (),
    roles: Iterable[str] = (),
    unit_id: str | None = None,
    subject: str,
    body: str,
    link: str | None = None,
    dedupe: str | None = None,
) -> int:
    """A notice in the application, and a mail to who has an address; returns how many people were told.

    Args:
        roles, unit_id: everybody who holds one of these roles city-wide or for that unit.
        link: a path of ours, `/viec/…`.
        dedupe: names the event; nobody is told of the same event twice.
    """
    wanted = set(account_ids) | {who.account_id for role in set(roles) for who in people_holding(unit, role, unit_id)}
    if not wanted:
        return 0
    subject = " ".join(subject.split())
    rows = [
        {
            "account_id": each,
            "at": unit.at,
            "subject": subject,
            "body": body,
            "link": link,
            "dedupe": f"{dedupe}:{each}" if dedupe is not None else None,
        }
        for each in sorted(wanted)
    ]
    told = _insert_new(unit, rows)
    _mail(unit, told, {"subject": subject, "body": body, "link": link})
    return len(told)


def _insert_new(unit: Unit, rows: list[dict[str, Any]]) -> list[int]:
    """The accounts that had not been told of this event yet."""
    dialect = postgresql if unit.connection.dialect.name == "postgresql" else sqlite
    adding = dialect.insert(notice).on_conflict_do_nothing(index_elements=[notice.c.dedupe])
    return list(unit.connection.scalars(adding.returning(notice.c.account_id), rows))


def _mail(unit: Unit, account_ids: Collection[int], content: Mapping[str, Any]) -> None:
    if not account_ids:
        return
    query = (
        select(account.c.email, account.c.full_name)
        .where(account.c.id.in_(account_ids), account.c.active, account.c.email.is_not(None))
        .order_by(account.c.id)
    )
    sender = unit.memo.get(ON_BEHALF_OF)
    jobs = [
        job_values(unit, "mail", {**content, "to": row.email, "to_name": row.full_name}, sender)
        for row in unit.connection.execute(query)
    ]
    if jobs:
        unit.connection.execute(insert(job), jobs)


def job_values(
    unit: Unit, kind: str, payload: Mapping[str, Any], instance_id: str | None, *, tries: int = TRIES
) -> dict[str, Any]:
    """A job's row, due at once. The payload's values keep their types (`workflows.values`)."""
    return {
        "max_attempts": tries,
        "kind": kind,
        "payload": pack(own_all(payload)),
        "instance_id": instance_id,
        "run_at": unit.at,
        "created_at": unit.at,
    }
