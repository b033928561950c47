"""The pages in a real browser: by keyboard, without JavaScript, on a phone, in both themes."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from service.engine.commands.claim import ClaimTask, claim
from tests.service.web.site import PASSWORD, Site


def rows_focus(page: Page) -> str | None:
    return page.evaluate("document.activeElement.closest('[data-row]')?.querySelector('.b-number')?.innerText")


def test_signing_in_and_out(served: Site, page: Page) -> None:
    page.goto(f"{served.address}/viec")
    page.fill("#username", "clerk")
    page.fill("#password", "chưa đúng")
    page.press("#password", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("Chưa đăng nhập được")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#username")).to_have_value("clerk")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{served.address}/viec")
    page.get_by_role("banner").get_by_role("button", name="Đăng xuất").first.click()
    page.wait_for_url(f"{served.address}/dang-nhap")
    page.goto(f"{served.address}/viec")
    expect(page.locator("h1")).to_have_text("Đăng nhập")


def test_the_worklist_by_keyboard(served: Site, page: Page) -> None:
    for number in ("HS-01", "HS-02", "HS-03"):
        served.begin(number=number)
    served.sign_in(page, "clerk")
    seen = page.locator(".b-number").all_inner_texts()
    for key, expected in (("j", seen[0]), ("j", seen[1]), ("j", seen[2]), ("j", seen[2]), ("k", seen[1])):
        page.keyboard.press(key)
        assert rows_focus(page) == expected
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Lập hồ sơ")
    expect(page.locator(".crumbs")).to_contain_text(seen[1])
    page.locator("input.control").first.fill("jjj kkk u")
    expect(page.locator("input.control").first).to_have_value("jjj kkk u")
    page.locator("h1").click()
    page.keyboard.press("u")
    page.wait_for_url(f"{served.address}/viec")
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator(".facts").first).to_contain_text("Bạn giữ việc này từ")


def test_keys_are_left_alone_while_a_word_is_composed(served: Site, page: Page) -> None:
    served.begin(number="HS-01")
    served.sign_in(page, "clerk")
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', isComposing: true, bubbles: true}))")
    assert rows_focus(page) is None


def test_completing_with_errors_kept_then_from_the_keyboard(served: Site, page: Page) -> None:
    begun = served.begin(number="HS-01")
    served.finish(served.world.open_task(begun.instance_id), "clerk", subject="x")
    served.sign_in(page, "head")
    page.click("text=Ký hồ sơ")
    expect(page.locator("#f-reason")).to_be_hidden()
    page.get_by_label("Trả lại").check()
    expect(page.locator("#f-reason")).to_be_visible()
    page.locator("#f-held_on").fill("24/11/2026")
    page.keyboard.press("Control+Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Có 1 chỗ cần sửa trước khi gửi")
    summary.get_by_role("link", name="Lý do: Cần nhập nội dung này.").click()
    page.keyboard.type("Thiếu biên bản họp")
    expect(page.locator("#f-held_on")).to_have_value("24/11/2026")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn thành “Ký hồ sơ” HS-01")


def test_a_conflict_keeps_what_was_typed(served: Site, new_page: Callable[..., Page]) -> None:
    begun = served.begin(number="HS-01")
    served.finish(served.world.open_task(begun.instance_id), "clerk", subject="x")
    signing = served.world.open_task(begun.instance_id)
    page = new_page()
    served.sign_in(page, "head", path=f"/viec/{signing.id}")
    page.get_by_label("Trả lại").check()
    page.locator("#f-reason").fill("Thiếu biên bản họp")
    served.finish(signing, "head", decision="signed")
    page.click("button:has-text('Hoàn thành')")
    notice = page.get_by_role("alert")
    expect(notice).to_be_focused()
    expect(notice).to_contain_text("Việc này đã được Vũ Đình Trọng hoàn thành lúc")
    expect(page.locator("#phan-nhap")).to_contain_text("Thiếu biên bản họp")
    expect(page.locator("#phan-nhap mark").first).to_have_text("Ký")


def test_rows_are_added_in_place_and_the_focus_follows(served: Site, page: Page) -> None:
    begun = served.begin("listed", number="DS-01")
    served.sign_in(page, "clerk", path=f"/viec/{served.world.open_task(begun.instance_id).id}")
    page.evaluate("window.same = true")
    page.click("text=Thêm dòng")
    expect(page.locator("#f-nominees-0-full_name")).to_be_focused()
    page.keyboard.type("Nguyễn Văn An")
    page.click("text=Thêm dòng")
    expect(page.locator("#f-nominees-1-full_name")).to_be_focused()
    page.keyboard.type("Trần Thị Bình")
    page.click("text=Bỏ dòng 1")
    expect(page.locator("#f-nominees-0-full_name")).to_have_value("Trần Thị Bình")
    assert page.evaluate("window.same") is True
    page.click("button:has-text('Hoàn thành')")
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn thành “Lập danh sách”")


def test_everything_goes_without_javascript(served: Site, browser: Browser) -> None:
    begun = served.begin("listed", number="DS-01")
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    served.sign_in(page, "clerk")
    page.click("button:has-text('Nhận việc')")
    page.click("text=Thêm dòng")
    page.fill("[name='nominees.0.full_name']", "Nguyễn Văn An")
    page.click("text=Thêm dòng")
    assert page.input_value("[name='nominees.0.full_name']") == "Nguyễn Văn An"
    page.click("button:has-text('Hoàn thành')")
    assert "Có 1 chỗ cần sửa" not in page.inner_text("main")  # the second row was left blank: it is no row
    assert "Đã hoàn thành “Lập danh sách” DS-01" in page.inner_text("main")
    page.click("text=Xem hồ sơ")
    assert "đang chờ từ" in page.inner_text("main")
    context.close()
    assert served.world.open_task(begun.instance_id).element == "after"


def test_a_press_on_enter_completes_and_does_not_add_a_row(served: Site, page: Page) -> None:
    begun = served.begin("listed", number="DS-01")
    served.sign_in(page, "clerk", path=f"/viec/{served.world.open_task(begun.instance_id).id}")
    page.click("text=Thêm dòng")
    page.locator("#f-nominees-0-full_name").fill("Nguyễn Văn An")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn thành")


def test_the_diagram_is_drawn_with_its_token(served: Site, page: Page) -> None:
    drawing = open_drawing(served)
    served.sign_in(page, "clerk", path=f"/ho-so/{drawing}")
    expect(page.locator("[data-diagram]")).to_have_attribute("data-drawn", "1")
    expect(page.locator(".token-dot")).to_have_text("1")
    expect(page.locator("[data-element-id='step'].token")).to_have_count(1)
    expect(page.locator("[data-element-id='begin'].walked")).to_have_count(1)
    expect(page.locator("[data-element-id='flow_1'].walked")).to_have_count(1)
    expect(page.locator("[data-element-id='flow_2'].ahead")).to_have_count(1)
    page.click("text=Phóng to")
    page.click("[data-theme-switch]")
    expect(page.locator("[data-element-id='step'].token")).to_have_count(1)


def test_the_theme_is_switched_and_remembered(served: Site, page: Page) -> None:
    page.emulate_media(color_scheme="light")
    served.sign_in(page, "clerk")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.click("[data-theme-switch]")
    assert page.evaluate(ground) == "rgb(20, 24, 29)"
    page.reload()
    assert page.evaluate(ground) == "rgb(20, 24, 29)"
    page.click("[data-theme-switch]")
    page.emulate_media(color_scheme="dark")
    page.reload()
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_a_phone_shows_rows_as_blocks_and_the_places_in_a_menu(served: Site, new_page: Callable[..., Page]) -> None:
    begun = served.begin(number="HS-01")
    held = served.world.open_task(begun.instance_id)
    claim(served.world.engine, ClaimTask(task_id=held.id), served.world.actor("clerk"))
    page = new_page(width=390, height=844)
    served.sign_in(page, "clerk")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        for path in ("/viec", f"/viec/{held.id}", "/ho-so", f"/ho-so/{begun.instance_id}", "/thong-bao"):
            page.goto(f"{served.address}{path}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
    page.goto(f"{served.address}/viec")
    assert page.locator("[data-row]").bounding_box()["height"] > 60
    page.click("summary:has-text('Menu')")
    page.get_by_role("link", name="Hồ sơ", exact=True).click()
    expect(page.locator("h1")).to_have_text("Hồ sơ")


def open_drawing(site: Site) -> str:
    """A dossier of a diagram that has a drawing."""
    boxes = (
        ("begin", 100, 100, 36, 36),
        ("step", 180, 78, 100, 80),
        ("over", 330, 100, 36, 36),
    )
    lines = (("flow_1", "begin", "step", 136, 180), ("flow_2", "step", "over", 280, 330))
    shapes = "".join(
        f'<di:BPMNShape id="{key}_di" bpmnElement="{key}"><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/>'
        "</di:BPMNShape>"
        for key, x, y, w, h in boxes
    )
    edges = "".join(
        f'<di:BPMNEdge id="{key}_di" bpmnElement="{key}"><w:waypoint x="{a}" y="118"/><w:waypoint x="{b}" y="118"/>'
        "</di:BPMNEdge>"
        for key, _, _, a, b in lines
    )
    flows = "".join(f'<b:sequenceFlow id="{k}" sourceRef="{s}" targetRef="{t}"/>' for k, s, t, _, _ in lines)
    site.world.deploy(
        drawn=(
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" '
            'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
            'xmlns:w="http://www.omg.org/spec/DD/20100524/DI" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
            'id="d" targetNamespace="http://trinh.test">'
            '<b:process id="drawn" name="Có hình" isExecutable="true" camunda:historyTimeToLive="P3650D" '
            'camunda:candidateStarterGroups="unit_clerk">'
            '<b:startEvent id="begin"/><b:userTask id="step" name="Bước" camunda:candidateGroups="unit_clerk"/>'
            f'<b:endEvent id="over"/>{flows}</b:process>'
            f'<di:BPMNDiagram id="x"><di:BPMNPlane id="y" bpmnElement="drawn">{shapes}{edges}</di:BPMNPlane>'
            "</di:BPMNDiagram></b:definitions>"
        ).encode()
    )
    return site.begin("drawn", number="HS-HINH").instance_id
