"""A drawn form with every component, filled in by a person: with and without JavaScript the same answers are stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from service.engine.commands.deploy import Deploy, deploy
from service.engine.form_schema import check_answers
from service.engine.tables import approval
from tests.service.engine.forms.kit import EVERY, GOOD, PAST, UNITS, VARIABLES, every
from tests.service.web.site import Site
from tests.service.web.test_accessibility import violations
from tests.support.diagrams import diagram, line, user

TYPED = {
    "title": "Đề nghị khen",
    "code": "12/TTr",
    "mail": "ha@hanoi.gov.vn",
    "phone": "+84912345678",
    "merits": "Nhiều sáng kiến",
    "count": "3",
    "share": "92,45",
    "amount": "1.500,5",
    "day": "01/12/2096",
    "clock": "8h30",
    "moment": "01/12/2096 17:00",
    "address.street": "12 Lê Lai",
    "address.ward.name": "Hoàn Kiếm",
}


def begin(site: Site) -> str:
    """The path of a task with the form."""
    step = user("fill", "unit_clerk", name="Điền biểu mẫu", attributes='camunda:formRef="every"')
    files = {"every.form": json.dumps(EVERY).encode(), "p.bpmn": diagram("p", line(step), name="Biểu mẫu")}
    deploy(site.world.engine, Deploy(name="thử", files=files), site.world.actor("owner"))
    begun = site.begin("p", number="BM-01", **VARIABLES)
    return f"/viec/{site.world.open_task(begun.instance_id).id}"


def stored(site: Site) -> dict[str, Any]:
    (kept,) = site.world.rows(select(approval.c.answers))
    return dict(kept.answers)


def fill(page: Page) -> None:
    """Everything that needs no other answer first."""
    for key, words in TYPED.items():
        page.locator(f'[name="{key}"]').fill(words)
    page.locator('[name="urgent"]').check()
    page.locator('[name="sure"]').check()
    page.locator('[name="kind"][value="group"]').check()
    page.locator('[name="unit"]').select_option(label=UNITS[1]["label"])
    for value in ("bb", "ttr"):
        page.locator(f'[name="papers"][value="{value}"]').check()
    page.locator('[name="tags"][value="vàng"]').check()
    page.locator('[name="members.0.present"]').check()
    page.locator('[name="people.0.name"]').fill("Bà An")
    page.locator('[name="people.0.years"]').fill("12")


def fill_what_follows(page: Page) -> None:
    page.locator('[name="people.1.name"]').fill("Ông Bảo")
    page.locator('[name="people.1.years"]').fill("2")
    page.locator('[name="people.1.years"]').press("Tab")
    page.locator('[name="why"]').fill("Trước kỳ họp")
    page.locator('[name="level"]').select_option("Bằng khen")
    page.locator('[name="people.1.reason"]').fill("Xuất sắc")


def send(page: Page) -> None:
    page.get_by_role("button", name="Gửi đề nghị").click()
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn thành “Điền biểu mẫu” BM-01")


def wanted() -> dict[str, Any]:
    """What checking the same answers gives, as the approval keeps them."""
    return dict(json.loads(json.dumps(check_answers(every(), GOOD), default=str)))


def test_filled_in_with_javascript(served: Site, page: Page) -> None:
    path = begin(served)
    served.sign_in(page, "clerk", path=path)
    expect(page.get_by_role("heading", name="Đề nghị của Nguyễn Thị Hà")).to_be_visible()
    expect(page.locator("table.grid td")).to_have_text([str(each[key]) for each in PAST for key in ("year", "award")])
    expect(page.get_by_label("Người đề nghị", exact=True)).not_to_be_editable()
    expect(page.locator('[name="why"]')).to_be_hidden()
    fill(page)
    expect(page.locator('[name="why"]')).to_be_visible()
    expect(page.locator("output")).to_have_text("3000000")
    expect(page.locator('[name="level"] option')).to_have_text(["Chọn", "Cờ", "Bằng khen"])
    page.get_by_role("button", name="Thêm dòng: Người được đề nghị").click()
    expect(page.locator('[name="people.1.name"]')).to_be_focused()
    expect(page.locator('[name="people.1.reason"]')).to_be_hidden()
    fill_what_follows(page)
    send(page)
    assert stored(served) == wanted()


def test_filled_in_without_javascript(served: Site, browser: Browser) -> None:
    path = begin(served)
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    served.sign_in(page, "clerk", path=path)
    expect(page.locator('[name="why"]')).to_be_visible()
    page.get_by_role("button", name="Gửi đề nghị").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator('[name="people.0.name"]')).to_have_value("")
    fill(page)
    page.get_by_role("button", name="Thêm dòng: Người được đề nghị").click()
    expect(page.locator("output")).to_have_text("3000000")
    page.locator('[name="people.1.years"]').fill("2")
    page.get_by_role("button", name="Cập nhật biểu mẫu theo câu trả lời").click()
    fill_what_follows(page)
    send(page)
    context.close()
    assert stored(served) == wanted()


def test_errors_stand_at_their_fields_and_what_was_typed_stays(served: Site, page: Page) -> None:
    served.sign_in(page, "clerk", path=begin(served))
    fill(page)
    page.locator('[name="share"]').fill("92,41")
    page.locator('[name="day"]').fill("30/02/2027")
    page.locator('[name="address.street"]').fill("")
    page.get_by_role("button", name="Gửi đề nghị").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Có 4 chỗ cần sửa trước khi gửi")
    expect(page.locator("#f-share-note .error-text")).to_have_text(
        "Nhập một số theo bước 0,05; gần nhất là 92,4 hoặc 92,45."
    )
    expect(page.locator("#f-day")).to_have_value("30/02/2027")
    expect(page.locator("#f-address-street-note .error-text")).to_have_text("Cần nhập nội dung này.")
    expect(page.locator("#f-why-note .error-text")).to_have_text("Cần nhập nội dung này.")
    expect(page.locator('[name="why"]')).to_be_visible()
    expect(page.get_by_label("Người đề nghị", exact=True)).to_have_value("Nguyễn Thị Hà")
    expect(page.locator("output")).to_have_text("3000000")


def test_form_js_takes_the_form_without_a_warning_and_gives_the_same_answers(
    served: Site, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    served.sign_in(page, "clerk")
    page.add_script_tag(url=f"{served.address}/static/vendor/form-js/form-viewer.umd.js")
    found = page.evaluate(
        """async ([schema, data]) => {
          const form = new FormViewer.Form({ container: document.createElement("div") });
          const { warnings } = await form.importSchema(schema, data);
          const { data: sent, errors } = form.submit();
          return { warnings: warnings.map(String), sent, errors };
        }""",
        [EVERY, {**VARIABLES, **GOOD, "total": 3000000, "amount": "1500.5"}],
    )
    assert (found["warnings"], found["errors"]) == ([], {})
    ours = wanted()
    assert set(found["sent"]) == set(ours)
    for key in (
        "title",
        "code",
        "merits",
        "count",
        "amount",
        "urgent",
        "why",
        "kind",
        "unit",
        "level",
        "address",
        "total",
    ):
        assert float(ours[key]) == float(found["sent"][key]) if key == "total" else ours[key] == found["sent"][key]


def test_axe_finds_nothing_in_the_form_in_four_looks(served: Site, page: Page) -> None:
    path = begin(served)
    served.sign_in(page, "clerk", path=path)
    assert violations(page, f"{served.address}{path}") == []
