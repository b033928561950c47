"""Who sits on a council: proposed from the accounts that hold its roles, corrected by the secretary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service.awards.law.votes import Attendance
from service.engine.handlers import TaskContext
from service.people.reads import people_holding

if TYPE_CHECKING:
    from service.database.unit import Unit

STATUSES: Mapping[str, str] = {
    "present": "Có mặt",
    "written": "Vắng, gửi ý kiến bằng văn bản",
    "absent": "Vắng",
}
SEATS = ("council_secretary", "council_member")


def known_members(unit: Unit, task: TaskContext) -> list[str]:
    """Full names: the chair first, then the secretary and the members of that council, each once."""
    seat = task.unit_id or task.variables["unit_id"]
    chair = task.variables.get("chair_group", "unit_head")
    names = [
        person.full_name
        for role, unit_id in ((chair, seat), *((role, seat) for role in SEATS))
        for person in people_holding(unit, role, unit_id)
    ]
    return list(dict.fromkeys(names))


def chair_name(unit: Unit, task: TaskContext) -> str:
    """The one who chairs, where exactly one account holds that role."""
    seat = task.unit_id or task.variables["unit_id"]
    holders = people_holding(unit, task.variables.get("chair_group", "unit_head"), seat)
    return holders[0].full_name if len(holders) == 1 else ""


def names_by_status(members: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Status -> names, in the order of the list."""
    return {
        status: [" ".join(str(row["name"]).split()) for row in members if row.get("status") == status]
        for status in STATUSES
    }


def head_count(members: Sequence[Mapping[str, Any]]) -> Attendance:
    """How many there are, and how many take part.

    Raises:
        ValueError: nobody on the list.
    """
    named = names_by_status(members)
    return Attendance(
        total_members=sum(len(names) for names in named.values()),
        present=len(named["present"]),
        written=len(named["written"]),
    )
