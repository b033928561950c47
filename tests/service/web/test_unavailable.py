"""Without a database: a page that says so, in the layout, and asks the database nothing."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from service.app import create_app
from service.config import Settings
from service.database.unit import DatabaseUnavailable
from service.people.authentication import SESSION
from tests.service.web.site import TOKEN, Site, text_of
from tests.support.services import free_port

SENTENCE = "Chưa kết nối được cơ sở dữ liệu. Chưa có gì được lưu; bạn thử lại sau ít phút."


@pytest.mark.parametrize("path", ["/viec", "/ho-so", "/giam-sat", "/quy-trinh", "/thong-bao"])
def test_an_unreachable_database_is_told(path: str) -> None:
    url = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/trinh"
    app = create_app(Settings.from_environ({"TRINH_ENV": "test", "TRINH_DATABASE_URL": url}))
    client = app.test_client()
    with client.session_transaction() as session:
        session[SESSION], session["csrf"] = "x", TOKEN
    page = client.get(path)
    assert page.status_code == 503
    assert SENTENCE in text_of(page)
    assert "Hệ thống tạm thời chưa phục vụ được" in text_of(page)
    sent = client.post("/dang-nhap", data={"csrf_token": TOKEN, "username": "a", "password": "b"})
    assert (sent.status_code, SENTENCE in text_of(sent)) == (503, True)


def test_a_database_lost_after_the_person_was_read_is_told_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person is known by then; the layout must not ask for their notices."""
    clerk, opened = site.person("clerk"), []
    real = site.world.database.unit_of_work

    @contextmanager
    def once(*arguments, **named):
        opened.append(1)
        if len(opened) > 1:
            raise DatabaseUnavailable()
        with real(*arguments, **named) as unit:
            yield unit

    monkeypatch.setattr(site.world.database, "unit_of_work", once)
    page = clerk.get("/viec")
    assert (page.status_code, SENTENCE in text_of(page)) == (503, True)


def test_a_fault_of_ours_tells_nothing_of_its_inside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments, **_named):
        raise RuntimeError("mật khẩu: 123")

    monkeypatch.setattr("service.worklist.pages.section_counts", broken)
    page = site.person("clerk").get("/viec")
    assert page.status_code == 500
    assert "Có sự cố ở hệ thống" in text_of(page)
    assert "123" not in text_of(page)
