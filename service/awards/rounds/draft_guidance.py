"""R0: Sở Nội vụ drafts the guidance of a round: class, cut-off, units, ceilings, thresholds, money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, insert, select

from service.awards.counters import LONGEST_CODE, draw_code
from service.awards.errors import RoundCodeTaken, RoundCodeTooLong
from service.awards.records import text_of
from service.awards.rounds.guidance_form import (
    chosen_ceilings,
    chosen_multiples,
    guidance_form,
    guidance_problems,
)
from service.awards.rounds.records import change_round, find_round
from service.awards.rounds.units import invited_units
from service.awards.tables import award_round
from service.engine.forms import FieldProblem, Form
from service.engine.handlers import TaskContext
from workflows.calendar import VIETNAM, WorkCalendar

if TYPE_CHECKING:
    from service.database.unit import Unit


class DraftGuidance:
    """The expert writes the round's settings. Nothing is frozen before the Director signs."""

    key = "awards:draft-guidance"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """All settings, preset by the newest quota table and the known base salary."""
        return guidance_form(unit, task, find_round(unit, task))

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """A cut-off to come, units to invite, ceilings not above the plan's."""
        return guidance_problems(unit, task, answers)

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write the round's row, a new one the first time."""
        found = find_round(unit, task)
        values = _values(unit, task, answers, found)
        if found is None:
            code = _code(unit, task)
            statement = insert(award_round).values(
                code=code, instance_id=task.root_id, state="drafting", created_by=task.actor.account_id, **values
            )
            round_id = unit.connection.execute(statement.returning(award_round.c.id)).scalar_one()
        else:
            round_id, code = found.id, found.code
            change_round(unit, round_id, **values)
        return {
            "round_id": round_id,
            "round_key": code,
            "award_class": answers["award_class"],
            "cutoff_at": values["cutoff_at"],
        }


def _code(unit: Unit, task: TaskContext) -> str:
    """The round's code is its dossier's business key: submissions tell it by this key that they are settled.

    Raises:
        RoundCodeTooLong, RoundCodeTaken.
    """
    code = task.business_key or draw_code(unit, "award_round")
    if len(code) > LONGEST_CODE:
        raise RoundCodeTooLong(most=LONGEST_CODE)
    if unit.connection.execute(select(award_round.c.id).where(award_round.c.code == code)).first() is not None:
        raise RoundCodeTaken(code=code)
    return code


def cutoff_moment(day: date, calendar: WorkCalendar) -> datetime:
    """The end of office hours on the cut-off day, in Hà Nội."""
    return datetime.combine(day, calendar.day_end, VIETNAM)


def _values(unit: Unit, task: TaskContext, answers: Mapping[str, Any], found: Row[Any] | None) -> dict[str, Any]:
    award_class = answers["award_class"]
    settings = {
        **(found.settings if found is not None else {}),
        "units_scope": answers["units_scope"],
        "ceilings": chosen_ceilings(answers, award_class),
        "multiples": chosen_multiples(answers),
    }
    return {
        "title": text_of(answers, "title"),
        "award_class": award_class,
        "year": answers["year"],
        "cutoff_at": cutoff_moment(answers["cutoff_on"], task.calendar),
        "guidance_text": text_of(answers, "guidance_text"),
        "base_salary": answers["base_salary"],
        "vote_threshold_percent": answers["vote_threshold_percent"],
        "flag_threshold_percent": answers["flag_threshold_percent"],
        "top_n": answers["top_n"],
        "secret_ballot": bool(answers.get("secret_ballot")),
        "subject_kinds": list(answers["subject_kinds"]),
        "invited_unit_ids": invited_units(unit, answers),
        "settings": settings,
    }
