"""Gateways and conditional flows, each alone and nested."""

from __future__ import annotations

import pytest

from tests.conformance.bpmn.covers import covers
from tests.conformance.bpmn.play import Fragment, Surroundings, everywhere, play
from tests.workflows.engine.diagrams import event, script, task, user

MORE = '<message id="m" name="ping"/><message id="m2" name="pong"/><signal id="g" name="bell"/>'


@everywhere
@covers("gateway: exclusive")
@pytest.mark.parametrize(("n", "way"), [(1, "low"), (6, "high"), (50, "other")])
def test_exclusive(surroundings: Surroundings, n: int, way: str) -> None:
    nodes = (
        '<exclusiveGateway id="a" default="a-other"/><task id="low"/><task id="high"/><task id="other"/><task id="z"/>'
    )
    ways = ("a>low ${n < 5}", "a>high ${n < 10}", "a>other low>z high>z other>z")
    it = play(Fragment(nodes=nodes, drawn=ways, variables={"n": n}), surroundings)
    it.saw(way, "z")
    it.never(*({"low", "high", "other"} - {way}))
    it.finished()


@everywhere
def test_no_match_is_an_incident_that_names_the_gateway_and_retry_goes_on(surroundings: Surroundings) -> None:
    nodes = user("u") + '<exclusiveGateway id="a" name="Nhánh nào"/><task id="low"/><task id="high"/><task id="z"/>'
    ways = ("u>a", "a>low ${n < 5}", "a>high ${n < 10}", "low>z high>z")
    it = play(Fragment(nodes=nodes, drawn=ways, first="u"), surroundings)
    for one in it.tasks("u"):
        it.simulator.complete(one.id, {"n": 99, "kept": True})
    assert it.incidents() == [("a", "no_flow")] * it.copies
    assert it.simulator.state(it.instance) == "incident"
    assert "Nhánh nào" in it.simulator.incidents(it.instance)[0].message
    assert it.variable("kept") is True
    for incident in it.simulator.incidents(it.instance):
        it.simulator.retry(incident.id, {"n": 1})
    it.saw("low", "z")
    it.finished()


@everywhere
def test_a_misspelt_variable_beside_a_default_flow(surroundings: Surroundings) -> None:
    nodes = '<exclusiveGateway id="a" default="a-other"/><task id="yes"/><task id="other"/><task id="z"/>'
    ways = ("a>yes ${decison == 'approved'}", "a>other yes>z other>z")
    it = play(Fragment(nodes=nodes, drawn=ways, variables={"decision": "approved"}), surroundings)
    assert [element for element, _ in it.incidents()] == ["a"] * it.copies
    it.never("yes", "other")


@everywhere
@covers("gateway: parallel")
def test_parallel(surroundings: Surroundings) -> None:
    nodes = (
        '<parallelGateway id="a"/>' + "".join(map(user, ("l", "m", "r"))) + '<parallelGateway id="j"/><task id="z"/>'
    )
    it = play(Fragment(nodes=nodes, drawn=("a>l a>m a>r l>j m>j r>j j>z",)), surroundings)
    assert it.open() == ["l", "m", "r"]
    for element in ("m", "r", "l"):
        it.never("z")
        it.complete(element)
    it.saw("z")
    it.finished()


@everywhere
@covers("gateway: inclusive")
@pytest.mark.parametrize(("n", "ways"), [(1, ["low"]), (7, ["high", "low"]), (50, ["other"])])
def test_inclusive(surroundings: Surroundings, n: int, ways: list[str]) -> None:
    nodes = (
        '<inclusiveGateway id="a" default="a-other"/>'
        + "".join(map(user, ("low", "high", "other")))
        + '<inclusiveGateway id="j"/><task id="z"/>'
    )
    drawn = ("a>low ${n < 10}", "a>high ${n > 5 and n < 10}", "a>other low>j high>j other>j j>z")
    it = play(Fragment(nodes=nodes, drawn=drawn, variables={"n": n}), surroundings)
    assert it.open() == ways
    for element in ways:
        it.never("z")
        it.complete(element)
    it.saw("z")
    it.finished()


@everywhere
def test_an_inclusive_pair_in_a_loop(surroundings: Surroundings) -> None:
    nodes = (
        '<exclusiveGateway id="a"/><inclusiveGateway id="o"/>'
        + user("l")
        + user("r")
        + '<inclusiveGateway id="j"/><exclusiveGateway id="again" default="again-z"/><task id="z"/>'
    )
    drawn = ("a>o", "o>l ${n > 0}", "o>r ${n > 1}", "l>j r>j j>again", "again>a ${more}", "again>z")
    it = play(Fragment(nodes=nodes, drawn=drawn, variables={"n": 2, "more": True}), surroundings)
    it.complete("l")
    it.never("again")
    it.complete("r", {"n": 1} if it.copies == 1 else {"more": False})
    if it.copies == 1:
        assert it.open() == ["l"]
        it.complete("l", {"n": 2})
        it.complete("r")
        assert it.times("again") == 2
        it.complete("l", {"more": False})
        assert it.times("again") == 3
    it.saw("z")
    it.finished()


