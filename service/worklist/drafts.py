"""What somebody has typed into a task and not sent: read back, told from what the form began with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from service.engine.form_html import Posted, answers_from_html
from service.engine.forms import Form
from service.engine.tables import draft
from service.people.actor import Actor
from service.worklist.answers_words import differences

if TYPE_CHECKING:
    from service.database.unit import Unit

BUTTONS = frozenset(("csrf_token", "add-row", "remove-row", "refresh", "auto"))
"""Inputs that are no answers; nor are those whose name begins with an underscore."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """One person's draft of one task."""

    typed: MultiDict[str, str]
    saved_at: datetime


def draft_of(unit: Unit, task_id: str, actor: Actor) -> Draft | None:
    """This person's own."""
    query = select(draft.c.typed, draft.c.saved_at).where(
        draft.c.task_id == task_id, draft.c.account_id == actor.account_id
    )
    row = unit.connection.execute(query).one_or_none()
    return None if row is None else Draft(typed=MultiDict(map(tuple, row.typed)), saved_at=row.saved_at)


def typed_pairs(posted: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What stands in the inputs of a posted page."""
    return [(name, value) for name, value in posted if name not in BUTTONS and not name.startswith("_")]


def answers_in(form: Form | None, typed: Any) -> dict[str, Any]:
    """The answers as the form draws them again, blank rows included."""
    return answers_from_html(form, cast("Posted", typed), keep_blank_rows=True) if form is not None else {}


def adds_to(form: Form, typed: Any, before: Mapping[str, Any]) -> bool:
    """Whether a person has typed anything that was not there when the page was drawn."""
    return bool(differences(form, answers_in(form, typed), before))
