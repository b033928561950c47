"""A round: invited units, the pool that freezes by itself or at the cut-off, council, list, decision, results."""

from __future__ import annotations

from datetime import timedelta

from tests.procedures.city import CUTOFF, City


def to_list(city: City, round_: str) -> None:
    city.session(round_)
    assert city.open(round_) == ["sign_list"]


def to_chair(city: City, round_: str) -> None:
    city.do(round_, "sign_list", decision="approved")
    city.do(round_, "office_check", decision="passed")


def test_two_submissions_travel_to_a_decision_and_get_their_results(city: City) -> None:
    round_ = city.open_round("00070", "so_tu_phap")
    first, second = city.submissions()
    assert city.sim.variables(first)["unit_id"] == "00070"
    assert city.sim.variables(first)["round_key"] == "DX-2026-01"
    assert [task.properties for task in city.sim.open_tasks(first)] == [{}]

    city.make_ready(first)
    city.do(second, "prepare", decision="submit")
    assert city.sim.variables(round_)["outstanding"] == 1
    assert city.open(round_) == []
    assert "freeze_pool" not in city.sim.path(round_), "a unit that still drafts keeps the pool open"

    city.session(second)
    city.do(second, "sign_submission", decision="signed")
    city.do(second, "send_submission")
    city.appraise(second)
    city.confirm(second)
    assert city.sim.variables(round_)["pool_size"] == 2
    assert city.open(round_) == ["convene"], "every unit is settled: frozen before the cut-off"

    to_list(city, round_)
    to_chair(city, round_)
    city.do(round_, "chair_decision", decision="approved")
    city.do(round_, "number_decision", decision_number="100/QĐ-UBND")
    assert [city.sim.state(one) for one in (first, second)] == ["completed", "completed"]
    results = [variables for topic, variables in city.sent if topic == "notify:result"]
    assert results == [{"submission_id": n, "outcome": "awarded"} for n in (1, 2)]
    city.do(round_, "settle_awards")
    assert city.sim.state(round_) == "completed"
    assert "close_round" in city.sim.path(round_)
    city.assert_clean()


def test_the_guidance_comes_back_until_the_director_signs(city: City) -> None:
    round_ = city.sim.start("award_round", {"unit_id": "so_noi_vu"}, "DX-2026-01")
    guidance = {"round_id": 1, "round_key": "DX-2026-01", "award_class": "annual", "cutoff_at": CUTOFF}
    city.do(round_, "draft_guidance", **guidance)
    city.do(round_, "sign_guidance", decision="returned")
    assert city.open(round_) == ["draft_guidance"]


def test_the_cut_off_freezes_the_pool_and_tells_the_others(city: City) -> None:
    round_ = city.open_round("00070", "so_tu_phap", "00004")
    first, second, third = city.submissions()
    city.make_ready(first)
    city.at(CUTOFF)
    assert city.open(round_) == ["convene"]
    assert city.sim.variables(round_)["pool_size"] == 1
    assert [city.sim.variables(one)["late"] for one in (first, second, third)] == [False, True, True]
    assert city.open(second) == ["prepare"], "a late submission goes on"

    city.make_ready(second)
    assert city.open(second) == ["waive_late"]
    city.do(second, "waive_late", decision="accepted")
    assert city.sim.tokens(second).keys() >= {"wait_result"}
    assert "tell_round" not in city.sim.path(second)

    city.make_ready(third)
    city.do(third, "waive_late", decision="refused")
    assert city.sim.state(third) == "completed"
    assert "settle_late" in city.sim.path(third)
    assert "end_settled" not in city.sim.path(third), "the round no longer waits: nothing is thrown"
    city.assert_clean()

    to_list(city, round_)
    to_chair(city, round_)
    city.do(round_, "chair_decision", decision="approved")
    city.do(round_, "number_decision", decision_number="1")
    assert city.sim.state(second) == "completed"
    city.assert_clean()


def test_the_cut_off_does_not_come_a_minute_early(city: City) -> None:
    round_ = city.open_round("00070")
    city.at(CUTOFF - timedelta(minutes=1))
    assert "freeze_pool" not in city.sim.path(round_)


def test_a_round_that_nobody_joins_closes_without_a_council(city: City) -> None:
    round_ = city.open_round("00070", "so_tu_phap")
    for submission in city.submissions():
        city.do(submission, "prepare", decision="not_taking_part")
    assert city.sim.state(round_) == "completed"
    assert city.sim.path(round_)[-2:] == ["close_empty", "end_empty"]
    city.assert_clean()


