"""The annual round, from the guidance to the results, in a browser: three units, forty nominees' worth of rules.

One submission comes back for supplement and is handed in again, one is withdrawn, one nominee is ineligible, 22
eligible individuals meet the ceiling of 20: ranked, two in reserve, the decision issued, the results back at each unit.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text

from tests.journeys.people import NAMES, Office, Person
from tests.support.installation import Installation

PICTURES = Path(__file__).parents[2] / "docs" / "screenshots"
KEPT = os.environ.get("TRINH_SCREENSHOTS") == "keep"
"""`make screenshots` renews the pictures of the documentation; otherwise they go to the test's own folder."""

HOAN_KIEM, CUA_NAM, DU_LICH = "00070", "00073", "so_du_lich"
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
GIVEN = ("Thị Lan Anh", "Minh Quân", "Thu Phương", "Đức Duy", "Bích Ngọc", "Quốc Huy", "Thanh Tâm", "Hồng Nhung")


def name_of(number: int) -> str:
    return f"{FAMILY[number % len(FAMILY)]} {GIVEN[number * 3 % len(GIVEN)]} {number}"


def individuals(count: int, offset: int) -> list[dict[str, Any]]:
    """Nominees whose eligibility is left to judgement: the plan gives no criteria for individuals."""
    return [
        {
            "subject_name": name_of(offset + at),
            "subject_kind": "individual",
            "subject_title": "Chuyên viên",
            "award_form": "city_merit_certificate",
            "gender": "female" if at % 2 else "male",
            "exemplary": True,
            "initiative_recognised": True,
            "initiative_title": "Một cửa lưu động đến tổ dân phố",
            "report": "Rút ngắn thời gian trả kết quả thủ tục hành chính từ ba ngày xuống trong ngày.",
            "justification": "Có sáng kiến được công nhận, kết quả rõ rệt trong năm.",
        }
        for at in range(count)
    ]


@pytest.fixture
def started(demo_installation: Installation) -> Installation:
    """The demo's people and procedures. It has a round of its own; this story opens another in the browser."""
    return demo_installation


def picture(folder: Path, name: str) -> Path:
    return (PICTURES if KEPT else folder) / name


def test_annual_round(started: Installation, new_page: Callable[..., Page], tmp_path: Path) -> None:
    with started.serving("--worker") as address:
        office = Office(new_page, address)
        code = open_the_round(office, tmp_path)
        first, second, third = codes_of_submissions(office, code)
        prepare(office, first, "hoankiem", individuals(13, 0), tmp_path)
        hold_unit_council(office, first, "hoankiem")
        sign_and_send(office, first, "hoankiem", "chutich.hoankiem", "86/TTr-UBND")
        return_and_resubmit(office, first, "hoankiem", tmp_path)
        appraise(office, first, ineligible=individuals(13, 0)[-1]["subject_name"], folder=tmp_path)

        # Unit 1 is ready while unit 2 still drafts: nothing freezes.
        open_round_page(office["chuyenvien"], code)
        office["chuyenvien"].waits_for("chờ đợt xét")
        assert not office["thuky.noivu"].sees_task(code, "convene")

        prepare(office, third, "dulich", individuals(10, 20), tmp_path)
        hold_unit_council(office, third, "dulich")
        sign_and_send(office, third, "dulich", "giamdoc.dulich", "45/TTr-SDL")
        intake(office, third)
        appraise(office, third, ineligible=None, folder=tmp_path)
        assert not office["thuky.noivu"].sees_task(code, "convene")
        withdraw(office, second, "cuanam")

        hold_city_council(office, code, tmp_path)
        decide(office, code, tmp_path)
        read_results(office, first, third, tmp_path)
        settle(office, code)
    every_completed_task_has_its_approval(started)


