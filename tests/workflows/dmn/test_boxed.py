"""Boxed expressions, requirement graphs, knowledge models, decision services, item definitions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.workflows.dmn.drawn import decision, file, input_data, literal, table
from workflows import dmn
from workflows.errors import ExpressionError

ENTRY = "<contextEntry><variable name='{0}'/>{1}</contextEntry>"


def _value(logic: str, **inputs: Any) -> Any:
    return dmn.load(file(decision("d", logic))).evaluate("d", inputs)


def _context(*entries: tuple[str, str], result: str = "") -> str:
    boxes = "".join(ENTRY.format(name, literal(text)) for name, text in entries)
    return f"<context>{boxes}{f'<contextEntry>{literal(result)}</contextEntry>' if result else ''}</context>"


def _in(tag: str, text: str) -> str:
    return f"<{tag}>{literal(text)}</{tag}>"


BOXES = [
    (literal("1 + 1"), Decimal(2)),
    (_context(("a", "1"), ("b", "a + 1")), {"a": Decimal(1), "b": Decimal(2)}),
    (_context(("Điểm số", "1"), result="Điểm số + 1"), Decimal(2)),
    (f"<list>{literal('1')}{literal('2')}</list>", [Decimal(1), Decimal(2)]),
    (
        f"<relation><column name='x'/><column name='y'/><row>{literal('1')}{literal('2')}</row></relation>",
        [{"x": Decimal(1), "y": Decimal(2)}],
    ),
    (f"<conditional>{_in('if', 'true')}{_in('then', '1')}{_in('else', '2')}</conditional>", Decimal(1)),
    (f"<conditional>{_in('if', 'null')}{_in('then', '1')}{_in('else', '2')}</conditional>", Decimal(2)),
    (f"<conditional>{_in('if', '5')}{_in('then', '1')}{_in('else', '2')}</conditional>", None),
    (f"<filter>{_in('in', '[1, 2, 3]')}{_in('match', 'item > 1')}</filter>", [Decimal(2), Decimal(3)]),
    (f"<for iteratorVariable='x'>{_in('in', '[1, 2]')}{_in('return', 'x * 2')}</for>", [Decimal(2), Decimal(4)]),
    (f"<some iteratorVariable='x'>{_in('in', '[1, 2]')}{_in('satisfies', 'x > 1')}</some>", True),
    (f"<every iteratorVariable='x'>{_in('in', '[1, 2]')}{_in('satisfies', 'x > 1')}</every>", False),
    (f"<every iteratorVariable='x'>{_in('in', '[1, 2]')}{_in('satisfies', 'x + 1')}</every>", None),
    (
        "<context>"
        + ENTRY.format(
            "f",
            f"<functionDefinition><formalParameter name='n' typeRef='number'/>{literal('n + 1')}</functionDefinition>",
        )
        + f"<contextEntry><invocation>{literal('f')}<binding><parameter name='n'/>{literal('4')}</binding></invocation>"
        + "</contextEntry></context>",
        Decimal(5),
    ),
]


@pytest.mark.parametrize(("logic", "wanted"), BOXES)
def test_box(logic: str, wanted: Any) -> None:
    assert _value(logic) == wanted


def test_a_graph_hands_values_on() -> None:
    decisions = dmn.load(
        file(
            input_data("s", name="Điểm số", type_="number"),
            decision("half", literal("Điểm số / 2"), name="Một nửa", requires=["input:s"]),
            decision("end", literal("Một nửa + Điểm số"), requires=["decision:half", "input:s"]),
        )
    )
    assert decisions.evaluate("end", {"Điểm số": 4}) == 6
    assert decisions.evaluate("end", {"s": 4}) == 6
    assert decisions.evaluate("end", {}) is None
    assert decisions.evaluate("end", {"Điểm số": "4"}) is None


def test_as_camunda_has_it_outputs_and_variables_go_by_their_own_names() -> None:
    season = decision("season_id", table(["month"], ["season"], [("> 6", '"hè"'), ("<= 6", '"xuân"')]), name="Mùa")
    dish = decision("dish", literal("season + place"), requires=["decision:season_id"])
    assert dmn.load(file(season, dish)).evaluate("dish", {"month": 7, "place": "!"}) == "hè!"


def test_knowledge_models_are_functions() -> None:
    knowledge = (
        "<businessKnowledgeModel id='k' name='Giai thừa'><variable name='Giai thừa'/><encapsulatedLogic>"
        f"<formalParameter name='n' typeRef='number'/>{literal('if n < 2 then 1 else n * Giai thừa(n - 1)')}"
        "</encapsulatedLogic><knowledgeRequirement><requiredKnowledge href='#k'/></knowledgeRequirement>"
        "</businessKnowledgeModel>"
    )
    decisions = dmn.load(file(knowledge, decision("d", literal("Giai thừa(n)"), requires=["knows:k"])))
    assert decisions.evaluate("d", {"n": 5}) == 120
    assert decisions.evaluate("d", {"n": "5"}) is None
    with pytest.raises(ExpressionError) as caught:
        decisions.evaluate("d", {"n": 100_000})
    assert caught.value.code == "expression_too_deep"


def test_decision_services_take_inputs_and_decisions() -> None:
    service = (
        "<decisionService id='s' name='Dịch vụ'><variable name='Dịch vụ'/><outputDecision href='#out'/>"
        "<inputDecision href='#mid'/><inputData href='#x'/></decisionService>"
    )
    decisions = dmn.load(
        file(
            input_data("x"),
            decision("mid", literal('"không gọi"')),
            decision("out", literal('mid + "-" + x'), requires=["decision:mid", "input:x"]),
            decision("caller", literal('Dịch vụ("a", "b")'), requires=["knows:s"]),
            service,
        )
    )
    assert decisions.evaluate("caller", {}) == "b-a"
    assert decisions.evaluate("Dịch vụ", {"x": "a", "mid": "c"}) == "c-a"
    assert decisions.evaluate("out", {"x": "a"}) == "không gọi-a"


ITEMS = (
    '<itemDefinition name=\'grade\'><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues>'
    "</itemDefinition>"
    "<itemDefinition name='grades' isCollection='true'><typeRef>grade</typeRef></itemDefinition>"
    "<itemDefinition name='person'><itemComponent name='Họ tên'><typeRef>string</typeRef></itemComponent>"
    "<itemComponent name='grade'><typeRef>grade</typeRef></itemComponent></itemDefinition>"
    "<itemDefinition name='tree'><itemComponent name='value'><typeRef>number</typeRef></itemComponent>"
    "<itemComponent name='children' isCollection='true'><typeRef>tree</typeRef></itemComponent></itemDefinition>"
)


@pytest.mark.parametrize(
    ("type_", "value", "wanted"),
    [
        ("grade", "A", "A"),
        ("grade", "C", None),
        ("grade", ["A"], "A"),
        ("grades", ["A", "B"], ["A", "B"]),
        ("grades", ["A", "C"], None),
        ("grades", "A", ["A"]),
        ("person", {"Họ tên": "An", "grade": "B"}, {"Họ tên": "An", "grade": "B"}),
        ("person", {"Họ tên": "An", "grade": "Z"}, None),
        ("person", {"Họ tên": "An"}, None),
        (
            "tree",
            {"value": 1, "children": [{"value": 2, "children": []}]},
            {"value": 1, "children": [{"value": 2, "children": []}]},
        ),
        ("tree", {"value": 1, "children": [{"value": "x", "children": []}]}, None),
        ("feel:number", 1, 1),
        ("Any", "x", "x"),
    ],
)
def test_item_definitions_admit_their_values(type_: str, value: Any, wanted: Any) -> None:
    decisions = dmn.load(file(ITEMS, input_data("v", type_=type_), decision("d", literal("v"), requires=["input:v"])))
    assert decisions.evaluate("d", {"v": value}) == wanted


def _alias(name: str, of: str) -> str:
    return f"<itemDefinition name='{name}'><typeRef>{of}</typeRef></itemDefinition>"


def _holding(name: str, of: str) -> str:
    part = f"<itemComponent name='a'><typeRef>{of}</typeRef></itemComponent>"
    return f"<itemDefinition name='{name}'>{part}</itemDefinition>"


@pytest.mark.parametrize(
    ("items", "code"),
    [
        (_alias("t0", "t0"), "cyclic_type"),
        (_alias("t0", "u") + _alias("u", "t0"), "cyclic_type"),
        ("".join(_alias(f"t{place}", f"t{place + 1}") for place in range(2_000)), "type_too_deep"),
        ("".join(_holding(f"t{place}", f"t{place + 1}") for place in range(2_000)), "type_too_deep"),
    ],
    ids=("itself", "in a circle", "a long row", "a long row of parts"),
)
def test_types_that_stand_on_one_another_without_end(items: str, code: str) -> None:
    xml = file(items, decision("d", literal("1"), type_="t0"))
    with pytest.raises(ExpressionError) as caught:
        dmn.load(xml)
    assert caught.value.code == code
    assert code in {problem.code for problem in dmn.check(xml, "x.dmn")}


def test_a_type_that_contains_itself_in_a_list() -> None:
    items = "<itemDefinition name='t' isCollection='true'><typeRef>t</typeRef></itemDefinition>"
    decisions = dmn.load(file(items, input_data("v", type_="t"), decision("d", literal("v"), requires=["input:v"])))
    deep: list[Any] = []
    for _ in range(90):
        deep = [deep]
    assert decisions.evaluate("d", {"v": deep}) == deep
    assert decisions.evaluate("d", {"v": [[1]]}) is None


def test_an_error_in_a_literal_names_its_decision() -> None:
    with pytest.raises(ExpressionError) as caught:
        dmn.load(file(decision("d", literal("9999 ** 9999"), name="Tỷ lệ"))).evaluate("d", {})
    assert (caught.value.code, caught.value.element) == ("value_too_large", "d")
    assert caught.value.message.startswith("Quyết định “Tỷ lệ”: ")


def test_item_definitions_are_types_of_instance_of() -> None:
    decisions = dmn.load(file(ITEMS, decision("d", literal('{Họ tên: "An", grade: "B"} instance of person'))))
    assert decisions.evaluate("d", {}) is True


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_dmn_1_1_to_1_5(namespace: str) -> None:
    assert dmn.load(file(decision("d", literal("1")), namespace=namespace)).evaluate("d", {}) == 1


def test_one_budget_for_a_whole_decision() -> None:
    loop = "count(for i in 1..90000 return i)"
    chain = [decision("d0", literal(loop))]
    chain += [decision(f"d{n}", literal(f"d{n - 1} + {loop}"), requires=[f"decision:d{n - 1}"]) for n in range(1, 30)]
    with pytest.raises(ExpressionError) as caught:
        dmn.load(file(*chain)).evaluate("d29", {})
    assert caught.value.code == "expression_too_costly"


def test_a_long_chain_is_no_recursion() -> None:
    chain = [decision("d0", literal("0"))]
    chain += [decision(f"d{n}", literal(f"d{n - 1} + 1"), requires=[f"decision:d{n - 1}"]) for n in range(1, 1_500)]
    assert dmn.load(file(*reversed(chain))).evaluate("d1499", {}) == 1_499
