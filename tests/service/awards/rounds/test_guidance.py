from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from service.awards.errors import RoundCodeTooLong
from service.awards.rounds.draft_guidance import DraftGuidance
from service.awards.rounds.sign_guidance import SignGuidance
from service.awards.tables import award_round, paper, quota, submission
from service.engine.form_schema import check_answers
from service.errors import Invalid
from tests.service.awards.round_world import SIGNED, World, guidance


def test_the_draft_starts_with_the_plans_ceilings_and_keeps_the_round_out_of_sight_of_units(world: World) -> None:
    form = world.form(DraftGuidance(), "expert")
    assert form.values["ceilings_annual"] == {
        "city_merit_certificate-collective-any": {"ceiling": 20},
        "city_merit_certificate-individual-any": {"ceiling": 20},
    }
    assert {key: row["ceiling"] for key, row in form.values["ceilings_final"].items()} == {
        "pm_merit_certificate-collective-xa_phuong": 2,
        "pm_merit_certificate-collective-so_ban_nganh": 1,
        "city_emulation_flag-collective-xa_phuong": 3,
        "city_emulation_flag-collective-so_ban_nganh": 2,
        "city_merit_certificate-collective-any": 20,
        "city_merit_certificate-individual-any": 20,
    }
    drafted = world.do(DraftGuidance(), "expert", guidance(world))
    assert drafted["round_key"] == "DX-2026-01"
    assert drafted["cutoff_at"] == datetime(2026, 12, 15, 10, tzinfo=UTC)
    assert world.submissions(drafted["round_id"]) == []


def test_the_business_key_of_the_instance_names_the_round(world: World) -> None:
    drafted = world.do(DraftGuidance(), "expert", guidance(world), business_key="DX-2026-07")
    assert drafted["round_key"] == "DX-2026-07"


def test_a_key_too_long_for_a_code_begins_no_round(world: World) -> None:
    with pytest.raises(RoundCodeTooLong, match="không quá 40 ký tự"):
        world.do(DraftGuidance(), "expert", guidance(world), business_key="X" * 41)


def test_a_ceiling_may_be_lowered_and_never_raised(world: World) -> None:
    answers = guidance(world)
    answers["ceilings_annual"] = {
        "city_merit_certificate-collective-any": {"ceiling": 21},
        "city_merit_certificate-individual-any": {"ceiling": 15},
    }
    problems = world.problems(DraftGuidance(), "expert", answers)
    assert [problem.field for problem in problems] == ["ceilings_annual.city_merit_certificate-collective-any.ceiling"]


def test_a_cutoff_that_is_not_ahead_and_a_round_without_units_are_refused(world: World) -> None:
    answers = {**guidance(world), "cutoff_on": date(2026, 11, 25), "unit_ids": []}
    fields = {problem.field for problem in world.problems(DraftGuidance(), "expert", answers)}
    assert fields == {"cutoff_on", "unit_ids"}


def test_the_form_names_every_missing_field(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        check_answers(world.form(DraftGuidance(), "expert"), {})
    fields = {problem.field for problem in caught.value.problems}
    assert {"title", "award_class", "cutoff_on", "subject_kinds", "units_scope", "base_salary"} <= fields


def test_the_signature_freezes_ceilings_tables_and_invites_each_unit_once(world: World) -> None:
    answers = guidance(world)
    answers["ceilings_annual"]["city_merit_certificate-individual-any"] = {"ceiling": 15}
    drafted = world.do(DraftGuidance(), "expert", answers)
    signed = world.do(SignGuidance(), "director", SIGNED, variables={"round_id": drafted["round_id"]})
    assert [found["unit_id"] for found in signed["submissions"]] == ["00073", "00070"]
    assert [found["code"] for found in signed["submissions"]] == ["HS-2026-0001", "HS-2026-0002"]
    assert signed["outstanding"] == 2
    assert signed["round_open"] is True
    assert signed["award_class"] == "annual"
    row = world.round(drafted["round_id"])
    assert row.state == "open"
    assert row.quota_resource_id.startswith("quota:1:")
    assert [(found.subject_kind, found.ceiling) for found in world.rows(quota)] == [
        ("collective", 20),
        ("individual", 15),
    ]
    assert [found.kind for found in world.rows(paper)] == ["guidance"]


def test_all_units_are_invited_where_nobody_chose(world: World) -> None:
    answers = {**guidance(world), "units_scope": "all", "unit_ids": []}
    drafted = world.do(DraftGuidance(), "expert", answers)
    signed = world.do(SignGuidance(), "director", SIGNED, variables={"round_id": drafted["round_id"]})
    assert len(signed["submissions"]) == 5


def test_a_returned_draft_is_the_same_round_with_its_answers(world: World) -> None:
    drafted = world.do(DraftGuidance(), "expert", {**guidance(world), "title": "Đợt một"})
    variables = {"round_id": drafted["round_id"]}
    returned = world.do(
        SignGuidance(), "director", {"decision": "returned", "reason": "Sửa ngày chốt"}, variables=variables
    )
    assert returned == {"decision": "returned"}
    form = world.form(DraftGuidance(), "expert", variables=variables)
    assert form.values["title"] == "Đợt một"
    assert set(form.values["unit_ids"]) == {"00070", "00073"}
    again = world.do(DraftGuidance(), "expert", form.values, variables=variables)
    assert again["round_id"] == drafted["round_id"]
    assert len(world.rows(award_round)) == 1
    assert world.rows(submission) == []


def test_a_cutoff_that_passed_on_the_directors_desk_is_not_signed(world: World) -> None:
    drafted = world.do(DraftGuidance(), "expert", guidance(world))
    problems = world.problems(
        SignGuidance(),
        "director",
        SIGNED,
        variables={"round_id": drafted["round_id"]},
        at=datetime(2026, 12, 16, tzinfo=UTC),
    )
    assert [problem.field for problem in problems] == ["decision"]


def test_a_guidance_is_not_dated_ahead(world: World) -> None:
    drafted = world.do(DraftGuidance(), "expert", guidance(world))
    signed = {**SIGNED, "guidance_on": date(2026, 11, 26)}
    problems = world.problems(SignGuidance(), "director", signed, variables={"round_id": drafted["round_id"]})
    assert [problem.field for problem in problems] == ["guidance_on"]


def test_the_director_reads_of_another_round_of_the_same_class_and_year(world: World) -> None:
    world.open_round()
    world.instance("second")
    second = world.do(DraftGuidance(), "expert", guidance(world), instance_id="second")
    form = world.form(SignGuidance(), "director", variables=second, instance_id="second")
    assert any("Năm 2026 đã có đợt khen thưởng hằng năm khác" in field.label for field in form.fields)
    first = world.form(SignGuidance(), "director", variables={"round_id": 1})
    assert not any("đã có đợt" in field.label for field in first.fields)
