"""Steps worked off by programs outside, over HTTP: roles, topics, locks, failures, errors."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from service.engine.commands.retry import Retry, retry
from service.engine.commands.worker_topics import give_topic
from service.engine.tables import external_task, incident, instance
from service.people.accounts import add_account
from service.people.actor import RoleHeld
from tests.service.modeling.c7.conftest import OWNER, Face
from tests.support.diagrams import boundary, diagram, end, flow, line, service, user

TOPIC = "scan:read-page"
CLERK, WORKER = "vanthu.hoankiem", "dichvu"
INPUTS = {"page": "${page}", "count": "${count}"}
DRAWING = diagram("scan", line(service("read", TOPIC, INPUTS), user("check", due="${workdays(2)}")))
OWN = """<bpmn:extensionElements><camunda:inputOutput>
  <camunda:inputParameter name="page">${page}</camunda:inputParameter>
  <camunda:outputParameter name="text">${page}: ${raw}</camunda:outputParameter></camunda:inputOutput>
  <camunda:properties><camunda:property name="tray" value="2"/></camunda:properties></bpmn:extensionElements>"""
CAUGHT = diagram(
    "scan",
    line(service("read", TOPIC, INPUTS), user("check", due="${workdays(2)}"))
    + boundary("unreadable", "read", '<bpmn:errorEventDefinition errorRef="blurred"/>')
    + user("again", due="${workdays(1)}")
    + end("given_up")
    + flow("unreadable", "again")
    + flow("again", "given_up"),
    outside='<bpmn:error id="blurred" name="Mờ" errorCode="BLURRED"/>',
)


@pytest.fixture
def scanning(face: Face) -> Face:
    give_topic(face.engine, WORKER, TOPIC)
    assert face.deploy({"quet.bpmn": DRAWING}).status_code == 200
    return face


def post(face: Face, path: str, who: str | None = WORKER, **body: Any) -> Any:
    return face.ask("POST", f"/external-task/{path}", None if who is None else face.bearer(who), json=body)


def begin(face: Face, **variables: Any) -> str:
    typed = {"page": {"value": "trang 1"}, "count": {"value": 3}} | {
        name: {"value": it} for name, it in variables.items()
    }
    started = face.ask("POST", "/process-definition/key/scan/start", face.bearer(CLERK), json={"variables": typed})
    assert started.status_code == 200, started.text
    return str((started.json or {})["id"])


def fetch(face: Face, worker: str = "máy quét 1", most: int = 10, **topic: Any) -> list[Any]:
    wanted = {"topicName": TOPIC, "lockDuration": 60_000, **topic}
    answer = post(face, "fetchAndLock", workerId=worker, maxTasks=most, topics=[wanted])
    assert answer.status_code == 200, answer.text
    return list(answer.json)


def let_locks_expire(face: Face) -> None:
    with face.engine.database.unit_of_work() as unit:
        past = datetime.now(UTC) - timedelta(seconds=1)
        unit.connection.execute(update(external_task).values(lock_expires_at=past))


def open_tasks(face: Face) -> list[str]:
    answer = face.ask("GET", "/task", face.bearer(CLERK)).json
    return [each["taskDefinitionKey"] for each in answer or []]


def test_fetch_and_complete(scanning: Face) -> None:
    dossier = begin(scanning)
    (found,) = fetch(scanning)
    assert (found["topicName"], found["workerId"], found["activityId"]) == (TOPIC, "máy quét 1", "read")
    assert (found["processInstanceId"], found["processDefinitionKey"], found["retries"]) == (dossier, "scan", None)
    assert found["variables"]["page"] == {"type": "String", "value": "trang 1", "valueInfo": {}}
    assert found["variables"]["count"] == {"type": "Integer", "value": 3, "valueInfo": {}}
    assert fetch(scanning, "máy quét 2") == []
    lost = post(scanning, f"{found['id']}/complete", workerId="máy quét 2")
    assert lost.status_code == 400
    assert "máy quét 1" in lost.json["message"]
    variables = {"text": {"value": "chữ đọc được", "type": "String"}}
    assert post(scanning, f"{found['id']}/complete", workerId="máy quét 1", variables=variables).status_code == 204
    assert post(scanning, f"{found['id']}/complete", workerId="máy quét 1").status_code == 404
    assert open_tasks(scanning) == ["check"]
    assert scanning.rows(external_task) == []


def test_who_may_work(scanning: Face) -> None:
    begin(scanning)
    (found,) = fetch(scanning)
    with scanning.engine.database.unit_of_work() as unit:
        roles = [RoleHeld(role="service_worker", unit_id=None)]
        add_account(unit, username="dichvu2", full_name="Dịch vụ khác", roles=roles)
    body = {"workerId": "x", "maxTasks": 1, "topics": [{"topicName": TOPIC, "lockDuration": 1000}]}
    for path, sent in (("fetchAndLock", body), (f"{found['id']}/complete", {"workerId": "máy quét 1"})):
        assert post(scanning, path, None, **sent).status_code == 401
        for who in (CLERK, OWNER, "quantri"):
            assert post(scanning, path, who, **sent).status_code == 403
    refused = post(scanning, "fetchAndLock", "dichvu2", **body)
    assert refused.status_code == 403
    assert f"trinh topic give dichvu2 {TOPIC}" in refused.json["message"]
    assert post(scanning, f"{found['id']}/complete", "dichvu2", workerId="máy quét 1").status_code == 404


def test_topics_are_declared_by_giving_them(face: Face) -> None:
    answer = face.deploy({"quet.bpmn": DRAWING})
    assert answer.status_code == 400
    assert TOPIC in answer.text
    assert "trinh topic give" in answer.text
    give_topic(face.engine, WORKER, TOPIC)
    assert face.deploy({"quet.bpmn": DRAWING}).status_code == 200
    typo = DRAWING.replace(TOPIC.encode(), b"scan:read-pgae")
    assert "scan:read-pgae" in face.deploy({"quet.bpmn": typo}).text


def test_steps_of_our_own_handlers_are_never_given_away(face: Face) -> None:
    asked = {"topicName": "awards:freeze-pool", "lockDuration": 1000}
    assert post(face, "fetchAndLock", workerId="x", maxTasks=1, topics=[asked]).status_code == 403


def test_a_lock_that_expired_goes_to_the_next_and_only_that_one_completes(scanning: Face) -> None:
    begin(scanning)
    (first,) = fetch(scanning, "một")
    let_locks_expire(scanning)
    (second,) = fetch(scanning, "hai")
    assert second["id"] == first["id"]
    assert post(scanning, f"{first['id']}/complete", workerId="một").status_code == 400
    assert post(scanning, f"{first['id']}/complete", workerId="hai").status_code == 204


def test_extend_and_unlock(scanning: Face) -> None:
    begin(scanning)
    (found,) = fetch(scanning, "một", lockDuration=1000)
    assert post(scanning, f"{found['id']}/extendLock", workerId="hai", newDuration=60_000).status_code == 400
    assert post(scanning, f"{found['id']}/extendLock", workerId="một", newDuration=600_000).status_code == 204
    (row,) = scanning.rows(external_task)
    assert row.lock_expires_at > datetime.now(UTC) + timedelta(seconds=500)
    assert post(scanning, f"{found['id']}/unlock").status_code == 204
    (again,) = fetch(scanning, "hai")
    assert again["id"] == found["id"]
    let_locks_expire(scanning)
    assert post(scanning, f"{found['id']}/extendLock", workerId="hai", newDuration=1000).status_code == 400


def test_a_failure_is_tried_again_and_in_the_end_an_incident(scanning: Face) -> None:
    dossier = begin(scanning)
    (found,) = fetch(scanning, "một")
    report = {"workerId": "một", "errorMessage": "Kẹt giấy", "errorDetails": "ngăn 2", "retryTimeout": 3_600_000}
    assert post(scanning, f"{found['id']}/failure", retries=1, **report).status_code == 204
    assert fetch(scanning, "hai") == []
    let_locks_expire(scanning)
    (again,) = fetch(scanning, "hai")
    assert (again["retries"], again["errorMessage"], again["errorDetails"]) == (1, "Kẹt giấy", "ngăn 2")
    report["workerId"] = "hai"
    assert post(scanning, f"{found['id']}/failure", retries=0, **report).status_code == 204
    (stands,) = scanning.rows(incident)
    assert (stands.root_id, stands.element, stands.code) == (dossier, "read", "external_failed")
    assert "Kẹt giấy" in stands.message
    assert fetch(scanning, "hai") == []
    retry(scanning.engine, Retry(incident_id=stands.id), None)
    (fresh,) = fetch(scanning, "ba")
    assert (fresh["id"], fresh["retries"]) == (found["id"], None)


def test_an_error_that_the_diagram_catches(face: Face) -> None:
    give_topic(face.engine, WORKER, TOPIC)
    assert face.deploy({"quet.bpmn": CAUGHT}).status_code == 200
    begin(face)
    (found,) = fetch(face, "một")
    body = {
        "workerId": "một",
        "errorCode": "BLURRED",
        "errorMessage": "mờ",
        "variables": {"page": {"value": "trang 9"}},
    }
    assert post(face, f"{found['id']}/bpmnError", **body).status_code == 204
    assert open_tasks(face) == ["again"]
    assert face.rows(external_task) == []


def test_an_error_that_nobody_catches_is_an_incident(scanning: Face) -> None:
    begin(scanning)
    (found,) = fetch(scanning, "một")
    assert post(scanning, f"{found['id']}/bpmnError", workerId="một", errorCode="X").status_code == 204
    assert [row.element for row in scanning.rows(incident)] == ["read"]


def test_conditions_of_a_topic(scanning: Face) -> None:
    begin(scanning)
    assert fetch(scanning, businessKey="không có") == []
    assert fetch(scanning, processDefinitionKeyIn=["khác"]) == []
    (found,) = fetch(scanning, processDefinitionKey="scan", variables=["page"])
    assert set(found["variables"]) == {"page"}


def test_at_most_so_many_the_oldest_first(scanning: Face) -> None:
    dossiers = [begin(scanning) for _ in range(3)]
    assert [each["processInstanceId"] for each in fetch(scanning, "một", most=2)] == dossiers[:2]
    assert [each["processInstanceId"] for each in fetch(scanning, "hai", most=2)] == dossiers[2:]


def test_waiting_for_a_step_to_come(scanning: Face) -> None:
    asked = [{"topicName": TOPIC, "lockDuration": 1000}]
    none = post(scanning, "fetchAndLock", workerId="một", maxTasks=1, topics=asked, asyncResponseTimeout=600)
    assert none.json == []
    begun = threading.Timer(0.3, begin, [scanning])
    begun.start()
    some = post(scanning, "fetchAndLock", workerId="một", maxTasks=1, topics=asked, asyncResponseTimeout=9000)
    begun.join()
    assert len(some.json) == 1


def test_a_cancelled_dossier_has_no_steps_left(scanning: Face) -> None:
    dossier = begin(scanning)
    (found,) = fetch(scanning, "một")
    with scanning.engine.database.unit_of_work() as unit:
        unit.connection.execute(update(instance).where(instance.c.id == dossier).values(state="cancelled"))
    assert post(scanning, f"{found['id']}/complete", workerId="một").status_code == 404
    assert fetch(scanning, "hai") == []


def test_the_requests_of_camundas_python_client(scanning: Face) -> None:
    """As `camunda-external-task-client-python3` 4.5 sends them, whatever its user asks for."""
    begin(scanning)
    topic = {
        "topicName": TOPIC,
        "lockDuration": 300_000,
        "processVariables": {},
        "includeExtensionProperties": True,
        "deserializeValues": True,
        "variables": None,
    }
    asked = {"maxTasks": 1, "topics": [topic], "asyncResponseTimeout": 0, "usePriority": False, "sorting": None}
    (found,) = post(scanning, "fetchAndLock", workerId="1", **asked).json
    assert (found["variables"]["page"]["value"], found["extensionProperties"]) == ("trang 1", {})
    done = {"workerId": "1", "variables": {"text": {"value": "chữ"}}, "localVariables": {}}
    assert post(scanning, f"{found['id']}/complete", **done).status_code == 204


def test_steps_of_processes_with_certain_values(scanning: Face) -> None:
    second = [begin(scanning, page=page, count=count) for page, count in (("trang 1", 1), ("trang 2", 1), ("1", 2))][1]
    assert fetch(scanning, processVariables={"page": "trang 3"}) == []
    assert fetch(scanning, processVariables={"page": 1}) == []
    assert fetch(scanning, processVariables={"no_such": None}) == []
    (found,) = fetch(scanning, processVariables={"page": "trang 2", "count": 1})
    assert found["processInstanceId"] == second
    assert len(fetch(scanning, most=1, processVariables={"count": 1})) == 1
    assert len(fetch(scanning)) == 1


def test_variables_and_properties_of_the_step_itself(face: Face) -> None:
    give_topic(face.engine, WORKER, TOPIC)
    step = service("read", TOPIC).replace("></bpmn:serviceTask>", f">{OWN}</bpmn:serviceTask>")
    bare = service("send", TOPIC)
    tagged = diagram("scan", line(step, bare)).replace(b"isExecutable=", b'camunda:versionTag="2026.1" isExecutable=')
    assert face.deploy({"quet.bpmn": tagged}).status_code == 200
    begin(face)
    (found,) = fetch(face, localVariables=True, includeExtensionProperties=True)
    assert found["processDefinitionVersionTag"] == "2026.1"
    assert (set(found["variables"]), found["extensionProperties"]) == ({"page"}, {"tray": "2"})
    local = {"raw": {"value": "chữ", "type": "String"}}
    assert post(face, f"{found['id']}/complete", workerId="máy quét 1", localVariables=local).status_code == 204
    (after,) = fetch(face, variables=["text", "raw"])
    assert {name: each["value"] for name, each in after["variables"].items()} == {"text": "trang 1: chữ"}
    assert post(face, f"{after['id']}/unlock").status_code == 204
    (again,) = fetch(face, localVariables=True)
    assert (again["variables"], again["extensionProperties"]) == ({}, {})


def test_a_lock_on_one_certain_step(scanning: Face) -> None:
    begin(scanning)
    (found,) = fetch(scanning, "một")
    other = {"workerId": "hai", "lockDuration": 60_000}
    assert post(scanning, f"{found['id']}/lock", **other).status_code == 400
    let_locks_expire(scanning)
    assert post(scanning, f"{found['id']}/lock", **other).status_code == 204
    assert post(scanning, f"{found['id']}/complete", workerId="một").status_code == 400
    assert post(scanning, f"{found['id']}/complete", workerId="hai").status_code == 204


def test_the_newest_first_where_that_is_asked_for(scanning: Face) -> None:
    dossiers = [begin(scanning) for _ in range(2)]
    asked = {"workerId": "x", "maxTasks": 1, "topics": [{"topicName": TOPIC, "lockDuration": 1000}]}
    (found,) = post(scanning, "fetchAndLock", sorting=[{"sortBy": "createTime", "sortOrder": "desc"}], **asked).json
    assert found["processInstanceId"] == dossiers[1]
    assert post(scanning, "fetchAndLock", sorting=[{"sortBy": "priority"}], **asked).status_code == 400


def test_a_failure_writes_no_variables(scanning: Face) -> None:
    begin(scanning)
    (found,) = fetch(scanning)
    report = {"workerId": "máy quét 1", "errorMessage": "Kẹt giấy", "retries": 2}
    refused = post(scanning, f"{found['id']}/failure", variables={"a": {"value": 1}}, **report)
    assert (refused.status_code, scanning.rows(external_task)[0].retries) == (400, None)
    assert post(scanning, f"{found['id']}/failure", variables={}, **report).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"workerId": "x", "maxTasks": 0, "topics": [{"topicName": TOPIC, "lockDuration": 1}]},
        {"workerId": "x", "topics": []},
        {"workerId": "x", "topics": [{"topicName": TOPIC}]},
        {"workerId": "x", "topics": [{"topicName": TOPIC, "lockDuration": -1}]},
        {"workerId": "x", "topics": [{"topicName": TOPIC, "lockDuration": 1, "tenantIdIn": ["a"]}]},
        {"workerId": "x", "topics": [{"topicName": TOPIC, "lockDuration": 1, "processVariables": ["a"]}]},
        {"workerId": "x", "topics": [{"topicName": TOPIC, "lockDuration": 1, "localVariables": "yes"}]},
        {"workerId": "x" * 200, "topics": [{"topicName": TOPIC, "lockDuration": 1}]},
        {"workerId": 7, "topics": [{"topicName": TOPIC, "lockDuration": 1}]},
    ],
)
def test_requests_that_are_wrong(scanning: Face, body: dict[str, Any]) -> None:
    assert post(scanning, "fetchAndLock", **body).status_code == 400


def test_ids_that_are_none(scanning: Face) -> None:
    assert post(scanning, "không-phải-id/complete", workerId="x").status_code == 404
    assert len(scanning.rows(select(external_task.c.id).subquery())) == 0
