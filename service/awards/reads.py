"""What people read of a dossier: its nominations with their state in words, papers, returns, opinions, the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, and_, or_, select

from service.awards import words
from service.awards.duplicates import duplicate_warnings
from service.awards.papers.access import may_upload
from service.awards.papers.checklist import Requirement, requirements
from service.awards.papers.reads import PaperView, papers_of
from service.awards.records import nominations_of, round_of
from service.awards.submissions.confirm import opinion_words
from service.awards.submissions.withdraw import may_withdraw
from service.awards.tables import award_decision, return_item, submission
from service.engine.tables import instance
from service.people.actor import Actor
from service.people.tables import unit as unit_table

if TYPE_CHECKING:
    from service.database.unit import Unit

_LOOKS: Mapping[str, str] = {
    "awarded": "good",
    "eligible": "good",
    "recommended": "good",
    "ineligible": "bad",
    "rejected_by_unit": "bad",
    "not_awarded": "open",
    "not_recommended": "open",
    "struck": "bad",
    "needs_data": "look",
    "reserve": "look",
    "held": "hold",
    "withdrawn": "open",
    "draft": "open",
}
BEFORE_RESULTS = frozenset({"in_pool", "recommended", "reserve", "not_recommended", "struck"})
"""What the council, the office and the Chair are still deciding: the unit reads it with the results (S10)."""
_CITY_READERS = ("snv_expert", "snv_division_head", "snv_director", "ubnd_office", "ubnd_chair", "auditor")


@dataclass(frozen=True, kw_only=True, slots=True)
class NominationView:
    """One nomination as a person reads it; `look` is a tag of the pages."""

    id: int
    position: int
    name: str
    title: str
    kind: str
    form: str
    look: str
    state: str
    reason: str
    decision: str
    amount: int | None
    """Đồng."""
    warnings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnView:
    """One item of a return, with the unit's answer."""

    return_number: int
    subject: str
    reason: str
    basis: str
    made_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """A submission or an ad-hoc case, whole."""

    id: int
    code: str
    instance_id: str | None
    unit_id: str
    unit_name: str
    award_class: str
    round_id: int | None
    round_title: str
    state: str
    """In words."""
    letter: str
    """“86/TTr-UBND ngày 05/11/2026”, or ''."""
    deed: str
    deed_on: date | None
    ground: str
    returns: int
    outcome: str
    outcome_reason: str
    nominations: tuple[NominationView, ...]
    papers: tuple[PaperView, ...]
    checklist: tuple[Requirement, ...]
    returned: tuple[ReturnView, ...]
    opinions: tuple[str, ...]
    """Hiệp y: only for Sở Nội vụ, UBND and inspectors."""
    may_upload: bool
    may_withdraw: bool

    @property
    def missing(self) -> int:
        """How many required papers are not there."""
        return sum(each.missing for each in self.checklist)

    @property
    def documents(self) -> frozenset[str]:
        """Kinds of papers that the checklist names."""
        return frozenset(each.document for each in self.checklist)

    @property
    def summary(self) -> str:
        """“3 đề nghị: 1 tập thể, 2 cá nhân”."""
        counts: dict[str, int] = {}
        for each in self.nominations:
            counts[each.kind] = counts.get(each.kind, 0) + 1
        parts = ", ".join(f"{count} {kind.lower()}" for kind, count in counts.items())
        return f"{len(self.nominations)} đề nghị: {parts}" if parts else "Chưa có đề nghị"


def submission_of_instance(unit: Unit, root_id: str) -> Row[Any] | None:
    """The submission that a dossier's instance (the one at the top) carries: by its own mark, else by business key.

    The key tells only of what was not started by hand: whoever does that chooses it.
    """
    invited = instance.c.id == root_id, instance.c.started_by.is_(None)
    key = select(instance.c.business_key).where(*invited).scalar_subquery()
    unmarked = and_(submission.c.instance_id.is_(None), submission.c.code == key)
    query = select(submission).where(or_(submission.c.instance_id == root_id, unmarked))
    return unit.connection.execute(query).first()


