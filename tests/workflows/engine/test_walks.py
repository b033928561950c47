"""Random diagrams: in step with an independent token game, and with invariants after every command."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from datetime import timedelta

import pytest

from tests.workflows.engine.diagrams import (
    NOW,
    boundary,
    event,
    external,
    flows,
    message,
    process,
    task,
    timer,
    user,
)
from tests.workflows.engine.token_game import Game, TooLong, bpmn, random_net
from workflows import rows, run, state
from workflows.errors import NotWaiting
from workflows.instance import Instance
from workflows.simulate import MessageAmbiguous, Simulator
from workflows.tokens import STARTED

GAMES, WALKS, COMMANDS = 150, 40, 25


@pytest.mark.parametrize("seed", range(GAMES))
def test_in_step_with_the_token_game(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    net = random_net(dice)
    simulator = Simulator(at=NOW)
    simulator.library.deploy({"p.bpmn": bpmn(net)})
    game = Game(net)
    instance = simulator.start("p", {"v": 0})
    for _ in range(COMMANDS):
        opened = simulator.open_tasks(instance)
        assert Counter(one.element for one in opened) == game.tasks
        assert (simulator.state(instance) == "completed") == game.done
        if not opened:
            return
        chosen, value = dice.choice(opened), dice.randint(0, 2)
        try:
            game.complete(chosen.element, value)
        except TooLong:
            return
        simulator.complete(chosen.id, {"v": value})


# -- walks


class Builder:
    """Random diagrams with everything that waits, nests or interrupts."""

    def __init__(self, dice: random.Random) -> None:
        self.dice, self.count = dice, 0
        self.nodes: list[str] = []
        self.flows: list[str] = []

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def diagram(self) -> bytes:
        inner = self.scope(3, top=True)
        return process(
            inner, more='<message id="m" name="go"/><signal id="sig" name="news"/><error id="err" errorCode="E"/>'
        )

    def scope(self, depth: int, *, top: bool = False) -> str:
        """The inside of a process or sub-process."""
        outer = self.nodes, self.flows
        self.nodes, self.flows = [], []
        start, end = self.name("s"), self.name("e")
        self.nodes += [f'<startEvent id="{start}"/>', f'<endEvent id="{end}"/>']
        ways = [(start, start), *(self.piece(depth) for _ in range(self.dice.randint(1, 4 if top else 2))), (end, end)]
        self.flows += [f"{before[1]}>{after[0]}" for before, after in itertools.pairwise(ways)]
        if self.dice.random() < 0.4 and depth:
            self.listener(depth - 1)
        drawn = "".join(self.nodes) + flows(*self.flows)
        self.nodes, self.flows = outer
        assert top or drawn
        return drawn

    def piece(self, depth: int) -> tuple[str, str]:
        kinds = ["user", "external", "catch"]
        if depth:
            kinds += ["row", "parallel", "inclusive", "race", "sub", "many", "call"]
        return getattr(self, f"add_{self.dice.choice(kinds)}")(depth)  # type: ignore[no-any-return]

    def guard(self, host: str) -> None:
        """Perhaps a boundary event, with a path of its own."""
        if self.dice.random() < 0.5:
            return
        name, after, end = self.name("b"), self.name("u"), self.name("e")
        definition, can_stay = self.dice.choice(
            [
                (timer("timeDuration", "PT1H"), True),
                (message("m"), True),
                ('<errorEventDefinition errorRef="err"/>', False),
            ]
        )
        stays = can_stay and self.dice.random() < 0.5
        self.nodes += [boundary(name, host, definition, interrupting=not stays), user(after), f'<endEvent id="{end}"/>']
        self.flows += [f"{name}>{after}", f"{after}>{end}"]

    def listener(self, depth: int) -> None:
        name, start = self.name("l"), self.name("s")
        definition, can_stay = self.dice.choice(
            [
                (timer("timeCycle", "R3/PT3H"), True),
                (message("m"), True),
                ('<signalEventDefinition signalRef="sig"/>', True),
            ]
        )
        stays = can_stay and self.dice.random() < 0.5
        inside, end = self.name("u"), self.name("e")
        drawn = event("startEvent", start, definition, isInterrupting="false" if stays else "true")
        drawn += user(inside) + f'<endEvent id="{end}"/>' + flows(f"{start}>{inside}", f"{inside}>{end}")
        self.nodes.append(task("subProcess", name, drawn, triggeredByEvent="true"))

    def add_user(self, depth: int) -> tuple[str, str]:
        name = self.name("u")
        self.nodes.append(user(name))
        self.guard(name)
        return name, name

    def add_external(self, depth: int) -> tuple[str, str]:
        name = self.name("x")
        self.nodes.append(external(name, "t"))
        self.guard(name)
        return name, name

    def add_catch(self, depth: int) -> tuple[str, str]:
        name = self.name("c")
        definition = self.dice.choice(
            [timer("timeDuration", "PT2H"), message("m"), '<signalEventDefinition signalRef="sig"/>']
        )
        self.nodes.append(event("intermediateCatchEvent", name, definition))
        return name, name

    def add_row(self, depth: int) -> tuple[str, str]:
        first, second = self.piece(depth - 1), self.piece(depth - 1)
        self.flows.append(f"{first[1]}>{second[0]}")
        return first[0], second[1]

    def add_parallel(self, depth: int, kind: str = "parallel") -> tuple[str, str]:
        split, join = self.name("g"), self.name("g")
        self.nodes += [f'<{kind}Gateway id="{split}"/>', f'<{kind}Gateway id="{join}"/>']
        for _ in range(2):
            first, last = self.piece(depth - 1)
            self.flows += [f"{split}>{first}", f"{last}>{join}"]
        return split, join

    def add_inclusive(self, depth: int) -> tuple[str, str]:
        return self.add_parallel(depth, "inclusive")

    def add_race(self, depth: int) -> tuple[str, str]:
        gate, merge = self.name("g"), self.name("g")
        self.nodes += [f'<eventBasedGateway id="{gate}"/>', f'<exclusiveGateway id="{merge}"/>']
        for definition in (timer("timeDuration", "PT1H"), message("m")):
            name = self.name("c")
            self.nodes.append(event("intermediateCatchEvent", name, definition))
            self.flows += [f"{gate}>{name}", f"{name}>{merge}"]
        return gate, merge

    def add_sub(self, depth: int, loop: str = "") -> tuple[str, str]:
        name = self.name("p")
        self.nodes.append(task("subProcess", name, loop + self.scope(depth - 1)))
        self.guard(name)
        return name, name

    def add_many(self, depth: int) -> tuple[str, str]:
        sequential = self.dice.choice(["true", "false"])
        loop = (
            f'<multiInstanceLoopCharacteristics isSequential="{sequential}"><loopCardinality>2</loopCardinality>'
            "</multiInstanceLoopCharacteristics>"
        )
        if self.dice.random() < 0.5:
            return self.add_sub(depth, loop)
        name = self.name("u")
        self.nodes.append(task("userTask", name, loop))
        self.guard(name)
        return name, name

    def add_call(self, depth: int) -> tuple[str, str]:
        name = self.name("k")
        self.nodes.append(task("callActivity", name, calledElement="q"))
        self.guard(name)
        return name, name


def step(dice: random.Random, simulator: Simulator, root: str) -> None:
    """One random command; what nobody waits for is refused and changes nothing."""
    opened, external_tasks = simulator.open_tasks(root), simulator.external("t")
    choices = ["clock", "message", "signal"]
    choices += ["complete"] * 4 if opened else []
    choices += ["finish"] * 3 + ["error", "fail"] if external_tasks else []
    match dice.choice(choices):
        case "clock":
            simulator.move_clock(simulator.now + timedelta(minutes=dice.choice([10, 60, 200])))
        case "message":
            try:
                simulator.deliver("go")
            except (NotWaiting, MessageAmbiguous):
                return
        case "signal":
            simulator.signal("news")
        case "complete":
            simulator.complete(dice.choice(opened).id, {"v": dice.randint(0, 3)})
        case "finish":
            simulator.finish_external(dice.choice(external_tasks).id)
        case "error":
            simulator.bpmn_error(dice.choice(external_tasks).id, dice.choice(["E", "F"]))
        case "fail":
            simulator.fail_external(dice.choice(external_tasks).id, "không được")
    for name in (root, *simulator.children(root)):
        for incident in simulator.incidents(name):
            if dice.random() < 0.5:
                simulator.retry(incident.id)


def check(simulator: Simulator) -> None:
    """Invariants of every instance."""
    for held in simulator._running.values():
        fresh = Instance(
            library=simulator.library,
            definition=held.definition,
            at=simulator.now,
            calendar=simulator.calendar,
            business_key=None,
        )
        state.read(fresh, held.snapshot)
        assert state.write(fresh) == held.snapshot.state, "what was stored reads back as itself"
        seen = rows.scan(fresh)
        for kept, scanned in (
            (held.tasks, seen.tasks),
            (held.external, seen.external),
            (held.timers, seen.timers),
            (held.subscriptions, seen.subscriptions),
            (held.incidents, seen.incidents),
        ):
            assert set(kept) == {str(key) for key in scanned}, "the differences add up to what stands there"
        for host_id, sub in fresh.subprocesses.items():
            assert fresh.tasks[host_id].state == STARTED
            assert sub.task_tree.children, "no scope without a token"
        if held.outcome != "active":
            assert run.tokens(held.snapshot) == {}
            assert not list(fresh.live())
        elif not held.incidents:
            assert list(fresh.live()), "an active instance waits somewhere"


@pytest.mark.parametrize("seed", range(WALKS))
def test_random_commands_keep_the_invariants(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    data = Builder(dice).diagram()
    called = process(
        '<startEvent id="s"/>' + user("a") + external("x", "t") + '<endEvent id="e"/>', "s>a a>x x>e", key="q"
    )
    simulator = Simulator(at=NOW)
    simulator.deploy({"p.bpmn": data, "q.bpmn": called})
    root = simulator.start("p")
    check(simulator)
    for _ in range(COMMANDS):
        if simulator.state(root) == "completed":
            break
        step(dice, simulator, root)
        check(simulator)
