"""A token game of its own, for gateways and tasks: markings on flows, nothing shared with the engine."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import dataclass, field

from tests.workflows.engine.diagrams import HEAD, user

TOO_LONG = 400


class TooLong(Exception):
    """The diagram multiplies tokens without end; not a case to compare."""


@dataclass
class Net:
    """Nodes by kind (`task`, `xor`, `and`, `or`, `start`, `end`), flows as (source, target, wanted value or None)."""

    kinds: dict[str, str] = field(default_factory=dict)
    flows: list[tuple[str, str, int | None]] = field(default_factory=list)

    def add(self, kind: str) -> str:
        name = f"{kind}{len(self.kinds)}"
        self.kinds[name] = kind
        return name

    def connect(self, source: str, target: str, wanted: int | None = None) -> None:
        self.flows.append((source, target, wanted))

    def out(self, node: str) -> list[int]:
        return [number for number, flow in enumerate(self.flows) if flow[0] == node]

    def into(self, node: str) -> list[int]:
        return [number for number, flow in enumerate(self.flows) if flow[1] == node]


def random_net(dice: random.Random) -> Net:
    net = Net()
    start, end = net.add("start"), net.add("end")
    first, last = _block(net, dice, 3)
    net.connect(start, first)
    net.connect(last, end)
    return net


def _block(net: Net, dice: random.Random, depth: int) -> tuple[str, str]:
    """A piece with one way in and one way out; splits and joins do not always match."""
    kind = dice.choice(["task", "row", "split", "split", "loop"]) if depth else "task"
    if kind == "row":
        pieces = [_block(net, dice, depth - 1) for _ in range(dice.randint(2, 3))]
        for before, after in itertools.pairwise(pieces):
            net.connect(before[1], after[0])
        return pieces[0][0], pieces[-1][1]
    if kind == "split":
        gate = dice.choice(["xor", "and", "or"])
        join = gate if dice.random() < 0.8 else dice.choice(["xor", "and", "or"])
        split, merge = net.add(gate), net.add(join)
        for branch in range(dice.randint(2, 3)):
            first, last = _block(net, dice, depth - 1)
            net.connect(split, first, branch if gate != "and" else None)
            net.connect(last, merge)
        return split, merge
    if kind == "loop":
        merge, body, split = net.add("xor"), _block(net, dice, depth - 1), net.add("xor")
        after = net.add("task")
        net.connect(merge, body[0])
        net.connect(body[1], split)
        net.connect(split, merge, 0)
        net.connect(split, after, 1)
        return merge, after
    task = net.add("task")
    return task, task


def holds(wanted: int | None, value: int, kind: str) -> bool:
    """`xor`: its own value (the last branch takes the rest); `or`: every branch up to the value."""
    return wanted is None or (value >= wanted if kind == "or" else value == wanted)


def bpmn(net: Net) -> bytes:
    tags = {"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"}
    nodes = []
    for name, kind in net.kinds.items():
        out = net.out(name)
        default = f' default="f{out[-1]}"' if kind == "xor" and len(out) > 1 else ""
        if kind == "task":
            nodes.append(user(name))
        elif kind in tags:
            nodes.append(f'<{tags[kind]} id="{name}"{default}/>')
        else:
            nodes.append(f'<{kind}Event id="{name}"/>')
    drawn = []
    for number, (source, target, wanted) in enumerate(net.flows):
        kind, out = net.kinds[source], net.out(source)
        last = kind == "xor" and number == out[-1]
        sign = "&gt;=" if kind == "or" else "=="
        condition = (
            f"<conditionExpression>${{v {sign} {wanted}}}</conditionExpression>"
            if wanted is not None and not last and len(out) > 1
            else ""
        )
        drawn.append(
            f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>'
        )
    return f'{HEAD}<process id="p" isExecutable="true">{"".join(nodes + drawn)}</process></definitions>'.encode()


class Game:
    """Tokens on flows and at tasks."""

    def __init__(self, net: Net) -> None:
        self.net, self.marks, self.tasks, self.value = net, Counter[int](), Counter[str](), 0
        self.steps = 0
        for number in net.out("start0"):
            self.marks[number] += 1
        self.settle()

    @property
    def done(self) -> bool:
        return not self.tasks and not +self.marks

    def complete(self, task: str, value: int) -> None:
        self.value = value
        self.tasks[task] -= 1
        self.tasks += Counter()
        self.leave(task)
        self.settle()

    def leave(self, node: str) -> None:
        out, kind = self.net.out(node), self.net.kinds[node]
        if kind == "xor" and len(out) > 1:
            fitting = [number for number in out[:-1] if holds(self.net.flows[number][2], self.value, kind)]
            chosen = [(fitting or out)[0 if fitting else -1]]
        elif kind == "or" and len(out) > 1:
            chosen = [number for number in out if holds(self.net.flows[number][2], self.value, kind)]
        else:
            chosen = out
        for number in chosen:
            self.marks[number] += 1

    def settle(self) -> None:
        while self.simple_step() or self.inclusive_step():
            self.steps += 1
            if self.steps > TOO_LONG:
                raise TooLong

    def simple_step(self) -> bool:
        """One move of anything but an inclusive join."""
        for number in sorted(+self.marks):
            target = self.net.flows[number][1]
            kind, into = self.net.kinds[target], self.net.into(target)
            if kind == "or" and len(into) > 1:
                continue
            if kind == "and" and len(into) > 1:
                if any(not self.marks[other] for other in into):
                    continue
                for other in into:
                    self.marks[other] -= 1
            else:
                self.marks[number] -= 1
            if kind == "task":
                self.tasks[target] += 1
            elif kind != "end":
                self.leave(target)
            return True
        return False

    def inclusive_step(self) -> bool:
        for node, kind in self.net.kinds.items():
            into = self.net.into(node)
            if kind != "or" or len(into) < 2:
                continue
            full = [number for number in into if self.marks[number]]
            empty = [number for number in into if not self.marks[number]]
            if full and not self.blocked(node, set(full), set(empty)):
                for number in full:
                    self.marks[number] -= 1
                self.leave(node)
                return True
        return False

    def blocked(self, join: str, full: set[int], empty: set[int]) -> bool:
        """Whether a token elsewhere can come to an empty flow and to no full one."""
        places = {*self.tasks, *(self.net.flows[number][1] for number in +self.marks)} - {join}
        for place in places:
            reached = self.reachable(place, join)
            if reached & empty and not reached & full:
                return True
        return False

    def reachable(self, place: str, join: str) -> set[int]:
        seen, todo = set[int](), [place]
        while todo:
            node = todo.pop()
            for number in self.net.out(node):
                if number not in seen:
                    seen.add(number)
                    if self.net.flows[number][1] != join:
                        todo.append(self.net.flows[number][1])
        return seen
