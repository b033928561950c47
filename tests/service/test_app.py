"""What holds for every page: who is asked to sign in, forged forms, cookies, headers, refusals as pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from service.database.unit import Database
from service.people.demo import DEMO_PASSWORD, create_people
from service.people.units import import_units
from service.wiring import build_registry


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    settings = replace(
        Settings.from_environ({"TRINH_DATA_DIR": str(tmp_path), "TRINH_BASE_URL": "https://trinh.example.vn"}),
        database_url=sqlite_url,
        environment="test",
    )
    app = create_app(settings)
    database: Database = app.extensions["trinh"].database
    with database.unit_of_work() as unit:
        import_units(unit)
        create_people(unit)
    yield app
    database.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def token_in(text: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found
    return found[1]


def sign_in(client: FlaskClient, username: str = "chuyenvien", password: str = DEMO_PASSWORD, **more: str) -> int:
    form = {"username": username, "password": password, "csrf_token": token_in(client.get("/dang-nhap").text), **more}
    return client.post("/dang-nhap", data=form).status_code


def test_signing_in_leads_to_where_one_wanted_to_go(client: FlaskClient) -> None:
    asked = client.get("/viec?muc=qua-han")
    assert asked.status_code == 303
    assert asked.location == "/dang-nhap?next=/viec?muc%3Dqua-han"
    assert sign_in(client) == 302
    assert client.get("/viec").status_code == 200
    assert "Đặng Thùy Linh" in client.get("/viec").text


def test_the_session_cookie(client: FlaskClient) -> None:
    cookie = client.get("/dang-nhap").headers["Set-Cookie"]
    assert {"HttpOnly", "Secure", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


def test_a_sign_in_starts_a_session_of_its_own(client: FlaskClient) -> None:
    before = token_in(client.get("/dang-nhap").text)
    sign_in(client)
    assert token_in(client.get("/viec").text) != before


def test_forged_forms_are_refused(client: FlaskClient) -> None:
    sign_in(client)
    for form in ({}, {"csrf_token": "x"}, {"csrf_token": ""}, {"csrf_token": "không phải"}):
        refused = client.post("/dang-xuat", data=form)
        assert refused.status_code == 403
        assert "tải lại trang" in refused.text
    assert client.get("/viec").status_code == 200, "still signed in"
    token = token_in(client.get("/viec").text)
    assert client.post("/dang-xuat", headers={"X-CSRF-Token": token}).status_code == 302
    assert client.get("/viec").status_code == 303


def test_a_session_ends_with_its_account(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    with app.extensions["trinh"].database.unit_of_work() as unit:
        unit.connection.exec_driver_sql("update account set active = 0 where username = 'chuyenvien'")
    assert client.get("/viec").status_code == 303


def test_refusals_are_pages(client: FlaskClient) -> None:
    sign_in(client)
    for path in ("/khong-co", "/viec/00000000-0000-4000-8000-000000000000", "/ho-so/khong-co"):
        page = client.get(path)
        assert page.status_code == 404
        assert page.mimetype == "text/html"
        assert '<html lang="vi">' in page.text
    token = token_in(client.get("/viec").text)
    large = client.post("/dang-xuat", data={"csrf_token": token, "file": "x" * (20 * 1024 * 1024)})
    assert large.status_code == 413
    assert "quá lớn" in large.text


def test_headers_of_every_page(client: FlaskClient) -> None:
    for path in ("/dang-nhap", "/khong-co", "/static/trinh.css"):
        with client.get(path) as page:
            assert "script-src 'self'" in page.headers["Content-Security-Policy"]
            assert page.headers["X-Frame-Options"] == "DENY"
            assert page.headers["Strict-Transport-Security"]
            assert ("no-store" in page.headers["Cache-Control"]) is not path.startswith("/static/")


def test_every_handler_has_a_key_of_its_own() -> None:
    registry = build_registry()
    assert all(handler.key == key for key, handler in registry.tasks.items())
    assert all(handler.topic == topic for topic, handler in registry.topics.items())
    assert "awards:intake" in registry.tasks
