"""Multi-instance, parallel and sequential, and the standard loop."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workflows.engine.diagrams import (
    NOW,
    boundary,
    complete,
    external,
    flows,
    io,
    open_elements,
    process,
    run,
    task,
    timer,
    user,
)

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def many(inner: str = "", *, sequential: bool = False, collection: str = "people", element: str = "who") -> str:
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" camunda:collection="{collection}"'
        f' camunda:elementVariable="{element}">{inner}</multiInstanceLoopCharacteristics>'
    )


def members(inner: str, **attributes: str) -> bytes:
    drawn = task("userTask", "vote", inner, camunda_assignee="${who}", **attributes)
    return process(START + drawn + END, "s>vote vote>e")


def test_parallel_opens_one_per_item_and_gathers_outputs() -> None:
    inner = io({}, {"votes": "${choice}"}) + many()
    simulator, instance = run(members(inner), {"people": ["an", "bình", "chi"]})
    opened = simulator.open_tasks(instance)
    assert [one.assignee for one in opened] == ["an", "bình", "chi"]
    for number, one in enumerate(reversed(opened)):
        simulator.complete(one.id, {"choice": number})
    assert simulator.state(instance) == "completed"
    assert simulator.variables(instance)["votes"] == [2, 1, 0]
    assert simulator.path(instance) == ["s", "vote", "vote", "vote", "e"]


def test_sequential_opens_them_one_after_the_other() -> None:
    inner = io({"n": "${loopCounter}"}, {"log": "${who}"}) + many(sequential=True)
    simulator, instance = run(members(inner), {"people": ["an", "bình"]})
    for name in ("an", "bình"):
        [opened] = simulator.open_tasks(instance)
        assert opened.assignee == name
        simulator.complete(opened.id)
    assert simulator.state(instance) == "completed"
    assert simulator.variables(instance)["log"] == ["an", "bình"]


@pytest.mark.parametrize("sequential", [True, False])
def test_an_empty_list_is_passed_through(sequential: bool) -> None:
    simulator, instance = run(members(io({}, {"votes": "${choice}"}) + many(sequential=sequential)), {"people": []})
    assert simulator.state(instance) == "completed"
    assert simulator.variables(instance) == {"people": [], "votes": []}


@pytest.mark.parametrize("collection", ["${people}", "=people", "people"])
def test_the_collection_is_a_name_or_an_expression(collection: str) -> None:
    simulator, instance = run(members(many(collection=collection)), {"people": ["an", "chi"]})
    assert len(simulator.open_tasks(instance)) == 2


@pytest.mark.parametrize("text", ["3", "${n}", "=n"])
def test_cardinality(text: str) -> None:
    inner = (
        f"<multiInstanceLoopCharacteristics><loopCardinality>{text}</loopCardinality>"
        f"</multiInstanceLoopCharacteristics>"
    )
    simulator, instance = run(process(START + task("userTask", "a", inner) + END, "s>a a>e"), {"n": 3})
    assert open_elements(simulator, instance) == ["a", "a", "a"]


def test_a_long_list_is_shown_to_each_of_its_workers() -> None:
    """Not copied for every one of them: what a command may copy would not be enough."""
    loop = '<multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="who"/>'
    people = [{"name": str(number), "votes": [1, 2, 3]} for number in range(1_500)]
    simulator, _ = run(process(START + external("a", "t", loop) + END, "s>a a>e"), {"people": people})
    shown = simulator.external("t")
    assert [one.variables["who"]["name"] for one in shown] == [str(number) for number in range(1_500)]
    assert all(one.variables["people"] == people for one in shown[::500])


@pytest.mark.parametrize("sequential", [True, False])
def test_the_cardinality_says_how_many_of_the_collection(sequential: bool) -> None:
    data = members(many("<loopCardinality>${n}</loopCardinality>", sequential=sequential))
    simulator, instance = run(data, {"people": ["an", "bình", "chi"], "n": 2})
    who = []
    while opened := simulator.open_tasks(instance):
        who.append(opened[0].assignee)
        simulator.complete(opened[0].id)
    assert who == ["an", "bình"]
    simulator, instance = run(data, {"people": ["an"], "n": 2})
    assert [one.code for one in simulator.incidents(instance)] == ["collection_refused"]


def test_completion_condition_cancels_the_rest() -> None:
    enough = "<completionCondition>${nrOfCompletedInstances / nrOfInstances >= 0.5}</completionCondition>"
    simulator, instance = run(members(many(enough)), {"people": ["a", "b", "c", "d"]})
    simulator.complete(simulator.open_tasks(instance)[0].id)
    assert len(simulator.open_tasks(instance)) == 3
    simulator.complete(simulator.open_tasks(instance)[0].id)
    assert simulator.state(instance) == "completed"


@pytest.mark.parametrize("people", [None, "an", 3, {"a": 1}])
def test_what_is_no_list_is_an_incident(people: object) -> None:
    simulator, instance = run(members(many()), {"people": people})
    assert simulator.incidents(instance)[0].code == "collection_refused"
    simulator.retry(simulator.incidents(instance)[0].id, {"people": ["an"]})
    assert [opened.assignee for opened in simulator.open_tasks(instance)] == ["an"]


def test_a_failing_completion_condition_is_an_incident_of_the_whole() -> None:
    enough = "<completionCondition>${quorum}</completionCondition>"
    simulator, instance = run(members(many(enough)), {"people": ["a", "b"]})
    simulator.complete(simulator.open_tasks(instance)[0].id)
    [incident] = simulator.incidents(instance)
    assert (incident.element, len(simulator.open_tasks(instance))) == ("vote", 1)
    simulator.retry(incident.id, {"quorum": True})
    assert simulator.state(instance) == "completed"


def test_a_boundary_event_sits_on_the_whole() -> None:
    drawn = (
        START
        + task("userTask", "vote", many())
        + boundary("b", "vote", timer("timeDuration", "PT1H"))
        + user("x")
        + END
    )
    simulator, instance = run(process(drawn, "s>vote vote>e b>x x>e"), {"people": [1, 2, 3]})
    assert len(simulator.timers(instance)) == 1
    simulator.move_clock(NOW + timedelta(hours=1))
    assert open_elements(simulator, instance) == ["x"]


def test_a_share_of_the_bodies_deadline() -> None:
    drawn = task("userTask", "vote", many(), camunda_dueDate="${workdays(10)}")
    warn = boundary("b", "vote", timer("timeDate", "${deadline(80)}"), interrupting=False)
    simulator, instance = run(process(START + drawn + warn + END, "s>vote vote>e b>e"), {"people": [1]})
    [waiting] = simulator.timers(instance)
    assert (waiting.deadline.budget, waiting.deadline.percent) == (10, 80)
    assert waiting.deadline.due_at.isoformat() == "2026-03-12T10:00:00+00:00"


def test_external_tasks_and_sub_processes_repeat_too() -> None:
    work = external("a", "t", many())
    inner = (
        many()
        + '<startEvent id="is"/>'
        + user("u", camunda_assignee="${who}")
        + '<endEvent id="ie"/>'
        + flows("is>u u>ie")
    )
    data = process(START + work + task("subProcess", "sub", inner) + END, "s>a a>sub sub>e")
    simulator, instance = run(data, {"people": ["an", "chi"]})
    for one in simulator.external("t"):
        simulator.finish_external(one.id)
    assert [opened.assignee for opened in simulator.open_tasks(instance)] == ["an", "chi"]
    for opened in simulator.open_tasks(instance):
        simulator.complete(opened.id)
    assert simulator.state(instance) == "completed"


def test_nested_items_are_not_shared_between_instances() -> None:
    inner = io({}, {"seen": "${item}"}) + many(collection="rows", element="item")
    drawn = task("userTask", "a", inner)
    simulator, instance = run(process(START + drawn + END, "s>a a>e"), {"rows": [{"n": [1]}, {"n": [2]}]})
    first, second = simulator.open_tasks(instance)
    simulator.complete(first.id, {"item": {"n": [9]}})
    simulator.complete(second.id)
    assert simulator.variables(instance) == {"rows": [{"n": [1]}, {"n": [2]}], "seen": [{"n": [9]}, {"n": [2]}]}


def test_a_thousand_instances_open_and_a_hundred_complete() -> None:
    simulator, instance = run(members(many()), {"people": list(range(1000))})
    for opened in simulator.open_tasks(instance)[:20]:
        simulator.complete(opened.id)
    assert len(simulator.open_tasks(instance)) == 980
    simulator, instance = run(members(io({}, {"votes": "${who}"}) + many()), {"people": list(range(100))})
    for opened in simulator.open_tasks(instance):
        simulator.complete(opened.id)
    assert simulator.state(instance) == "completed"
    assert simulator.variables(instance)["votes"] == list(range(100))


def test_ten_million_instances_are_an_incident() -> None:
    inner = (
        "<multiInstanceLoopCharacteristics><loopCardinality>${n}</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    simulator, instance = run(process(START + task("userTask", "a", inner) + END, "s>a a>e"), {"n": 10_000_000})
    assert simulator.incidents(instance)[0].code == "not_whole_number"


@pytest.mark.parametrize(
    ("attributes", "condition", "rounds"),
    [
        ('loopMaximum="3"', "", 3),
        ("", "${n < 2}", 2),
        ('testBefore="true"', "${n < 2}", 2),
        ('loopMaximum="2"', "${true}", 2),
    ],
)
def test_the_standard_loop(attributes: str, condition: str, rounds: int) -> None:
    inner = f"<loopCondition>{condition.replace('<', '&lt;')}</loopCondition>" if condition else ""
    drawn = task(
        "userTask",
        "a",
        io({}, {"n": "${n + 1}"}) + f"<standardLoopCharacteristics {attributes}>{inner}</standardLoopCharacteristics>",
    )
    simulator, instance = run(process(START + drawn + END, "s>a a>e"), {"n": 0})
    for _ in range(rounds):
        complete(simulator, instance, "a")
    assert simulator.state(instance) == "completed"
    assert simulator.variables(instance)["n"] == rounds
