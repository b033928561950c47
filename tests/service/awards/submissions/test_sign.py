"""U3: the signature certifies; sending takes number and date."""

from __future__ import annotations

from datetime import date

from service.awards.submissions.sign import SendSubmission, SignSubmission
from service.awards.tables import nomination, paper
from tests.service.awards.round_world import TODAY
from tests.service.awards.submission_world import UNIT, SubmissionWorld, collective, person


def test_signing_certifies_each_report_and_sending_makes_the_letter(world: SubmissionWorld) -> None:
    variables = world.sent(collective("UBND phường Hoàn Kiếm"), person("Lê Văn Bình"))
    row = world.dossier(variables)
    assert (row.state, row.letter_number, row.letter_on) == ("submitted", "86/TTr-UBND", TODAY)
    assert row.signed_by == world.actors["unit_head"].account_id
    papers = [(each.kind, each.version, each.certifier) for each in world.rows(paper)]
    unit_papers = [each for each in papers if each[0] not in ("guidance", "meeting_minutes")]
    assert unit_papers == [
        ("achievement_report", 1, "Phường Hoàn Kiếm"),
        ("achievement_report", 1, "Phường Hoàn Kiếm"),
        ("submission_letter", 1, None),
    ]


def test_a_head_who_is_nominated_does_not_sign(world: SubmissionWorld) -> None:
    variables = world.invited()
    world.prepared(variables, person("Vũ Đình Trọng"))
    world.proposed(variables)
    problems = world.problems(SignSubmission(), "unit_head", {"decision": "signed"}, variables=variables, **UNIT)
    assert [problem.field for problem in problems] == ["decision"]
    returned = {"decision": "returned", "reason": "Bổ sung người ký thay."}
    assert world.do(SignSubmission(), "unit_head", returned, variables=variables, **UNIT) == {"decision": "returned"}


def test_only_what_the_council_proposed_is_in_the_letter(world: SubmissionWorld) -> None:
    variables = world.invited()
    world.prepared(variables, person("Lê Văn Bình"), person("Phạm Đức Duy"))
    world.proposed(variables)
    second = world.nominations(variables)[1]
    world.change(nomination, second.id, state="commendation_only")
    world.do(SignSubmission(), "unit_head", {"decision": "signed"}, variables=variables, **UNIT)
    reports = [each for each in world.rows(paper) if each.kind == "achievement_report"]
    assert [each.title for each in reports] == ["Báo cáo thành tích của Lê Văn Bình"]


def test_a_letter_is_dated_between_its_signature_and_today(world: SubmissionWorld) -> None:
    variables = world.sent(person("Lê Văn Bình"))
    for day in (date(2026, 11, 26), date(2026, 11, 24)):
        raw = {"letter_number": "87/TTr-UBND", "letter_on": day}
        problems = world.problems(SendSubmission(), "clerk", raw, variables=variables, **UNIT)
        assert [problem.field for problem in problems] == ["letter_on"]
