from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.awards.law.ranking import Candidate, next_in_reserve, preferred, rank

candidates = st.lists(
    st.builds(Candidate, key=st.integers(0, 10_000), yes=st.integers(0, 8), preferred=st.booleans()),
    max_size=40,
    unique_by=lambda candidate: candidate.key,
)
ceilings = st.integers(0, 25)
thresholds = st.integers(0, 9)


def test_two_over_the_ceiling_of_twenty_stand_in_reserve() -> None:
    pool = [Candidate(key=n, yes=30 - n) for n in range(1, 23)] + [Candidate(key=23, yes=7)]
    ranking = rank(pool, ceiling=20, yes_needed=8)
    assert ranking.keys("recommended") == tuple(range(1, 21))
    assert [(p.key, p.reserve) for p in ranking.placements if p.outcome == "reserve"] == [(21, 1), (22, 2)]
    assert ranking.keys("not_recommended") == (23,)
    assert ranking.tie is None


def test_at_the_ceiling_a_woman_goes_before_her_equal() -> None:
    man, woman = Candidate(key=1, yes=9), Candidate(key=2, yes=9, preferred=True)
    ranking = rank([man, woman], ceiling=1, yes_needed=8)
    assert ranking.keys("recommended") == (2,)
    assert {p.key: p.ground for p in ranking.placements} == {1: "preference", 2: "preference"}


def test_more_votes_go_before_preference() -> None:
    ranking = rank([Candidate(key=1, yes=10), Candidate(key=2, yes=9, preferred=True)], ceiling=1, yes_needed=8)
    assert ranking.keys("recommended") == (1,)


def test_equals_at_the_ceiling_wait_for_the_chair() -> None:
    pool = [Candidate(key=1, yes=9)] + [Candidate(key=n, yes=8) for n in (2, 3, 4)]
    ranking = rank(pool, ceiling=3, yes_needed=8)
    assert ranking.keys("recommended") == (1,)
    assert ranking.keys("tied") == (2, 3, 4)
    assert ranking.tie is not None
    assert (ranking.tie.places, ranking.tie.first_rank, ranking.tie.yes) == (2, 2, 8)


def test_the_chairs_order_closes_the_tie() -> None:
    pool = [Candidate(key=n, yes=8, chair_order=order) for n, order in ((1, 3), (2, 1), (3, 2))]
    ranking = rank(pool, ceiling=2, yes_needed=8)
    assert ranking.tie is None
    assert ranking.keys("recommended") == (2, 3)
    assert ranking.keys("reserve") == (1,)
    assert {p.ground for p in ranking.placements} == {"chair"}


def test_equals_below_the_ceiling_share_a_rank_and_need_no_chair() -> None:
    ranking = rank([Candidate(key=1, yes=9), Candidate(key=2, yes=9), Candidate(key=3, yes=8)], ceiling=3, yes_needed=8)
    assert [p.rank for p in ranking.placements] == [1, 1, 3]
    assert ranking.tie is None


def test_the_next_reserve_is_one_or_a_tie_or_nobody() -> None:
    pool = [Candidate(key=1, yes=10), Candidate(key=2, yes=9), Candidate(key=3, yes=9)]
    assert next_in_reserve(rank(pool, ceiling=1, yes_needed=8)) == (2, 3)
    assert next_in_reserve(rank(pool[:2], ceiling=1, yes_needed=8)) == (2,)
    assert next_in_reserve(rank(pool, ceiling=3, yes_needed=8)) == ()


def test_the_same_nomination_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="một lần"):
        rank([Candidate(key=1, yes=3), Candidate(key=1, yes=4)], ceiling=2, yes_needed=1)


