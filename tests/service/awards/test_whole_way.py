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
from tests.service.awards.engine_world import NOW, EngineWorld, engine_world
from tests.service.awards.round_world import TODAY, members
from tests.service.awards.submission_world import collective, person

GROUND = "Sự cố không báo trước, nếu chậm thì gián đoạn dịch vụ công của cả phường."


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[EngineWorld]:
    made = engine_world(database_url, tmp_path)
    yield made
    made.engine.database.dispose()


@pytest.fixture
def round_world(world: EngineWorld) -> EngineWorld:
    seed(world.engine, NOW)
    world.work()
    return world


def hoan_kiem(world: EngineWorld) -> tuple[str, Any]:
    row = world.one(submission, submission.c.unit_id == "00070", submission.c.round_id.is_not(None))
    return world.instance_of(row.code), row


def council(world: EngineWorld, root: str, *, propose: bool = True) -> None:
    """U2: everybody present, everybody proposed."""
    held = {"held_on": TODAY, "chair_name": "Vũ Đình Trọng", "members": members(9)}
    world.do(root, "convene", "thuky.hoankiem", **held)
    values = world.form(root, "record_votes", "thuky.hoankiem").values
    rows = world.rows(nomination, nomination.c.state == "draft")
    outcome = "propose" if propose else "reject"
    votes = {
        str(row.id): {"yes": 9, "no": 0, "invalid": 0, "outcome": outcome, "reason": "Hội đồng xét."} for row in rows
    }
    assert values is not None
    world.do(root, "record_votes", "thuky.hoankiem", votes=votes)
    world.do(root, "minutes", "thuky.hoankiem", minutes_number="12/BB-HĐ")
    world.do(root, "approve_minutes", "chutich.hoankiem", decision="approved")


def sent(world: EngineWorld, *records: dict[str, Any]) -> tuple[str, Any]:
    root, row = hoan_kiem(world)
    nominees = list(records) or [collective("UBND phường Hoàn Kiếm"), person("Lê Văn Bình")]
    world.do(root, "prepare", "vanthu.hoankiem", decision="submit", nominees=nominees)
    council(world, root)
    world.do(root, "sign_submission", "chutich.hoankiem", decision="signed")
    world.do(root, "send_submission", "vanthu.hoankiem", letter_number="86/TTr-UBND", letter_on=TODAY)
    return root, row


def results(world: EngineWorld, row: Any, *conclusions: str) -> dict[str, Any]:
    rows = world.rows(nomination, nomination.c.submission_id == row.id)
    pairs = zip(rows, conclusions, strict=True)
    return {str(each.id): {"result": result, "reason": "Đã đối chiếu hồ sơ."} for each, result in pairs}


def test_a_submission_is_returned_supplemented_consulted_and_ready(round_world: EngineWorld) -> None:
    world = round_world
    root, row = sent(world)
    item = {"subject": "Báo cáo thành tích", "reason": "Thiếu số liệu năm trước."}
    world.do(root, "intake", "chuyenvien", decision="returned", items=[item])
    assert world.open(root) == ["supplement"]
    (asked,) = world.rows(return_item)
    world.do(root, "supplement", "vanthu.hoankiem", answers={str(asked.id): {"answer": "Đã bổ sung."}})
    world.do(root, "intake", "chuyenvien", decision="accepted")
    conclusions = results(world, row, "eligible", "ineligible")
    agencies = ["thanh_tra", "so_tai_chinh"]
    world.do(root, "appraise", "chuyenvien", decision="done", results=conclusions, consult_agencies=agencies)
    assert world.open(root) == ["consult", "consult"]
    world.do(root, "consult", "lanhdao.thanhtra", decision="no_objection")
    world.do(root, "consult", "lanhdao.taichinh", decision="objection", reason="Còn tạm ứng chưa quyết toán.")
    assert [each.agency_id for each in world.rows(consultation_opinion)] == ["thanh_tra", "so_tai_chinh"]
    world.do(root, "confirm_appraisal", "truongphong", decision="confirmed")
    assert world.open(root) == []
    assert world.one(submission, submission.c.id == row.id).state == "ready"
    assert f"Đề nghị không đủ điều kiện: {row.code}" in world.notices("vanthu.hoankiem")
    assert world.one(award_round).state == "open"
    completed = world.rows(task, task.c.root_id == root, task.c.state == "completed")
    assert len(world.rows(approval, approval.c.root_id == root)) == len(completed)


def test_the_dossier_tells_its_story(round_world: EngineWorld) -> None:
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


