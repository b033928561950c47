"""A task's form: fields as values, a marshmallow schema that checks the answers, and what a template needs to draw it.

Three sources, one shape: generated `camunda:formData`, Camunda Forms (`camunda:formRef`), and forms a handler builds
(`camunda:formKey`). Answers are JSON-like: text, int, Decimal, bool, date, lists and dicts of these, keyed by field.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from service.engine.form_paths import at
from service.errors import FieldProblem
from workflows.calendar import VIETNAM

__all__ = ["DISPLAYED", "Field", "FieldProblem", "Form", "Kind", "Option"]

Kind = Literal[
    "text",
    "textarea",
    "integer",
    "number",
    "boolean",
    "date",
    "time",
    "datetime",
    "radio",
    "select",
    "checklist",
    "computed",
    "paragraph",
    "heading",
    "html",
    "image",
    "table",
    "separator",
    "spacer",
    "reset",
    "rows",
]

DISPLAYED = frozenset({"paragraph", "heading", "html", "image", "table", "separator", "spacer", "reset"})
"""Kinds that ask nothing."""

TimeFormat = Literal["utc_offset", "utc_normalized", "no_timezone"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One choice: the value in the page, the words on screen, and the value to store where that is not text."""

    value: str
    label: str
    stored: Any = None
    """A number, a truth value, a list or a map from a variable; None: `value` itself."""

    @property
    def answer(self) -> Any:
        """What is stored when this one is chosen."""
        return self.value if self.stored is None else self.stored

    def holds(self, value: Any) -> bool:
        """Whether `value`, as sent or as stored, means this choice."""
        if isinstance(value, str):
            return value == self.value
        if isinstance(value, bool) or isinstance(self.stored, bool):
            return value is self.stored
        return self.stored is not None and bool(value == self.stored)

    def held_in(self, values: Any) -> bool:
        """Whether a list of answers has this choice."""
        return isinstance(values, (list, tuple)) and any(self.holds(each) for each in values)

    @classmethod
    def of(cls, stored: Any, label: str) -> Option:
        """A choice whose stored value may be anything that a variable holds."""
        if isinstance(stored, str):
            return cls(value=stored, label=label)
        if isinstance(stored, Decimal):
            return cls(value=f"{stored.normalize():f}", label=label, stored=stored)
        return cls(
            value=json.dumps(stored, ensure_ascii=False, sort_keys=True, default=str), label=label, stored=stored
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field of a form. In a drawn form `key` may be a path with dots: `address.street` is answered as a map.

    `rows` is a table of records, `columns` its fields: with `row_keys` the rows are fixed (one per nominee: the answer
    is a dict row key -> record), without them the person adds and removes rows (the answer is a list of records).
    `paragraph` and `heading` only show `label`, `html` its `markup`, `table` its `cells` under the labels of `columns`.
    """

    key: str
    kind: Kind
    label: str
    hint: str = ""
    required: bool = False
    missing: str = ""
    """What is said when it is required and left empty, where the usual sentence says too little."""
    conditional: bool = False
    """Its handler requires it with some answers, as its hint says: the page does not call it optional."""
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
    disabled: bool = False
    """Shown, neither checked nor answered."""
    step: Decimal | None = None
    """A number has to be a multiple of it."""
    decimals: int | None = None
    """Most digits after the comma."""
    as_text: bool = False
    """A number that is stored as text."""
    found_pattern: str | None = None
    """A regular expression of XPath that has to be found somewhere in the text, matched in bounded time."""
    text_form: Literal["email", "phone"] | None = None
    no_past: bool = False
    minute_step: int | None = None
    time_format: TimeFormat = "utc_offset"
    prefix: str = ""
    suffix: str = ""
    keeps_rows: bool = False
    """Rows are neither added nor removed."""
    live: tuple[tuple[str, str], ...] = ()
    """(attribute, expression): what `form_live.settled` works out again from every answer given so far."""

    # What `settled` found:
    hidden: bool = False
    gone: bool = False
    """Hidden whatever is answered: it is not drawn."""
    fixed: bool = False
    """The server knows the answer, `value`: it is computed, or read only in a drawn form."""
    value: Any = None
    """That answer; an image's source."""
    broken: str = ""
    """Why `value` cannot be worked out."""
    earliest: date | None = None
    """Today, where `no_past`."""
    markup: str = ""
    """Sanitized."""
    cells: tuple[tuple[str, ...], ...] = ()
    records: tuple[tuple[Field, ...], ...] = ()
    """The columns as they are for each row, where rows differ."""

    def answer_in(self, answers: Mapping[str, Any]) -> Any:
        """This field's answer among those of its form or row."""
        return at(answers, self.key)

    def columns_at(self, row: int) -> tuple[Field, ...]:
        """The fields of one row."""
        return self.records[row] if row < len(self.records) else self.columns


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """All fields of a task in reading order. `intro` is the one sentence under “Việc cần làm:”."""

    fields: tuple[Field, ...] = ()
    intro: str = ""
    submit_label: str = "Hoàn thành"
    values: dict[str, Any] = field(default_factory=dict)
    """Starting values by key; they win over each field's default."""
    scope: Mapping[str, Any] | None = None
    """The variables that expressions see. None for a form that a handler built, whose answers always have every key."""
    at: datetime | None = None
    """Now: what `now()`, `today()` and dates that may not be past go by."""

    @property
    def is_live(self) -> bool:
        """Whether an answer may change what is asked elsewhere."""
        return any(_is_live(each) for each in self.fields)

    @property
    def today(self) -> date | None:
        """In Hà Nội."""
        return None if self.at is None else self.at.astimezone(VIETNAM).date()


def _is_live(drawn: Field) -> bool:
    return bool(drawn.live) or any(map(_is_live, drawn.columns))
