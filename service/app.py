"""The Flask application: settings, who is behind a request, the API, the pages, errors and security headers."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound, UnsupportedMediaType
from werkzeug.middleware.proxy_fix import ProxyFix

from service import pages
from service.api import errors
from service.api.converters import RowNumberConverter
from service.api.errors import Failure
from service.api.json_out import JsonProvider
from service.api.openapi import create_api
from service.awards.papers.api import blueprint as papers_api
from service.config import Settings
from service.engine.context import Engine
from service.modeling.api import blueprint as processes_api
from service.modeling.c7 import face as camunda7
from service.monitoring.api import blueprint as instances_api
from service.people.authentication import actor_of_session, actor_of_token
from service.web import csrf
from service.wiring import build_engine
from service.worklist.api import blueprint as tasks_api

JSON_LIMIT_BYTES = 1024 * 1024
FORM_SLACK_BYTES = 256 * 1024
"""What a form may hold beside its file."""
PUBLIC_API = frozenset({"api-docs.openapi_json", "docs.page", "docs.static"})

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""bpmn-js and form-js write style attributes; no script runs that is not a file of ours."""


def create_app(settings: Settings, engine: Engine | None = None) -> Flask:
    """The application for these settings. Connects to nothing before the first request.

    Args:
        engine: an engine already wired (tests count its statements); made from the settings when None.
    """
    app = Flask("service", static_folder="web/static", template_folder="web/templates")
    app.json = JsonProvider(app)
    app.url_map.converters["int"] = RowNumberConverter
    _configure(app, settings)
    app.extensions["trinh"] = engine or build_engine(settings)
    errors.register(app, render_page=_error_page)
    app.before_request(_refuse_nul)
    csrf.register(app, exempt=_proves_each_request)
    app.before_request(_identify)
    app.after_request(_add_headers)
    api = create_api(app)
    for blueprint in (tasks_api, processes_api, instances_api, papers_api):
        api.register_blueprint(blueprint)
    camunda7.register(app)
    pages.register(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    largest_file = max(settings.deploy_limit_bytes, settings.paper_limit_bytes)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="trinh_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        MAX_CONTENT_LENGTH=largest_file + FORM_SLACK_BYTES,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=20_000,
        TEMPLATES_AUTO_RELOAD=False,
    )


def _identify() -> None:
    """Set `g.engine` and `g.actor`: by token under /api, by session elsewhere. An address of nothing needs neither."""
    engine: Engine = _engine()
    g.engine, g.actor = engine, None
    demo_allowed = not engine.settings.production
    if request.endpoint is None or request.endpoint == "static" or camunda7.is_asked():
        return
    if not errors.wants_json():
        g.actor = actor_of_session(engine.database, demo_allowed=demo_allowed)
    elif request.endpoint not in PUBLIC_API:
        request.max_content_length = JSON_LIMIT_BYTES
        g.actor = actor_of_token(engine.database, demo_allowed=demo_allowed)
        _refuse_other_than_json()


def _refuse_nul() -> None:
    """No column of PostgreSQL holds a NUL: it would be an error of the database instead of the sender's."""
    if "\0" in request.path:
        raise NotFound()
    sent = [request.args] if _proves_each_request() else [request.args, request.form]
    if any("\0" in text for fields in sent for pair in fields.items(multi=True) for text in pair):
        raise BadRequest()


def _proves_each_request() -> bool:
    """True where callers are programs with credentials in every request: no session, so no form of another site."""
    return errors.wants_json() or camunda7.is_asked()


def _refuse_other_than_json() -> None:
    """A body that is not declared as JSON would be read as none at all."""
    has_body = bool(request.content_length) or request.headers.get("Transfer-Encoding") is not None
    if request.method in ("POST", "PUT", "PATCH") and has_body and not request.is_json:
        raise UnsupportedMediaType()


def _add_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint not in ("static", "docs.static"):
        response.headers.setdefault("Cache-Control", "no-store")
    if _engine().settings.secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _error_page(failure: Failure) -> ResponseReturnValue:
    """A refusal as a page; who is not signed in goes to do that, and comes back."""
    if failure.status == 401:
        if (page := pages.ended_page(failure.message)) is not None:
            return page
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("sign_in.sign_in_page", next=wanted), 303)
    if failure.status >= 500:
        g.actor = None  # the layout around a person reads the database, which may be what failed
    return pages.error_page(failure.code, failure.message, failure.status, failure.errors)


def _engine() -> Engine:
    engine: Engine = current_app.extensions["trinh"]
    return engine
