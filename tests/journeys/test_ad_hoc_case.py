"""Two deeds outside any plan, in a browser: one decided by the simplified procedure, one diverted to the full one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text

from tests.journeys.people import NAMES, Office
from tests.journeys.test_annual_round import picture
from tests.support.installation import Installation

CASE = "DXT-"


@pytest.fixture
def started(demo_installation: Installation) -> Installation:
    """The demo's people, procedures and its open round of three units."""
    return demo_installation


def deed(name: str) -> dict[str, Any]:
    return {
        "deed": "Trong đợt mưa ngập đã giải quyết tại chỗ 312 hồ sơ hành chính cho người dân vùng ngập.",
        "deed_on": "20/11/2026",
        "letter_number": "91/TTr-UBND",
        "nominees": [
            {
                "subject_name": name,
                "subject_kind": "individual",
                "subject_title": "Công chức tư pháp - hộ tịch",
                "award_form": "city_merit_certificate",
                "exemplary": True,
                "report_template": "mau_06",
                "report": "Trực liên tục ba ngày, cấp giấy tờ tại chỗ cho người dân trong vùng ngập.",
                "justification": "Thành tích lập được trong hoàn cảnh đột xuất.",
            }
        ],
    }


def file_case(office: Office, name: str, decision: str) -> str:
    """Q1: the clerk files, the head decides. Returns the case's code."""
    clerk = office["vanthu.hoankiem"]
    clerk.page.goto(f"{clerk.address}/viec")
    clerk.page.get_by_role("button", name=re.compile("đột xuất")).click()
    expect(clerk.page.locator("h1")).to_contain_text(NAMES["file_case"])
    code = re.search(r"DXT-\d{4}-\d{4}", clerk.page.inner_text("main"))
    assert code is not None
    clerk.fills(deed(name))
    clerk.sends()
    office["chutich.hoankiem"].does(
        code[0],
        "head_decides",
        {
            "decision": decision,
            "grounds": ["unexpected"],
            "ground": "Mưa ngập không dự báo trước, cần khen thưởng kịp thời để nêu gương.",
        },
    )
    return code[0]


def test_one_decided_one_diverted(started: Installation, new_page: Callable[..., Page], tmp_path: Path) -> None:
    with started.serving("--worker") as address:
        office = Office(new_page, address)
        decided = file_case(office, "Nguyễn Thị Thảo", "both")
        office["vanthu.hoankiem"].does(decided, "unit_commendation", {"decision_number": "215/QĐ-UBND"})
        office["chuyenvien"].does(
            decided,
            "ad_hoc_intake",
            {"decision": "accepted", "reason": "Thành tích vừa lập được, có tác dụng nêu gương ngay."},
        )
        office["chuyenvien"].does(
            decided,
            "verify",
            {
                "decision": "eligible",
                "results": lambda _words: {"result": "eligible", "reason": "Đã xác minh tại cơ sở."},
            },
        )
        office["truongphong"].does(decided, "division_review", {"decision": "confirmed"})
        office["giamdoc"].does(decided, "director_sign", {"decision": "signed", "letter_number": "1300/TTr-SNV"})
        office["vanphong"].does(decided, "office_check_case", {"decision": "passed"})
        office["chutich"].does(decided, "chair_decides", {"decision": "approved"})
        office["vanphong"].does(decided, "number_case", {"decision_number": "6200/QĐ-UBND"})
        clerk = office["vanthu.hoankiem"]
        clerk.opens_dossier(decided)
        clerk.waits_for("6200/QĐ-UBND")
        clerk.waits_for("Quy trình đã kết thúc")
        clerk.takes_picture(picture(tmp_path, "dot-xuat-ket-qua"))

        diverted = file_case(office, "Trần Minh Hải", "propose")
        office["chuyenvien"].does(
            diverted,
            "ad_hoc_intake",
            {"decision": "diverted", "reason": "Là kết quả của kế hoạch công tác thường xuyên."},
        )
        clerk.opens_dossier(diverted)
        clerk.waits_for("thủ tục đầy đủ")
        clerk.open_task("HS-", "prepare")
        names = clerk.page.locator('[name$=".subject_name"]').evaluate_all("els => els.map(el => el.value)")
        assert "Trần Minh Hải" in names
    engine = create_engine(started.database_url)
    with engine.connect() as connection:
        completed = connection.execute(text("select count(*) from task where state = 'completed'")).scalar_one()
        approved = connection.execute(text("select count(*) from approval")).scalar_one()
        states = connection.execute(text("select outcome from submission where award_class = 'ad_hoc' order by id"))
        assert [row.outcome for row in states] == ["awarded", "diverted"]
    engine.dispose()
    assert completed == approved > 12
