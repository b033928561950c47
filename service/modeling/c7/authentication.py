"""Who is behind a request of the Modeler or of another Camunda client: HTTP Basic, or one of our bearer tokens.

The session of a browser opens nothing here, so that no page of another site can act in somebody's name.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from flask import request

from service.errors import Unauthenticated
from service.people.authentication import actor_of_token
from service.people.sign_in import sign_in_from

if TYPE_CHECKING:
    from service.engine.context import Engine
    from service.people.actor import Actor


class NoCredentials(Unauthenticated):
    """Nobody said who they are. The Modeler asks this way whether it must show its fields for a name and a password."""

    code = "no_credentials"
    message = "Cần tên đăng nhập và mật khẩu (HTTP Basic), hoặc mã truy cập (Bearer token)."


def actor_of_request(engine: Engine) -> Actor:
    """The person or service of this request.

    The Modeler with empty fields sends the literal `undefined`; that is nobody, not a wrong password.

    Raises:
        NoCredentials, WrongCredentials, SignInLocked, TokenUnknown.
    """
    scheme, _, rest = request.headers.get("Authorization", "").strip().partition(" ")
    demo_allowed = not engine.settings.production
    if scheme.lower() == "bearer" and rest.strip():
        return actor_of_token(engine.database, demo_allowed=demo_allowed)
    if scheme.lower() != "basic":
        raise NoCredentials()
    username, password = _name_and_password(rest.strip())
    return sign_in_from(engine.database, request.remote_addr or "", username, password, demo_allowed=demo_allowed)


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
