"""Answers in words: for the error summary, for a completed task, and for two versions side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import Any

from service.engine.form_schema import DISPLAYED
from service.engine.forms import Field, Form
from service.web.words import day, number, typed

_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """One answer as a person reads it. `path` is the field's; a row of a table is part of `label`."""

    path: str
    label: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One field that two versions answer differently. `theirs` are pieces of text, True where they differ."""

    label: str
    yours: str
    theirs: Sequence[tuple[str, bool]]


def answered(form: Form, answers: Mapping[str, Any]) -> list[Answered]:
    """Every answer that was given, in the order of the form; empty ones are left out."""
    return [each for each in _answered(form.fields, answers, "", "") if each.words]


def labels_for(form: Form, paths: Iterable[str]) -> dict[str, str]:
    """What a path is called: “Họ và tên, dòng 2”; paths that the form does not know are left out."""
    return {path: words for path in paths if (words := _label(form.fields, path))}


def differences(form: Form, yours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Difference]:
    """The fields in which the two differ, with the words of `theirs` that differ marked."""
    mine = {each.path: each for each in answered(form, yours)}
    other = {each.path: each for each in answered(form, theirs)}
    found = []
    for path in dict.fromkeys([*mine, *other]):
        left = mine[path].words if path in mine else ""
        right = other[path].words if path in other else ""
        if left != right:
            label = (mine.get(path) or other[path]).label
            found.append(Difference(label=label, yours=left, theirs=_marked(left, right)))
    return found


def _answered(drawn: Iterable[Field], answers: Mapping[str, Any], path: str, row: str) -> Iterator[Answered]:
    for field in drawn:
        value = answers.get(field.key)
        if field.kind in DISPLAYED or value is None:
            continue
        here = f"{path}{field.key}"
        if field.kind == "rows":
            for key, words, record in _rows(field, value):
                yield from _answered(field.columns, record, f"{here}.{key}.", words)
        else:
            label = f"{field.label}, {row}" if row else field.label
            yield Answered(path=here, label=label, words=_words(field, value))


def _rows(field: Field, value: Any) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        heads = dict(field.row_keys)
        pairs = [(str(key), heads.get(str(key), str(key)), record) for key, record in value.items()]
    elif isinstance(value, list):
        pairs = [(str(at), f"dòng {at + 1}", record) for at, record in enumerate(value)]
    else:
        pairs = []
    return ((key, words, record) for key, words, record in pairs if isinstance(record, Mapping))


def _words(field: Field, value: Any) -> str:
    options = {option.value: option.label for option in field.options}
    if field.kind == "boolean":
        return "Có" if value in (True, "true") else ""
    if isinstance(value, list):
        return "; ".join(options.get(str(each), str(each)) for each in value)
    if field.kind in ("radio", "select"):
        return options.get(str(value), str(value))
    if field.kind == "date" and isinstance(value, str):
        return _date_words(value)
    if field.kind in ("number", "integer"):
        return _number_words(str(value))
    return typed(value).strip()


def _date_words(value: str) -> str:
    """A record keeps ISO text."""
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value


def _number_words(value: str) -> str:
    """1.000.000 and 92,41; what is below 10.000 has no point, so that 2026 stays a year."""
    try:
        figure = Decimal(value)
    except InvalidOperation:
        return value
    return number(figure) if abs(figure) >= 10_000 else typed(figure)


def _label(drawn: Iterable[Field], path: str) -> str:
    key, _, rest = path.partition(".")
    field = next((each for each in drawn if each.key == key), None)
    if field is None:
        return ""
    if not rest:
        return field.label
    row, _, column = rest.partition(".")
    head = dict(field.row_keys).get(row) or (f"dòng {int(row) + 1}" if row.isdigit() else row)
    inner = _label(field.columns, column) if column else field.label
    return f"{inner or field.label}, {head}"


def _marked(left: str, right: str) -> list[tuple[str, bool]]:
    """`right` in pieces, those marked that `left` does not have there."""
    ours, theirs = _WORD.findall(left), _WORD.findall(right)
    pieces = []
    for tag, _, _, begins, ends in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if begins < ends:
            pieces.append(("".join(theirs[begins:ends]), tag != "equal"))
    return pieces
