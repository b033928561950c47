"""Conditions, computed values, limits and words that follow the answers: one rule for drawing and for checking."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from service.engine.form_live import settled
from service.engine.form_schema import check_answers
from service.engine.forms import Field, Form
from tests.service.engine.forms.kit import field_of, form_of, problems_of, refused


def text(key: str, hide: str | None = None, **more: Any) -> dict[str, Any]:
    condition = {"conditional": {"hide": hide}} if hide else {}
    return {"type": "textfield", "key": key, "label": key, **condition, **more}


def number(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "number", "key": key, "label": key, **more}


def computed(key: str, expression: str, **more: Any) -> dict[str, Any]:
    return {"type": "expression", "key": key, "expression": expression, **more}


def hidden(form: Form, answers: dict[str, Any]) -> set[str]:
    return {each.key for each in settled(form, answers).fields if each.hidden}


def test_a_condition_hides_by_variables_and_answers() -> None:
    form = form_of(number("n"), text("a", "=n > limit"), text("b", "=flag"), limit=10, flag=True)
    assert hidden(form, {}) == {"b"}
    assert hidden(form, {"n": 11}) == {"a", "b"}
    assert field_of(form, "b").gone
    assert not field_of(settled(form, {"n": 11}), "a").gone


@pytest.mark.parametrize(
    ("condition", "hides"),
    [
        ("=x = 1", True),
        ("=x > 1", False),
        ("=not(x = 2)", True),
        ("=missing", False),
        ("=missing > 1", False),
        ("=null", False),
        ('="true"', False),
        ("=1", False),
        ("=x = 2, x = 1", True),
        ("=true", True),
        ('=contains("abc", "b") and x in [1..3]', True),
    ],
)
def test_only_true_hides(condition: str, hides: bool) -> None:
    assert (hidden(form_of(text("a", condition), x=1), {}) == {"a"}) is hides


def test_conditions_hang_on_computed_values_and_those_on_conditions() -> None:
    parts = (
        number("n"),
        computed("double", "=n * 2"),
        text("many", "=double < 10", validate={"required": True}),
        computed("length", "=if many = null then 0 else string length(many)"),
        text("long", "=length < 3"),
    )
    form = form_of(*parts)
    assert hidden(form, {"n": 4, "many": "abcd"}) == {"many", "long"}
    assert hidden(form, {"n": 5, "many": "abcd"}) == set()
    assert set(refused(form, {"n": 5})) == {"many"}
    answers = check_answers(form, {"n": 5, "many": "abcd"})
    assert (answers["double"], answers["length"]) == (Decimal(10), Decimal(4))


def test_a_circle_comes_to_an_end() -> None:
    form = form_of(text("a", "=b = null"), text("b", "=a = null"), computed("c", "=if c = null then 1 else c + 1"))
    answers = check_answers(form, {"a": "x", "b": "y"})
    assert set(answers) == {"a", "b", "c"}


def test_a_group_hides_all_that_stands_in_it() -> None:
    group = {
        "type": "group",
        "label": "Nhóm",
        "path": "g",
        "conditional": {"hide": "=no"},
        "components": [text("a", validate={"required": True}), {"type": "text", "id": "t", "text": "chữ"}],
    }
    form = form_of({"type": "checkbox", "key": "no"}, group)
    assert set(refused(form, {})) == {"g.a"}
    assert check_answers(form, {"no": True}) == {"no": True, "g": {"a": None}}
    assert {each.kind for each in settled(form, {"no": True}).fields if each.hidden} == {"heading", "text", "html"}


def test_what_is_hidden_leaves_its_variable_alone() -> None:
    form = form_of(text("a", "=true"), text("b", disabled=True), text("c.d", "=true"), a="trước", c={"d": "cũ"})
    assert check_answers(form, {"a": "x", "b": "y"}) == {"b": None}


def test_limits_hang_on_variables_and_answers() -> None:
    form = form_of(number("n", validate={"min": "=low", "max": "=m"}), number("m"), low=2)
    assert refused(form, {"n": 1, "m": 5}) == {"n": "Nhập một số từ 2 đến 5."}
    assert refused(form, {"n": 6, "m": 5}) == {"n": "Nhập một số từ 2 đến 5."}
    assert check_answers(form, {"n": 6})["n"] == 6
    form = form_of(text("a", validate={"minLength": "=n", "maxLength": '="4"'}), n=2)
    assert set(refused(form, {"a": "x"})) == set(refused(form, {"a": "xxxxx"})) == {"a"}


def test_read_only_may_hang_on_an_answer() -> None:
    form = form_of({"type": "checkbox", "key": "keep"}, text("a", readonly="=keep"), a="cũ")
    assert check_answers(form, {"keep": False, "a": "mới"})["a"] == "mới"
    assert check_answers(form, {"keep": True, "a": "mới"})["a"] == "cũ"


def test_options_hang_on_an_answer() -> None:
    towns = {"north": ["Hà Nội", "Hải Phòng"], "south": ["Cần Thơ"]}
    first = {"type": "radio", "key": "part", "values": [{"value": "north"}, {"value": "south"}]}
    second = {"type": "select", "key": "town", "valuesExpression": "=get value(towns, part)"}
    form = form_of(first, second, towns=towns)
    assert field_of(form, "town").options == ()
    assert check_answers(form, {"part": "south", "town": "Cần Thơ"})["town"] == "Cần Thơ"
    assert set(refused(form, {"part": "north", "town": "Cần Thơ"})) == {"town"}


def test_words_are_filled_in() -> None:
    parts = (
        text("a", label="Gửi {{who}}", description="=upper case(who)", appearance={"prefixAdorner": "{{n}} ×"}),
        {
            "type": "text",
            "id": "t",
            "text": "{{#loop list}}- {{name}} ({{this.n}})\n{{/loop}}{{#if n > 1}}*nhiều*{{/if}}",
        },
    )
    rows = [{"name": "A_b*c", "n": 1}, {"name": "<b>", "n": 12500}]
    form = form_of(*parts, who="Hà", n=2, list=rows)
    shown = field_of(form, "a")
    assert (shown.label, shown.hint, shown.prefix) == ("Gửi Hà", "HÀ", "2 ×")
    assert field_of(form, "t").markup == ("<ul><li>A_b*c (1)</li><li>&lt;b&gt; (12.500)</li></ul><p><em>nhiều</em></p>")


def test_this_parent_and_i_in_a_list() -> None:
    columns = [
        number("n"),
        computed("share", "=this.n / sum(parent.l.n)"),
        computed("place", "=i[1]"),
        text("why", "=_this_.share < 0.5", validate={"required": True}),
        computed("loud", '=if this.why = null then "" else upper case(this.why)'),
    ]
    form = form_of({"type": "dynamiclist", "path": "l", "components": columns})
    answers = check_answers(form, {"l": [{"n": 1}, {"n": 3, "why": "đông"}]})
    assert answers["l"] == [
        {"n": 1, "share": Decimal("0.25"), "place": 1, "why": None, "loud": ""},
        {"n": 3, "share": Decimal("0.75"), "place": 2, "why": "đông", "loud": "ĐÔNG"},
    ]
    assert set(refused(form, {"l": [{"n": 3}, {"n": 1}]})) == {"l.0.why"}


def test_a_table_of_answers_and_columns_from_a_variable() -> None:
    list_ = {"type": "dynamiclist", "path": "l", "components": [text("name"), number("n")]}
    table = {"type": "table", "id": "t", "dataSource": "=l[n > 1]", "columnsExpression": "=heads"}
    form = form_of(list_, table, heads=[{"key": "name", "label": "Tên"}, {"key": "n"}])
    shown = field_of(settled(form, {"l": [{"name": "A", "n": 1}, {"name": "B", "n": 2.5}]}), "t")
    assert [each.label for each in shown.columns] == ["Tên", "n"]
    assert shown.cells == (("B", "2,5"),)


def test_now_is_the_commands_own_moment() -> None:
    form = form_of(computed("day", "=today()"), computed("moment", "=now()"))
    answers = check_answers(form, {})
    assert str(answers["day"]) == "2026-11-24"
    assert str(answers["moment"]) == "2026-11-24 09:00:00+07:00"


def test_what_cannot_be_worked_out_says_so_at_its_field() -> None:
    endless = "=some a in 1..1000, b in 1..1000, c in 1..1000 satisfies a < 0"
    form = form_of(number("n"), computed("sum", endless), text("a", "=sum > 1"))
    assert refused(form, {"n": 1})["sum"].startswith("Biểu mẫu không tính được mục này: Biểu thức tính quá lâu")
    assert "tính quá lâu" in refused(form, {})["a"]
    odd = form_of(computed("function", "=function(a) a"))
    assert set(refused(odd, {})) == {"function"}


def test_a_null_is_a_computed_value_too() -> None:
    form = form_of(number("n"), computed("half", "=n / 2"))
    assert check_answers(form, {}) == {"n": None, "half": None}
    assert check_answers(form, {"n": 3})["half"] == Decimal("1.5")


def test_forms_of_handlers_are_left_as_they_are() -> None:
    form = Form(fields=(Field(key="a", kind="text", label="a"),))
    assert settled(form, {"a": 1}) is form
    assert not form.is_live


def test_names_with_vietnamese_letters_and_dots() -> None:
    assert problems_of(text("lý_do"), text("người.tên")) == []
    form = form_of(number("số"), computed("kép", "=số * 2"), số=4)
    assert check_answers(form, {"số": 5}) == {"số": 5, "kép": 10}
