"""S5 through the engine: exactly who is in the pool when it freezes, and what reaches those who are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.awards.demo import seed
from service.awards.submissions.withdraw import withdraw
from service.awards.tables import award_round, submission
from service.engine.commands.fire import fire
from service.engine.tables import history, instance, notice, timer
from tests.service.awards.round_world import members
from tests.service.awards.town import NOW, Town, town_at
from tests.service.awards.unit_road import SUFFIXES, code_of, to_confirmation


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    """The demo's open round of three units."""
    with town_at(database_url, NOW, tmp_path) as made:
        seed(made.engine, NOW)
        made.work()
        yield made


def state_of(town: Town, unit_id: str) -> tuple[str, bool]:
    row = town.one(submission, submission.c.unit_id == unit_id)
    return row.state, row.late


def reach_the_cutoff(town: Town) -> None:
    """The cut-off's timer alone fires; what it tells others is still on its way."""
    town.at = town.one(award_round).cutoff_at
    (due,) = town.rows(timer, timer.c.element == "cutoff_reached")
    assert fire(town.engine, due.id, at=town.at)


def missed(town: Town) -> list[Any]:
    return [row.instance_id for row in town.rows(history, history.c.kind == "missed")]


def test_confirmed_in_time_is_in_the_pool_while_its_notices_are_on_their_way(town: Town) -> None:
    code = to_confirmation(town, "00070", "eligible", "ineligible")
    town.act("truongphong", "confirm_appraisal", code, decision="confirmed")
    reach_the_cutoff(town)
    town.work()
    assert state_of(town, "00070") == ("in_pool", False)
    assert f"Đề nghị không đủ điều kiện: {code}" in town.notices("vanthu.hoankiem")
    assert town.one(award_round).state == "frozen"


def test_confirmed_after_the_cutoff_is_late_though_no_worker_has_frozen_the_pool(town: Town) -> None:
    code = to_confirmation(town, "00070", "eligible")
    town.at = town.one(award_round).cutoff_at
    town.act("truongphong", "confirm_appraisal", code, decision="confirmed")
    assert state_of(town, "00070") == ("late", True)
    assert town.open(code) == ["waive_late"]
    town.work()
    assert town.one(award_round).state == "frozen"  # nobody was ready; the Director may still take this one in
    assert state_of(town, "00070") == ("late", True)


def test_an_empty_pool_waits_for_the_one_that_the_director_takes_in(town: Town) -> None:
    code = to_confirmation(town, "00070", "eligible")
    town.at = town.one(award_round).cutoff_at
    town.work()
    round_ = town.one(award_round)
    assert (round_.state, town.open(round_.code)) == ("frozen", ["convene"])
    town.do("truongphong", "confirm_appraisal", code, decision="confirmed")
    town.do("giamdoc", "waive_late", code, decision="accepted", reason="Chậm do bão.")
    assert state_of(town, "00070") == ("in_pool", True)
    form = town.form("thuky.noivu", "convene", round_.code)
    assert "họp xét 1 đề nghị" in form.intro


def test_an_empty_pool_that_nobody_was_taken_into_ends_by_the_directors_word(town: Town) -> None:
    code = to_confirmation(town, "00070", "eligible")
    town.at = town.one(award_round).cutoff_at
    town.work()
    town.do("truongphong", "confirm_appraisal", code, decision="confirmed")
    town.do("giamdoc", "waive_late", code, decision="refused", reason="Hội đồng họp ngày mai.")
    round_ = town.one(award_round)
    today = round_.cutoff_at.date()
    held = {"held_on": today, "chair_name": "Bùi Thanh Sơn", "members": members(9)}
    town.do("thuky.noivu", "convene", round_.code, **held)
    town.do("thuky.noivu", "record_votes", round_.code)
    town.do("thuky.noivu", "minutes", round_.code, minutes_number="1/BB-HĐ")
    town.do("giamdoc", "approve_minutes", round_.code, decision="approved")
    town.do("giamdoc", "sign_list", round_.code, decision="no_award", reason="Không có hồ sơ.")
    assert town.one(award_round).state == "closed"
    assert state_of(town, "00070") == ("late", True)


def test_the_director_may_waive_between_the_cutoff_and_the_freeze(town: Town) -> None:
    code = to_confirmation(town, "00070", "eligible")
    town.at = town.one(award_round).cutoff_at
    town.act("truongphong", "confirm_appraisal", code, decision="confirmed")
    town.act("giamdoc", "waive_late", code, decision="accepted", reason="Chậm do bão.")
    town.work()
    row = town.one(submission, submission.c.code == code)
    assert (row.state, row.late, row.waived) == ("in_pool", True, True)
    assert town.one(award_round).state == "frozen"


def test_who_closed_before_the_news_of_the_freeze_stops_nothing(town: Town) -> None:
    to_confirmation(town, "00070", "eligible")
    town.do("truongphong", "confirm_appraisal", decision="confirmed")
    code = code_of(town, "00073")
    root = town.instance_of(code)
    reach_the_cutoff(town)
    town.act("vanthu.cuanam", "prepare", code, decision="not_taking_part", reason="Không có đề nghị")
    town.work()
    assert town.one(instance, instance.c.id == root).state == "completed"
    assert missed(town) == [root]
    assert state_of(town, "00073") == ("not_taking_part", True)


def test_a_late_dossier_that_ends_tells_no_round_that_is_over(town: Town) -> None:
    code = code_of(town, "so_du_lich")
    reach_the_cutoff(town)
    town.work()
    assert town.one(award_round).state == "closed"
    for unit_id, suffix in SUFFIXES.items():
        answers = {"decision": "not_taking_part", "reason": "Không có đề nghị"}
        town.do(f"vanthu.{suffix}", "prepare", code_of(town, unit_id), **answers)
    assert missed(town) == []
    assert f"Danh sách xét đã chốt: {code}" in town.notices("vanthu.dulich")
    told = town.rows(notice, notice.c.subject == f"Danh sách xét đã chốt: {code}")
    assert all("đợt xét đã kết thúc" in row.body and "Giám đốc" not in row.body for row in told)


def test_the_last_one_to_settle_freezes_the_pool_however_it_settles(town: Town) -> None:
    code = to_confirmation(town, "00070", "eligible")
    town.do("truongphong", "confirm_appraisal", code, decision="confirmed")
    town.do("vanthu.cuanam", "prepare", code_of(town, "00073"), decision="not_taking_part", reason="Không có")
    assert town.one(award_round).state == "open"
    last = town.one(submission, submission.c.unit_id == "so_du_lich")
    withdraw(town.engine, last.id, "Đơn vị rà soát lại.", town.actor("giamdoc.dulich"))
    town.work()
    row = town.one(award_round)
    assert (row.state, row.frozen_at < row.cutoff_at) == ("frozen", True)
    assert {state_of(town, unit_id) for unit_id in SUFFIXES} == {
        ("in_pool", False),
        ("not_taking_part", False),
        ("withdrawn", False),
    }


def test_two_that_settle_together_leave_no_count_behind(town: Town) -> None:
    code = to_confirmation(town, "00070", "eligible")
    town.act("truongphong", "confirm_appraisal", code, decision="confirmed")
    for unit_id in ("00073", "so_du_lich"):
        answers = {"decision": "not_taking_part", "reason": "Không có"}
        town.act(f"vanthu.{SUFFIXES[unit_id]}", "prepare", code_of(town, unit_id), **answers)
    assert town.one(award_round).state == "open"  # three messages are on their way
    town.work()
    assert town.one(award_round).state == "frozen"
