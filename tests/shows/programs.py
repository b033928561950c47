"""Programs and people without a browser, on the other side of HTTP: the API by token, the pages by session."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, Request, build_opener

from service.people.demo import DEMO_PASSWORD

PATIENCE_SECONDS = 60
RowAnswers = Callable[[str], Mapping[str, Any]]
"""For a table of fixed rows: the words at the head of a row -> the answers of that row."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def html(self) -> str:
        return self.body.decode()

    @property
    def words(self) -> str:
        """What a person reads: tags, scripts and repeated spaces gone."""
        text = re.sub(r"<(script|style).*?</\1>", " ", self.html, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text))).strip()


class _Stays(HTTPRedirectHandler):
    """A redirect is an answer like any other."""

    def redirect_request(self, *_: Any) -> None:
        return None


def sent(opener: OpenerDirector, request: Request) -> Answer:
    """The answer, whatever its status."""
    try:
        with opener.open(request, timeout=PATIENCE_SECONDS) as found:
            return Answer(status=found.status, headers=found.headers, body=found.read())
    except HTTPError as error:
        with error:
            return Answer(status=error.code, headers=error.headers, body=error.read())


@dataclass(frozen=True, kw_only=True)
class Program:
    """The API in the name of one account."""

    address: str
    token: str

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.address}{path}", data=data, headers=headers, method=method)
        return sent(build_opener(), request)

    def get(self, path: str) -> Any:
        found = self.call("GET", path)
        assert found.status == 200, (path, found.status, found.html)
        return found.json

    def post(self, path: str, **body: Any) -> Any:
        found = self.call("POST", path, body)
        assert found.status in (200, 201), (path, found.status, found.html)
        return found.json

    def task(self, dossier: str, element: str) -> dict[str, Any]:
        """The open task of a step, with its form. `dossier` is the business key."""
        (listed,) = [
            each
            for each in self.get("/api/tasks?limit=200")["items"]
            if (each["business_key"], each["element"]) == (dossier, element)
        ]
        return self.get(f"/api/tasks/{listed['id']}")

    def does(self, dossier: str, element: str, **answers: Any) -> dict[str, Any]:
        """Complete a step with what its form starts with and these answers; functions answer fixed rows."""
        task = self.task(dossier, element)
        form = task["form"] or {"values": {}, "fields": []}
        kept = {each["key"]: each for each in form["fields"] if each["kind"] not in ("heading", "paragraph")}
        given = {key: value for key, value in form["values"].items() if key in kept} | answers
        for key, value in given.items():
            if callable(value):
                given[key] = {row["key"]: value(row["label"]) for row in kept[key]["row_keys"]}
        return self.post(f"/api/tasks/{task['id']}/complete", revision=task["revision"], answers=given)


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody with cookies: what a browser does, without drawing it."""

    address: str
    cookies: CookieJar = field(default_factory=CookieJar)

    def get(self, path: str) -> Answer:
        return sent(self._opener(), Request(f"{self.address}{path}"))

    def post(self, path: str, form: Mapping[str, Any] | None = None) -> Answer:
        """Send a form as this session's own; its token is read from a page of ours."""
        data = urlencode({"csrf_token": self._token(), **(form or {})}, doseq=True).encode()
        return sent(self._opener(), Request(f"{self.address}{path}", data=data))

    def upload(self, path: str, form: Mapping[str, str], **files: bytes) -> Answer:
        """Send a form with files, each named by its field as `field__name__ending`."""
        parts = [(f'name="{key}"', value.encode()) for key, value in {"csrf_token": self._token(), **form}.items()]
        for name, content in files.items():
            field_name, file_name = name.split("__", 1)
            parts.append((f'name="{field_name}"; filename="{file_name.replace("__", ".")}"', content))
        head = b"--trinh\r\nContent-Disposition: form-data; "
        body = b"".join(head + name.encode() + b"\r\n\r\n" + value + b"\r\n" for name, value in parts)
        headers = {"Content-Type": "multipart/form-data; boundary=trinh"}
        request = Request(f"{self.address}{path}", data=body + b"--trinh--\r\n", headers=headers)
        return sent(self._opener(), request)

    def signed_in(self, username: str) -> Visitor:
        answer = self.post("/dang-nhap", {"username": username, "password": DEMO_PASSWORD})
        assert answer.status == 302, answer.words
        return self

    def _token(self) -> str:
        for path in ("/dang-nhap", "/thong-bao"):
            found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).html)
            if found is not None:
                return found[1]
        raise AssertionError("no page with a form")

    def _opener(self) -> OpenerDirector:
        return build_opener(HTTPCookieProcessor(self.cookies), _Stays())