def test_an_unanswered_return_expires_and_the_round_hears_of_it(round_world: EngineWorld) -> None:
    world = round_world
    root, row = sent(world)
    item = {"subject": "Báo cáo thành tích", "reason": "Thiếu số liệu năm trước."}
    world.do(root, "intake", "chuyenvien", decision="returned", items=[item])
    world.at = NOW + timedelta(days=9)
    world.work()
    after = world.one(submission, submission.c.id == row.id)
    assert (after.state, after.outcome) == ("expired", "expired")
    assert f"Hết hạn bổ sung: {row.code}" in world.notices("chutich.hoankiem")
    assert world.one(instance, instance.c.id == root).state == "completed"


def test_withdrawn_before_the_freeze_ends_the_procedure(round_world: EngineWorld) -> None:
    world = round_world
    root, row = sent(world)
    withdraw(world.engine, row.id, "Đơn vị rà soát lại.", world.actor("chutich.hoankiem"))
    with pytest.raises(SubmissionWithdrawn):  # the message that ends the procedure is still on its way
        world.do(root, "intake", "chuyenvien", decision="accepted")
    world.work()
    after = world.one(submission, submission.c.id == row.id)
    assert (after.state, after.outcome_reason) == ("withdrawn", "Đơn vị rà soát lại.")
    assert world.open(root) == []
    assert world.one(instance, instance.c.id == root).state == "completed"


def test_nobody_withdraws_after_the_freeze(round_world: EngineWorld) -> None:
    world = round_world
    _root, row = sent(world)
    with world.engine.database.unit_of_work(world.at) as unit:
        unit.connection.execute(award_round.update().values(state="frozen"))
    with pytest.raises(PoolFrozen):
        withdraw(world.engine, row.id, "Đơn vị rà soát lại.", world.actor("chutich.hoankiem"))


def test_silence_warns_the_group_and_escalates_once(round_world: EngineWorld) -> None:
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


def filed(world: EngineWorld, decision: str) -> str:
    root = world.start("ad_hoc_award", "vanthu.hoankiem")
    nominee = {**person("Lê Văn Bình"), "report_template": "mau_06"}
    asked = ("subject_name", "subject_kind", "award_form", "exemplary", "report", "report_template")
    world.do(
        root,
        "file_case",
        "vanthu.hoankiem",
        deed="Xử lý kịp thời sự cố mất dữ liệu dân cư trong đêm 20/11.",
        deed_on=TODAY,
        letter_number="91/TTr-UBND",
        letter_on=TODAY,
        nominees=[{key: nominee[key] for key in asked}],
    )
    world.do(root, "head_decides", "chutich.hoankiem", decision=decision, grounds=["unexpected"], ground=GROUND)
    return root


def test_an_ad_hoc_case_is_commended_and_decided(world: EngineWorld) -> None:
    root = filed(world, "both")
    assert world.open(root) == ["ad_hoc_intake", "unit_commendation"]
    world.do(root, "unit_commendation", "vanthu.hoankiem", decision_number="215/QĐ-UBND", decided_on=TODAY)
    world.do(root, "ad_hoc_intake", "chuyenvien", decision="accepted", reason="Đúng tính chất đột xuất.")
    row = world.one(submission)
    assert row.code == "DXT-2026-0001"
    conclusions = results(world, row, "eligible")
    world.do(root, "verify", "chuyenvien", decision="eligible", results=conclusions, agencies=["thanh_tra"])
    world.do(root, "consult", "lanhdao.thanhtra", decision="no_objection")
    world.do(root, "division_review", "truongphong", decision="confirmed")
    signed = {"decision": "signed", "letter_number": "301/TTr-SNV", "letter_on": TODAY}
    world.do(root, "director_sign", "giamdoc", **signed)
    world.do(root, "office_check_case", "vanphong", decision="passed")
    world.do(root, "chair_decides", "chutich", decision="approved")
    world.do(root, "number_case", "vanphong", decision_number="6120/QĐ-UBND", decided_on=TODAY)
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


def test_a_diverted_case_goes_into_the_round(round_world: EngineWorld) -> None:
    world = round_world
    root = filed(world, "propose")
    world.do(root, "ad_hoc_intake", "chuyenvien", decision="diverted", reason="Thành tích tích lũy cả năm.")
    case = world.one(submission, submission.c.award_class == "ad_hoc")
    assert world.one(instance, instance.c.id == root).state == "completed"
    assert case.state == "diverted"
    prepare_root, row = hoan_kiem(world)
    assert case.diverted_to == row.id
    offered = world.form(prepare_root, "prepare", "vanthu.hoankiem").values["nominees"]
    assert [each["subject_name"] for each in offered] == ["Lê Văn Bình"]
    assert f"Chuyển sang thủ tục đầy đủ: {case.code}" in world.notices("vanthu.hoankiem")
