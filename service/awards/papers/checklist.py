"""What must be in the dossier on its way (hop), by the round's checklist table, and what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, or_, select

from service.awards import rules
from service.awards.tables import paper
from service.people.units import unit_names

if TYPE_CHECKING:
    from service.database.unit import Unit

CHECKLIST = "checklist"
TO_UBND = "snv_to_ubnd"
SIMPLIFIED_TO_UBND = "simplified_snv_to_ubnd"
REPORT = "achievement_report"


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
    lines = _lines(unit, round_row, hop, _kinds(nominations))
    return _required(unit, lines, _papers_there(unit, dossier.id) if dossier is not None else {})


def requirements_of_list(unit: Unit, round_row: Row[Any], lines: Sequence[Row[Any]]) -> list[Requirement]:
    """What Sở Nội vụ's list needs on its way to UBND: its own papers, and a report of everybody who stands on it."""
    there = _papers_of_list(unit, round_row.id, [each.id for each in lines])
    return _required(unit, _lines(unit, round_row, TO_UBND, _kinds(lines)), there)


def _kinds(nominations: Sequence[Row[Any]]) -> set[str]:
    return {each.subject_kind for each in nominations} or {"collective"}


def _required(unit: Unit, lines: Sequence[Mapping[str, Any]], there: Mapping[str, Sequence[int]]) -> list[Requirement]:
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


def _papers_of_list(unit: Unit, round_id: int, nomination_ids: Sequence[int]) -> dict[str, list[int]]:
    """The round's papers and the nominees'; no reports at all where somebody's is not there."""
    query = (
        select(paper.c.kind, paper.c.id, paper.c.nomination_id)
        .where(
            or_(paper.c.round_id == round_id, paper.c.nomination_id.in_(nomination_ids)),
            paper.c.superseded_at.is_(None),
        )
        .order_by(paper.c.id)
    )
    there: dict[str, list[int]] = {}
    reported = set()
    for row in unit.connection.execute(query):
        there.setdefault(row.kind, []).append(row.id)
        if row.kind == REPORT:
            reported.add(row.nomination_id)
    return there if reported >= set(nomination_ids) else {**there, REPORT: []}


def _certifier_name(certifier: str | None, names: Mapping[str, str]) -> str:
    if not certifier:
        return ""
    return {"proposing_unit": "đơn vị trình khen"}.get(certifier) or names.get(certifier, certifier)