@everywhere
@covers("gateway: event-based")
@pytest.mark.parametrize("winner", ["message", "other", "signal", "early", "late", "condition", "receive"])
def test_event_based_with_any_number_of_each(surroundings: Surroundings, winner: str) -> None:
    def timer(hours: int) -> str:
        return f"<timerEventDefinition><timeDuration>PT{hours}H</timeDuration></timerEventDefinition>"

    catches = {
        "message": '<messageEventDefinition messageRef="m"/>',
        "other": '<messageEventDefinition messageRef="m2"/>',
        "signal": '<signalEventDefinition signalRef="g"/>',
        "early": timer(1),
        "late": timer(2)
        if winner != "late"
        else "<timerEventDefinition><timeDuration>PT30M</timeDuration></timerEventDefinition>",
        "condition": "<conditionalEventDefinition><condition>${hot}</condition></conditionalEventDefinition>",
    }
    nodes = (
        '<parallelGateway id="a"/><eventBasedGateway id="g1"/><parallelGateway id="z"/>'
        + user("heat")
        + "".join(event("intermediateCatchEvent", name, drawn) for name, drawn in catches.items())
        + task("receiveTask", "receive", messageRef="m3")
        + '<exclusiveGateway id="after"/>'
    )
    names = [*catches, "receive"]
    drawn = "a>g1 a>heat heat>z after>z " + " ".join(f"g1>{name} {name}>after" for name in names)
    fragment = Fragment(
        nodes=nodes, drawn=(drawn,), more=MORE + '<message id="m3" name="pang"/>', variables={"hot": False}
    )
    it = play(fragment, surroundings)
    if winner in ("message", "other", "receive"):
        it.deliver({"message": "ping", "other": "pong", "receive": "pang"}[winner])
    elif winner == "signal":
        it.signal("bell")
    elif winner == "condition":
        it.simulator.complete(it.tasks("heat")[0].id, {"hot": True})
    else:
        it.wait(hours=1)
    it.saw(winner, "after")
    assert it.simulator.waiting(it.instance) == []
    assert it.simulator.timers(it.instance) == []
    for one in it.tasks("heat"):
        it.simulator.complete(one.id, {})
    it.finished()


@everywhere
@covers("flow: conditional", "flow: default")
@pytest.mark.parametrize(("n", "ways"), [(1, ["b"]), (7, ["b", "c"]), (50, ["d"])])
def test_conditional_flows_out_of_a_task(surroundings: Surroundings, n: int, ways: list[str]) -> None:
    nodes = (
        user("a").replace("/>", ' default="a-d"/>').replace("></userTask>", ' default="a-d"></userTask>')
        + "".join(map(user, "bcd"))
        + '<inclusiveGateway id="j"/><task id="z"/>'
    )
    drawn = ("a>b ${n < 10}", "a>c ${n > 5 and n < 10}", "a>d b>j c>j d>j j>z")
    it = play(Fragment(nodes=nodes, drawn=drawn, variables={"n": n}), surroundings)
    it.complete("a")
    assert it.open() == ways
    for element in ways:
        it.never("z")
        it.complete(element)
    it.saw("z")
    it.finished()


@everywhere
def test_a_single_conditional_flow_is_not_ignored(surroundings: Surroundings) -> None:
    it = play(Fragment(nodes='<task id="a"/><task id="z"/>', drawn=("a>z ${n > 5}",), variables={"n": 1}), surroundings)
    assert it.incidents() == [("a", "no_flow")] * it.copies
    it.never("z")


@everywhere
def test_what_branches_write_is_not_overwritten_at_the_join(surroundings: Surroundings) -> None:
    nodes = (
        script("first", '"old"', "word")
        + '<parallelGateway id="a"/>'
        + user("l")
        + user("r")
        + script("w", '"new"', "word")
        + '<parallelGateway id="j"/><task id="z"/>'
    )
    it = play(Fragment(nodes=nodes, drawn=("first>a a>l a>r l>w w>j r>j j>z",), first="first"), surroundings)
    it.complete("l")
    it.complete("r", {"other": 1})
    assert (it.variable("word"), it.variable("other")) == ("new", 1)
    it.finished()
