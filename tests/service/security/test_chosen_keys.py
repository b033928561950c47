"""Whoever starts a process by hand chooses its business key: it neither stops others nor passes for their dossier."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.awards.demo import seed
from service.awards.reads import submission_of_instance
from service.awards.rounds.reads import unit_lines
from service.awards.tables import award_round, submission
from service.engine.commands.start import StartProcess, start
from tests.service.awards.town import NOW, Town, town_at


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    with town_at(database_url, NOW, tmp_path) as made:
        yield made


def start_as(town: Town, key: str) -> str:
    command = StartProcess(key="ad_hoc_award", business_key=key)
    return start(town.engine, command, town.actor("vanthu.cuanam"), at=town.at).instance_id


def test_numbers_given_by_hand_are_passed_over(town: Town) -> None:
    for number in (1, 2):
        start_as(town, f"DXT-2026-000{number}")
        start_as(town, f"HS-2026-000{number}")
    seed(town.engine, NOW)
    town.work()
    assert sorted(row.code for row in town.rows(submission)) == ["HS-2026-0003", "HS-2026-0004", "HS-2026-0005"]
    begun = town.start("vanthu.hoankiem", "ad_hoc_award")
    assert town.instance_of("DXT-2026-0003") == begun


def test_anothers_number_shows_nothing_of_theirs(town: Town) -> None:
    seed(town.engine, NOW)
    town.work()
    (own,) = town.rows(submission, submission.c.unit_id == "00070")
    right = town.instance_of(own.code)
    taken = start_as(town, own.code)
    with town.engine.database.unit_of_work(read_only=True) as unit:
        assert submission_of_instance(unit, taken) is None
        found = submission_of_instance(unit, right)
        lines = unit_lines(unit, town.one(award_round).id)
    assert found is not None
    assert found.id == own.id
    assert [line.instance_id for line in lines if line.code == own.code] == [right]
    assert len(lines) == 3
    assert all(line.steps for line in lines)