@pytest.mark.parametrize(
    ("kind", "gender", "share", "expected"),
    [
        ("individual", "female", None, True),
        ("individual", "male", Fraction(9, 10), False),
        ("individual", None, None, False),
        ("collective", None, Fraction(7, 10), True),
        ("collective", None, Fraction(69, 100), False),
        ("collective", "female", None, False),
        ("household", "female", Fraction(1), False),
    ],
)
def test_whom_article_4_prefers(kind: str, gender: str | None, share: Fraction | None, expected: bool) -> None:
    assert preferred(subject_kind=kind, gender=gender, women_share=share) is expected


@given(pool=candidates, ceiling=ceilings, yes_needed=thresholds)
def test_the_ceiling_and_the_threshold_hold_for_every_pool(
    pool: list[Candidate], ceiling: int, yes_needed: int
) -> None:
    ranking = rank(pool, ceiling=ceiling, yes_needed=yes_needed)
    yes = {candidate.key: candidate.yes for candidate in pool}
    assert sorted(p.key for p in ranking.placements) == sorted(yes)
    assert len(ranking.keys("recommended")) <= ceiling
    for placement in ranking.placements:
        assert (placement.outcome == "not_recommended") == (yes[placement.key] < yes_needed)
        assert (placement.reserve is not None) == (placement.outcome == "reserve")


@given(pool=candidates, ceiling=ceilings, yes_needed=thresholds)
def test_nobody_left_out_stood_before_anybody_taken_in(pool: list[Candidate], ceiling: int, yes_needed: int) -> None:
    ranking = rank(pool, ceiling=ceiling, yes_needed=yes_needed)
    merit = {candidate.key: (candidate.yes, candidate.preferred) for candidate in pool}
    for taken in ranking.keys("recommended"):
        for other in (*ranking.keys("reserve"), *ranking.keys("tied")):
            assert merit[taken] > merit[other]


@given(pool=candidates, ceiling=ceilings, yes_needed=thresholds)
def test_places_stay_empty_only_when_all_who_passed_have_one(
    pool: list[Candidate], ceiling: int, yes_needed: int
) -> None:
    ranking = rank(pool, ceiling=ceiling, yes_needed=yes_needed)
    passed = sum(candidate.yes >= yes_needed for candidate in pool)
    settled = len(ranking.keys("recommended"))
    if ranking.tie is None:
        assert settled == min(ceiling, passed)
    else:
        assert settled + ranking.tie.places == ceiling
        assert 0 < ranking.tie.places < len(ranking.tie.keys)
        assert set(ranking.tie.keys) == set(ranking.keys("tied"))


@given(pool=candidates, ceiling=ceilings, yes_needed=thresholds, data=st.data())
def test_the_order_in_which_they_came_changes_nothing(
    pool: list[Candidate], ceiling: int, yes_needed: int, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(pool))
    assert rank(shuffled, ceiling=ceiling, yes_needed=yes_needed) == rank(pool, ceiling=ceiling, yes_needed=yes_needed)


@given(pool=candidates, ceiling=ceilings, yes_needed=thresholds)
def test_one_word_of_the_chair_always_closes_the_tie(pool: list[Candidate], ceiling: int, yes_needed: int) -> None:
    first = rank(pool, ceiling=ceiling, yes_needed=yes_needed)
    tied = first.keys("tied")
    ordered = [
        Candidate(
            key=c.key,
            yes=c.yes,
            preferred=c.preferred,
            chair_order=tied.index(c.key) + 1 if c.key in tied else None,
        )
        for c in pool
    ]
    second = rank(ordered, ceiling=ceiling, yes_needed=yes_needed)
    assert second.tie is None
    assert set(first.keys("recommended")) <= set(second.keys("recommended"))


@given(pool=candidates, ceiling=ceilings, yes_needed=thresholds)
def test_a_higher_ceiling_takes_nobody_out(pool: list[Candidate], ceiling: int, yes_needed: int) -> None:
    lower = rank(pool, ceiling=ceiling, yes_needed=yes_needed)
    higher = rank(pool, ceiling=ceiling + 1, yes_needed=yes_needed)
    assert set(lower.keys("recommended")) <= set(higher.keys("recommended"))
