"""The supervisor's one screen: what is stuck, with whom, since when and why; and every way to move it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from service.engine.commands.claim import ClaimTask, claim
from service.engine.tables import history, job, notice, task
from service.people.tables import account
from tests.service.web.site import Site, text_of
from tests.service.web.test_dossier_pages import stuck


@pytest.fixture
def late(site: Site):
    """A clerk's task four days overdue."""
    begun = site.begin(number="HS-LATE")
    overdue(site, begun.instance_id)
    return site.world.open_task(begun.instance_id)


def overdue(site: Site, root_id: str) -> None:
    with site.world.database.unit_of_work() as unit:
        moved = {"due_at": unit.at - timedelta(days=4)}
        unit.connection.execute(update(task).where(task.c.root_id == root_id).values(moved))


def shut(site: Site, *usernames: str) -> None:
    with site.world.database.unit_of_work() as unit:
        unit.connection.execute(update(account).where(account.c.username.in_(usernames)).values(active=False))


def told(site: Site, username: str) -> list[str]:
    query = select(notice.c.subject).where(notice.c.account_id == site.world.actor(username).account_id)
    return [row.subject for row in site.world.rows(query.order_by(notice.c.id))]


def last_of(site: Site, kind: str) -> Any:
    return site.world.rows(select(history).where(history.c.kind == kind).order_by(history.c.id))[-1]


def test_one_screen_tells_what_is_late_stuck_waiting_and_quiet(site: Site, late) -> None:
    stuck(site)
    site.begin(number="HS-FINE")
    words = text_of(site.person("supervisor").get("/giam-sat"))
    parts = ["Việc quá hạn", "HS-LATE", "Sự cố, lâu", "HS-KET", "Kho lưu trữ đang đóng.", "trong hạn", "HS-FINE"]
    assert [words.index(each) for each in parts] == sorted(words.index(each) for each in parts)
    assert "Không có hồ sơ nào đứng chờ thông báo" in words
    auditor = text_of(site.person("auditor").get("/giam-sat"))
    assert "HS-LATE" in auditor
    assert "Tháo gỡ" not in auditor
    assert "Thử lại" not in auditor


def test_an_incident_tries_again_from_the_list(site: Site) -> None:
    begun, refusals = stuck(site)
    supervisor = site.person("supervisor")
    for outcome, words in (("con-ket", "vẫn chưa đi tiếp được"), ("da-thu-lai", "đi tiếp được. Việc quá hạn")):
        form = {"incident": site.world.incidents()[0].id, "next": "/giam-sat"}
        answer = supervisor.post(f"/ho-so/{begun.instance_id}/thu-lai", form)
        assert answer.location == f"/giam-sat?bao={outcome}"
        assert words in text_of(supervisor.get(answer.location))
        refusals.clear()
    assert site.world.incidents() == []


def test_a_task_that_nobody_can_take_says_so(site: Site, late) -> None:
    supervisor = site.person("supervisor")
    assert "Không có ai trong nhóm" not in text_of(supervisor.get("/giam-sat"))
    shut(site, "clerk", "clerk2")
    assert "Không có ai trong nhóm" in text_of(supervisor.get("/giam-sat"))
    words = text_of(supervisor.get(f"/giam-sat/viec/{late.id}"))
    assert "không có ai để nhận việc" in words
    assert "Không có ai khác thuộc nhóm xử lý việc này." in words


def test_reminding_tells_the_group_once_a_day_then_the_holder(site: Site, late) -> None:
    supervisor, path = site.person("supervisor"), f"/giam-sat/viec/{late.id}"
    assert supervisor.post(f"{path}/nhac").location == f"{path}?bao=da-nhac"
    assert told(site, "clerk") == told(site, "clerk2") == ["Nhắc việc: Lập hồ sơ"]
    assert told(site, "head") == []
    assert len([row for row in site.world.rows(select(job)) if row.kind == "mail"]) == 2
    again = supervisor.post(f"{path}/nhac")
    assert again.status_code == 409
    assert "Hôm nay đã nhắc rồi" in text_of(again)
    assert "Lý Hồng Vân nhắc việc “Lập hồ sơ”." in text_of(supervisor.get(f"/ho-so/{late.root_id}"))


def test_those_above_are_told_in_the_supervisors_own_words(site: Site, late) -> None:
    supervisor, path = site.person("supervisor"), f"/giam-sat/viec/{late.id}/bao-cap-tren"
    empty = supervisor.post(path, {"reason": " "})
    assert (empty.status_code, "Cần ghi nội dung báo cấp trên." in text_of(empty)) == (422, True)
    done = supervisor.post(path, {"reason": "Phường chưa có văn thư mới"})
    assert done.location == f"/giam-sat/viec/{late.id}?bao=da-bao"
    assert told(site, "head") == ["Báo cấp trên: Lập hồ sơ"]
    assert told(site, "supervisor") == told(site, "clerk") == []
    assert "Nội dung: Phường chưa có văn thư mới." in text_of(site.person("director").get(f"/ho-so/{late.root_id}"))
    shut(site, "head")
    assert supervisor.post(path, {"reason": "Vẫn chưa có"}).status_code == 409


