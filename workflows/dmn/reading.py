"""The `definitions` element to a `Model`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflows.dmn.boxed import Reader
from workflows.dmn.model import (
    Decision,
    Described,
    InputColumn,
    InputData,
    Knowledge,
    Model,
    OutputColumn,
    Part,
    Service,
)
from workflows.dmn.problems import Problems
from workflows.dmn.table import DecisionTable
from workflows.dmn.types import ItemTypes
from workflows.dmn.xml import Element, attribute, child, children, tag, text
from workflows.feel.known import is_simple
from workflows.feel.nodes.base import Node
from workflows.feel.nodes.calls import FunctionLiteral

_PARTS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
_GLOBAL = frozenset((*_PARTS, "itemDefinition", "itemComponent"))
_LOCAL = frozenset(("variable", "formalParameter", "column", "output"))


def read(root: Element, problems: Problems) -> Model:
    """The model. Everything that cannot be read is noted in `problems`; the rest is read all the same."""
    for element in children(root, "import"):
        problems.add(element, "import_unsupported", f"Không hỗ trợ nhập “{attribute(element, 'name')}” từ tệp khác.")
    types = ItemTypes({attribute(item, "name"): item for item in children(root, "itemDefinition")}, problems)
    known = _names(root.iter(), _GLOBAL)
    parts: dict[str, Part] = {}
    for element in children(root, *_PARTS):
        names = known | _names(element.iter(), _LOCAL)
        part = _part(Reader(problems, types, names, attribute(root, "expressionLanguage")), element)
        if part.id in parts:
            problems.add(element, "duplicate_id", f"Mã “{part.id}” được dùng hai lần.")
        parts[part.id] = part
    _check_references(root, parts, problems)
    return Model(name=attribute(root, "name"), parts=parts, types=types.all(), order=_order(root, parts, problems))


def _names(elements: Iterable[Element], kinds: frozenset[str]) -> frozenset[str]:
    """The names that these elements introduce and an expression could not use unknown."""
    names = set()
    for element in elements:
        kind = tag(element)
        if kind in kinds:
            names.add(" ".join(attribute(element, "name").split()))
        elif kind in ("for", "some", "every"):
            names.add(attribute(element, "iteratorVariable"))
    return frozenset(name for name in names if name and not is_simple(name))


def _part(reader: Reader, element: Element) -> Part:
    kind, id_, name = tag(element), _id(element), _name(element)
    variable = child(element, "variable")
    type_ = reader.types.of(variable if variable is not None else element)
    if kind == "inputData":
        return InputData(id=id_, name=name, type=type_)
    if kind == "decision":
        logic = _logic(reader, element)
        described = _described(id_, attribute(element, "name") or name, element, logic)
        return Decision(id=id_, name=name, type=type_, requires=_requires(element), logic=logic, described=described)
    if kind == "businessKnowledgeModel":
        return Knowledge(id=id_, name=name, requires=_requires(element), logic=_knowledge(reader, element))
    return Service(
        id=id_,
        name=name,
        type=type_,
        parameters=(*_hrefs(element, "inputData"), *_hrefs(element, "inputDecision")),
        outputs=tuple(_hrefs(element, "outputDecision")),
    )


def _id(element: Element) -> str:
    return attribute(element, "id") or attribute(element, "name")


def _name(element: Element) -> str:
    """The variable's name, which expressions use; the element's own where it has no variable."""
    variable = child(element, "variable")
    own = attribute(element, "name") or attribute(element, "id")
    return " ".join((own if variable is None else attribute(variable, "name") or own).split())


def _logic(reader: Reader, element: Element) -> Node | None:
    from workflows.dmn.boxed import is_expression

    found = next((item for item in children(element) if is_expression(item)), None)
    return None if found is None else reader.expression(found)


def _knowledge(reader: Reader, element: Element) -> Node | None:
    logic = child(element, "encapsulatedLogic")
    if logic is None:
        return None
    if attribute(logic, "kind") not in ("", "FEEL"):
        reader.problems.add(logic, "external_function", "Không hỗ trợ hàm ngoài (Java, PMML).")
    parameters = list(children(logic, "formalParameter"))
    return FunctionLiteral(
        tuple(" ".join(attribute(parameter, "name").split()) for parameter in parameters),
        tuple(reader.types.of(parameter) for parameter in parameters),
        reader.inside(logic),
    )


def _described(id_: str, name: str, element: Element, logic: Node | None) -> Described:
    written = child(element, "decisionTable")
    if written is None or not isinstance(logic, DecisionTable):
        return Described(id=id_, name=name)
    expressions = [text(child(column, "inputExpression")) for column in children(written, "input")]
    return Described(
        id=id_,
        name=name,
        inputs=tuple(
            InputColumn(id=column.id, label=column.label, expression=expression)
            for column, expression in zip(logic.inputs, expressions, strict=True)
        ),
        outputs=tuple(OutputColumn(id=column.id, label=column.label, name=column.name) for column in logic.outputs),
        hit_policy=logic.hit_policy,
    )


def _requires(element: Element) -> tuple[str, ...]:
    requirements = children(element, "informationRequirement", "knowledgeRequirement")
    return tuple(href for requirement in requirements for href in _hrefs(requirement))


def _hrefs(element: Element, *names: str) -> Iterator[str]:
    wanted = names or ("requiredInput", "requiredDecision", "requiredKnowledge")
    for reference in children(element, *wanted):
        yield attribute(reference, "href").rpartition("#")[2]


def _edges(parts: Mapping[str, Part]) -> dict[str, tuple[str, ...]]:
    return {
        id_: part.outputs if isinstance(part, Service) else part.requires if not isinstance(part, InputData) else ()
        for id_, part in parts.items()
    }


def _check_references(root: Element, parts: Mapping[str, Part], problems: Problems) -> None:
    edges = _edges(parts)
    for element in children(root, *_PARTS):
        part = parts[_id(element)]
        named = edges[part.id] + (part.parameters if isinstance(part, Service) else ())
        for href in named:
            if href not in parts:
                problems.add(element, "unknown_reference", f"“{part.name}” dựa vào “{href}”, mà tệp không có.")


def _order(root: Element, parts: Mapping[str, Part], problems: Problems) -> tuple[str, ...]:
    """Ids with what they require before them; a circle is a problem."""
    edges, done, order = _edges(parts), set[str](), list[str]()
    elements = {_id(element): element for element in children(root, *_PARTS)}
    for start in parts:
        stack, path = [(start, iter(edges[start]))], {start}
        while stack:
            id_, following = stack[-1]
            if id_ in done:
                stack.pop()
                continue
            required = next((item for item in following if item in parts and item not in done), None)
            if required is None:
                stack.pop()
                path.discard(id_)
                done.add(id_)
                order.append(id_)
            elif required in path:
                if required != id_ or not isinstance(parts[id_], Knowledge):
                    problems.add(
                        elements[id_], "cyclic_requirement", f"“{parts[id_].name}” dựa vào chính nó theo vòng."
                    )
                    done.add(required)
            else:
                path.add(required)
                stack.append((required, iter(edges[required])))
    return tuple(order)