def dossier_of(unit: Unit, instance_root_id: str, actor: Actor | None = None) -> Dossier | None:
    """Everything of one dossier; None where the instance carries none (a round, another procedure).

    The caller has asked whether this person may read the instance. `actor` None: without what depends on the person.
    """
    row = submission_of_instance(unit, instance_root_id)
    if row is None:
        return None
    round_row = round_of(unit, row)
    unit_name = unit.connection.execute(select(unit_table.c.name).where(unit_table.c.id == row.unit_id)).scalar_one()
    nominations = nominations_of(unit, row.id)
    inside = actor is not None and any(actor.holds(role) for role in _CITY_READERS)
    return Dossier(
        id=row.id,
        code=row.code,
        instance_id=row.instance_id,
        unit_id=row.unit_id,
        unit_name=unit_name,
        award_class=words.AWARD_CLASSES[row.award_class],
        round_id=row.round_id,
        round_title=round_row.title if round_row is not None else "",
        state=words.SUBMISSION_STATES[row.state],
        letter=_letter(row),
        deed=row.deed or "",
        deed_on=row.deed_on,
        ground=row.ground or "",
        returns=row.returns,
        outcome=words.SUBMISSION_OUTCOMES.get(row.outcome or "", ""),
        outcome_reason=row.outcome_reason or "",
        nominations=_nominations(unit, row, nominations, inside=inside),
        papers=papers_of(unit, row.id, actor),
        checklist=tuple(requirements(unit, row, round_row, nominations)),
        returned=_returned(unit, row.id),
        opinions=tuple(opinion_words(unit, row)) if inside else (),
        may_upload=actor is not None and may_upload(actor, row),
        may_withdraw=actor is not None and may_withdraw(unit, row, actor),
    )


def _letter(row: Row[Any]) -> str:
    return f"{row.letter_number} ngày {row.letter_on:%d/%m/%Y}" if row.letter_number and row.letter_on else ""


def _nominations(
    unit: Unit, row: Row[Any], nominations: Sequence[Row[Any]], *, inside: bool
) -> tuple[NominationView, ...]:
    warnings = duplicate_warnings(unit, row, nominations) if inside else {}
    ids = {each.decision_id or each.commendation_id for each in nominations} - {None}
    query = select(award_decision.c.id, award_decision.c.number).where(award_decision.c.id.in_(sorted(ids)))
    numbers = {found.id: found.number for found in unit.connection.execute(query)}
    veiled = BEFORE_RESULTS if not inside and row.state == "in_pool" else frozenset()
    return tuple(
        _nomination(
            each,
            veiled=each.state in veiled,
            decision=numbers.get(each.decision_id or each.commendation_id or 0, ""),
            warnings=warnings.get(each.id, ()),
        )
        for each in nominations
    )


def _nomination(each: Row[Any], *, veiled: bool, decision: str, warnings: Sequence[str]) -> NominationView:
    return NominationView(
        id=each.id,
        position=each.position,
        name=each.subject_name,
        title=each.subject_title,
        kind=words.SUBJECT_KINDS[each.subject_kind],
        form=words.AWARD_FORMS[each.award_form],
        look="active" if veiled else _LOOKS.get(each.state, "active"),
        state=words.NOMINATION_STATES["in_pool"] if veiled else _state(each),
        reason="" if veiled else _reason(each),
        decision=decision,
        amount=each.award_amount if each.decision_id is not None else each.commendation_amount,
        warnings=tuple(warnings),
    )


def _state(each: Row[Any]) -> str:
    if each.state == "reserve":
        return f"Dự bị {each.reserve_rank}"
    if each.state == "held" and each.hold_since is not None:
        return f"Tạm dừng xét từ {each.hold_since:%d/%m}"
    return words.NOMINATION_STATES[each.state]


def _reason(each: Row[Any]) -> str:
    """What was said of the nomination where it stands now: not the praise of an earlier step."""
    if each.state in ("commendation_only", "rejected_by_unit"):
        return each.unit_reason or ""
    if each.state in ("ineligible", "needs_data"):
        return each.appraisal_reason or ""
    return each.outcome_reason or each.line_note or each.tie_reason or ""


def _returned(unit: Unit, submission_id: int) -> tuple[ReturnView, ...]:
    query = select(return_item).where(return_item.c.submission_id == submission_id).order_by(return_item.c.id)
    return tuple(
        ReturnView(
            return_number=each.return_number,
            subject=each.subject,
            reason=each.reason,
            basis=each.basis or "",
            made_at=each.made_at,
            answer=each.answer or "",
            answered_at=each.answered_at,
        )
        for each in unit.connection.execute(query)
    )
