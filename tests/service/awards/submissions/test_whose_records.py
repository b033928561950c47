"""Whoever starts a process by hand chooses its variables and its key: neither opens another dossier's records."""

from __future__ import annotations

import pytest

from service.awards.ad_hoc.file_case import FileAdHoc
from service.awards.errors import RecordNotFound, RoundCodeTaken
from service.awards.rounds.draft_guidance import DraftGuidance
from service.awards.rounds.sign_guidance import SignGuidance
from service.awards.submissions.supplement import Supplement
from service.awards.tables import submission
from tests.service.awards.round_world import TODAY, guidance
from tests.service.awards.submission_world import UNIT, SubmissionWorld, person

STRANGER = {"instance_id": "another"}
CASE = {
    "deed": "Phát hiện, xử lý kịp thời sự cố mất dữ liệu dân cư trong đêm.",
    "deed_on": TODAY,
    "letter_number": "91/TTr-UBND",
    "letter_on": TODAY,
}


def filed() -> dict[str, object]:
    asked = ("subject_name", "subject_kind", "award_form", "exemplary", "report")
    nominee = {key: person("Lê Văn Bình")[key] for key in asked}
    return {**CASE, "nominees": [{**nominee, "report_template": "mau_06"}]}


def another_instance(world: SubmissionWorld) -> None:
    world.instance("another")


def test_a_case_id_of_another_dossier_is_not_believed(world: SubmissionWorld) -> None:
    variables = world.sent(person("Lê Văn Bình"))
    given = {"case_id": variables["submission_id"], "submission_id": variables["submission_id"]}
    with pytest.raises(RecordNotFound):
        world.form(Supplement(), "clerk2", variables=given, unit_id="00073", **STRANGER)
    with pytest.raises(RecordNotFound):  # the unit's own people neither: it is another dossier
        world.form(Supplement(), "clerk", variables=given, **UNIT, **STRANGER)


def test_a_case_started_with_anothers_key_gets_a_row_of_its_own(world: SubmissionWorld) -> None:
    another_instance(world)
    variables = world.sent(person("Trần Thị Cúc"))
    taken = world.dossier(variables).code
    form = world.form(FileAdHoc(), "clerk2", business_key=taken, unit_id="00073", **STRANGER)
    assert form.values["nominees"] == []
    made = world.do(FileAdHoc(), "clerk2", filed(), business_key=taken, unit_id="00073", **STRANGER)
    assert made["case_id"] != variables["submission_id"]
    row = world.rows(submission, submission.c.id == made["case_id"])[0]
    assert (row.unit_id, row.award_class) == ("00073", "ad_hoc")
    assert row.code.startswith("DXT-")


def test_the_units_own_invitation_is_not_taken_for_a_case(world: SubmissionWorld) -> None:
    another_instance(world)
    variables = world.invited()
    invited = world.dossier(variables)
    given = {"case_id": invited.id}
    made = world.do(FileAdHoc(), "clerk", filed(), business_key=invited.code, variables=given, **UNIT, **STRANGER)
    assert made["case_id"] != invited.id
    assert world.dossier(variables) == invited


def test_a_round_is_changed_only_by_the_process_that_drafted_it(world: SubmissionWorld) -> None:
    another_instance(world)
    round_id = world.open_round()
    given = {"round_id": round_id}
    with pytest.raises(RecordNotFound):
        world.form(SignGuidance(), "director", variables=given, **STRANGER)
    made = world.do(DraftGuidance(), "expert", {**guidance(world), "title": "Đợt khác"}, variables=given, **STRANGER)
    assert made["round_id"] != round_id
    assert world.round(round_id).title != "Đợt khác"
    with pytest.raises(RoundCodeTaken):
        world.do(
            DraftGuidance(),
            "expert",
            guidance(world),
            business_key=world.round(round_id).code,
            instance_id="a third",
        )
