"""A council's meeting: quorum, written opinions, a new date, minutes that come back."""

from __future__ import annotations

import pytest

from tests.procedures.city import City

INPUTS = {
    "unit_id": "00070",
    "body": "unit",
    "subject_kind": "submission",
    "subject_id": 1,
    "chair_group": "unit_head",
    "secretary_unit": "00070",
}


@pytest.fixture
def session(city: City) -> str:
    return city.sim.start("council_session", INPUTS)


def test_it_belongs_to_the_councils_secretary_and_chair(city: City, session: str) -> None:
    convene = city.task(session, "convene")
    assert (convene.candidate_groups, convene.properties) == (("council_secretary",), {"unit": "00070"})
    city.do(session, "convene", session_id=1, quorate=True)
    city.do(session, "record_votes", proposed_count=1)
    city.do(session, "minutes")
    assert city.task(session, "approve_minutes").candidate_groups == ("unit_head",)


def test_without_a_quorum_nobody_votes(city: City, session: str) -> None:
    city.do(session, "convene", session_id=1, quorate=False)
    assert city.open(session) == ["reconvene"]


def test_written_opinions_can_make_the_quorum(city: City, session: str) -> None:
    city.do(session, "convene", session_id=1, quorate=False)
    city.do(session, "reconvene", decision="recorded", quorate=False)
    assert city.open(session) == ["reconvene"], "still too few"
    city.do(session, "reconvene", decision="recorded", quorate=True)
    assert city.open(session) == ["record_votes"]


def test_an_inquorate_meeting_is_called_again(city: City, session: str) -> None:
    city.do(session, "convene", session_id=1, quorate=False)
    city.do(session, "reconvene", decision="reschedule", quorate=False)
    assert city.open(session) == ["convene"]


def test_minutes_the_chair_returns_go_back_to_the_votes(city: City, session: str) -> None:
    city.do(session, "convene", session_id=1, quorate=True)
    city.do(session, "record_votes", proposed_count=1)
    city.do(session, "minutes")
    city.do(session, "approve_minutes", decision="returned")
    city.do(session, "record_votes", proposed_count=2)
    city.do(session, "minutes")
    city.do(session, "approve_minutes", decision="approved")
    assert city.sim.state(session) == "completed"
    assert city.sim.variables(session)["proposed_count"] == 2
