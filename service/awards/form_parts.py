"""Parts of forms that rounds, councils and decisions share; what submissions share too is in `asking.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from service.awards import words
from service.awards.asking import note
from service.engine.forms import Field, FieldProblem

LONGEST_NUMBER = 60
KNOWN_SALARY = "Mức đã biết gần nhất; kiểm tra mức đang có hiệu lực vào ngày ban hành quyết định."


def number_and_day(
    number_key: str, day_key: str, *, number_label: str, example: str, day_label: str, shown: str | None = None
) -> tuple[Field, Field]:
    """Số and ngày of a document, asked for only with decision `shown` where one is named."""
    shown_if = ("decision", (shown,)) if shown else None
    return (
        Field(
            key=number_key,
            kind="text",
            label=number_label,
            hint=f"Ví dụ: {example}",
            required=True,
            max_length=LONGEST_NUMBER,
            shown_if=shown_if,
        ),
        Field(key=day_key, kind="date", label=day_label, hint="Nhập dd/mm/yyyy.", required=True, shown_if=shown_if),
    )


def base_salary_field(label: str, hint: str) -> Field:
    """Lương cơ sở, đồng a month: what the award money is counted from."""
    return Field(
        key="base_salary", kind="integer", label=label, hint=hint, required=True, minimum=1, maximum=1_000_000_000
    )


def multiples_field(hint: str, row_keys: Sequence[tuple[str, str]]) -> Field:
    """Hệ số of the base salary, a row for each of `row_keys`: key and words."""
    return Field(
        key="multiples",
        kind="rows",
        label="Tiền thưởng, theo hệ số lương cơ sở",
        hint=hint,
        columns=(Field(key="value", kind="number", label="Hệ số", minimum=Decimal(0), maximum=Decimal(100)),),
        row_keys=tuple(row_keys),
    )


def notes(lines: Iterable[str], *, prefix: str = "note") -> tuple[Field, ...]:
    """Sentences that are only read."""
    return tuple(note(f"{prefix}_{index}", line) for index, line in enumerate(lines, start=1))


def subject_words(row: Row[Any]) -> str:
    """“Nguyễn Văn An (cá nhân), Bằng khen Chủ tịch UBND Thành phố”: without its number in its own tờ trình."""
    kind = words.SUBJECT_KINDS[row.subject_kind].lower()
    return f"{row.subject_name} ({kind}), {words.AWARD_FORMS[row.award_form]}"


def within_sentence(title: str) -> str:
    """A round's title inside a sentence: “đợt xét khen thưởng hằng năm 2026”."""
    return title[:1].lower() + title[1:]


def record(answers: Mapping[str, Any], rows: str, key: object) -> Mapping[str, Any]:
    """The answers of one fixed row; empty where nothing was sent for it."""
    return dict((answers.get(rows) or {}).get(str(key)) or {})


def problem(path: str, message: str) -> FieldProblem:
    """One answer that cannot be taken."""
    return FieldProblem(field=path, message=message)
