"""A task's form: fields as values, a marshmallow schema that checks the answers, and what a template needs to draw it.

Three sources, one shape: generated `camunda:formData`, Camunda Forms (`camunda:formRef`), and forms a handler builds
(`camunda:formKey`). Answers are JSON-like: text, int, Decimal, bool, date, lists and dicts of these, keyed by field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from service.errors import FieldProblem

__all__ = ["Field", "FieldProblem", "Form", "Kind", "Option"]

Kind = Literal[
    "text",
    "textarea",
    "integer",
    "number",
    "boolean",
    "date",
    "radio",
    "select",
    "checklist",
    "paragraph",
    "heading",
    "rows",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One choice: the stored value and the words on screen."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field of a form.

    `rows` is a table of records, `columns` its fields: with `row_keys` the rows are fixed (one per nominee: the answer
    is a dict row key -> record), without them the person adds and removes rows (the answer is a list of records).
    `paragraph` and `heading` only show `label`.
    """

    key: str
    kind: Kind
    label: str
    hint: str = ""
    required: bool = False
    read_only: bool = False
    default: Any = None
    options: tuple[Option, ...] = ()
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    pattern_message: str = ""
    columns: tuple[Field, ...] = ()
    row_keys: tuple[tuple[str, str], ...] = ()
    """Fixed rows: (key, words at the head of the row)."""
    max_rows: int = 200
    shown_if: tuple[str, tuple[str, ...]] | None = None
    """(other field's key, values): drawn and checked only when the other field has one of these values."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """All fields of a task in reading order. `intro` is the one sentence under “Việc cần làm:”."""

    fields: tuple[Field, ...] = ()
    intro: str = ""
    submit_label: str = "Hoàn thành"
    values: dict[str, Any] = field(default_factory=dict)
    """Starting values by key; they win over each field's default."""