def open_the_round(office: Office, folder: Path) -> str:
    """R0: the expert drafts the guidance for three units, the Director signs. Returns the round's code."""
    expert = office["chuyenvien"]
    expert.page.get_by_role("button", name="Mở đợt xét").click()
    expect(expert.page.locator("h1")).to_contain_text(NAMES["draft_guidance"])
    code = re.search(r"DX-\d{4}-\d{2}", expert.page.inner_text("main"))
    assert code is not None
    expert.fills({"units_scope": "selected", "unit_ids": [HOAN_KIEM, CUA_NAM, DU_LICH]})
    expert.takes_picture(picture(folder, "huong-dan-dot-xet"))
    expert.sends()
    office["giamdoc"].does(code[0], "sign_guidance", {"decision": "approved", "guidance_number": "1520/HD-SNV"})
    return code[0]


def codes_of_submissions(office: Office, code: str) -> list[str]:
    """The codes of the three units' submissions, as the page of the round lists them."""
    expert = office["chuyenvien"]
    open_round_page(expert, code)
    found = []
    for unit in ("Phường Hoàn Kiếm", "Phường Cửa Nam", "Sở Du lịch"):
        row = expert.page.locator("tr").filter(has_text=unit).filter(has_text="HS-").first
        found.append(re.search(r"HS-\d{4}-\d{4}", row.inner_text())[0])  # type: ignore[index]
    return found


def open_round_page(person: Person, code: str) -> None:
    person.page.goto(f"{person.address}/dot-xet")
    person.page.locator("tr").filter(has_text=code).get_by_role("link").first.click()
    expect(person.page.locator("main")).to_contain_text(code)


def prepare(office: Office, code: str, unit: str, nominees: list[dict[str, Any]], folder: Path) -> None:
    office[f"vanthu.{unit}"].does(
        code,
        "prepare",
        {"decision": "submit", "nominees": nominees},
        picture=picture(folder, f"lap-ho-so-{unit}"),
    )


def hold_unit_council(office: Office, code: str, unit: str) -> None:
    secretary = office[f"thuky.{unit}"]
    secretary.does(code, "convene", {})
    total = 4

    def propose(_words: str) -> Mapping[str, Any]:
        return {"yes": total, "no": 0, "invalid": 0, "outcome": "propose"}

    secretary.does(code, "record_votes", {"votes": propose})
    secretary.does(code, "minutes", {"minutes_number": "12/BB-HĐTĐKT"})
    head = "giamdoc.dulich" if unit == "dulich" else f"chutich.{unit}"
    office[head].does(code, "approve_minutes", {"decision": "approved"})


def sign_and_send(office: Office, code: str, unit: str, head: str, number: str) -> None:
    office[head].does(code, "sign_submission", {"decision": "signed"})
    office[f"vanthu.{unit}"].does(code, "send_submission", {"letter_number": number})


def return_and_resubmit(office: Office, code: str, unit: str, folder: Path) -> None:
    office["chuyenvien"].does(
        code,
        "intake",
        {
            "decision": "returned",
            "items": [{"subject": "Minh chứng sáng kiến", "reason": "Chưa có quyết định công nhận kèm theo."}],
        },
    )
    office[f"vanthu.{unit}"].does(
        code,
        "supplement",
        {"answers": lambda _words: {"answer": "Đã kèm Quyết định 118/QĐ-UBND công nhận sáng kiến."}},
        picture=picture(folder, "bo-sung-ho-so"),
    )
    intake(office, code)


def intake(office: Office, code: str) -> None:
    office["chuyenvien"].does(code, "intake", {"decision": "accepted"})


def appraise(office: Office, code: str, *, ineligible: str | None, folder: Path) -> None:
    def conclude(words: str) -> Mapping[str, Any]:
        if ineligible is not None and ineligible in words:
            return {"result": "ineligible", "reason": "Sáng kiến chưa được áp dụng trong thực tiễn."}
        return {"result": "eligible", "reason": "Thành tích rõ, có minh chứng."}

    office["chuyenvien"].does(
        code,
        "appraise",
        {"results": conclude, "decision": "done"},
        picture=picture(folder, "tham-dinh") if ineligible else None,
    )
    office["truongphong"].does(code, "confirm_appraisal", {"decision": "confirmed"})


