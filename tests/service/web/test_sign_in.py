"""Signing in and out, and what a form must prove."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from service.people.attempts import ALLOWED
from service.people.pages import safe_next
from service.people.sessions import LONGEST
from service.people.tables import sign_in_failure, sign_in_session
from tests.service.web.site import PASSWORD, Person, Site, text_of


def sign_in(person: Person, username: str = "clerk", password: str = PASSWORD, next_: str = ""):
    return person.post("/dang-nhap", {"username": username, "password": password, "next": next_})


def test_a_visitor_is_led_to_the_form_and_back(site: Site) -> None:
    visitor = site.visitor()
    asked = visitor.get("/ho-so?muc=da-xong")
    assert (asked.status_code, asked.location) == (303, "/dang-nhap?next=/ho-so?muc%3Dda-xong")
    page = visitor.get(asked.location)
    assert 'name="next" value="/ho-so?muc=da-xong"' in page.get_data(as_text=True)
    done = sign_in(visitor, next_="/ho-so?muc=da-xong")
    assert (done.status_code, done.location) == (302, "/ho-so?muc=da-xong")
    assert "Nguyễn Thị Hà" in text_of(visitor.get("/viec"))


def test_the_session_is_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    cookie = sign_in(site.visitor()).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def copied(site: Site, person: Person) -> Person:
    """Somebody with a copy of this person's cookie."""
    other = site.visitor()
    cookie = person.client.get_cookie("trinh_session")
    assert cookie is not None
    other.client.set_cookie("trinh_session", cookie.value)
    return other


def test_signing_out_ends_the_session_and_every_copy_of_its_cookie(site: Site) -> None:
    person, elsewhere = site.person("clerk"), site.person("clerk")
    copy = copied(site, person)
    assert copy.get("/viec").status_code == 200
    assert person.post("/dang-xuat").location == "/dang-nhap"
    for gone in (person, copy):
        assert gone.get("/viec").location == "/dang-nhap?next=/viec"
    assert copied(site, elsewhere).get("/viec").status_code == 200  # another machine stays signed in


def test_signing_in_anew_ends_the_session_before(site: Site) -> None:
    person = site.person("clerk")
    copy = copied(site, person)
    assert sign_in(person, username="head").status_code == 302
    assert "Vũ Đình Trọng" in text_of(person.get("/viec"))
    assert copy.get("/viec").status_code == 303


def test_a_session_ends_after_its_longest_time_and_leaves_no_row(site: Site) -> None:
    person = site.person("clerk")
    with site.world.database.unit_of_work() as unit:
        long_ago = unit.at - LONGEST
        unit.connection.execute(update(sign_in_session).values(begun_at=long_ago))
    assert person.get("/viec").status_code == 303
    sign_in(site.visitor())
    assert [row.begun_at > long_ago for row in site.world.rows(select(sign_in_session))] == [True]


def test_a_wrong_password_names_neither_part_and_keeps_the_name(site: Site) -> None:
    visitor = site.visitor()
    known, unknown = sign_in(visitor, password="sai"), sign_in(visitor, username="khong.co", password="sai")
    for response, name in ((known, "clerk"), (unknown, "khong.co")):
        assert response.status_code == 422
        assert "Tên đăng nhập hoặc mật khẩu chưa đúng. Nhập lại mật khẩu . Còn 4 lần thử" in text_of(response)
        assert f'value="{name}"' in response.get_data(as_text=True)
        assert "sai" not in response.get_data(as_text=True)


def test_five_failures_lock_this_name_from_this_address(site: Site) -> None:
    visitor = site.visitor()
    statuses = [sign_in(visitor, password="sai").status_code for _ in range(ALLOWED)]
    assert statuses == [422] * ALLOWED
    locked = sign_in(visitor)
    assert locked.status_code == 429
    assert "Tạm khóa đăng nhập" in text_of(locked)
    assert sign_in(visitor, username="head").status_code == 302
    elsewhere = site.visitor()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "10.0.0.7"
    assert sign_in(elsewhere).status_code == 302


def test_a_success_forgets_the_failures(site: Site) -> None:
    visitor = site.visitor()
    sign_in(visitor, password="sai")
    sign_in(visitor)
    assert site.world.rows(select(sign_in_failure)) == []


@pytest.mark.parametrize("path", ["/dang-nhap", "/dang-xuat", "/thong-bao/da-doc", "/quy-trinh", "/khoi-tao/simple"])
def test_a_form_without_our_token_is_refused(site: Site, path: str) -> None:
    client = site.person("owner").client
    for data in ({}, {"csrf_token": "x" * 43}):
        response = client.post(path, data=data)
        assert response.status_code == 403
        assert "Trang này đã mở từ phiên làm việc trước." in text_of(response)
    assert client.get("/viec").status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "https://trinh.example/x",
        "//trinh.example",
        "/\\trinh.example",
        "javascript:alert(1)",
        "viec",
        "",
        None,
        "/%5C\\x",
    ],
)
def test_no_link_leads_a_fresh_sign_in_elsewhere(target: str | None) -> None:
    assert safe_next(target) == "/viec"


def test_a_page_of_ours_is_taken() -> None:
    assert safe_next("/ho-so/x?muc=y") == "/ho-so/x?muc=y"
