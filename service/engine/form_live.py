"""What a drawn form works out from variables and the answers given so far: conditions, computed values, limits, words.

`settled` gives the same form with every expression's result in place. It runs before a form is drawn and before it is
checked, so that both follow one rule. All expressions of one form share one budget of steps (`workflows.feel.limits`);
where it is used up, the fields concerned say so in `broken` and the form is refused until its author mends it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from marshmallow import ValidationError

from service.engine import form_markup
from service.engine.form_answers import SCALARS
from service.engine.form_paths import at, put
from service.engine.form_words import rendered, shown
from service.engine.forms import DISPLAYED, Field, Form, Option
from workflows import feel
from workflows.camunda.templates import plain
from workflows.clock import time_functions
from workflows.errors import ExpressionError, WorkflowError
from workflows.feel.expression import Expression, UnaryTests, run, special_names
from workflows.feel.limits import STEPS
from workflows.feel.scope import Run
from workflows.values import own

PASSES = 6
"""A condition may hang on a computed value that hangs on a condition …: so often."""
COST = 50
"""Steps that an expression costs at least."""
MAX_ROWS_IN_ALL = 2_000
"""Rows of all lists of a form together, those in rows included."""
MAX_OPTIONS, MAX_TABLE_ROWS, MAX_TABLE_COLUMNS = 2_000, 500, 40


_Row = tuple[int, Mapping[str, Any]]
"""A row of a list one stands in: its number from 1, its answers."""


def settled(form: Form, raw: Mapping[str, Any]) -> Form:
    """The form as it is with these answers, sent or stored. Raises nothing: a `broken` field says what failed."""
    if form.scope is None or not any(map(_may_change, form.fields)):
        return form
    answers = raw if isinstance(raw, Mapping) and not has_too_many_rows(raw) else {}
    seen = _read(form.fields, answers)
    sight = _Sight(form, seen)
    for _ in range(PASSES):
        fields, visible = _settle(form.fields, answers, form.values, sight, ())
        if visible == seen:
            break
        seen = visible
        sight = sight.over(seen)
    return replace(form, fields=fields)


def _may_change(drawn: Field) -> bool:
    return bool(drawn.live or drawn.no_past or drawn.read_only or drawn.disabled or drawn.kind == "rows")


def has_too_many_rows(answers: Any) -> bool:
    """Whether all lists of records together are longer than a form takes."""
    found, waiting = 0, [answers]
    while waiting and found <= MAX_ROWS_IN_ALL:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting.extend(each for each in value.values() if isinstance(each, (list, Mapping)))
        else:
            inner = [each for each in value if isinstance(each, (list, Mapping))] if isinstance(value, list) else []
            found += len(inner)
            waiting.extend(inner)
    return found > MAX_ROWS_IN_ALL


def _read(fields: tuple[Field, ...], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers in their types, as far as they can be read."""
    found: dict[str, Any] = {}
    for each in fields:
        if each.kind not in DISPLAYED:
            put(found, each.key, _value(each, at(answers, each.key)))
    return found


def _value(drawn: Field, given: Any) -> Any:
    if drawn.fixed:
        return drawn.value
    if drawn.kind == "rows":
        rows = given if isinstance(given, list) else []
        return [_read(drawn.columns, row if isinstance(row, Mapping) else {}) for row in rows[: drawn.max_rows]]
    if drawn.kind == "boolean":
        return given is True
    if given in (None, "", []):
        return [] if drawn.kind == "checklist" else None
    try:
        answer = SCALARS[drawn.kind](drawn)
        return answer.keep(answer.read(given.strip() if isinstance(given, str) else given))
    except ValidationError:
        return None


# -- evaluation


class _Sight:
    """What the expressions of one form see: variables, answers over them, `this`, `parent` and `i` in a list."""

    def __init__(self, form: Form, answers: Mapping[str, Any], budget: list[int] | None = None) -> None:
        self.form = form
        self.scope: Mapping[str, Any] = form.scope or {}
        self.answers = answers
        self.data = {**self.scope, **answers}
        self.asked = {each.key.partition(".")[0] for each in form.fields if each.kind not in DISPLAYED}
        self.known = special_names(self.scope)
        self.budget = [STEPS] if budget is None else budget
        self.run = Run(self.data, self._clock(), strict=False)

    def hangs_on_answers(self, text: str) -> bool:
        """Whether an answer may change what an expression gives."""
        names = compiled(text, self.known).names
        return not names.isdisjoint(self.asked) or not names.isdisjoint(_LOCAL)

    def over(self, answers: Mapping[str, Any]) -> _Sight:
        """The same with other answers, on what is left of the budget."""
        return _Sight(self.form, answers, self.budget)

    def _clock(self) -> dict[str, Callable[..., Any]]:
        return {} if self.form.at is None else time_functions(self.form.at)

    def evaluate(self, text: str, names: Mapping[str, Any]) -> Any:
        """Raises ExpressionError."""
        context = self.run if not names else Run({**_special(names), **self.data, **names}, self._clock(), strict=False)
        context.steps = self.budget[0]
        try:
            context.charge(COST)
            return run(compiled(text, self.known).tree, context, {"?": None})
        finally:
            self.budget[0] = context.steps


