"""Lists and small reads: who sees which dossiers, search without diacritics, numbers that nobody gets twice."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from service.awards.business_keys import draw_business_key
from service.awards.counters import draw, draw_code
from service.awards.errors import TableMissing
from service.awards.lists import Filters, submissions_of
from service.awards.reads import dossier_of
from service.awards.rules import decide, latest_resource_id, version_words
from service.awards.tables import nomination, submission
from service.database.unit import Database
from tests.service.awards.round_world import NOW
from tests.service.awards.submission_world import SubmissionWorld, collective, person


@pytest.fixture
def world(database: Database) -> SubmissionWorld:
    return SubmissionWorld(database).settle()


def listed(world: SubmissionWorld, username: str, **filters: Any) -> list[str]:
    with world.database.unit_of_work(NOW, read_only=True) as unit:
        rows = submissions_of(unit, world.actors[username], Filters(**filters))
        return [row.unit_id for row in rows]


def test_each_sees_the_own_unit_and_the_city_sees_all(world: SubmissionWorld) -> None:
    world.invited()
    assert listed(world, "clerk") == ["00070"]
    assert listed(world, "clerk2") == ["00073"]
    assert sorted(listed(world, "expert")) == ["00070", "00073"]
    assert sorted(listed(world, "auditor")) == ["00070", "00073"]
    assert listed(world, "supervisor") == []


def test_search_needs_no_diacritics(world: SubmissionWorld) -> None:
    variables = world.invited()
    world.prepared(variables, person("Đỗ Thị Hòa"))
    code = world.dossier(variables).code
    assert listed(world, "expert", text="do thi hoa") == ["00070"]
    assert listed(world, "expert", text="Hoan Kiem") == ["00070"]
    assert listed(world, "expert", text=code.lower()) == ["00070"]
    assert listed(world, "expert", text="100%") == []


def test_filters_and_pages(world: SubmissionWorld) -> None:
    variables = world.invited()
    world.prepared(variables, person("Đỗ Thị Hòa"))
    assert listed(world, "expert", states=("council",)) == ["00070"]
    assert listed(world, "expert", unit_id="00073") == ["00073"]
    assert len(listed(world, "expert", round_id=variables["round_id"])) == 2
    newest = max(row.id for row in world.rows(submission))
    assert len(listed(world, "expert", before_id=newest)) == 1


def test_only_the_city_reads_duplicates_and_opinions(world: SubmissionWorld) -> None:
    variables = world.sent(collective("UBND phường"), person("Lê Văn Bình"))
    other = next(row for row in world.submissions(variables["round_id"]) if row.unit_id == "00073")
    world.nominate(other.id, 1, subject_name="Lê Văn Bình", subject_search="le van binh", state="proposed")
    world.change(submission, variables["submission_id"], instance_id="i")
    with world.database.unit_of_work(NOW, read_only=True) as unit:
        inside = dossier_of(unit, "i", world.actors["expert"])
        outside = dossier_of(unit, "i", world.actors["clerk"])
    assert inside is not None
    assert outside is not None
    assert [len(each.warnings) for each in inside.nominations] == [0, 1]
    assert [len(each.warnings) for each in outside.nominations] == [0, 0]


def test_a_held_reason_is_not_in_what_people_read(world: SubmissionWorld) -> None:
    variables = world.sent(person("Lê Văn Bình"))
    row = world.nominations(variables)[0]
    held = {"state": "held", "held_state": "proposed", "hold_since": NOW, "hold_reason": "Đơn tố cáo số 12."}
    world.change(nomination, row.id, **held)
    world.change(submission, variables["submission_id"], instance_id="i")
    with world.database.unit_of_work(NOW, read_only=True) as unit:
        dossier = dossier_of(unit, "i", world.actors["clerk"])
    assert dossier is not None
    assert dossier.nominations[0].state == "Tạm dừng xét từ 25/11"
    assert "tố cáo" not in repr(dossier)


def test_an_instance_without_a_dossier_has_none(world: SubmissionWorld) -> None:
    with world.database.unit_of_work(NOW, read_only=True) as unit:
        assert dossier_of(unit, "i", world.actors["expert"]) is None


def test_codes_count_by_year_in_hanoi(world: SubmissionWorld) -> None:
    new_years_eve = datetime(2026, 12, 31, 18, tzinfo=UTC)  # 01:00 on 1 January in Hà Nội
    with world.database.unit_of_work(NOW) as unit:
        assert [draw_code(unit, "ad_hoc_case") for _ in range(2)] == ["DXT-2026-0001", "DXT-2026-0002"]
        assert draw_business_key(unit, "award_round") == "DX-2026-01"
        assert draw_business_key(unit, "council_session") is None
    with world.database.unit_of_work(new_years_eve) as unit:
        assert draw_code(unit, "ad_hoc_case") == "DXT-2027-0001"


def test_two_drawers_never_get_one_number(world: SubmissionWorld) -> None:
    drawn: list[int] = []
    together = threading.Barrier(4)

    def take() -> None:
        together.wait()
        for _ in range(10):
            with world.database.unit_of_work(NOW) as unit:
                number = draw(unit, "return_slip", 2026)
            drawn.append(number)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(drawn) == list(range(1, 41))


def test_a_table_is_found_by_its_newest_version(world: SubmissionWorld) -> None:
    with world.database.unit_of_work(NOW, read_only=True) as unit:
        found = latest_resource_id(unit, "eligibility")
        assert found is not None
        assert version_words(unit, None, "eligibility") == "bản 1"
        assert latest_resource_id(unit, "unknown") is None
        with pytest.raises(TableMissing):
            decide(unit, None, "unknown", {})


@pytest.mark.parametrize("state", ["recommended", "reserve", "not_recommended", "struck"])
def test_a_unit_reads_what_the_council_made_of_its_nominees_with_the_results_only(
    world: SubmissionWorld, state: str
) -> None:
    variables = world.sent(person("Lê Văn Bình"))
    row = world.nominations(variables)[0]
    why = {"reserve_rank": 1, "outcome_reason": "Đạt 7 phiếu đồng ý trên 15 thành viên."}
    world.change(nomination, row.id, state=state, **why)
    world.change(submission, variables["submission_id"], state="in_pool")
    with world.database.unit_of_work(NOW, read_only=True) as unit:
        inside = dossier_of(unit, "i", world.actors["expert"])
        outside = dossier_of(unit, "i", world.actors["clerk"])
    assert inside is not None
    assert outside is not None
    assert inside.nominations[0].reason == "Đạt 7 phiếu đồng ý trên 15 thành viên."
    assert (outside.nominations[0].state, outside.nominations[0].reason) == ("Trong danh sách xét", "")
    world.change(submission, variables["submission_id"], state="decided")
    with world.database.unit_of_work(NOW, read_only=True) as unit:
        after = dossier_of(unit, "i", world.actors["clerk"])
    assert after is not None
    assert after.nominations[0].reason == "Đạt 7 phiếu đồng ý trên 15 thành viên."
