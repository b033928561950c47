"""`trinh serve` as an operator runs it: processes of its own, on both databases."""

from __future__ import annotations

import json
import signal
import socket
import time
import urllib.request
from pathlib import Path

from sqlalchemy import select

from service.database.unit import Database
from service.engine.tables import job, task
from tests.support.installation import Installation
from tests.support.services import free_port


def test_serving_with_the_worker_inside(installation: Installation) -> None:
    installation.run("init")
    installation.run("user", "add", "le.lan", "--name", "Lê Thị Lan", "--role", "unit_clerk@00070", "--no-password")
    token = installation.run("token", "create", "le.lan").splitlines()[0]
    with installation.serving("--workers", "2", "--worker") as address:
        request = urllib.request.Request(f"{address}/api/tasks", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request) as answer:
            assert json.load(answer) == {"items": [], "next_cursor": None}
        with urllib.request.urlopen(f"{address}/dang-nhap") as page:
            assert "Đăng nhập" in page.read().decode()
    (log,) = installation.folder.glob("trinh-serve-*.log")
    assert log.read_text("utf-8").splitlines() == [f"Trình đang chạy tại {address} (dừng: Ctrl+C)"]


def test_stopping_is_quick_and_says_so_to_the_shell(installation: Installation) -> None:
    installation.run("init")
    port = free_port()
    server = installation.start("serve", "--port", str(port), "--worker")
    wait_for_line(installation.folder, f":{port} ")
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) == 0


def test_a_port_that_is_taken(sqlite_url: str, tmp_path: Path) -> None:
    installation = Installation(database_url=sqlite_url, folder=tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"Cổng {port}" in installation.run("serve", "--port", str(port), expect=1)


def test_the_demo_may_be_repeated_and_its_accounts_are_shown(sqlite_url: str, tmp_path: Path) -> None:
    installation = Installation(database_url=sqlite_url, folder=tmp_path)
    installation.run("init")
    first = installation.run("demo")
    assert "thêm 38 tài khoản" in first
    assert "thêm 0 tài khoản" in installation.run("demo")
    assert installation.run("worker", "--once").startswith("Đã xử lý 0 việc")
    database = Database(sqlite_url)
    with database.unit_of_work(read_only=True) as unit:
        waiting = select(task.c.element).where(task.c.state == "open")
        assert unit.connection.scalars(waiting).all() == ["prepare"] * 3, "the invited units see their work at once"
        assert unit.connection.scalars(select(job.c.last_error).where(job.c.last_error.is_not(None))).all() == []
    database.dispose()
    with installation.serving():
        pass
    (log,) = installation.folder.glob("trinh-serve-*.log")
    assert "vanthu.hoankiem" in log.read_text("utf-8")
    production = {"TRINH_ENV": "production", "TRINH_SECRET_KEY": "mot-khoa-rieng-du-dai-0123456789-abcdef"}
    live = Installation(database_url=sqlite_url, folder=tmp_path, settings=production)
    assert "tài khoản mẫu" in live.run("serve", expect=1)


def wait_for_line(folder: Path, words: str) -> None:
    """Until the server has said that it is ready."""
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at:
        if any(words in log.read_text("utf-8") for log in folder.glob("trinh-serve-*.log")):
            return
        time.sleep(0.05)
    raise AssertionError("trinh serve did not get ready")
