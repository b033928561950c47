from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.awards.law.money import BaseSalary, NoBaseSalary, award_money, base_salary_on, multiple_for


@pytest.mark.parametrize(
    ("form", "kind", "amount"),
    [
        ("city_merit_certificate", "collective", 7_020_000),
        ("city_merit_certificate", "individual", 3_510_000),
        ("pm_merit_certificate", "collective", 16_380_000),
        ("city_emulation_flag", "collective", 18_720_000),
        ("unit_commendation", "collective", 1_410_000),
    ],
)
def test_the_default_amounts_on_the_base_salary_of_2024(form: str, kind: str, amount: int) -> None:
    multiple = multiple_for(award_form=form, subject_kind=kind)
    assert multiple is not None
    assert award_money(multiple, base_salary=2_340_000) == amount


def test_the_rounds_own_multiple_wins_and_households_have_no_default() -> None:
    own = {("city_merit_certificate", "individual"): Decimal(2)}
    assert multiple_for(award_form="city_merit_certificate", subject_kind="individual", settings=own) == 2
    assert multiple_for(award_form="city_merit_certificate", subject_kind="household") is None


def test_the_level_in_force_on_the_day_of_the_decision_counts() -> None:
    assert base_salary_on(date(2024, 6, 30)).amount == 1_800_000
    assert base_salary_on(date(2024, 7, 1)).amount == 2_340_000
    later = BaseSalary(from_day=date(2026, 7, 1), amount=2_530_000, source="nghị định mới")
    assert base_salary_on(date(2026, 12, 31), (later,)).amount == 2_530_000
    with pytest.raises(NoBaseSalary):
        base_salary_on(date(2020, 1, 1))


def test_negative_figures_are_refused() -> None:
    with pytest.raises(ValueError, match="không được âm"):
        award_money(Decimal(-1), base_salary=1)


@given(multiple=st.decimals("0", "50", places=2), base_salary=st.integers(0, 100_000_000))
def test_money_is_rounded_up_and_never_by_a_whole_step(multiple: Decimal, base_salary: int) -> None:
    amount = award_money(multiple, base_salary=base_salary)
    assert amount % 10_000 == 0
    assert 0 <= amount - multiple * base_salary < 10_000
