"""Guessing passwords: who is counted, what it costs the others."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert

from service.app import create_app
from service.people import sign_in as room
from service.people.attempts import ALLOWED, ALLOWED_FROM_ADDRESS
from service.people.tables import sign_in_failure
from tests.service.web.site import PASSWORD, Person, Site

FAR = "203.0.113.9"


def sign_in(person: Person, username: str = "clerk", password: str = PASSWORD, **headers: str) -> int:
    data = {"username": username, "password": password}
    return person.post("/dang-nhap", data, headers=headers).status_code


def from_address(site: Site, address: str) -> Person:
    visitor = site.visitor()
    visitor.client.environ_base["REMOTE_ADDR"] = address
    return visitor


def failed(site: Site, address: str, times: int) -> None:
    with site.world.database.unit_of_work() as unit:
        rows = [{"username": f"name{number}", "address": address, "at": unit.at} for number in range(times)]
        unit.connection.execute(insert(sign_in_failure), rows)


def test_nobody_waits_while_a_password_is_worked_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bool] = []
    verify = room.verify

    def and_somebody_writes(password_hash: str | None, password: str) -> bool:
        failed(site, FAR, 1)
        written.append(True)
        return verify(password_hash, password)

    monkeypatch.setattr(room, "verify", and_somebody_writes)
    assert sign_in(site.visitor()) == 302
    assert written == [True]


def test_one_password_tried_on_everybody(site: Site) -> None:
    failed(site, FAR, ALLOWED_FROM_ADDRESS)
    assert sign_in(from_address(site, FAR)) == 429
    assert sign_in(from_address(site, "203.0.113.10")) == 302


def test_behind_a_forgotten_proxy_nobody_locks_everybody_out(site: Site) -> None:
    failed(site, "127.0.0.1", ALLOWED_FROM_ADDRESS)
    assert sign_in(from_address(site, "127.0.0.1")) == 302


def test_the_callers_address_comes_from_a_proxy_of_ours_alone(site: Site) -> None:
    lock_out(site, {"X-Forwarded-For": "198.51.100.1"})
    assert sign_in(site.visitor(), **{"X-Forwarded-For": "198.51.100.2"}) == 429, "nobody set a proxy: not believed"

    engine = site.world.engine_with(TRINH_PROXIES="1")
    behind = Site(world=site.world, app=create_app(engine.settings, engine))
    assert sign_in(behind.visitor(), **{"X-Forwarded-For": "198.51.100.2"}) == 302
    lock_out(behind, {"X-Forwarded-For": "198.51.100.3"})
    assert sign_in(behind.visitor(), **{"X-Forwarded-For": "198.51.100.2"}) == 302
    forged = {"X-Forwarded-For": "198.51.100.2, 198.51.100.3"}
    assert sign_in(behind.visitor(), **forged) == 429, "only what our proxy added counts"


def lock_out(site: Site, headers: dict[str, Any]) -> None:
    for _ in range(ALLOWED):
        assert sign_in(site.visitor(), password="sai", **headers) == 422
