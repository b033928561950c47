"""What the steps of Sở Nội vụ and UBND show: agencies' opinions and other units' dossiers to nobody outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.awards.demo import seed
from service.awards.tables import award_round, nomination, paper, submission
from service.worklist.task_detail import task_detail
from tests.service.awards.round_world import TODAY, members
from tests.service.awards.submission_world import person
from tests.service.awards.town import NOW, Town, town_at
from tests.service.awards.unit_road import SUFFIXES, code_of, to_confirmation, to_intake

OBJECTION = "Còn một đơn thư chưa giải quyết."


@pytest.fixture
def town(sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    with town_at(sqlite_url, NOW, tmp_path) as made:
        seed(made.engine, NOW)
        made.work()
        yield made


def words(town: Town, who: str, element: str, code: str) -> str | None:
    """What the form of the open step says to that person; None where there is none for them."""
    found = task_detail(town.engine, town.task(element, code).id, town.actor(who))
    return None if found.form is None else " ".join(field.label for field in found.form.fields)


def test_opinions_and_other_units_dossiers_stay_inside(town: Town) -> None:
    other = to_intake(town, "00073", person("Lê Văn Bình"))
    code = to_intake(town, "00070", person("Lê Văn Bình"))
    town.do("chuyenvien", "intake", code, decision="accepted")
    assert other in (words(town, "chuyenvien", "appraise", code) or "")
    assert words(town, "vanthu.hoankiem", "appraise", code) is None
    (each,) = town.rows(nomination, nomination.c.submission_id == town.one(submission, submission.c.code == code).id)
    results = {str(each.id): {"result": "eligible", "reason": "Đã đối chiếu."}}
    answers = {"decision": "done", "results": results, "consult_agencies": ["thanh_tra"]}
    town.do("chuyenvien", "appraise", code, **answers)
    town.do("lanhdao.thanhtra", "consult", code, decision="objection", reason=OBJECTION)
    for inside in ("truongphong", "chuyenvien", "thanhtra"):
        assert OBJECTION in (words(town, inside, "confirm_appraisal", code) or "")
    for outside in ("vanthu.hoankiem", "chutich.hoankiem", "giamsat"):
        assert words(town, outside, "confirm_appraisal", code) is None


def test_the_list_on_its_way_to_ubnd_shows_its_own_set_of_papers(town: Town) -> None:
    """Source: Kế hoạch 77/KH-UBND, mục IV.3.b: one set, with the minutes of Sở Nội vụ's council."""
    code = to_confirmation(town, "00070", "eligible")
    town.do("truongphong", "confirm_appraisal", code, decision="confirmed")
    for unit_id in ("00073", "so_du_lich"):
        answers = {"decision": "not_taking_part", "reason": "Không có đề nghị"}
        town.do(f"vanthu.{SUFFIXES[unit_id]}", "prepare", code_of(town, unit_id), **answers)
    round_ = town.one(award_round).code
    town.do("thuky.noivu", "convene", round_, held_on=TODAY, chair_name="Bùi Thanh Sơn", members=members(9))
    ballot = town.form("thuky.noivu", "record_votes", round_).values["votes"]
    town.do("thuky.noivu", "record_votes", round_, votes={key: {"yes": 9, "no": 0} for key in ballot})
    town.do("thuky.noivu", "minutes", round_, minutes_number="1/BB-HĐ")
    town.do("giamdoc", "approve_minutes", round_, decision="approved")
    asked = words(town, "giamdoc", "sign_list", round_) or ""
    assert "Hồ sơ trình UBND Thành phố gồm:" in asked
    assert "Tờ trình của Sở Nội vụ: 01 bộ bản chính" in asked
    assert "xác nhận của đơn vị trình khen và của Sở Nội vụ: 01 bộ bản chính, Sở Nội vụ xác nhận" in asked
    town.do("giamdoc", "sign_list", round_, decision="approved", letter_number="1/TTr-SNV", letter_on=TODAY)
    there = words(town, "vanphong", "office_check", round_) or ""
    for document in ("Tờ trình của Sở Nội vụ", "Biên bản họp Hội đồng Thi đua - Khen thưởng Sở Nội vụ"):
        assert f"{document}: đủ" in there
    assert "của đơn vị trình khen và của Sở Nội vụ: đủ" in there
    with town.engine.database.unit_of_work(town.at) as unit:
        unit.connection.execute(paper.delete().where(paper.c.kind == "achievement_report"))
    assert "của đơn vị trình khen và của Sở Nội vụ: còn thiếu" in (
        words(town, "vanphong", "office_check", round_) or ""
    )


def test_a_units_people_read_the_steps_of_their_unit(town: Town) -> None:
    code = code_of(town, "00070")
    assert words(town, "chutich.hoankiem", "prepare", code)
    assert words(town, "chuyenvien", "prepare", code)
    assert words(town, "giamsat", "prepare", code) is None
