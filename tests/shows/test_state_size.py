"""A dossier in the middle of its procedure keeps less than a kilobyte of state, however long it has travelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shows.town import Town, sizes

LIMIT_BYTES = 1000


def test_a_dossier_is_less_than_a_kilobyte_at_every_step(
    town: Town, dialect: str, services_folder: Path, record_property: pytest.RecordProperty
) -> None:
    found = sizes(services_folder, dialect)
    assert list(found) == [
        "prepare",
        "convene",
        "record_votes",
        "minutes",
        "approve_minutes",
        "sign_submission",
        "send_submission",
        "intake",
        "appraise",
        "consult",
    ]
    assert max(found.values()) < LIMIT_BYTES, found
    every = town.rows("select key, business_key, length(snapshot) as size from instance")
    assert len(every) > 4
    assert {row.key: row.size for row in every if row.size >= LIMIT_BYTES} == {}
