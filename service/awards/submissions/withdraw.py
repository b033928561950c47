"""A unit takes its dossier back, as long as the pool is not frozen.

The row is withdrawn in the same unit of work that sends the message, so that the pool cannot freeze with it in
between; the message then ends what still runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Row, update

from service.awards.errors import PoolFrozen, ReasonMissing, RecordNotFound, WithdrawalRefused
from service.awards.records import is_open, round_of, submission_by_id, submission_of, update_submission
from service.awards.tables import nomination
from service.awards.words import SETTLED_SUBMISSION_STATES
from service.engine.correlate import send_message
from service.engine.handlers import TopicContext
from service.people.actor import Actor
from service.people.policy import may_read

if TYPE_CHECKING:
    from service.database.unit import Unit
    from service.engine.context import Engine

MESSAGE = "submission_withdrawn"
_ROLES = ("unit_head", "unit_clerk")
_SETTLED_BY_THE_UNIT = ("commendation_only", "rejected_by_unit")


def may_withdraw(unit: Unit, dossier: Row[Any], actor: Actor) -> bool:
    """Whether the button is there: the unit's clerk or head, and the pool is still open."""
    round_row = round_of(unit, dossier)
    if round_row is None or not is_open(round_row):
        return False
    running = dossier.state not in SETTLED_SUBMISSION_STATES or dossier.state == "ready"
    return running and any(actor.holds(role, dossier.unit_id) for role in _ROLES)


def withdraw(engine: Engine, submission_id: int, reason: str, actor: Actor) -> None:
    """Withdraw a submission and stop its procedure.

    Raises:
        RecordNotFound: none of that id that this person may see.
        ReasonMissing: withdrawing says why.
        PoolFrozen: too late.
        WithdrawalRefused: it has ended already, or this person does not act for the unit.
    """
    reason = reason.strip()
    with engine.database.unit_of_work() as unit:
        dossier = submission_by_id(unit, submission_id)
        if not may_read(actor, dossier.unit_id):
            raise RecordNotFound()
        round_row = round_of(unit, dossier, lock=True)
        if round_row is not None and not is_open(round_row):
            raise PoolFrozen()
        dossier = submission_by_id(unit, submission_id)
        if not may_withdraw(unit, dossier, actor):
            raise WithdrawalRefused()
        if not reason:
            raise ReasonMissing()
        mark_withdrawn(unit, dossier, reason, actor.account_id)
        send_message(unit, name=MESSAGE, business_key=dossier.code, variables={"submission_id": dossier.id})


def mark_withdrawn(unit: Unit, dossier: Row[Any], reason: str, account_id: int | None) -> None:
    """The submission leaves the procedure, with every nomination that its unit has not settled itself."""
    update_submission(
        unit,
        dossier.id,
        state="withdrawn",
        outcome="withdrawn",
        outcome_reason=reason,
        withdrawn_by=account_id,
        closed_at=unit.at,
    )
    unit.connection.execute(
        update(nomination)
        .where(nomination.c.submission_id == dossier.id, nomination.c.state.not_in(_SETTLED_BY_THE_UNIT))
        .values(state="withdrawn")
    )


class Withdrawn:
    """The procedure has stopped; the row was withdrawn when the message was sent."""

    topic = "awards:withdraw"
    phase: Literal["in_transaction", "after_commit"] = "in_transaction"

    def apply(self, unit: Unit, work: TopicContext) -> Mapping[str, Any]:
        dossier = submission_of(unit, work)
        if dossier.state != "withdrawn":
            mark_withdrawn(unit, dossier, "Đơn vị rút hồ sơ.", None)
        return {"outcome": "withdrawn"}
