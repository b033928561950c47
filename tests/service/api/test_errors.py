"""Every error has one shape and one status, whoever raised it."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from marshmallow import fields

import service
from service import errors
from service.api.errors import failure_of, register
from service.api.json_out import JsonProvider
from service.api.openapi import Blueprint, create_api
from service.api.schemas import BaseSchema, Int, Moment, QueryInt, Text
from service.errors import ServiceError
from workflows.errors import DeploymentRefused, NotWaiting, StateUnreadable, UnknownDefinition, WorkflowError
from workflows.model import Problem


class BodySchema(BaseSchema):
    revision = Int(minimum=0, maximum=10, required=True)
    words = Text(max_length=5)
    at = Moment()
    free = fields.Dict()


class QuerySchema(BaseSchema):
    limit = QueryInt(minimum=1, maximum=200)


blueprint = Blueprint("things", __name__, url_prefix="/api/things")


@blueprint.route("/", methods=["POST"])
@blueprint.arguments(BodySchema)
@blueprint.response(200, BodySchema)
def take(body: dict[str, Any]) -> dict[str, Any]:
    return body


@blueprint.route("/", methods=["GET"])
@blueprint.arguments(QuerySchema, location="query")
@blueprint.response(200, QuerySchema)
def look(query: dict[str, Any]) -> dict[str, Any]:
    return query


@pytest.fixture
def client() -> FlaskClient:
    app = Flask(__name__)
    app.json = JsonProvider(app)
    register(app, render_page=lambda failure: (f"page: {failure.message}", failure.status))
    create_api(app).register_blueprint(blueprint)

    @app.get("/api/raise/<name>")
    def raise_by_name(name: str) -> str:
        raise {"refused": errors.Refused(), "fault": ZeroDivisionError("inside"), "down": errors.Unavailable()}[name]

    @app.get("/page")
    def page() -> str:
        abort(404)

    return app.test_client()


@pytest.mark.parametrize(
    ("body", "fields_named"),
    [
        ({}, {"revision"}),
        ({"revision": 1.0}, {"revision"}),
        ({"revision": 1.5}, {"revision"}),
        ({"revision": "1"}, {"revision"}),
        ({"revision": True}, {"revision"}),
        ({"revision": None}, {"revision"}),
        ({"revision": 11}, {"revision"}),
        ({"revision": 1, "colour": "red"}, {"colour"}),
        ({"revision": 1, "words": 5}, {"words"}),
        ({"revision": 1, "words": "quá dài"}, {"words"}),
        ({"revision": 1, "words": "\x07"}, {"words"}),
        ({"revision": 1, "at": "2026-11-24T10:00:00"}, {"at"}),
        ({"revision": 1, "at": 5}, {"at"}),
        ({"revision": 1, "at": "0001-01-01T00:00:00+14:00"}, {"at"}),
        ({"revision": 1, "free": []}, {"free"}),
        ({"words": [], "colour": 1}, {"revision", "words", "colour"}),
        ([], {""}),
        ("text", {""}),
    ],
)
def test_wrong_bodies_name_every_field(client: FlaskClient, body: Any, fields_named: set[str]) -> None:
    answer = client.post("/api/things/", json=body)
    assert answer.status_code == 422
    assert set(answer.json) == {"code", "message", "errors"}
    assert answer.json["code"] == "invalid"
    assert {error["field"] for error in answer.json["errors"]} == fields_named
    assert all(error["message"].strip() for error in answer.json["errors"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"revision": NaN}',
        b'{"revision": 1, "revision": 2}',
        b'{"revision": 9223372036854775808}',
        b'{"revision": ' + b"9" * 5000 + b"}",
        b'{"revision": 1e400000000}',
        b'{"revision": 1, "words": "\\ud800"}',
        b'{"revision": 1, "words": "\\u0000"}',
        b'{"revision": 1, "free": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"revision": 1, "free": ' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}",
    ],
)
def test_malformed_json(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/api/things/", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json["code"] == "malformed_json"
    assert answer.json["errors"] == []


def test_null_is_no_object(client: FlaskClient) -> None:
    answer = client.post("/api/things/", data="null", content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")


def test_what_is_right_passes(client: FlaskClient) -> None:
    body = {"revision": 3, "words": "được", "at": "2026-11-24T17:00:00+07:00", "free": {"a": 92.41, "b": [1, None]}}
    answer = client.post("/api/things/", json=body)
    assert answer.status_code == 200
    assert answer.json == {**body, "at": "2026-11-24T10:00:00Z"}


def test_numbers_in_addresses(client: FlaskClient) -> None:
    assert client.get("/api/things/?limit=20").json == {"limit": 20}
    for text in ("0", "201", "-1", "1.0", "x", "", "٢", "9" * 30):
        answer = client.get("/api/things/", query_string={"limit": text})
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "limit"), text
    assert client.get("/api/things/?colour=red").json["errors"][0]["field"] == "colour"


def test_errors_of_http_itself(client: FlaskClient) -> None:
    for method, path, status, code in (
        ("GET", "/api/nothing", 404, "not_found"),
        ("DELETE", "/api/things/", 405, "method_not_allowed"),
        ("GET", "/api/raise/refused", 403, "refused"),
        ("GET", "/api/raise/fault", 500, "internal_error"),
        ("GET", "/api/raise/down", 503, "unavailable"),
    ):
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.json["code"]) == (status, code)
        assert set(answer.json) == {"code", "message", "errors"}
    assert "inside" not in client.get("/api/raise/fault").text
    assert "Allow" in client.delete("/api/things/").headers
    assert client.get("/api/raise/down").headers["Retry-After"]
    assert client.get("/page").text == "page: Không tìm thấy nội dung này."


def test_the_engines_refusals() -> None:
    problem = Problem(file="a.bpmn", element="Task_1", line=3, severity="error", code="x", message="Không chạy được.")
    refused = failure_of(DeploymentRefused([problem]))
    assert (refused.status, refused.errors[0].field) == (422, "Task_1")
    assert failure_of(NotWaiting("Đã xong.")).status == 409
    assert failure_of(UnknownDefinition("Chưa có.")).status == 404
    assert failure_of(StateUnreadable("bytes")).message != "bytes"
    assert failure_of(WorkflowError("Không chạy.")).status == 422


def test_every_refusal_of_the_service_has_a_code_and_a_sentence() -> None:
    for module in pkgutil.walk_packages(service.__path__, "service."):
        if module.name.endswith("errors"):
            import_module(module.name)
    same_on_purpose = {"process_not_found"}  # who may not start a process is not told that there is one
    codes: dict[str, type[ServiceError]] = {}
    waiting = [ServiceError]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith("service."):
                first = codes.setdefault(kind.code, kind)
                assert first is kind or kind.code in same_on_purpose, f"{kind.code} is used twice"
                assert kind.message.strip(), kind
                assert inspect.getdoc(kind), kind
    assert len(codes) > 10
