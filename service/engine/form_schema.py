"""A form as a marshmallow schema: strict, every problem at its own path, in words a person can act on.

Answers that come out hold every field of the form: what was left empty, hidden or read only is None (False for a
checkbox, an empty list or dict for choices and rows). Of a drawn form (one with a `scope`) what is hidden or disabled
leaves a variable of its name as it is, and what is read only has the value that was shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, pre_load

from service.engine.form_answers import EMPTY, SCALARS, UNCHOSEN, Answer, FixedAnswer
from service.engine.form_live import MAX_ROWS_IN_ALL, has_too_many_rows, settled
from service.engine.form_paths import drop
from service.engine.forms import DISPLAYED, Field, Form
from service.errors import FieldProblem, Invalid

__all__ = ["DISPLAYED", "EMPTY", "UNCHOSEN", "AnswersSchema", "check_answers", "schema_of"]

UNKNOWN = "Biểu mẫu không có trường này."


def check_answers(form: Form, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with their types. Raises Invalid naming every field that cannot be taken."""
    if form.scope is not None and has_too_many_rows(raw):
        raise Invalid(
            [FieldProblem(field=_longest(raw), message=f"Nhập không quá {MAX_ROWS_IN_ALL} dòng trong tất cả.")]
        )
    now = settled(form, raw)
    try:
        answers: dict[str, Any] = schema_of(now).load(dict(raw))
    except ValidationError as error:
        raise Invalid(_problems(error.messages, ())) from error
    if form.scope is not None:
        for each in now.fields:
            if (each.hidden or each.disabled) and each.key.partition(".")[0] in form.scope:
                drop(answers, each.key)
    return answers


def _longest(raw: Mapping[str, Any]) -> str:
    return str(max(raw, key=lambda key: len(str(raw[key])) if isinstance(raw[key], (list, dict)) else 0))


def schema_of(form: Form) -> Schema:
    """A schema that loads exactly this form's answers."""
    return _schema(form.fields)


class AnswersSchema(Schema):
    """What the fields of one form, or of one row, take."""

    drawn: ClassVar[tuple[Field, ...]] = ()
    error_messages = {"unknown": UNKNOWN, "type": "Cần một bảng các câu trả lời."}  # noqa: RUF012 - as the base has it

    class Meta:
        unknown = RAISE

    @pre_load
    def only_what_is_asked(self, data: Any, **_: Any) -> Any:
        """Drop what is hidden or read only; what was asked and left out counts as empty."""
        if not isinstance(data, Mapping):
            return data
        asked = dict(data)
        for each in self.drawn:
            if each.kind in DISPLAYED or "." in each.key:
                continue
            if each.hidden or each.disabled or not _shown(each, data):
                asked.pop(each.key, None)
            elif each.fixed:
                asked[each.key] = None
            elif each.read_only:
                asked.pop(each.key, None)
            elif each.key not in asked and (each.required or each.row_keys or each.keeps_rows or each.broken):
                asked[each.key] = None
        for name in groups_of(self.drawn):
            asked.setdefault(name, {})
        return asked


def groups_of(drawn: tuple[Field, ...]) -> dict[str, tuple[Field, ...]]:
    """The fields whose keys are paths, by their first part; their keys are what is left of the path."""
    found: dict[str, list[Field]] = {}
    for each in drawn:
        name, dot, rest = each.key.partition(".")
        if dot and each.kind not in DISPLAYED:
            found.setdefault(name, []).append(replace(each, key=rest))
    return {name: tuple(inner) for name, inner in found.items()}


def _schema(drawn: tuple[Field, ...]) -> Schema:
    """A schema keeps no answers: one serves every task with the same fields. Defaults may be lists: made anew then."""
    try:
        return _kept_schema(drawn)
    except TypeError:
        return _made_schema(drawn)


def _made_schema(drawn: tuple[Field, ...]) -> Schema:
    asked = (each for each in drawn if each.kind not in DISPLAYED and "." not in each.key)
    taken: dict[str, Answer] = {each.key: _field(each) for each in asked}
    taken |= {name: GroupAnswer(inner) for name, inner in groups_of(drawn).items()}
    made = AnswersSchema.from_dict(taken)  # type: ignore[arg-type]
    made.drawn = drawn  # type: ignore[attr-defined]
    return made()


_kept_schema = lru_cache(maxsize=256)(_made_schema)


def _shown(drawn: Field, data: Mapping[str, Any]) -> bool:
    if drawn.shown_if is None:
        return True
    other, values = drawn.shown_if
    given = data.get(other)
    if isinstance(given, bool):
        given = "true" if given else "false"
    return bool(set(values) & set(map(str, given))) if isinstance(given, (list, tuple)) else str(given) in values


# -- answers that hold others


class GroupAnswer(Answer):
    """Fields whose keys begin with the same name: a map."""

    def __init__(self, inner: tuple[Field, ...]) -> None:
        super().__init__(Field(key="", kind="rows", label=""))
        self.inner = inner

    def is_empty(self, value: Any) -> bool:
        return False

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        return _schema(self.inner).load({} if value is None else value)


class RowsAnswer(Answer):
    """A list of records; a dict of them where the rows are fixed."""

    missing = "Cần ít nhất một dòng."

    @property
    def empty(self) -> Any:
        return {} if self.drawn.row_keys else []

    def is_empty(self, value: Any) -> bool:
        if value in (None, ""):
            return self.drawn.required or not (self.drawn.row_keys or self.drawn.keeps_rows)
        return isinstance(value, (list, dict)) and not value and not (self.drawn.row_keys or self.drawn.keeps_rows)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        return self._fixed(value or {}) if self.drawn.row_keys else self._free([] if value is None else value)

    def _free(self, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValidationError("Cần một danh sách các dòng.")
        if self.drawn.keeps_rows and len(value) != len(self.drawn.records):
            raise ValidationError(f"Danh sách này có đúng {len(self.drawn.records)} dòng.")
        if len(value) > self.drawn.max_rows:
            raise ValidationError(f"Nhập không quá {self.drawn.max_rows} dòng.")
        rows = {number: (_schema(self.drawn.columns_at(number)), row) for number, row in enumerate(value)}
        return list(_loaded(rows).values())

    def _fixed(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise ValidationError("Cần một bảng theo từng dòng.")
        keys = [key for key, _words in self.drawn.row_keys]
        if unknown := [key for key in value if key not in keys]:
            raise ValidationError({str(key): ["Bảng không có dòng này."] for key in unknown})
        schema = _schema(self.drawn.columns)
        return _loaded({key: (schema, value.get(key, {})) for key in keys})


def _loaded(rows: Mapping[Any, tuple[Schema, Any]]) -> dict[Any, Any]:
    loaded, problems = {}, {}
    for key, (schema, row) in rows.items():
        try:
            loaded[key] = schema.load(row)
        except ValidationError as error:
            problems[key] = error.messages
    if problems:
        raise ValidationError(problems)
    return loaded


def _field(drawn: Field) -> Answer:
    if drawn.kind == "rows":
        return RowsAnswer(drawn)
    return FixedAnswer(drawn) if drawn.fixed else SCALARS[drawn.kind](drawn)


def _problems(messages: Any, path: tuple[str, ...]) -> Iterator[FieldProblem]:
    """Marshmallow's nested messages as paths."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _problems(inner, path if key == "_schema" else (*path, str(key)))
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield FieldProblem(field=".".join(path), message=str(message))
