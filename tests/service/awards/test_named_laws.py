"""The laws that stand in the database too: each named constraint refuses on both, and its name is the law's refusal."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from service.awards import tables
from service.awards.errors import REFUSAL_BY_CONSTRAINT, refusal_of
from service.database.unit import Database
from tests.service.awards.round_world import NOW, TODAY
from tests.service.awards.submission_world import SubmissionWorld, person

DECISION = {"issuer": "ubnd_tp", "year": 2026, "number": "1/QĐ-UBND", "decided_on": TODAY, "base_salary": 2_340_000}
SESSION = {"body": "snv", "unit_id": "so_noi_vu", "held_on": TODAY, "members_total": 15, "present": 10}
PAPER = {"unit_id": "00070", "kind": "evidence", "title": "Minh chứng", "created_at": NOW}

BROKEN: dict[str, tuple[str, dict[str, Any]]] = {
    # law -> the table of the row that breaks it, and the columns that do
    "awarded_within_ceiling": ("quota", {"awarded": 21}),
    "decision_if_awarded": ("nomination", {"state": "awarded"}),
    "quorum_if_voted": ("council_session", {"state": "voted", "present": 9}),
    "votes_within_voters": ("vote_tally", {"yes": 9, "no": 1, "invalid": 1}),
    "appraiser_is_not_preparer": ("submission", {"prepared_by": 1, "appraised_by": 1}),
    "signed_if_sent": ("submission", {"signed_by": None}),
    "returned_twice_at_most": ("submission", {"returns": 4}),
    "reason_if_ineligible": ("nomination", {"state": "ineligible"}),
    "reason_unless_eligible": ("appraisal", {"result": "ineligible"}),
    "reason_if_waived": ("submission", {"waived": True}),
    "reason_if_objection": ("consultation_opinion", {"decision": "objection"}),
    "reason_if_revoked": ("award_decision", {"revoked_at": NOW}),
    "decision_number_unique": ("award_decision", {}),
    "file_at_most_10_mb": ("paper", {"file_size": 10 * 1024 * 1024 + 1}),
    "rules_frozen_if_open": ("award_round", {"quota_resource_id": None}),
    "waived_if_late_in_pool": ("submission", {"late": True, "state": "in_pool"}),
}


@pytest.fixture
def world(database: Database) -> SubmissionWorld:
    """A dossier that Sở Nội vụ has taken in, and one row of everything that comes of it."""
    made = SubmissionWorld(database).settle()
    variables = made.taken_in(person("Lê Văn Bình"))
    submission_id, (nominee,) = variables["submission_id"], made.nominations(variables)
    with database.unit_of_work(NOW) as unit:

        def add(name: str, **values: Any) -> None:
            unit.connection.execute(insert(getattr(tables, name)).values(id=100, **values))

        add("award_decision", round_id=variables["round_id"], signer_id=1, issued_at=NOW, **DECISION)
        add("council_session", round_id=variables["round_id"], state="quorate", **SESSION)
        add("vote_tally", session_id=100, nomination_id=nominee.id, voters=10, yes=9, no=1, outcome="passed")
        add("appraisal", nomination_id=nominee.id, result="eligible", findings=[], by=1, at=NOW)
        opinion = {"task_id": "t", "decision": "no_objection", "by": 1, "at": NOW}
        add("consultation_opinion", submission_id=submission_id, agency_id="thanh_tra", **opinion)
        add("paper", file_sha256="0" * 64, file_name="a.pdf", file_size=10 * 1024 * 1024, **PAPER)
    return made


def row_of(world: SubmissionWorld, name: str) -> int:
    """The dossier's own submission, nomination, round and ceiling; of the others the one that was added."""
    if name == "submission":
        return int(world.rows(tables.submission, tables.submission.c.unit_id == "00070")[0].id)
    return int(world.rows(getattr(tables, name))[-1].id)


def test_every_law_of_the_database_is_broken_below() -> None:
    assert set(BROKEN) == set(REFUSAL_BY_CONSTRAINT)


def test_each_refuses_and_its_name_is_the_laws_refusal(world: SubmissionWorld) -> None:
    for law in BROKEN:
        with pytest.raises(IntegrityError) as caught:
            break_(world, law)
        assert type(refusal_of(caught.value)) is REFUSAL_BY_CONSTRAINT[law], law


def break_(world: SubmissionWorld, law: str) -> None:
    name, values = BROKEN[law]
    if values:
        world.change(getattr(tables, name), row_of(world, name), **values)
        return
    with world.database.unit_of_work(NOW) as unit:
        again = {**DECISION, "round_id": 1, "signer_id": 1, "issued_at": NOW}
        unit.connection.execute(insert(tables.award_decision).values(again))


def test_a_constraint_that_is_no_law_of_awards_is_nobodys_refusal(world: SubmissionWorld) -> None:
    with pytest.raises(IntegrityError) as caught:
        world.change(tables.nomination, row_of(world, "nomination"), gender="x")
    assert refusal_of(caught.value) is None
