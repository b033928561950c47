"""The database goes away in the middle of an act: 503 as page and as JSON, nothing half-written, and then it goes on.

What is asked of an address that nothing ever answered is in `tests/service/api/test_face.py`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.shows.programs import Answer, Visitor
from tests.shows.town import Town, nominee
from tests.support import postgres
from tests.support.installation import Installation

CLERK = "vanthu.hoankiem"
WRITTEN = (
    "select (select count(*) from history), (select count(*) from approval), (select count(*) from nomination), "
    "(select count(*) from job), (select count(*) from task), (select max(revision) from task), "
    "(select max(revision) from instance)"
)
WAITS = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory, services_folder: Path) -> Iterator[Path]:
    """A PostgreSQL of this test alone, in a folder of its own, so that it may be stopped."""
    folder = services_folder / f"own-server-{os.getpid()}"
    folder.mkdir()
    folder.chmod(0o755)
    address = postgres.start(folder, postgres.programs(services_folder))
    (folder / "address.txt").write_text(address)
    yield folder
    control(folder, services_folder, "stop")


def control(folder: Path, services: Path, verb: str) -> None:
    """Start or stop the server; a stop breaks every connection at once, as a crash does."""
    more = ("-m", "immediate") if verb == "stop" else ("-l", folder / "postgres" / "server.log")
    postgres._run(folder, postgres.programs(services) / "pg_ctl", verb, "-w", "-D", folder / "postgres", *more)


def test_a_server_that_dies_in_the_middle_of_an_act(own_server: Path, services_folder: Path, tmp_path: Path) -> None:
    address = make_url((own_server / "address.txt").read_text()).set(drivername="postgresql+psycopg")
    url = postgres.create_database(address, "town").render_as_string(hide_password=False)
    keep_every_commit(url)
    town = Town(installation=Installation(database_url=url, folder=tmp_path))
    town.installation.run("init")
    town.installation.run("demo")
    town.installation.run("worker", "--once")
    code = town.submission()
    with town.serving("--worker"):
        program, visitor = town.program(CLERK), town.visitor(CLERK)
        task = program.task(code, "prepare")
        before = tuple(town.rows(WRITTEN)[0])
        page = f"/viec/{task['id']}"
        body = {"revision": task["revision"], "answers": {"decision": "submit", "nominees": [nominee("Lê Thị Lan")]}}

        answers = interrupted(
            url,
            lambda: program.call("POST", f"/api/tasks/{task['id']}/complete", body),
            lambda: control(own_server, services_folder, "stop"),
        )
        refused = [answers, program.call("GET", "/api/tasks")]
        for each in refused:
            assert (each.status, each.json["code"]) == (503, "database_unavailable")
            assert set(each.json) == {"code", "message", "errors"}
            assert each.headers["Retry-After"]
        for path in ("/viec", page, "/ho-so", "/dot-xet"):
            shown = visitor.get(path)
            assert shown.status == 503
            assert "Chưa kết nối được cơ sở dữ liệu. Chưa có gì được lưu" in shown.words
            assert "psycopg" not in shown.html
            assert "Traceback" not in shown.html
        assert Visitor(address=town.address).get("/dang-nhap").status == 200

        control(own_server, services_folder, "start")
        assert tuple(town.rows(WRITTEN)[0]) == before, "nothing of the act was written"
        assert visitor.get(page).status == 200
        done = program.call("POST", f"/api/tasks/{task['id']}/complete", body)
        assert done.status == 200
        assert [each["element"] for each in done.json["opened"]] == ["convene"]
        assert town.one("select count(*) from approval where element = 'prepare'") == 1


def keep_every_commit(url: str) -> None:
    """As in production: a commit that was answered outlives a crash of the server, a session just begun too."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("alter database town set synchronous_commit = on")


def interrupted(url: str, act: object, stop: object) -> Answer:
    """Let the act begin and wait for a lock of ours, in the middle of its transaction; then stop the server."""
    found: list[Answer] = []
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as holder, psycopg.connect(plain, autocommit=True) as watcher:
        holder.execute("lock table nomination in access exclusive mode")
        acting = threading.Thread(target=lambda: found.append(act()))  # type: ignore[operator]
        acting.start()
        while watcher.execute(WAITS).fetchone() == (0,):
            assert acting.is_alive(), found
        stop()  # type: ignore[operator]
        acting.join(60)
        holder.close()
        watcher.close()
    return found[0]


def test_a_sqlite_file_that_is_taken_away_and_put_back(sqlite_town: Town) -> None:
    """No connection goes on writing into a file that is gone, and nobody makes a new, empty one."""
    town = sqlite_town
    file = Path(make_url(town.database_url).database or "")
    code = town.submission("00073")
    with town.serving("--worker"):
        program, visitor = town.program("vanthu.cuanam"), town.visitor("vanthu.cuanam")
        task = program.task(code, "prepare")
        body = {"revision": task["revision"], "answers": {"decision": "not_taking_part", "reason": "Chưa đủ người."}}
        away = file.rename(file.with_suffix(".away"))
        for path in ("/viec", f"/viec/{task['id']}"):
            shown = visitor.get(path)
            assert (shown.status, "Chưa kết nối được cơ sở dữ liệu" in shown.words) == (503, True)
        refused = program.call("POST", f"/api/tasks/{task['id']}/complete", body)
        assert (refused.status, refused.json["code"]) == (503, "database_unavailable")
        assert not file.exists()
        away.rename(file)
        assert program.task(code, "prepare") == task
        assert program.call("POST", f"/api/tasks/{task['id']}/complete", body).status == 200
    assert town.one("select state from submission where code = :code", code=code) == "not_taking_part"


def test_a_sqlite_file_that_is_none(sqlite_url: str, tmp_path: Path) -> None:
    town = Town(installation=Installation(database_url=sqlite_url, folder=tmp_path))
    Path(make_url(sqlite_url).database or "").write_bytes(b"not a database, only words" * 400)
    for command in (("serve",), ("worker", "--once"), ("init",)):
        said = town.installation.run(*command, expect=3)
        assert "Chưa kết nối được cơ sở dữ liệu" in said
        assert "Traceback" not in said
