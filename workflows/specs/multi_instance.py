"""Multi-instance, parallel and sequential, and the standard loop. The whole is one token, each body its child."""

from __future__ import annotations

from collections.abc import Mapping
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
    """Runs `body` once per item; its locals tell how far it is (`nrOfInstances`, `nrOfActiveInstances` …).

    What it goes by is `Token.counts`: anybody may write a variable of those names.
    """

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
        token.counts = (len(items), 0)
        token.items = items if self.loop.sequential else None
        self.tell(token)
        if not items:
            nothing: dict[str, Value] = {name: [] for name in self.gathered_from(token)}
            token.instance.write_all(token, nothing, outer=True)
            return True
        token._state = STARTED
        first = items[:1] if self.loop.sequential else items
        for index, item in enumerate(first):
            self.spawn(token, index, item)
        return False

    def gathered_from(self, token: Token) -> list[str]:
        """The output parameters of the body, by name."""
        return [name for name, _ in token.workflow.spec.task_specs[self.body].outputs_drawn]

    def items(self, token: Token) -> list[Value]:
        """Where both are drawn, the cardinality says how many of the collection, as in Camunda.

        Raises ExpressionError, NotWhole, CollectionRefused.
        """
        loop, count = self.loop, None
        if loop.cardinality is not None:
            count = token.instance.whole(loop.cardinality, token, MAX_INSTANCES, self.bpmn_id)
        if loop.collection is not None:
            found = self.collection(token, loop.collection)
            if count is not None and count > len(found):
                raise self.refused(f"danh sách có {len(found):,} phần tử, ít hơn số lần chạy {count:,}")
            return found[:count]
        if count is None:
            raise self.refused("chưa khai báo danh sách hoặc số lần chạy")
        return list(range(count))

    def collection(self, token: Token, drawn: Template) -> list[Value]:
        """Raises ExpressionError, CollectionRefused."""
        seen = token.instance.view(token)
        if drawn.is_expression:
            found = token.instance.value(drawn, token)
        elif drawn.text in seen:
            found = seen[drawn.text]
        else:
            raise self.refused(f"không có biến “{drawn.text}”")
        if not isinstance(found, (list, tuple)):
            raise self.refused(f"“{drawn.text}” không phải danh sách")
        if len(found) > MAX_INSTANCES:
            raise self.refused(f"danh sách có {len(found):,} phần tử, nhiều nhất là {MAX_INSTANCES:,}")
        return list(found)

    def refused(self, reason: str) -> CollectionRefused:
        return CollectionRefused(f"Không lặp được “{self.label}”: {reason}.", element=self.bpmn_id)

    def spawn(self, token: Token, index: int, item: Value) -> None:
        seed: dict[str, Value] = {"loopCounter": index}
        if self.loop.element_variable and self.loop.collection is not None:
            seed[self.loop.element_variable] = item
        token.instance.items_begun += 1
        token.instance.token(token.workflow, self.body, token, seed=seed, place=index)

    def tell(self, token: Token) -> None:
        """Write the counts where expressions read them."""
        total, done = token.counts or (0, 0)
        active = min(1, total - done) if token.items is not None else total - done
        told = {"nrOfInstances": total, "nrOfCompletedInstances": done, "nrOfActiveInstances": active}
        token.locals = {**(token.locals or {}), **told}

    def child_done(self, token: Token, child: Token) -> None:
        total, done = token.counts or (0, 0)
        token.counts = (total, done + 1)
        self.tell(token)
        token.instance.attempt(token, self.go_on)

    def go_on(self, token: Token) -> None:
        """After a body: finished, or the next in sequence. Raises ExpressionError, NotBoolean."""
        instance = token.instance
        total, done = token.counts or (0, 0)
        if done >= total or self.complete_early(token):
            for child in list(token.children):
                if child.task_spec.is_body:
                    instance.kill(child)
            instance.write_all(token, _in_order(token.gathered), outer=True)
            token.items = token.gathered = None
            token._ready()
        elif token.items is not None:
            self.spawn(token, done, token.items[done])

    def complete_early(self, token: Token) -> bool:
        completion = self.loop.completion
        return completion is not None and token.instance.truth(completion, token, self.bpmn_id)


class StandardLoop(MultiInstance):
    """Runs the body while the condition holds, `maximum` times at most."""

    gathers = False

    def ready(self, token: Token) -> bool:
        token.counts, token.locals = (0, 0), {"loopCounter": 0}
        if self.loop.test_before and not self.again(token):
            return True
        token._state = STARTED
        self.spawn(token, 0, None)
        return False

    def again(self, token: Token) -> bool:
        instance, loop = token.instance, self.loop
        if _rounds(token) >= (MAX_INSTANCES if loop.maximum is None else loop.maximum):
            return False
        return loop.condition is None or instance.truth(loop.condition, token, self.bpmn_id)

    def child_done(self, token: Token, child: Token) -> None:
        done = _rounds(token) + 1
        token.counts = (0, done)
        token.locals = {**(token.locals or {}), "loopCounter": done}
        token.instance.attempt(token, self.go_on)

    def go_on(self, token: Token) -> None:
        if self.again(token):
            self.spawn(token, _rounds(token), None)
            return
        token._ready()


def _rounds(token: Token) -> int:
    """How often a loop's body has finished."""
    return token.counts[1] if token.counts is not None else 0


def _in_order(gathered: Mapping[str, list[Value]] | None) -> dict[str, list[Value]]:
    """Each parameter's values in the order of the items, whoever finished first."""
    return {
        name: [value for _, value in sorted(pairs, key=lambda pair: pair[0])]
        for name, pairs in (gathered or {}).items()
    }


def wrap(process: Any, body: Node, loop: Loop, kind: type[MultiInstance], child_suffix: str) -> MultiInstance:
    """Put the whole in the body's place in the process; the body keeps its id, for people and paths."""
    del process.task_specs[body.name]
    outer = kind(process, body.name, bpmn_name=body.bpmn_name, lane=body.lane)
    body.name += child_suffix
    process.task_specs[body.name] = body
    body.is_body = True
    outer.body, outer.loop = body.name, loop
    return outer
