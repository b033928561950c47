"""A dossier's way through the API, and everything that is refused on it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from service.engine.tables import approval, history, instance, task
from service.people.reads import actor_by_username
from service.people.tables import account
from service.people.tokens import create_token, revoke_token
from tests.service.api.conftest import Service, Statements

CLERK, HEAD, OTHER = "vanthu.hoankiem", "chutich.hoankiem", "vanthu.cuanam"


def test_from_start_to_end(service: Service) -> None:
    started = service.post(
        CLERK, "/api/processes/request/start", business_key="GDN-1", variables={"share": 92.41, "names": ["Lan"]}
    )
    assert started.status_code == 201
    assert started.json["unit_id"] == "00070"
    instance_id = started.json["instance_id"]
    (listed,) = service.get(CLERK, "/api/tasks").json["items"]
    assert listed["name"] == "Soạn giấy đề nghị"
    assert listed["business_key"] == "GDN-1"
    assert listed["candidate_groups"] == ["unit_clerk"]
    shown = service.get(CLERK, f"/api/tasks/{listed['id']}").json
    assert [(each["key"], each["kind"], each["required"]) for each in shown["form"]["fields"]] == [
        ("subject", "text", True),
        ("amount", "integer", True),
    ]
    claimed = service.post(CLERK, f"/api/tasks/{listed['id']}/claim", revision=1)
    assert claimed.json == {"task_id": listed["id"], "held": True, "revision": 2}
    released = service.post(CLERK, f"/api/tasks/{listed['id']}/unclaim", revision=2)
    assert released.json == {"task_id": listed["id"], "held": False, "revision": 3}
    done = service.post(
        CLERK, f"/api/tasks/{listed['id']}/complete", revision=3, answers={"subject": "Khen tập thể", "amount": 3}
    )
    assert done.status_code == 200
    assert done.json["instance_state"] == "active"
    assert [each["element"] for each in done.json["opened"]] == ["approve"]
    assert done.json["incidents"] == []
    approving = service.task_of(instance_id)
    assert service.complete(HEAD, approving, decision="approved").json["instance_state"] == "completed"

    dossier = service.get(CLERK, f"/api/instances/{instance_id}").json
    assert (dossier["state"], dossier["tasks"], dossier["incidents"]) == ("completed", [], [])
    assert dossier["variables"]["share"] == 92.41
    assert dossier["variables"]["names"] == ["Lan"]
    told = service.get(CLERK, f"/api/instances/{instance_id}/history").json
    assert told["next_cursor"] is None
    assert [each["account_name"] for each in told["items"] if each["kind"] == "completed"] == [
        "Nguyễn Thị Thu Hà",
        "Vũ Đình Trọng",
    ]
    with service.engine.database.unit_of_work(read_only=True) as unit:
        rows = unit.connection.execute(select(approval).order_by(approval.c.id)).all()
    assert [(row.role, row.decision) for row in rows] == [("unit_clerk", None), ("unit_head", "approved")]


def test_a_plain_complete_is_eight_statements_and_one_commit(service: Service) -> None:
    warm = service.task_of(service.start())
    assert service.complete(CLERK, warm, subject="a", amount=1).status_code == 200
    task_id = service.task_of(service.start())
    token = service.token(CLERK)
    with Statements(service.engine.database) as statements:
        answer = service.app.test_client().post(
            f"/api/tasks/{task_id}/complete",
            json={"revision": 1, "answers": {"subject": "a", "amount": 1}},
            headers={"Authorization": f"Bearer {token}"},
        )
    assert answer.status_code == 200
    assert len(statements) <= 8, "\n".join(statements)
    assert statements.commits == 1


def test_a_task_is_completed_once(service: Service) -> None:
    task_id = service.task_of(service.start())
    assert service.complete(CLERK, task_id, subject="a", amount=1).status_code == 200
    again = service.post(CLERK, f"/api/tasks/{task_id}/complete", revision=1, answers={"subject": "a", "amount": 1})
    assert (again.status_code, again.json["code"]) == (409, "task_completed")
    assert "Nguyễn Thị Thu Hà" in again.json["message"]
    claim = service.post(CLERK, f"/api/tasks/{task_id}/claim", revision=1)
    assert (claim.status_code, claim.json["code"]) == (409, "task_completed")
    assert service.get(CLERK, f"/api/tasks/{task_id}").json["form"] is None


def test_a_stale_revision_and_a_task_that_a_colleague_holds(service: Service) -> None:
    task_id = service.task_of(service.start())
    service.post(CLERK, f"/api/tasks/{task_id}/claim", revision=1)
    stale = service.post(CLERK, f"/api/tasks/{task_id}/complete", revision=1, answers={"subject": "a", "amount": 1})
    assert (stale.status_code, stale.json["code"]) == (409, "task_changed")
    with service.engine.database.unit_of_work() as unit:
        colleague = actor_by_username(unit, "thuky.hoankiem")
        assert colleague is not None
        unit.connection.execute(update(task).values(assignee_id=colleague.account_id, assigned_at=unit.at))
    held = service.post(CLERK, f"/api/tasks/{task_id}/complete", revision=2, answers={"subject": "a", "amount": 1})
    assert (held.status_code, held.json["code"]) == (409, "task_held")
    assert "Trần Minh Đức" in held.json["message"]
    assert service.get(CLERK, "/api/tasks").json["items"] == []
    assert service.get("thuky.hoankiem", "/api/tasks").json["items"][0]["assignee"] == "thuky.hoankiem"


def test_wrong_answers_name_every_field_and_change_nothing(service: Service) -> None:
    task_id = service.task_of(service.start())
    rows = [select(func.count()).select_from(table) for table in (approval, history, task)]
    with service.engine.database.unit_of_work(read_only=True) as unit:
        before = [unit.connection.scalar(query) for query in rows]
    for answers, fields in (
        ({}, {"subject", "amount"}),
        ({"subject": "a", "amount": 21}, {"amount"}),
        ({"subject": "a", "amount": 1.5}, {"amount"}),
        ({"subject": "a", "amount": "1"}, {"amount"}),
        ({"subject": "a", "amount": True}, {"amount"}),
        ({"subject": 5, "amount": 1, "colour": "red"}, {"subject", "colour"}),
    ):
        answer = service.post(CLERK, f"/api/tasks/{task_id}/complete", revision=1, answers=answers)
        assert answer.status_code == 422, answers
        assert {each["field"] for each in answer.json["errors"]} == fields, answers
    with service.engine.database.unit_of_work(read_only=True) as unit:
        assert [unit.connection.scalar(query) for query in rows] == before


@pytest.mark.parametrize("who", [OTHER, "lanhdao.thanhtra", "quytrinh", "quantri", "dichvu"])
def test_other_peoples_dossiers_do_not_exist(service: Service, who: str) -> None:
    instance_id = service.start()
    task_id = service.task_of(instance_id)
    for method, path, body in (
        ("GET", f"/api/tasks/{task_id}", None),
        ("POST", f"/api/tasks/{task_id}/claim", {"revision": 1}),
        ("POST", f"/api/tasks/{task_id}/unclaim", {"revision": 1}),
        ("POST", f"/api/tasks/{task_id}/complete", {"revision": 1, "answers": {"subject": "a", "amount": 1}}),
        ("GET", f"/api/instances/{instance_id}", None),
        ("GET", f"/api/instances/{instance_id}/history", None),
    ):
        foreign = service.call(who, method, path, json=body)
        absent = service.call(who, method, path.replace(task_id, str(uuid.uuid4())), json=body)
        if "instances" in path:
            absent = service.call(who, method, path.replace(instance_id, str(uuid.uuid4())), json=body)
        assert foreign.status_code == 404, path
        assert foreign.json == absent.json, path
    assert service.get(who, "/api/tasks").json == {"items": [], "next_cursor": None}


def test_who_reads_and_who_only_watches(service: Service) -> None:
    instance_id = service.start(variables={"secret": "x"})
    task_id = service.task_of(instance_id)
    for reader in ("chuyenvien", "chutich", "thanhtra", "thuky.hoankiem"):
        assert service.get(reader, f"/api/instances/{instance_id}").json["variables"]["secret"] == "x"
        assert service.get(reader, f"/api/tasks/{task_id}").json["form"] is not None
        refused = service.post(reader, f"/api/tasks/{task_id}/complete", revision=1, answers={})
        assert (refused.status_code, refused.json["code"]) == (403, "may_not_act")
    watched = service.get("giamsat", f"/api/instances/{instance_id}").json
    assert watched["variables"] is None
    assert watched["tasks"][0]["id"] == task_id
    assert service.get("giamsat", f"/api/tasks/{task_id}").json["form"] is None
    told = service.get("giamsat", f"/api/instances/{instance_id}/history").json["items"]
    assert told
    assert all(each["detail"] is None for each in told)


def test_starting_is_for_the_starter_groups_and_their_units(service: Service) -> None:
    def start(who: str, key: str = "request", **variables: object) -> tuple[int, str]:
        answer = service.post(who, f"/api/processes/{key}/start", variables=variables)
        return answer.status_code, answer.json.get("code") or answer.json["unit_id"]

    assert start(CLERK) == (201, "00070")
    assert start(CLERK, unit_id="00070") == (201, "00070")
    assert start(CLERK, unit_id="00073") == (404, "process_not_found")
    assert start(HEAD) == (404, "process_not_found")
    assert start("quytrinh") == (404, "process_not_found")
    assert start(CLERK, key="nothing") == (404, "process_not_found")
    assert start("chuyenvien", unit_id="so_y_te") == (201, "so_y_te")
    assert start("chuyenvien", unit_id="nowhere")[0] == 422
    assert start("chuyenvien", unit_id=5)[0] == 422
    missing, foreign = (service.post(HEAD, f"/api/processes/{key}/start").json for key in ("nothing", "request"))
    assert missing["message"].replace("nothing", "request") == foreign["message"]
    with service.engine.database.unit_of_work(read_only=True) as unit:
        assert unit.connection.scalar(select(func.count()).select_from(instance)) == 3


def test_the_list_is_filtered_and_paged_by_due_date(service: Service) -> None:
    for _ in range(7):
        service.start()
    service.start(OTHER)
    base = datetime(2026, 12, 1, 10, tzinfo=UTC)
    with service.engine.database.unit_of_work() as unit:
        ids = list(unit.connection.scalars(select(task.c.id).where(task.c.unit_id == "00070").order_by(task.c.id)))
        due = [base, base, base + timedelta(days=1), None, None, base - timedelta(days=1), base + timedelta(hours=1)]
        for task_id, due_at in zip(ids, due, strict=True):
            unit.connection.execute(update(task).where(task.c.id == task_id).values(due_at=due_at))
    expected = [ids[5], ids[0], ids[1], ids[6], ids[2], ids[3], ids[4]]

    def pages(limit: int, **query: str) -> list[str]:
        found: list[str] = []
        cursor: str | None = None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = service.get(CLERK, "/api/tasks", limit=limit, **query, **more).json
            assert len(page["items"]) <= limit
            found += [each["id"] for each in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    for limit in (1, 2, 3, 7, 200):
        assert pages(limit) == expected
    assert pages(2, due_before=base.isoformat()) == [ids[5]]
    assert pages(2, due_before=(base + timedelta(seconds=1)).isoformat()) == [ids[5], ids[0], ids[1]]
    assert pages(3, group="unit_clerk") == expected
    assert pages(3, group="unit_cler_") == []
    first = service.get(CLERK, "/api/tasks", limit=3).json
    assert service.complete(CLERK, first["items"][0]["id"], subject="a", amount=1).status_code == 200
    rest = service.get(CLERK, "/api/tasks", limit=50, cursor=first["next_cursor"]).json["items"]
    assert [each["id"] for each in rest] == expected[3:], "a row that went does not shift the next page"


def test_history_in_pages(service: Service) -> None:
    instance_id = service.start()
    service.complete(CLERK, service.task_of(instance_id), subject="a", amount=1)
    path = f"/api/instances/{instance_id}/history"
    whole = service.get(CLERK, path).json["items"]
    found, cursor = [], None
    while True:
        page = service.get(CLERK, path, limit=2, **({"cursor": cursor} if cursor else {})).json
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == whole
    assert service.get(CLERK, path, cursor="nonsense").status_code == 422


def test_tokens(service: Service) -> None:
    path = "/api/tasks"
    assert service.call(None, "GET", path).json["code"] == "unauthenticated"
    assert service.call(None, "GET", path).headers["WWW-Authenticate"].startswith("Bearer")
    for header in ("Basic abc", "Bearer", "Bearer  ", "Bearer trinh_nonsense", "Bearer \u00e9"):
        answer = service.call(None, "GET", path, headers={"Authorization": header})
        assert answer.status_code == 401, header
    with service.engine.database.unit_of_work() as unit:
        who = actor_by_username(unit, CLERK)
        assert who is not None
        short = create_token(unit, who.account_id, expires_at=unit.at + timedelta(hours=1))
        ended = create_token(unit, who.account_id, expires_at=unit.at - timedelta(seconds=1))
        revoked = create_token(unit, who.account_id)
    for token, status in ((short, 200), (ended, 401), (revoked, 200)):
        assert service.call(None, "GET", path, headers={"Authorization": f"bearer {token}"}).status_code == status
    with service.engine.database.unit_of_work() as unit:
        revoke_token(unit, revoked)
    assert service.call(None, "GET", path, headers={"Authorization": f"Bearer {revoked}"}).status_code == 401
    with service.engine.database.unit_of_work() as unit:
        unit.connection.execute(update(account).where(account.c.username == CLERK).values(active=False))
    assert service.call(None, "GET", path, headers={"Authorization": f"Bearer {short}"}).status_code == 401
