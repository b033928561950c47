"""Decision tables: hit policies, aggregators, types, allowed values, errors that name their cell."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.workflows.dmn.drawn import decision, file, table
from workflows import dmn
from workflows.errors import ExpressionError, UnknownDefinition

RULES = [("> 80", '"Tốt"', "3"), ("> 50", '"Khá"', "2"), ("> 50", '"Khá"', "1")]


def _decide(inputs: dict[str, Any], *columns: Any, **options: Any) -> Any:
    return dmn.load(file(decision("d", table(*columns, **options)))).evaluate("d", inputs)


def _by_policy(policy: str, score: int, *, aggregation: str = "", values: str = '"Khá", "Tốt"') -> Any:
    rules = [rule[:2] for rule in RULES]
    return _decide(
        {"score": score}, ["score:number"], [f"grade:string:{values}"], rules, policy=policy, aggregation=aggregation
    )


def test_unique_gives_its_one_match() -> None:
    rules = [("> 80", '"Tốt"'), ("[50..80]", '"Khá"')]
    assert _decide({"score": 90}, ["score:number"], ["grade:string"], rules) == "Tốt"
    assert _decide({"score": 80}, ["score:number"], ["grade:string"], rules) == "Khá"
    assert _decide({"score": 10}, ["score:number"], ["grade:string"], rules) is None


def test_unique_refuses_two_matches() -> None:
    with pytest.raises(ExpressionError) as caught:
        _by_policy("UNIQUE", 90)
    assert (caught.value.code, caught.value.element) == ("hit_policy", "r2")
    assert "các dòng 1, 2, 3" in caught.value.message


def test_first_gives_the_first_in_the_table() -> None:
    assert _by_policy("FIRST", 90) == "Tốt"
    assert _by_policy("FIRST", 60) == "Khá"
    assert _by_policy("FIRST", 10) is None


def test_any_wants_equal_results() -> None:
    assert _by_policy("ANY", 60) == "Khá"
    with pytest.raises(ExpressionError) as caught:
        _by_policy("ANY", 90)
    assert caught.value.code == "hit_policy"


def test_priority_goes_by_the_output_values() -> None:
    assert _by_policy("PRIORITY", 90) == "Khá"
    assert _by_policy("PRIORITY", 90, values='"Tốt", "Khá"') == "Tốt"
    assert _by_policy("PRIORITY", 10) is None


def test_lists_come_in_their_order() -> None:
    assert _by_policy("RULE ORDER", 90) == ["Tốt", "Khá", "Khá"]
    assert _by_policy("OUTPUT ORDER", 90) == ["Khá", "Khá", "Tốt"]
    assert _by_policy("COLLECT", 90) == ["Tốt", "Khá", "Khá"]
    assert _by_policy("COLLECT", 10) == _by_policy("RULE ORDER", 10) == _by_policy("OUTPUT ORDER", 10) == []


@pytest.mark.parametrize(
    ("aggregation", "many", "none"),
    [
        ("SUM", Decimal(6), None),
        ("MIN", Decimal(1), None),
        ("MAX", Decimal(3), None),
        ("COUNT", Decimal(3), Decimal(0)),
    ],
)
def test_collect_gathers(aggregation: str, many: Any, none: Any) -> None:
    rules = [(rule[0], rule[2]) for rule in RULES]
    for score, wanted in ((90, many), (10, none)):
        found = _decide(
            {"score": score}, ["score:number"], ["points:number"], rules, policy="COLLECT", aggregation=aggregation
        )
        assert found == wanted


def test_several_outputs_come_by_name() -> None:
    outputs = ["grade:string", "points:number"]
    assert _decide({"score": 90}, ["score:number"], outputs, RULES, policy="FIRST") == {"grade": "Tốt", "points": 3}
    found = _decide({"score": 60}, ["score:number"], outputs, RULES, policy="COLLECT")
    assert found == [{"grade": "Khá", "points": 2}, {"grade": "Khá", "points": 1}]
    assert _decide({"score": 1}, ["score:number"], outputs, RULES, policy="FIRST") is None


def test_priority_of_several_outputs_goes_column_by_column() -> None:
    outputs = ['a:string:"x", "y"', "b:number:3, 2, 1"]
    rules = [("-", '"y"', "3"), ("-", '"x"', "1"), ("-", '"x"', "2")]
    assert _decide({}, ["s"], outputs, rules, policy="PRIORITY") == {"a": "x", "b": 2}
    found = _decide({}, ["s"], outputs, rules, policy="OUTPUT ORDER")
    assert [row["b"] for row in found] == [2, 1, 3]


def test_priorities_may_stand_at_the_outputs_type() -> None:
    grade = (
        "<itemDefinition name='grade'><typeRef>string</typeRef>"
        '<allowedValues><text>"Tốt", "Khá"</text></allowedValues></itemDefinition>'
    )
    drawn = table(["s"], ["g:grade"], [("-", '"Khá"'), ("-", '"Tốt"')], policy="OUTPUT ORDER")
    assert dmn.load(file(grade, decision("d", drawn))).evaluate("d", {}) == ["Tốt", "Khá"]


def test_no_match_takes_the_default() -> None:
    assert _decide({"s": 1}, ["s:number"], ['r:string::"không"'], [("> 5", '"có"')]) == "không"


def test_a_table_without_inputs_matches_always() -> None:
    assert _decide({}, [], ["r:number"], [("1 + 1",)]) == 2


def test_cells_see_the_inputs_and_the_value() -> None:
    rules = [("> limit", "? + 1"), ("? <= limit and ? > 0", "score * 2")]
    assert _decide({"score": 3, "limit": 5}, ["score:number"], ["r:number"], rules) == 6
    assert _decide({"score": 7, "limit": 5}, ["cellInput"], ["r"], [("cellInput > 3", "1")]) is None


def test_an_input_of_the_wrong_type_is_null() -> None:
    assert _decide({"score": "90"}, ["score:number"], ["r:number"], [("null", "0"), ("> 1", "1")]) == 0
    assert _decide({"score": "90"}, ["score:integer"], ["r:number"], [("null", "0"), ("> 1", "1")]) == 1
    assert _decide({}, ["score:number"], ["r:number"], [("null", "0"), ("> 1", "1")]) == 0


def test_an_input_outside_its_allowed_values_is_an_error() -> None:
    with pytest.raises(ExpressionError) as caught:
        _decide({"k": "z"}, ['k:string:"a", "b"'], ["r:number"], [('"a"', "1")])
    assert (caught.value.code, caught.value.element) == ("value_not_allowed", "i1")


def test_a_result_outside_its_output_values_is_an_error() -> None:
    rules = [("> 5", '"x"'), ("<= 5", 'if s = 1 then "y" else null')]
    columns = (["s:number"], ['r:string:"x", "z"'], rules)
    assert _decide({"s": 6}, *columns) == "x"
    assert _decide({"s": 2}, *columns) is None
    with pytest.raises(ExpressionError) as caught:
        _decide({"s": 1}, *columns)
    assert (caught.value.code, caught.value.element) == ("value_not_allowed", "r2c2")
    assert caught.value.message == "Bảng “d”, dòng 2, cột “r”: kết quả nằm ngoài các giá trị cho phép."


def test_a_default_that_fails_names_its_column() -> None:
    with pytest.raises(ExpressionError) as caught:
        _decide({"s": 1}, ["s:number"], ["r:number::9999 ** 9999"], [("> 5", "1")])
    assert (caught.value.code, caught.value.element) == ("value_too_large", "o1")
    assert caught.value.message.startswith("Bảng “d”, giá trị mặc định của cột “r”: ")


def test_a_default_has_its_columns_type() -> None:
    assert _decide({"s": 1}, ["s:number"], ['r:number::"một"'], [("> 5", "1")]) is None


def test_a_date_is_a_date_and_time_where_one_is_asked() -> None:
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    assert _decide({"s": date(2026, 11, 24)}, ["s:dateTime"], ["r:dateTime"], [("-", "s")]) == midnight
    assert _decide({"s": midnight}, ["s:date"], ["r:number"], [("null", "1"), ("-", "2")], policy="FIRST") == 1


def test_an_error_in_a_cell_names_table_row_and_column() -> None:
    rules = [("1", "1"), ("> count(for i in 1..9999999 return i)", "2")]
    with pytest.raises(ExpressionError) as caught:
        _decide({"score": 2}, ["score:number"], ["r:number"], rules)
    assert (caught.value.code, caught.value.element) == ("value_too_large", "r2c1")
    assert caught.value.message.startswith("Bảng “d”, dòng 2, cột “score”: ")


def test_what_a_table_says_of_itself() -> None:
    decisions = dmn.load(file(decision("d", table(["score:number"], ["r:number"], [("-", "1")]), name="Xếp loại")))
    assert decisions.ids == ("d",)
    assert decisions.names == ("Xếp loại",)
    (described,) = decisions.decisions
    assert [(column.label, column.expression) for column in described.inputs] == [("score", "score")]
    assert [column.name for column in described.outputs] == ["r"]
    assert described.hit_policy == "UNIQUE"
    assert decisions.evaluate("Xếp loại", {}) == decisions.evaluate("d", {}) == 1
    with pytest.raises(UnknownDefinition):
        decisions.evaluate("nowhere", {})
