"""Nothing that somebody typed is lost: drafts of answers, kept for one person until they send or drop them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select, update

from service.engine.commands.cancel import CancelInstance, cancel
from service.engine.commands.claim import ClaimTask, claim
from service.engine.tables import draft, task
from service.people.tables import sign_in_session
from tests.service.web.site import Site, text_of
from tests.support.statements import counted

TYPED = {"subject": "Đề nghị tặng Bằng khen <hằng năm>"}
IN_FORM = 'value="Đề nghị tặng Bằng khen &lt;hằng năm&gt;"'


@pytest.fixture
def drafting(site: Site):
    """The clerks' task of a dossier that has just begun."""
    return site.world.open_task(site.begin(number="HS-01").instance_id)


def drafts(site: Site) -> list[Any]:
    return site.world.rows(select(draft))


def body(response: Any) -> str:
    assert response.status_code == 200
    return str(response.get_data(as_text=True))


def test_a_draft_is_saved_shown_again_and_is_nobody_elses(site: Site, drafting) -> None:
    clerk, path = site.person("clerk"), f"/viec/{drafting.id}"
    saved = clerk.post(f"{path}/nhap", {"_revision": drafting.revision, **TYPED})
    assert (saved.status_code, saved.location) == (303, f"{path}?nhap=da-luu")
    page = clerk.get(saved.location)
    assert IN_FORM in body(page)
    assert re.search(r"Bản nháp lưu lúc \d\d:\d\d ngày \d\d/\d\d/\d{4}, chưa gửi\.", text_of(page))
    assert site.world.open_task(drafting.root_id).revision == drafting.revision
    assert "Lập hồ sơ Bản nháp lưu lúc" in text_of(clerk.get("/viec"))
    assert "Bản nháp" not in text_of(site.person("clerk2").get("/viec"))
    for username in ("clerk2", "auditor"):
        other = site.person(username).get(path)
        assert "Bản nháp" not in text_of(other)
        assert "Bằng khen" not in body(other)
    clerk.post(f"{path}/nhap", {"subject": "Viết lại"})
    assert [row.typed for row in drafts(site)] == [[["subject", "Viết lại"]]]
    assert clerk.post(f"{path}/nhap/bo").location == path
    assert "Bản nháp" not in text_of(clerk.get(path))
    assert drafts(site) == []


def test_rows_and_dates_come_back_as_they_were_typed(site: Site) -> None:
    listing = site.world.open_task(site.begin("listed", number="DS-01").instance_id)
    clerk, path = site.person("clerk"), f"/viec/{listing.id}"
    typed = {"nominees.0.full_name": "Nguyễn Văn An", "nominees.0.score": "92,", "nominees.1.full_name": ""}
    clerk.post(f"{path}/nhap", typed)
    page = body(clerk.get(path))
    assert 'value="Nguyễn Văn An"' in page
    assert 'value="92,"' in page
    assert 'name="nominees.1.full_name"' in page


def test_completing_takes_the_draft_away_in_the_same_commit(site: Site, drafting) -> None:
    clerk, path = site.person("clerk"), f"/viec/{drafting.id}"
    clerk.post(f"{path}/nhap", TYPED)
    with counted(site.world.database) as statements:
        assert clerk.post(path, {"_revision": drafting.revision, **TYPED}).status_code == 303
    assert statements.commits == 1
    assert drafts(site) == []


def test_a_draft_of_a_task_that_a_colleague_completed_is_held_against_what_was_recorded(site: Site, drafting) -> None:
    clerk, path = site.person("clerk"), f"/viec/{drafting.id}"
    clerk.post(f"{path}/nhap", TYPED)
    site.finish(drafting, "clerk2", subject="Đề nghị khác")
    words = text_of(clerk.get(path))
    assert "Bạn nhập, chưa ghi Đề nghị tặng Bằng khen <hằng năm> Đã ghi Đề nghị khác" in words
    assert "Bản nháp của bạn lưu lúc" in words
    refused = clerk.post(f"{path}/nhap", {"subject": "Vẫn còn đây"})
    assert refused.status_code == 409
    assert "Vẫn còn đây" in text_of(refused)
    clerk.post(f"{path}/nhap/bo")
    assert "Bản nháp" not in text_of(clerk.get(path))


def test_what_was_typed_into_a_cancelled_task_is_still_there_to_copy(site: Site, drafting) -> None:
    clerk, path = site.person("clerk"), f"/viec/{drafting.id}"
    clerk.post(f"{path}/nhap", TYPED)
    supervisor = site.world.actor("supervisor")
    cancel(site.world.engine, CancelInstance(instance_id=drafting.root_id, reason="nhập trùng"), supervisor)
    for answer in (clerk.get(path), clerk.post(path, {"_revision": drafting.revision, **TYPED})):
        assert "Phần bạn đã nhập, chưa ghi" in text_of(answer)
        assert "Đề nghị tặng Bằng khen <hằng năm>" in text_of(answer)
        assert "giống hệt" not in text_of(answer)


