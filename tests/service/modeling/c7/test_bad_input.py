"""What the Modeler, its user or the network may send that cannot be deployed: everything is told, nothing changes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from service.engine.tables import deployment, deployment_check, resource
from service.people.reads import actor_by_username
from service.people.tokens import create_token
from tests.service.modeling.c7.conftest import BOUNDARY, OWNER, Face, basic, multipart
from tests.support.diagrams import diagram, flow, line, service, start, user

PARSE_ERROR = "ENGINE-09005 Could not parse BPMN process."
GOOD = diagram("leave", line(user("ask", due="${workdays(3)}")))
CAMUNDA_8 = GOOD.replace(
    b"<bpmn:process", b'<!-- --><bpmn:process xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"', 1
)
FLOWABLE = GOOD.replace(b"xmlns:xsi=", b'xmlns:flowable="http://flowable.org/bpmn" xmlns:xsi=').replace(
    b"<bpmn:userTask", b'<bpmn:userTask flowable:assignee="x"', 1
)
TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="http://trinh.test">
  <decision id="{key}" name="{name}">
    <variable id="v" name="{key}"/>
    <literalExpression id="l"><text>{value}</text></literalExpression>
  </decision>
</definitions>"""


def table(key: str, value: str) -> bytes:
    return TABLE.format(key=key, name=key, value=value).encode()


def refused(face: Face, files: dict[str, bytes]) -> str:
    answer = face.deploy(files)
    assert answer.status_code == 400, answer.text
    assert answer.json is not None
    assert answer.json["type"] == "ParseException"
    message: str = answer.json["message"]
    assert message.startswith(PARSE_ERROR)
    assert face.rows(resource) == face.rows(deployment) == []
    return message


