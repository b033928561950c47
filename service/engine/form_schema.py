"""A form as a marshmallow schema: strict, every problem at its own path, in words a person can act on.

Answers that come out hold every field of the form: what was left empty, hidden by `shown_if` or read only is None
(False for a checkbox, an empty list or dict for choices and rows).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load

from service.engine.forms import Field, Form
from service.errors import FieldProblem, Invalid

DISPLAYED = frozenset({"paragraph", "heading"})
MAX_TEXT = {"text": 2_000, "textarea": 50_000}
MAX_NUMBER = Decimal(10) ** 18
MAX_DECIMALS = 9
YEARS = range(1900, 2200)

EMPTY = "Cần nhập nội dung này."
UNCHOSEN = "Cần chọn một trong các mục."
UNKNOWN = "Biểu mẫu không có trường này."


def check_answers(form: Form, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with their types. Raises Invalid naming every field that cannot be taken."""
    try:
        return schema_of(form).load(dict(raw))  # type: ignore[no-any-return]
    except ValidationError as error:
        raise Invalid(_problems(error.messages, ())) from error


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
            if each.kind in DISPLAYED:
                continue
            if each.read_only or not _shown(each, data):
                asked.pop(each.key, None)
            elif each.key not in asked and (each.required or each.row_keys):
                asked[each.key] = None
        return asked


def _schema(drawn: tuple[Field, ...]) -> Schema:
    """A schema keeps no answers: one serves every task with the same fields. Defaults may be lists: made anew then."""
    try:
        return _kept_schema(drawn)
    except TypeError:
        return _made_schema(drawn)


def _made_schema(drawn: tuple[Field, ...]) -> Schema:
    made = AnswersSchema.from_dict({each.key: _field(each) for each in drawn if each.kind not in DISPLAYED})
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


# -- fields


class Answer(fields.Field[Any]):
    """One field's answer. An empty one is None, and refused where the field is required."""

    empty: Any = None
    missing = EMPTY

    def __init__(self, drawn: Field) -> None:
        self.drawn = drawn
        super().__init__(load_default=lambda: self.empty, allow_none=True)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        if isinstance(value, str):
            value = value.strip()
        if value in (None, "") or (isinstance(value, (list, dict)) and not value and not self.drawn.row_keys):
            if self.drawn.required:
                raise ValidationError(self.missing)
            if not self.drawn.row_keys:
                return self.empty
        return super().deserialize({} if value is None else value, attr, data, **kwargs)


class TextAnswer(Answer):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("Cần nhập chữ.")
        shortest, longest = self.drawn.min_length or 0, self.drawn.max_length or MAX_TEXT[self.drawn.kind]
        if len(value) > longest:
            raise ValidationError(f"Nhập không quá {longest} ký tự (đang có {len(value)}).")
        if len(value) < shortest:
            raise ValidationError(f"Nhập ít nhất {shortest} ký tự.")
        if any(ord(letter) < 32 and letter not in "\n\r\t" for letter in value):
            raise ValidationError("Có ký tự không in được; bạn gõ lại nội dung này.")
        if self.drawn.pattern is not None and re.fullmatch(self.drawn.pattern, value) is None:
            raise ValidationError(self.drawn.pattern_message or "Nội dung chưa đúng mẫu.")
        return value.replace("\r\n", "\n")


