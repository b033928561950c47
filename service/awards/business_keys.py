"""Which processes get a business key of our own when they are started by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.awards.counters import draw_code

if TYPE_CHECKING:
    from service.database.unit import Unit

_KIND_OF_PROCESS = {"award_round": "award_round", "ad_hoc_award": "ad_hoc_case"}


def draw_business_key(unit: Unit, process_key: str) -> str | None:
    """A fresh key for a round or an ad-hoc case; None for every other process."""
    kind = _KIND_OF_PROCESS.get(process_key)
    return draw_code(unit, kind) if kind is not None else None
