"""Separation of duties: what one person may not do on a dossier because of what they did, or who they are.

Source: domain.md §4, default of this product: appraiser ≠ preparer; a nominee never acts on their own nomination.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

APART: Mapping[str, frozenset[str]] = {
    "appraise": frozenset({"prepare"}),
    "confirm": frozenset({"prepare", "appraise"}),
    "consult": frozenset({"prepare"}),
    "decide": frozenset({"prepare", "appraise"}),
}
"""Step -> earlier steps that must have been done by others. Steps not named here bind nobody."""


def barred_by(step: str, actor_id: int, earlier: Mapping[str, Collection[int]]) -> str | None:
    """The earlier step that bars this person from `step`, or None. `earlier`: step -> accounts who did it."""
    for before in sorted(APART.get(step, frozenset())):
        if actor_id in earlier.get(before, ()):
            return before
    return None


def acts_on_self(actor_id: int, nominee_account_ids: Collection[int]) -> bool:
    """Whether the person is a nominee of the dossier they want to act on."""
    return actor_id in nominee_account_ids
