"""The application as `trinh serve` runs it, on both databases, and the Modeler's requests byte for byte."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.app import create_app
from service.config import Settings
from service.engine.context import Engine
from service.people.demo import DEMO_PASSWORD, create_people
from service.people.reads import actor_by_username
from service.people.tokens import create_token
from service.people.units import import_units
from service.wiring import build_engine

BOUNDARY = "----WebKitFormBoundaryTrinh0123456789"
OWNER = "quytrinh"


def basic(username: str, password: str = DEMO_PASSWORD) -> str:
    """As `window.btoa` makes it."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode("latin-1")).decode()


def multipart(
    name: str, files: Mapping[str, bytes], *, tenant: str | None = None, source: str = "Camunda Modeler"
) -> bytes:
    """The body in the Modeler's order: three fields, the diagram as `text/xml`, attachments without a type."""
    fields = [("deployment-name", name), ("deployment-source", source), ("enable-duplicate-filtering", "true")]
    if tenant:
        fields.append(("tenant-id", tenant))
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields
    ]
    for number, (file, content) in enumerate(files.items()):
        kind = "text/xml" if number == 0 else "application/octet-stream"
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{file}"; filename="{file}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        )
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


@dataclass
class Face:
    """The application, and requests with the headers that the Modeler's window sends."""

    app: Flask
    engine: Engine
    base: str = "/engine-rest"
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, authorization: str | None = None, **options: Any) -> TestResponse:
        """One request of the Modeler; `authorization` None sends none."""
        headers = {"accept": "application/json", "origin": "file://", **options.pop("headers", {})}
        if authorization is not None:
            headers["authorization"] = authorization
        return self.app.test_client().open(self.base + path, method=method, headers=headers, **options)

    def deploy(self, files: Mapping[str, bytes], authorization: str | None = None, **options: Any) -> TestResponse:
        """`POST /deployment/create` with this set of files."""
        body = multipart(options.pop("name", "Bản vẽ"), files, tenant=options.pop("tenant", None))
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return self.ask(
            "POST", "/deployment/create", authorization or self.bearer(OWNER), data=body, content_type=kind, **options
        )

    def bearer(self, who: str) -> str:
        if who not in self.tokens:
            with self.engine.database.unit_of_work() as unit:
                actor = actor_by_username(unit, who)
                assert actor is not None
                self.tokens[who] = create_token(unit, actor.account_id)
        return f"Bearer {self.tokens[who]}"

    def rows(self, table: Any) -> list[Any]:
        with self.engine.database.unit_of_work(read_only=True) as unit:
            return list(unit.connection.execute(select(table)))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    read = Settings.from_environ({"TRINH_DATA_DIR": str(tmp_path)})
    return replace(read, database_url=database_url, environment="test")


@pytest.fixture
def face(settings: Settings) -> Iterator[Face]:
    engine = build_engine(settings)
    with engine.database.unit_of_work() as unit:
        import_units(unit)
        create_people(unit)
    yield Face(app=create_app(settings, engine), engine=engine)
    engine.database.dispose()
