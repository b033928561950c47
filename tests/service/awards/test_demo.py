"""The demo's round, through the real engine."""

from __future__ import annotations

from pathlib import Path

from service.awards.demo import UNITS, seed
from service.awards.tables import award_round, submission
from service.engine.tables import approval, instance
from tests.service.awards.town import NOW, town_at


def test_the_demo_invites_three_units_once(database_url: str, tmp_path: Path) -> None:
    with town_at(database_url, NOW, tmp_path) as world:
        seed(world.engine, NOW)
        seed(world.engine, NOW)
        world.work()
        assert world.one(award_round).state == "open"
        rows = world.rows(submission)
        assert {row.unit_id for row in rows} == set(UNITS)
        assert [row.code for row in rows] == ["HS-2026-0001", "HS-2026-0002", "HS-2026-0003"]
        for row in rows:
            assert world.open(world.instance_of(row.code)) == ["prepare"]
            assert world.one(instance, instance.c.business_key == row.code).unit_id == row.unit_id
        assert [row.element for row in world.rows(approval)] == ["draft_guidance", "sign_guidance"]
