"""What every page needs from Flask: filters, the places of the top bar, and the words of the footer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, request

from service.web import words


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One place of the top bar; `current` when the page shown lies under it."""

    words: str
    href: str
    current: bool = False


_SEE_ROUNDS = frozenset(
    {"snv_expert", "snv_division_head", "snv_director", "ubnd_office", "ubnd_chair", "supervisor", "auditor"}
)
PLACES: tuple[tuple[str, str, frozenset[str] | None], ...] = (
    ("Việc cần làm", "/viec", None),
    ("Hồ sơ", "/ho-so", None),
    ("Đợt xét", "/dot-xet", _SEE_ROUNDS),
    ("Giám sát", "/giam-sat", frozenset({"supervisor", "snv_division_head", "snv_director", "auditor"})),
    ("Quy trình", "/quy-trinh", frozenset({"process_owner", "auditor"})),
)
"""Words, address, and the role keys that see the place (None: everybody)."""


def places_for(role_keys: frozenset[str], path: str) -> list[Place]:
    """The places of somebody with these roles, at most six."""
    return [
        Place(words=text, href=href, current=path == href or path.startswith(href + "/"))
        for text, href, roles in PLACES
        if roles is None or roles & role_keys
    ]


def register(app: Flask, *, context: Sequence[Callable[[], dict[str, Any]]] = ()) -> None:
    """Add filters and the layout's context; each callable in `context` adds its own (the person, the calendar)."""
    app.add_template_filter(_day, "day")
    app.add_template_filter(words.day, "full_day")
    app.add_template_filter(_moment, "moment")
    app.add_template_filter(words.long_day, "long_day")
    app.add_template_filter(words.hour, "hour")
    app.add_template_filter(words.in_words, "in_words")
    app.add_template_filter(words.number, "number")
    app.add_template_filter(words.capped, "capped")
    app.add_template_filter(words.typed, "typed")

    @app.context_processor
    def layout_context() -> dict[str, Any]:
        values: dict[str, Any] = {"actor": None}
        for add in context:
            values.update(add())
        actor = values["actor"]
        values["places"] = lambda: places_for(actor.role_keys, request.path) if actor else []
        return values


def _this_year() -> int:
    return datetime.now(UTC).astimezone(words.HANOI).year


def _day(value: datetime | date | None) -> str:
    return words.day(value, _this_year())


def _moment(value: datetime | None) -> str:
    return words.moment(value, _this_year())
