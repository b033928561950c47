"""Evaluates the decisions of one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from workflows.dmn.model import Decision, Described, InputData, Knowledge, Model, Service
from workflows.errors import ExpressionError, UnknownDefinition
from workflows.feel import MACHINE, limits
from workflows.feel.expression import run as evaluate_tree
from workflows.feel.scope import MISSING, Run, Scope
from workflows.feel.types import MISFIT, conform, fit
from workflows.feel.values import Function, Value


@dataclass(frozen=True, slots=True)
class Decisions:
    """A file's decisions, read once; any number of threads may evaluate them."""

    model: Model

    @property
    def decisions(self) -> tuple[Described, ...]:
        """Every decision, with its table's columns."""
        return tuple(part.described for part in self.model.parts.values() if isinstance(part, Decision))

    @property
    def ids(self) -> tuple[str, ...]:
        """The decisions' ids, as drawn."""
        return tuple(decision.id for decision in self.decisions)

    @property
    def names(self) -> tuple[str, ...]:
        """The decisions' names, as drawn."""
        return tuple(decision.name for decision in self.decisions)

    def evaluate(
        self, name_or_id: str, inputs: Mapping[str, Value], functions: Mapping[str, Callable[..., Value]] = MACHINE
    ) -> Value:
        """A decision's (or decision service's) value over these inputs, by their names.

        One output gives its value, several a dict by name; RULE ORDER, OUTPUT ORDER and COLLECT give a list.
        An input that is missing is null.

        Raises: UnknownDefinition where there is no such decision; ExpressionError with the id of the cell.
        """
        part = self._find(name_or_id)
        session = _Session(self.model, Run(inputs, functions, strict=False, types=self.model.types))
        try:
            return session.evaluate(part)
        except RecursionError:
            raise limits.too_deep() from None

    def _find(self, name_or_id: str) -> Decision | Service:
        found = self.model.parts.get(name_or_id)
        if not isinstance(found, (Decision, Service)):
            found = next(
                (
                    part
                    for part in self.model.parts.values()
                    if isinstance(part, (Decision, Service)) and name_or_id in _called(part)
                ),
                None,
            )
        if found is None:
            raise UnknownDefinition(f"Tệp không có quyết định “{name_or_id}”.")
        return found


@dataclass(slots=True)
class _Session:
    """One evaluation: every part is evaluated at most once."""

    model: Model
    run: Run
    values: dict[str, Value] = field(default_factory=dict)

    def evaluate(self, part: Decision | Service) -> Value:
        """The part's value, what it requires first."""
        if isinstance(part, Service):
            return self._service(part, [self._given(id_) for id_ in part.parameters])
        self._prepare(part.id)
        return self.values[part.id]

    def _prepare(self, id_: str) -> None:
        """Evaluate a part and all it requires, in the file's order."""
        wanted, waiting = set[str](), [id_]
        while waiting:
            one = waiting.pop()
            if one not in wanted and one not in self.values and one in self.model.parts:
                wanted.add(one)
                waiting.extend(_requires(self.model, one))
        for one in self.model.order:
            if one in wanted:
                self.values[one] = self._value(one)

    def _value(self, id_: str) -> Value:
        part = self.model.parts[id_]
        if isinstance(part, InputData):
            return self._given(id_)
        if isinstance(part, Service):
            return self._function(part)
        if part.logic is None:
            return None
        if isinstance(part, Knowledge):
            names = self._names(part.requires)
            function = part.logic.evaluate(Scope(self.run, names))
            names[part.name] = function
            return function
        try:
            value = evaluate_tree(part.logic, self.run, self._names(part.requires))
        except ExpressionError as error:
            raise _in_decision(part, error) from error
        return conform(value, part.type)

    def _names(self, ids: Sequence[str]) -> dict[str, Value]:
        """What is required, by name; and as Camunda has it, a required table's outputs by their own names."""
        parts = [self.model.parts[id_] for id_ in ids if id_ in self.model.parts]
        names: dict[str, Value] = {}
        for part in parts:
            if isinstance(part, Decision):
                names.update(_outputs(part, self.values.get(part.id)))
        return names | {part.name: self.values.get(part.id) for part in parts}

    def _given(self, id_: str) -> Value:
        """What the caller gave for an input datum or input decision; null where it does not fit its type."""
        part = self.model.parts.get(id_)
        if part is None:
            return None
        value = self.run.variable(part.name)
        if value is MISSING:
            value = self.run.variable(id_)
        if value is MISSING or not isinstance(part, (InputData, Decision)):
            return None
        return conform(value, part.type)

    def _function(self, service: Service) -> Function:
        parts = [
            part for part in map(self.model.parts.get, service.parameters) if isinstance(part, (InputData, Decision))
        ]

        def invoke(run: Run, arguments: Sequence[Value]) -> Value:
            given = [fit(value, part.type) for value, part in zip(arguments, parts, strict=False)]
            if len(arguments) != len(parts) or any(value is MISFIT for value in given):
                return None
            run.charge(10)
            run.enter(_SERVICE_DEPTH)
            try:
                return self._service(service, given)
            finally:
                run.leave(_SERVICE_DEPTH)

        return Function(service.name, tuple(part.name for part in parts), invoke)

    def _service(self, service: Service, arguments: Sequence[Value]) -> Value:
        """The output decisions, where only the parameters come from outside."""
        inner = _Session(self.model, self.run)
        for id_, argument in zip(service.parameters, arguments, strict=True):
            part = self.model.parts.get(id_)
            inner.values[id_] = conform(argument, part.type) if isinstance(part, (InputData, Decision)) else argument
        for id_ in service.outputs:
            inner._prepare(id_)
        if len(service.outputs) == 1:
            return conform(inner.values.get(service.outputs[0]), service.type)
        names = {part.name: inner.values.get(part.id) for part in map(self.model.parts.get, service.outputs) if part}
        return conform(names, service.type)


def _in_decision(decision: Decision, error: ExpressionError) -> ExpressionError:
    """What went wrong, with its place: a table names it itself."""
    if error.element is not None:
        return error
    message = f"Quyết định “{decision.described.name}”: {error.message}"
    return ExpressionError(message, element=decision.id, code=error.code)


_SERVICE_DEPTH = 20
"""Frames that a service takes around its decisions."""


def _outputs(decision: Decision, value: Value) -> dict[str, Value]:
    columns = [column.name for column in decision.described.outputs if column.name]
    if len(decision.described.outputs) == 1:
        return dict.fromkeys(columns, value)
    if isinstance(value, dict):
        return {name: value.get(name) for name in columns}
    if isinstance(value, list):
        return {name: [row.get(name) if isinstance(row, dict) else None for row in value] for name in columns}
    return dict.fromkeys(columns)


def _called(part: Decision | Service) -> tuple[str, ...]:
    """The names a part goes by: its variable's, and the one drawn."""
    return (part.name, part.described.name) if isinstance(part, Decision) else (part.name,)


def _requires(model: Model, id_: str) -> Sequence[str]:
    part = model.parts[id_]
    return part.requires if isinstance(part, (Decision, Knowledge)) else ()
