"""No text and no value can stop a worker: everything costly or dangerous is refused, or bounded, in little time."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

import pytest

from workflows import feel
from workflows.errors import ExpressionError
from workflows.feel import juel, limits

SECONDS = 5
"""Far above what any of these takes, far below a stalled worker."""

COSTLY = [
    ("9 ** (9 ** 9)", "value_too_large"),
    ("exp(99999)", "value_too_large"),
    ("1e99999", "value_too_large"),
    ("product([1e6000, 1e6000])", "value_too_large"),
    ("1e6000 * 1e6000", "value_too_large"),
    ("sum([9e6144, 9e6144])", "value_too_large"),
    ("1e99999999999999999999", "value_too_large"),
    ("for i in 1..10000000 return i", "value_too_large"),
    ("count(for i in [1..10000000] return i)", "value_too_large"),
    ("some i in 1..10000000 satisfies i < 0", "value_too_large"),
    ("for i in 1..90000 return count(for j in 1..90000 return j)", "expression_too_costly"),
    ("some i in 1..99999, j in 1..99999 satisfies i + j < 0", "expression_too_costly"),
    ("count(for i in 1..2000, j in 1..2000 return 1)", "value_too_large"),
    ('for i in 1..40 return if i = 1 then "0123456789" else partial[-1] + partial[-1]', "value_too_large"),
    ("for i in 1..40 return if i = 1 then [1, 2] else concatenate(partial[-1], partial[-1])", "value_too_large"),
    ("for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]]", "expression_too_costly"),
    ("string(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])", "expression_too_costly"),
    ('for i in 1..99999 return "' + "x" * 9_999 + '"', "expression_too_costly"),
    ('for i in 1..9999 return {"' + "x" * 9_999 + '": i}', "expression_too_costly"),
    ("(for i in 1..9999 return if i = 1 then [1] else [partial[-1]])[-1]", "expression_too_deep"),
    ("{f: function(n) f(n + 1), r: f(1)}.r", "expression_too_deep"),
    ("{f: function(n) f(f(n)), r: f(1)}.r", "expression_too_deep"),
    (
        'replace(string join(for i in 1..90000 return "a"), "a", string join(for i in 1..90000 return "b"))',
        "expression_too_costly",
    ),
    ('matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "^(a+)+$")', "expression_too_costly"),
    ('matches(string join(for i in 1..9000 return "a"), "(a*)*(a*)*b")', "expression_too_costly"),
    ('split(string join(for i in 1..9000 return "a"), "(.|a)*x")', "expression_too_costly"),
    ("(" * 9_000 + "1" + ")" * 9_000, "expression_too_deep"),
    ("[" * 9_000 + "]" * 9_000, "expression_too_deep"),
    ("-" * 9_000 + "1", "expression_too_deep"),
    ("not(" * 100 + "not(1" + ")" * 101 + "+1" * 400, "expression_too_deep"),
    ("1" + "+1" * 9_000, "expression_too_deep"),
    ("a" + ".b" * 9_000, "expression_too_deep"),
    ("if a then 1 else " * 500 + "2", "expression_too_deep"),
    ("(" * 50_000 + "1" + ")" * 50_000, "expression_too_long"),
    ("1 " * 50_000, "expression_too_long"),
]


def _code(call: Any) -> str:
    started = time.process_time()
    with pytest.raises(ExpressionError) as caught:
        call()
    assert time.process_time() - started < SECONDS
    return caught.value.code


@pytest.mark.parametrize(("text", "code"), COSTLY, ids=[text[:40] for text, _ in COSTLY])
def test_costly_feel_is_refused(text: str, code: str) -> None:
    assert _code(lambda: feel.evaluate(text, {})) == code


def test_a_tower_of_nines_is_a_number_of_34_digits() -> None:
    """FEEL reads it from the left: (9 ** 9) ** 9."""
    assert str(feel.evaluate("9**9**9", {})) == "1.966270504755529136180759085269121E+77"


@pytest.mark.parametrize(
    "text",
    [
        "${" + "(" * 9_000 + "1" + ")" * 9_000 + "}",
        "${" + "!" * 9_000 + "a}",
        "${1" + "+1" * 9_000 + "}",
        "${a" + "[0]" * 5_000 + "}",
        "${" * 30_000,
        "${1e99999}",
        "${9999999999 * 1e6140}",
    ],
    ids=lambda text: text[:20],
)
def test_costly_juel_is_refused_or_bounded(text: str) -> None:
    started = time.process_time()
    with contextlib.suppress(ExpressionError):
        juel.compile(text).evaluate({"a": None})
    assert time.process_time() - started < SECONDS


def test_text_joined_many_times_is_bounded() -> None:
    template = juel.compile("${a}" * 4_000)
    assert _code(lambda: template.evaluate({"a": "x" * 900_000})) in ("value_too_large", "expression_too_costly")


def test_values_from_outside_are_bounded() -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    assert _code(lambda: feel.evaluate("a", {"a": deep})) == "expression_too_deep"
    assert _code(lambda: feel.evaluate("a", {"a": list(range(2_000_000))})) == "expression_too_costly"
    assert _code(lambda: feel.evaluate("a + 1", {"a": 10**40_000})) == "value_too_large"


ESCAPES = [
    "__import__",
    "__import__('os').system('true')",
    "a.__class__.__mro__[1].__subclasses__()",
    "a.__class__",
    "().__class__",
    "[].__class__.__base__",
    "''.__class__",
    "f.__globals__",
    "open('/etc/passwd').read()",
    "eval('1')",
    "exec('1')",
    "getattr(a, 'b')",
    "a.__init__.__globals__['os']",
    "now.__self__",
    "count.__doc__",
    "{}.__class__",
    "@os",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_python_is_out_of_reach(text: str) -> None:
    """FEEL finds nothing there (of an empty list, an empty list); JUEL refuses. No Python object ever comes out."""
    context = {"a": {"b": "text"}, "s": "text"}
    functions = {"f": lambda: 1, "now": lambda: None}
    for found in _results(text, context, functions):
        assert found in (None, [])


def _results(text: str, context: Any, functions: Any) -> list[Any]:
    results = []
    for call in (
        lambda: feel.evaluate(text, context, functions),
        lambda: feel.unary_test(text, 1, context) or None,
        lambda: juel.compile(f"${{{text}}}").evaluate(context, functions),
    ):
        try:
            results.append(call())
        except ExpressionError:
            continue
    return results


def test_one_expression_serves_many_threads() -> None:
    expression = feel.compile("sum(for i in 1..200 return i * n)")
    answers: dict[int, Any] = {}
    threads = [
        threading.Thread(target=lambda n=n: answers.update({n: expression.evaluate({"n": n})})) for n in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {n: 20_100 * n for n in range(16)}


def test_the_first_parse_may_come_from_many_threads() -> None:
    texts = [f"{n} + 1" for n in range(16)]
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda text=text: answers.append(feel.evaluate(text, {}))) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [n + 1 for n in range(16)]


def test_a_host_function_cannot_leak_an_object() -> None:
    assert _code(lambda: feel.evaluate("f()", {}, {"f": object})) == "value_type"


def test_the_limits_leave_room_for_real_use() -> None:
    assert feel.evaluate("count(for i in 1..50000 return i)", {}) == 50_000
    assert feel.evaluate("{f: function(n) if n = 0 then 0 else 1 + f(n - 1), r: f(40)}.r", {}) == 40
    assert len(feel.evaluate('string join(for i in 1..90000 return "aaaa")', {})) == 360_000
    assert limits.TREE_DEPTH > 100
