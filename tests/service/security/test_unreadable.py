"""What no column, clock or number can hold is the sender's mistake: 4xx, never an error of ours."""

from __future__ import annotations

import base64
import json
import uuid

import pytest

from service.people.tokens import create_token
from tests.service.web.site import Site

BEYOND_THE_CLOCK = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")


def cursor(moment: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([moment, "a"]).encode()).decode().rstrip("=")


def bearer(site: Site, username: str) -> dict[str, str]:
    with site.world.database.unit_of_work() as unit:
        return {"Authorization": f"Bearer {create_token(unit, site.world.actor(username).account_id)}"}


@pytest.mark.parametrize("path", ["/ho-so?tim=%00", "/viec?xong=a%00", "/viec?%00=1", "/ho-so?tim=a%00%25_"])
def test_nul_in_a_question(site: Site, path: str) -> None:
    assert site.person("clerk").get(path).status_code == 400


@pytest.mark.parametrize("path", ["/khoi-tao/%00", "/ho-so/%00/giay-to"])
def test_nul_in_an_address(site: Site, path: str) -> None:
    assert site.person("clerk").post(path).status_code == 404
    assert site.person("owner").get("/quy-trinh/%00").status_code == 404


def test_nul_in_a_form(site: Site) -> None:
    name = {"username": "clerk\0", "password": "một mật khẩu dài"}
    assert site.visitor().post("/dang-nhap", name).status_code == 400
    task = site.world.open_task(site.begin().instance_id)
    typed = {"_revision": str(task.revision), "subject": "a\0b"}
    assert site.person("clerk").post(f"/viec/{task.id}", typed).status_code == 400


@pytest.mark.parametrize("moment", BEYOND_THE_CLOCK)
def test_a_cursor_beyond_the_clock(site: Site, moment: str) -> None:
    for path in ("/viec", "/ho-so"):
        assert site.person("clerk").get(f"{path}?sau={cursor(moment)}").status_code == 200
    assert site.person("supervisor").get(f"/giam-sat?sau={cursor(moment)}").status_code == 200
    client, headers = site.app.test_client(), bearer(site, "clerk")
    assert client.get(f"/api/tasks?cursor={cursor(moment)}", headers=headers).status_code == 422


@pytest.mark.parametrize(
    "number", ["1e99999999999999999999", "-1e-99999999999999999999", "1e999999", "NaN", "9" * 5000]
)
def test_a_number_that_is_none(site: Site, number: str) -> None:
    body = f'{{"variables": {{"a": {number}}}}}'
    headers = {**bearer(site, "clerk"), "Content-Type": "application/json"}
    answer = site.app.test_client().post("/api/processes/simple/start", data=body, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (422, "malformed_json")


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "0", "-1", "x"])
def test_an_incident_that_cannot_be(site: Site, number: str) -> None:
    begun = site.begin()
    answer = site.person("supervisor").post(f"/ho-so/{begun.instance_id}/thu-lai", {"incident": number})
    assert answer.status_code == 404


@pytest.mark.parametrize("revision", ["9" * 30, "-" + "9" * 30, "9" * 5000, "x"])
def test_a_revision_that_cannot_be(site: Site, revision: str) -> None:
    task = site.world.open_task(site.begin().instance_id)
    typed = {"_revision": revision, "revision": revision, "subject": "Tên"}
    assert site.person("clerk").post(f"/viec/{task.id}", typed).status_code == 409
    assert site.person("clerk").get(f"/viec/{uuid.uuid4()}").status_code == 404
