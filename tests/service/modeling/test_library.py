"""The library in a browser: tables and forms are drawn, and the last check is told, also one that came from outside."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from itertools import product

from playwright.sync_api import Page, expect

from service.people.demo import DEMO_PASSWORD
from tests.service.modeling.c7.conftest import BOUNDARY, basic, multipart
from tests.service.web.test_accessibility import AXE, LOOKS, RUN
from tests.support.diagrams import diagram, line, user
from tests.support.installation import Installation

BROKEN = diagram("broken", line(user("ask", due="${workdays(3")))


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/dang-nhap?next=/quy-trinh")
    page.fill("#username", "quytrinh")
    page.fill("#password", DEMO_PASSWORD)
    page.click("button.btn-ink")
    page.wait_for_selector("h1:has-text('Quy trình')")


def send_from_the_modeler(address: str, name: str, content: bytes) -> int:
    request = urllib.request.Request(
        f"{address}/engine-rest/deployment/create",
        data=multipart("Bản vẽ", {name: content}),
        headers={
            "Authorization": basic("quytrinh"),
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_tables_and_forms_are_drawn_and_the_last_check_is_told(sqlite_demo: Installation, page: Page) -> None:
    with sqlite_demo.serving() as address:
        sign_in(page, address)
        assert "trinh demo" in page.inner_text("main"), "the last check so far"

        page.locator("tr", has_text="eligibility.dmn").locator("a.main").first.click()
        page.wait_for_selector('[data-table][data-drawn="1"]')
        assert page.locator("[data-table] td").count() > 10
        assert page.locator("[data-table]", has_text="Xem liên hệ giữa các bảng").count() == 1
        page.go_back()

        page.locator("tr", has_text="general_approval.form").get_by_text("Ý kiến đồng ý hoặc trả lại").click()
        page.wait_for_selector('[data-form-view][data-drawn="1"]')
        assert "Lý do hoặc yêu cầu sửa" in page.inner_text("[data-form-view]")
        assert page.locator("[data-form-view] textarea[readonly], [data-form-view] textarea[disabled]").count() == 1
        page.go_back()

        page.locator("tr", has_text="award_round.bpmn").locator("a.main").click()
        page.wait_for_selector('[data-diagram][data-drawn="1"]')
        page.set_viewport_size({"width": 390, "height": 844})
        expect(page.locator("[data-diagram] .djs-container")).to_be_visible()
        expect(page.locator("[data-zoom=in]")).to_be_visible()
        page.set_viewport_size({"width": 1440, "height": 900})

        assert send_from_the_modeler(address, "hong.bpmn", BROKEN) == 400
        page.goto(f"{address}/quy-trinh")
        told = page.locator("p.facts", has_text="Lần kiểm tra gần nhất")
        assert re.search(r"Phan Tuấn Anh, từ Camunda Modeler: chưa triển khai, \d vấn đề", told.inner_text())
        told.locator("a").click()
        page.wait_for_selector("h1:has-text('Chưa triển khai: 1 lỗi')")
        assert "hong.bpmn" in page.inner_text("main")
        assert "ask" in page.inner_text("main")

        assert send_from_the_modeler(address, "hong.bpmn", BROKEN.replace(b"(3", b"(3)}")) == 200
        page.goto(f"{address}/quy-trinh")
        told.locator("a").click()
        page.wait_for_selector("h1:has-text('Đã triển khai')")
        assert page.goto(f"{address}/quy-trinh/kiem-tra/999").status == 404  # type: ignore[union-attr]


def test_axe_finds_nothing_in_what_is_drawn(sqlite_demo: Installation, page: Page) -> None:
    found = []
    with sqlite_demo.serving() as address:
        sign_in(page, address)
        links = {
            name: page.locator("tr", has_text=name).locator("a.main").first.get_attribute("href")
            for name in ("eligibility.dmn", "general_approval.form")
        }
        for (name, link), (width, theme) in product(links.items(), LOOKS):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.goto(f"{address}{link}")
            page.wait_for_selector('[data-drawn="1"]')
            page.evaluate(AXE)
            found += [
                f"{name} {width} {theme}: {each['id']} {[node['html'][:90] for node in each['nodes'][:3]]}"
                for each in page.evaluate(RUN)["violations"]
            ]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{name} {width}: scrolls sideways")
            page.screenshot(path=f"{sqlite_demo.folder}/{name}-{width}-{theme}.png")
    assert found == [], "\n".join(found)
