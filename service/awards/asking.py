"""The fields that many steps ask for: the decision, its reason, the items of a return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from service.awards import words
from service.engine.forms import Field, Option

LONGEST_TEXT = 4000
LONGEST_REPORT = 20000
LONGEST_LINE = 300
MOST_ITEMS = 50


def options(choices: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[Option, ...]:
    """Choices in their order."""
    pairs = choices.items() if isinstance(choices, Mapping) else choices
    return tuple(Option(value=value, label=label) for value, label in pairs)


def decision_field(choices: Mapping[str, str], label: str = "Kết quả") -> Field:
    """The answer that decides the path, and that the approval row keeps."""
    return Field(key="decision", kind="radio", label=label, required=True, options=options(choices))


def reason_field(*decisions: str, label: str = "Lý do", hint: str = "") -> Field:
    """Asked, and then required, only with these decisions."""
    return Field(
        key="reason",
        kind="textarea",
        label=label,
        hint=hint,
        required=True,
        max_length=LONGEST_TEXT,
        shown_if=("decision", decisions),
    )


def line(key: str, label: str, **more: Any) -> Field:
    """One line of text."""
    return Field(key=key, kind="text", label=label, max_length=LONGEST_LINE, **more)


def prose(key: str, label: str, **more: Any) -> Field:
    """Some sentences."""
    return Field(key=key, kind="textarea", label=label, max_length=more.pop("max_length", LONGEST_TEXT), **more)


def note(key: str, words_: str) -> Field:
    """A sentence or a list that is only read."""
    return Field(key=key, kind="paragraph", label=words_)


def return_items_field(nominations: Sequence[Row[Any]], hint: str = "") -> Field:
    """An itemised return: what is missing, why, and by which rule; for the dossier or for one nomination.

    At least one, unless the `hint` says what may stand for them.
    """
    about = [(str(each.id), each.subject_name) for each in nominations]
    return Field(
        key="items",
        kind="rows",
        label="Các mục cần bổ sung",
        required=not hint,
        conditional=bool(hint),
        missing="Nêu ít nhất một mục cần bổ sung.",
        hint=hint or "Mỗi mục nêu một việc đơn vị phải làm. Đơn vị chỉ sửa các mục này.",
        max_rows=MOST_ITEMS,
        shown_if=("decision", ("returned",)),
        columns=(
            Field(
                key="nomination",
                kind="select",
                label="Thuộc đề nghị",
                options=options(about),
                hint="Để trống: cả hồ sơ",
            ),
            line("subject", "Nội dung còn thiếu hoặc cần sửa", required=True),
            prose("reason", "Lý do", required=True),
            line("basis", "Căn cứ", hint="Ví dụ: Kế hoạch 77/KH-UBND, mục IV.3.b"),
        ),
    )


def nomination_words(each: Row[Any]) -> str:
    """“3. Nguyễn Văn An, Cá nhân, Bằng khen Chủ tịch UBND Thành phố”."""
    kind = words.SUBJECT_KINDS[each.subject_kind].lower()
    return f"{each.position}. {each.subject_name} ({kind}), {words.AWARD_FORMS[each.award_form]}"


def row_keys(nominations: Sequence[Row[Any]]) -> tuple[tuple[str, str], ...]:
    """Fixed rows, one per nomination: its id and the words at the head of the row."""
    return tuple((str(each.id), nomination_words(each)) for each in nominations)


def listing(title: str, lines: Iterable[str], empty: str) -> str:
    """A titled list as plain text, or `empty`."""
    body = [f"- {each}" for each in lines]
    return "\n".join([title, *body]) if body else empty
