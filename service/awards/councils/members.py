"""Who sits on a council: proposed from the accounts that hold its roles, corrected by the secretary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from service.awards.law.votes import Attendance
from service.engine.handlers import TaskContext
from service.people.reads import Person, people_holding

if TYPE_CHECKING:
    from service.database.unit import Unit

STATUSES: Mapping[str, str] = {
    "present": "Có mặt",
    "written": "Vắng, gửi ý kiến bằng văn bản",
    "absent": "Vắng",
}
IS_NOMINEE = "Là người được đề nghị."
SEATS = ("council_secretary", "council_member")


def known_people(unit: Unit, task: TaskContext) -> list[Person]:
    """The chair first, then the secretary and the members of that council, each once."""
    seat = task.unit_id or task.variables["unit_id"]
    chair = task.variables.get("chair_group", "unit_head")
    people = [
        person
        for role, unit_id in ((chair, seat), *((role, seat) for role in SEATS))
        for person in people_holding(unit, role, unit_id)
    ]
    return list({person.account_id: person for person in people}.values())


def own_nominations(people: Iterable[Person], nominations: Iterable[Row[Any]]) -> list[tuple[str, Row[Any]]]:
    """(member's name, nomination) where a member of the council is the nominee: they must stand aside."""
    names = {person.account_id: person.full_name for person in people}
    return [(names[row.nominee_account_id], row) for row in nominations if row.nominee_account_id in names]


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
