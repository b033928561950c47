"""Deployments as the Modeler sends them to the served program, and the largest drawing it may send."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from tests.service.modeling.c7.conftest import BOUNDARY, multipart
from tests.support.diagrams import diagram, line, user

TASKS = 1_900
"""About as many as the check lets through; the rest of the five megabytes is documentation."""


def deploy(address: str, authorization: str, files: Mapping[str, bytes]) -> tuple[int, dict[str, Any]]:
    """`POST /deployment/create` over a connection of its own: status and answer."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    headers = {
        "accept": "application/json",
        "authorization": authorization,
        "content-type": f"multipart/form-data; boundary={BOUNDARY}",
        "origin": "file://",
    }
    connection.request("POST", "/engine-rest/deployment/create", multipart("Bản vẽ", files), headers)
    response = connection.getresponse()
    body = json.loads(response.read())
    connection.close()
    return response.status, body


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
