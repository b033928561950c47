"""Who may read a paper, and who may add one to a dossier now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from service.people.actor import Actor
from service.people.policy import may_read

PUBLIC_IN_ROUND = frozenset({"guidance", "award_decision"})
"""Papers of a round that every invited unit reads."""
INSIDE_ONLY = frozenset({"consultation_reply"})
"""Papers of a dossier that only Sở Nội vụ, UBND and inspectors read."""

_UNIT_ROLES = ("unit_clerk", "council_secretary", "unit_head")
_AGENCY_ROLES = ("unit_head", "unit_clerk")
_UNIT_STATES = frozenset({"invited", "drafting", "council", "signing", "signed", "returned"})
_SNV_STATES = frozenset({"submitted", "appraising", "consulting", "confirming"})


def may_read_paper(actor: Actor, paper: Row[Any], dossier: Row[Any] | None, round_row: Row[Any] | None) -> bool:
    """The unit's own people, the City's, the agencies asked about it; what a round publishes, all its units.

    `dossier` and `round_row` are those the paper belongs to.
    """
    if may_read(actor, None):
        return True
    if paper.kind in INSIDE_ONLY:
        return False
    if dossier is not None:
        return may_read(actor, dossier.unit_id) or asked(actor, dossier)
    if round_row is not None:
        return paper.kind in PUBLIC_IN_ROUND and any(may_read(actor, each) for each in round_row.invited_unit_ids)
    return may_read(actor, paper.unit_id)


def asked(actor: Actor, dossier: Row[Any]) -> bool:
    """Whether this person answers for an agency whose opinion on the dossier was asked."""
    return any(actor.holds(role, agency) for role in _AGENCY_ROLES for agency in dossier.consult_agencies)


def may_upload(actor: Actor, dossier: Row[Any]) -> bool:
    """The unit's people while the dossier is with the unit, the expert while it is with Sở Nội vụ."""
    if dossier.state in _UNIT_STATES:
        return any(actor.holds(role, dossier.unit_id) for role in _UNIT_ROLES)
    return dossier.state in _SNV_STATES and actor.holds("snv_expert")
