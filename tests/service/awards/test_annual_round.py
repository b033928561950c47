"""The annual round through the engine, without a browser: three units, from the guidance to the archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from service.awards.tables import award_decision, award_round, nomination, quota, submission
from service.engine.tables import approval, instance, task
from tests.service.awards.town import Town, town_at

MONDAY = datetime(2026, 11, 2, 2, tzinfo=UTC)
DAY = date(2026, 11, 2)
UNITS = ["00070", "00073", "so_du_lich"]
COUNCIL = [{"name": f"Thành viên {index}", "status": "present"} for index in range(1, 16)]


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    with town_at(database_url, MONDAY, tmp_path) as made:
        yield made


def nominees(count: int, *, good: bool = True) -> list[dict[str, Any]]:
    return [
        {
            "subject_name": f"Nguyễn Văn {index}",
            "subject_kind": "individual",
            "award_form": "city_merit_certificate",
            "gender": "male",
            "exemplary": good,
            "initiative_recognised": good,
            "initiative_title": "Một cửa số",
            "justification": "Thành tích nổi bật trong cải cách hành chính",
            "report": "Đã triển khai mô hình một cửa số tại đơn vị, rút ngắn thời gian giải quyết hồ sơ.",
        }
        for index in range(1, count + 1)
    ]


def open_round(town: Town) -> str:
    root = town.start("chuyenvien", "award_round", unit_id="so_noi_vu")
    town.do("chuyenvien", "draft_guidance", units_scope="selected", unit_ids=UNITS, cutoff_on=date(2026, 12, 15))
    town.do("giamdoc", "sign_guidance", decision="approved", guidance_number="3215/HD-SNV", guidance_on=DAY)
    return root


def through_the_unit(town: Town, key: str, suffix: str, people: list[dict[str, Any]], head: str) -> None:
    """U1 to U3 and the sending, for one submission."""
    clerk, secretary = f"vanthu.{suffix}", f"thuky.{suffix}"
    town.do(clerk, "prepare", key, decision="submit", nominees=people)
    hold_session(town, secretary, head, key, {"outcome": "propose"})
    town.do(head, "sign_submission", key, decision="signed")
    town.do(clerk, "send_submission", key, letter_number=f"86/TTr-{suffix}", letter_on=DAY)


def hold_session(
    town: Town, secretary: str, chair: str, key: str, more: dict[str, Any], yes: dict[int, int] | None = None
) -> None:
    """A council of 15, all present; `yes` by nomination, 15 for the others."""
    town.do(secretary, "convene", key, held_on=DAY, chair_name="Chủ trì", members=COUNCIL)
    ballot = town.form(secretary, "record_votes", key).values["votes"]
    counts = {each: (yes or {}).get(int(each), 15) for each in ballot}
    votes = {each: {"yes": count, "no": 15 - count, "invalid": 0, **more} for each, count in counts.items()}
    town.do(secretary, "record_votes", key, votes=votes)
    town.do(secretary, "minutes", key, minutes_number="12/BB-HĐ", minutes_on=DAY)
    town.do(chair, "approve_minutes", key, decision="approved")


def appraise(town: Town, key: str, ineligible: int = 0) -> None:
    """S2 and S4: the last `ineligible` nominations do not pass."""
    town.do("chuyenvien", "intake", key, decision="accepted")
    (row,) = town.rows(submission, submission.c.code == key)
    ids = [each.id for each in town.rows(nomination, nomination.c.submission_id == row.id)]
    results = {
        str(each): {"result": "ineligible", "reason": "Sáng kiến chưa được công nhận"}
        if position >= len(ids) - ineligible
        else {"result": "eligible", "reason": "Thành tích rõ ràng"}
        for position, each in enumerate(ids)
    }
    town.do("chuyenvien", "appraise", key, decision="done", results=results)
    town.do("truongphong", "confirm_appraisal", key, decision="confirmed")


def keys_of(town: Town) -> dict[str, str]:
    return {row.unit_id: row.code for row in town.rows(submission)}


def states(town: Town) -> dict[str, str]:
    return {row.unit_id: row.state for row in town.rows(submission)}


def test_three_units_carry_the_annual_round_to_its_archive(town: Town) -> None:
    root = open_round(town)
    keys = keys_of(town)
    assert set(keys) == set(UNITS)
    through_the_unit(town, keys["00070"], "hoankiem", nominees(22), "chutich.hoankiem")
    appraise(town, keys["00070"])
    assert states(town)["00070"] == "ready"
    assert [row.element for row in town.open_tasks() if row.root_id == root] == []
    (round_row,) = town.rows(award_round)
    assert round_row.state == "open"

    town.do("vanthu.cuanam", "prepare", keys["00073"], decision="not_taking_part", reason="Chưa có thành tích nổi bật")
    through_the_unit(town, keys["so_du_lich"], "dulich", nominees(2), "giamdoc.dulich")
    assert town.rows(award_round)[0].state == "open"
    appraise(town, keys["so_du_lich"], ineligible=1)

    (round_row,) = town.rows(award_round)
    assert round_row.state == "frozen"
    assert states(town) == {"00070": "in_pool", "00073": "not_taking_part", "so_du_lich": "in_pool"}
    pool = [row.id for row in town.rows(nomination, nomination.c.state == "in_pool")]
    assert len(pool) == 23

    votes = dict.fromkeys(pool, 15) | {pool[20]: 9, pool[21]: 8, pool[22]: 7}
    hold_session(town, "thuky.noivu", "giamdoc", round_row.code, {}, votes)
    counted = [row.state for row in town.rows(nomination, nomination.c.id.in_(pool))]
    assert sorted(counted) == sorted(["recommended"] * 20 + ["reserve"] * 2 + ["not_recommended"])
    town.do("giamdoc", "sign_list", decision="approved", letter_number="1234/TTr-SNV", letter_on=DAY)
    town.do("vanphong", "office_check", decision="passed")
    town.do("chutich", "chair_decision", decision="approved")
    town.do("vanphong", "number_decision", decision_number="6120/QĐ-UBND", decided_on=DAY)

    assert [row.number for row in town.rows(award_decision)] == ["6120/QĐ-UBND"]
    assert sorted(row.awarded for row in town.rows(quota)) == [0, 20]
    results = {row.unit_id: row.outcome for row in town.rows(submission)}
    assert results == {"00070": "awarded", "00073": "not_taking_part", "so_du_lich": "not_awarded"}
    town.do("chuyenvien", "settle_awards", archive_number="45/LT-2026")
    (round_row,) = town.rows(award_round)
    assert round_row.state == "closed"
    assert {row.state for row in town.rows(instance)} == {"completed"}
    assert town.open_tasks() == []

    completed = [row.element for row in town.rows(task, task.c.state == "completed")]
    approved = [row.element for row in town.rows(approval)]
    assert sorted(completed) == sorted(approved)
    assert len(approved) == len(town.done)


def test_everything_is_sent_back_once_and_the_round_still_ends(town: Town) -> None:
    open_round(town)
    keys = keys_of(town)
    town.do("vanthu.cuanam", "prepare", keys["00073"], decision="not_taking_part", reason="Không có đề nghị")
    town.do("vanthu.dulich", "prepare", keys["so_du_lich"], decision="not_taking_part", reason="Không có đề nghị")

    # The unit's council: inquorate, called again, then completed by written opinions.
    town.do("vanthu.hoankiem", "prepare", keys["00070"], decision="submit", nominees=nominees(3))
    few = [{"name": f"Thành viên {index}", "status": "absent" if index > 1 else "present"} for index in range(1, 4)]
    opening = {"held_on": DAY, "chair_name": "Vũ Đình Trọng", "members": few}
    town.do("thuky.hoankiem", "convene", keys["00070"], **opening)
    town.do("thuky.hoankiem", "reconvene", keys["00070"], decision="reschedule")
    town.do("thuky.hoankiem", "convene", keys["00070"], **opening)
    town.do("thuky.hoankiem", "reconvene", keys["00070"], decision="recorded", opinions={"0": {"received": True}})
    ballot = town.form("thuky.hoankiem", "record_votes").values["votes"]
    votes = {each: {"yes": 2, "no": 0, "outcome": "propose"} for each in ballot}
    town.do("thuky.hoankiem", "record_votes", votes=votes)
    town.do("thuky.hoankiem", "minutes", minutes_number="01/BB-HĐ", minutes_on=DAY)
    town.do("chutich.hoankiem", "approve_minutes", decision="returned", reason="Kiểm lại số phiếu")
    town.do("thuky.hoankiem", "record_votes", votes=votes)
    town.do("thuky.hoankiem", "minutes", minutes_number="01/BB-HĐ", minutes_on=DAY)
    town.do("chutich.hoankiem", "approve_minutes", decision="approved")
    town.do("chutich.hoankiem", "sign_submission", decision="signed")
    town.do("vanthu.hoankiem", "send_submission", letter_number="86/TTr", letter_on=DAY)
    appraise(town, keys["00070"])

    # Sở Nội vụ's council: a tie at the ceiling of 20 needs more people; here the ceiling of this round is 1.
    (individual,) = town.rows(quota, quota.c.subject_kind == "individual")
    with town.engine.database.unit_of_work(town.at) as unit:
        unit.connection.execute(quota.update().where(quota.c.id == individual.id).values(ceiling=1))
    hold_session(town, "thuky.noivu", "giamdoc", town.rows(award_round)[0].code, {})
    tied = town.task("break_tie")
    table = f"tie_{individual.id}"
    pool = [row.id for row in town.rows(nomination)]
    town.do(
        "giamdoc",
        "break_tie",
        **{table: {str(each): {"place": place} for place, each in enumerate(pool, start=1)}},
        reason="Thành tích nổi trội hơn",
    )
    assert tied.element == "break_tie"
    town.do("giamdoc", "sign_list", decision="returned", reason="Xem lại thành tích")
    hold_session(
        town, "thuky.noivu", "giamdoc", town.rows(award_round)[0].code, {}, dict(zip(pool, (15, 14, 13), strict=True))
    )
    town.do("giamdoc", "sign_list", decision="approved", letter_number="1234/TTr-SNV", letter_on=DAY)
    town.do("vanphong", "office_check", decision="returned", reason="Thiếu trích yếu")
    town.do("giamdoc", "sign_list", decision="approved", letter_number="1235/TTr-SNV", letter_on=DAY)
    town.do(
        "vanphong",
        "office_check",
        decision="lines_returned",
        lines={str(pool[0]): {"returned": True, "note": "Đã nghỉ hưu"}},
    )
    struck = {"action": "strike", "subject_name": "Nguyễn Văn 1", "note": "Đã nghỉ hưu trước kỳ xét"}
    town.do("chuyenvien", "fix_lines", lines={str(pool[0]): struck})
    town.do("giamdoc", "sign_list", decision="approved", letter_number="1236/TTr-SNV", letter_on=DAY)
    town.do("vanphong", "office_check", decision="passed")
    town.do("chutich", "chair_decision", decision="returned", reason="Bổ sung căn cứ")
    town.do("giamdoc", "sign_list", decision="approved", letter_number="1237/TTr-SNV", letter_on=DAY)
    town.do("vanphong", "office_check", decision="passed")
    town.do("chutich", "chair_decision", decision="approved")
    town.do("vanphong", "number_decision", decision_number="6121/QĐ-UBND", decided_on=DAY)
    found = town.rows(nomination)
    assert [row.state for row in found] == ["struck", "awarded", "not_awarded"]
    town.do("chuyenvien", "settle_awards", archive_number="46/LT-2026")
    assert town.rows(award_round)[0].state == "closed"


def test_the_cutoff_freezes_the_pool_and_a_refusal_reaches_every_unit(town: Town) -> None:
    open_round(town)
    keys = keys_of(town)
    through_the_unit(town, keys["00070"], "hoankiem", nominees(1), "chutich.hoankiem")
    appraise(town, keys["00070"])
    through_the_unit(town, keys["so_du_lich"], "dulich", nominees(1), "giamdoc.dulich")
    town.at = datetime(2026, 12, 15, 9, 59, tzinfo=UTC)
    town.work()
    assert town.rows(award_round)[0].state == "open"
    town.at = datetime(2026, 12, 15, 10, 1, tzinfo=UTC)
    town.work()
    assert town.rows(award_round)[0].state == "frozen"
    late = {row.unit_id: row.late for row in town.rows(submission)}
    assert late == {"00070": False, "00073": True, "so_du_lich": True}

    # A late one is appraised, and joins by the Director's waiver before the council votes.
    appraise(town, keys["so_du_lich"])
    town.do("giamdoc", "waive_late", keys["so_du_lich"], decision="accepted", reason="Chậm do sắp xếp bộ máy")
    assert states(town)["so_du_lich"] == "in_pool"
    hold_session(town, "thuky.noivu", "giamdoc", town.rows(award_round)[0].code, {})
    day = date(2026, 12, 15)
    town.do("giamdoc", "sign_list", decision="approved", letter_number="1234/TTr-SNV", letter_on=day)
    town.do("vanphong", "office_check", decision="passed")
    town.do("chutich", "chair_decision", decision="refused", reason="Chưa phù hợp thời điểm")
    assert town.rows(award_round)[0].state == "refused"
    outcomes = {row.unit_id: row.outcome for row in town.rows(submission)}
    assert outcomes == {"00070": "refused", "00073": None, "so_du_lich": "refused"}


def test_a_round_with_an_empty_pool_closes_by_itself(town: Town) -> None:
    open_round(town)
    suffixes = {"00070": "hoankiem", "00073": "cuanam", "so_du_lich": "dulich"}
    for unit_id, key in keys_of(town).items():
        town.do(f"vanthu.{suffixes[unit_id]}", "prepare", key, decision="not_taking_part", reason="Không có đề nghị")
    (round_row,) = town.rows(award_round)
    assert (round_row.state, round_row.outcome_reason) == (
        "closed",
        "Không có đề nghị nào trong danh sách xét khi chốt.",
    )
    assert {row.state for row in town.rows(instance)} == {"completed"}


def test_the_final_review_asks_the_citys_council_about_flags_and_forwards_the_prime_ministers_certificate(
    town: Town,
) -> None:
    town.start("chuyenvien", "award_round", unit_id="so_noi_vu")
    guidance = {
        "award_class": "final",
        "units_scope": "selected",
        "unit_ids": ["00070"],
        "cutoff_on": date(2026, 12, 15),
    }
    town.do("chuyenvien", "draft_guidance", **guidance)
    town.do("giamdoc", "sign_guidance", decision="approved", guidance_number="3215/HD-SNV", guidance_on=DAY)
    (key,) = keys_of(town).values()
    forms = ("city_emulation_flag", "pm_merit_certificate", "city_merit_certificate")
    collective = {**nominees(1)[0], "subject_kind": "collective", "gender": None}
    people = [{**collective, "subject_name": f"Phòng {form}", "award_form": form} for form in forms]
    through_the_unit(town, key, "hoankiem", people, "chutich.hoankiem")
    appraise(town, key)
    code = town.rows(award_round)[0].code
    hold_session(town, "thuky.noivu", "giamdoc", code, {})
    ballot = town.form("thuky.noivu", "convene", code).values
    assert ballot["chair_name"] == "Dương Đức Thịnh"
    ids = {row.award_form: row.id for row in town.rows(nomination)}
    flag, pm, certificate = (ids[form] for form in forms)
    hold_session(town, "thuky.noivu", "chutich", code, {}, {flag: 12, pm: 8})
    town.do("giamdoc", "sign_list", decision="approved", letter_number="1234/TTr-SNV", letter_on=DAY)
    town.do("vanphong", "office_check", decision="passed")
    town.do("chutich", "chair_decision", decision="approved")
    numbers = {"decision_number": "6122/QĐ-UBND", "forward_number": "415/TTr-UBND"}
    town.do("vanphong", "number_decision", decided_on=DAY, forwarded_on=DAY, **numbers)
    found = {row.id: row.state for row in town.rows(nomination)}
    assert found == {flag: "awarded", pm: "recommended", certificate: "awarded"}
    assert town.rows(submission)[0].outcome == "awarded"
    town.do("chuyenvien", "settle_awards", archive_number="47/LT-2026")
    amounts = {row.id: row.award_amount for row in town.rows(nomination)}
    assert amounts == {flag: 18_720_000, pm: None, certificate: 7_020_000}


def test_a_final_review_without_flags_asks_no_council_of_the_city(town: Town) -> None:
    town.start("chuyenvien", "award_round", unit_id="so_noi_vu")
    chosen = {"units_scope": "selected", "unit_ids": ["00070"], "cutoff_on": date(2026, 12, 15)}
    town.do("chuyenvien", "draft_guidance", award_class="final", **chosen)
    town.do("giamdoc", "sign_guidance", decision="approved", guidance_number="3215/HD-SNV", guidance_on=DAY)
    (key,) = keys_of(town).values()
    through_the_unit(town, key, "hoankiem", nominees(1), "chutich.hoankiem")
    appraise(town, key)
    code = town.rows(award_round)[0].code
    hold_session(town, "thuky.noivu", "giamdoc", code, {})
    assert town.open(code) == ["sign_list"]
