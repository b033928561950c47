"""Stored state: exact, small, independent of history, refused when it cannot be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.engine.diagrams import (
    NOW,
    boundary,
    complete,
    event,
    flows,
    io,
    message,
    process,
    run,
    simulate,
    task,
    timer,
    user,
)
from workflows import run as engine
from workflows.errors import StateUnreadable
from workflows.feel.temporal import YearsMonths
from workflows.state import VariablesTooLarge
from workflows.values import ValueRefused, own, pack, unpack

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
VIETNAM = timedelta(hours=7)

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters())
    | st.dates()
    | st.datetimes(timezones=st.just(UTC) | st.none())
    | st.times()
    | st.timedeltas()
    | st.integers(-(10**6), 10**6).map(YearsMonths)
)
texts = st.text(st.characters())
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=12)


@given(values)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    back = unpack(orjson.loads(orjson.dumps(pack(own(value)))))
    assert back == value
    assert same_types(back, value)


def same_types(left: Any, right: Any) -> bool:
    if isinstance(left, dict):
        return all(same_types(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return all(map(same_types, left, right))
    return type(left) is type(right)


@pytest.mark.parametrize(
    "value",
    [
        2**63,
        -(10**4000),
        "\ud800 nửa cặp",
        {"": 1},
        {"": ["i", "0x1"]},
        {"\udfff": {"typename": "x"}},
        Decimal("1.10"),
        Decimal("1E+30"),
        datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
        time(9, 30),
        date(2026, 3, 2),
        timedelta(days=-1, microseconds=1),
    ],
)
def test_values_that_json_would_lose(value: Any) -> None:
    back = unpack(orjson.loads(orjson.dumps(pack(own(value)))))
    assert (back, type(back)) == (value, type(value))
    simulator, instance = run(process(START + user("a") + END, "s>a a>e"), {"x": value})
    complete(simulator, instance, "a", {"y": value, "\ud800": 1})
    assert simulator.variables(instance) == {"x": value, "y": value, "\ud800": 1}


def test_a_float_becomes_the_decimal_it_prints_as() -> None:
    assert own(0.1) == Decimal("0.1")


@pytest.mark.parametrize("value", [object(), b"bytes", float("nan"), float("inf"), Decimal("NaN"), {1: 2}, 1j, {1}])
def test_what_cannot_be_stored_is_refused(value: Any) -> None:
    with pytest.raises(ValueRefused):
        own(value)
    simulator, instance = run(process(START + user("a") + END, "s>a a>e"))
    opened = simulator.open_tasks(instance)[0]
    with pytest.raises(ValueRefused):
        simulator.complete(opened.id, {"x": value})
    assert simulator.open_tasks(instance) == [opened], "the act was refused: nothing changed"


def test_deep_and_large_values_are_refused() -> None:
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(ValueRefused):
        own(deep)
    simulator, instance = run(process(START + user("a") + END, "s>a a>e"))
    with pytest.raises(VariablesTooLarge):
        simulator.complete(simulator.open_tasks(instance)[0].id, {"x": "x" * 300_000})
    simulator.complete(simulator.open_tasks(instance)[0].id, {"x": "x" * 200_000})
    assert simulator.state(instance) == "completed"


def test_values_are_not_shared_with_the_caller() -> None:
    mine = {"list": [1]}
    simulator, instance = run(process(START + user("a") + END, "s>a a>e"), mine)
    mine["list"].append(2)
    assert simulator.variables(instance) == {"list": [1]}


DOSSIER = process(
    START
    + user("draft_submission", camunda_dueDate="${workdays(10)}", camunda_formKey="awards:draft")
    + boundary("draft_warning", "draft_submission", timer("timeDate", "${deadline(80)}"), interrupting=False)
    + boundary("draft_overdue", "draft_submission", timer("timeDate", "${deadline(100)}"), interrupting=False)
    + "".join(
        task(
            "subProcess",
            f"on_{name}",
            event("startEvent", f"{name}_start", message(name), isInterrupting="true")
            + f'<endEvent id="{name}_end"/>'
            + flows(f"{name}_start>{name}_end"),
            triggeredByEvent="true",
        )
        for name in ("withdrawn", "frozen")
    )
    + END,
    "s>draft_submission draft_submission>e draft_warning>e draft_overdue>e",
    more='<message id="withdrawn" name="submission.withdrawn"/><message id="frozen" name="round.frozen"/>',
)
VARIABLES = {
    "unit_id": "00070",
    "unit_name": "Phường Hoàn Kiếm",
    "round_key": "DX-2026-01",
    "award_class": "annual",
    "year": 2026,
    "nominees": 7,
    "returned": 1,
    "par_index": Decimal("91.25"),
    "sipas": Decimal("87.4"),
    "decision": "propose",
    "reason": "Đủ điều kiện theo biên bản họp xét",
    "consultation_needed": False,
}


def test_a_dossier_in_the_middle_takes_less_than_a_kilobyte() -> None:
    simulator, instance = run(DOSSIER, VARIABLES)
    assert len(simulator.timers(instance)) == len(simulator.waiting(instance)) == 2
    assert simulator.size(instance) < 1000


def test_history_does_not_grow_the_state() -> None:
    data = process(START + user("a") + '<exclusiveGateway id="x" default="x-a"/>' + END, "s>a a>x x>a", "x>e ${done}")
    simulator, instance = run(data, {"done": False})
    sizes = set()
    for _ in range(500):
        complete(simulator, instance, "a", {"done": False})
        sizes.add(simulator.size(instance))
    assert len(sizes) == 1


def test_every_kind_of_token_survives_being_stored() -> None:
    """Written, read and written again gives the same bytes, whatever waits."""
    many = '<multiInstanceLoopCharacteristics isSequential="true" camunda:collection="=[1, 2]"/>'
    drawn = (
        START
        + '<parallelGateway id="f"/>'
        + task(
            "subProcess", "sub", many + '<startEvent id="is"/>' + user("u") + '<endEvent id="ie"/>' + flows("is>u u>ie")
        )
        + task(
            "serviceTask",
            "x",
            io({"k": "${v}"}),
            camunda_type="external",
            camunda_topic="t",
            camunda_asyncBefore="true",
        )
        + '<eventBasedGateway id="g"/>'
        + event("intermediateCatchEvent", "t1", timer("timeDuration", "PT1H"))
        + event("intermediateCatchEvent", "c1", message("m"))
        + user("cyc")
        + boundary("cb", "cyc", timer("timeCycle", "R3/PT1H"), interrupting=False)
        + task("scriptTask", "bad", "<script>nope</script>", scriptFormat="feel", camunda_resultVariable="r")
        + '<inclusiveGateway id="j"/>'
        + END
    )
    data = process(
        drawn,
        "s>f f>sub f>x f>g g>t1 g>c1 f>cyc f>bad sub>j x>j t1>j c1>j cyc>j cb>j bad>j j>e",
        more='<message id="m" name="go"/>',
    )
    simulator, instance = run(data, {"v": {"": 1}})
    snapshot = simulator.snapshot(instance)
    again = engine.reschedule(simulator.library, snapshot, at=NOW, calendar=simulator.calendar)
    assert orjson.loads(again.snapshot.state) == orjson.loads(snapshot.state)
    assert again.snapshot.state == snapshot.state
    assert simulator.tokens(instance) == {"sub": 1, "u": 1, "x": 1, "t1": 1, "c1": 1, "cyc": 1, "bad": 1}


@pytest.mark.parametrize(
    "state", [b"", b"{", b"[]", b"[1,2,3]", b'[{},[["x"]]]', b'[{},[["AAAAAAAAAAAAAAAAAAAAAA","nope",16]]]', b"null"]
)
def test_damaged_state_is_refused(state: bytes) -> None:
    simulator, instance = run(process(START + user("a") + END, "s>a a>e"))
    snapshot = replace(simulator.snapshot(instance), state=state)
    with pytest.raises(StateUnreadable):
        engine.reschedule(simulator.library, snapshot, at=NOW, calendar=simulator.calendar)


def test_another_format_is_refused() -> None:
    simulator, instance = run(process(START + user("a") + END, "s>a a>e"))
    snapshot = replace(simulator.snapshot(instance), format=99)
    with pytest.raises(StateUnreadable):
        engine.variables(snapshot)


def test_a_missing_node_of_another_version_is_refused_not_lost() -> None:
    simulator, instance = run(process(START + user("a") + END, "s>a a>e"))
    simulator.deploy({"p.bpmn": process(START + user("b") + END, "s>b b>e")})
    snapshot = replace(simulator.snapshot(instance), definition_id="p:2")
    with pytest.raises(StateUnreadable):
        engine.reschedule(simulator.library, snapshot, at=NOW, calendar=simulator.calendar)


def test_what_one_token_sees() -> None:
    many = '<multiInstanceLoopCharacteristics camunda:collection="units" camunda:elementVariable="unit"/>'
    simulator, instance = run(
        process(
            START + task("receiveTask", "r", many, messageRef="m") + END, "s>r r>e", more='<message id="m" name="go"/>'
        ),
        {"units": ["A", "B"]},
    )
    snapshot = simulator.snapshot(instance)
    seen = [engine.variables(snapshot, seen_from=row.id)["unit"] for row in simulator.waiting(instance)]
    assert seen == ["A", "B"]


def test_element_ids_of_spiff_are_ordinary_ids() -> None:
    data = process('<startEvent id="Start"/>' + user("Root") + '<endEvent id="End"/>', "Start>Root Root>End")
    simulator, instance = run(data)
    complete(simulator, instance, "Root")
    assert simulator.path(instance) == ["Start", "Root", "End"]


def test_shared_specs_are_used_by_many_threads_at_once() -> None:
    from concurrent.futures import ThreadPoolExecutor

    many = '<multiInstanceLoopCharacteristics camunda:collection="${items}" camunda:elementVariable="i"/>'
    data = process(START + task("userTask", "a", many, camunda_assignee="${i}") + END, "s>a a>e")
    simulator = simulate(data)
    definition = simulator.library.process("p")

    def one(number: int) -> bool:
        advance = engine.start(
            simulator.library,
            definition=definition,
            business_key=None,
            variables={"items": list(range(number))},
            at=NOW,
            calendar=simulator.calendar,
        )
        for opened in advance.tasks_opened:
            advance = engine.complete(
                simulator.library,
                advance.snapshot,
                task_id=opened.id,
                variables={},
                at=NOW,
                calendar=simulator.calendar,
            )
        return advance.outcome == "completed"

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(1, 30)))
