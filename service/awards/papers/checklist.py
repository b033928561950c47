"""What must be in the dossier on its way (hop), by the round's checklist table, and what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.awards import rules
from service.awards.tables import paper
from service.people.units import unit_names

if TYPE_CHECKING:
    from service.database.unit import Unit

CHECKLIST = "checklist"


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """One line of the checklist."""

    document: str
    label: str
    required: bool
    copies: int
    """Bộ bản chính when printed; one signed electronic original counts."""
    certifier: str
    """Name of who certifies it, '' where nobody has to."""
    papers: tuple[int, ...]
    """The papers that are there, newest version of each."""

    @property
    def missing(self) -> bool:
        """Required, and not there."""
        return self.required and not self.papers


def requirements(
    unit: Unit,
    dossier: Row[Any] | None,
    round_row: Row[Any] | None,
    nominations: Sequence[Row[Any]],
    hop: str | None = None,
) -> list[Requirement]:
    """Every line for this dossier: those of each kind of subject in it, each document once.

    `dossier` None: an ad-hoc case that is still being filed. `hop` None: the unit's way to Sở Nội vụ.
    """
    hop = hop or ("simplified_unit_to_snv" if round_row is None else "unit_to_snv")
    lines = _lines(unit, round_row, hop, {each.subject_kind for each in nominations} or {"collective"})
    there = _papers_there(unit, dossier.id) if dossier is not None else {}
    names = unit_names(unit, [line["certifier"] for line in lines])
    return [
        Requirement(
            document=line["document"],
            label=line["label"],
            required=bool(line["required"]),
            copies=int(line["copies"]),
            certifier=_certifier_name(line["certifier"], names),
            papers=tuple(there.get(line["document"], ())),
        )
        for line in lines
    ]


def _lines(unit: Unit, round_row: Row[Any] | None, hop: str, kinds: set[str]) -> list[Mapping[str, Any]]:
    resource_id = round_row.checklist_resource_id if round_row is not None else None
    resource_id = resource_id or rules.latest_resource_id(unit, CHECKLIST)
    if resource_id is None:
        return []
    lines: dict[str, Mapping[str, Any]] = {}
    for kind in sorted(kinds):
        for line in rules.decide_rows(unit, resource_id, CHECKLIST, {"hop": hop, "subject_kind": kind}):
            known = lines.get(line["document"])
            if known is None or (line["required"] and not known["required"]):
                lines[line["document"]] = line
    return list(lines.values())


def _papers_there(unit: Unit, submission_id: int) -> dict[str, list[int]]:
    query = (
        select(paper.c.kind, paper.c.id)
        .where(paper.c.submission_id == submission_id, paper.c.superseded_at.is_(None))
        .order_by(paper.c.id)
    )
    there: dict[str, list[int]] = {}
    for row in unit.connection.execute(query):
        there.setdefault(row.kind, []).append(row.id)
    return there


def _certifier_name(certifier: str | None, names: Mapping[str, str]) -> str:
    if not certifier:
        return ""
    return {"proposing_unit": "đơn vị trình khen"}.get(certifier) or names.get(certifier, certifier)