def test_a_pool_that_is_empty_at_the_cut_off_waits_for_what_the_director_may_take_in(city: City) -> None:
    round_ = city.open_round("00070", "so_tu_phap")
    travelling, drafting = city.submissions()
    city.send(travelling)
    city.at(CUTOFF)
    assert (city.sim.variables(round_)["pool_size"], city.open(round_)) == (0, ["convene"])
    city.appraise(travelling)
    city.confirm(travelling)
    city.do(travelling, "waive_late", decision="accepted")
    assert "wait_result" in city.sim.tokens(travelling)
    to_list(city, round_)
    assert city.open(drafting) == ["prepare"]
    city.assert_clean()


def test_a_pool_that_is_empty_at_the_cut_off_closes_where_nobody_has_sent_anything(city: City) -> None:
    round_ = city.open_round("00070", "so_tu_phap")
    city.at(CUTOFF)
    assert city.sim.state(round_) == "completed"
    assert city.sim.path(round_)[-2:] == ["close_empty", "end_empty"]
    city.assert_clean()


def test_ties_go_to_the_chair_of_the_council_that_voted_and_are_ranked_again(city: City) -> None:
    ties = iter([{"ties": 2, "tie_chair_group": "ubnd_chair"}, {"ties": 1, "tie_chair_group": "snv_director"}])
    city.topics["awards:rank-pool"] = lambda _: next(ties, {"ties": 0, "tie_chair_group": None})
    round_ = city.open_round("00070")
    city.make_ready(*city.submissions())
    city.session(round_)
    assert city.task(round_, "break_tie").candidate_groups == ("ubnd_chair",)
    city.do(round_, "break_tie")
    assert city.task(round_, "break_tie").candidate_groups == ("snv_director",)
    city.do(round_, "break_tie")
    assert city.open(round_) == ["sign_list"]
    assert city.sim.path(round_).count("rank_pool") == 3


def test_only_the_final_review_goes_to_the_councils_of_both_levels(city: City) -> None:
    round_ = city.open_round("00070", award_class="final")
    city.make_ready(*city.submissions())
    assert city.task(round_, "convene").properties == {"unit": "so_noi_vu"}
    city.session(round_)
    assert city.open(round_) == ["convene"]
    city.do(round_, "convene", session_id=8, quorate=True)
    city.do(round_, "record_votes", proposed_count=2, for_city=2)
    city.do(round_, "minutes")
    assert city.task(round_, "approve_minutes").candidate_groups == ("ubnd_chair",)
    city.do(round_, "approve_minutes", decision="approved")
    assert city.open(round_) == ["sign_list"]
    assert city.sim.variables(round_)["city_session_id"] == 8


def test_the_citys_council_does_not_meet_about_nothing(city: City) -> None:
    round_ = city.open_round("00070", award_class="final")
    city.make_ready(*city.submissions())
    city.session(round_, for_city=0)
    assert city.open(round_) == ["sign_list"]
    assert "city_council" not in city.sim.path(round_)


def test_a_list_the_director_returns_is_voted_and_ranked_again(city: City) -> None:
    round_ = city.open_round("00070")
    city.make_ready(*city.submissions())
    city.session(round_)
    city.do(round_, "sign_list", decision="returned")
    to_list(city, round_)
    assert city.sim.path(round_).count("snv_council") == 2


def test_the_office_returns_the_whole_or_single_lines(city: City) -> None:
    round_ = city.open_round("00070")
    city.make_ready(*city.submissions())
    city.session(round_)
    city.do(round_, "sign_list", decision="approved")
    city.do(round_, "office_check", decision="returned")
    city.do(round_, "sign_list", decision="approved")
    city.do(round_, "office_check", decision="lines_returned")
    city.do(round_, "fix_lines")
    assert city.open(round_) == ["sign_list"]


def test_the_chair_returns_and_then_refuses(city: City) -> None:
    city.topics["awards:publish-results"] = lambda _: {"results": [{"code": "HS-2026-0001", "outcome": "refused"}]}
    round_ = city.open_round("00070")
    city.make_ready(*city.submissions())
    city.session(round_)
    to_chair(city, round_)
    city.do(round_, "chair_decision", decision="returned")
    to_chair(city, round_)
    city.do(round_, "chair_decision", decision="refused")
    assert city.sim.state(round_) == "completed"
    assert "settle_awards" not in city.sim.path(round_), "nothing to pay"
    assert city.sent[-1] == ("notify:result", {"submission_id": 1, "outcome": "refused"})
    city.assert_clean()


def test_a_round_that_proposes_nobody_ends_with_its_results(city: City) -> None:
    city.topics["awards:publish-results"] = lambda _: {"results": [{"code": "HS-2026-0001", "outcome": "not_awarded"}]}
    round_ = city.open_round("00070")
    city.make_ready(*city.submissions())
    to_list(city, round_)
    city.do(round_, "sign_list", decision="no_award")
    assert city.sim.state(round_) == "completed"
    assert city.sent[-1] == ("notify:result", {"submission_id": 1, "outcome": "not_awarded"})
    assert {"chair_decision", "settle_awards"}.isdisjoint(city.sim.path(round_))
    city.assert_clean()
