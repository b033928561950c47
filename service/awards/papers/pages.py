"""A paper in the browser: its text or its file, and adding one to a dossier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlencode

from flask import Blueprint, g, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue

from service.awards.errors import RecordNotFound
from service.awards.papers.reads import PaperView, paper_for
from service.awards.papers.store import PaperStore
from service.awards.papers.upload import Upload, upload_paper
from service.errors import FieldProblem, Invalid, NotFound, ServiceError, Unauthenticated
from service.people.authentication import current_actor

blueprint = Blueprint("papers", __name__, template_folder=str(Path(__file__).parent.parent / "templates"))

PREFIX = "_paper_"
"""Of the upload's inputs within a task's form: no answer's name begins with an underscore."""
DESCRIBING = ("title", "number", "dated_on")
INPUTS = ("kind", "nomination_id", *DESCRIBING)
LONGEST_LINE = 300
LONGEST_NUMBER = 19
"""Digits of the largest integer a database compares."""


@blueprint.get("/giay-to/<int:paper_id>")
def show(paper_id: int) -> ResponseReturnValue:
    """The paper with what is known of it; its text, or a link to its file."""
    return render_template("awards/paper.html", paper=_paper(paper_id))


@blueprint.get("/giay-to/<int:paper_id>/tep")
def download(paper_id: int) -> ResponseReturnValue:
    """The file as it was uploaded, always as a download: nothing a person uploads runs in our pages."""
    return file_response(_paper(paper_id))


@blueprint.post("/ho-so/<instance_id>/giay-to")
def add(instance_id: str) -> ResponseReturnValue:
    """Add a file, then back to the page it came from."""
    target = request.form.get("next", "")
    if not target.startswith(("/viec/", "/ho-so/")) or "\\" in target or "//" in target:
        target = f"/ho-so/{instance_id}"
    return receive_paper(instance_id, back=target)


def receive_paper(instance_id: str, *, back: str, prefix: str = "") -> ResponseReturnValue:
    """Add the request's file to a dossier, then to the page `back`, with the outcome in words.

    Args:
        prefix: of the names of the inputs, where they stand in a form with others.
    """
    actor = current_actor()
    file = request.files.get(f"{prefix}file")
    given = {name: request.form.get(f"{prefix}{name}", "").strip() for name in INPUTS}
    try:
        if file is None or not file.filename:
            raise Invalid([FieldProblem(field="file", message="Chọn tệp cần tải lên.")])
        upload_paper(g.engine, instance_id, _upload(given, file.filename), file.stream, actor)
    except ServiceError as error:
        if _is_gone(error):
            raise
        return redirect(f"{back}?{urlencode(_told(error) | _short(given))}#giay-to", 303)
    return redirect(f"{back}?{urlencode({'giay_to': 'da-nop'})}#giay-to", 303)


def refuse_paper_left_behind(posted: Mapping[str, str]) -> None:
    """Raises Invalid where a file was chosen, or a paper described, and not sent: completing would lose it."""
    if posted.get(f"{PREFIX}file"):
        message = "Tệp đã chọn ở mục Giấy tờ chưa được nộp. Chọn lại tệp, nhấn “Nộp giấy tờ”, rồi hoàn thành."
    elif any(posted.get(f"{PREFIX}{name}", "").strip() for name in DESCRIBING):
        message = "Phần “Nộp giấy tờ” đang nhập dở. Nộp giấy tờ hoặc xóa phần đó, rồi hoàn thành."
    else:
        return
    raise Invalid([FieldProblem(field="giay_to", message=message)])


def file_response(paper: PaperView) -> ResponseReturnValue:
    """The stored file with its name. Raises RecordNotFound (no file belongs to it), FileMissing."""
    if not paper.file_sha256:
        raise RecordNotFound()
    settings = g.engine.settings
    store = PaperStore(settings.data_dir, settings.paper_limit_bytes)
    return send_file(
        store.path_of(paper.file_sha256),
        mimetype=paper.media_type or "application/octet-stream",
        as_attachment=True,
        download_name=paper.file_name or "tep",
        etag=paper.file_sha256,
    )


def _paper(paper_id: int) -> PaperView:
    actor = current_actor()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        return paper_for(unit, actor, paper_id)


def _upload(given: Mapping[str, str], file_name: str) -> Upload:
    return Upload(
        kind=given["kind"],
        title=given["title"][:LONGEST_LINE],
        number=given["number"][:LONGEST_LINE],
        dated_on=_day(given["dated_on"]),
        nomination_id=_row_number(given["nomination_id"]),
        file_name=file_name,
    )


def _short(given: Mapping[str, str]) -> dict[str, str]:
    """What was typed, for the form to show again; none of it is longer than a line."""
    return {f"{PREFIX}{name}": value[:LONGEST_LINE] for name, value in given.items() if value}


def _told(error: ServiceError) -> dict[str, str]:
    sentence = error.problems[0].message if isinstance(error, Invalid) and error.problems else error.message
    return {"giay_to_loi": sentence}


def _row_number(text: str) -> int | None:
    """None for nothing chosen; what is no row's number names none, and is refused as such."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else 0


def _day(text: str) -> date | None:
    """Raises Invalid for what is no date as dd/mm/yyyy."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        problem = FieldProblem(field="dated_on", message="Nhập ngày theo dạng ngày/tháng/năm, ví dụ 05/11/2026.")
        raise Invalid([problem]) from None


def _is_gone(error: ServiceError) -> bool:
    """What this person may not see is a page of its own (404), not a remark on the dossier."""
    return isinstance(error, NotFound | Unauthenticated)