def test_a_draft_of_a_task_that_a_colleague_took_is_shown_to_be_copied(site: Site, drafting) -> None:
    clerk, path = site.person("clerk"), f"/viec/{drafting.id}"
    claim(site.world.engine, ClaimTask(task_id=drafting.id), site.world.actor("clerk2"))
    taken = clerk.post(f"{path}/nhan", {"_revision": drafting.revision, **TYPED})
    assert taken.status_code == 409
    for page in (taken, clerk.get(path)):
        assert "Phần bạn đã nhập" in text_of(page)
        assert IN_FORM in page.get_data(as_text=True)


def test_taking_and_giving_back_keep_what_was_typed_and_make_no_draft_of_nothing(site: Site, drafting) -> None:
    clerk, path = site.person("clerk"), f"/viec/{drafting.id}"
    assert clerk.post(f"{path}/nhan", {"_revision": drafting.revision, "subject": ""}).location == path
    assert drafts(site) == []
    held = site.world.open_task(drafting.root_id)
    assert clerk.post(f"{path}/tra", {"_revision": held.revision, **TYPED}).status_code == 303
    assert IN_FORM in body(clerk.get(path))
    assert site.world.open_task(drafting.root_id).assignee_id is None


def test_whoever_was_signed_out_meanwhile_can_copy_what_they_typed(site: Site, drafting) -> None:
    path, typed = f"/viec/{drafting.id}", {"subject": "Một câu dài <đã viết>"}
    clerk = site.person("clerk")
    foreign = clerk.client.post(path, data={"csrf_token": "x" * 43, **typed})
    with site.world.database.unit_of_work() as unit:
        unit.connection.execute(delete(sign_in_session))
    ended = clerk.post(path, typed)
    assert (foreign.status_code, ended.status_code) == (403, 401)
    assert "Phiên đăng nhập đã hết" in text_of(ended)
    for page in (foreign, ended):
        assert "Phần bạn đã nhập, chưa ghi" in text_of(page)
        assert "Một câu dài &lt;đã viết&gt;" in page.get_data(as_text=True)
    assert clerk.post("/thong-bao/da-doc", typed).status_code in (303, 403)


def test_who_may_not_act_keeps_nothing(site: Site, drafting) -> None:
    path = f"/viec/{drafting.id}/nhap"
    assert site.person("auditor").post(path, TYPED).status_code == 403
    assert site.person("other").post(path, TYPED).status_code == 404
    assert drafts(site) == []


def test_what_comes_next_is_told_from_the_diagram(site: Site, drafting) -> None:
    assert "Tiếp theo Sau bước này: Ký hồ sơ" in text_of(site.person("clerk").get(f"/viec/{drafting.id}"))
    site.finish(drafting, "clerk", subject="x")
    signing = site.world.open_task(drafting.root_id)
    assert "Sau bước này không còn việc nào" in text_of(site.person("head").get(f"/viec/{signing.id}"))


def test_a_draft_keeps_itself_and_enter_still_completes(served: Site, page: Page) -> None:
    begun = served.begin(number="HS-01")
    drafting = served.world.open_task(begun.instance_id)
    served.sign_in(page, "clerk", path=f"/viec/{drafting.id}")
    page.locator("#f-subject").fill("Đang viết dở")
    expect(page.locator("[data-saved]")).to_contain_text("Đã tự lưu lúc", timeout=30_000)  # it waits for a pause
    page.goto(f"{served.address}/viec")
    page.goto(f"{served.address}/viec/{drafting.id}")
    expect(page.locator("#f-subject")).to_have_value("Đang viết dở")
    page.locator("#f-subject").press("Enter")  # the buttons to take the task and to keep a draft belong to the form too
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn thành “Lập hồ sơ” HS-01")
    (done,) = served.world.rows(select(task).where(task.c.id == drafting.id))
    assert done.assignee_id is None
    assert drafts(served) == []


def test_an_old_draft_says_its_day(site: Site, drafting) -> None:
    clerk, path = site.person("clerk"), f"/viec/{drafting.id}"
    clerk.post(f"{path}/nhap", TYPED)
    with site.world.database.unit_of_work() as unit:
        unit.connection.execute(update(draft).values(saved_at=site.world.at))
    assert "Bản nháp lưu lúc 09:00 ngày 24/11/2026, chưa gửi." in text_of(clerk.get(path))
