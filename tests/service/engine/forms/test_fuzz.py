"""Odd files and odd answers: our own errors only, within bounded time."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from service.engine.camunda_forms import FormUnreadable, camunda_form, check
from service.engine.form_html import answers_from_html, changed_rows
from service.engine.form_live import settled
from service.engine.form_schema import check_answers
from service.errors import Invalid
from tests.service.engine.forms.kit import EVERY, GOOD, VARIABLES, drawn, every, form_of, refused

LONGEST_SECONDS = 5.0
AT = datetime(2026, 11, 24, tzinfo=UTC)
TYPES = [*sorted({each["type"] for each in EVERY["components"]}), "filepicker", "", None, 7]
NAMES = [*sorted({name for each in EVERY["components"] for name in each}), "validate", "conditional", "key", "path"]
EXPRESSIONS = ["=a", "=1/0", "=this.x", "=[1..9]", "=b + c", "={a: 1}", "=(", "=", "{{a}}", "{{#if a}}b{{/if}}", "{{"]

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=True)
    | st.text(max_size=12)
    | st.sampled_from(["a", "b", "c", "l", "a.b", "", "ttr", "2026-11-24", "08:30", "date", *EXPRESSIONS])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
components = st.recursive(
    st.dictionaries(st.sampled_from(NAMES), values, max_size=6).flatmap(
        lambda made: st.sampled_from(TYPES).map(lambda kind: {**made, "type": kind})
    ),
    lambda inner: st.builds(
        lambda kind, path, parts: {"type": kind, "path": path, "components": parts},
        st.sampled_from(["group", "dynamiclist"]),
        st.sampled_from(["l", "m", "", None]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
asked = sorted({each["key"] for each in EVERY["components"] if "key" in each} | {"address", "people", "members", "odd"})
bounded = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_told(refusal: Invalid) -> None:
    assert all(each.message for each in refusal.problems)


def within(begun: float) -> None:
    assert time.thread_time() - begun < LONGEST_SECONDS


@bounded
@given(st.lists(components, max_size=5), st.dictionaries(st.sampled_from("abclm"), values, max_size=4), values)
def test_any_file_is_refused_or_shown(parts: list[Any], variables: dict[str, Any], answers: Any) -> None:
    begun = time.thread_time()
    data = json.dumps({"id": "f", "components": parts}).encode()
    found = check("f.form", data)
    try:
        form = camunda_form(data, variables, AT)
        assert found == []
        settled(form, answers if isinstance(answers, dict) else {})
        check_answers(form, answers if isinstance(answers, dict) else {})
    except FormUnreadable:
        assert found != []
    except Invalid as refusal:
        assert_told(refusal)
    within(begun)


@bounded
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    assert check("f.form", data)


@bounded
@given(st.dictionaries(st.sampled_from(asked), values, max_size=6), st.booleans())
def test_any_answers_are_taken_or_refused(answers: dict[str, Any], beside_good_ones: bool) -> None:
    begun = time.thread_time()
    try:
        taken = check_answers(every(), {**(GOOD if beside_good_ones else {}), **answers})
        assert set(taken) <= set(asked) | {"total", "applicant"}
    except Invalid as refusal:
        assert_told(refusal)
    within(begun)


PATHS = ["title", "count", "day", "clock", "people.0.name", "people.7.years", "members.1.present", "address.ward.name"]
posted = st.lists(
    st.tuples(st.sampled_from([*PATHS, "papers", "people.x.name", "_revision"]), st.text(max_size=12)), max_size=8
)
buttons = st.sampled_from(
    ["people", "people.0", "members", "members.0", "people.", "", "people.0.name", "x.y", "people.²"]
)


@bounded
@given(posted, buttons, buttons)
def test_any_post_is_read(pairs: list[tuple[str, str]], added: str, removed: str) -> None:
    form = every()
    raw = answers_from_html(form, MultiDict(pairs), keep_blank_rows=True)
    again = changed_rows(form, raw, {"add-row": added, "remove-row": removed})
    assert len(again["members"]) == 2
    settled(form, again)


def test_expressions_of_one_form_share_one_budget() -> None:
    slow = "=some a in 1..900, b in 1..900 satisfies a < 0"
    parts = [{"type": "textfield", "key": f"a{number}", "conditional": {"hide": slow}} for number in range(100)]
    begun = time.thread_time()
    form = form_of(*parts)
    assert sum(bool(each.broken) for each in form.fields) > 90
    within(begun)


def test_rows_of_rows_share_it_too() -> None:
    inner = {"type": "expression", "key": "e", "expression": "=sum(this.n) + count(parent.m)"}
    rows = {"type": "dynamiclist", "path": "m", "components": [{"type": "number", "key": "n"}, inner]}
    outer = {"type": "dynamiclist", "path": "l", "components": [rows]}
    begun = time.thread_time()
    answers = {"l": [{"m": [{"n": 1}] * 200}] * 200}
    form = camunda_form(drawn(outer), VARIABLES, AT)
    assert refused(form, answers) == {"l": "Nhập không quá 2000 dòng trong tất cả."}
    within(begun)
    assert set(refused(form, {"l": [{"m": [{"n": "x"}] * 100}] * 10})) >= {"l.0.m.0.n", "l.9.m.99.n"}
    within(begun)


def test_a_pattern_is_matched_in_bounded_time() -> None:
    form = form_of({"type": "textfield", "key": "a", "validate": {"pattern": "^(a+)+$"}})
    begun = time.thread_time()
    assert set(refused(form, {"a": "a" * 60 + "!"})) == {"a"}
    within(begun)
