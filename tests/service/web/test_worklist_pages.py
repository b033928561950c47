"""The worklist: whose tasks, in which order, page by page; and the notice after completing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import update
from werkzeug.test import TestResponse

from service.engine.commands.claim import ClaimTask, claim
from service.engine.tables import notice, task
from service.web.words import HANOI
from service.worklist.reads import PAGE
from tests.service.web.site import Site, text_of
from tests.support.diagrams import diagram, line, user
from tests.support.statements import counted

ROW = re.compile(r"<tr data-row>(.*?)</tr>", re.DOTALL)


def numbers(response) -> list[str]:
    return re.findall(r'class="b-number"><a[^>]*>([^<]*)', response.get_data(as_text=True))


def due(site: Site, root_id: str, moment: datetime | None) -> None:
    with site.world.database.unit_of_work() as unit:
        unit.connection.execute(update(task).where(task.c.root_id == root_id).values(due_at=moment))


def test_rows_come_by_due_date_undated_last_page_by_page(site: Site) -> None:
    now = datetime.now(UTC)
    for at in range(PAGE + 2):
        begun = site.begin(number=f"HS-{at:02}")
        due(site, begun.instance_id, None if at == 0 else now + timedelta(days=40 - at))
    clerk = site.person("clerk")
    first = clerk.get("/viec")
    assert numbers(first) == [f"HS-{at:02}" for at in range(PAGE + 1, 1, -1)]
    following = re.search(r'href="([^"]+)" rel="next"', first.get_data(as_text=True))
    assert following is not None
    second = clerk.get(following.group(1).replace("&amp;", "&"))
    assert numbers(second) == ["HS-01", "HS-00"]
    assert "Đã hết danh sách" in text_of(second)
    assert "Về trang đầu" in text_of(second)
    assert "Không có hạn" in text_of(second)


def test_an_old_address_that_cannot_be_read_shows_the_first_page_and_says_so(site: Site) -> None:
    site.begin(number="HS-01")
    page = site.person("clerk").get("/viec?muc=cua-nhom&sau=hỏng")
    assert (page.status_code, numbers(page)) == (200, ["HS-01"])
    assert "danh sách hiện từ đầu" in text_of(page)


def test_sections_count_and_hold_what_they_say(site: Site) -> None:
    now = datetime.now(UTC)
    late, today, soon, free = (site.begin(number=name) for name in ("HS-LATE", "HS-TODAY", "HS-SOON", "HS-FREE"))
    due(site, late.instance_id, now - timedelta(days=4))
    due(site, today.instance_id, datetime.combine(now.astimezone(HANOI), time(23, 59, 59), HANOI))
    due(site, soon.instance_id, now + timedelta(days=2))
    due(site, free.instance_id, None)
    mine = site.world.open_task(soon.instance_id)
    claim(site.world.engine, ClaimTask(task_id=mine.id), site.world.actor("clerk"))
    clerk = site.person("clerk")
    expected = {"qua-han": ["HS-LATE"], "sap-den": ["HS-SOON"], "cua-toi": ["HS-SOON"], "da-xong": []}
    assert {section: numbers(clerk.get(f"/viec?muc={section}")) for section in expected} == expected
    assert set(numbers(clerk.get("/viec?muc=cua-nhom"))) == {"HS-LATE", "HS-TODAY", "HS-FREE"}
    assert numbers(clerk.get("/viec?muc=hom-nay")) == ["HS-TODAY"]
    assert "Hết hạn hôm nay 1 Quá hạn 1 Sắp đến hạn 1 Của tôi 1 Của nhóm 3 Đã xong 0" in text_of(clerk.get("/viec"))
    assert "HS-SOON" in ROW.search(clerk.get("/viec").get_data(as_text=True)).group(1)  # one's own come first


def test_a_task_that_a_colleague_holds_is_not_offered(site: Site) -> None:
    begun = site.begin(number="HS-01")
    held = site.world.open_task(begun.instance_id)
    claim(site.world.engine, ClaimTask(task_id=held.id), site.world.actor("clerk2"))
    page = site.person("clerk").get("/viec?muc=cua-nhom")
    assert "Trần Văn Bình" in text_of(page)
    assert f"/viec/{held.id}/nhan" not in page.get_data(as_text=True)
    assert "Mở việc gấp nhất" not in text_of(page)


def test_another_commune_and_those_without_a_task_see_none(site: Site) -> None:
    site.begin(number="HS-01")
    for username in ("other", "supervisor", "owner", "auditor"):
        page = site.person(username).get("/viec?muc=cua-nhom")
        assert (page.status_code, numbers(page)) == (200, [])
        assert "Nhóm của bạn không có việc nào đang chờ" in text_of(page)


def test_starting_opens_the_first_task(site: Site) -> None:
    clerk = site.person("clerk")
    assert "Hồ sơ thử" in text_of(clerk.get("/viec"))
    started = clerk.post("/khoi-tao/simple")
    assert (started.status_code, started.location) == (303, f"/viec/{site.world.open_task().id}")
    assert site.person("auditor").post("/khoi-tao/simple").status_code == 404
    assert clerk.post("/khoi-tao/khong_co").status_code == 404


def test_more_processes_ask_no_more_of_the_database(site: Site) -> None:
    clerk = site.person("clerk")
    counts = []
    for key in ("more", "most"):
        site.world.deploy(**{key: diagram(key, line(user("ask")))})
        clerk.get("/viec")  # what a process parsed once it knows
        with counted(site.world.database) as statements:
            page = clerk.get("/viec")
        counts.append((len(statements), page.get_data(as_text=True).count('action="/khoi-tao/')))
    (before, starts), (after, more_starts) = counts
    assert (after, more_starts) == (before, starts + 1)


def test_completing_says_what_happened_who_has_it_and_what_is_next(site: Site) -> None:
    begun, other = site.begin(number="HS-01"), site.begin(number="HS-02")
    clerk = site.person("clerk")
    done = site.world.open_task(begun.instance_id)
    sent = clerk.post(f"/viec/{done.id}", {"_revision": done.revision, "subject": "đề nghị"})
    assert (sent.status_code, sent.location) == (303, f"/viec?xong={done.id}")
    words = text_of(clerk.get(sent.location))
    assert "Đã hoàn thành “Lập hồ sơ” HS-01" in words
    assert "Bây giờ thủ trưởng đơn vị, UBND Phường Hoàn Kiếm có việc “Ký hồ sơ”." in words
    assert "Việc gấp nhất tiếp theo của bạn: “Lập hồ sơ”, HS-02" in words
    waiting = site.world.open_task(other.instance_id)
    assert f'href="/viec/{waiting.id}" data-focus' in clerk.get(sent.location).get_data(as_text=True)
    assert "Đã hoàn thành" not in text_of(site.person("head").get(sent.location))


def test_notices_are_read_at_once(site: Site) -> None:
    tell(site, "clerk", 2)
    clerk = site.person("clerk")
    assert "Thông báo (2)" in text_of(clerk.get("/viec"))
    page = clerk.get("/thong-bao")
    assert "2 thông báo chưa đọc" in text_of(page)
    assert "&lt;b&gt;x&lt;/b&gt;" in page.get_data(as_text=True)
    assert clerk.post("/thong-bao/da-doc", hidden(page)).status_code == 303
    assert "Không có thông báo chưa đọc" in text_of(clerk.get("/thong-bao"))
    assert "Tin 0" not in text_of(site.person("head").get("/thong-bao"))


def test_only_notices_that_were_shown_are_marked_read(site: Site) -> None:
    tell(site, "clerk", 60)
    clerk = site.person("clerk")
    page = clerk.get("/thong-bao")
    tell(site, "clerk", 1, "Tin mới")  # after the page was opened
    assert clerk.post("/thong-bao/da-doc", hidden(page)).status_code == 303
    page = clerk.get("/thong-bao")
    assert "11 thông báo chưa đọc" in text_of(page)
    older = clerk.get(f"/thong-bao?sau={hidden(page)['tu']}")
    assert "Tin 0" in text_of(older)
    assert clerk.post("/thong-bao/da-doc", hidden(older)).status_code == 303
    assert "1 thông báo chưa đọc" in text_of(clerk.get("/thong-bao?sau=" + "9" * 40))


def tell(site: Site, username: str, count: int, words: str = "Tin") -> None:
    account_id = site.world.actor(username).account_id
    with site.world.database.unit_of_work() as unit:
        rows = [
            {"account_id": account_id, "at": unit.at, "subject": f"{words} {each}", "body": "<b>x</b>", "link": "/viec"}
            for each in range(count)
        ]
        unit.connection.execute(notice.insert(), rows)


def hidden(page: TestResponse) -> dict[str, str]:
    """Which notices the page says it showed."""
    return dict(re.findall(r'name="(tu|den)" value="(\d+)"', page.get_data(as_text=True)))
