"""Boxed expressions to FEEL nodes: what a table of boxes says is what an expression says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workflows import feel
from workflows.dmn import table_reading
from workflows.dmn.nodes import BoxedConditional, BoxedContext, BoxedFilter, BoxedQuantified, Typed
from workflows.dmn.problems import Problems
from workflows.dmn.types import ItemTypes
from workflows.dmn.xml import Element, attribute, child, children, tag, text
from workflows.errors import ExpressionError
from workflows.feel.nodes.base import Node
from workflows.feel.nodes.calls import Call, FunctionLiteral
from workflows.feel.nodes.iteration import For
from workflows.feel.nodes.literals import Constant, ContextLiteral, ListLiteral

NOTHING = Constant(None)
_FEEL = ("", "feel", "https://www.omg.org/spec/dmn/20230324/feel/", "https://www.omg.org/spec/dmn/20211108/feel/")
_FEEL_PREFIXES = ("http://www.omg.org/spec/feel/", "http://www.omg.org/spec/dmn/", "https://www.omg.org/spec/dmn/")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the expressions of one file. `names` are all names its expressions may use."""

    problems: Problems
    types: ItemTypes
    names: frozenset[str]
    language: str

    def expression(self, element: Element | None) -> Node:
        """The node of one boxed expression; what cannot be read is a problem, and null."""
        if element is None:
            return NOTHING
        read = _READERS.get(tag(element))
        if read is None:
            self.problems.add(element, "unknown_expression", f"Không hỗ trợ biểu thức “{tag(element)}”.")
            return NOTHING
        try:
            node = read(self, element)
        except ExpressionError as error:
            self.problems.add(element, error.code, error.message)
            return NOTHING
        reference = attribute(element, "typeRef")
        return Typed(node, self.types.named(reference, element)) if reference else node

    def inside(self, owner: Element | None) -> Node:
        """The node of the expression directly inside an element."""
        return self.expression(None if owner is None else next(children(owner, *_READERS), None))

    def feel(self, element: Element, written: str) -> Node:
        """The node of a FEEL text that stands in `element`; empty is null. Raises: ExpressionError."""
        self.check_language(element)
        return feel.compile(written, self.names).tree if written else NOTHING

    def unary(self, element: Element, written: str) -> Node:
        """The node of unary tests. Raises: ExpressionError."""
        self.check_language(element)
        return feel.compile_unary(written, self.names).tree

    def check_language(self, element: Element) -> None:
        """Raises: ExpressionError (`expression_language`) for anything but FEEL."""
        language = (attribute(element, "expressionLanguage") or self.language).lower()
        if language not in _FEEL and not language.startswith(_FEEL_PREFIXES):
            raise ExpressionError(f"Chỉ dùng được FEEL, không dùng được “{language}”.", code="expression_language")


def is_expression(element: Element) -> bool:
    """Whether an element is a boxed expression."""
    return tag(element) in _READERS


def _literal(reader: Reader, element: Element) -> Node:
    if child(element, "importedValues") is not None:
        raise ExpressionError("Không hỗ trợ giá trị nhập từ tệp khác.", code="unsupported")
    return reader.feel(element, text(element))


def _context(reader: Reader, element: Element) -> Node:
    entries: list[tuple[str, Node]] = []
    result: Node | None = None
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        node = reader.inside(entry)
        if variable is None:
            result = node
        else:
            entries.append((attribute(variable, "name"), Typed(node, reader.types.of(variable))))
    return BoxedContext(tuple(entries), result)


def _list(reader: Reader, element: Element) -> Node:
    return ListLiteral(tuple(reader.expression(item) for item in children(element, *_READERS)))


def _relation(reader: Reader, element: Element) -> Node:
    columns = [attribute(column, "name") for column in children(element, "column")]
    rows = []
    for row in children(element, "row"):
        cells = [reader.expression(cell) for cell in children(row, *_READERS)]
        if len(cells) != len(columns):
            reader.problems.add(row, "relation_row", f"Dòng có {len(cells)} ô, bảng có {len(columns)} cột.")
        rows.append(ContextLiteral(tuple(zip(columns, cells, strict=False))))
    return ListLiteral(tuple(rows))


def _invocation(reader: Reader, element: Element) -> Node:
    names, arguments = [], []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        names.append("" if parameter is None else attribute(parameter, "name"))
        arguments.append(reader.inside(binding))
    return Call(reader.inside(element), tuple(arguments), tuple(names))


def _function(reader: Reader, element: Element) -> Node:
    if attribute(element, "kind") not in ("", "FEEL"):
        raise ExpressionError("Không hỗ trợ hàm ngoài (Java, PMML).", code="external_function")
    parameters = list(children(element, "formalParameter"))
    return FunctionLiteral(
        tuple(attribute(parameter, "name") for parameter in parameters),
        tuple(reader.types.of(parameter) for parameter in parameters),
        reader.inside(element),
    )


def _conditional(reader: Reader, element: Element) -> Node:
    return BoxedConditional(*(reader.inside(child(element, part)) for part in ("if", "then", "else")))


def _filter(reader: Reader, element: Element) -> Node:
    return BoxedFilter(reader.inside(child(element, "in")), reader.inside(child(element, "match")))


def _iterator(reader: Reader, element: Element) -> Node:
    iterators = ((attribute(element, "iteratorVariable"), reader.inside(child(element, "in"))),)
    body = reader.inside(child(element, "return", "satisfies"))
    return For(iterators, body) if tag(element) == "for" else BoxedQuantified(tag(element) == "every", iterators, body)


_READERS: dict[str, Callable[[Reader, Element], Node]] = {
    "literalExpression": _literal,
    "decisionTable": table_reading.read,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": _function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iterator,
    "some": _iterator,
    "every": _iterator,
}
