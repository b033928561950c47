"""Events during a command: a waiting token fires, an error or escalation looks for its catcher, conditions hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from workflows.errors import WorkflowError
from workflows.model import ThrowUp, Value
from workflows.moves import Moves
from workflows.specs.events import Boundary
from workflows.specs.nodes import Node
from workflows.tokens import FUTURE, WAITING, Token

Thrown = Literal["error", "escalation", "cancel"]


class Events(Moves):
    """Mixed into `Instance`."""

    unseen: set[UUID]
    """Conditional events armed since conditions were last looked at."""

    def fire(self, token: Token, payload: Mapping[str, Value] | None = None) -> None:
        """What the token waited for has happened. A path that fails parks the token; its host stays as it was."""
        node, deadline = token.task_spec, token.deadline
        if node.kind == "timer" and deadline is not None and deadline.due_at <= deadline.started_at:
            self.hops = token.hops + 1
        if token.job is not None:
            self.go_on_job(token)
        elif isinstance(node, Boundary):
            self.write_all(token.workflow.task_tree, payload or {})
            self.attempt(token, self.fire_boundary)
        elif token.listening:
            self.write_all(token, payload or {})
            self.attempt(token, self.fire_listener)
        else:
            self.write_all(token, payload or {})
            self.end_race(token)
            token._ready()

    def go_on_job(self, token: Token) -> None:
        """An asynchronous continuation goes on."""
        self.hops, token.hops = token.hops + 1, 0
        self.again = self.drawn_pauses(token)
        if token.job == "before":
            token._state = FUTURE
            self.enter(token)
        else:
            token.deadline = None
            token._ready()
            if token.task_spec.manual:
                self.queue.append(token)

    def fire_boundary(self, token: Token) -> None:
        """Flows are chosen first, so that a failure leaves the host alone. Raises what `take` raises."""
        node, scope, host = token.task_spec, token.workflow, token.parent
        token.fired = True
        try:
            node.map_inputs(token)
            node.map_outputs(token)
            flows = node.take(token)
        finally:
            token.fired, token.locals = False, None
        self.note("entered", node)
        self.note("left", node)
        if node.interrupting:
            self.kill(host)
        else:
            self.rearm(token)
        node.go(token, flows)
        scope.check_done()

    def fire_listener(self, token: Token) -> None:
        """An event sub-process starts: alone if it interrupts, beside the rest if not."""
        node, scope = token.task_spec, token.workflow
        if node.interrupting:
            self.kill_children(scope.task_tree)
        else:
            self.rearm(token)
        self.token(scope, node.name, scope.task_tree, running=True)

    def end_race(self, winner: Token) -> None:
        """Remove the others behind an event-based gateway. The path names the winner only, as in Camunda."""
        if winner.group is None:
            return
        for token in list(winner.workflow.task_tree.children):
            if token is not winner and token.group == winner.group:
                self.kill(token)
        winner.group = None
        self.note("entered", winner.task_spec)

    def rearm(self, token: Token) -> None:
        """After a non-interrupting event: a cycle waits for its next round, a single timer is used up."""
        if token.task_spec.kind != "timer":
            return
        deadline, left = token.deadline, token.left
        if deadline is None or left == 1 or token.task_spec.trigger.timer != "cycle":
            self.remove(token)
            return
        token.deadline, token.left = self.clock.next_round(deadline, left)
        if token.left == 0:
            self.remove(token)

    # -- thrown from inside

    def throw(
        self,
        kind: Thrown,
        code: str | None,
        token: Token,
        *,
        message: str | None = None,
        variables: Mapping[str, Value] | None = None,
    ) -> bool:
        """Walk outwards from the token to whoever catches it; False when nobody does.

        Uncaught at the top it is an effect, for the calling process.
        """
        catcher = self.catcher(kind, code, token)
        if catcher is not None:
            told = catcher.task_spec.trigger.caught(code, message)
            self.fire(catcher, {**(variables or {}), **told})
            return True
        if kind != "cancel":
            payload = dict(self.variables)
            self.effects.append(ThrowUp(kind=kind, code=code, message=message, variables=payload))
        return False

    def catcher(self, kind: str, code: str | None, token: Token) -> Token | None:
        """The nearest waiting token for it: on each token outwards, then among the listeners of its scope."""
        here: Token | None = token
        while here is not None:
            found = _best(here.children, kind, code, here.task_spec)
            if found is None and here.at_top:
                found = _best(here.workflow.task_tree.children, kind, code, here.task_spec)
            if found is not None:
                return found
            here = self.outside(here)
        return None

    def sound(self, name: str, payload: Mapping[str, Value]) -> None:
        """A signal reaches whoever waits for it here at this moment, as in Camunda; not who waits for it later."""
        waiting = [
            token
            for token in self.live()
            if token.task_spec.kind == "signal" and token.subscribed == name and token.state == WAITING
        ]
        for token in waiting:
            if token.alive and token.job is None and token.failure is None:
                self.fire(token, payload)

    # -- conditions

    def fire_conditions(self) -> bool:
        """Fire what became true by the changes since the last look; True when something did."""
        changed, unseen = self.changed, self.unseen
        if not changed and not unseen:
            return False
        self.changed, self.unseen = {}, set()
        if not self.definition.spec.conditional:
            return False
        fired = False
        for token in self.conditional_tokens():
            if token.alive and (token.id in unseen or self.is_touched(token, changed)) and self.holds(token):
                self.fire(token)
                fired = True
        return fired

    def is_touched(self, token: Token, changed: Mapping[tuple[UUID | None, str], str]) -> bool:
        """Whether a change counts for the condition: of that name, of that kind, and in the token's sight."""
        trigger = token.task_spec.trigger
        counts = {
            owner
            for (owner, name), kind in changed.items()
            if kind in trigger.changes and trigger.variable in (None, name)
        }
        return not counts.isdisjoint(owner for owner, _ in self.scopes(token))

    def conditional_tokens(self) -> list[Token]:
        return [
            token
            for token in self.live()
            if token.task_spec.kind == "conditional"
            and token.state == WAITING
            and token.job is None
            and token.failure is None
        ]

    def holds(self, token: Token) -> bool:
        """A condition that cannot be worked out parks its token; one on a variable that is not there yet waits for it,
        as in Camunda.
        """
        condition = token.task_spec.trigger.expression
        try:
            return self.truth(condition, token, token.task_spec.bpmn_id)
        except WorkflowError as error:
            if error.code != "unknown_name" or condition.names <= self.view(token).keys():
                self.park(token, "act", error)
            return False


def _best(tokens: list[Token], kind: str, code: str | None, thrower: Node) -> Token | None:
    """The exact code before catch-all. An event sub-process never catches what its own body throws."""
    waiting = [
        token
        for token in tokens
        if token.task_spec.kind == kind
        and token.state == WAITING
        and token.task_spec is not thrower
        and (token.listening or isinstance(token.task_spec, Boundary))
    ]
    for wanted in (code, None):
        for token in waiting:
            if token.task_spec.trigger.code == wanted:
                return token
    return None
