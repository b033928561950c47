"""Signing in and out in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from service.people.attempts import attempts_left
from service.people.authentication import SESSION
from service.people.errors import SignInLocked, WrongCredentials
from service.people.sessions import begin_session, end_session
from service.people.sign_in import sign_in_from

if TYPE_CHECKING:
    from service.config import Settings
    from service.database.unit import Database, Unit

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/dang-nhap")
def sign_in_page() -> ResponseReturnValue:
    """The form; somebody who is signed in goes on to where they wanted."""
    if g.get("actor") is not None:
        return redirect(safe_next(request.args.get("next")))
    return _form(username="", failure=None)


@blueprint.post("/dang-nhap")
def sign_in_submit() -> ResponseReturnValue:
    """Take name and password; a failure never says which part was wrong."""
    username = request.form.get("username", "").strip().lower()
    password = request.form.get("password", "")
    address = request.remote_addr or ""
    settings = cast("Settings", current_app.extensions["trinh"].settings)
    database = _database()
    try:
        actor = sign_in_from(database, address, username, password, demo_allowed=not settings.production)
    except SignInLocked:
        return _form(username=username, failure="locked"), 429
    except WrongCredentials:
        with database.unit_of_work(read_only=True) as unit:
            left = attempts_left(unit, username, address)
        return _form(username=username, failure="wrong" if left else "locked", left=left), 422
    with database.unit_of_work() as unit:
        _end(unit)
        token = begin_session(unit, actor.account_id)
    session.clear()  # a new session for a new person: nothing set before the sign-in survives it
    session[SESSION] = token
    session.permanent = True
    return redirect(safe_next(request.form.get("next")))


@blueprint.post("/dang-xuat")
def sign_out() -> ResponseReturnValue:
    """End the session, here and for whoever holds a copy of the cookie."""
    if SESSION in session:
        with _database().unit_of_work() as unit:
            _end(unit)
    session.clear()
    return redirect("/dang-nhap")


def safe_next(target: str | None) -> str:
    """`target` if it is a path of this site, else the worklist: a link must not lead a fresh sign-in elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return "/viec"
    parts = urlsplit(target)
    return target if not parts.netloc and not parts.scheme else "/viec"


def _end(unit: Unit) -> None:
    """The session this browser has had, if any."""
    token = session.get(SESSION)
    if isinstance(token, str):
        end_session(unit, token)


def _database() -> Database:
    return cast("Database", current_app.extensions["trinh"].database)


def _form(*, username: str, failure: str | None, left: int = 0) -> str:
    return render_template(
        "sign_in.html",
        username=username,
        failure=failure,
        left=left,
        next=request.values.get("next", ""),
    )
