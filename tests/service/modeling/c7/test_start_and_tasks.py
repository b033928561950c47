"""Process definitions and tasks in Camunda 7's shapes: by the same commands and policy as our own API."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from service.engine.tables import approval, instance, task
from tests.service.modeling.c7.conftest import OWNER, Face
from tests.support.diagrams import diagram, field, line, user

MOMENT = re.compile(r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0700\Z")
CLERK, HEAD, OTHER = "vanthu.hoankiem", "chutich.hoankiem", "vanthu.cuanam"
FIELDS = field("subject", required=True) + field("amount", "long") + field("since", "date")


def drawing(name: str = "Xin nghỉ") -> bytes:
    steps = (
        user("ask", due="${workdays(3)}", fields=FIELDS, name="Viết đơn"),
        user("decide", groups="unit_head", due="${workdays(2)}", name="Duyệt đơn"),
    )
    return diagram("leave", line(*steps), name=name).replace(b"isExecutable=", b'camunda:versionTag="v1" isExecutable=')


@pytest.fixture
def leave(face: Face) -> Face:
    answer = face.deploy({"xin-nghi.bpmn": drawing()})
    assert answer.status_code == 200, answer.text
    return face


def post(face: Face, who: str, path: str, **body: Any) -> Any:
    return face.ask("POST", path, face.bearer(who), json=body)


def tasks(face: Face, who: str, query: str = "") -> list[Any]:
    answer = face.ask("GET", f"/task{query}", face.bearer(who))
    assert answer.status_code == 200, answer.text
    return list(answer.json or [])


def begin(face: Face, who: str = CLERK, **body: Any) -> str:
    answer = post(face, who, "/process-definition/key/leave/start", **body)
    assert answer.status_code == 200, answer.text
    return str(answer.json["id"])


def test_definitions_and_their_xml(leave: Face) -> None:
    leave.deploy({"xin-nghi.bpmn": drawing("Xin nghỉ phép")})
    for who in (OWNER, "thanhtra"):
        found = leave.ask("GET", "/process-definition?key=leave", leave.bearer(who)).json
        assert [each["version"] for each in found or []] == [2, 1]
    latest = leave.ask("GET", "/process-definition?latestVersion=true", leave.bearer(OWNER)).json
    assert [(each["key"], each["version"], each["name"]) for each in latest or []] == [("leave", 2, "Xin nghỉ phép")]
    drawn = [(each["versionTag"], each["historyTimeToLive"], each["startableInTasklist"]) for each in latest or []]
    assert drawn == [("v1", 3650, True)]
    assert leave.ask("GET", "/process-definition/count", leave.bearer(OWNER)).json == {"count": 2}
    for query, versions in (
        ("sortBy=version&sortOrder=asc", [1, 2]),
        ("keysIn=leave,other&sortBy=version&sortOrder=desc&maxResults=1", [2]),
        ("processDefinitionIdIn=x", []),
    ):
        found = leave.ask("GET", f"/process-definition?{query}", leave.bearer(OWNER)).json
        assert [each["version"] for each in found or []] == versions
    assert leave.ask("GET", "/process-definition?sortBy=tenantId", leave.bearer(OWNER)).status_code == 400
    one = leave.ask("GET", f"/process-definition/{(latest or [{}])[0]['id']}/xml", leave.bearer(OWNER)).json
    assert (one or {})["bpmn20Xml"].encode() == drawing("Xin nghỉ phép")
    assert leave.ask("GET", "/process-definition/key/leave", leave.bearer(CLERK)).json == (latest or [None])[0]
    assert leave.ask("GET", "/process-definition", leave.bearer(CLERK)).json == latest
    assert leave.ask("GET", "/process-definition", leave.bearer("giamsat")).json == []
    assert leave.ask("GET", "/process-definition/key/leave/xml", leave.bearer("giamsat")).status_code == 404


def test_deployments_and_their_files(leave: Face) -> None:
    (made,) = leave.ask("GET", "/deployment", leave.bearer(OWNER)).json or []
    assert MOMENT.match(made["deploymentTime"])
    assert (made["name"], made["source"], made["tenantId"]) == ("Bản vẽ", "Camunda Modeler", None)
    assert leave.ask("GET", "/deployment/count", leave.bearer(OWNER)).json == {"count": 1}
    (file,) = leave.ask("GET", f"/deployment/{made['id']}/resources", leave.bearer(OWNER)).json or []
    assert file["name"] == "xin-nghi.bpmn"
    data = leave.ask("GET", f"/deployment/{made['id']}/resources/{file['id']}/data", leave.bearer(OWNER))
    assert data.data == drawing()


def test_who_deploys_need_not_be_one_who_starts(leave: Face) -> None:
    answer = post(leave, OWNER, "/process-definition/key/leave/start")
    assert answer.status_code == 403
    assert "unit_clerk" in answer.json["message"]
    assert post(leave, "giamsat", "/process-definition/key/leave/start").status_code == 404


def test_an_older_version_is_not_started(leave: Face) -> None:
    (old,) = leave.ask("GET", "/process-definition", leave.bearer(OWNER)).json or []
    leave.deploy({"xin-nghi.bpmn": drawing("Xin nghỉ phép")})
    answer = post(leave, CLERK, f"/process-definition/{old['id']}/start")
    assert (answer.status_code, answer.json["type"]) == (409, "OptimisticLockingException")
    assert "bản 2" in answer.json["message"]


def test_typed_variables_of_a_start(leave: Face) -> None:
    variables = {
        "text": {"value": "chữ", "type": "String"},
        "whole": {"value": 7, "type": "Integer"},
        "part": {"value": 1.5, "type": "Double"},
        "yes": {"value": True, "type": "Boolean"},
        "none": {"value": None, "type": "Null"},
        "at": {"value": "2026-11-24T08:00:00.000+0700", "type": "Date"},
        "tree": {"value": '{"a":[1,{"b":null}]}', "type": "Json"},
        "plain": {"value": "không ghi kiểu"},
    }
    begun = post(
        leave,
        CLERK,
        "/process-definition/key/leave/start",
        variables=variables,
        businessKey="P-1",
        withVariablesInReturn=True,
    ).json
    assert begun["variables"]["at"] == {**variables["at"], "valueInfo": {}}
    assert (begun["variables"]["none"]["type"], begun["ended"]) == ("Null", False)
    answer = post(
        leave, CLERK, "/process-definition/key/leave/start", variables={"x": {"value": "1", "type": "Integer"}}
    )
    assert answer.status_code == 400
    assert "variables.x" in answer.json["message"]
    taken = post(leave, CLERK, "/process-definition/key/leave/start", businessKey="P-1")
    assert taken.status_code == 409


def test_a_task_is_listed_claimed_and_completed(leave: Face) -> None:
    dossier = begin(leave, businessKey="P-7")
    (found,) = tasks(leave, CLERK)
    assert (found["name"], found["taskDefinitionKey"], found["assignee"]) == ("Viết đơn", "ask", None)
    assert (found["processInstanceId"], found["suspended"], found["priority"]) == (dossier, False, 50)
    assert MOMENT.match(found["created"])
    assert MOMENT.match(found["due"])
    assert tasks(leave, OTHER) == []
    assert leave.ask("GET", f"/task/{found['id']}", leave.bearer(OTHER)).status_code == 404
    assert post(leave, OTHER, f"/task/{found['id']}/claim", userId=OTHER).status_code == 404
    assert post(leave, CLERK, f"/task/{found['id']}/claim", userId=OTHER).status_code == 403
    assert post(leave, CLERK, f"/task/{found['id']}/claim", userId=CLERK).status_code == 204
    assert tasks(leave, CLERK, f"?assignee={CLERK}")[0]["assignee"] == CLERK

    wrong = post(leave, CLERK, f"/task/{found['id']}/complete", variables={"amount": {"value": 2, "type": "Integer"}})
    assert wrong.status_code == 400
    assert "subject" in wrong.json["message"]
    answers = {
        "subject": {"value": "Việc nhà", "type": "String"},
        "amount": {"value": 2, "type": "Integer"},
        "since": {"value": "2026-11-23T17:00:00.000+0000", "type": "Date"},
    }
    assert post(leave, CLERK, f"/task/{found['id']}/complete", variables=answers).status_code == 204
    again = post(leave, CLERK, f"/task/{found['id']}/complete", variables=answers)
    assert again.status_code == 409
    assert "Nguyễn Thị Thu Hà" in again.json["message"]
    (row,) = leave.rows(approval)
    assert (row.answers["subject"], row.role) == ("Việc nhà", "unit_clerk")
    assert row.answers["since"] == "2026-11-24", "the day it is in Hà Nội"

    (next_task,) = tasks(leave, HEAD, "?candidateGroup=unit_head&processInstanceBusinessKey=P-7")
    done = post(leave, HEAD, f"/task/{next_task['id']}/complete", withVariablesInReturn=True)
    assert (done.status_code, done.json) == (200, {})
    assert [row.state for row in leave.rows(instance)] == ["completed"]


def test_filters_pages_and_counts(leave: Face) -> None:
    first, second = begin(leave, businessKey="A"), begin(leave, businessKey="B")
    assert leave.ask("GET", "/task/count", leave.bearer(CLERK)).json == {"count": 2}
    assert [each["processInstanceId"] for each in tasks(leave, CLERK, "?sortBy=created&sortOrder=desc")] == [
        second,
        first,
    ]
    assert len(tasks(leave, CLERK, "?firstResult=1&maxResults=5")) == 1
    assert tasks(leave, CLERK, "?dueBefore=2026-01-01T00:00:00.000%2B0700") == []
    assert len(tasks(leave, CLERK, "?unassigned=true&processDefinitionKey=leave&nameLike=Viết%25")) == 2
    posted = post(
        leave, CLERK, "/task", processInstanceBusinessKey="A", sorting=[{"sortBy": "name", "sortOrder": "asc"}]
    )
    assert [each["processInstanceId"] for each in posted.json] == [first]
    counted = post(leave, CLERK, "/task/count", assigned=True)
    assert counted.json == {"count": 0}
    assert post(leave, CLERK, f"/task/{tasks(leave, CLERK)[0]['id']}/claim").status_code == 204
    for query, count in (
        ("candidateGroups=unit_head,unit_clerk", 1),
        ("candidateGroups=unit_head,unit_clerk&includeAssignedTasks=true", 2),
        ("candidateGroup=unit_head", 0),
        (f"assigneeIn={CLERK},{OTHER}", 1),
        ("taskDefinitionKeyIn=ask,decide&processInstanceBusinessKeyIn=A,C", 1),
        ("suspended=true", 0),
        ("active=true", 2),
    ):
        assert leave.ask("GET", f"/task/count?{query}", leave.bearer(CLERK)).json == {"count": count}, query
    assert post(leave, CLERK, "/task/count", candidateGroups=["unit_clerk"], assigned=True).json == {"count": 0}
    for wrong in (
        "?tenantIdIn=x",
        "?sortBy=x",
        "?unassigned=x",
        "?active=x",
        "?dueBefore=x",
        "?sortBy=name&sortOrder=x",
    ):
        assert leave.ask("GET", f"/task{wrong}", leave.bearer(CLERK)).status_code == 400
    assert len(leave.rows(select(task.c.id).subquery())) == 2
