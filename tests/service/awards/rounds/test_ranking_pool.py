"""S6 on records: votes, ceiling, Điều 4, the chair, reserve."""

from __future__ import annotations

from decimal import Decimal

import pytest

from service.awards.councils.break_tie import BreakTie
from service.awards.rounds.rank_pool import RankPool
from service.awards.tables import nomination, quota
from tests.service.awards.round_road import pool_of, ranked, tie_variables, vote
from tests.service.awards.round_world import World


def states(world: World) -> dict[int, str]:
    return {row.id: row.state for row in world.rows(nomination)}


def lower_ceiling(world: World, kind: str, ceiling: int) -> None:
    row = next(found for found in world.rows(quota) if found.subject_kind == kind)
    world.change(quota, row.id, ceiling=ceiling)


def test_22_individuals_under_a_ceiling_of_20_leave_two_in_reserve(world: World) -> None:
    round_id, ids = pool_of(world, [{"gender": "male"}] * 23)
    votes = {key: 15 if index < 20 else 10 - index + 20 for index, key in enumerate(ids)}
    votes[ids[22]] = 7
    vote(world, round_id, votes)
    assert ranked(world, round_id) == 0
    found = world.rows(nomination)
    assert [row.state for row in found] == ["recommended"] * 20 + ["reserve"] * 2 + ["not_recommended"]
    assert [(row.pool_rank, row.reserve_rank) for row in found[20:]] == [(21, 1), (22, 2), (None, None)]
    assert found[22].outcome_reason == (
        "Đạt 7 phiếu đồng ý trên 15 thành viên, chưa đạt quá nửa tổng số thành viên (cần ít nhất 8 trên 15)."
    )
    assert world.round(round_id).state == "signing"


def test_among_equals_at_the_ceiling_a_woman_and_a_womens_collective_go_first(world: World) -> None:
    round_id, ids = pool_of(
        world,
        [
            {"gender": "male"},
            {"gender": "female"},
            {"subject_kind": "collective", "women_share": Decimal("69.99")},
            {"subject_kind": "collective", "women_share": Decimal(70)},
        ],
    )
    lower_ceiling(world, "individual", 1)
    lower_ceiling(world, "collective", 1)
    vote(world, round_id, dict.fromkeys(ids, 9))
    assert ranked(world, round_id) == 0
    man, woman, few, many = ids
    assert states(world) == {man: "reserve", woman: "recommended", few: "reserve", many: "recommended"}
    before, after = "Bằng phiếu; xếp trước", "Bằng phiếu; xếp sau"
    article = "theo Điều 4 NĐ 152/2025/NĐ-CP"
    assert [row.tie_reason for row in world.rows(nomination)] == [
        f"{after} {article} (ưu tiên nữ).",
        f"{before} {article} (ưu tiên nữ).",
        f"{after} {article} (ưu tiên tập thể có từ 70 % nữ).",
        f"{before} {article} (ưu tiên tập thể có từ 70 % nữ).",
    ]


def test_where_the_ceiling_parts_nobody_article_4_is_not_cited(world: World) -> None:
    round_id, ids = pool_of(world, [{"gender": "male"}, {"gender": "female"}])
    vote(world, round_id, dict.fromkeys(ids, 9))
    assert ranked(world, round_id) == 0
    assert [(row.pool_rank, row.tie_reason) for row in world.rows(nomination)] == [(2, None), (1, None)]


