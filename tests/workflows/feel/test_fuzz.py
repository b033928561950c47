"""Whatever text and whatever values come: a FEEL value or an `ExpressionError`, in bounded time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows import feel
from workflows.errors import ExpressionError
from workflows.feel import attribute, juel
from workflows.feel.functions import BUILTINS
from workflows.feel.temporal import YearsMonths
from workflows.feel.values import Function, Range

PIECES = (
    *("1 0 -1 2.5 1e9 .5 true false null a b xs ? item partial".split()),
    *("+ - * / ** = != < <= > >= and or not ( ) [ ] { } , : . .. ; @ # $ ! && || % == ? ".split()),
    *("if then else for in return some every satisfies between instance of function".split()),
    *('"text" "" "\\u00e0" @"2026-11-24" @"08:00:00" @"P1D" @"P1Y" @"x" // /* */ \' \\'.split()),
    *("list< number > context< -> range< string".split()),
    *(f"{name}(" for name in BUILTINS),
)
SOURCES = st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join) | st.text(max_size=60)

ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=7))])
SIMPLE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10)
    | st.dates()
    | st.datetimes(timezones=ZONES)
    | st.times(timezones=ZONES)
    | st.timedeltas()
    | st.integers(-10_000, 10_000).map(YearsMonths)
)
VALUES = st.recursive(
    SIMPLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
FEEL_TYPES = (bool, Decimal, str, date, datetime, time, timedelta, YearsMonths, Range, Function)


def _is_value(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_value, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and all(map(_is_value, value.values()))
    return value is None or isinstance(value, FEEL_TYPES)


def _bounded(call: Callable[[], Any]) -> Any:
    try:
        value = call()
    except ExpressionError:
        return None
    assert _is_value(value)
    return value


@settings(max_examples=150, deadline=5_000)
@given(text=SOURCES, a=VALUES, b=VALUES)
def test_any_text(text: str, a: Any, b: Any) -> None:
    context = {"a": a, "b": b, "xs": [a, b]}
    _bounded(lambda: feel.evaluate(text, context))
    _bounded(lambda: feel.unary_test(text, a, context))
    _bounded(lambda: juel.compile(f"${{{text}}}").evaluate(context))
    _bounded(lambda: attribute.compile(text).evaluate(context))


@settings(max_examples=500, deadline=5_000)
@given(name=st.sampled_from(sorted(BUILTINS)), arguments=st.lists(VALUES, max_size=4))
def test_any_builtin_with_any_values(name: str, arguments: list[Any]) -> None:
    context = {f"v{place}": value for place, value in enumerate(arguments)}
    _bounded(lambda: feel.evaluate(f"{name}({', '.join(context)})", context))


OPERATORS = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in", "between 1 and")


@settings(max_examples=300, deadline=5_000)
@given(operator=st.sampled_from(OPERATORS), a=VALUES, b=VALUES)
def test_any_operator_with_any_values(operator: str, a: Any, b: Any) -> None:
    _bounded(lambda: feel.evaluate(f"a {operator} b", {"a": a, "b": b}))
    _bounded(lambda: feel.evaluate("string([a, b, [a..b], -a, a[b], a.b, a.year])", {"a": a, "b": b}))


JUEL_OPERATORS = ("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "? 1 :")


@settings(max_examples=200, deadline=5_000)
@given(operator=st.sampled_from(JUEL_OPERATORS), a=VALUES, b=VALUES)
def test_any_juel_operator_with_any_values(operator: str, a: Any, b: Any) -> None:
    _bounded(lambda: juel.compile(f"${{a {operator} b}}").evaluate({"a": a, "b": b}))
    _bounded(lambda: juel.compile("x ${a} ${!b} ${-a} ${a[b]} ${a.b} ${empty b}").evaluate({"a": a, "b": b}))


@settings(max_examples=200, deadline=5_000)
@given(text=st.text(max_size=30), pattern=st.text(alphabet="ab()[]{}*+?|^$.\\-dswpL12,:ix ", max_size=20))
def test_any_regular_expression(text: str, pattern: str) -> None:
    context = {"t": text, "p": pattern}
    _bounded(lambda: feel.evaluate('[matches(t, p), replace(t, p, "$1"), split(t, p), matches(t, p, "ix")]', context))


@settings(max_examples=150, deadline=5_000)
@given(value=SIMPLE)
def test_what_is_printed_can_be_read_back(value: Any) -> None:
    """Dates, times, durations and numbers come back from `string()` as they were."""
    if isinstance(value, (date, time, timedelta, YearsMonths)):
        kind = {datetime: "date and time", date: "date", time: "time"}.get(type(value), "duration")
        assert feel.evaluate(f"{kind}(string(v)) = v", {"v": value}) is True
    elif isinstance(value, Decimal) and -100 < value.adjusted() < 30 and len(value.as_tuple().digits) <= 34:
        assert feel.evaluate("number(string(v)) = v", {"v": value}) is True
