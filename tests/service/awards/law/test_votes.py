from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.awards.law.votes import (
    FOUR_FIFTHS,
    MORE_THAN_HALF,
    Attendance,
    QuorumRule,
    Tally,
    Threshold,
    carried,
    share_of_members,
    too_many_ballots,
)

members = st.integers(1, 60)
shares = st.fractions(min_value=Fraction(1, 100), max_value=1)


@pytest.mark.parametrize(("total", "needed"), [(15, 10), (16, 11), (3, 2), (1, 1)])
def test_two_thirds_are_rounded_up(total: int, needed: int) -> None:
    assert QuorumRule().needed(total) == needed


@pytest.mark.parametrize(("total", "half", "four_fifths"), [(15, 8, 12), (14, 8, 12), (9, 5, 8), (1, 1, 1), (10, 6, 8)])
def test_thresholds_count_all_members(total: int, half: int, four_fifths: int) -> None:
    assert MORE_THAN_HALF.needed(total) == half
    assert FOUR_FIFTHS.needed(total) == four_fifths


def test_written_opinions_make_a_quorum_only_where_the_rule_says_so() -> None:
    session = Attendance(total_members=15, present=8, written=2)
    assert session.quorate(QuorumRule())
    assert not session.quorate(QuorumRule(written_counts=False))


def test_absent_members_weigh_like_a_no() -> None:
    everyone_present_agrees = Tally(yes=7)
    assert not carried(everyone_present_agrees, total_members=15, threshold=MORE_THAN_HALF)
    assert share_of_members(7, 15) == Fraction(7, 15)


def test_a_recused_member_leaves_one_ballot_fewer_but_the_same_total() -> None:
    session = Attendance(total_members=15, present=12, written=2)
    assert too_many_ballots(session, Tally(yes=13, no=0, recused=1)) == 0
    assert too_many_ballots(session, Tally(yes=13, no=1, recused=1)) == 1
    assert too_many_ballots(session, Tally(yes=13, no=1, invalid=1)) == 1


def test_impossible_sessions_and_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="ít nhất một"):
        Attendance(total_members=0, present=0)
    with pytest.raises(ValueError, match="vượt tổng số"):
        Attendance(total_members=5, present=4, written=2)
    with pytest.raises(ValueError, match="không được âm"):
        Tally(yes=-1)
    with pytest.raises(ValueError, match="không quá 100"):
        QuorumRule(share=Fraction(3, 2))


@given(total=members, share=shares, strict=st.booleans())
def test_the_fewest_yes_votes_carry_and_one_less_does_not(total: int, share: Fraction, strict: bool) -> None:
    needed = Threshold(share=share, strict=strict).needed(total)
    reached = Fraction(needed, total)
    assert reached > share if strict else reached >= share
    short = Fraction(needed - 1, total)
    assert short <= share if strict else short < share


@given(total=members, share=shares)
def test_the_fewest_members_make_a_quorum_and_one_less_does_not(total: int, share: Fraction) -> None:
    rule = QuorumRule(share=share)
    needed = rule.needed(total)
    assert 1 <= needed <= total
    assert Attendance(total_members=total, present=needed).quorate(rule)
    assert not Attendance(total_members=total, present=needed - 1).quorate(rule)


@given(data=st.data(), total=members)
def test_who_speaks_and_who_is_silent_make_up_the_council(data: st.DataObject, total: int) -> None:
    present = data.draw(st.integers(0, total))
    written = data.draw(st.integers(0, total - present))
    session = Attendance(total_members=total, present=present, written=written)
    assert session.voters + session.silent == total
