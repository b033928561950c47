"""The application on a World, for tests of its pages."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from service.app import create_app
from service.engine.commands.complete import CompleteTask, complete
from service.engine.commands.start import Started, StartProcess, start
from service.engine.forms import Field, Option
from tests.support.diagrams import diagram, field, line, user
from tests.support.sessions import sign_in
from tests.support.world import Handler, World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PASSWORD = "một mật khẩu dài"
TOKEN = "t" * 43

SIMPLE = diagram(
    "simple",
    line(
        user("draft", "unit_clerk", name="Lập hồ sơ", due="${workdays(10)}", fields=field("subject", required=True)),
        user("sign", "unit_head", name="Ký hồ sơ", due="${workdays(3)}", form_key="test:sign"),
    ),
    name="Hồ sơ thử",
    starters="unit_clerk",
)
LISTED = diagram(
    "listed",
    line(user("list", "unit_clerk", name="Lập danh sách", form_key="test:list"), user("after", "unit_head")),
    name="Danh sách thử",
    starters="unit_clerk",
)
ROWS = Field(
    key="nominees",
    kind="rows",
    label="Đề nghị",
    columns=(
        Field(key="full_name", kind="text", label="Họ và tên", required=True),
        Field(key="score", kind="number", label="Điểm", minimum=0, maximum=100),
    ),
)
SIGN = (
    Field(
        key="decision",
        kind="radio",
        label="Kết quả",
        required=True,
        options=(Option(value="signed", label="Ký"), Option(value="returned", label="Trả lại")),
    ),
    Field(key="reason", kind="textarea", label="Lý do", required=True, shown_if=("decision", ("returned",))),
    Field(key="held_on", kind="date", label="Ngày ký"),
)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody signed in, without a browser."""

    site: Site
    client: Any

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, data: Mapping[str, Any] | None = None, **more: Any) -> TestResponse:
        """A form drawn in this session, sent."""
        response = self.client.post(path, data={"csrf_token": TOKEN, **(data or {})}, buffered=True, **more)
        response.request.environ["wsgi.input"].close()  # werkzeug keeps a large body in a file it leaves open
        return response


@dataclass(kw_only=True)
class Site:
    """Pages of one World."""

    world: World
    app: Flask
    address: str = ""

    @classmethod
    def of(cls, world: World) -> Site:
        world.tasks["test:list"] = Handler(key="test:list", fields=(ROWS,))
        world.tasks["test:sign"] = Handler(key="test:sign", fields=SIGN)
        world.deploy(simple=SIMPLE, listed=LISTED)
        app = create_app(world.engine.settings, world.engine)
        return cls(world=world, app=app)

    def visitor(self) -> Person:
        """Nobody yet."""
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["csrf"] = TOKEN
        return Person(site=self, client=client)

    def person(self, username: str) -> Person:
        """Signed in."""
        found = self.visitor()
        sign_in(found.client, self.world.database, self.world.actor(username).account_id)
        return found

    def begin(
        self, key: str = "simple", username: str = "clerk", at: datetime | None = None, **variables: Any
    ) -> Started:
        command = StartProcess(key=key, variables=variables, business_key=variables.pop("number", None))
        return start(self.world.engine, command, self.world.actor(username), at=at)

    def finish(self, task: Any, username: str, **answers: Any) -> None:
        command = CompleteTask(task_id=task.id, revision=task.revision, answers=answers)
        complete(self.world.engine, command, self.world.actor(username))

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Serve on a free port until the end of the block."""
        server = make_server("127.0.0.1", 0, self._whole_body, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def _whole_body(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """The application, its body read and closed at once: werkzeug's server forgets to when a browser hangs up."""
        body = self.app(environ, start_response)
        try:
            return [b"".join(body)]
        finally:
            cast(Any, body).close()

    def sign_in(self, page: Page, username: str, *, path: str = "/viec") -> None:
        """In the browser, through the form."""
        page.goto(f"{self.address}/dang-nhap?next={path}")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.click("button.btn-ink")
        page.wait_for_url(f"{self.address}{path}")


def text_of(response: TestResponse) -> str:
    """A page's words, tags and repeated spaces gone."""
    body = re.sub(r"<(script|style).*?</\1>", " ", response.get_data(as_text=True), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()
