import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.awards.law.quotas import Quota, RepeatedQuota, distinct, places_left, quota_for, within_ceiling

FINAL = [
    Quota(
        award_class="final", award_form="pm_merit_certificate", subject_kind="collective", bloc="xa_phuong", ceiling=2
    ),
    Quota(
        award_class="final",
        award_form="pm_merit_certificate",
        subject_kind="collective",
        bloc="so_ban_nganh",
        ceiling=1,
    ),
    Quota(award_class="final", award_form="city_merit_certificate", subject_kind="collective", bloc="", ceiling=20),
    Quota(award_class="final", award_form="city_merit_certificate", subject_kind="individual", bloc="", ceiling=20),
]


def ceiling_of(form: str, kind: str, bloc: str) -> int | None:
    quota = quota_for(FINAL, award_form=form, subject_kind=kind, bloc=bloc)
    return quota.ceiling if quota else None


def test_a_row_for_every_bloc_takes_all() -> None:
    assert ceiling_of("city_merit_certificate", "individual", "mttq_doan_the") == 20


def test_blocs_are_kept_apart() -> None:
    assert ceiling_of("pm_merit_certificate", "collective", "xa_phuong") == 2
    assert ceiling_of("pm_merit_certificate", "collective", "so_ban_nganh") == 1


def test_an_award_the_round_does_not_give_has_no_ceiling() -> None:
    assert ceiling_of("pm_merit_certificate", "collective", "mttq_doan_the") is None
    assert ceiling_of("pm_merit_certificate", "individual", "xa_phuong") is None


def test_the_row_that_names_the_bloc_goes_first() -> None:
    wide = Quota(award_class="annual", award_form="f", subject_kind="collective", bloc="", ceiling=9)
    narrow = Quota(award_class="annual", award_form="f", subject_kind="", bloc="xa_phuong", ceiling=1)
    for rows in ([wide, narrow], [narrow, wide]):
        assert quota_for(rows, award_form="f", subject_kind="collective", bloc="xa_phuong") is narrow


def test_the_same_key_twice_is_refused() -> None:
    with pytest.raises(RepeatedQuota):
        distinct([FINAL[0], FINAL[0]])
    assert distinct(FINAL) == tuple(FINAL)


def test_a_negative_ceiling_is_refused() -> None:
    with pytest.raises(ValueError, match="không được âm"):
        Quota(award_class="annual", award_form="f", subject_kind="", bloc="", ceiling=-1)


@given(ceiling=st.integers(0, 50), awarded=st.integers(0, 50))
def test_awarding_every_place_left_stays_within_the_ceiling(ceiling: int, awarded: int) -> None:
    left = places_left(ceiling=ceiling, awarded=awarded)
    assert left >= 0
    if within_ceiling(ceiling=ceiling, awarded=awarded):
        assert within_ceiling(ceiling=ceiling, awarded=awarded + left)
        assert not within_ceiling(ceiling=ceiling, awarded=awarded + left + 1)
