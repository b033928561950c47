"""Reading is hardened; every problem is told at once; overlaps and gaps are warnings."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.dmn.drawn import decision, file, literal, table
from workflows import dmn
from workflows.errors import ExpressionError, WorkflowError

BOMB = (
    '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
    "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'>&c;</definitions>"
)
FOREIGN = (
    "<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
    "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'>&a;</definitions>"
)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", "xml_broken"),
        (b"not xml", "xml_broken"),
        (b"<definitions>", "xml_broken"),
        (b"<definitions/>", "dmn_namespace"),
        (b"<html xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'/>", "dmn_namespace"),
        (b"<!DOCTYPE definitions><definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'/>", "xml_doctype"),
        (BOMB.encode(), "xml_doctype"),
        (FOREIGN.encode(), "xml_doctype"),
        (b"<a>" * 5_000 + b"</a>" * 5_000, "xml_broken"),
        (b" " * 5_000_001, "xml_too_large"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_bad_file_is_refused(xml: bytes, code: str) -> None:
    with pytest.raises(WorkflowError) as caught:
        dmn.load(xml)
    assert caught.value.code == code
    (problem,) = dmn.check(xml, "x.dmn")
    assert (problem.code, problem.file, problem.severity) == (code, "x.dmn", "error")


PROBLEMS = [
    (decision("d", literal("1 +")), "expression_syntax", "d"),
    (decision("d", table(["a"], ["r"], [("<<", "1")])), "expression_syntax", "r1c1"),
    (decision("d", table(["a"], ["r"], [("1", "1 +")])), "expression_syntax", "r1c2"),
    (decision("d", table(["a +"], ["r"], [("1", "1")])), "expression_syntax", "i1e"),
    (decision("d", table(["a:number:1 +"], ["r"], [("1", "1")])), "expression_syntax", "i1v"),
    (decision("d", table(["a"], ["r"], [("1",)])), "rule_cells", "r1"),
    (decision("d", table(["a"], [], [("1",)])), "table_without_output", "table"),
    (decision("d", table(["a"], ["", "r"], [("1", "1", "1")])), "output_without_name", "o1"),
    (decision("d", table(["a"], ["r"], [("1", "1")], policy="BEST")), "unknown_hit_policy", "table"),
    (
        decision("d", table(["a"], ["r"], [("1", "1")], policy="COLLECT", aggregation="AVG")),
        "unknown_aggregation",
        "table",
    ),
    (decision("d", table(["a"], ["r"], [("1", "1")], aggregation="SUM")), "unknown_aggregation", "table"),
    (decision("d", table(["a"], ["r"], [("1", "1")], policy="PRIORITY")), "no_output_values", "o1"),
    (
        decision("d", "<literalExpression expressionLanguage='groovy'><text>1</text></literalExpression>"),
        "expression_language",
        "d",
    ),
    (decision("d", "<functionDefinition kind='Java'/>"), "external_function", "d"),
    (decision("d", literal('function(a) external {java: {class: "java.lang.Math"}}')), "external_function", "d"),
    (decision("d", "<literalExpression><importedValues/></literalExpression>"), "unsupported", "d"),
    (decision("d", literal("1"), requires=["input:nowhere"]), "unknown_reference", "d"),
    (decision("d", literal("1")) + decision("d", literal("2")), "duplicate_id", "d"),
    (
        decision("d", literal("e"), requires=["decision:e"]) + decision("e", literal("d"), requires=["decision:d"]),
        "cyclic_requirement",
        "e",
    ),
    ("<import name='x' namespace='y' importType='z'/>" + decision("d", literal("1")), "import_unsupported", "file"),
    (decision("d", "<relation><column name='a'/><row/></relation>"), "relation_row", "d"),
]


@pytest.mark.parametrize(("parts", "code", "element"), PROBLEMS, ids=[f"{code}-{place}" for _, code, place in PROBLEMS])
def test_a_problem_names_its_element(parts: str, code: str, element: str) -> None:
    xml = file(parts)
    assert (code, element) in {(problem.code, problem.element) for problem in dmn.check(xml, "x.dmn")}
    with pytest.raises(ExpressionError) as caught:
        dmn.load(xml)
    assert caught.value.message


@pytest.mark.parametrize(
    ("parts", "code", "number"),
    [
        ([decision("d", table(["a"], ["r"], [("1", "1")] * 5_001))], "dmn_too_many_cells", "10003 ô"),
        ([decision(f"d{place}", "") for place in range(3_001)], "dmn_too_many_parts", "3001 phần"),
    ],
    ids=("cells", "decisions"),
)
def test_a_file_too_large_to_read_while_somebody_waits(parts: list[str], code: str, number: str) -> None:
    (problem,) = dmn.check(file(*parts), "x.dmn")
    assert (problem.code, problem.severity) == (code, "error")
    assert number in problem.message


def test_a_result_that_its_column_does_not_allow_is_a_warning() -> None:
    columns = (["a"], ['r:string:"x", "y"'], [("< 1", '"x"'), (">= 1", '"z"'), ("null", "a")])
    found = dmn.check(file(decision("d", table(*columns))), "x.dmn")
    assert [(each.code, each.element, each.severity) for each in found] == [("output_not_allowed", "r2", "warning")]
    assert found[0].message == "Bảng “d”, dòng 2, cột “r”: kết quả nằm ngoài các giá trị cho phép."


def test_every_problem_is_told_at_once() -> None:
    rules = [("<<", "1"), ("1", "2 +"), (">", ")")]
    problems = dmn.check(file(decision("d", table(["a"], ["r"], rules))), "x.dmn")
    assert [problem.element for problem in problems if problem.severity == "error"] == ["r1c1", "r2c2", "r3c1", "r3c2"]
    assert all(problem.line == 1 for problem in problems)


def _warnings(inputs: list[str], rules: list[Any], **options: Any) -> list[tuple[str, str | None, str]]:
    problems = dmn.check(file(decision("d", table(inputs, ["r"], rules, **options))), "x.dmn")
    assert all(problem.severity == "warning" for problem in problems)
    return [(problem.code, problem.element, problem.message) for problem in problems]


@pytest.mark.parametrize(
    ("cells", "gaps"),
    [
        (["< 5", ">= 5"], []),
        (["< 5", "> 5"], ["bằng 5"]),
        (["[0..10]", "[20..30]", "> 30"], ["trên 10 và dưới 20"]),
        (["[0..10)", "(10..20]", "> 20"], ["bằng 10"]),
        ([">= 90"], ["dưới 90"]),
        (["-"], []),
        (["< -5", "> 5"], ["từ -5 và đến 5"]),
        (["not([0..10])"], ["từ 0 và đến 10"]),
        (["1, 2, [3..4]", "> 4"], ["dưới 1", "trên 1 và dưới 2", "trên 2 và dưới 3"]),
        (["> limit"], []),
        (['< date("2026-01-01")', '> date("2026-01-01")'], ["bằng 2026-01-01"]),
    ],
)
def test_gaps_in_one_ordered_input(cells: list[str], gaps: list[str]) -> None:
    found = [
        message for code, _, message in _warnings(["score"], [(cell, "1") for cell in cells]) if code == "rules_gap"
    ]
    assert [message.partition("“score” ")[2].rstrip(".") for message in found] == gaps


def test_gaps_are_found_beside_other_columns() -> None:
    rules = [('"A"', "< 5", "1"), ('"A"', ">= 5", "2"), ('"B"', "< 5", "3")]
    ((code, element, message),) = _warnings(["kind", "score"], rules)
    assert (code, element) == ("rules_gap", "table")
    assert message == 'Bảng “d”: chưa có dòng nào cho “kind” bằng "B", “score” từ 5.'


def test_gaps_end_at_the_allowed_values() -> None:
    assert _warnings(["score:number:[0..100]"], [("< 50", "1"), ("[50..100]", "2")]) == []
    ((_, _, message),) = _warnings(["score:number:[0..100]"], [("< 50", "1")])
    assert "từ 50 và đến 100" in message


@pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER"])
def test_lists_may_have_gaps(policy: str) -> None:
    assert _warnings(["score"], [("> 5", "1"), ("> 6", "1")], policy=policy) == []


@pytest.mark.parametrize(
    ("rules", "pairs"),
    [
        ([("< 5", "1"), (">= 5", "2")], []),
        ([("<= 5", "1"), (">= 5", "2")], ["1 và 2"]),
        ([("[1..5]", "1"), ("3", "2"), ("> 5", "3")], ["1 và 2"]),
        ([('"a", "b"', "1"), ('"b"', "2")], ["1 và 2"]),
        ([('"a"', "1"), ('not("a")', "2")], []),
        ([("true", "1"), ("false", "2"), ("-", "3")], ["1 và 3", "2 và 3"]),
        ([("> limit", "1"), ("> limit", "2")], ["1 và 2"]),
        ([("> limit", "1"), ("<= limit", "2")], []),
    ],
)
def test_unique_rows_that_overlap(rules: list[Any], pairs: list[str]) -> None:
    found = [message for code, _, message in _warnings(["x"], rules) if code == "rules_overlap"]
    assert [message.partition("các dòng ")[2].partition(" có thể")[0] for message in found] == pairs


def test_a_long_table_says_that_its_rows_were_not_compared() -> None:
    ((code, element, message),) = _warnings(["x"], [("1", "1")] * 501)
    assert (code, element) == ("rules_not_compared", "table")
    assert "có 501 dòng" in message


def test_overlaps_need_every_column() -> None:
    rules = [("< 5", '"a"', "1"), ("< 9", '"b"', "2"), (">= 5", '"a"', "3"), (">= 9", "-", "4")]
    found = [element for code, element, _ in _warnings(["x", "y"], rules) if code == "rules_overlap"]
    assert found == ["r4"]


CELLS = st.lists(
    st.sampled_from(['"a"', "<", "5", "..", "[", "]", "(", ")", ",", "not(", "-", "?", "null", "x"]), max_size=6
)


@settings(max_examples=150, deadline=5_000)
@given(
    cells=st.lists(st.tuples(CELLS.map(" ".join), CELLS.map(" ".join)), min_size=1, max_size=4),
    value=st.integers() | st.text(),
)
def test_any_cells(cells: list[tuple[str, str]], value: Any) -> None:
    xml = file(decision("d", table(["x"], ["r"], cells)))
    problems = dmn.check(xml, "x.dmn")
    if any(problem.severity == "error" for problem in problems):
        with pytest.raises(ExpressionError):
            dmn.load(xml)
        return
    with contextlib.suppress(ExpressionError):
        dmn.load(xml).evaluate("d", {"x": value})


@settings(max_examples=150, deadline=5_000)
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    with pytest.raises(WorkflowError):
        dmn.load(data)
    assert dmn.check(data, "x.dmn")
