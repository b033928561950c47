"""The unit's way and the ad-hoc case through the real engine: diagrams, handlers, messages, timers, notices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.awards.demo import seed
from service.awards.errors import PoolFrozen, SubmissionWithdrawn
from service.awards.reads import dossier_of
from service.awards.submissions.withdraw import withdraw
from service.awards.tables import (
    award_decision,
    award_round,
    consultation_opinion,
    nomination,
    return_item,
    submission,
)
from service.engine.tables import approval, instance, notice, task
from tests.service.awards.round_world import TODAY, members
from tests.service.awards.submission_world import collective, person
from tests.service.awards.town import NOW, Town, town_at

GROUND = "Sự cố không báo trước, nếu chậm thì gián đoạn dịch vụ công của cả phường."


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[Town]:
    with town_at(database_url, NOW, tmp_path) as made:
        yield made


@pytest.fixture
def round_world(world: Town) -> Town:
    seed(world.engine, NOW)
    world.work()
    return world


def hoan_kiem(world: Town) -> tuple[str, Any]:
    row = world.one(submission, submission.c.unit_id == "00070", submission.c.round_id.is_not(None))
    return world.instance_of(row.code), row


def council(world: Town, root: str, *, propose: bool = True) -> None:
    """U2: everybody present, everybody proposed."""
    held = {"held_on": TODAY, "chair_name": "Vũ Đình Trọng", "members": members(9)}
    world.do("thuky.hoankiem", "convene", root, **held)
    values = world.form("thuky.hoankiem", "record_votes", root).values
    rows = world.rows(nomination, nomination.c.state == "draft")
    outcome = "propose" if propose else "reject"
    votes = {
        str(row.id): {"yes": 9, "no": 0, "invalid": 0, "outcome": outcome, "reason": "Hội đồng xét."} for row in rows
    }
    assert values is not None
    world.do("thuky.hoankiem", "record_votes", root, votes=votes)
    world.do("thuky.hoankiem", "minutes", root, minutes_number="12/BB-HĐ")
    world.do("chutich.hoankiem", "approve_minutes", root, decision="approved")


def sent(world: Town, *records: dict[str, Any]) -> tuple[str, Any]:
    root, row = hoan_kiem(world)
    nominees = list(records) or [collective("UBND phường Hoàn Kiếm"), person("Lê Văn Bình")]
    world.do("vanthu.hoankiem", "prepare", root, decision="submit", nominees=nominees)
    council(world, root)
    world.do("chutich.hoankiem", "sign_submission", root, decision="signed")
    world.do("vanthu.hoankiem", "send_submission", root, letter_number="86/TTr-UBND", letter_on=TODAY)
    return root, row


def results(world: Town, row: Any, *conclusions: str) -> dict[str, Any]:
    rows = world.rows(nomination, nomination.c.submission_id == row.id)
    pairs = zip(rows, conclusions, strict=True)
    return {str(each.id): {"result": result, "reason": "Đã đối chiếu hồ sơ."} for each, result in pairs}


def test_a_submission_is_returned_supplemented_consulted_and_ready(round_world: Town) -> None:
    world = round_world
    root, row = sent(world)
    item = {"subject": "Báo cáo thành tích", "reason": "Thiếu số liệu năm trước."}
    world.do("chuyenvien", "intake", root, decision="returned", items=[item])
    assert world.open(root) == ["supplement"]
    (asked,) = world.rows(return_item)
    world.do("vanthu.hoankiem", "supplement", root, answers={str(asked.id): {"answer": "Đã bổ sung."}})
    world.do("chuyenvien", "intake", root, decision="accepted")
    conclusions = results(world, row, "eligible", "ineligible")
    agencies = ["thanh_tra", "so_tai_chinh"]
    world.do("chuyenvien", "appraise", root, decision="done", results=conclusions, consult_agencies=agencies)
    assert world.open(root) == ["consult", "consult"]
    world.do("lanhdao.thanhtra", "consult", root, decision="no_objection")
    assert world.one(submission, submission.c.id == row.id).state == "consulting"
    world.do("lanhdao.taichinh", "consult", root, decision="objection", reason="Còn tạm ứng chưa quyết toán.")
    assert world.one(submission, submission.c.id == row.id).state == "confirming"
    assert [each.agency_id for each in world.rows(consultation_opinion)] == ["thanh_tra", "so_tai_chinh"]
    world.do("truongphong", "confirm_appraisal", root, decision="confirmed")
    assert world.open(root) == []
    assert world.one(submission, submission.c.id == row.id).state == "ready"
    assert f"Đề nghị không đủ điều kiện: {row.code}" in world.notices("vanthu.hoankiem")
    assert world.one(award_round).state == "open"
    completed = world.rows(task, task.c.root_id == root, task.c.state == "completed")
    assert len(world.rows(approval, approval.c.root_id == root)) == len(completed)


def test_the_dossier_tells_its_story(round_world: Town) -> None:
    world = round_world
    root, row = sent(world)
    with world.engine.database.unit_of_work(world.at, read_only=True) as unit:
        dossier = dossier_of(unit, root, world.actor("vanthu.hoankiem"))
    assert dossier is not None
    assert (dossier.code, dossier.unit_name) == (row.code, "Phường Hoàn Kiếm")
    assert dossier.state == "Đã gửi Sở Nội vụ"
    assert dossier.summary == "2 đề nghị: 1 tập thể, 1 cá nhân"
    assert [(each.name, each.state) for each in dossier.nominations] == [
        ("UBND phường Hoàn Kiếm", "Đơn vị đề nghị"),
        ("Lê Văn Bình", "Đơn vị đề nghị"),
    ]
    assert dossier.missing == 0
    assert dossier.may_withdraw
    assert not dossier.may_upload


def test_an_unanswered_return_expires_and_the_round_hears_of_it(round_world: Town) -> None:
    world = round_world
    root, row = sent(world)
    item = {"subject": "Báo cáo thành tích", "reason": "Thiếu số liệu năm trước."}
    world.do("chuyenvien", "intake", root, decision="returned", items=[item])
    world.at = NOW + timedelta(days=9)
    world.work()
    after = world.one(submission, submission.c.id == row.id)
    assert (after.state, after.outcome) == ("expired", "expired")
    assert f"Hết hạn bổ sung: {row.code}" in world.notices("chutich.hoankiem")
    assert world.one(instance, instance.c.id == root).state == "completed"


def test_withdrawn_before_the_freeze_ends_the_procedure(round_world: Town) -> None:
    world = round_world
    root, row = sent(world)
    withdraw(world.engine, row.id, "Đơn vị rà soát lại.", world.actor("chutich.hoankiem"))
    with pytest.raises(SubmissionWithdrawn):  # the message that ends the procedure is still on its way
        world.do("chuyenvien", "intake", root, decision="accepted")
    world.work()
    after = world.one(submission, submission.c.id == row.id)
    assert (after.state, after.outcome_reason) == ("withdrawn", "Đơn vị rà soát lại.")
    assert world.open(root) == []
    assert world.one(instance, instance.c.id == root).state == "completed"


def test_nobody_withdraws_after_the_freeze(round_world: Town) -> None:
    world = round_world
    _root, row = sent(world)
    with world.engine.database.unit_of_work(world.at) as unit:
        unit.connection.execute(award_round.update().values(state="frozen"))
    with pytest.raises(PoolFrozen):
        withdraw(world.engine, row.id, "Đơn vị rà soát lại.", world.actor("chutich.hoankiem"))


def test_silence_warns_the_group_and_escalates_once(round_world: Town) -> None:
    world = round_world
    _root, row = hoan_kiem(world)
    world.at = NOW + timedelta(days=13)
    world.work()
    assert [each for each in world.notices("vanthu.hoankiem") if each.startswith("Sắp đến hạn")]
    assert not [each for each in world.notices("giamsat") if each.startswith("Quá hạn")]
    world.at = NOW + timedelta(days=15)
    for _ in range(3):
        world.work()
    told = [each for each in world.notices("giamsat") if each.startswith("Quá hạn")]
    assert len(told) == 3  # one for each of the three units
    assert len([each for each in world.notices("truongphong") if each.startswith("Quá hạn")]) == 3
    assert any(row.code in each.body for each in world.rows(notice))


def filed(world: Town, decision: str) -> str:
    root = world.start("vanthu.hoankiem", "ad_hoc_award")
    nominee = {**person("Lê Văn Bình"), "report_template": "mau_06"}
    asked = ("subject_name", "subject_kind", "award_form", "exemplary", "report", "report_template")
    world.do(
        "vanthu.hoankiem",
        "file_case",
        root,
        deed="Xử lý kịp thời sự cố mất dữ liệu dân cư trong đêm 20/11.",
        deed_on=TODAY,
        letter_number="91/TTr-UBND",
        letter_on=TODAY,
        nominees=[{key: nominee[key] for key in asked}],
    )
    world.do("chutich.hoankiem", "head_decides", root, decision=decision, grounds=["unexpected"], ground=GROUND)
    return root


def test_an_ad_hoc_case_is_commended_and_decided(world: Town) -> None:
    root = filed(world, "both")
    assert world.open(root) == ["ad_hoc_intake", "unit_commendation"]
    world.do("vanthu.hoankiem", "unit_commendation", root, decision_number="215/QĐ-UBND", decided_on=TODAY)
    world.do("chuyenvien", "ad_hoc_intake", root, decision="accepted", reason="Đúng tính chất đột xuất.")
    row = world.one(submission)
    assert row.code == "DXT-2026-0001"
    conclusions = results(world, row, "eligible")
    world.do("chuyenvien", "verify", root, decision="eligible", results=conclusions, agencies=["thanh_tra"])
    world.do("lanhdao.thanhtra", "consult", root, decision="no_objection")
    world.do("truongphong", "division_review", root, decision="confirmed")
    signed = {"decision": "signed", "letter_number": "301/TTr-SNV", "letter_on": TODAY}
    world.do("giamdoc", "director_sign", root, **signed)
    world.do("vanphong", "office_check_case", root, decision="passed")
    world.do("chutich", "chair_decides", root, decision="approved")
    world.do("vanphong", "number_case", root, decision_number="6120/QĐ-UBND", decided_on=TODAY)
    assert world.one(instance, instance.c.id == root).state == "completed"
    after = world.one(submission)
    assert (after.state, after.outcome) == ("decided", "awarded")
    nominee = world.one(nomination)
    assert (nominee.state, nominee.award_amount) == ("awarded", 3_510_000)
    assert nominee.commendation_id != nominee.decision_id
    assert [each.issuer for each in world.rows(award_decision)] == ["00070", "ubnd_tp"]
    assert "Kết quả khen thưởng đột xuất: DXT-2026-0001" in world.notices("chutich.hoankiem")
    completed = world.rows(task, task.c.state == "completed")
    assert len(world.rows(approval)) == len(completed) == 11


def test_a_diverted_case_goes_into_the_round(round_world: Town) -> None:
    world = round_world
    root = filed(world, "propose")
    world.do("chuyenvien", "ad_hoc_intake", root, decision="diverted", reason="Thành tích tích lũy cả năm.")
    case = world.one(submission, submission.c.award_class == "ad_hoc")
    assert world.one(instance, instance.c.id == root).state == "completed"
    assert case.state == "diverted"
    prepare_root, row = hoan_kiem(world)
    assert case.diverted_to == row.id
    offered = world.form("vanthu.hoankiem", "prepare", prepare_root).values["nominees"]
    assert [each["subject_name"] for each in offered] == ["Lê Văn Bình"]
    assert f"Chuyển sang thủ tục đầy đủ: {case.code}" in world.notices("vanthu.hoankiem")
