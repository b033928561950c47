"""Forms of a running process: which version is shown, what is stored, what the next step sees."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.engine.commands.complete import CompleteTask, complete
from service.engine.commands.deploy import Deploy, Deployed, deploy
from service.engine.commands.start import StartProcess, start
from service.engine.errors import DeploymentInvalid
from service.engine.forms import Form
from service.engine.rows import read_instance, read_task
from service.engine.tables import approval
from service.engine.task_forms import form_for, task_context
from service.errors import Invalid
from tests.service.engine.forms.kit import EVERY, GOOD, VARIABLES, drawn
from tests.support.diagrams import diagram, field, line, user
from tests.support.world import AT, World

CHECKED = "camunda:constraint"


def put(world: World, at: Any = AT, **files: bytes) -> Deployed:
    named = {name.replace("__", "."): data for name, data in files.items()}
    return deploy(world.engine, Deploy(name="thử", files=named), world.actor("owner"), at=at)


def begin(world: World, key: str = "p", **variables: Any) -> str:
    return start(world.engine, StartProcess(key=key, variables=variables), world.actor("clerk"), at=AT).instance_id


def shown(world: World) -> Form:
    """The form of the open task, as the clerk sees it."""
    with world.database.unit_of_work(AT, read_only=True) as unit:
        found = read_task(unit, world.open_task().id)
        assert found is not None
        of = read_instance(unit, found[0].instance_id)
        assert of is not None
        calendar = world.engine.calendar_of(unit)
        form = form_for(
            world.engine, unit, found[0], of, task_context(unit, found[0], of, world.actor("clerk"), calendar)
        )
    assert form is not None
    return form


def answer(world: World, **answers: Any) -> None:
    task = world.open_task()
    command = CompleteTask(task_id=task.id, revision=task.revision, answers=answers)
    complete(world.engine, command, world.actor("clerk"), at=AT)


def step(binding: str = "latest", version: str = "") -> str:
    number = f' camunda:formRefVersion="{version}"' if version else ""
    return user("step", attributes=f'camunda:formRef="f" camunda:formRefBinding="{binding}"{number}')


def text(label: str) -> dict[str, Any]:
    return {"type": "textfield", "key": "a", "label": label}


@pytest.mark.parametrize(("binding", "label"), [("latest", "ba"), ("deployment", "hai"), ("version", "một")])
def test_a_form_is_bound_as_drawn(world: World, binding: str, label: str) -> None:
    process = diagram("p", line(step(binding, "1" if binding == "version" else "")))
    put(world, f__form=drawn(text("một")))
    put(world, AT + timedelta(minutes=1), p__bpmn=process, f__form=drawn(text("hai")))
    begin(world)
    put(world, AT + timedelta(minutes=2), f__form=drawn(text("ba")))
    assert shown(world).fields[0].label == label


def test_answers_of_every_component_become_variables(world: World) -> None:
    reading = {
        "count": "${count + 1}",
        "street": "${address.street}",
        "second": "${people[1].reason}",
        "day": "=string(day)",
        "total": "=string(total)",
        "present": "=string(count(members[present]))",
        "note": "${note}",
        "applicant": "${applicant}",
    }
    every = json.dumps({**EVERY, "id": "f"}).encode()
    put(world, p__bpmn=diagram("p", line(step(), user("after", properties=reading))), f__form=every)
    begin(world, **VARIABLES)
    answer(world, **{**GOOD, "applicant": "Kẻ khác"})
    assert world.open_task().properties == {
        "count": "4",
        "street": "12 Lê Lai",
        "second": "Xuất sắc",
        "day": "2096-12-01",
        "total": "3000000",
        "present": "1",
        "note": "Không đổi",
        "applicant": "Nguyễn Thị Hà",
    }
    (kept,) = world.rows(select(approval.c.answers))
    assert kept.answers["address"] == {"street": "12 Lê Lai", "ward": {"name": "Hoàn Kiếm"}}


def test_a_field_never_shown_is_a_null_variable_and_a_known_one_stays(world: World) -> None:
    hidden = {"conditional": {"hide": "=true"}}
    form = drawn({**text("x"), **hidden}, {**text("y"), "key": "b", **hidden})
    after = user("after", properties={"a": "${a}", "b": "${empty b ? 'trống' : 'có'}"})
    put(world, p__bpmn=diagram("p", line(step(), after)), f__form=form)
    begin(world, a="trước")
    answer(world, a="forged", b="forged")
    assert world.open_task().properties == {"a": "trước", "b": "trống"}


def test_wrong_answers_change_nothing(world: World) -> None:
    put(world, p__bpmn=diagram("p", line(step())), f__form=drawn({**text("x"), "validate": {"required": True}}))
    begin(world)
    with pytest.raises(Invalid) as refused:
        answer(world, a="", b=1)
    assert {each.field for each in refused.value.problems} == {"a", "b"}
    assert world.open_task().state == "open"


def constrained(element: str, kind: str, rules: str, more: str = "") -> str:
    return (
        f'<camunda:formField id="{element}" label="{element}" type="{kind}" {more}>'
        f"<camunda:validation>{rules}</camunda:validation></camunda:formField>"
    )


def rule(name: str, config: str = "") -> str:
    written = f' config="{config}"' if config else ""
    return f'<{CHECKED} name="{name}"{written}/>'


def test_generated_fields_are_checked_by_their_constraints(world: World) -> None:
    fields = (
        constrained("name", "string", rule("required") + rule("minlength", "2") + rule("maxlength", "5"))
        + constrained("many", "long", rule("min", "1") + rule("max", "9"), 'defaultValue="3"')
        + constrained("day", "date", "", 'defaultValue="24/12/2026"')
        + constrained("yes", "boolean", rule("required"), 'defaultValue="true"')
        + constrained("who", "string", rule("readonly"), 'defaultValue="${applicant}"')
        + '<camunda:formField id="kind" label="Loại" type="enum"><camunda:value id="a" name="Một"/></camunda:formField>'
    )
    after = user("after", properties={"who": "${who}", "many": "${many}", "kind": "${kind}"})
    put(world, p__bpmn=diagram("p", line(user("step", fields=fields), after)))
    begin(world, applicant="Bà Hà")
    form = shown(world)
    values = form.values
    assert (values["many"], values["day"].isoformat(), values["yes"], values["who"]) == (3, "2026-12-24", True, "Bà Hà")
    with pytest.raises(Invalid) as refused:
        answer(world, name="x", many=10, day="hôm nay", kind="b", yes=1)
    assert {each.field for each in refused.value.problems} == {"name", "many", "day", "kind", "yes"}
    answer(world, name="Hà", many=9, kind="a", who="forged")
    assert world.open_task().properties == {"who": "Bà Hà", "many": "9", "kind": "a"}


@pytest.mark.parametrize(
    "fields",
    [
        field("x", "signature"),
        constrained("x", "string", rule("validator", "com.example.Check")),
        constrained("x", "string", rule("minlength", "hai")),
        constrained("x", "long", rule("max", "nhiều")),
        '<camunda:formField id="x" label="x" type="enum"/>',
        field("x.y"),
        field("x") + field("x"),
    ],
)
def test_generated_fields_that_cannot_be_shown_are_refused(world: World, fields: str) -> None:
    with pytest.raises(DeploymentInvalid) as refused:
        put(world, p__bpmn=diagram("p", line(user("step", fields=fields))))
    found = [(each.element, each.code) for each in refused.value.findings if each.severity == "error"]
    assert found == [("step", "form_unreadable")]
