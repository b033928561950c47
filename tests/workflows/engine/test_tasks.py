"""Tasks: what they open, what they do, what they write."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.workflows.engine.diagrams import (
    complete,
    document,
    event,
    extensions,
    external,
    flows,
    io,
    open_elements,
    process,
    run,
    script,
    simulate,
    task,
    the_task,
    user,
)
from workflows.errors import NotWaiting
from workflows.simulate import Simulator

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def test_plain_and_manual_tasks_are_passed_through() -> None:
    simulator, instance = run(process(START + task("task", "a") + task("manualTask", "b") + END, "s>a a>b b>e"))
    assert simulator.state(instance) == "completed"
    assert simulator.path(instance) == ["s", "a", "b", "e"]


def test_a_user_task_opens_with_what_was_drawn() -> None:
    properties = '<camunda:properties><camunda:property name="unit" value="${unit_id}"/></camunda:properties>'
    drawn = task(
        "userTask",
        "a",
        extensions(properties),
        name="Thẩm định ${code}",
        camunda_assignee="${who}",
        camunda_candidateGroups="snv_expert, snv_division_head",
        camunda_candidateUsers="=people",
        camunda_dueDate="${workdays(10)}",
        camunda_followUpDate="2026-03-05T08:00:00+07:00",
        camunda_priority="${40 + 2}",
        camunda_formKey="form:x",
    )
    data = process(START + drawn + END, "s>a a>e")
    simulator, instance = run(data, {"code": "HS-1", "who": "lan", "people": ["a", "b"], "unit_id": "00070"})
    [opened] = simulator.open_tasks(instance)
    assert (opened.element, opened.name, opened.assignee, opened.priority) == ("a", "Thẩm định HS-1", "lan", 42)
    assert opened.candidate_groups == ("snv_expert", "snv_division_head")
    assert opened.candidate_users == ("a", "b")
    assert opened.due_at is not None
    assert opened.due_at.isoformat() == "2026-03-16T10:00:00+00:00"
    assert opened.follow_up_at is not None
    assert opened.follow_up_at.isoformat() == "2026-03-05T01:00:00+00:00"
    assert (opened.form_key, opened.properties) == ("form:x", {"unit": "00070"})


def test_answers_decide_the_path_and_a_second_completion_is_refused() -> None:
    data = process(
        START
        + user("a")
        + '<exclusiveGateway id="x" default="x-no"/>'
        + task("task", "yes")
        + task("task", "no")
        + END,
        "s>a a>x x>no yes>e no>e",
        "x>yes ${answer == 'yes'}",
    )
    simulator, instance = run(data)
    open_task = the_task(simulator, instance, "a")
    simulator.complete(open_task.id, {"answer": "yes"})
    assert simulator.path(instance) == ["s", "a", "x", "yes", "e"]
    assert simulator.variables(instance) == {"answer": "yes"}
    with pytest.raises(NotWaiting):
        simulator.complete(open_task.id, {})


def test_lanes_name_the_innermost() -> None:
    lanes = (
        '<laneSet id="ls"><lane id="l1" name="Đơn vị"><flowNodeRef>a</flowNodeRef><childLaneSet id="c">'
        '<lane id="l2" name="Hội đồng"><flowNodeRef>a</flowNodeRef></lane></childLaneSet></lane></laneSet>'
    )
    simulator, instance = run(process(lanes + START + user("a") + END, "s>a a>e"))
    assert the_task(simulator, instance, "a").lane == "Hội đồng"


def test_an_external_task_shows_its_inputs_beside_the_process_and_its_outputs_are_mapped() -> None:
    inner = io({"mail": "${address}"}, {"sent": "${result + 1}"})
    simulator, instance = run(process(START + external("a", "notify:mail", inner) + END, "s>a a>e"), {"address": "x@y"})
    [work] = simulator.external("notify:mail")
    assert work.variables == {"address": "x@y", "mail": "x@y"}
    simulator.finish_external(work.id, {"result": 4, "mail": "changed"})
    assert simulator.variables(instance) == {"address": "x@y", "result": 4, "sent": Decimal(5)}
    assert simulator.state(instance) == "completed"


def test_an_external_task_without_inputs_shows_everything() -> None:
    simulator, _ = run(process(START + external("a", "t") + END, "s>a a>e"), {"x": 1, "y": [1, {"z": None}]})
    assert simulator.external("t")[0].variables == {"x": 1, "y": [1, {"z": None}]}


@pytest.mark.parametrize(
    ("language", "text"), [("feel", "a + 1"), ("juel", "${a + 1}"), ("feel", "= a + 1"), ("juel", "a + 1")]
)
def test_a_script_is_one_expression(language: str, text: str) -> None:
    drawn = task("scriptTask", "a", f"<script>{text}</script>", scriptFormat=language, camunda_resultVariable="b")
    simulator, instance = run(process(START + drawn + END, "s>a a>e"), {"a": 1})
    assert simulator.variables(instance)["b"] == 2


def test_input_parameters_read_the_outer_scope_each_and_die_with_the_task() -> None:
    inner = io({"x": "${x + 1}", "y": "${x}"})
    simulator, instance = run(process(START + external("a", "t", inner) + END, "s>a a>e"), {"x": 1})
    [work] = simulator.external("t")
    assert work.variables == {"x": 2, "y": 1}
    simulator.finish_external(work.id, {"x": 10})
    assert simulator.variables(instance) == {"x": 1}, "the answer went to the local of that name"


def test_parameters_may_be_lists_and_maps() -> None:
    inner = io(
        inner='<camunda:inputParameter name="m"><camunda:map><camunda:entry key="a">${x}</camunda:entry>'
        '<camunda:entry key="b"><camunda:list><camunda:value>1</camunda:value><camunda:value>=x + 1</camunda:value>'
        "</camunda:list></camunda:entry></camunda:map></camunda:inputParameter>"
    )
    simulator, _ = run(process(START + external("a", "t", inner) + END, "s>a a>e"), {"x": 3})
    assert simulator.external("t")[0].variables == {"x": 3, "m": {"a": 3, "b": ["1", 4]}}


def test_a_send_task_throws_its_message_and_a_receive_task_waits_for_it() -> None:
    sender = process(
        START + task("sendTask", "a", io({"result": "${outcome}"}), messageRef="m") + END,
        "s>a a>e",
        key="sender",
        more='<message id="m" name="result"/>',
    )
    receiver = process(
        START + task("receiveTask", "r", messageRef="m") + END, "s>r r>e", more='<message id="m" name="result"/>'
    )
    simulator = simulate(sender, receiver)
    waiting = simulator.start("p")
    simulator.start("sender", {"outcome": "awarded"})
    assert simulator.state(waiting) == "completed"
    assert simulator.variables(waiting) == {"result": "awarded"}


TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t" name="t" namespace="n">
<decision id="route" name="route"><decisionTable id="dt" hitPolicy="FIRST">
<input id="i"><inputExpression id="ie"><text>count</text></inputExpression></input>
<output id="o" name="way"/>
<rule id="r1"><inputEntry id="e1"><text>&gt; 20</text></inputEntry>
<outputEntry id="o1"><text>"rank"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="e2"><text>-</text></inputEntry>
<outputEntry id="o2"><text>"all"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


@pytest.mark.parametrize(("count", "way"), [(22, "rank"), (20, "all")])
def test_a_rule_task_asks_the_library(count: int, way: str) -> None:
    rule = task(
        "businessRuleTask",
        "a",
        camunda_decisionRef="route",
        camunda_resultVariable="way",
        camunda_mapDecisionResult="singleEntry",
    )
    simulator = simulate()
    simulator.deploy({"p.bpmn": process(START + rule + END, "s>a a>e"), "t.dmn": TABLE})
    instance = simulator.start("p", {"count": count})
    assert simulator.variables(instance)["way"] == way


def test_a_table_sees_the_day_in_ha_noi() -> None:
    """At 23:30 in London the day after has begun; a table, a script and a condition agree on it."""
    day = TABLE.replace(b"<text>count</text>", b"<text>today()</text>").replace(b"&gt; 20", b'date("2026-03-03")')
    rule = task(
        "businessRuleTask",
        "a",
        camunda_decisionRef="route",
        camunda_resultVariable="way",
        camunda_mapDecisionResult="singleEntry",
    )
    simulator = Simulator(at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    drawn = START + rule + script("b", "string(now()) + string(today())", "told") + END
    simulator.deploy({"p.bpmn": process(drawn, "s>a a>b b>e"), "t.dmn": day})
    found = simulator.variables(simulator.start("p"))
    assert (found["way"], found["told"]) == ("rank", "2026-03-03T06:30:00@Asia/Ho_Chi_Minh2026-03-03")


def test_one_process_per_executable_pool() -> None:
    pools = document(
        '<collaboration id="c"><participant id="p1" processRef="p"/>'
        '<participant id="p2" processRef="q"/></collaboration>'
        f'<process id="p" isExecutable="true">{START}{END}{flows("s>e")}</process>'
        f'<process id="q" isExecutable="false"><startEvent id="s2"/></process>'
    )
    simulator = simulate(pools)
    assert list(simulator.library.processes) == ["p"]
    assert simulator.state(simulator.start("p")) == "completed"


def test_async_continuations_run_in_commands_of_their_own() -> None:
    data = process(
        START + script("a", "1", "x").replace("<scriptTask", '<scriptTask camunda:asyncBefore="true"') + END, "s>a a>e"
    )
    simulator, instance = run(data)
    assert simulator.state(instance) == "completed"
    assert simulator.path(instance) == ["s", "a", "e"]


def test_async_after_waits_once() -> None:
    drawn = user("a", camunda_asyncAfter="true")
    simulator, instance = run(process(START + drawn + user("b") + END, "s>a a>b b>e"))
    complete(simulator, instance, "a")
    assert open_elements(simulator, instance) == ["b"]


def test_flows_out_of_a_task_are_taken_by_condition() -> None:
    drawn = START + user("a", default="a-d") + task("task", "b") + task("task", "c") + task("task", "d") + END
    data = process(drawn, "s>a a>d b>e c>e d>e", "a>b ${n > 1}", "a>c ${n > 2}")
    paths = {}
    for n in (1, 2, 3):
        simulator, instance = run(data, {"n": n})
        complete(simulator, instance, "a")
        paths[n] = sorted(set(simulator.path(instance)) - {"s", "a", "e"})
        assert simulator.state(instance) == "completed"
    assert paths == {1: ["d"], 2: ["b"], 3: ["b", "c"]}


def test_a_message_end_with_a_topic_is_a_workers_task() -> None:
    definition = '<messageEventDefinition camunda:type="external" camunda:topic="notify:end"/>'
    simulator, instance = run(process(START + event("endEvent", "e", definition), "s>e"))
    [work] = simulator.external("notify:end")
    assert simulator.state(instance) == "active"
    simulator.finish_external(work.id, {})
    assert simulator.state(instance) == "completed"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${x}", 1),
        ("${m.id}", 7),
        ("${m.rate}", Decimal("1.50")),
        ("${x + 1}", 2),
        ("=x + 1", 2),
        ("=[x, x / 2]", [1, Decimal("0.5")]),
        ("${x / 2}", Decimal("0.5")),
        ('="a" + "b"', "ab"),
    ],
)
def test_a_value_that_is_only_read_keeps_its_type_and_whole_numbers_are_ints(text: str, value: object) -> None:
    data = process(START + external("a", "t", io({"v": text})) + END, "s>a a>e")
    simulator, _ = run(data, {"x": 1, "m": {"id": 7, "rate": Decimal("1.50")}})
    found = simulator.external("t")[0].variables["v"]
    assert (found, type(found), repr(found)) == (value, type(value), repr(value))


def test_a_message_carries_its_input_parameters_and_no_other_local() -> None:
    many = '<multiInstanceLoopCharacteristics camunda:collection="units" camunda:elementVariable="unit"/>'
    sender = task("sendTask", "a", io({"unit_id": "${unit}"}) + many, messageRef="m")
    invited = process(
        event("startEvent", "s", '<messageEventDefinition messageRef="m"/>') + user("u") + END,
        "s>u u>e",
        key="q",
        more='<message id="m" name="go"/>',
    )
    simulator, _ = run(
        process(START + sender + END, "s>a a>e", more='<message id="m" name="go"/>'), {"units": ["A", "B"]}, invited
    )
    assert [simulator.variables(one) for one in simulator.instances("q")] == [{"unit_id": "A"}, {"unit_id": "B"}]
