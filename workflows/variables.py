"""Where a token finds its variables, and where what it writes lands (Camunda's rule)."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from workflows.camunda.templates import Param, Template
from workflows.errors import WorkflowError
from workflows.model import Definition, Value
from workflows.tokens import Token
from workflows.values import as_text, own

EXECUTION = "execution"
FACTS = ("processBusinessKey", "businessKey", "processDefinitionId", "currentActivityId", "currentActivityName")
"""What `execution` tells. The check refuses others: a missing key of a map is null, and would be so in silence."""


class NotBoolean(WorkflowError):
    """A condition that gave something else than true or false."""

    code = "condition_not_boolean"


class NotWhole(WorkflowError):
    """A count that is no whole number in its range."""

    code = "not_whole_number"


@dataclass(frozen=True, kw_only=True, slots=True)
class InOut:
    """One `camunda:in` or `camunda:out`: everything, a variable, or an expression, to a target name."""

    everything: bool = False
    source: str | None = None
    expression: Template | None = None
    target: str = ""
    local: bool = False


class Variables:
    """The process's variables and the locals of live tokens, innermost first."""

    variables: dict[str, Value]
    functions: Mapping[str, Any]
    changed: dict[tuple[UUID | None, str], Literal["create", "update"]]
    """What was written since conditional events were last looked at: whose variable (None: the process's), its name."""
    tasks: dict[UUID, Token]
    definition: Definition
    business_key: str | None

    def scopes(self, token: Token) -> Iterator[tuple[UUID | None, dict[str, Value]]]:
        """Locals of the token, of those around it, of the host of its sub-process …, then the process's; and whose."""
        here: Token | None = token
        while here is not None:
            if here.locals is not None:
                yield here.id, here.locals
            here = self.outside(here)
        yield None, self.variables

    def outside(self, token: Token) -> Token | None:
        """The token around this one; None at the top of the process."""
        if not token.at_top and token.parent is not None:
            return self.outside(token.parent) if token.fired else token.parent
        host = token.workflow.parent_task_id
        return None if host is None else self.tasks[host]

    def view(self, token: Token) -> ChainMap[str, Value]:
        """Everything in the token's sight. Read only."""
        return ChainMap(*(variables for _, variables in self.scopes(token)))

    def write(self, token: Token, name: str, value: Value, *, outer: bool = False) -> None:
        """To the nearest scope that has the name, else the process. `outer` leaves the token's own locals out."""
        scopes = list(self.scopes(token))
        if outer and token.locals is not None:
            del scopes[0]
        owner, target = next((scope for scope in scopes if name in scope[1]), (None, self.variables))
        self.changed[owner, name] = "update" if name in target else "create"
        target[name] = own(value)

    def write_all(self, token: Token, values: Mapping[str, Value], *, outer: bool = False) -> None:
        for name, value in values.items():
            self.write(token, name, value, outer=outer)

    def write_local(self, token: Token, values: Mapping[str, Value]) -> None:
        """To the token itself; they die with it."""
        if values:
            token.locals = {**(token.locals or {}), **{name: own(value) for name, value in values.items()}}

    # -- working out

    def value(self, template: Template | None, token: Token) -> Value:
        """None for a missing template. Raises ExpressionError."""
        return None if template is None else template.evaluate(self.sight(template, token), self.functions)

    def sight(self, template: Template, token: Token) -> ChainMap[str, Value]:
        """What an expression sees: the variables, and Camunda's `execution` where it asks for it."""
        seen = self.view(token)
        if EXECUTION in template.names and EXECUTION not in seen:
            node = token.task_spec
            seen.maps.append({EXECUTION: dict(zip(FACTS, self._facts(node.bpmn_id, node.bpmn_name), strict=True))})
        return seen

    def _facts(self, element: str, name: str | None) -> tuple[Value, ...]:
        """The values of `FACTS`, in their order."""
        return self.business_key, self.business_key, self.definition.id, element, name

    def text(self, template: Template | None, token: Token) -> str | None:
        """A template's value as text; None stays None."""
        value = self.value(template, token)
        return None if value is None else as_text(value)

    def truth(self, template: Template, token: Token, element: str | None) -> bool:
        """Raises ExpressionError, and NotBoolean for anything but true or false."""
        value = self.value(template, token)
        if not isinstance(value, bool):
            kind = "null" if value is None else type(value).__name__
            message = f"Điều kiện “{template.text[:80]}” phải cho ra đúng hoặc sai, không phải {kind}."
            raise NotBoolean(message, element=element)
        return value

    def whole(self, template: Template, token: Token, limit: int, element: str | None) -> int:
        """A count from 0 to `limit`. Raises ExpressionError, NotWhole."""
        return whole(self.value(template, token), limit, template.text, element)

    def parameter(self, param: Param, token: Token) -> Value:
        """A parameter's value: own copies all the way down."""
        if isinstance(param, list):
            return [self.parameter(item, token) for item in param]
        if isinstance(param, dict):
            return {key: self.parameter(item, token) for key, item in param.items()}
        return own(self.value(param, token)) if param is not None else None

    # -- camunda:in and camunda:out

    def mapped(self, mapping: InOut, token: Token) -> dict[str, Value]:
        """In the token's sight, or (`local`) among its own locals only. Raises ExpressionError."""
        if mapping.expression is not None:
            return {mapping.target: self.value(mapping.expression, token)}
        seen = (token.locals or {}) if mapping.local and mapping.everything else self.view(token)
        return self.mapped_from(mapping, seen)

    def mapped_from(self, mapping: InOut, variables: Mapping[str, Value]) -> dict[str, Value]:
        """A source that is not set gives null, as in Camunda. Raises ExpressionError."""
        if mapping.everything:
            return dict(variables)
        if mapping.expression is not None:
            return {mapping.target: mapping.expression.evaluate(variables, self.functions)}
        return {mapping.target: variables.get(mapping.source or "")}


def whole(value: Value, limit: int, text: str, element: str | None = None) -> int:
    """Raises NotWhole."""
    try:
        number = int(str(value)) if isinstance(value, str) else int(value)
        fits = not isinstance(value, bool) and number == (number if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        fits, number = False, 0
    if not fits or not 0 <= number <= limit:
        raise NotWhole(f"“{text[:80]}” phải là số nguyên từ 0 đến {limit:,}.", element=element)
    return number
