"""Deploying: all or nothing, every problem at once, versions, bindings, start events."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from service.engine.commands.complete import CompleteTask, complete
from service.engine.commands.deploy import Deploy, Deployed, check, deploy
from service.engine.commands.start import StartProcess, start
from service.engine.errors import DeploymentInvalid, MayNotDeploy, NotStartable, ProcessNotFound
from service.engine.tables import deployment, resource, start_subscription
from tests.support.diagrams import diagram, end, field, line, message, on_message, sequence, service, user
from tests.support.diagrams import start as start_event
from tests.support.world import AT, World

FORM = {
    "id": "opinion",
    "type": "default",
    "schemaVersion": 16,
    "components": [
        {"type": "text", "id": "t", "text": "# Ý kiến"},
        {"type": "textfield", "key": "opinion", "label": "Ý kiến", "validate": {"required": True, "maxLength": 20}},
        {"type": "number", "key": "share", "label": "Tỷ lệ", "validate": {"min": 0, "max": 100}},
        {"type": "datetime", "subtype": "date", "key": "day", "label": "Ngày"},
        {"type": "group", "label": "Thêm", "components": [{"type": "checkbox", "key": "urgent", "label": "Gấp"}]},
        {"type": "button", "label": "Gửi", "action": "submit"},
    ],
}


def put(world: World, who: str = "owner", **files: Any) -> Deployed:
    named = {name.replace("__", "."): data for name, data in files.items()}
    return deploy(world.engine, Deploy(name="thử", files=named), world.actor(who), at=AT)


def count(world: World, table: Any) -> int:
    return int(world.rows(select(func.count()).select_from(table))[0][0])


def test_every_problem_of_every_file_and_nothing_is_deployed(world: World) -> None:
    with pytest.raises(DeploymentInvalid) as refused:
        put(
            world,
            good__bpmn=diagram("good", line(user("step"))),
            bad__bpmn=diagram(
                "bad", line(user("step", "no_such_role"), service("do", "no:topic"), user("x", form_key="no:key"))
            ),
            broken__bpmn=b"<definitions",
            doctype__bpmn=b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "x">]><x>&e;</x>',
        )
    found = {(each.file, each.code) for each in refused.value.findings}
    assert {("bad.bpmn", code) for code in ("group_unknown", "topic_unknown", "form_key_unknown")} <= found
    assert ("broken.bpmn", "xml_broken") in found
    assert ("doctype.bpmn", "xml_doctype") in found
    assert refused.value.code == "deployment_refused"
    assert len(refused.value.problems) == len([each for each in refused.value.findings if each.severity == "error"])
    assert count(world, resource) == count(world, deployment) == 0


def test_other_kinds_and_too_large_files_are_refused_by_name(world: World) -> None:
    with pytest.raises(DeploymentInvalid) as refused:
        put(world, readme__txt=b"x", huge__bpmn=b"<" + b"x" * (20 * 1024 * 1024))
    assert {each.code for each in refused.value.findings} == {"file_kind_unknown", "file_too_large"}
    with pytest.raises(DeploymentInvalid):
        put(world)


def test_only_a_process_owner_deploys(world: World) -> None:
    for who in ("clerk", "expert", "supervisor"):
        with pytest.raises(MayNotDeploy):
            put(world, who, one__bpmn=diagram("one", line(user("step"))))


def test_the_same_content_is_the_same_version_and_a_changed_file_the_next(world: World) -> None:
    one, two = diagram("one", line(user("step"))), diagram("two", line(user("step")))
    first = put(world, one__bpmn=one, two__bpmn=two)
    assert [(each.key, each.version, each.created) for each in first.resources] == [("one", 1, True), ("two", 1, True)]
    again = put(world, one__bpmn=one)
    assert (again.id, [each.created for each in again.resources]) == (first.id, [False])
    assert count(world, deployment) == 1
    changed = put(world, one__bpmn=one.replace(b'name="step"', b'name="other"'), two__bpmn=two)
    assert [(each.key, each.version, each.created) for each in changed.resources] == [
        ("one", 2, True),
        ("two", 1, False),
    ]
    back = put(world, one__bpmn=one)
    assert [(each.version, each.created) for each in back.resources] == [(3, True)]


def test_a_running_dossier_keeps_its_version_and_its_days(world: World) -> None:
    world.deploy(one=diagram("one", line(user("first"), user("step", due="${workdays(10)}"))))
    clerk = world.actor("clerk")
    old = start(world.engine, StartProcess(key="one"), clerk, at=AT)
    world.deploy(one=diagram("one", line(user("first"), user("step", due="${workdays(3)}"))))
    new = start(world.engine, StartProcess(key="one"), clerk, at=AT)
    for begun, days in ((old, 10), (new, 3)):
        first = world.open_task(begun.instance_id)
        complete(world.engine, CompleteTask(task_id=first.id, revision=1, answers={}), clerk, at=AT)
        assert world.open_task(begun.instance_id).due_budget == days


def test_bindings_choose_the_version_of_a_called_process(world: World) -> None:
    def caller(attributes: str) -> bytes:
        called = f'<bpmn:callActivity id="ask" calledElement="called" {attributes}/>'
        return diagram("caller", line(user("first"), called))

    def inside(binding: str) -> str:
        begun = start(world.engine, StartProcess(key="caller"), world.actor("clerk"), at=AT)
        world.deploy(called=diagram("called", line(user(f"after_{binding}"))))
        first = world.open_task(begun.instance_id)
        complete(world.engine, CompleteTask(task_id=first.id, revision=1, answers={}), world.actor("clerk"), at=AT)
        return str(world.open_task(begun.instance_id).element)

    put(world, caller__bpmn=caller(""), called__bpmn=diagram("called", line(user("one"))))
    assert inside("latest") == "after_latest"
    together = diagram("called", line(user("two")))
    put(world, caller__bpmn=caller('camunda:calledElementBinding="deployment"'), called__bpmn=together)
    world.at = AT.replace(hour=3)
    assert inside("deployment") == "two"
    put(world, caller__bpmn=caller('camunda:calledElementBinding="version" camunda:calledElementVersion="1"'))
    assert inside("version") == "one"


def test_start_events_move_to_the_newest_version(world: World) -> None:
    def woken(name: str, wakes: bool = True) -> bytes:
        body = sequence("begin", user("work"), "end", before=start_event("begin", on_message(name)), after=end())
        return diagram("woken", body if wakes else line(user("work")), outside=message(name, name))

    world.deploy(woken=woken("first"))
    world.deploy(woken=woken("second"))
    assert [row.name for row in world.rows(select(start_subscription))] == ["second"]
    with pytest.raises(NotStartable):
        start(world.engine, StartProcess(key="woken"), world.actor("clerk"), at=AT)
    world.deploy(called=diagram("called", line(user("work")), starters=""))
    with pytest.raises(NotStartable):
        start(world.engine, StartProcess(key="called"), world.actor("clerk"), at=AT)
    world.deploy(woken=woken("third", wakes=False))
    assert world.rows(select(start_subscription)) == []
    with pytest.raises(ProcessNotFound):
        start(world.engine, StartProcess(key="nothing"), world.actor("clerk"), at=AT)


def test_a_camunda_form_is_shown_checked_and_becomes_variables(world: World) -> None:
    step = user("step", attributes='camunda:formRef="opinion" camunda:formRefBinding="latest"')
    body = line(step, user("after", properties={"said": "${opinion}", "urgent": "${urgent ? 'gấp' : 'thường'}"}))
    put(world, one__bpmn=diagram("one", body), opinion__form=json.dumps(FORM).encode())
    begun = start(world.engine, StartProcess(key="one"), world.actor("clerk"), at=AT)
    answers = {"opinion": "đồng ý", "share": 92.41, "day": "2026-11-25"}
    command = CompleteTask(task_id=world.open_task().id, revision=1, answers=answers)
    complete(world.engine, command, world.actor("clerk"), at=AT)
    assert world.open_task(begun.instance_id).properties == {"said": "đồng ý", "urgent": "thường"}


def test_forms_that_cannot_be_shown_are_refused_by_name(world: World) -> None:
    odd = {**FORM, "components": [{"type": "filepicker", "key": "file"}, {"type": "expression", "key": "sum"}]}
    with pytest.raises(DeploymentInvalid) as refused:
        put(
            world,
            one__bpmn=diagram("one", line(user("step", fields=field("x", "signature")))),
            odd__form=json.dumps(odd).encode(),
        )
    found = {(each.file, each.element, each.code) for each in refused.value.findings if each.severity == "error"}
    assert found == {
        ("one.bpmn", "step", "form_unreadable"),
        ("odd.form", "file", "form_unreadable"),
        ("odd.form", "sum", "form_unreadable"),
    }


def test_checking_changes_nothing(world: World) -> None:
    with world.database.unit_of_work(read_only=True) as unit:
        files = {"one.bpmn": diagram("one", line(user("step")))}
        assert [each for each in check(world.engine, unit, files) if each.severity == "error"] == []
    assert count(world, resource) == 0