_LOCAL = frozenset({"this", "parent", "_this_", "_parent_"})


def _special(names: Mapping[str, Any]) -> dict[str, Any]:
    return {f"_{name}_": value for name, value in names.items() if name in ("this", "parent", "i")}


@lru_cache(maxsize=4096)
def compiled(text: str, known: frozenset[str] = frozenset()) -> Expression | UnaryTests:
    """Read an expression, or unary tests, which form-js takes in conditions. Raises ExpressionError."""
    try:
        return feel.compile(text, known)
    except ExpressionError as error:
        try:
            return feel.compile_unary(text, known)
        except ExpressionError:
            raise error from None


# -- fields


def _settle(
    fields: tuple[Field, ...],
    answers: Mapping[str, Any],
    starting: Mapping[str, Any],
    sight: _Sight,
    way: tuple[_Row, ...],
) -> tuple[tuple[Field, ...], dict[str, Any]]:
    """The fields as they are now, and the answers that count: typed, without the hidden ones."""
    found: list[Field] = []
    visible: dict[str, Any] = {}
    names = _local(way, sight)
    for each in fields:
        now = _settle_one(each, sight, names)
        if each.kind not in DISPLAYED:
            now = _with_own_value(now, at(starting, each.key))
            if each.kind == "rows":
                now, value = _settle_rows(now, at(answers, each.key), at(starting, each.key), sight, way)
            else:
                value = _value(now, at(answers, each.key))
            if not now.hidden:
                put(visible, each.key, value)
        found.append(now)
    return tuple(found), visible


def _local(way: tuple[_Row, ...], sight: _Sight) -> dict[str, Any]:
    """`this`, `parent` and the numbers of the rows one stands in, as form-js has them."""
    if not way:
        return {}
    parent = way[-2][1] if len(way) > 1 else sight.data
    return {"this": way[-1][1], "parent": parent, "i": [number for number, _row in way]}


def _settle_one(drawn: Field, sight: _Sight, names: Mapping[str, Any]) -> Field:
    if not drawn.live and not drawn.no_past:
        return drawn
    changed: dict[str, Any] = {"hidden": False, "gone": False, "broken": ""}
    if drawn.no_past:
        changed["earliest"] = sight.form.today
    for source, text in drawn.live:
        attribute, work_out = _TAKES[source]
        try:
            value = work_out(sight, text, names)
        except WorkflowError as error:
            changed["broken"] = f"Biểu mẫu không tính được mục này: {error.message}"
            continue
        if attribute == "hidden":
            changed["gone"] = changed["gone"] or (value and not sight.hangs_on_answers(text))
            value = changed["hidden"] or value
        changed[attribute] = value
    if "cells" in changed:
        changed["cells"] = _cells(changed.get("columns", drawn.columns), changed["cells"])
    return replace(drawn, **changed)


def _with_own_value(drawn: Field, starting: Any) -> Field:
    """What a drawn form shows read only is answered with what it shows."""
    if drawn.kind in ("computed", "rows"):
        return drawn
    if drawn.disabled:
        return replace(drawn, value=drawn.default if starting is None else starting)
    if drawn.read_only:
        value = drawn.default if starting is None else starting
        return replace(drawn, fixed=True, value=value)
    return replace(drawn, fixed=False, value=None) if drawn.fixed else drawn


def _settle_rows(
    drawn: Field, given: Any, starting: Any, sight: _Sight, way: tuple[_Row, ...]
) -> tuple[Field, list[Any]]:
    begun = _maps(starting)
    rows = _maps(given)
    before = at(way[-1][1] if way else sight.answers, drawn.key)
    count = len(begun) if drawn.keeps_rows else min(len(rows), drawn.max_rows)
    records, values = [], []
    for number in range(count):
        row = rows[number] if number < len(rows) else {}
        known = before[number] if isinstance(before, list) and number < len(before) else {}
        own_start = begun[number] if number < len(begun) else {}
        columns, visible = _settle(drawn.columns, row, own_start, sight, (*way, (number + 1, known)))
        records.append(columns)
        values.append(visible)
    return replace(drawn, records=tuple(records)), values


