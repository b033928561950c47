"""U1: what the rules of the round say against a nominee, and what is kept when a list is changed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string

import service.web
from service.awards.submissions.appraise import Appraise
from service.awards.submissions.prepare import PrepareSubmission
from service.awards.tables import nomination
from service.engine.forms import Form
from tests.service.awards.submission_world import UNIT, SubmissionWorld, collective, person


def said(world: SubmissionWorld, variables: dict[str, Any], *records: dict[str, Any]) -> dict[str, str]:
    answers = {"decision": "submit", "nominees": list(records)}
    return world.told(PrepareSubmission(), "clerk", answers, variables=variables, **UNIT)


def test_a_collective_that_meets_every_criterion_needs_no_justification(world: SubmissionWorld) -> None:
    assert said(world, world.invited(), collective("UBND phường Hoàn Kiếm")) == {}


def test_a_hard_failure_bars_the_nominee_and_names_the_criterion(world: SubmissionWorld) -> None:
    problems = said(world, world.invited(), collective("UBND phường Hoàn Kiếm", exemplary=False))
    assert list(problems) == ["nominees.0.subject_name"]
    assert problems["nominees.0.subject_name"].startswith("Tiêu chuẩn a")


def test_an_index_below_the_threshold_is_named_with_its_criterion(world: SubmissionWorld) -> None:
    problems = said(world, world.invited(), collective("UBND phường Hoàn Kiếm", par_index=88.1))
    assert problems
    assert all(path.startswith("nominees.0.") for path in problems)


def test_an_index_is_entered_as_it_is_kept(world: SubmissionWorld) -> None:
    variables = world.invited()
    for key in ("par_index", "sipas", "women_share"):
        told = said(world, variables, collective("UBND phường Hoàn Kiếm", **{key: 89.996}))
        assert told == {f"nominees.0.{key}": "Nhập số có không quá 2 chữ số sau dấu phẩy."}
    assert said(world, variables, collective("UBND phường Hoàn Kiếm", par_index=90, sipas=86)) == {}
    assert said(world, variables, collective("UBND phường Hoàn Kiếm", par_index=89.99, sipas=86))


def test_judgement_needs_a_reason(world: SubmissionWorld) -> None:
    variables = world.invited()
    assert list(said(world, variables, person("Lê Văn Bình", justification=""))) == ["nominees.0.justification"]
    assert said(world, variables, person("Lê Văn Bình")) == {}


def test_a_giay_khen_follows_the_units_own_rules(world: SubmissionWorld) -> None:
    record = person("Lê Văn Bình", award_form="unit_commendation", exemplary=False, justification="")
    assert said(world, world.invited(), record) == {}


def test_the_same_subject_twice_for_one_award_is_refused(world: SubmissionWorld) -> None:
    problems = said(world, world.invited(), person("Lê Văn Bình"), person("lê  văn BÌNH"))
    assert list(problems) == ["nominees.1.subject_name"]


def test_a_clerk_does_not_propose_himself(world: SubmissionWorld) -> None:
    problems = said(world, world.invited(), person("Nguyễn Thị Thu Hà"))
    assert list(problems) == ["nominees.0.subject_name"]


def test_a_user_name_that_nobody_has_is_told(world: SubmissionWorld) -> None:
    assert list(said(world, world.invited(), person("Lê Văn Bình", account="khong.co"))) == ["nominees.0.account"]


def test_an_empty_list_is_told(world: SubmissionWorld) -> None:
    assert said(world, world.invited()) == {"nominees": "Nhập ít nhất một đề nghị khen thưởng."}


def test_a_unit_that_takes_no_part_says_why(world: SubmissionWorld) -> None:
    variables = world.invited()
    answers = {"decision": "not_taking_part", "reason": "Chưa có tập thể đủ điều kiện."}
    assert world.do(PrepareSubmission(), "clerk", answers, variables=variables, **UNIT) == {
        "decision": "not_taking_part",
        "returns": 0,
    }
    row = world.dossier(variables)
    assert (row.state, row.outcome_reason) == ("not_taking_part", "Chưa có tập thể đủ điều kiện.")


def test_a_changed_list_keeps_the_rows_of_those_who_stay(world: SubmissionWorld) -> None:
    variables = world.invited()
    world.prepared(variables, person("Lê Văn Bình"), person("Phạm Đức Duy"), collective("UBND phường"))
    before = {row.subject_name: row.id for row in world.nominations(variables)}
    world.prepared(variables, collective("UBND phường"), person("Lê Văn Bình"), person("Vũ Hoàng Nam"))
    after = {row.subject_name: row for row in world.nominations(variables)}
    assert after["Lê Văn Bình"].id == before["Lê Văn Bình"]
    assert after["UBND phường"].id == before["UBND phường"]
    assert [(name, row.position, row.state) for name, row in sorted(after.items())] == [
        ("Lê Văn Bình", 2, "draft"),
        ("Phạm Đức Duy", 4, "withdrawn"),
        ("UBND phường", 1, "draft"),
        ("Vũ Hoàng Nam", 3, "draft"),
    ]


def test_the_form_begins_with_what_was_entered_before(world: SubmissionWorld) -> None:
    variables = world.invited()
    world.prepared(variables, collective("UBND phường"))
    values = world.form(PrepareSubmission(), "clerk", variables=variables, **UNIT).values
    assert [(each["subject_name"], str(each["par_index"])) for each in values["nominees"]] == [("UBND phường", "92.41")]
    again = {"decision": "submit", **values}
    assert world.do(PrepareSubmission(), "clerk", again, variables=variables, **UNIT)["decision"] == "submit"


def test_a_nominee_of_the_unit_is_linked_to_the_account(world: SubmissionWorld) -> None:
    variables = world.invited()
    world.prepared(variables, person("Vũ Đình Trọng"), person("Người khác", account="unit_member"))
    linked = [row.nominee_account_id for row in world.nominations(variables)]
    assert linked == [world.actors["unit_head"].account_id, world.actors["unit_member"].account_id]


def test_an_award_the_round_gives_to_nobody_of_that_kind_is_told_at_once(world: SubmissionWorld) -> None:
    round_id = world.open_round(award_class="final", units=("00070",))
    (row,) = world.submissions(round_id)
    variables = {"submission_id": row.id, "unit_id": "00070", "round_id": round_id}
    flag = {"award_form": "city_emulation_flag"}
    problems = said(world, variables, person("Lê Văn Bình", **flag), collective("UBND phường", **flag))
    assert problems["nominees.0.award_form"] == (
        "Đợt xét không có Cờ thi đua UBND Thành phố cho cá nhân, khối xã, phường."
    )
    assert "nominees.1.award_form" not in problems


def test_criteria_of_collectives_are_asked_of_collectives_only(world: SubmissionWorld) -> None:
    form = world.form(PrepareSubmission(), "clerk", variables=world.invited(), **UNIT)
    (nominees,) = [field for field in form.fields if field.key == "nominees"]
    hidden_for_others = {each.key for each in nominees.columns if each.shown_if == ("subject_kind", ("collective",))}
    assert hidden_for_others == {
        "women_share",
        "par_index",
        "sipas",
        "component_assigned",
        "component_score_kept",
        "advisory_collective",
        "parent_rank",
        "specialist_collective",
    }


def test_what_was_entered_for_a_person_before_stays_though_it_is_not_asked(world: SubmissionWorld) -> None:
    variables = world.invited()
    world.prepared(variables, person("Lê Văn Bình"))
    (row,) = world.nominations(variables)
    world.change(nomination, row.id, par_index=Decimal("92.41"), advisory_collective=True)
    world.prepared(variables, person("Lê Văn Bình", par_index=11, sipas=11, report="Báo cáo mới, dài hơn báo cáo cũ."))
    (row,) = world.nominations(variables)
    assert (row.par_index, row.sipas, row.advisory_collective) == (Decimal("92.41"), None, True)
    assert row.report == "Báo cáo mới, dài hơn báo cáo cũ."


def test_what_a_handler_may_require_is_not_called_optional(world: SubmissionWorld) -> None:
    variables = world.taken_in(person("Lê Văn Bình"))
    form = world.form(Appraise(), "expert", variables=variables, **UNIT)
    page = drawn(form)
    assert "Kết luận</legend>" in page
    assert "Nhận xét ghi vào phiếu thẩm định</label>" in page
    assert "Cơ quan cần lấy ý kiến hiệp y <span" in page


def drawn(form: Form) -> str:
    """The form as the task's page draws it, without blanks between tags."""
    app = Flask("drawn", template_folder=str(Path(service.web.__file__).parent / "templates"))
    app.jinja_env.filters["typed"] = str
    source = "{% from 'form.html' import render_form %}{{ render_form(form, form.values) }}"
    with app.test_request_context():
        page = render_template_string(source, form=form)
    return " ".join(page.split())
