"""Answers in words: for the error summary, for a completed task, and for two versions side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import Any

from service.engine.form_words import shown
from service.engine.forms import DISPLAYED, Field, Form
from service.web.words import number, typed

_WORD = re.compile(r"\S+|\s+")
MOST_COMPARED = 120
"""Words (and the spaces between them) on either side that are compared one by one."""


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
        value = field.answer_in(answers)
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
    if field.kind == "boolean":
        return "Có" if value in (True, "true") else ""
    if isinstance(value, list):
        return "; ".join(_choice_words(field, each) for each in value)
    if field.kind in ("radio", "select"):
        return _choice_words(field, value)
    if field.kind in _CLOCKS and isinstance(value, str):
        return _date_words(field, value)
    if field.kind in (*_CLOCKS, "computed"):
        return shown(value)
    if field.kind in ("number", "integer"):
        return _number_words(str(value))
    return typed(value).strip()


_CLOCKS: Mapping[str, type[date] | type[time]] = {"date": date, "time": time, "datetime": datetime}


def _choice_words(field: Field, value: Any) -> str:
    return next((option.label for option in field.options if option.holds(value)), str(value))


def _date_words(field: Field, value: str) -> str:
    """A record keeps ISO text."""
    try:
        return shown(_CLOCKS[field.kind].fromisoformat(value))
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
    field = next((each for each in drawn if path == each.key or path.startswith(f"{each.key}.")), None)
    if field is None:
        return ""
    rest = path[len(field.key) + 1 :]
    if not rest:
        return field.label
    row, _, column = rest.partition(".")
    head = dict(field.row_keys).get(row) or (f"dòng {int(row) + 1}" if row.isdigit() else row)
    inner = _label(field.columns, column) if column else field.label
    return f"{inner or field.label}, {head}"


def _marked(left: str, right: str) -> list[tuple[str, bool]]:
    """`right` in pieces, those marked that `left` does not have there."""
    ours, theirs = _WORD.findall(left), _WORD.findall(right)
    begin = _alike(ours, theirs)
    ours, rest = ours[begin:], theirs[begin:]
    end = _alike(ours[::-1], rest[::-1])
    changed = _compared(ours[: len(ours) - end], rest[: len(rest) - end])
    pieces = [("".join(theirs[:begin]), False), *changed, ("".join(rest[len(rest) - end :]), False)]
    return [(text, differs) for text, differs in pieces if text]


def _alike(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many words at the beginning are the same."""
    pairs = zip(ours, theirs, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(ours), len(theirs)))


def _compared(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[str, bool]]:
    """Word by word; as a whole where it is long: the work grows with the cube of the words that repeat."""
    if len(ours) * len(theirs) > MOST_COMPARED**2:
        return [("".join(theirs), True)]
    steps = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    return [("".join(theirs[begins:ends]), tag != "equal") for tag, _, _, begins, ends in steps if begins < ends]