def _maps(rows: Any) -> list[Mapping[str, Any]]:
    return [row if isinstance(row, Mapping) else {} for row in rows] if isinstance(rows, list) else []


def _cells(columns: tuple[Field, ...], table: list[Any]) -> tuple[tuple[str, ...], ...]:
    keys = [column.key for column in columns]
    rows = [row for row in table if isinstance(row, Mapping)]
    return tuple(tuple(shown(row.get(key))[:2_000] for key in keys) for row in rows[:MAX_TABLE_ROWS])


# -- what an expression's result becomes


def _number(sight: _Sight, text: str, names: Mapping[str, Any]) -> Decimal | None:
    value = sight.evaluate(text, names)
    if isinstance(value, str):
        value = feel.evaluate("number(text)", {"text": value})
    return Decimal(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None


def _whole(sight: _Sight, text: str, names: Mapping[str, Any]) -> int | None:
    number = _number(sight, text, names)
    return int(number) if number is not None and abs(number) < 10**9 else None


def _flag(sight: _Sight, text: str, names: Mapping[str, Any]) -> bool:
    return sight.evaluate(text, names) is True


def _result(sight: _Sight, text: str, names: Mapping[str, Any]) -> Any:
    return own(plain(sight.evaluate(text, names)))


def _options(sight: _Sight, text: str, names: Mapping[str, Any]) -> tuple[Option, ...]:
    return options_from(sight.evaluate(text, names))


def _words(sight: _Sight, text: str, names: Mapping[str, Any]) -> str:
    return " ".join(_filled(sight, text, names, str).split())[:2_000]


def _markdown(sight: _Sight, text: str, names: Mapping[str, Any]) -> str:
    escaped = str if text.startswith("=") else form_markup.plain_words
    return form_markup.from_markdown(_filled(sight, text, names, escaped))


def _html(sight: _Sight, text: str, names: Mapping[str, Any]) -> str:
    return form_markup.from_html(_filled(sight, text, names, str if text.startswith("=") else escape))


def _filled(sight: _Sight, text: str, names: Mapping[str, Any], escaped: Callable[[str], str]) -> str:
    return rendered(text, lambda expression, local: sight.evaluate(expression, {**names, **local}), escaped)


def _image(sight: _Sight, text: str, names: Mapping[str, Any]) -> str:
    source = _filled(sight, text, names, str).strip()
    return source if form_markup.safe_image(source) else ""


def _rows(sight: _Sight, text: str, names: Mapping[str, Any]) -> list[Any]:
    value = sight.evaluate(text, names)
    return value if isinstance(value, list) else []


def _columns(sight: _Sight, text: str, names: Mapping[str, Any]) -> tuple[Field, ...]:
    found = [
        each for each in _rows(sight, text, names) if isinstance(each, Mapping) and isinstance(each.get("key"), str)
    ]
    return tuple(
        Field(key=each["key"], kind="text", label=shown(each.get("label")) or each["key"])
        for each in found[:MAX_TABLE_COLUMNS]
    )


def options_from(found: Any) -> tuple[Option, ...]:
    """Choices as form-js takes them from data: plain values, or maps with `value` and `label`. Doubles are dropped."""
    made: dict[str, Option] = {}
    for each in found[:MAX_OPTIONS] if isinstance(found, (list, tuple)) else ():
        value, label = (each.get("value"), each.get("label")) if isinstance(each, Mapping) else (each, None)
        if value is None:
            continue
        option = Option.of(value, str(label) if isinstance(label, str) and label else shown(value))
        made.setdefault(option.value, option)
    return tuple(made.values())


_TAKES: dict[str, tuple[str, Callable[[_Sight, str, Mapping[str, Any]], Any]]] = {
    "hidden": ("hidden", _flag),
    "read_only": ("read_only", _flag),
    "value": ("value", _result),
    "options": ("options", _options),
    "minimum": ("minimum", _number),
    "maximum": ("maximum", _number),
    "min_length": ("min_length", _whole),
    "max_length": ("max_length", _whole),
    "label": ("label", _words),
    "hint": ("hint", _words),
    "prefix": ("prefix", _words),
    "suffix": ("suffix", _words),
    "markdown": ("markup", _markdown),
    "html": ("markup", _html),
    "image": ("value", _image),
    "columns": ("columns", _columns),
    "table": ("cells", _rows),
}
"""What `Field.live` may name -> the attribute it sets, and how."""
TEXTS = frozenset({"label", "hint", "prefix", "suffix", "markdown", "html", "image"})
"""Those that are texts with `{{…}}` in them; the others are one expression."""
