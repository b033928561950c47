"""One nominee as a record of a form, and the way between answers and columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from service.awards import words
from service.awards.asking import LONGEST_REPORT, line, options, prose
from service.engine.forms import Field
from service.people.units import fold

_GENDERS = {"female": "Nữ", "male": "Nam"}
_KEPT = {"yes": "Có", "no": "Không"}
_SOURCE = "Kế hoạch 77/KH-UBND, mục IV.2.a"

_BOOLEANS = (
    "exemplary",
    "initiative_recognised",
    "component_assigned",
    "advisory_collective",
    "rating_excellent",
    "specialist_collective",
)
_NUMBERS = ("women_share", "par_index", "sipas", "parent_rank")
_TEXTS = ("initiative_title", "initiative_number", "justification", "report_template", "gender")
_PERCENT: Mapping[str, Any] = {"minimum": 0, "maximum": 100, "decimals": 2}
"""As published, and as it is kept: a third decimal would be judged by one figure and stored as another."""
_COLLECTIVE = ("subject_kind", ("collective",))
COLLECTIVE_ONLY = frozenset(
    {
        "par_index",
        "sipas",
        "component_assigned",
        "component_score_kept",
        "advisory_collective",
        "parent_rank",
        "specialist_collective",
    }
)
"""Criteria b to e ask about a collective; what was entered of them for somebody else stays as it is."""
CORRECTABLE = (
    "exemplary",
    "initiative_recognised",
    "initiative_title",
    "initiative_number",
    "initiative_on",
    "par_index",
    "sipas",
    "component_score_kept",
    "rating_excellent",
    "parent_rank",
    "report",
    "justification",
)
"""What a unit may correct when a dossier comes back: facts and words, not who is proposed for what."""


def nominee_columns(kinds: Sequence[str], forms: Sequence[str], templates: Sequence[str] = ()) -> tuple[Field, ...]:
    """The fields of one nominee. `kinds` and `forms` are those this round gives awards for."""
    return (*_subject(kinds, forms), *_criteria(), *_report(templates))


def correction_columns() -> tuple[Field, ...]:
    """The same fields, only those a return may reopen."""
    every = (*_all_criteria(), *_report(()))
    return tuple(field for field in every if field.key in CORRECTABLE)


def _subject(kinds: Sequence[str], forms: Sequence[str]) -> tuple[Field, ...]:
    individual = ("subject_kind", ("individual",))
    return (
        line("subject_name", "Họ tên cá nhân hoặc tên tập thể", required=True, min_length=2),
        Field(
            key="subject_kind",
            kind="select",
            label="Đối tượng",
            required=True,
            options=options((kind, words.SUBJECT_KINDS[kind]) for kind in kinds),
        ),
        line("subject_title", "Chức vụ, đơn vị công tác"),
        Field(
            key="award_form",
            kind="select",
            label="Hình thức đề nghị",
            required=True,
            options=options((form, words.AWARD_FORMS[form]) for form in forms),
        ),
        Field(key="gender", kind="select", label="Giới tính", options=options(_GENDERS), shown_if=individual),
        Field(
            key="women_share",
            kind="number",
            label="Tỷ lệ nữ trong tập thể (%)",
            hint="Dùng khi xét các đề nghị ngang nhau, Nghị định 152/2025/NĐ-CP, Điều 4",
            **_PERCENT,
            shown_if=_COLLECTIVE,
        ),
        line("account", "Tên đăng nhập của người được đề nghị, nếu có", shown_if=individual),
    )


def _criteria() -> tuple[Field, ...]:
    """Those of the plan that ask about a collective are drawn for collectives only: see `COLLECTIVE_ONLY`."""
    every = _all_criteria()
    return tuple(replace(field, shown_if=_COLLECTIVE) if field.key in COLLECTIVE_ONLY else field for field in every)


def _all_criteria() -> tuple[Field, ...]:
    return (
        Field(
            key="exemplary",
            kind="boolean",
            label="Gương mẫu chấp hành chủ trương, chính sách, pháp luật; nội bộ đoàn kết",
            hint=f"{_SOURCE}, ý thứ nhất",
        ),
        Field(
            key="initiative_recognised",
            kind="boolean",
            label="Có mô hình, giải pháp mới về CCHC được Hội đồng Sáng kiến công nhận",
        ),
        line("initiative_title", "Tên mô hình, giải pháp"),
        line("initiative_number", "Số quyết định công nhận"),
        Field(key="initiative_on", kind="date", label="Ngày quyết định công nhận"),
        Field(key="par_index", kind="number", label="Chỉ số CCHC đã công bố (%)", **_PERCENT),
        Field(key="sipas", kind="number", label="Chỉ số hài lòng SIPAS (%)", **_PERCENT),
        Field(
            key="component_assigned",
            kind="boolean",
            label="Được giao phụ trách chỉ số thành phần, hoặc được chọn lấy mẫu SIPAS",
        ),
        Field(
            key="component_score_kept",
            kind="select",
            label="Chỉ số thành phần tăng điểm hoặc giữ mức tối đa so với năm trước",
            hint="Chỉ trả lời khi được giao phụ trách hoặc được chọn lấy mẫu",
            options=options(_KEPT),
        ),
        Field(key="advisory_collective", kind="boolean", label="Là tập thể trực tiếp tham mưu CCHC của đơn vị"),
        Field(key="rating_excellent", kind="boolean", label="Được xếp loại Hoàn thành xuất sắc nhiệm vụ"),
        Field(
            key="parent_rank",
            kind="integer",
            label="Thứ hạng Chỉ số CCHC trong năm của đơn vị chủ quản",
            minimum=1,
            maximum=500,
        ),
        Field(key="specialist_collective", kind="boolean", label="Là tập thể chuyên trách tham mưu CCHC của Thành phố"),
    )


def _report(templates: Sequence[str]) -> tuple[Field, ...]:
    template = Field(
        key="report_template",
        kind="select",
        label="Mẫu báo cáo",
        required=True,
        options=options((key, words.REPORT_TEMPLATES[key]) for key in templates),
    )
    return (
        *((template,) if templates else ()),
        prose("report", "Báo cáo thành tích", required=True, min_length=20, max_length=LONGEST_REPORT),
        prose(
            "justification",
            "Giải trình",
            conditional=True,
            hint="Bắt buộc khi có tiêu chuẩn chưa đạt hoặc phải xét theo đánh giá. Sở Nội vụ sẽ đọc nội dung này.",
        ),
    )


def answers_of(row: Row[Any], account_names: Mapping[int, str]) -> dict[str, Any]:
    """A stored nomination as answers."""
    answers: dict[str, Any] = {"account": account_names.get(row.nominee_account_id or 0, "")}
    for key in ("subject_name", "subject_kind", "subject_title", "award_form", "report", "initiative_on"):
        answers[key] = getattr(row, key)
    for key in (*_BOOLEANS, *_NUMBERS):
        answers[key] = getattr(row, key)
    for key in _TEXTS:
        answers[key] = getattr(row, key) or ""
    answers["component_score_kept"] = {True: "yes", False: "no", None: ""}[row.component_score_kept]
    return answers


def starting_rows(
    rows: Iterable[Row[Any]], account_names: Mapping[int, str], columns: Iterable[Field]
) -> list[dict[str, Any]]:
    """Stored nominations as the rows a form of these columns starts with: what it does not ask is not in them."""
    asked = [column.key for column in columns]
    return [{key: answers[key] for key in asked} for answers in (answers_of(row, account_names) for row in rows)]


def columns_of(record: Mapping[str, Any], bloc: str) -> dict[str, Any]:
    """Answers as columns; `bloc` is the unit's. What was not asked for this kind of subject is left out."""
    name = " ".join(str(record["subject_name"]).split())
    columns: dict[str, Any] = {
        "subject_name": name,
        "subject_search": fold(name),
        "subject_kind": record["subject_kind"],
        "subject_title": (record.get("subject_title") or "").strip(),
        "award_form": record["award_form"],
        "bloc": bloc,
    }
    facts = facts_from(record)
    hidden = COLLECTIVE_ONLY if record["subject_kind"] != "collective" else frozenset()
    return columns | {key: value for key, value in facts.items() if key not in hidden}


def facts_from(record: Mapping[str, Any]) -> dict[str, Any]:
    """The correctable part of the answers, and the rest of the criteria, as columns."""
    columns: dict[str, Any] = {key: bool(record.get(key)) for key in _BOOLEANS}
    columns |= {key: record.get(key) for key in (*_NUMBERS, "initiative_on")}
    columns |= {key: (record.get(key) or "").strip() or None for key in _TEXTS}
    columns["report"] = (record.get("report") or "").strip()
    kept = {"yes": True, "no": False}.get(record.get("component_score_kept") or "")
    columns["component_score_kept"] = kept if columns["component_assigned"] else None
    return columns
