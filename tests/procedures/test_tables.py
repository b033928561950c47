"""The tables give the plan's numbers. Source of each: Kế hoạch 77/KH-UBND, sections IV.1, IV.2 and IV.3.b."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.procedures.files import TABLES, read
from workflows import dmn

ELIGIBILITY = dmn.load(read("eligibility.dmn"))
QUOTA = dmn.load(read("quota.dmn"))
CHECKLIST = dmn.load(read("dossier_checklist.dmn"))

CITY = [("city_merit_certificate", "collective", "", 20), ("city_merit_certificate", "individual", "", 20)]
PM = [("pm_merit_certificate", "collective", "xa_phuong", 2), ("pm_merit_certificate", "collective", "so_ban_nganh", 1)]
FLAG = [("city_emulation_flag", "collective", "xa_phuong", 3), ("city_emulation_flag", "collective", "so_ban_nganh", 2)]

GOOD = {
    "award_form": "city_merit_certificate",
    "subject_kind": "collective",
    "bloc": "xa_phuong",
    "exemplary": True,
    "initiative_recognised": True,
    "par_index": Decimal(90),
    "sipas": Decimal(86),
    "component_assigned": False,
    "component_score_kept": None,
    "advisory_collective": False,
    "rating_excellent": False,
    "parent_rank": None,
    "specialist_collective": False,
    "top_n": 1,
}
"""Exactly at both thresholds."""
ADVISERS: dict[str, Any] = {"par_index": None, "sipas": None, "advisory_collective": True, "rating_excellent": True}


def failures(**facts: Any) -> list[tuple[str, str]]:
    return [(row["criterion"], row["result"]) for row in ELIGIBILITY.evaluate("eligibility", {**GOOD, **facts})]


@pytest.mark.parametrize("name", TABLES)
def test_the_engine_has_no_remark(name: str) -> None:
    assert dmn.check(read(name), name) == []


@pytest.mark.parametrize(
    ("award_class", "ceilings"),
    [("annual", CITY), ("interim", CITY), ("final", PM + FLAG + CITY), ("ad_hoc", [])],
)
def test_ceilings(award_class: str, ceilings: list[tuple[str, str, str, int]]) -> None:
    rows = QUOTA.evaluate("quota", {"award_class": award_class})
    assert [tuple(row.values()) for row in rows] == ceilings


@pytest.mark.parametrize(("award_class", "needed"), [("annual", False), ("interim", False), ("final", True)])
def test_only_the_final_review_needs_the_citys_council(award_class: str, needed: bool) -> None:
    assert QUOTA.evaluate("council_route", {"award_class": award_class}) is needed


def test_both_thresholds_are_met_at_90_and_86() -> None:
    assert failures() == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"par_index": Decimal("89.99")}, [("b", "hard_failure")]),
        ({"sipas": Decimal("85.99")}, [("b", "hard_failure")]),
        ({"par_index": None}, [("b", "soft_failure")]),
        ({"sipas": None}, [("b", "soft_failure")]),
        ({"par_index": None, "sipas": None}, [("b", "soft_failure")]),
        ({"par_index": Decimal("89.99"), "sipas": None}, [("b", "hard_failure")]),
        ({"par_index": None, "sipas": Decimal("85.99")}, [("b", "hard_failure")]),
        ({"par_index": None, "sipas": None, "advisory_collective": True}, [("d, e", "hard_failure")]),
        ({"bloc": "mttq_doan_the", "par_index": None, "sipas": None}, []),
        ({"exemplary": False}, [("a", "hard_failure")]),
        ({"exemplary": None}, [("a", "soft_failure")]),
        ({"initiative_recognised": False}, [("a", "hard_failure")]),
        ({"component_assigned": True, "component_score_kept": True}, []),
        ({"component_assigned": True, "component_score_kept": False}, [("c", "hard_failure")]),
        ({"component_assigned": True}, [("c", "soft_failure")]),
        ({"exemplary": False, "par_index": Decimal(50)}, [("a", "hard_failure"), ("b", "hard_failure")]),
    ],
)
def test_criteria_a_b_and_c(facts: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert failures(**facts) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({**ADVISERS, "parent_rank": 1}, []),
        ({**ADVISERS, "parent_rank": 2}, [("d, e", "hard_failure")]),
        ({**ADVISERS, "parent_rank": 3, "top_n": 3}, []),
        ({**ADVISERS, "parent_rank": 1, "top_n": None}, []),
        ({**ADVISERS, "parent_rank": 1, "rating_excellent": False}, [("d, e", "hard_failure")]),
        ({"par_index": None, "specialist_collective": True, "rating_excellent": True}, []),
        ({"par_index": None, "specialist_collective": True}, [("d, e", "hard_failure")]),
    ],
)
def test_criteria_d_and_e_stand_in_for_b(facts: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert failures(**facts) == expected


@pytest.mark.parametrize(
    "facts",
    [
        {"subject_kind": "individual"},
        {"subject_kind": "household"},
        {"award_form": "pm_merit_certificate"},
        {"award_form": "city_emulation_flag", "par_index": Decimal(40)},
        {"award_form": "unit_commendation", "subject_kind": "individual"},
    ],
)
def test_what_the_plan_leaves_open_is_judged_by_people(facts: dict[str, Any]) -> None:
    assert [result for _, result in failures(**facts)] == ["manual"]


def test_the_explanation_names_the_figures() -> None:
    [row] = ELIGIBILITY.evaluate("eligibility", {**GOOD, "par_index": Decimal("88.10")})
    assert row["explanation"].startswith("Chỉ số CCHC 88,1 %, Chỉ số hài lòng (SIPAS) 86 %")


def test_a_figure_that_is_not_published_is_told_beside_the_one_that_bars() -> None:
    [row] = ELIGIBILITY.evaluate("eligibility", {**GOOD, "par_index": Decimal("88.10"), "sipas": None})
    assert row["explanation"].startswith("Chỉ số CCHC 88,1 %, Chỉ số hài lòng (SIPAS) chưa công bố: cần từ 90 %")


@pytest.mark.parametrize(
    ("eligible", "agencies", "route"), [(2, ["so_tu_phap"], "consult"), (2, [], "confirm"), (0, ["x"], "confirm")]
)
def test_the_appraisals_route(eligible: int, agencies: list[str], route: str) -> None:
    facts = {"eligible_count": eligible, "consult_agencies": agencies}
    assert ELIGIBILITY.evaluate("appraisal_route", facts) == route


@pytest.mark.parametrize(
    ("hop", "copies", "documents"),
    [
        ("unit_to_snv", 2, {"submission_letter", "meeting_minutes", "achievement_report"}),
        ("snv_to_ubnd", 1, {"consolidated_letter", "meeting_minutes", "achievement_report"}),
        ("simplified_unit_to_snv", 2, {"submission_letter", "achievement_report"}),
        ("simplified_snv_to_ubnd", 1, {"submission_letter", "achievement_report"}),
    ],
)
@pytest.mark.parametrize("subject_kind", ["collective", "individual", "household"])
def test_the_checklist_of_each_hop(hop: str, copies: int, documents: set[str], subject_kind: str) -> None:
    rows = CHECKLIST.evaluate("checklist", {"hop": hop, "subject_kind": subject_kind})
    assert {row["document"] for row in rows if row["required"]} == documents
    assert {row["copies"] for row in rows} == {copies}
    assert len({row["document"] for row in rows}) == len(rows)


def test_so_noi_vu_certifies_what_the_plan_copied_from_so_y_te() -> None:
    rows = CHECKLIST.evaluate("checklist", {"hop": "snv_to_ubnd", "subject_kind": "collective"})
    assert {row["document"]: row["certifier"] for row in rows}["achievement_report"] == "so_noi_vu"
