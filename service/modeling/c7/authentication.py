"""Who is behind a request of the Modeler or of another Camunda client: HTTP Basic, or one of our bearer tokens.

The session of a browser opens nothing here, so that no page of another site can act in somebody's name. Nor does a
password that a browser keeps for this address: what a foreign page can make it send is refused.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from flask import request

from service.errors import Refused, Unauthenticated
from service.people.authentication import actor_of_token
from service.people.sign_in import sign_in_from

if TYPE_CHECKING:
    from service.engine.context import Engine
    from service.people.actor import Actor


class NoCredentials(Unauthenticated):
    """Nobody said who they are. The Modeler asks this way whether it must show its fields for a name and a password."""

    code = "no_credentials"
    message = "Cần tên đăng nhập và mật khẩu (HTTP Basic), hoặc mã truy cập (Bearer token)."


class SentByAnotherSite(Refused):
    """A browser adds a password it keeps to the forms of every page; only a script can set one of its own."""

    code = "sent_by_another_site"
    message = "Yêu cầu do trang của một nơi khác gửi đi nên bị từ chối; không có gì thay đổi."


SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MODELER_ORIGINS = frozenset({"file://", "null"})
"""The Modeler's window is a page of a file; which of the two it says depends on its Chromium."""
BROWSER_MODES = frozenset({"navigate", "no-cors"})
"""How a browser sends a form, and what a script may send without asking first (CORS); the Modeler's mode is `cors`."""


def actor_of_request(engine: Engine) -> Actor:
    """The person or service of this request.

    The Modeler with empty fields sends the literal `undefined`; that is nobody, not a wrong password.

    Raises:
        NoCredentials, WrongCredentials, SignInLocked, TokenUnknown, SentByAnotherSite.
    """
    scheme, _, rest = request.headers.get("Authorization", "").strip().partition(" ")
    demo_allowed = not engine.settings.production
    if scheme.lower() == "bearer" and rest.strip():
        return actor_of_token(engine.database, demo_allowed=demo_allowed)
    if scheme.lower() != "basic":
        raise NoCredentials()
    _refuse_forms_of_other_sites(engine.settings.base_url)
    username, password = _name_and_password(rest.strip())
    return sign_in_from(engine.database, request.remote_addr or "", username, password, demo_allowed=demo_allowed)


def asked_by_browser() -> bool:
    """True where a browser opens the address or sends a form; no program wants HTML of this face."""
    return "text/html" in request.headers.get("Accept", "")


def _refuse_forms_of_other_sites(base_url: str) -> None:
    """JSON needs no look: a browser asks first whether a page may send it, and then leaves its own password out.

    Raises SentByAnotherSite.
    """
    if request.method in SAFE_METHODS or request.is_json:
        return
    origin = request.headers.get("Origin")
    ours = {request.host_url.rstrip("/"), base_url, *MODELER_ORIGINS, None}
    if origin not in ours or request.headers.get("Sec-Fetch-Mode") in BROWSER_MODES or asked_by_browser():
        raise SentByAnotherSite()


def _name_and_password(encoded: str) -> tuple[str, str]:
    """Raises NoCredentials. What is not UTF-8 was encoded by a browser's `btoa`, which writes Latin-1."""
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoCredentials() from error
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    username, _, password = text.partition(":")
    if not username.strip() or not password or "\0" in text:
        raise NoCredentials()
    return username.strip().lower(), password
