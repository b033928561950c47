"""A drawn form through the API: told with its fields, answered as JSON, every wrong answer at its path."""

from __future__ import annotations

import json
from typing import Any

from service.app import create_app
from service.engine.commands.deploy import Deploy, deploy
from service.engine.commands.start import StartProcess, start
from service.people.tokens import create_token
from tests.service.engine.forms.kit import EVERY, GOOD, VARIABLES
from tests.support.diagrams import diagram, line, user
from tests.support.world import World


def test_a_form_is_told_and_answered_as_json(world: World) -> None:
    step = user("step", attributes='camunda:formRef="every"')
    files = {"every.form": json.dumps(EVERY).encode(), "p.bpmn": diagram("p", line(step))}
    deploy(world.engine, Deploy(name="thử", files=files), world.actor("owner"))
    begun = start(world.engine, StartProcess(key="p", variables=VARIABLES), world.actor("clerk"))
    with world.database.unit_of_work() as unit:
        token = create_token(unit, world.actor("clerk").account_id, label="thử")
    client = create_app(world.engine.settings, world.engine).test_client()
    task = world.open_task(begun.instance_id)

    def ask(method: str, path: str = "", **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return client.open(f"/api/tasks/{task.id}{path}", method=method, headers=headers, json=body or None)

    form = ask("GET").get_json()["form"]
    fields = {each["key"]: each for each in form["fields"]}
    assert (fields["why"]["hidden"], fields["applicant"]["value"]) == (True, "Nguyễn Thị Hà")
    assert fields["tb1"]["cells"] == [["2024", "Giấy khen"], ["2025", "Bằng khen"]]
    assert form["values"]["members"][0]["name"] == "Trần Văn Bình"
    wrong = {**GOOD, "day": "hôm nay", "people": [{"name": "A", "years": 70}]}
    refused = ask("POST", "/complete", revision=task.revision, answers=wrong)
    assert refused.status_code == 422
    assert {each["field"] for each in refused.get_json()["errors"]} == {"day", "people.0.years"}
    done = ask("POST", "/complete", revision=task.revision, answers=GOOD)
    assert (done.status_code, done.get_json()["instance_state"]) == (200, "completed")
