"""Forms prove that they come from our own pages: a token in the session, repeated in a hidden field or a header."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flask import Flask, request, session
from markupsafe import Markup

from service.errors import Refused

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
FIELD, HEADER, SESSION_KEY = "csrf_token", "X-CSRF-Token", "csrf"


class ForeignForm(Refused):
    """The form was not drawn in this session: it is too old, or another site sent it."""

    code = "csrf_failed"
    message = "Trang này đã mở từ phiên làm việc trước. Bạn tải lại trang rồi gửi lại; chưa có gì được lưu."


def register(app: Flask, *, exempt: Callable[[], bool]) -> None:
    """Check every writing request that `exempt` does not let through, and give templates their two functions."""
    app.context_processor(lambda: {"csrf_token": csrf_token, "csrf_field": csrf_field})

    @app.before_request
    def check() -> None:
        if request.method not in SAFE_METHODS and request.endpoint is not None and not exempt():
            _check()


def csrf_token() -> str:
    """This session's token, drawn when first asked for."""
    if SESSION_KEY not in session:
        session[SESSION_KEY] = secrets.token_urlsafe(32)
    token: str = session[SESSION_KEY]
    return token


def csrf_field() -> Markup:
    """The hidden field for a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token())


def _check() -> None:
    """Raises ForeignForm."""
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    known = session.get(SESSION_KEY, "")
    if not known or not secrets.compare_digest(sent.encode("utf-8", "replace"), known.encode()):
        raise ForeignForm()