def test_giving_it_to_somebody_else_needs_a_reason_and_tells_them(site: Site, late) -> None:
    claim(site.world.engine, ClaimTask(task_id=late.id), site.world.actor("clerk"))
    held = site.world.open_task(late.root_id)
    supervisor, path = site.person("supervisor"), f"/giam-sat/viec/{late.id}"
    page = text_of(supervisor.get(path))
    assert "Nguyễn Thị Hà giữ việc này từ" in page
    assert "Giao cho Trần Văn Bình Trả về nhóm" in page
    form = {"username": "clerk2", "revision": held.revision, "reason": "Bà Hà nghỉ phép"}
    refused = supervisor.post(f"{path}/giao-lai", {**form, "reason": " "})
    assert refused.status_code == 422
    assert "Lý do giao lại: Cần ghi lý do giao lại." in text_of(refused)
    assert 'value="clerk2" selected' in refused.get_data(as_text=True)
    foreign = supervisor.post(f"{path}/giao-lai", {**form, "username": "other"})
    assert (foreign.status_code, "Bà Hà nghỉ phép" in text_of(foreign)) == (422, True)
    assert "không thuộc nhóm được xử lý việc này" in text_of(foreign)
    assert supervisor.post(f"{path}/giao-lai", {**form, "revision": 1}).status_code == 409
    assert supervisor.post(f"{path}/giao-lai", {**form, "username": "nobody"}).status_code == 409
    assert supervisor.post(f"{path}/giao-lai", form).location == f"{path}?bao=da-giao"
    assert site.world.open_task(late.root_id).assignee_id == site.world.actor("clerk2").account_id
    assert told(site, "clerk2") == ["Bạn được giao việc: Lập hồ sơ"]
    assert last_of(site, "reassigned").detail["reason"] == "Bà Hà nghỉ phép"
    director = site.person("director")
    assert "Lý Hồng Vân giao việc “Lập hồ sơ” cho Trần Văn Bình. Lý do: Bà Hà nghỉ phép." in text_of(
        director.get(f"/ho-so/{late.root_id}")
    )
    back = {"username": "", "revision": held.revision + 1, "reason": "Để nhóm tự phân công"}
    assert supervisor.post(f"{path}/giao-lai", back).status_code == 303
    assert site.world.open_task(late.root_id).assignee_id is None


def test_more_time_moves_the_due_date_and_the_reason_is_kept(site: Site) -> None:
    begun = site.begin(number="HS-01", at=datetime(2026, 11, 24, 2, tzinfo=UTC))
    due = site.world.open_task(begun.instance_id)
    supervisor, path = site.person("supervisor"), f"/giam-sat/viec/{due.id}"
    wrong = supervisor.post(f"{path}/gia-han", {"days": "61", "reason": ""})
    assert wrong.status_code == 422
    assert "Số ngày làm việc: Nhập số ngày làm việc từ 1 đến 60." in text_of(wrong)
    assert "Lý do gia hạn: Cần ghi lý do gia hạn." in text_of(wrong)
    assert supervisor.post(f"{path}/gia-han", {"days": "hai", "reason": "x"}).status_code == 422
    done = supervisor.post(f"{path}/gia-han", {"days": "2", "reason": "Chờ số liệu PAR INDEX"})
    assert done.location == f"{path}?bao=da-gia-han"
    now = site.world.open_task(begun.instance_id)
    assert (due.due_at, now.due_at) == tuple(datetime(2026, 12, day, 10, tzinfo=UTC) for day in (8, 10))
    assert (now.due_budget, now.revision) == (12, due.revision)
    assert last_of(site, "extended").detail["reason"] == "Chờ số liệu PAR INDEX"
    assert (
        "Lý Hồng Vân gia hạn “Lập hồ sơ” thêm 2 ngày làm việc, đến 10/12/2026 17:00. Lý do: Chờ số liệu PAR INDEX."
        in text_of(site.person("clerk").get(f"/ho-so/{begun.instance_id}"))
    )


def test_a_task_without_working_days_is_not_extended(site: Site) -> None:
    begun = site.begin("listed", number="DS-01")
    path = f"/giam-sat/viec/{site.world.open_task(begun.instance_id).id}"
    supervisor = site.person("supervisor")
    assert "Không gia hạn được" in text_of(supervisor.get(path))
    refused = supervisor.post(f"{path}/gia-han", {"days": "2", "reason": "x"})
    assert refused.status_code == 409
    assert "không có hạn tính theo ngày làm việc" in text_of(refused)


@pytest.mark.parametrize("username", ["clerk", "other", "owner", "auditor", "director"])
def test_others_move_nothing(site: Site, late, username: str) -> None:
    person, path = site.person(username), f"/giam-sat/viec/{late.id}"
    assert person.get(path).status_code == 404
    forms = {
        "nhac": {},
        "bao-cap-tren": {"reason": "x"},
        "giao-lai": {"username": "clerk2", "reason": "x"},
        "gia-han": {"days": "1", "reason": "x"},
    }
    for act, form in forms.items():
        assert person.post(f"{path}/{act}", form).status_code == 404
    assert site.world.open_task(late.root_id) == late


def test_a_closed_task_has_no_such_page(site: Site, late) -> None:
    site.finish(late, "clerk", subject="x")
    supervisor, path = site.person("supervisor"), f"/giam-sat/viec/{late.id}"
    assert supervisor.get(path).status_code == 404
    assert supervisor.post(f"{path}/nhac").status_code == 404


def test_from_the_list_to_another_clerk_in_the_browser(served: Site, page: Page) -> None:
    begun = served.begin(number="HS-LATE")
    overdue(served, begun.instance_id)
    served.sign_in(page, "supervisor", path="/giam-sat")
    page.get_by_role("link", name="Cách khác Lập hồ sơ HS-LATE").click()
    page.get_by_label("Giao cho").select_option("clerk2")
    page.get_by_role("button", name="Giao lại việc này").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Lý do giao lại: Cần ghi lý do giao lại.").click()
    page.keyboard.type("Bà Hà nghỉ phép")
    page.get_by_role("button", name="Giao lại việc này").click()
    expect(page.get_by_role("status")).to_be_focused()
    assert served.world.open_task(begun.instance_id).assignee_id == served.world.actor("clerk2").account_id