def withdraw(office: Office, code: str, unit: str) -> None:
    clerk = office[f"vanthu.{unit}"]
    clerk.opens_dossier(code)
    clerk.page.get_by_label("Lý do rút").fill("Đơn vị chưa đủ minh chứng, xin xét vào đợt sau.")
    clerk.page.get_by_role("button", name=re.compile("Rút hồ sơ")).click()
    expect(clerk.page.locator(".notice.done")).to_be_visible()


def hold_city_council(office: Office, code: str, folder: Path) -> None:
    """Votes fall so that the 22 rank in a plain order: nobody ties at the ceiling."""
    secretary = office["thuky.noivu"]
    secretary.open_task(code, "convene")
    members = [{"name": f"Thành viên hội đồng {at}", "status": "present"} for at in range(1, 31)]
    secretary.fills({"members": members})
    secretary.sends()
    ranked = iter([30] * 8 + [29] * 6 + [28] * 5 + [27] + [20, 18])

    def ranked_ballots(_words: str) -> Mapping[str, Any]:
        yes = next(ranked)
        return {"yes": yes, "no": 30 - yes, "invalid": 0}

    secretary.does(
        code,
        "record_votes",
        {"votes": ranked_ballots},
        picture=picture(folder, "kiem-phieu"),
    )
    secretary.does(code, "minutes", {"minutes_number": "03/BB-HĐTĐKT"})
    office["giamdoc"].does(code, "approve_minutes", {"decision": "approved"})


def decide(office: Office, code: str, folder: Path) -> None:
    expert = office["chuyenvien"]
    open_round_page(expert, code)
    expert.waits_for("Dự bị 2")
    expert.takes_picture(picture(folder, "dot-xet-xep-hang"))
    assert "Dự bị 1" in expert.page.inner_text("main")
    office["giamdoc"].does(code, "sign_list", {"decision": "approved", "letter_number": "1234/TTr-SNV"})
    office["vanphong"].does(code, "office_check", {"decision": "passed"})
    office["chutich"].does(
        code,
        "chair_decision",
        {"decision": "approved"},
        picture=picture(folder, "chu-tich-quyet-dinh"),
    )
    office["vanphong"].does(code, "number_decision", {"decision_number": "6120/QĐ-UBND"})


def read_results(office: Office, first: str, third: str, folder: Path) -> None:
    for unit, code in (("hoankiem", first), ("dulich", third)):
        clerk = office[f"vanthu.{unit}"]
        clerk.opens_dossier(code)
        clerk.waits_for("Quy trình đã kết thúc")
        assert "6120/QĐ-UBND" in clerk.page.inner_text("main")
        clerk.takes_picture(picture(folder, f"ket-qua-{unit}"))


def settle(office: Office, code: str) -> None:
    """S11: money, ceremony, archive; then the round is closed."""
    expert = office["chuyenvien"]
    expert.does(code, "settle_awards", {"ceremony_on": "25/12/2026", "archive_number": "45/LT-2026"})
    open_round_page(expert, code)
    expect(expert.page.locator("main")).to_contain_text("Đã kết thúc")


def every_completed_task_has_its_approval(installation: Installation) -> None:
    engine = create_engine(installation.database_url)
    with engine.connect() as connection:
        completed, approved, awarded, ceiling = (
            connection.execute(text(query)).scalar_one()
            for query in (
                "select count(*) from task where state = 'completed'",
                "select count(*) from approval",
                "select count(*) from nomination where state = 'awarded'",
                "select max(awarded) from quota where subject_kind = 'individual'",
            )
        )
    engine.dispose()
    assert completed == approved > 30
    assert awarded == ceiling == 20