def test_every_problem_stands_in_the_message_with_its_element(face: Face) -> None:
    body = start() + user("ask", groups="nobody_knows") + service("send", "awards:no-such-step") + flow("start", "ask")
    message = refused(face, {"sai.bpmn": diagram("wrong", body)})
    for element, words in (("ask", "nobody_knows"), ("send", "awards:no-such-step")):
        line_of_it = rf"^\d+\. (\(cảnh báo\) )?sai\.bpmn, dòng \d+, phần tử {element}: .*{words}"
        assert re.search(line_of_it, message, re.MULTILINE), message
    numbers = re.findall(r"^(\d+)\. ", message, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    answer = face.deploy({"sai.bpmn": diagram("wrong", body)}).json
    assert answer is not None
    details = answer["details"]["sai.bpmn"]
    assert {each["mainBpmnElementId"] for each in details["errors"]} == {"send"}
    assert {each["mainBpmnElementId"] for each in details["warnings"]} >= {"ask"}
    assert len(details["errors"]) + len(details["warnings"]) == len(numbers)


def test_a_diagram_of_camunda_8_says_so_and_what_to_change(face: Face) -> None:
    message = refused(face, {"tam.bpmn": CAMUNDA_8})
    assert "Camunda 8" in message
    assert "Camunda Platform 7" in message


def test_a_diagram_of_another_vendor(face: Face) -> None:
    assert "Flowable" in refused(face, {"khac.bpmn": FLOWABLE})


@pytest.mark.parametrize("content", [b"", b"<a", b"\x00\xff" * 40, b"PK\x03\x04", b"{}", b"<html/>"])
def test_what_is_no_diagram_at_all(face: Face, content: bytes) -> None:
    refused(face, {"la.bpmn": content})
    refused(face, {"la.dmn": content})
    refused(face, {"la.form": content.replace(b"{}", b"[]")})


def test_another_kind_of_file_as_an_attachment(face: Face) -> None:
    assert "ghi-chu.docx" in refused(face, {"xin-nghi.bpmn": GOOD, "ghi-chu.docx": b"PK"})


def test_one_broken_attachment_keeps_everything_out(face: Face) -> None:
    assert "bang.dmn" in refused(face, {"xin-nghi.bpmn": GOOD, "bang.dmn": b"<definitions/>"})


def test_a_decision_id_that_two_files_of_the_set_have(face: Face) -> None:
    message = refused(face, {"a.dmn": table("limit", "1"), "b.dmn": table("limit", "2")})
    assert "a.dmn và b.dmn" in message


def test_a_decision_id_that_another_file_in_use_has(face: Face) -> None:
    assert face.deploy({"a.dmn": table("limit", "1")}).status_code == 200
    answer = face.deploy({"b.dmn": table("limit", "2")})
    assert answer.status_code == 400
    assert "đang dùng nằm ở tệp a.dmn" in answer.text
    assert face.deploy({"a.dmn": table("limit", "2")}).status_code == 200


def test_a_drawing_over_the_limit(face: Face) -> None:
    padding = b"<!--" + b"x" * (5 * 1024 * 1024) + b"-->"
    message = refused(face, {"lon.bpmn": GOOD.replace(b"<bpmn:process", padding + b"<bpmn:process", 1)})
    assert "giới hạn 5 MB" in message
    answer = face.deploy({"lon.bpmn": b"x" * (11 * 1024 * 1024)})
    assert (answer.status_code, answer.is_json) == (413, True)
    assert "quá lớn" in answer.text


@pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile")  # Werkzeug leaves the half file to the collector
def test_a_body_that_broke_off(face: Face) -> None:
    whole = multipart("Bản vẽ", {"xin-nghi.bpmn": GOOD})
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    for length in (0, 40, 300, len(whole) // 2, len(whole) - 60):
        answer = face.ask("POST", "/deployment/create", face.bearer(OWNER), data=whole[:length], content_type=kind)
        assert answer.status_code == 400, (length, answer.text)
    assert face.rows(deployment) == []


@pytest.mark.parametrize("kind", ["application/json", "text/plain", None])
def test_a_body_of_another_kind(face: Face, kind: str | None) -> None:
    answer = face.ask("POST", "/deployment/create", face.bearer(OWNER), data=b"{}", content_type=kind)
    assert (answer.status_code, answer.is_json) == (415, True)


def test_who_may_not_deploy(face: Face) -> None:
    files = {"xin-nghi.bpmn": GOOD}
    clerk = face.deploy(files, face.bearer("vanthu.hoankiem"))
    assert clerk.status_code == 403
    assert "quản trị quy trình" in clerk.text
    assert face.ask("GET", "/deployment?maxResults=0", face.bearer("vanthu.hoankiem")).status_code == 403
    assert face.deploy(files, face.bearer("thanhtra")).status_code == 403
    assert face.deploy(files, basic(OWNER, "sai mat khau")).status_code == 401
    assert face.deploy(files, "Bearer trinh_khong_co").status_code == 401
    assert face.rows(deployment) == []


def test_a_token_that_expired(face: Face) -> None:
    with face.engine.database.unit_of_work() as unit:
        actor = actor_by_username(unit, OWNER)
        assert actor is not None
        expired = create_token(unit, actor.account_id, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    answer = face.deploy({"xin-nghi.bpmn": GOOD}, f"Bearer {expired}")
    assert answer.status_code == 401
    assert "hết hạn" in answer.text


def test_tenants_and_later_activation_are_refused_not_overlooked(face: Face) -> None:
    answer = face.deploy({"xin-nghi.bpmn": GOOD}, tenant="so-noi-vu")
    assert answer.status_code == 400
    assert "tenant-id" in answer.text


def test_a_part_without_a_file_name_is_a_file_too(face: Face) -> None:
    body = multipart("Bản vẽ", {"xin-nghi.bpmn": GOOD}).replace(b'; filename="xin-nghi.bpmn"', b"")
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    assert face.ask("POST", "/deployment/create", face.bearer(OWNER), data=body, content_type=kind).status_code == 200
    blob = multipart("Bản vẽ", {"khac.bpmn": GOOD.replace(b"leave", b"other")})
    blob = blob.replace(b'filename="khac.bpmn"', b'filename="blob"')
    assert face.ask("POST", "/deployment/create", face.bearer(OWNER), data=blob, content_type=kind).status_code == 200
    data = multipart("Bản vẽ", {"data": GOOD.replace(b"leave", b"third"), "more": GOOD.replace(b"leave", b"fourth")})
    data = data.replace(b'filename="data"', b'filename="ba.bpmn"').replace(b'filename="more"', b'filename="bon.bpmn"')
    assert face.ask("POST", "/deployment/create", face.bearer(OWNER), data=data, content_type=kind).status_code == 200
    names = {row.file_name for row in face.rows(resource)}
    assert names == {"xin-nghi.bpmn", "khac.bpmn", "ba.bpmn", "bon.bpmn"}


def test_the_report_of_every_check_is_kept(face: Face) -> None:
    face.deploy({"tam.bpmn": CAMUNDA_8})
    face.deploy({"xin-nghi.bpmn": GOOD})
    failed, passed = sorted(face.rows(deployment_check), key=lambda row: row.id)
    assert (failed.source, failed.deployment_id) == ("Camunda Modeler", None)
    assert failed.problems[0]["code"] == "camunda8"
    assert failed.files == [{"name": "tam.bpmn", "bytes": len(CAMUNDA_8)}]
    assert passed.deployment_id == face.rows(deployment)[0].id


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/", 404),
        ("DELETE", "/deployment/x", 404),
        ("GET", "/deployment?maxResults=-1", 400),
        ("GET", "/deployment?maxResults=a", 400),
        ("GET", "/deployment?tenantIdIn=x", 400),
        ("GET", "/deployment?name=a&name=b", 400),
        ("GET", "/deployment?name=%00", 400),
        ("GET", "/process-definition?version=x", 400),
        ("GET", "/process-definition?processDefinitionIdIn=a,%00", 400),
        ("GET", "/deployment/%00", 404),
        ("GET", "/deployment/x", 404),
        ("GET", "/process-definition/leave:1:x", 404),
        ("GET", "/process-definition/key/leave/xml", 404),
        ("POST", "/process-definition/leave:1:x/start", 404),
    ],
)
def test_addresses_and_parameters_that_are_wrong(face: Face, method: str, path: str, status: int) -> None:
    answer = face.ask(method, path, face.bearer(OWNER))
    assert (answer.status_code, answer.is_json) == (status, True), answer.text
    assert answer.json is not None
    assert set(answer.json) == {"type", "message", "code"}
