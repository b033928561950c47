"""Hangs every page on the application, and what the layout around them shows."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue

from service.awards.papers.pages import blueprint as papers
from service.awards.rounds.pages import blueprint as rounds
from service.modeling.pages import blueprint as modeling
from service.monitoring.dossier_pages import blueprint as dossier
from service.monitoring.pages import blueprint as monitoring
from service.people.pages import blueprint as sign_in
from service.web import layout
from service.web.words import HANOI
from service.worklist.pages import blueprint as worklist
from service.worklist.reads import unread_notices
from service.worklist.task_pages import blueprint as task

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
    for blueprint in (sign_in, worklist, task, monitoring, dossier, modeling, rounds, papers):
        app.register_blueprint(blueprint)
    layout.register(app, context=(_person,))
    app.extensions["trinh_error_page"] = error_page

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        return {"production": app.extensions["trinh"].settings.production, "hanoi": HANOI}


def error_page(code: str, message: str, status: int, errors: Any) -> ResponseReturnValue:
    """A refusal as a page, in the reader's own layout where there is a database to draw it from."""
    title = TITLES.get(status, TITLES[500] if status >= 500 else TITLES[400])
    return render_template("error.html", code=code, title=title, message=message, errors=errors), status


def _person() -> dict[str, Any]:
    """The person of this request, their unread notices, and the calendar's words for the footer."""
    actor = g.get("actor")
    if actor is None or request.path.startswith("/static/"):
        return {"actor": None}
    if "notice_count" not in g:
        engine = g.engine
        with engine.database.unit_of_work(read_only=True) as unit:
            g.notice_count = unread_notices(unit, actor)
            g.calendar_words = engine.calendar_of(unit).version
    return {"actor": actor, "notice_count": g.notice_count, "calendar_words": f"Lịch làm việc: {g.calendar_words}"}
