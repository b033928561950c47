"""The road from a frozen pool to a decision, one step a function, for the tests of councils and decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.awards.councils.approve_minutes import ApproveMinutes
from service.awards.councils.convene import Convene
from service.awards.councils.minutes import Minutes
from service.awards.councils.record_votes import RecordVotes
from service.awards.rounds.freeze_pool import FreezePool
from service.awards.rounds.rank_pool import RankPool
from service.awards.tables import submission
from tests.service.awards.round_world import TODAY, World, members


def pool_of(world: World, people: Sequence[Mapping[str, Any]], **round_values: Any) -> tuple[int, list[int]]:
    """A frozen round whose first unit brings these nominations."""
    round_id = world.open_round(**round_values)
    first, *others = world.submissions(round_id)
    world.change(submission, first.id, state="ready")
    for other in others:
        world.change(submission, other.id, state="not_taking_part")
    ids = [key for person in people for key in world.nominate(first.id, 1, **person)]
    world.work(FreezePool(), round_id=round_id)
    return round_id, ids


def session_variables(round_id: int, *, body: str = "snv") -> dict[str, Any]:
    """What a called session of the round's pool is given."""
    return {
        "unit_id": "so_noi_vu",
        "body": body,
        "subject_kind": "round",
        "subject_id": round_id,
        "chair_group": "snv_director" if body == "snv" else "ubnd_chair",
    }


def vote(
    world: World,
    round_id: int,
    votes: Mapping[int, int],
    *,
    total: int = 15,
    body: str = "snv",
) -> int:
    """Convene with everybody present, record these yes votes (the others say no), minute, approve."""
    variables = session_variables(round_id, body=body)
    convened = world.do(
        Convene(),
        "secretary",
        {"held_on": TODAY, "chair_name": "Bùi Thanh Sơn", "members": members(total)},
        variables=variables,
    )
    variables |= convened
    rows = {str(key): {"yes": yes, "no": total - yes, "invalid": 0} for key, yes in votes.items()}
    world.do(RecordVotes(), "secretary", {"votes": rows}, variables=variables)
    draft = world.form(Minutes(), "secretary", variables=variables).values
    world.do(Minutes(), "secretary", {**draft, "minutes_number": "12/BB-HĐTĐKT"}, variables=variables)
    world.do(ApproveMinutes(), "director", {"decision": "approved"}, variables=variables)
    return int(convened["session_id"])


def tie_variables(round_id: int, chair: str = "snv_director") -> dict[str, Any]:
    """What the step that breaks a tie knows."""
    return {"round_id": round_id, "tie_chair_group": chair}


def ranked(world: World, round_id: int) -> int:
    """Rank; the number of open ties."""
    return int(world.work(RankPool(), round_id=round_id)["ties"])
