"""The Modeler against the served program: it gives up after five seconds, and connections break."""

from __future__ import annotations

import base64
import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from service.database.unit import Database
from service.engine.tables import deployment
from tests.service.modeling.c7.conftest import BOUNDARY, multipart
from tests.support.diagrams import diagram, line, user
from tests.support.installation import Installation
from tests.support.processes import at_once
from workflows.lint.report import MAX_PROBLEMS

GIVES_UP_AFTER_SECONDS = 5
AT_ONCE = 20
PASSWORD = "mat khau cua quan tri quy trinh"
TASKS = 1_900
"""About as many as the check lets through; the rest of the five megabytes is documentation."""


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


def deploy(address: str, authorization: str, files: dict[str, bytes]) -> tuple[int, dict[str, object], float]:
    """Status, answer and seconds."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    headers = {
        "accept": "application/json",
        "authorization": authorization,
        "content-type": f"multipart/form-data; boundary={BOUNDARY}",
        "origin": "file://",
    }
    since = time.monotonic()
    connection.request("POST", "/engine-rest/deployment/create", multipart("Bản vẽ", files), headers)
    response = connection.getresponse()
    body = json.loads(response.read())
    took = time.monotonic() - since
    connection.close()
    return response.status, body, took


def largest_diagram() -> bytes:
    """A chain of user tasks with shapes and edges, just under five megabytes."""
    words = "Nội dung hướng dẫn của bước. " * 50
    documentation = f"<bpmn:documentation>{words}</bpmn:documentation>"
    steps = [user(f"t{number}", due="${workdays(3)}", inner=documentation) for number in range(TASKS)]
    chain = diagram("large", line(*steps), name="Rất lớn").decode()
    names = ["start", *(f"t{number}" for number in range(TASKS)), "end"]
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}"><dc:Bounds x="{place * 150}" y="80" width="100" '
        'height="80"/></bpmndi:BPMNShape>'
        for place, name in enumerate(names)
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="{source}_edge" bpmnElement="{source}_to_{target}"><di:waypoint x="{place * 150 + 100}" '
        f'y="120"/><di:waypoint x="{place * 150 + 150}" y="120"/></bpmndi:BPMNEdge>'
        for place, (source, target) in enumerate(pairwise(names))
    )
    plane = f'<bpmndi:BPMNPlane id="p" bpmnElement="large">{shapes}{edges}</bpmndi:BPMNPlane>'
    drawing = f'<bpmndi:BPMNDiagram id="d">{plane}</bpmndi:BPMNDiagram>'
    spaces = (
        'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:camunda='
    )
    chain = chain.replace("xmlns:camunda=", spaces, 1)
    return chain.replace("</bpmn:definitions>", drawing + "</bpmn:definitions>").encode()


def test_the_largest_drawing_in_the_modelers_time(installation: Installation, address: str) -> None:
    drawing, known = largest_diagram(), token_of(installation)
    assert 4.5 < len(drawing) / 1024**2 < 5
    tries = []
    for name in ("Rất lớn", "Rất lớn, bản hai"):  # other tests may have the machine's time during one of them
        status, body, took = deploy(
            address, known, {"rat-lon.bpmn": drawing.replace("Rất lớn".encode(), name.encode())}
        )
        assert status == 200, body
        tries.append(took)
    assert min(tries) < GIVES_UP_AFTER_SECONDS
    broken = drawing.replace(b'dueDate="${workdays(3)}"', b'dueDate="${workdays(3"')
    status, body, _ = deploy(address, known, {"rat-lon.bpmn": broken})
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
    assert {status for status, _, _ in answers} == {200}
    ids = [next(iter(body["deployedProcessDefinitions"])) for _, body, _ in answers]  # type: ignore[call-overload]
    assert sorted(int(each.split(":")[1]) for each in ids) == list(range(1, AT_ONCE + 1))
    assert max(took for _, _, took in answers) < GIVES_UP_AFTER_SECONDS


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
    status, answer, _ = deploy(address, known, {"mot.bpmn": diagram("one", line(user("ask")))})
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
