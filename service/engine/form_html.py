"""What a browser posts for a form -> raw answers for `form_schema.check_answers`.

Inputs are named by their path with dots, as `FieldProblem.field` is: `reason`, `nominees.0.full_name` (rows that a
person adds), `votes.17.yes` (fixed rows by key). A checkbox has the value `true`; a checklist repeats its name.
Dates are typed `24/11/2026`, times `08:30`, numbers `1.000,5`; what cannot be read stays as typed, so that it is
shown again. Names that the form does not know (the token against forged requests, the revision, buttons) are not
looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, Protocol

from service.engine.camunda_forms import new_row
from service.engine.form_paths import at, put
from service.engine.form_typed import read_date, read_moment, read_number, read_time
from service.engine.forms import DISPLAYED, Field, Form

__all__ = ["Posted", "answers_from_html", "changed_rows", "read_date", "read_number", "with_a_row_to_fill"]


class Posted(Protocol):
    """A werkzeug MultiDict."""

    def get(self, key: str, default: Any = None, /) -> Any: ...
    def getlist(self, key: str, /) -> list[str]: ...
    def __iter__(self) -> Any: ...


def answers_from_html(form: Form, posted: Posted, *, keep_blank_rows: bool = False) -> dict[str, Any]:
    """Raw answers by field. Rows a person added and left blank are dropped, unless they are to be shown again."""
    return _answers(form.fields, posted, "", keep_blank_rows)


def _answers(drawn: tuple[Field, ...], posted: Posted, prefix: str, keep_blank: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in drawn:
        if each.kind not in DISPLAYED and not (each.read_only or each.fixed or each.disabled):
            put(found, each.key, _answer(each, posted, prefix + each.key, keep_blank))
    return found


def _answer(drawn: Field, posted: Posted, path: str, keep_blank: bool) -> Any:
    if drawn.kind == "boolean":
        return posted.get(path) in ("true", "on", "1")
    if drawn.kind == "checklist":
        return posted.getlist(path)
    if drawn.kind == "rows":
        return _rows(drawn, posted, path, keep_blank)
    text = posted.get(path)
    if not isinstance(text, str) or not text.strip():
        return None
    return _READ[drawn.kind](text) if drawn.kind in _READ else text


_READ: dict[str, Callable[[str], Any]] = {
    "date": read_date,
    "time": read_time,
    "datetime": read_moment,
    "integer": read_number,
    "number": read_number,
}


def _rows(drawn: Field, posted: Posted, path: str, keep_blank: bool) -> Any:
    if drawn.row_keys:
        return {key: _answers(drawn.columns, posted, f"{path}.{key}.", keep_blank) for key, _words in drawn.row_keys}
    if drawn.keeps_rows and drawn.records:
        return [_answers(row, posted, f"{path}.{number}.", keep_blank) for number, row in enumerate(drawn.records)]
    pattern = re.compile(re.escape(path) + r"\.(\d{1,5})\.")
    found = {int(match.group(1)) for name in posted if (match := pattern.match(name))}
    numbers = sorted(found)[: drawn.max_rows + 1]
    rows = [_answers(drawn.columns, posted, f"{path}.{number}.", keep_blank) for number in numbers]
    return rows if keep_blank else [row for row in rows if not _is_blank(row)]


def _is_blank(row: Mapping[str, Any]) -> bool:
    return all(
        _is_blank(value) if isinstance(value, Mapping) else value in (None, "", False) or value == []
        for value in row.values()
    )


def with_a_row_to_fill(form: Form, answers: Mapping[str, Any], posted: Posted) -> dict[str, Any]:
    """The answers that were refused, to be drawn again: a list that came with blank rows only keeps one of them."""
    again = deepcopy(dict(answers))
    drawn = answers_from_html(form, posted, keep_blank_rows=True)
    for each in form.fields:
        rows = at(drawn, each.key) if each.kind == "rows" else None
        if isinstance(rows, list) and rows and at(answers, each.key) == []:
            put(again, each.key, rows[:1])
    return again


def changed_rows(form: Form, answers: Mapping[str, Any], posted: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with the row added that button `add-row` names, or without the one `remove-row` names."""
    changed = deepcopy(dict(answers))
    added = posted.get("add-row")
    if isinstance(added, str) and (found := _list_at(form.fields, changed, added)) is not None:
        drawn, rows = found
        rows.append(new_row(drawn) if form.scope is not None else {})
    removed = posted.get("remove-row")
    if isinstance(removed, str):
        path, _, number = removed.rpartition(".")
        found = _list_at(form.fields, changed, path)
        if found is not None and number.isascii() and number.isdigit() and int(number[:6]) < len(found[1]):
            del found[1][int(number[:6])]
    return changed


def _list_at(drawn: tuple[Field, ...], answers: Any, path: str) -> tuple[Field, list[Any]] | None:
    """The list that a path means, `families.2.children`, where rows may come and go."""
    for each in drawn:
        if each.kind != "rows" or each.row_keys or not (path == each.key or path.startswith(f"{each.key}.")):
            continue
        rows = at(answers, each.key)
        if not isinstance(rows, list):
            return None
        if path == each.key:
            return None if each.keeps_rows else (each, rows)
        number, _, rest = path[len(each.key) + 1 :].partition(".")
        if number.isascii() and number.isdigit() and int(number[:6]) < len(rows):
            return _list_at(each.columns, rows[int(number[:6])], rest)
    return None
