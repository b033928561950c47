"""The least a web application can do for one write: Flask, the bare driver, one SELECT, one UPDATE, one INSERT, commit.

Served like the product itself, so that `complete_task` can say how far from it the product is.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from typing import Any

import psycopg
from flask import Flask, request

URL = os.environ["FLOOR_DATABASE_URL"]
SQLITE = URL.startswith("sqlite")
MARK = "?" if SQLITE else "%s"
_local = threading.local()
app = Flask(__name__)


def connection() -> Any:
    """One for each thread, as a pool would give it."""
    if not hasattr(_local, "connection"):
        _local.connection = _sqlite() if SQLITE else psycopg.connect(URL.replace("+psycopg", "", 1))
    return _local.connection


def _sqlite() -> sqlite3.Connection:
    opened = sqlite3.connect(URL.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "foreign_keys=ON"):
        opened.execute(f"PRAGMA {pragma}")
    return opened


@app.post("/act/<int:number>")
def act(number: int) -> dict[str, Any]:
    """Read a row, change it, note it."""
    body = request.get_json()
    database = connection()
    cursor = database.cursor()
    if SQLITE:
        cursor.execute("BEGIN IMMEDIATE")
    cursor.execute(f"SELECT state, revision FROM floor_task WHERE id = {MARK}", (number,))  # noqa: S608
    _state, revision = cursor.fetchone()
    cursor.execute(
        f"UPDATE floor_task SET state = 'completed', revision = {MARK} WHERE id = {MARK}",  # noqa: S608
        (revision + 1, number),
    )
    cursor.execute(
        f"INSERT INTO floor_note (task_id, answer) VALUES ({MARK}, {MARK})",  # noqa: S608
        (number, str(body["answers"])),
    )
    cursor.close()
    if SQLITE:
        database.execute("COMMIT")
    else:
        database.commit()
    return {"task_id": number, "revision": revision + 1}
