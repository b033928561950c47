"""Camunda's own client for external tasks, in two processes of which one is killed: a hundred steps, each done once."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from service.database.unit import Database
from service.engine.tables import external_task, history, incident, instance
from service.web.vendor import WEB, node_commands
from tests.support.diagrams import diagram, line, service
from tests.support.installation import Installation

TOPIC = "scan:read-page"
STEPS = 100
SCRIPT = Path(__file__).with_name("external_client.mjs")
PATIENCE_SECONDS = 90


class Worker:
    """One process of the client; what it printed stands in a file."""

    def __init__(self, folder: Path, address: str, token: str, name: str) -> None:
        self.log = folder / f"{name}.log"
        node, _ = node_commands()
        arguments = [*node, str(SCRIPT), f"{address}/engine-rest", token, name, TOPIC, str(WEB)]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    def said(self, word: str) -> list[str]:
        lines = self.log.read_text("utf-8").splitlines()
        return [each.split()[1] for each in lines if each.startswith(word + " ")]

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def token_of(installation: Installation, user: str) -> str:
    found = re.search(r"^trinh_\S+$", installation.run("token", "create", user), re.MULTILINE)
    assert found is not None
    return found[0]


def begin(address: str, token: str, number: int) -> None:
    body = json.dumps({"businessKey": f"P-{number}", "variables": {"number": {"value": number, "type": "Integer"}}})
    request = urllib.request.Request(
        f"{address}/engine-rest/process-definition/key/scan/start",
        data=body.encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200


def wait_until(what: str, is_so: object, *workers: Worker) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not is_so():  # type: ignore[operator]
        logs = "\n".join(worker.log.read_text("utf-8")[-2000:] for worker in workers)
        assert time.monotonic() < give_up_at, f"{what}\n{logs}"
        time.sleep(0.05)


def test_a_hundred_steps_in_two_processes_one_killed(installation: Installation, tmp_path: Path) -> None:
    installation.run("init")
    for name, role in (("may-quet", "service_worker"), ("vanthu", "unit_clerk@00070")):
        installation.run("user", "add", name, "--name", name, "--role", role, "--no-password")
    installation.run("topic", "give", "may-quet", TOPIC)
    assert "may-quet" in installation.run("topic", "list")
    drawing = tmp_path / "quet.bpmn"
    drawing.write_bytes(diagram("scan", line(service("read", TOPIC))))
    installation.run("deploy", str(drawing))
    clerk, worker_token = token_of(installation, "vanthu"), token_of(installation, "may-quet")
    database = Database(installation.database_url)

    def running() -> int:
        with database.unit_of_work(read_only=True) as unit:
            query = select(func.count()).select_from(instance).where(instance.c.state == "active")
            return int(unit.connection.scalar(query) or 0)

    with installation.serving("--workers", "2") as address:
        for number in range(STEPS):
            begin(address, clerk, number)
        first, second = (Worker(tmp_path, address, worker_token, name) for name in ("mot", "hai"))
        try:
            wait_until("the first worker does nothing", lambda: len(first.said("done")) >= 10, first, second)
            first.kill()
            wait_until("steps are left over", lambda: running() == 0, first, second)
        finally:
            first.kill()
            second.kill()
    with database.unit_of_work(read_only=True) as unit:
        left = select(history.c.root_id).where(history.c.element == "read", history.c.kind == "left")
        times = Counter(unit.connection.scalars(left))
        assert (len(times), set(times.values())) == (STEPS, {1})
        assert unit.connection.scalar(select(func.count()).select_from(external_task)) == 0
        assert unit.connection.scalar(select(func.count()).select_from(incident)) == 0
    database.dispose()
    done = Counter(first.said("done") + second.said("done"))
    assert set(done.values()) == {1}
    assert STEPS - 2 * 4 <= len(done) <= STEPS, "the killed one may not have heard of its last results"
    assert len(first.said("done")) >= 10
    assert len(second.said("done")) >= 10
