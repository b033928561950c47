"""Signing a test client in without the form."""

from __future__ import annotations

from flask.testing import FlaskClient

from service.database.unit import Database
from service.people.authentication import SESSION
from service.people.sessions import begin_session


def sign_in(client: FlaskClient, database: Database, account_id: int) -> None:
    """The client's cookie holds a session of this account."""
    with database.unit_of_work() as unit:
        token = begin_session(unit, account_id)
    with client.session_transaction() as session:
        session[SESSION] = token
