"""Hangs every page on the application, and what the layout around them shows."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from service.awards.papers.pages import blueprint as papers
from service.awards.rounds.pages import blueprint as rounds
from service.errors import Unavailable
from service.modeling.pages import blueprint as modeling
from service.monitoring.dossier_pages import blueprint as dossier
from service.monitoring.pages import blueprint as monitoring
from service.monitoring.unblock_pages import blueprint as unblock
from service.people.authentication import actor_of_session
from service.people.pages import blueprint as sign_in
from service.web import layout
from service.web.words import HANOI, calendar_words
from service.worklist.drafts import typed_pairs
from service.worklist.pages import blueprint as worklist
from service.worklist.reads import unread_notices
from service.worklist.task_pages import blueprint as task

MEGABYTE = 1024 * 1024
MOST_DRAINED_BYTES = 64 * MEGABYTE
TITLES = {
    400: "Chưa đọc được yêu cầu",
    403: "Chưa được phép",
    404: "Không tìm thấy",
    405: "Chưa thực hiện được",
    409: "Vừa có thay đổi",
    413: "Tệp quá lớn",
    422: "Có chỗ cần sửa",
    429: "Thử lại sau ít phút",
    500: "Có sự cố ở hệ thống",
    503: "Hệ thống tạm thời chưa phục vụ được",
}


def register(app: Flask) -> None:
    """Add the blueprints, the layout's context and the page that tells a refusal."""
    for blueprint in (sign_in, worklist, task, monitoring, unblock, dossier, modeling, rounds, papers):
        app.register_blueprint(blueprint)
    layout.register(app, context=(_person,))
    app.after_request(_drain)

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        return {"production": app.extensions["trinh"].settings.production, "hanoi": HANOI}


def error_page(code: str, message: str, status: int, errors: Any) -> ResponseReturnValue:
    """A refusal as a page, in the reader's own layout where there is a database to draw it from."""
    title = TITLES.get(status, TITLES[500] if status >= 500 else TITLES[400])
    if status == 413:
        message = _too_large_words()
    typed = _typed_into_a_task() if status == 403 else []  # it was looked at already: it can be read
    return render_template("error.html", code=code, title=title, message=message, errors=errors, typed=typed), status


def ended_page(message: str) -> ResponseReturnValue | None:
    """For who was signed out meanwhile and sends a task: what they typed, to be copied. None where nothing was."""
    typed = _typed_into_a_task()
    if not typed:
        return None
    title = "Phiên đăng nhập đã hết"
    page = render_template("error.html", code="unauthenticated", title=title, message=message, errors=(), typed=typed)
    return page, 401


def _typed_into_a_task() -> list[str]:
    """Lines of writing in a task's form that could not even be looked at; choices and numbers are soon made again."""
    if request.method != "POST" or not request.path.startswith("/viec/"):
        return []
    pairs = typed_pairs(request.form.items(multi=True))
    return [value for _name, value in pairs if " " in value.strip()]


def _too_large_words() -> str:
    settings = current_app.extensions["trinh"].settings
    deploy, paper = settings.deploy_limit_bytes // MEGABYTE, settings.paper_limit_bytes // MEGABYTE
    return (
        f"Phần gửi lên lớn hơn mức hệ thống nhận. Mỗi tệp quy trình không quá {deploy} MB, mỗi giấy tờ không quá "
        f"{paper} MB; gửi ít tệp hơn hoặc tệp nhỏ hơn. Chưa có gì thay đổi."
    )


def _drain(response: Response) -> Response:
    """Read the rest of a body that was refused for its size: a connection closed on unread bytes is reset, and the
    person would see the browser's error in place of our page."""
    if response.status_code == 413:
        left = MOST_DRAINED_BYTES
        while left > 0 and (piece := request.environ["wsgi.input"].read(min(65536, left))):
            left -= len(piece)
    return response


def _person() -> dict[str, Any]:
    """The person of this request, their unread notices, and the calendar's words for the footer.

    Without a database there is nobody: a page that tells of its absence must not ask it.
    """
    if request.path.startswith("/static/"):
        return {"actor": None}
    try:
        return _read_person()
    except Unavailable:
        g.actor = None
        return {"actor": None}


def _read_person() -> dict[str, Any]:
    engine = current_app.extensions["trinh"]
    if "actor" not in g:  # refused before anybody was identified: the body was too large, the form not ours
        g.actor = actor_of_session(engine.database, demo_allowed=not engine.settings.production)
    actor = g.actor
    if actor is None:
        return {"actor": None}
    if "notice_count" not in g:
        with engine.database.unit_of_work(read_only=True) as unit:
            g.notice_count = unread_notices(unit, actor)
            g.calendar_words = calendar_words(engine.calendar_of(unit), unit.at)
    return {"actor": actor, "notice_count": g.notice_count, "calendar_words": g.calendar_words}
