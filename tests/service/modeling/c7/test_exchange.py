"""The Modeler's exchange with the engine, request by request, as its source makes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from service.engine.tables import deployment, instance, resource
from service.people.accounts import add_account
from service.people.actor import RoleHeld
from service.people.passwords import hash_password
from service.people.reads import actor_by_username
from tests.service.modeling.c7.conftest import OWNER, Face, basic
from tests.support.diagrams import diagram, line, user
from tests.support.sessions import sign_in

DRAWN = Path(__file__).parents[4] / "bpmn" / "awards"
ONE_STEP = diagram("leave", line(user("ask", groups="unit_clerk", due="${workdays(3)}")), name="Xin nghỉ")


def test_probe_check_version_deploy_link_start(face: Face) -> None:
    with face.engine.database.unit_of_work() as unit:
        roles = [RoleHeld(role="process_owner", unit_id=None), RoleHeld(role="unit_clerk", unit_id="00070")]
        password = hash_password("mat khau cua chi Lan")
        add_account(unit, username="lan", full_name="Nguyễn Thị Lan", roles=roles, password_hash=password)
    known = basic("lan", "mat khau cua chi Lan")

    probe = face.ask("GET", "/deployment?maxResults=0")
    assert (probe.status_code, probe.is_json) == (401, True)
    assert probe.headers["Access-Control-Allow-Origin"] == "*"

    check = face.ask("GET", "/deployment?maxResults=0", known)
    assert (check.status_code, check.json) == (200, [])

    version = face.ask("GET", "/version", known)
    assert (version.status_code, version.json) == (200, {"version": "7.24.0"})

    allowed = face.ask(
        "OPTIONS",
        "/deployment/create",
        headers={"access-control-request-method": "POST", "access-control-request-headers": "authorization"},
    )
    assert allowed.status_code == 204
    assert allowed.headers["Access-Control-Allow-Headers"] == "authorization, content-type"

    deployed = face.deploy({"xin-nghi.bpmn": ONE_STEP}, known, name="Xin nghỉ phép")
    assert deployed.status_code == 200, deployed.text
    assert deployed.json is not None
    definition = next(iter(deployed.json["deployedProcessDefinitions"].values()))
    assert definition["id"].startswith("leave:1:")
    assert (definition["key"], definition["name"], definition["version"]) == ("leave", "Xin nghỉ", 1)
    (row,) = face.rows(deployment)
    assert (row.id, row.name, row.source) == (deployed.json["id"], "Xin nghỉ phép", "Camunda Modeler")
    assert row.deployed_by is not None

    links = face.app.test_client().get("/.well-known/camunda-automation-platform/webapps")
    assert links.status_code == 200
    assert set(links.json or {}) == {"adminUrl", "cockpitUrl", "tasklistUrl"}

    begun = face.ask(
        "POST",
        f"/process-definition/{definition['id']}/start",
        known,
        data=json.dumps({"businessKey": None, "variables": {"days": {"value": 3, "type": "Integer"}}}),
        content_type="application/json",
    )
    assert begun.status_code == 200, begun.text
    assert begun.json is not None
    (dossier,) = face.rows(instance)
    assert (begun.json["id"], begun.json["definitionId"]) == (dossier.id, definition["id"])


def test_the_links_of_a_deployment_lead_to_our_pages(face: Face) -> None:
    deployed = face.deploy({"xin-nghi.bpmn": ONE_STEP}).json
    links = face.app.test_client().get("/.well-known/camunda-automation-platform/webapps").json
    assert deployed is not None
    assert links is not None
    browser = face.app.test_client()
    (owner,) = [row.deployed_by for row in face.rows(deployment)]
    sign_in(browser, face.engine.database, owner)
    query = f'[{{"type":"id","operator":"eq","value":"{deployed["id"]}"}}]'
    path = links["cockpitUrl"].removeprefix(face.engine.settings.base_url) + "repository"
    shown = browser.get(path, query_string={"deploymentsQuery": query}, follow_redirects=True)
    assert shown.status_code == 200
    assert "Xin nghỉ" in shown.text
    assert browser.get(path, query_string={"deploymentsQuery": "[]"}).status_code == 404
    with face.engine.database.unit_of_work(read_only=True) as unit:
        clerk = actor_by_username(unit, "vanthu.hoankiem")
    assert clerk is not None
    sign_in(browser, face.engine.database, clerk.account_id)
    assert browser.get(path, query_string={"deploymentsQuery": query}).status_code == 404
    started = browser.get(
        links["cockpitUrl"].removeprefix(face.engine.settings.base_url) + "process-instance/" + "0" * 8
    )
    assert started.status_code == 404


@pytest.mark.parametrize("base", ["/engine-rest", "/rest", "/engine-rest/", "/rest/", "/engine-rest/engine/default"])
def test_every_way_to_write_the_address(face: Face, base: str) -> None:
    face.base = base
    assert face.ask("GET", "/deployment?maxResults=0").status_code == 401
    assert face.ask("GET", "").status_code == 401
    assert face.ask("GET", "/deployment?maxResults=0", face.bearer(OWNER)).status_code == 200
    assert face.deploy({"xin-nghi.bpmn": ONE_STEP}).status_code == 200
    assert face.ask("OPTIONS", "/deployment/create").status_code == 204


@pytest.mark.parametrize(
    "header",
    ["undefined", "", "Basic", "Basic undefined", "Basic Og==", "Basic cXV5dHJpbmg6", "Basic Om1hdGtoYXU=", "Bearer "],
)
def test_empty_credentials_are_nobody_and_count_as_no_failure(face: Face, header: str) -> None:
    for _ in range(6):
        answer = face.ask("GET", "/deployment?maxResults=0", header)
        assert answer.status_code == 401
        assert answer.json is not None
        assert answer.json["type"] == "AuthenticationException"
    assert face.ask("GET", "/deployment?maxResults=0", basic(OWNER)).status_code == 200


def test_wrong_passwords_lock_the_name_and_say_so(face: Face) -> None:
    answers = [face.ask("GET", "/version", basic(OWNER, "sai mat khau")) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 6
    assert "chờ 15 phút" in answers[-1].text
    assert "chờ 15 phút" in face.ask("GET", "/version", basic(OWNER)).text
    assert face.ask("GET", "/version", face.bearer(OWNER)).status_code == 200


def test_a_session_of_the_browser_opens_nothing(face: Face) -> None:
    browser = face.app.test_client()
    sign_in(browser, face.engine.database, 1)
    assert browser.get("/engine-rest/version").status_code == 401


@pytest.mark.parametrize("origin", ["file://", "null", "http://localhost:3000"])
def test_any_page_may_ask_with_credentials_of_its_own(face: Face, origin: str) -> None:
    asked = face.ask("OPTIONS", "/process-definition/x:1:y/start", headers={"origin": origin})
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (204, "*")
    for answer in (
        face.ask("GET", "/nowhere", face.bearer(OWNER), headers={"origin": origin}),
        face.ask("GET", "/version", headers={"origin": origin}),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "file://"}, 200),
        ({"origin": "null"}, 200),
        ({"origin": "http://localhost"}, 200),
        ({"origin": "file://", "sec-fetch-mode": "cors", "sec-fetch-site": "cross-site"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "http://localhost.evil.example"}, 403),
        ({"origin": "null", "sec-fetch-mode": "no-cors"}, 403),
        ({"origin": "null", "accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, 403),
    ],
)
def test_a_password_that_a_browser_keeps_deploys_nothing_for_another_site(
    face: Face, headers: dict[str, str], status: int
) -> None:
    answer = face.deploy({"xin-nghi.bpmn": ONE_STEP}, basic(OWNER), headers=headers)
    assert answer.status_code == status, answer.text
    assert len(face.rows(deployment)) == (status == 200)


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_an_empty_form_of_another_site_completes_nothing(face: Face, kind: str | None) -> None:
    foreign = {"origin": "https://evil.example"}
    path = "/task/00000000-0000-4000-8000-000000000000/complete"
    for headers, known, status in (
        (foreign, basic(OWNER), 403),
        (foreign, face.bearer(OWNER), 404),
        ({}, basic(OWNER), 404),
    ):
        answer = face.ask("POST", path, known, headers=headers, content_type=kind)
        assert answer.status_code == status, answer.text


def test_a_browser_is_not_asked_for_a_password_it_would_keep(face: Face) -> None:
    challenges = {
        accept: face.ask("GET", "/version", headers={"accept": accept}).headers["WWW-Authenticate"].split()[0]
        for accept in ("application/json", "*/*", "text/html,application/xhtml+xml,*/*;q=0.8")
    }
    assert list(challenges.values()) == ["Basic", "Basic", "Bearer"]


def test_duplicates_return_the_definition_in_force(face: Face) -> None:
    first = face.deploy({"xin-nghi.bpmn": ONE_STEP}).json
    again = face.deploy({"xin-nghi.bpmn": ONE_STEP}, name="Lần hai").json
    assert first is not None
    assert again is not None
    assert again["deployedProcessDefinitions"] == first["deployedProcessDefinitions"]
    assert again["id"] == first["id"]
    assert len(face.rows(resource)) == 1


def test_a_diagram_with_its_tables_as_attachments_is_one_set(face: Face) -> None:
    names = ["unit_submission.bpmn", *(path.name for path in sorted(DRAWN.iterdir()) if path.suffix == ".bpmn")]
    names += [path.name for path in sorted(DRAWN.glob("*.dmn"))]
    files = {name: (DRAWN / name).read_bytes() for name in dict.fromkeys(names)}
    alone = face.deploy({"unit_submission.bpmn": files["unit_submission.bpmn"]})
    assert alone.status_code == 400
    assert face.rows(resource) == []
    together = face.deploy(files)
    assert together.status_code == 200, together.text
    assert together.json is not None
    first = next(iter(together.json["deployedProcessDefinitions"].values()))
    assert first["key"] == "unit_submission"
    assert "quota" in {each["key"] for each in together.json["deployedDecisionDefinitions"].values()}
    alone = face.deploy({"unit_submission.bpmn": files["unit_submission.bpmn"]})
    assert alone.status_code == 200, "checked against what is deployed"


def test_a_table_alone_and_a_form_alone(face: Face) -> None:
    table = face.deploy({"quota.dmn": (DRAWN / "quota.dmn").read_bytes()})
    assert table.status_code == 200, table.text
    assert table.json is not None
    assert table.json["deployedProcessDefinitions"] == {}
    form = {"id": "y_kien", "type": "default", "schemaVersion": 18, "components": []}
    form["components"] = [{"type": "textfield", "key": "note", "id": "f1", "label": "Ghi chú"}]  # type: ignore[assignment]
    answer = face.deploy({"y-kien.form": json.dumps(form).encode()})
    assert answer.status_code == 200, answer.text
    assert {row.key for row in face.rows(select(resource.c.key).subquery())} >= {"quota", "y_kien"}
