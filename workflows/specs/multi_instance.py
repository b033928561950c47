"""Multi-instance, parallel and sequential, and the standard loop. The whole is one token, each body its child."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workflows.camunda.templates import Template
from workflows.errors import WorkflowError
from workflows.model import Value
from workflows.specs.nodes import Node
from workflows.tokens import STARTED, Token

MAX_INSTANCES = 5_000


class CollectionRefused(WorkflowError):
    """What a multi-instance is to run over is no list, is unknown, or is too long."""

    code = "collection_refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Loop:
    """`multiInstanceLoopCharacteristics` or `standardLoopCharacteristics` as drawn."""

    sequential: bool = False
    collection: Template | None = None
    """An expression, or a variable's name."""
    element_variable: str | None = None
    cardinality: Template | None = None
    completion: Template | None = None
    condition: Template | None = None
    maximum: int | None = None
    test_before: bool = False


class MultiInstance(Node):
    """Runs `body` once per item; its locals count (`nrOfInstances`, `nrOfActiveInstances` …)."""

    body: str
    loop: Loop
    gathers: bool = True
    """Output parameters of the bodies become lists; a loop's are written each time round."""

    def enter(self, token: Token) -> None:
        """Its parameters belong to each body, and the path names the bodies."""
        for name in self.boundaries:
            token.instance.token(token.workflow, name, token)

    def ready(self, token: Token) -> bool:
        items = self.items(token)
        total = len(items)
        token.locals = {"nrOfInstances": total, "nrOfCompletedInstances": 0, "nrOfActiveInstances": 0}
        if total == 0:
            return True
        token._state = STARTED
        first = items[:1] if self.loop.sequential else items
        token.locals["nrOfActiveInstances"] = len(first)
        token.items = items if self.loop.sequential else None
        for index, item in enumerate(first):
            self.spawn(token, index, item)
        return False

    def items(self, token: Token) -> list[Value]:
        """Raises ExpressionError, NotWhole, CollectionRefused."""
        instance, loop = token.instance, self.loop
        if loop.collection is None:
            if loop.cardinality is None:
                raise self.refused("chưa khai báo danh sách hoặc số lần chạy")
            return list(range(instance.whole(loop.cardinality, token, MAX_INSTANCES, self.bpmn_id)))
        if loop.collection.is_expression:
            found = instance.value(loop.collection, token)
        elif loop.collection.text in instance.view(token):
            found = instance.view(token)[loop.collection.text]
        else:
            raise self.refused(f"không có biến “{loop.collection.text}”")
        if not isinstance(found, (list, tuple)):
            raise self.refused(f"“{loop.collection.text}” không phải danh sách")
        if len(found) > MAX_INSTANCES:
            raise self.refused(f"danh sách có {len(found):,} phần tử, nhiều nhất là {MAX_INSTANCES:,}")
        return list(found)

    def refused(self, reason: str) -> CollectionRefused:
        return CollectionRefused(f"Không lặp được “{self.label}”: {reason}.", element=self.bpmn_id)

    def spawn(self, token: Token, index: int, item: Value) -> None:
        seed: dict[str, Value] = {"loopCounter": index}
        if self.loop.element_variable:
            seed[self.loop.element_variable] = item
        token.instance.token(token.workflow, self.body, token, seed=seed)

    def child_done(self, token: Token, child: Token) -> None:
        counts = token.locals or {}
        counts["nrOfCompletedInstances"] += 1
        counts["nrOfActiveInstances"] -= 1
        token.instance.attempt(token, self.go_on)

    def go_on(self, token: Token) -> None:
        """After a body: finished, or the next in sequence. Raises ExpressionError, NotBoolean."""
        instance, counts = token.instance, token.locals or {}
        done = counts["nrOfCompletedInstances"]
        if done >= counts["nrOfInstances"] or self.complete_early(token):
            for child in list(token.children):
                if child.task_spec.is_body:
                    instance.kill(child)
            instance.write_all(token, token.gathered or {}, outer=True)
            token.items = token.gathered = None
            token._ready()
        elif token.items is not None:
            counts["nrOfActiveInstances"] = 1
            self.spawn(token, done, token.items[done])

    def complete_early(self, token: Token) -> bool:
        completion = self.loop.completion
        return completion is not None and token.instance.truth(completion, token, self.bpmn_id)


class StandardLoop(MultiInstance):
    """Runs the body while the condition holds, `maximum` times at most."""

    gathers = False

    def ready(self, token: Token) -> bool:
        token.locals = {"loopCounter": 0}
        if self.loop.test_before and not self.again(token):
            return True
        token._state = STARTED
        self.spawn(token, 0, None)
        return False

    def again(self, token: Token) -> bool:
        instance, loop = token.instance, self.loop
        count = (token.locals or {})["loopCounter"]
        if count >= (MAX_INSTANCES if loop.maximum is None else loop.maximum):
            return False
        return loop.condition is None or instance.truth(loop.condition, token, self.bpmn_id)

    def child_done(self, token: Token, child: Token) -> None:
        counts = token.locals or {}
        counts["loopCounter"] += 1
        token.instance.attempt(token, self.go_on)

    def go_on(self, token: Token) -> None:
        count = (token.locals or {})["loopCounter"]
        if self.again(token):
            self.spawn(token, count, None)
            return
        token._ready()


def wrap(process: Any, body: Node, loop: Loop, kind: type[MultiInstance], child_suffix: str) -> MultiInstance:
    """Put the whole in the body's place in the process; the body keeps its id, for people and paths."""
    del process.task_specs[body.name]
    outer = kind(process, body.name, bpmn_name=body.bpmn_name, lane=body.lane)
    body.name += child_suffix
    process.task_specs[body.name] = body
    body.is_body = True
    outer.body, outer.loop = body.name, loop
    return outer
