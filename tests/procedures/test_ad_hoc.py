"""An ad-hoc case by the simplified procedure: the unit alone, the City, both, diverted, returned, refused."""

from __future__ import annotations

import pytest

from tests.procedures.city import City


@pytest.fixture
def case(city: City) -> str:
    return city.sim.start("ad_hoc_award", {"unit_id": "00070"}, "DXT-2026-0001")


def file(city: City, case: str, decision: str) -> None:
    city.do(case, "file_case", case_id=5)
    levels = {"unit_commendation": decision in ("unit_only", "both"), "propose_city": decision in ("propose", "both")}
    city.do(case, "head_decides", decision=decision, **levels)


def to_director(city: City, case: str, *agencies: str) -> None:
    city.do(case, "ad_hoc_intake", decision="accepted")
    city.do(case, "verify", decision="eligible", agencies=list(agencies))
    for task in [task for task in city.sim.open_tasks(case) if task.element == "consult"]:
        city.sim.complete(task.id, {"decision": "no_objection"})
    city.do(case, "division_review", decision="confirmed")


def to_chair(city: City, case: str) -> None:
    city.do(case, "director_sign", decision="signed")
    city.do(case, "office_check_case", decision="passed")


def results(city: City) -> list[object]:
    return [variables for topic, variables in city.sent if topic == "notify:ad-hoc-result"]


def test_the_unit_alone_commends(city: City, case: str) -> None:
    file(city, case, "unit_only")
    assert city.open(case) == ["unit_commendation"]
    city.do(case, "unit_commendation")
    assert city.sim.state(case) == "completed"
    city.assert_clean()


def test_both_levels_go_on_side_by_side(city: City, case: str) -> None:
    file(city, case, "both")
    assert sorted(city.open(case)) == ["ad_hoc_intake", "unit_commendation"]
    to_director(city, case)
    to_chair(city, case)
    city.do(case, "unit_commendation")
    city.do(case, "chair_decides", decision="approved")
    city.do(case, "number_case")
    assert results(city) == [{"case_id": 5, "outcome": "approved"}]
    assert city.sim.state(case) == "completed"
    city.assert_clean()


def test_what_is_not_urgent_is_diverted(city: City, case: str) -> None:
    file(city, case, "propose")
    city.do(case, "ad_hoc_intake", decision="diverted")
    assert ("notify:diverted", {"case_id": 5}) in city.sent
    assert city.sim.state(case) == "completed"
    assert city.sim.path(case)[-3:] == ["divert", "notify_diverted", "end_diverted"]
    city.assert_clean()


def test_diverting_leaves_the_units_own_commendation_open(city: City, case: str) -> None:
    file(city, case, "both")
    city.do(case, "ad_hoc_intake", decision="diverted")
    assert city.open(case) == ["unit_commendation"]


def test_the_head_and_the_receipt_desk_return(city: City, case: str) -> None:
    file(city, case, "returned")
    assert city.open(case) == ["file_case"]
    file(city, case, "propose")
    city.do(case, "ad_hoc_intake", decision="returned")
    city.do(case, "supplement_case")
    assert city.open(case) == ["ad_hoc_intake"]


def test_agencies_answer_within_two_days(city: City, case: str) -> None:
    file(city, case, "propose")
    city.do(case, "ad_hoc_intake", decision="accepted")
    city.do(case, "verify", decision="eligible", agencies=["so_tu_phap", "so_tai_chinh"])
    consulted = city.sim.open_tasks(case)
    assert [task.properties["unit"] for task in consulted] == ["so_tu_phap", "so_tai_chinh"]
    assert {task.due_at.isoformat() for task in consulted if task.due_at} == {"2026-03-04T10:00:00+00:00"}
    assert city.sim.variables(city.sim.children(case)[0])["submission_id"] == 5


@pytest.mark.parametrize(("element", "decision"), [("division_review", "returned"), ("director_sign", "returned")])
def test_division_and_director_send_back_to_the_expert(city: City, case: str, element: str, decision: str) -> None:
    file(city, case, "propose")
    city.do(case, "ad_hoc_intake", decision="accepted")
    city.do(case, "verify", decision="eligible", agencies=[])
    if element == "director_sign":
        city.do(case, "division_review", decision="confirmed")
    city.do(case, element, decision=decision)
    assert city.open(case) == ["verify"]


def test_office_and_chair_send_back_to_the_director(city: City, case: str) -> None:
    file(city, case, "propose")
    to_director(city, case)
    city.do(case, "director_sign", decision="signed")
    city.do(case, "office_check_case", decision="returned")
    to_chair(city, case)
    city.do(case, "chair_decides", decision="returned")
    assert city.open(case) == ["director_sign"]


def test_an_ineligible_case_ends_with_the_division(city: City, case: str) -> None:
    file(city, case, "propose")
    city.do(case, "ad_hoc_intake", decision="accepted")
    city.do(case, "verify", decision="ineligible", agencies=[])
    city.do(case, "division_review", decision="confirmed")
    assert results(city) == [{"case_id": 5, "outcome": "ineligible"}]
    assert city.sim.state(case) == "completed"


def test_the_chair_may_refuse(city: City, case: str) -> None:
    file(city, case, "propose")
    to_director(city, case, "so_tu_phap")
    to_chair(city, case)
    city.do(case, "chair_decides", decision="refused")
    assert results(city) == [{"case_id": 5, "outcome": "refused"}]
    assert city.sim.state(case) == "completed"
    city.assert_clean()
