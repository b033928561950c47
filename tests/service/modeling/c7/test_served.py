"""The Modeler against the served program: the largest drawing, many at once, connections that break.

The Modeler gives up after five seconds; how long these take `make bench` tells.
"""

from __future__ import annotations

import base64
import http.client
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from service.database.unit import Database
from service.engine.tables import deployment
from tests.service.modeling.c7.conftest import BOUNDARY, multipart
from tests.support.deployments import deploy, largest_diagram
from tests.support.diagrams import diagram, line, user
from tests.support.installation import Installation
from tests.support.processes import at_once
from workflows.lint.report import MAX_PROBLEMS

AT_ONCE = 20
PASSWORD = "mat khau cua quan tri quy trinh"


@pytest.fixture
def address(installation: Installation) -> Iterator[str]:
    installation.run("init")
    installation.run("user", "add", "owner", "--name", "Chủ quy trình", "--role", "process_owner", "--no-password")
    with installation.serving("--workers", "2") as found:
        yield found


def token_of(installation: Installation) -> str:
    found = re.search(r"^trinh_\S+$", installation.run("token", "create", "owner"), re.MULTILINE)
    assert found is not None
    return f"Bearer {found[0]}"


def test_the_largest_drawing(installation: Installation, address: str) -> None:
    drawing, known = largest_diagram(), token_of(installation)
    assert 4.5 < len(drawing) / 1024**2 < 5
    status, body = deploy(address, known, {"rat-lon.bpmn": drawing})
    assert status == 200, body
    broken = drawing.replace(b'dueDate="${workdays(3)}"', b'dueDate="${workdays(3"')
    status, body = deploy(address, known, {"rat-lon.bpmn": broken})
    assert status == 400
    assert str(body["message"]).count("phần tử t") == MAX_PROBLEMS


def test_twenty_at_once(installation: Installation, address: str) -> None:
    known = token_of(installation)
    acts = [
        lambda number=number: deploy(
            address, known, {"mot.bpmn": diagram("one", line(user("ask")), name=f"Bản {number}")}
        )
        for number in range(AT_ONCE)
    ]
    answers = at_once(*acts)
    assert {status for status, _ in answers} == {200}
    ids = [next(iter(body["deployedProcessDefinitions"])) for _, body in answers]
    assert sorted(int(each.split(":")[1]) for each in ids) == list(range(1, AT_ONCE + 1))


def test_a_connection_that_broke_half_way(installation: Installation, address: str, tmp_path: Path) -> None:
    known = token_of(installation)
    body = multipart("Bản vẽ", {"mot.bpmn": diagram("one", line(user("ask")))})
    place = urlsplit(address)
    head = (
        f"POST /engine-rest/deployment/create HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: {known}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    for sent in (0, 10, len(body) // 2, len(body) - 3):
        with socket.create_connection((place.hostname, place.port or 80), timeout=10) as connection:
            connection.sendall(head.encode() + body[:sent])
    database = Database(installation.database_url)
    with database.unit_of_work(read_only=True) as unit:
        assert unit.connection.scalar(select(func.count()).select_from(deployment)) == 0
    database.dispose()
    status, answer = deploy(address, known, {"mot.bpmn": diagram("one", line(user("ask")))})
    assert status == 200, answer
    log = "".join(each.read_text("utf-8") for each in tmp_path.glob("trinh-serve-*.log"))
    assert "Traceback" not in log


def test_basic_over_the_wire(installation: Installation, address: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    encoded = base64.b64encode(f"owner:{PASSWORD}".encode()).decode()
    for header, status in ((None, 401), ("undefined", 401), (f"Basic {encoded}", 401), (token_of(installation), 200)):
        headers = {"accept": "application/json", **({"authorization": header} if header else {})}
        connection.request("GET", "/engine-rest//deployment?maxResults=0", headers=headers)
        response = connection.getresponse()
        response.read()
        assert response.status == status
    connection.close()
