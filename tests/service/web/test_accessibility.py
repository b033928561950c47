"""axe finds nothing on any page, at both widths and in both themes; the demo's own dossiers are what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from service.web.vendor import WEB
from tests.service.web.site import Site
from tests.support.installation import Installation

AXE = (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RUN = "axe.run(document, {resultTypes: ['violations']})"
LOOKS = tuple((width, theme) for width in (1440, 390) for theme in ("light", "dark"))
DEMO: dict[str, tuple[str, ...]] = {
    "vanthu.hoankiem": ("/viec", "/viec?muc=da-xong", "/thong-bao", "/ho-so", "/ho-so?muc=da-xong", "/khong-co"),
    "chuyenvien": ("/viec", "/ho-so", "/dot-xet"),
    "giamsat": ("/giam-sat", "/ho-so"),
    "quytrinh": ("/quy-trinh",),
}
LINKS = re.compile(
    r"/(?:viec|ho-so|giam-sat/viec)/[0-9a-f-]{36}|/dot-xet/\d+|/quy-trinh/award_round:1:[0-9a-f-]{36}(?=\")"
)


@pytest.fixture
def demo(sqlite_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of an installation with the demo's people and dossiers."""
    installation = Installation(database_url=sqlite_url, folder=tmp_path)
    installation.run("init")
    installation.run("demo")
    with installation.serving("--worker") as address:
        yield address


def violations(page: Page, address: str) -> list[str]:
    """What axe finds on this page in all four looks, and whether it scrolls sideways."""
    found = []
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        page.goto(address)
        page.evaluate(AXE)
        for each in page.evaluate(RUN)["violations"]:
            nodes = [node["html"][:120] for node in each["nodes"][:3]]
            found.append(f"{address} {width} {theme}: {each['id']}: {each['help']} {nodes}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address} {width}: scrolls sideways")
    return found


def sign_in(page: Page, address: str, username: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{address}/dang-nhap")
    page.fill("#username", username)
    page.fill("#password", "Trinh-demo-2026")
    page.click("button.btn-ink")
    page.wait_for_url(f"{address}/viec")


def test_every_page_of_the_demo(demo: str, page: Page) -> None:
    found = violations(page, f"{demo}/dang-nhap")
    for username, paths in DEMO.items():
        sign_in(page, demo, username)
        linked: dict[str, str] = {}
        for path in paths:
            found += violations(page, f"{demo}{path}")
            for link in LINKS.findall(page.content()):
                linked.setdefault(link.rsplit("/", 1)[0], link)
        for link in linked.values():
            found += violations(page, f"{demo}{link}")
    assert found == []


def test_a_form_with_rows_errors_and_a_conflict(served: Site, page: Page) -> None:
    begun = served.begin("listed", number="DS-01")
    listing = served.world.open_task(begun.instance_id)
    served.sign_in(page, "clerk", path=f"/viec/{listing.id}")
    found = []
    page.click("text=Thêm dòng")
    page.locator("[name='nominees.0.score']").fill("101")
    page.click("button:has-text('Hoàn thành')")
    page.wait_for_selector("text=cần sửa trước khi gửi")
    found += on_screen(page)
    page.click("text=Lưu nháp")
    page.wait_for_selector("text=Bản nháp lưu lúc")
    found += on_screen(page)
    served.finish(listing, "clerk2", nominees=[{"full_name": "Trần Thị Bình", "score": 90}])
    page.locator("[name='nominees.0.full_name']").fill("Nguyễn Văn An")
    page.click("button:has-text('Hoàn thành')")
    page.wait_for_selector("text=Việc này đã được hoàn thành")
    found += on_screen(page)
    assert found == []


def test_a_wrong_password_and_a_report_of_problems(served: Site, page: Page, tmp_path: Path) -> None:
    page.goto(f"{served.address}/dang-nhap")
    page.fill("#username", "owner")
    page.fill("#password", "sai")
    page.click("button.btn-ink")
    page.wait_for_selector("text=Chưa đăng nhập được")
    found = on_screen(page)
    served.sign_in(page, "owner", path="/quy-trinh")
    broken = tmp_path / "hong.bpmn"
    broken.write_text("<x>", "utf-8")
    page.set_input_files("#files", broken)
    page.click("text=Kiểm tra và triển khai")
    page.wait_for_selector("h1:has-text('Chưa triển khai')")
    found += on_screen(page)
    assert found == []


def on_screen(page: Page) -> list[str]:
    """axe on what is shown now, in both themes and widths without loading it again."""
    found = []
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        page.evaluate(AXE)
        found += [f"{width} {theme}: {each['id']}: {each['help']}" for each in page.evaluate(RUN)["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{width}: scrolls sideways")
    return found