def test_an_open_tie_waits_for_the_chair_whose_order_closes_it(world: World) -> None:
    round_id, ids = pool_of(world, [{"gender": "male"}] * 4)
    lower_ceiling(world, "individual", 2)
    first, *equals = ids
    vote(world, round_id, {first: 12, **dict.fromkeys(equals, 9)})
    assert ranked(world, round_id) == 1
    assert states(world) == {first: "recommended", **dict.fromkeys(equals, "in_pool")}
    variables = tie_variables(round_id)
    form = world.form(BreakTie(), "director", variables=variables)
    assert form.intro.startswith("3 đề nghị cùng 9 phiếu, còn 1 chỗ")
    table = form.fields[0].key
    twice = {table: {str(key): {"place": 1} for key in equals}, "reason": "Thành tích nổi trội hơn"}
    assert [problem.field for problem in world.problems(BreakTie(), "director", twice, variables=variables)] == [
        f"{table}.{equals[0]}.place"
    ]
    order = {table: {str(key): {"place": place} for key, place in zip(equals, (2, 3, 1), strict=True)}}
    world.change(nomination, equals[0], nominee_account_id=world.actors["director"].account_id)
    own = world.problems(BreakTie(), "director", {**order, "reason": "Thành tích nổi trội"}, variables=variables)
    assert [problem.field for problem in own] == ["reason"]
    world.change(nomination, equals[0], nominee_account_id=None)
    world.do(BreakTie(), "director", {**order, "reason": "Thành tích nổi trội hơn"}, variables=variables)
    assert ranked(world, round_id) == 0
    assert states(world) == {
        first: "recommended",
        equals[0]: "reserve",
        equals[1]: "reserve",
        equals[2]: "recommended",
    }
    chosen = next(row for row in world.rows(nomination) if row.id == equals[2])
    assert chosen.tie_reason == "Chủ tịch hội đồng quyết định: Thành tích nổi trội hơn"


def test_a_new_vote_takes_back_what_the_chair_said_on_the_old_tie(world: World) -> None:
    round_id, ids = pool_of(world, [{"gender": "male"}] * 2)
    lower_ceiling(world, "individual", 1)
    vote(world, round_id, dict.fromkeys(ids, 9))
    for place, key in enumerate(ids, start=1):
        world.change(nomination, key, chair_order=place, tie_reason="Chủ tịch hội đồng quyết định: trước")
    assert ranked(world, round_id) == 0
    vote(world, round_id, dict.fromkeys(ids, 10))
    assert ranked(world, round_id) == 1


def test_fewer_than_the_ceiling_is_lawful_and_an_unknown_award_is_not_recommended(world: World) -> None:
    round_id, ids = pool_of(
        world, [{"gender": "male"}, {"award_form": "city_emulation_flag", "subject_kind": "collective"}]
    )
    vote(world, round_id, dict.fromkeys(ids, 15))
    assert ranked(world, round_id) == 0
    assert states(world) == {ids[0]: "recommended", ids[1]: "not_recommended"}
    assert "không có hình thức khen thưởng này" in world.rows(nomination)[1].outcome_reason


@pytest.mark.parametrize(("yes", "state"), [(11, "not_recommended"), (12, "recommended")])
def test_flags_need_80_percent_and_the_citys_council_decides_on_them(world: World, yes: int, state: str) -> None:
    flag = {"award_form": "city_emulation_flag", "subject_kind": "collective"}
    round_id, ids = pool_of(world, [flag, {"gender": "male"}], award_class="final")
    vote(world, round_id, {ids[0]: 15, ids[1]: 15})
    vote(world, round_id, {ids[0]: yes}, body="city")
    assert ranked(world, round_id) == 0
    assert states(world) == {ids[0]: state, ids[1]: "recommended"}


def test_each_tie_is_for_the_chair_of_the_council_whose_votes_are_equal(world: World) -> None:
    flag = {"award_form": "city_emulation_flag", "subject_kind": "collective"}
    round_id, ids = pool_of(world, [flag] * 2 + [{"gender": "male"}] * 2, award_class="final")
    flags, people = ids[:2], ids[2:]
    for row in world.rows(quota):
        world.change(quota, row.id, ceiling=1)
    vote(world, round_id, dict.fromkeys(ids, 13))
    vote(world, round_id, dict.fromkeys(flags, 13), body="city")
    assert world.work(RankPool(), round_id=round_id) == {"ties": 2, "tie_chair_group": "ubnd_chair"}
    variables = tie_variables(round_id, "ubnd_chair")
    (table,) = [field for field in world.form(BreakTie(), "chair", variables=variables).fields if field.row_keys]
    assert {key for key, _words in table.row_keys} == set(map(str, flags))
    order = {table.key: {str(key): {"place": place} for place, key in enumerate(flags, start=1)}}
    world.do(BreakTie(), "chair", {**order, "reason": "Phong trào mạnh hơn"}, variables=variables)
    assert world.work(RankPool(), round_id=round_id) == {"ties": 1, "tie_chair_group": "snv_director"}
    assert states(world) == {
        flags[0]: "recommended",
        flags[1]: "reserve",
        **dict.fromkeys(people, "in_pool"),
    }
