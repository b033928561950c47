"""Attribute values with expressions: `${…}` JUEL, `=…` FEEL, anything else is taken as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from workflows.camunda.xml import CAMUNDA, children, extensions
from workflows.errors import ExpressionError
from workflows.feel.attribute import compile as compile_attribute
from workflows.feel.expression import Expression
from workflows.feel.juel import Template as Juel
from workflows.model import Value


@dataclass(frozen=True, slots=True)
class Template:
    """One compiled value; `text` is what was drawn."""

    text: str
    compiled: Expression | Juel
    path: tuple[str, ...] = ()
    """For `${a}`, `${a.b}`: the names on the way to a value that is only read."""

    @property
    def is_expression(self) -> bool:
        return isinstance(self.compiled, Expression) or not self.compiled.is_literal

    @property
    def is_feel(self) -> bool:
        return isinstance(self.compiled, Expression)

    @property
    def literal(self) -> str | None:
        """The text that it always gives; None for an expression."""
        return None if self.is_expression else str(self.compiled.evaluate({}, {}))

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads."""
        return frozenset(self.compiled.names)

    @property
    def calls(self) -> frozenset[str]:
        """The functions it calls."""
        return frozenset(self.compiled.calls)

    def evaluate(self, context: Mapping[str, Value], functions: Mapping[str, Callable[..., Value]]) -> Value:
        """An unknown name is an error in FEEL too, never a silent null.

        What is only read keeps its type; a whole number that was worked out is an int again.
        Raises ExpressionError.
        """
        if self.path and (found := _read(self.path, context)) is not _MISSING:
            return found
        if isinstance(self.compiled, Expression):
            return plain(self.compiled.evaluate(context, functions, strict=True))
        return plain(self.compiled.evaluate(context, functions))


_PATH = re.compile(r"[$#]\{\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*\}")
_MISSING = object()
_WHOLE_DIGITS = 40
"""Larger whole numbers stay Decimal, whose exponent may be thousands."""


def _read(path: tuple[str, ...], context: Mapping[str, Value]) -> Value:
    """The value at the end of the way; `_MISSING` leaves the rest to the evaluator, which knows what that means."""
    found: Value = context
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            return _MISSING
        found = found[name]
    return found


def plain(value: Value) -> Value:
    """FEEL computes with Decimal; whole numbers in its result become ints."""
    if isinstance(value, Decimal):
        return int(value) if _is_whole(value) else value
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def _is_whole(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= 0 and number.adjusted() < _WHOLE_DIGITS


Param = Template | list["Param"] | dict[str, "Param"] | None
"""An input or output parameter: text, list or map of parameters; None is an empty one."""


def template(text: str | None) -> Template | None:
    """None for a missing or empty text. Raises ExpressionError when it does not parse."""
    if text is None or not text.strip():
        return None
    text = text.strip()
    compiled = compile_attribute(text)
    match = _PATH.fullmatch(text)
    path = tuple(match.group(1).split(".")) if match is not None else ()
    return Template(text, compiled, path if path[:1] == tuple(compiled.names) else ())


def retries_of(holder: etree._Element) -> Template | None:
    """`camunda:failedJobRetryTimeCycle` of an element, event definition or loop. Raises ExpressionError."""
    for item in extensions(holder):
        if item.tag == CAMUNDA + "failedJobRetryTimeCycle":
            return template(item.text)
    return None


def parameter(element: etree._Element) -> Param:
    """A `camunda:inputParameter`, `outputParameter` or map entry. Raises ExpressionError."""
    for inner in children(element):
        return _collection(inner)
    return template(element.text)


def _collection(element: etree._Element) -> Param:
    if element.tag == CAMUNDA + "list":
        return [_item(item) for item in children(element)]
    if element.tag == CAMUNDA + "map":
        return {entry.get("key") or "": parameter(entry) for entry in children(element)}
    raise ExpressionError(f"Tham số không nhận {etree.QName(element).localname}; hãy dùng chữ, danh sách hoặc bảng.")


def _item(element: etree._Element) -> Param:
    return _collection(element) if element.tag in (CAMUNDA + "list", CAMUNDA + "map") else parameter(element)


def templates_in(param: Param) -> Iterator[Template]:
    """Every template of a parameter, nested ones included."""
    if isinstance(param, list):
        for item in param:
            yield from templates_in(item)
    elif isinstance(param, dict):
        for item in param.values():
            yield from templates_in(item)
    elif param is not None:
        yield param
