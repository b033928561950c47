"""One dossier: what it waits for, where it stands, what stopped it; and the list of what is overdue or stuck."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

from sqlalchemy import update

from service.engine.tables import instance, task
from service.errors import Refused
from service.monitoring.reads import PAGE
from service.people.tables import unit as unit_table
from service.people.units import fold
from tests.service.web.site import Site, text_of
from tests.support.diagrams import diagram, line, service, user
from tests.support.world import Topic

STUCK = diagram(
    "stuck", line(user("ask"), service("act", "test:act"), user("after")), name="Hồ sơ kẹt", starters="unit_clerk"
)
CALLING = diagram(
    "calling",
    line(user("before"), '<bpmn:callActivity id="call" name="Họp xét" calledElement="simple"/>', user("after")),
    name="Hồ sơ gọi",
    starters="unit_clerk",
)


class Closed(Refused):
    code, message = "closed", "Kho lưu trữ đang đóng."


def stuck(site: Site):
    """A dossier whose automatic step refuses until the returned list is emptied."""
    refusals = [Closed()]

    def act(_unit, _work):
        if refusals:
            raise refusals[0]
        return {}

    site.world.topics["test:act"] = Topic(topic="test:act", does=act)
    site.world.deploy(stuck=STUCK)
    begun = site.begin("stuck", number="HS-KET")
    site.finish(site.world.open_task(begun.instance_id), "clerk")
    return begun, refusals


def data(page, name: str):
    found = re.search(rf"data-{name}='([^']*)'", page.get_data(as_text=True))
    assert found is not None
    return json.loads(unescape(found.group(1)))


def test_the_page_tells_who_is_awaited_the_path_and_the_tokens(site: Site) -> None:
    begun = site.begin(number="HS-01")
    site.finish(site.world.open_task(begun.instance_id), "clerk", subject="x")
    clerk = site.person("clerk")
    page = clerk.get(f"/ho-so/{begun.instance_id}")
    words = text_of(page)
    assert "Ký hồ sơ Thủ trưởng đơn vị, UBND Phường Hoàn Kiếm (chưa ai nhận)" in words
    assert "Nguyễn Thị Hà hoàn thành “Lập hồ sơ”." in words
    assert re.search(r"Lập hồ sơ xong \d\d/\d\d .* Ký hồ sơ đang chờ từ", words)
    assert data(page, "tokens") == {"sign": 1}
    assert data(page, "log") == [
        ["in", "start"], ["out", "start"], ["in", "draft"], ["out", "draft"], ["in", "sign"],
    ]  # fmt: skip
    drawn = clerk.get(f"/ho-so/{begun.instance_id}/so-do.bpmn")
    assert (drawn.status_code, drawn.mimetype) == (200, "application/xml")
    assert b'id="simple"' in drawn.data


def test_a_called_procedure_has_a_page_of_its_own(site: Site) -> None:
    site.world.deploy(calling=CALLING)
    begun = site.begin("calling", number="HS-01")
    site.finish(site.world.open_task(begun.instance_id), "clerk")
    child = site.world.rows(instance.select().where(instance.c.parent_id == begun.instance_id))[0]
    clerk = site.person("clerk")
    whole = clerk.get(f"/ho-so/{begun.instance_id}")
    assert f'href="/ho-so/{child.id}">Hồ sơ thử' in whole.get_data(as_text=True)
    assert data(whole, "tokens") == {"call": 1}
    page = clerk.get(f"/ho-so/{child.id}")
    assert "Thuộc hồ sơ HS-01" in text_of(page)
    assert data(page, "tokens") == {"draft": 1}
    assert clerk.get(f"/ho-so/{child.id}/so-do.bpmn").status_code == 200
    assert site.person("other").get(f"/ho-so/{child.id}").status_code == 404


def test_a_stuck_step_says_why_and_tries_again(site: Site) -> None:
    begun, refusals = stuck(site)
    path = f"/ho-so/{begun.instance_id}"
    supervisor, clerk = site.person("supervisor"), site.person("clerk")
    assert "Bước “act” chưa đi tiếp được" in text_of(clerk.get(path))
    assert "Kho lưu trữ đang đóng." in text_of(clerk.get(path))
    assert "Thử lại bước này" not in text_of(clerk.get(path))
    assert "Thử lại bước này : act" in text_of(supervisor.get(path))
    incident = {"incident": site.world.incidents()[0].id}
    foreign = supervisor.post(f"/ho-so/{site.begin(number='HS-KHAC').instance_id}/thu-lai", incident)
    assert (foreign.status_code, "sự cố đã được xử lý" in text_of(foreign)) == (409, True)
    assert [row.id for row in site.world.incidents()] == [incident["incident"]], "not tried from another dossier's page"
    still = supervisor.post(f"{path}/thu-lai", incident)
    assert still.location == f"{path}?bao=con-ket"
    assert "vẫn chưa đi tiếp được" in text_of(supervisor.get(still.location))
    refusals.clear()
    incident = {"incident": site.world.incidents()[0].id}
    assert clerk.post(f"{path}/thu-lai", incident).status_code == 403
    assert site.person("other").post(f"{path}/thu-lai", incident).status_code == 404
    done = supervisor.post(f"{path}/thu-lai", incident)
    assert done.location == f"{path}?bao=da-thu-lai"
    assert "Lý Hồng Vân cho chạy lại bước “act”." in text_of(supervisor.get(done.location))
    gone = supervisor.post(f"{path}/thu-lai", incident)
    assert gone.status_code == 409
    assert "sự cố đã được xử lý" in text_of(gone)
    assert supervisor.post(f"{path}/thu-lai", {"incident": "x"}).status_code == 404


def test_the_list_has_tabs_and_pages(site: Site) -> None:
    started = datetime.now(UTC) - timedelta(days=1)
    for at in range(PAGE + 1):
        begun = site.begin(number=f"HS-{at:02}")
        with site.world.database.unit_of_work() as unit:
            moved = {"started_at": started + timedelta(minutes=at)}
            unit.connection.execute(update(instance).where(instance.c.id == begun.instance_id).values(moved))
    clerk = site.person("clerk")
    first = clerk.get("/ho-so")
    assert re.findall(r"HS-\d\d", text_of(first)) == [f"HS-{at:02}" for at in range(PAGE, 0, -1)]
    following = re.search(r'href="([^"]+)" rel="next"', first.get_data(as_text=True))
    assert following is not None
    assert re.findall(r"HS-\d\d", text_of(clerk.get(unescape(following.group(1))))) == ["HS-00"]
    assert "Chưa có hồ sơ nào kết thúc" in text_of(clerk.get("/ho-so?muc=da-xong"))
    ended = site.begin(number="HS-99")
    for username, answers in (("clerk", {"subject": "x"}), ("head", {"decision": "signed"})):
        site.finish(site.world.open_task(ended.instance_id), username, **answers)
    assert re.findall(r"HS-\d\d", text_of(clerk.get("/ho-so?muc=da-xong"))) == ["HS-99"]
    assert "Quy trình đã kết thúc lúc" in text_of(clerk.get(f"/ho-so/{ended.instance_id}"))
    assert "HS-" not in text_of(site.person("other").get("/ho-so"))


def test_overdue_and_stuck_dossiers_longest_first(site: Site) -> None:
    late, later = site.begin(number="HS-LATE"), site.begin(number="HS-LATER")
    for begun, days in ((late, 4), (later, 9)):
        with site.world.database.unit_of_work() as unit:
            moved = {"due_at": unit.at - timedelta(days=days)}
            unit.connection.execute(update(task).where(task.c.root_id == begun.instance_id).values(moved))
    stuck(site)
    site.begin(number="HS-FINE")
    for username in ("supervisor", "auditor", "director"):
        words = text_of(site.person(username).get("/giam-sat"))
        assert "Hai việc quá hạn trong hai hồ sơ. Một sự cố chờ xử lý." in words
        assert words.index("HS-LATER") < words.index("HS-LATE ") < words.index("HS-KET")
        assert words.index("HS-KET") < words.index("trong hạn") < words.index("HS-FINE")
    for username in ("clerk", "head", "owner", "other"):
        assert site.person(username).get("/giam-sat").status_code == 404


def test_who_reads_no_dossiers_is_told_so(site: Site) -> None:
    site.begin(number="HS-01")
    words = text_of(site.person("owner").get("/ho-so"))
    assert "Vai trò của bạn không đọc hồ sơ" in words
    assert "được lập từ trang" not in words
    assert "được lập từ trang Việc cần làm" in text_of(site.person("other").get("/ho-so"))


def test_a_search_ignores_diacritics_and_says_how_it_looked(site: Site) -> None:
    with site.world.database.unit_of_work() as unit:
        for row in unit.connection.execute(unit_table.select()).all():
            folded = {"search_name": fold(row.name)}
            unit.connection.execute(update(unit_table).where(unit_table.c.id == row.id).values(folded))
    site.begin(number="HS-2026-0412")
    site.begin(number="HS-2026-0007", username="other")
    site.begin(number="DXT-2026-0003")
    auditor = site.person("auditor")
    found = {
        words: re.findall(r"[A-Z]+-2026-\d{4}", text_of(auditor.get(f"/ho-so?tim={words}")).split("Bắt đầu")[-1])
        for words in ("0412", "Đx-2026-0003", "hs-2026", "PHƯỜNG CỬA NAM", "hoàn kiếm", "0_12")
    }
    assert found == {
        "0412": ["HS-2026-0412"],
        "Đx-2026-0003": ["DXT-2026-0003"],
        "hs-2026": ["HS-2026-0007", "HS-2026-0412"],
        "PHƯỜNG CỬA NAM": ["HS-2026-0007"],
        "hoàn kiếm": ["DXT-2026-0003", "HS-2026-0412"],
        "0_12": [],
    }
    assert "Không có hồ sơ khớp “xyz” Đã tìm không phân biệt dấu" in text_of(auditor.get("/ho-so?tim=xyz"))
    assert "HS-2026-0412" not in text_of(site.person("other").get("/ho-so?tim=0412"))
