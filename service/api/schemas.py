"""marshmallow as this API uses it: strict types, unknown fields refused, every sentence in Vietnamese."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate


def _messages(invalid: str, **others: str) -> Any:
    """A field's sentences: those every field has, and its own."""
    return {
        "required": "Bắt buộc có.",
        "null": "Không được để trống.",
        "validator_failed": "Giá trị không hợp lệ.",
        "invalid": invalid,
        **others,
    }


LONGEST_TEXT = 10_000


class BaseSchema(Schema):
    """Refuses what it does not know by name."""

    class Meta:
        unknown = RAISE

    error_messages = _messages("Không đọc được.", unknown="Không có trường này.", type="Phải là một đối tượng JSON.")


class Text(fields.String):
    """Text without control characters other than line breaks and tabs."""

    default_error_messages = _messages("Phải là chuỗi ký tự.", invalid_utf8="Không phải UTF-8.")

    def __init__(self, *, max_length: int = LONGEST_TEXT, **kwargs: Any) -> None:
        length = validate.Length(max=max_length, error="Tối đa {max} ký tự.")
        super().__init__(
            validate=[length, _without_control_characters, *_as_list(kwargs.pop("validate", None))], **kwargs
        )


class Int(fields.Integer):
    """A whole number: 1.0, "1" and true are none."""

    default_error_messages = _messages("Phải là số nguyên.", too_large="Số quá lớn.")

    def __init__(self, *, minimum: int, maximum: int, **kwargs: Any) -> None:
        within = validate.Range(min=minimum, max=maximum, error="Phải từ {min} đến {max}.")
        super().__init__(strict=True, validate=within, **kwargs)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class QueryInt(Int):
    """A whole number in an address, where everything is text."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, str):
            if not (value.isascii() and value.isdigit() and len(value) < 19):
                raise self.make_error("invalid", input=value)
            value = int(value)
        return super()._validated(value)


class Moment(fields.Field[datetime]):
    """An ISO 8601 moment with its zone, read into UTC and written as `2026-11-24T10:00:00Z`."""

    default_error_messages = _messages("Phải là thời điểm ISO 8601 có múi giờ, ví dụ 2026-11-24T17:00:00+07:00.")

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValueError("no zone")
            return moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError) as error:
            raise self.make_error("invalid") from error


class Mapping(fields.Dict):
    """An object of any JSON values by name."""

    default_error_messages = _messages("Phải là một đối tượng JSON.")


class FieldProblemSchema(BaseSchema):
    """One field that cannot be taken."""

    field = fields.String(
        required=True, metadata={"description": "Path of the field: `reason`, `nominees.3.full_name`"}
    )
    message = fields.String(required=True, metadata={"description": "A Vietnamese sentence"})


class ErrorSchema(BaseSchema):
    """Every error of this API."""

    code = fields.String(required=True, metadata={"description": "Stable, for programs"})
    message = fields.String(required=True, metadata={"description": "A Vietnamese sentence, for people"})
    errors = fields.List(fields.Nested(FieldProblemSchema), required=True)


def _without_control_characters(text: str) -> None:
    if any((ord(char) < 32 and char not in "\n\r\t") or "\ud800" <= char <= "\udfff" for char in text):
        raise ValidationError("Có ký tự không hợp lệ.")


def _as_list(validators: Any) -> list[Any]:
    if validators is None:
        return []
    return list(validators) if isinstance(validators, list | tuple) else [validators]
