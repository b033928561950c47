"""The face as a whole: its document, headers, addresses of nothing, bodies of the wrong kind, no database."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.app import JSON_LIMIT_BYTES, create_app
from service.config import Settings
from service.database.unit import Database
from service.engine.context import Engine
from service.engine.handlers import Registry
from service.people.authentication import SESSION
from tests.service.api.conftest import Service

CLERK = "vanthu.hoankiem"
ENDPOINTS = {
    "/api/tasks": {"get"},
    "/api/tasks/{task_id}": {"get"},
    "/api/tasks/{task_id}/claim": {"post"},
    "/api/tasks/{task_id}/unclaim": {"post"},
    "/api/tasks/{task_id}/complete": {"post"},
    "/api/processes/{key}/start": {"post"},
    "/api/instances/{instance_id}": {"get"},
    "/api/instances/{instance_id}/history": {"get"},
}


@pytest.fixture
def document(service: Service) -> dict[str, Any]:
    answer = service.call(None, "GET", "/api/openapi.json")
    assert answer.status_code == 200
    document: dict[str, Any] = answer.json
    return document


def test_the_document_describes_every_address_under_api(service: Service, document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    described = {path: set(methods) - {"parameters"} for path, methods in document["paths"].items()}
    assert described.items() >= ENDPOINTS.items()
    routed: dict[str, set[str]] = {}
    for rule in service.app.url_map.iter_rules():
        if rule.rule.startswith("/api/") and rule.endpoint not in {"api-docs.openapi_json", "docs.page", "docs.static"}:
            path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
            methods = {method.lower() for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
            routed.setdefault(path, set()).update(methods)
    assert described == routed


def test_every_operation_says_what_it_takes_and_gives(document: dict[str, Any]) -> None:
    assert document["security"] == [{"bearer": []}]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "parameters":
                continue
            where = f"{method} {path}"
            assert operation["summary"], where
            answers = operation["responses"]
            good = [answers[status] for status in ("200", "201") if status in answers]
            assert len(good) == 1, where
            assert all("schema" in content for content in good[0]["content"].values()), where
            assert answers["default"] == {"$ref": "#/components/responses/DEFAULT_ERROR"}, where
            if method == "post":
                assert operation["requestBody"]["required"] is True, where
            else:
                assert "requestBody" not in operation, where
    error = document["components"]["schemas"]["Error"]
    assert set(error["properties"]) == set(error["required"]) == {"code", "message", "errors"}


def test_every_reference_in_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [found for inner in node.values() for found in references(inner)]
        return [found for inner in node for found in references(inner)] if isinstance(node, list) else []

    found = references(document)
    assert found
    for reference in found:
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_the_page_of_the_document_runs_under_its_policy(service: Service) -> None:
    page = service.call(None, "GET", "/api/docs")
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert re.search(r"<script(?![^>]* src=)", page.text) is None
    assert re.search(r" on\w+=|https?://", page.text) is None
    for source in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        with service.call(None, "GET", source) as file:
            assert file.status_code == 200, source


def test_addresses_and_methods_of_nothing(service: Service) -> None:
    for method, path, status, code in (
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api", 404, "not_found"),
        ("GET", "/api/tasks/not-an-id", 404, "not_found"),
        ("GET", "/api/tasks/%00", 404, "not_found"),
        ("POST", "/api/processes/a%00b/start", 404, "not_found"),
        ("GET", "/api/papers/99999999999999999999", 404, "not_found"),
        ("GET", "/api/papers/1", 404, "record_not_found"),
        ("DELETE", "/api/tasks", 405, "method_not_allowed"),
        ("GET", "/api/processes/request/start", 405, "method_not_allowed"),
    ):
        answer = service.call(CLERK, method, path)
        assert (answer.status_code, answer.json["code"]) == (status, code), path
        assert set(answer.json) == {"code", "message", "errors"}
    assert service.call(CLERK, "GET", "/api/tasks?colour=red").status_code == 422
    assert service.call(CLERK, "GET", "/api/tasks?group=%00").status_code == 400
    assert service.call(CLERK, "GET", "/api/tasks?due_before=2026-12-01").status_code == 422
    assert service.call(CLERK, "GET", "/api/tasks?limit=201").status_code == 422


def test_bodies_of_the_wrong_kind(service: Service) -> None:
    path = "/api/processes/request/start"
    form = service.call(CLERK, "POST", path, data={"business_key": "a"})
    assert (form.status_code, form.json["code"]) == (415, "unsupported_media_type")
    large = service.call(CLERK, "POST", path, data=b" " * (JSON_LIMIT_BYTES + 1), content_type="application/json")
    assert (large.status_code, large.json["code"]) == (413, "too_large")
    broken = service.call(CLERK, "POST", path, data=b"{", content_type="application/json")
    assert (broken.status_code, broken.json["code"]) == (422, "malformed_json")
    for body in (
        {"business_key": "có dấu"},
        {"business_key": "x" * 121},
        {"business_key": ""},
        {"variables": []},
        {"variables": {"a": {"b" * 5: "\x00"}}},
        {"speed": "fast"},
    ):
        assert service.call(CLERK, "POST", path, json=body).status_code == 422, body
    assert service.call(CLERK, "POST", path).status_code == 201, "a body is not needed where nothing in it is"


def test_headers_of_every_answer(service: Service) -> None:
    for path in ("/api/tasks", "/api/nothing"):
        answer = service.call(CLERK, "GET", path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers


def test_a_session_is_no_token(service: Service) -> None:
    client = service.app.test_client()
    with client.session_transaction() as session:
        session[SESSION] = "x"
    assert client.get("/api/tasks").status_code == 401


def test_production_lets_no_demo_account_in(service: Service) -> None:
    settings = replace(service.engine.settings, environment="production")
    app = create_app(settings, replace(service.engine, settings=settings))
    answer = app.test_client().get("/api/tasks", headers={"Authorization": f"Bearer {service.token(CLERK)}"})
    assert (answer.status_code, answer.json["code"]) == (401, "token_unknown")


@pytest.mark.parametrize("url", ["postgresql+psycopg://trinh@127.0.0.1:1/trinh", "sqlite:////nowhere/at/all.db"])
def test_a_database_that_does_not_answer(url: str, tmp_path: Path) -> None:
    settings = replace(Settings.from_environ({"TRINH_DATA_DIR": str(tmp_path)}), database_url=url)
    engine = Engine(database=Database(url), registry=Registry(), settings=settings)
    client = create_app(settings, engine).test_client()
    answer = client.get("/api/tasks", headers={"Authorization": "Bearer trinh_x"})
    assert (answer.status_code, answer.json["code"]) == (503, "database_unavailable")
    assert answer.headers["Retry-After"]
    page = client.get("/dang-nhap")
    assert page.status_code == 200
    with client.session_transaction() as session:
        session[SESSION] = "x"
    for path in ("/viec", "/ho-so"):
        page = client.get(path)
        assert page.status_code == 503
        assert "Chưa kết nối được cơ sở dữ liệu" in page.text
