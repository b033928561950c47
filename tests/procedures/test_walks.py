"""Random walks: whatever people answer, in whatever order, nothing breaks and somebody always has the next step."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.procedures.city import CUTOFF, City

Choice = dict[str, Any]
COUNTS = [{"eligible_count": n, "ineligible_count": m, "consult_agencies": list("ab"[:n])} for n, m in ((2, 0), (1, 1))]
NONE_LEFT: Choice = {"eligible_count": 0, "ineligible_count": 2, "consult_agencies": []}


def decided(*decisions: str, **more: Any) -> list[Choice]:
    return [{"decision": decision, **more} for decision in decisions]


ANSWERS: dict[str, list[Choice]] = {
    "prepare": decided("submit", "submit", "not_taking_part"),
    "convene": [{"session_id": 1, "quorate": quorate} for quorate in (True, False)],
    "reconvene": [*decided("recorded", quorate=True), *decided("recorded", "reschedule", quorate=False)],
    "record_votes": [{"proposed_count": count, "for_city": count // 2} for count in (2, 1, 0)],
    "approve_minutes": decided("approved", "approved", "returned"),
    "sign_submission": decided("signed", "returned"),
    "appraise": [{"decision": "done", **counts} for counts in [*COUNTS, NONE_LEFT]] + decided("returned"),
    "intake": decided("accepted", "returned"),
    "confirm_appraisal": [{"decision": "confirmed", **counts} for counts in [*COUNTS, NONE_LEFT]]
    + decided("returned", **COUNTS[0]),
    "waive_late": decided("accepted", "refused"),
    "sign_list": decided("approved", "returned"),
    "office_check": decided("passed", "returned", "lines_returned"),
    "chair_decision": decided("approved", "returned", "refused"),
    "file_case": [{"case_id": 1}],
    "head_decides": [
        {"decision": "propose", "unit_commendation": False, "propose_city": True},
        {"decision": "both", "unit_commendation": True, "propose_city": True},
        {"decision": "unit_only", "unit_commendation": True, "propose_city": False},
        {"decision": "returned", "unit_commendation": False, "propose_city": False},
    ],
    "ad_hoc_intake": decided("accepted", "returned", "diverted"),
    "verify": decided("eligible", "ineligible", agencies=["a", "b"]) + decided("eligible", agencies=[]),
    "division_review": decided("confirmed", "returned"),
    "director_sign": decided("signed", "returned"),
    "office_check_case": decided("passed", "returned"),
    "chair_decides": decided("approved", "refused", "returned"),
}
COUNTED = ("intake", "appraise")
"""Returning from these counts: the handlers keep the number in the submission's row."""


def step(city: City, data: st.DataObject, instances: list[str], returns: dict[str, int]) -> bool:
    """One person does one open task, or the clock reaches the cut-off. False when nobody has anything to do."""
    tasks = [(instance, task) for instance in instances for task in city.sim.open_tasks(instance)]
    if not tasks:
        return False
    instance, task = data.draw(st.sampled_from(tasks), label="task")
    answers = dict(data.draw(st.sampled_from(ANSWERS.get(task.element, [{}])), label=task.element))
    if task.element in COUNTED and answers["decision"] == "returned":
        returns[instance] = returns.get(instance, 0) + 1
        answers["returns"] = returns[instance]
    city.sim.complete(task.id, answers)
    city.settle()
    city.assert_clean()
    return True


@settings(max_examples=15)
@given(data=st.data())
def test_a_round_always_goes_on(data: st.DataObject) -> None:
    city = City()
    round_ = city.open_round("00070", "so_tu_phap", award_class=data.draw(st.sampled_from(["annual", "final"])))
    cutoff_after = data.draw(st.integers(min_value=0, max_value=60), label="cut-off after")
    returns: dict[str, int] = {}
    for number in range(80):
        if number == cutoff_after:
            city.at(CUTOFF)
        if not step(city, data, [round_, *city.submissions()], returns):
            break
    everyone = [round_, *city.submissions()]
    waiting = [one for one in city.submissions() if city.sim.state(one) == "active"]
    assert all(city.open(one) or "wait_result" in city.sim.tokens(one) for one in waiting)
    assert any(city.open(one) for one in everyone) or city.sim.state(round_) == "completed"
    assert all(city.sim.size(one) < 1024 for one in city.submissions())


@settings(max_examples=15)
@given(data=st.data())
def test_an_ad_hoc_case_always_goes_on(data: st.DataObject) -> None:
    city = City()
    case = city.sim.start("ad_hoc_award", {"unit_id": "00070"}, "DXT-2026-0001")
    for _ in range(60):
        if not step(city, data, [case], {}):
            break
    assert city.open(case) or city.sim.state(case) == "completed"
