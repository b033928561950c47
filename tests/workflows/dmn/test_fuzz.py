"""Whole DMN files put together at random from the parts the standard has: only the engine's own errors."""

from __future__ import annotations

import contextlib
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflows.dmn.drawn import file
from workflows import dmn
from workflows.errors import WorkflowError
from workflows.feel.scope import Run
from workflows.feel.text import to_text

NAMES = ("a", "b", "tên gọi", "a-b", "d", "k", "s", "t", "u", "for", "")
IDS = ("a", "b", "d", "k", "s", "t", "u", "nowhere")
TYPES = ("t", "u", "number", "string", "Any", "list", "feel:date", "dateTime", "integer", "nowhere", "")
TEXTS = (
    "1", "a", "b + 1", "a-b", "tên gọi", "d", "k(1)", "k(n: a)", "s(1, 2)", "[1, a]", "{x: a, y: x}", "null", "> 5",
    '"x", "y"', "[1..9]", "not(1)", "-", "?", "? > a", "function(n) k(n)", "for i in 1..99 return i", "a.x", "a[1]",
    "1 +", ")", "a instance of t", "today()", "item > 1", "partial", "",
)  # fmt: skip
EXPRESSIONS = (
    "literalExpression", "decisionTable", "context", "list", "relation", "invocation", "functionDefinition",
    "conditional", "filter", "for", "some", "every",
)  # fmt: skip
INNER = (
    *EXPRESSIONS, "contextEntry", "variable", "text", "binding", "parameter", "formalParameter", "if", "then", "else",
    "in", "match", "return", "satisfies", "column", "row", "input", "inputExpression", "inputValues", "output",
    "outputValues", "defaultOutputEntry", "rule", "inputEntry", "outputEntry", "encapsulatedLogic", "typeRef",
    "allowedValues", "typeConstraint", "itemComponent", "functionItem", "parameters", "informationRequirement",
    "requiredInput", "requiredDecision", "knowledgeRequirement", "requiredKnowledge", "outputDecision",
    "encapsulatedDecision", "inputDecision", "inputData", "importedValues", "description", "annotationEntry",
)  # fmt: skip
TOP = (
    "decision",
    "inputData",
    "businessKnowledgeModel",
    "decisionService",
    "itemDefinition",
    "import",
    "textAnnotation",
)
ATTRIBUTES = {
    "id": IDS,
    "name": NAMES,
    "typeRef": TYPES,
    "href": tuple(f"#{id_}" for id_ in IDS),
    "hitPolicy": ("UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT", "BEST"),
    "aggregation": ("SUM", "MIN", "MAX", "COUNT"),
    "isCollection": ("true", "false"),
    "iteratorVariable": NAMES,
    "kind": ("FEEL", "Java"),
    "expressionLanguage": ("feel", "juel", "https://www.omg.org/spec/DMN/20191111/FEEL/"),
}


def _drawn(tag: str, attributes: dict[str, str], inside: list[str]) -> str:
    written = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag} {written}>{''.join(inside)}</{tag}>"


SOME = st.fixed_dictionaries({}, optional={name: st.sampled_from(found) for name, found in ATTRIBUTES.items()})
WORDS = st.sampled_from(TEXTS).map(lambda text: f"<text>{escape(text)}</text>")
LITERAL = WORDS.map(lambda text: f"<literalExpression>{text}</literalExpression>")
INSIDE = st.recursive(
    WORDS | LITERAL | st.sampled_from(TYPES).map(lambda name: f"<typeRef>{name}</typeRef>"),
    lambda deeper: st.builds(_drawn, st.sampled_from(INNER), SOME, st.lists(deeper, max_size=4)),
    max_leaves=12,
)
PART = st.builds(_drawn, st.sampled_from(TOP), SOME, st.lists(INSIDE, max_size=5))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(parts=st.lists(PART, min_size=1, max_size=6), given_value=st.integers() | st.text() | st.lists(st.integers()))
def test_any_parts_in_any_place(parts: list[str], given_value: Any) -> None:
    xml = file(*parts)
    problems = dmn.check(xml, "x.dmn")
    try:
        decisions = dmn.load(xml)
    except WorkflowError:
        assert any(problem.severity == "error" for problem in problems)
        return
    assert not any(problem.severity == "error" for problem in problems)
    for name in (*decisions.ids, "s"):
        with contextlib.suppress(WorkflowError):
            to_text(decisions.evaluate(name, {"a": given_value, "tên gọi": 2}), Run({}, {}, strict=False))


DEEP = {
    "lists": ("<list>", "</list>"),
    "contexts": ("<context><contextEntry><variable name='a'/>", "</contextEntry></context>"),
    "functions": ("<functionDefinition><formalParameter name='n'/>", "</functionDefinition>"),
    "filters": ("<filter><in>", "</in></filter>"),
    "invocations": ("<invocation>", "</invocation>"),
    "tables of types": ("<list typeRef='t'>", "</list>"),
}


@settings(max_examples=30, deadline=None)
@given(kind=st.sampled_from(sorted(DEEP)), levels=st.integers(1, 2_000))
def test_boxes_in_boxes(kind: str, levels: int) -> None:
    items = "<itemDefinition name='t' isCollection='true'><typeRef>Any</typeRef></itemDefinition>"
    opening, closing = DEEP[kind]
    boxes = opening * levels + "<literalExpression><text>1</text></literalExpression>" + closing * levels
    xml = file(items, f"<decision id='d' name='d'>{boxes}</decision>")
    dmn.check(xml, "x.dmn")
    with contextlib.suppress(WorkflowError):
        dmn.load(xml).evaluate("d", {})
