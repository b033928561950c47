"""`make bench`: completing a task over HTTP beside the floor, in the same run, on SQLite and PostgreSQL.

The product is `trinh serve` with one process; the floor is served the same way. No limit is asserted: the numbers say
how much the engine, the rights, the form, the approval and the history cost on top of Flask and the driver.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text

from service.database.unit import Database
from service.engine.commands.start import StartProcess, start
from service.people.tokens import create_token
from tests.support import databases, postgres
from tests.support.diagrams import diagram, field, line, user
from tests.support.processes import served
from tests.support.services import free_port
from tests.support.world import World

WARM_UP, SEQUENTIAL, CONCURRENT, CLIENTS = 30, 200, 200, 4

Call = tuple[str, str]
"""Path and body."""


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="trinh-bench-"))
    folder.chmod(0o755)
    print(f"{SEQUENTIAL} requests one by one, then {CONCURRENT} from {CLIENTS} clients at once; one process each.")
    print(f"{'database':<12}{'what':<16}{'p50 ms':>9}{'p95 ms':>9}{'requests/s':>12}")
    try:
        for dialect in databases.DIALECTS:
            with databases.database(folder, dialect, migrated=True) as url:
                _compare(dialect, url)
    finally:
        databases.drop_templates(folder)
        postgres.stop(folder)


def _compare(dialect: str, url: str) -> None:
    total = WARM_UP + SEQUENTIAL + CONCURRENT
    token, calls = _prepare_product(url, total)
    with served(url) as address:
        product = _measure(address, calls, {"Authorization": f"Bearer {token}"})
    floor_calls = _prepare_floor(url, total)
    with _floor_served(url) as address:
        floor = _measure(address, floor_calls, {})
    for name, (latencies, rate) in (("complete task", product), ("floor", floor)):
        p95 = statistics.quantiles(latencies, n=20)[-1]
        print(f"{dialect:<12}{name:<16}{statistics.median(latencies):>9.2f}{p95:>9.2f}{rate:>12.0f}")
    ratio = statistics.median(product[0]) / statistics.median(floor[0])
    print(f"{dialect:<12}{'ratio':<16}{ratio:>9.1f}{'':>9}{product[1] / floor[1]:>12.2f}\n")


def _prepare_product(url: str, total: int) -> tuple[str, list[Call]]:
    """So many open tasks with a due date and a form, and a clerk's token."""
    database = Database(url)
    world = World.on(database)
    fields = field("decision", required=True) + field("reason")
    steps = line(user("write", due="${workdays(10)}", fields=fields), user("sign", "unit_head", due="${workdays(3)}"))
    world.deploy(bench=diagram("bench", steps))
    clerk = world.actor("clerk")
    for _ in range(total):
        start(world.engine, StartProcess(key="bench"), clerk)
    with database.unit_of_work() as unit:
        token = create_token(unit, clerk.account_id)
    body = json.dumps({"revision": 1, "answers": {"decision": "submit", "reason": "đủ hồ sơ"}})
    calls = [(f"/api/tasks/{row.id}/complete", body) for row in world.open_tasks()]
    database.dispose()
    return token, calls


def _prepare_floor(url: str, total: int) -> list[Call]:
    database = Database(url)
    serial = "INTEGER PRIMARY KEY" if database.dialect == "sqlite" else "SERIAL PRIMARY KEY"
    with database.unit_of_work() as unit:
        unit.connection.execute(text("CREATE TABLE floor_task (id INTEGER PRIMARY KEY, state TEXT, revision INTEGER)"))
        unit.connection.execute(text(f"CREATE TABLE floor_note (id {serial}, task_id INTEGER, answer TEXT)"))
        rows = [{"id": number} for number in range(1, total + 1)]
        unit.connection.execute(text("INSERT INTO floor_task VALUES (:id, 'open', 1)"), rows)
    database.dispose()
    body = json.dumps({"revision": 1, "answers": {"decision": "submit", "reason": "đủ hồ sơ"}})
    return [(f"/act/{number}", body) for number in range(1, total + 1)]


@contextmanager
def _floor_served(url: str) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "tests.bench.floor:app", "-b", f"127.0.0.1:{port}", "-w", "1"]
    command += ["-k", "gthread", "--threads", "8", "--log-level", "error", "--no-control-socket"]
    with subprocess.Popen(command, env={**os.environ, "FLOOR_DATABASE_URL": url}) as process:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the floor does not answer")


def _measure(address: str, calls: Sequence[Call], headers: dict[str, str]) -> tuple[list[float], float]:
    """Milliseconds of each request that came alone, and requests a second of several clients."""
    _client(address, headers)(calls[:WARM_UP])
    latencies = _client(address, headers)(calls[WARM_UP : WARM_UP + SEQUENTIAL])
    rest = calls[WARM_UP + SEQUENTIAL :]
    clients = [
        threading.Thread(target=_client(address, headers), args=(rest[place::CLIENTS],)) for place in range(CLIENTS)
    ]
    began = time.perf_counter()
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    return latencies, len(rest) / (time.perf_counter() - began)


def _client(address: str, headers: dict[str, str]) -> Callable[[Sequence[Call]], list[float]]:
    """Sends requests over one kept connection. Raises RuntimeError for any answer but 200."""
    where = urlsplit(address)

    def send(calls: Sequence[Call]) -> list[float]:
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
        took = []
        for path, body in calls:
            began = time.perf_counter()
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            said = answer.read()
            took.append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status} {said.decode(errors='replace')}")
        connection.close()
        return took

    return send


if __name__ == "__main__":
    main()