class NumberAnswer(Answer):
    """`integer` gives int, `number` gives Decimal. From JSON a number; text only as `answers_from_html` leaves it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> int | Decimal:
        whole = self.drawn.kind == "integer"
        try:
            if isinstance(value, (bool, str)):
                raise InvalidOperation
            number = Decimal(repr(value) if isinstance(value, float) else value)
            if not number.is_finite() or abs(number) > MAX_NUMBER or (whole and number != int(number)):
                raise InvalidOperation
        except (InvalidOperation, TypeError, ValueError) as error:
            message = "Nhập một số nguyên, ví dụ 12." if whole else "Nhập một số, ví dụ 92,41."
            raise ValidationError(message) from error
        self._refuse_outside(number)
        return int(number) if whole else round(number, MAX_DECIMALS).normalize() + Decimal(0)

    def _refuse_outside(self, number: Decimal) -> None:
        low, high = self.drawn.minimum, self.drawn.maximum
        if low is not None and high is not None and not low <= number <= high:
            raise ValidationError(f"Nhập một số từ {_shown_number(low)} đến {_shown_number(high)}.")
        if low is not None and number < low:
            raise ValidationError(f"Nhập một số từ {_shown_number(low)} trở lên.")
        if high is not None and number > high:
            raise ValidationError(f"Nhập một số không quá {_shown_number(high)}.")


class BooleanAnswer(Answer):
    empty = False

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Cần trả lời có hoặc không.")
        return value


class DateAnswer(Answer):
    """A date, or its ISO text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> date:
        try:
            day = value if type(value) is date else date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise ValidationError("Nhập ngày theo dạng ngày/tháng/năm, ví dụ 24/11/2026.") from error
        if day.year not in YEARS:
            raise ValidationError(f"Nhập năm từ {YEARS.start} đến {YEARS.stop - 1}.")
        return day


class ChoiceAnswer(Answer):
    missing = UNCHOSEN

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> str:
        if not isinstance(value, str) or value not in {option.value for option in self.drawn.options}:
            raise ValidationError(UNCHOSEN)
        return value


class ChecklistAnswer(Answer):
    missing = "Cần chọn ít nhất một mục."

    @property
    def empty(self) -> list[str]:
        return []

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> list[str]:
        known = [option.value for option in self.drawn.options]
        if not isinstance(value, list) or any(each not in known for each in value):
            raise ValidationError("Chỉ chọn trong các mục có sẵn.")
        return [each for each in known if each in value]


class RowsAnswer(Answer):
    """A list of records; a dict of them where the rows are fixed."""

    missing = "Cần ít nhất một dòng."

    @property
    def empty(self) -> Any:
        return {} if self.drawn.row_keys else []

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        schema = _schema(self.drawn.columns)
        if not self.drawn.row_keys:
            if not isinstance(value, list):
                raise ValidationError("Cần một danh sách các dòng.")
            if len(value) > self.drawn.max_rows:
                raise ValidationError(f"Nhập không quá {self.drawn.max_rows} dòng.")
            return list(_loaded(schema, dict(enumerate(value))).values())
        if not isinstance(value, Mapping):
            raise ValidationError("Cần một bảng theo từng dòng.")
        keys = [key for key, _words in self.drawn.row_keys]
        if unknown := [key for key in value if key not in keys]:
            raise ValidationError({str(key): ["Bảng không có dòng này."] for key in unknown})
        return _loaded(schema, {key: value.get(key, {}) for key in keys})


def _loaded(schema: Schema, rows: Mapping[Any, Any]) -> dict[Any, Any]:
    loaded, problems = {}, {}
    for key, row in rows.items():
        try:
            loaded[key] = schema.load(row)
        except ValidationError as error:
            problems[key] = error.messages
    if problems:
        raise ValidationError(problems)
    return loaded


_ANSWERS: dict[str, type[Answer]] = {
    "text": TextAnswer,
    "textarea": TextAnswer,
    "integer": NumberAnswer,
    "number": NumberAnswer,
    "boolean": BooleanAnswer,
    "date": DateAnswer,
    "radio": ChoiceAnswer,
    "select": ChoiceAnswer,
    "checklist": ChecklistAnswer,
    "rows": RowsAnswer,
}


def _field(drawn: Field) -> Answer:
    return _ANSWERS[drawn.kind](drawn)


def _shown_number(number: Decimal | int) -> str:
    """1.000,5"""
    whole, _, rest = f"{number:,f}".partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")


def _problems(messages: Any, path: tuple[str, ...]) -> Iterator[FieldProblem]:
    """Marshmallow's nested messages as paths."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _problems(inner, path if key == "_schema" else (*path, str(key)))
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield FieldProblem(field=".".join(path), message=str(message))
