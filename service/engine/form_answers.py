"""What one field takes: marshmallow fields that read an answer, check it, and say in Vietnamese what to mend.

Each reads what JSON and `form_html` give (`read`, by type) and then checks it against the field (`refuse`).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import ValidationError, fields

from service.engine.form_typed import read_date, read_moment, read_time
from service.engine.forms import Field, TimeFormat
from workflows.calendar import VIETNAM
from workflows.errors import ExpressionError
from workflows.feel import regex
from workflows.feel.scope import Run

MAX_TEXT = {"text": 2_000, "textarea": 50_000}
MAX_NUMBER = Decimal(10) ** 18
MAX_DECIMALS = 9
YEARS = range(1900, 2200)
HANOI_OFFSET = timezone(timedelta(hours=7))
"""Hà Nội keeps no summer time: a wall time has one offset."""

EMPTY = "Cần nhập nội dung này."
UNCHOSEN = "Cần chọn một trong các mục."

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}")
_PHONE = re.compile(r"(?:\+|00)[1-9]\d{6,14}")
_PLAIN_NUMBER = re.compile(r"-?\d{1,19}(?:\.\d{1,9})?", re.ASCII)
_TEXT_FORMS = {
    "email": (_EMAIL, "Nhập một địa chỉ thư điện tử, ví dụ ten@hanoi.gov.vn."),
    "phone": (_PHONE, "Nhập số điện thoại kèm mã nước, ví dụ +84912345678."),
}


class Answer(fields.Field[Any]):
    """One field's answer. An empty one is None, and refused where the field is required."""

    empty: Any = None
    missing = EMPTY

    def __init__(self, drawn: Field) -> None:
        self.drawn = drawn
        super().__init__(load_default=lambda: self.empty, allow_none=True)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        if self.drawn.broken:
            raise ValidationError(self.drawn.broken)
        if isinstance(value, str):
            value = value.strip()
        if self.is_empty(value):
            if self.drawn.required:
                raise ValidationError(self.drawn.missing or self.missing)
            return self.empty
        if value is None:
            return self._deserialize(None, attr, data)
        return super().deserialize(value, attr, data, **kwargs)

    def is_empty(self, value: Any) -> bool:
        return value in (None, "") or (isinstance(value, (list, dict)) and not value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        answer = self.read(value)
        self.refuse(answer)
        return self.keep(answer)

    def read(self, value: Any) -> Any:
        """The value in its type. Raises ValidationError."""
        raise ValidationError("Không nhận câu trả lời cho mục này.")

    def refuse(self, answer: Any) -> None:
        """Raises ValidationError where the field says no."""

    def keep(self, answer: Any) -> Any:
        """As it is stored."""
        return answer


class FixedAnswer(Answer):
    """The server's own value: whatever was sent is not looked at."""

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        if self.drawn.broken:
            raise ValidationError(self.drawn.broken)
        return self.drawn.value

    def read(self, value: Any) -> Any:
        return self.drawn.value


class TextAnswer(Answer):
    """In composed letters, however a keyboard sends them: “ế” is one, so that it counts and compares as one."""

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("Cần nhập chữ.")
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n"))

    def refuse(self, answer: str) -> None:
        shortest, longest = self.drawn.min_length or 0, self.drawn.max_length or MAX_TEXT[self.drawn.kind]
        if len(answer) > longest:
            raise ValidationError(f"Nhập không quá {longest} ký tự (đang có {len(answer)}).")
        if len(answer) < shortest:
            raise ValidationError(f"Nhập ít nhất {shortest} ký tự.")
        if any((ord(letter) < 32 and letter not in "\n\r\t") or "\ud800" <= letter <= "\udfff" for letter in answer):
            raise ValidationError("Có ký tự không in được; bạn gõ lại nội dung này.")
        if not self._fits(answer):
            raise ValidationError(self.drawn.pattern_message or "Nội dung chưa đúng mẫu.")
        if self.drawn.text_form is not None:
            pattern, message = _TEXT_FORMS[self.drawn.text_form]
            if pattern.fullmatch(answer) is None:
                raise ValidationError(self.drawn.pattern_message or message)

    def _fits(self, answer: str) -> bool:
        if self.drawn.pattern is not None and re.fullmatch(self.drawn.pattern, answer) is None:
            return False
        if self.drawn.found_pattern is None:
            return True
        compiled = regex.compile(self.drawn.found_pattern, "")
        try:
            return compiled is None or compiled.search(answer, 0, Run({}, {}, strict=False)) is not None
        except ExpressionError:
            return False


class NumberAnswer(Answer):
    """`integer` gives int, `number` gives Decimal. From JSON a number; text only as `answers_from_html` leaves it."""

    def read(self, value: Any) -> int | Decimal:
        whole = self.drawn.kind == "integer"
        try:
            if isinstance(value, str) and self.drawn.as_text and _PLAIN_NUMBER.fullmatch(value):
                value = Decimal(value)
            if isinstance(value, (bool, str)):
                raise InvalidOperation
            number = Decimal(repr(value) if isinstance(value, float) else value)
            if not number.is_finite() or abs(number) > MAX_NUMBER or (whole and number != int(number)):
                raise InvalidOperation
        except (InvalidOperation, TypeError, ValueError, OverflowError) as error:
            message = "Nhập một số nguyên, ví dụ 12." if whole else "Nhập một số, ví dụ 92,41."
            raise ValidationError(message) from error
        return int(number) if whole else round(number, MAX_DECIMALS).normalize() + Decimal(0)

    def refuse(self, answer: int | Decimal) -> None:
        low, high = self.drawn.minimum, self.drawn.maximum
        if low is not None and high is not None and not low <= answer <= high:
            raise ValidationError(f"Nhập một số từ {shown_number(low)} đến {shown_number(high)}.")
        if low is not None and answer < low:
            raise ValidationError(f"Nhập một số từ {shown_number(low)} trở lên.")
        if high is not None and answer > high:
            raise ValidationError(f"Nhập một số không quá {shown_number(high)}.")
        self._refuse_between(Decimal(answer))

    def _refuse_between(self, number: Decimal) -> None:
        digits = self.drawn.decimals
        if digits is not None and number != round(number, digits):
            raise ValidationError(f"Nhập số có không quá {digits} chữ số sau dấu phẩy.")
        step = self.drawn.step
        if step is not None and (over := number % step) != 0:
            below = number - over if over > 0 else number - over - step
            near = f"{shown_number(below)} hoặc {shown_number(below + step)}"
            raise ValidationError(f"Nhập một số theo bước {shown_number(step)}; gần nhất là {near}.")

    def keep(self, answer: int | Decimal) -> Any:
        return f"{answer:f}" if self.drawn.as_text else answer


class BooleanAnswer(Answer):
    """Required means ticked."""

    empty = False
    missing = "Cần đánh dấu vào ô này."

    def is_empty(self, value: Any) -> bool:
        return value in (None, "") or value is False

    def read(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Cần trả lời có hoặc không.")
        return value


class DateAnswer(Answer):
    """A date, or its text, `24/11/2026` or ISO.

    Of a moment the day it is in Hà Nội: Camunda's clients know no date alone.
    """

    def read(self, value: Any) -> date:
        value = read_date(value) if isinstance(value, str) else value
        try:
            if isinstance(value, datetime):
                return value.astimezone(VIETNAM).date()
            return value if type(value) is date else date.fromisoformat(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValidationError("Nhập ngày theo dạng ngày/tháng/năm, ví dụ 24/11/2026.") from error

    def refuse(self, answer: date) -> None:
        if answer.year not in YEARS:
            raise ValidationError(f"Nhập năm từ {YEARS.start} đến {YEARS.stop - 1}.")
        refuse_before(self.drawn, answer)


class TimeAnswer(Answer):
    """A wall time of Hà Nội, or its text, `8h30` or ISO; another offset is read into Hà Nội's."""

    def read(self, value: Any) -> time:
        value = read_time(value) if isinstance(value, str) else value
        try:
            clock = value if type(value) is time else time.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise ValidationError("Nhập giờ theo dạng giờ:phút, ví dụ 08:30.") from error
        if clock.tzinfo is None:
            return clock
        return datetime.combine(date(2000, 1, 2), clock).astimezone(HANOI_OFFSET).time()

    def refuse(self, answer: time) -> None:
        refuse_between_minutes(self.drawn, answer)

    def keep(self, answer: time) -> time:
        moment = datetime.combine(date(2000, 1, 2), answer, HANOI_OFFSET)
        return in_time_format(moment, self.drawn.time_format).timetz() if with_zone(self.drawn) else answer


class MomentAnswer(Answer):
    """A day and an hour in Hà Nội, or text: `24/11/2026 08:30` or ISO, whose own offset counts. Always aware."""

    def read(self, value: Any) -> datetime:
        value = read_moment(value) if isinstance(value, str) else value
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
            if isinstance(value, str) and "T" not in value and " " not in value.strip():
                raise ValueError("a day alone")
            return moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment.astimezone(VIETNAM)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValidationError("Nhập ngày và giờ, ví dụ 24/11/2026 08:30.") from error

    def refuse(self, answer: datetime) -> None:
        if answer.year not in YEARS:
            raise ValidationError(f"Nhập năm từ {YEARS.start} đến {YEARS.stop - 1}.")
        refuse_before(self.drawn, answer.date())
        refuse_between_minutes(self.drawn, answer.time())

    def keep(self, answer: datetime) -> datetime:
        return in_time_format(answer, self.drawn.time_format)


def refuse_before(drawn: Field, day: date) -> None:
    if drawn.earliest is not None and day < drawn.earliest:
        raise ValidationError(f"Nhập một ngày từ {drawn.earliest:%d/%m/%Y} trở đi.")


def with_zone(drawn: Field) -> bool:
    return drawn.time_format != "no_timezone"


def in_time_format(moment: datetime, time_format: TimeFormat) -> datetime:
    """UTC where the form says so, else Hà Nội's offset: a moment is always aware."""
    return moment.astimezone(UTC if time_format == "utc_normalized" else HANOI_OFFSET)


def refuse_between_minutes(drawn: Field, clock: time) -> None:
    step = drawn.minute_step
    if clock.second or clock.microsecond or (step and (clock.hour * 60 + clock.minute) % step):
        words = f"cách nhau {step} phút, ví dụ 08:00" if step else "chẵn phút, ví dụ 08:30"
        raise ValidationError(f"Nhập giờ {words}.")


class ChoiceAnswer(Answer):
    missing = UNCHOSEN

    def read(self, value: Any) -> Any:
        for option in self.drawn.options:
            if option.holds(value):
                return option.answer
        raise ValidationError(UNCHOSEN)


class ChecklistAnswer(Answer):
    """In the order of the options, each once."""

    missing = "Cần chọn ít nhất một mục."

    @property
    def empty(self) -> list[Any]:
        return []

    def read(self, value: Any) -> list[Any]:
        known = self.drawn.options
        if not isinstance(value, list) or len(value) > 10_000:
            raise ValidationError("Chỉ chọn trong các mục có sẵn.")
        if not all(any(option.holds(each) for option in known) for each in value):
            raise ValidationError("Chỉ chọn trong các mục có sẵn.")
        return [option.answer for option in known if any(option.holds(each) for each in value)]


def shown_number(number: Decimal | int) -> str:
    """1.000,5"""
    whole, _, rest = f"{number:,f}".partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")


SCALARS: dict[str, type[Answer]] = {
    "text": TextAnswer,
    "textarea": TextAnswer,
    "integer": NumberAnswer,
    "number": NumberAnswer,
    "boolean": BooleanAnswer,
    "date": DateAnswer,
    "time": TimeAnswer,
    "datetime": MomentAnswer,
    "radio": ChoiceAnswer,
    "select": ChoiceAnswer,
    "checklist": ChecklistAnswer,
    "computed": FixedAnswer,
}
