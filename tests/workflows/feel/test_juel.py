"""`${…}` as a Camunda 7.24 engine was observed to take it, strict and without methods."""

from __future__ import annotations

from collections import ChainMap
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from workflows.errors import ExpressionError
from workflows.feel import attribute, juel

VARIABLES: dict[str, Any] = {
    "a": {"b": 5, "c d": [1, 2], "tên": "An"},
    "xs": [1, 2, 3],
    "ten": "10",
    "none": None,
    "họ_tên": "Nguyễn Văn An",
    "day": date(2026, 11, 24),
    "week": timedelta(days=7),
    "yes": True,
    "order": 3,
    "emptyx": 1,
    "equal": 2,
}
FUNCTIONS: dict[str, Any] = {"workdays": lambda days: days * 2, "one": lambda: 1}

TRUTHS = [
    ('"10" > 5', True),
    ('"5" + 1 == 6', True),
    ("5 == '5'", True),
    ("'5' == '5.0'", False),
    ("5 / 2", Decimal("2.5")),
    ("5 div 2", Decimal("2.5")),
    ("7 % 4", Decimal(3)),
    ("7 mod 4", Decimal(3)),
    ("null > -1", False),
    ("null >= 0", False),
    ("null <= 0", False),
    ("null == null", True),
    ("null == 0", False),
    ("null != 1", True),
    ("null + 1", Decimal(1)),
    ("!null", True),
    ("not none", True),
    ("a.missing", None),
    ("a.missing.further", None),
    ("none.b", None),
    ("a.b", Decimal(5)),
    ("a['c d'][1]", Decimal(2)),
    ('a["c d"][0]', Decimal(1)),
    ("a.tên", "An"),
    ("xs[9]", None),
    ("xs[-1]", None),
    ("xs['1']", Decimal(2)),
    ("1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3", True),
    ("1 lt 2 and 2 le 2 and 3 gt 2 and 3 ge 3", True),
    ("1 eq 1 and 1 ne 2", True),
    ("false || true", True),
    ("false or yes", True),
    ("'abc' < 'abd'", True),
    ("true == 'true'", True),
    ("yes == false", False),
    ("'x' == yes", False),
    ("empty none", True),
    ("empty ''", True),
    ("empty xs", False),
    ("!empty a", True),
    ("empty missing_list or true", ExpressionError),
    ("yes ? 'có' : 'không'", "có"),
    ("a.b > 3 ? 1 : a.b > 2 ? 2 : 3", Decimal(1)),
    ("-a.b + 2", Decimal(-3)),
    ("2 + 3 * 4 - 6 / 2", Decimal(11)),
    ("(2 + 3) * 4", Decimal(20)),
    ("1.5e1", Decimal(15)),
    ("workdays(10)", Decimal(20)),
    ("one() + 1", Decimal(2)),
    ("họ_tên", "Nguyễn Văn An"),
    ("order gt 2", True),
    ("emptyx eq 1", True),
    ("equal eq 2", True),
    ("day + week", date(2026, 12, 1)),
    ("day < day + week", True),
    ("'it\\'s'", "it's"),
]
REFUSALS = [
    ("missing", "unknown_name"),
    ("missing == null", "unknown_name"),
    ('"abc" > 5', "wrong_type"),
    ('"abc" == 5', "wrong_type"),
    ('"a" + "b"', "wrong_type"),
    ("xs + 1", "wrong_type"),
    ("xs > 1", "wrong_type"),
    ("!5", "wrong_type"),
    ("5 && true", "wrong_type"),
    ("xs ? 1 : 2", "wrong_type"),
    ("day > 5", "wrong_type"),
    ("a.b.c", "wrong_type"),
    ("họ_tên.length", "wrong_type"),
    ("yes.x", "wrong_type"),
    ("1 / 0", "division_by_zero"),
    ("1 % 0", "division_by_zero"),
    ("unknown_function(1)", "unknown_name"),
    ("one(1)", "bad_argument"),
    ("'a'.concat('b')", "expression_syntax"),
    ("a.b()", "expression_syntax"),
    ("a['b']()", "expression_syntax"),
    ("1 +", "expression_syntax"),
    ("", "expression_syntax"),
    ("a b", "expression_syntax"),
    ("a = 1", "expression_syntax"),
    ("1 ? 2", "expression_syntax"),
]


@pytest.mark.parametrize(("text", "wanted"), TRUTHS)
def test_juel(text: str, wanted: Any) -> None:
    template = juel.compile(f"${{{text}}}")
    if wanted is ExpressionError:
        with pytest.raises(ExpressionError):
            template.evaluate(VARIABLES, FUNCTIONS)
        return
    found = template.evaluate(VARIABLES, FUNCTIONS)
    assert found == wanted
    assert type(found) is type(wanted)


@pytest.mark.parametrize(("text", "code"), REFUSALS)
def test_juel_refuses(text: str, code: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        juel.compile(f"${{{text}}}").evaluate(VARIABLES, FUNCTIONS)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("chữ thường", "chữ thường"),
        ("", ""),
        ("Kính gửi ${họ_tên}, ${a.b} việc", "Kính gửi Nguyễn Văn An, 5 việc"),
        ("${none}!", "!"),
        ("${yes}${a.b}", "true5"),
        ("#{a.b}", Decimal(5)),
        ("\n  ${a.b}\n", Decimal(5)),
        ("\\${a.b}", "${a.b}"),
        ("giá \\${a} là ${a.b}", "giá ${a} là 5"),
        ("${'}'}", "}"),
        ("${day}:", "2026-11-24:"),
    ],
)
def test_text_with_expressions(text: str, wanted: Any) -> None:
    assert juel.compile(text).evaluate(VARIABLES) == wanted


def test_what_a_template_knows_of_itself() -> None:
    template = juel.compile("${workdays(n) + a.b} ${xs[i]}")
    assert template.names == {"n", "a", "xs", "i"}
    assert template.calls == {"workdays"}
    assert not template.is_literal
    assert juel.compile("chữ").is_literal


@pytest.mark.parametrize("text", ["${a", "${'a}", "x ${", "#{"])
def test_an_open_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        juel.compile(text)
    assert caught.value.code == "expression_syntax"


def test_a_chain_of_scopes_is_read_in_place() -> None:
    scopes = ChainMap({"a": 1}, {"a": 2, "b": 3})
    assert juel.compile("${a + b}").evaluate(scopes) == Decimal(4)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("=a.b + 1", Decimal(6)),
        ("= if yes then 1 else 2", Decimal(1)),
        ("=missing", None),
        ("${a.b + 1}", Decimal(6)),
        ("a.b + 1", "a.b + 1"),
        ("PT5M", "PT5M"),
    ],
)
def test_an_attribute_takes_feel_juel_or_text(text: str, wanted: Any) -> None:
    assert attribute.compile(text).evaluate(VARIABLES) == wanted
    assert attribute.compile(text) is attribute.compile(text)
