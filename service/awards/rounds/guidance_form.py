"""The form of the guidance: what is asked, what it starts with, what it may not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from service.awards import rules, words
from service.awards.asking import line, options, prose
from service.awards.form_parts import KNOWN_SALARY, base_salary_field, multiples_field, problem, record
from service.awards.law.money import DEFAULT_MULTIPLES, base_salary_on
from service.awards.law.quotas import Quota
from service.awards.law.votes import FOUR_FIFTHS, MORE_THAN_HALF
from service.awards.rounds.ceilings import ceiling_words, ceilings_of_table, row_key
from service.awards.rounds.settings import multiple_key
from service.awards.rounds.units import invited_units, selectable_units
from service.engine.forms import Field, FieldProblem, Form, Option
from service.engine.handlers import TaskContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

CEILING_CLASSES = ("annual", "interim", "final")
HOUSEHOLD_KEYS = ("city_merit_certificate-household", "unit_commendation-household")
DEFAULT_NOTICE_WORKDAYS = 45
"""The cut-off a new draft starts with: time for U1 to S4. A default, editable in the form."""


def ceilings_key(award_class: str) -> str:
    """The field that holds the ceilings of one class; only the chosen class's is shown."""
    return f"ceilings_{award_class}"


def guidance_form(unit: Unit, task: TaskContext, found: Row[Any] | None) -> Form:
    """Every field with its starting value."""
    tables = {award_class: _table(unit, award_class) for award_class in CEILING_CLASSES}
    fields = (
        *_head_fields(),
        *_unit_fields(unit),
        *(_ceiling_field(award_class, ceilings) for award_class, ceilings in tables.items() if ceilings),
        *_vote_fields(),
        *_money_fields(),
        prose("guidance_text", "Nội dung hướng dẫn gửi các đơn vị"),
    )
    return Form(
        fields=fields,
        intro="Dự thảo hướng dẫn đợt xét, rồi trình Giám đốc Sở Nội vụ ký. Khi ký, mọi con số dưới đây được chốt.",
        submit_label="Trình Giám đốc ký",
        values=_starting_values(task, found, tables),
    )


def guidance_problems(unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> list[FieldProblem]:
    """What the fields alone cannot know."""
    problems = []
    if answers["cutoff_on"] <= task.at.astimezone(VIETNAM).date():
        problems.append(problem("cutoff_on", "Ngày chốt danh sách phải sau hôm nay."))
    if not invited_units(unit, answers):
        problems.append(problem("unit_ids", "Chọn ít nhất một đơn vị được mời."))
    if not answers.get("subject_kinds"):
        problems.append(problem("subject_kinds", "Chọn ít nhất một loại đối tượng."))
    return problems + _ceiling_problems(unit, answers)


def chosen_ceilings(answers: Mapping[str, Any], award_class: str) -> dict[str, int]:
    """What the guidance says for the class it is about, by row key."""
    table = answers.get(ceilings_key(award_class)) or {}
    return {key: int(row["ceiling"]) for key, row in table.items() if row.get("ceiling") is not None}


def chosen_multiples(answers: Mapping[str, Any]) -> dict[str, str]:
    """The multiples of the base salary, by `form-kind`, as exact text."""
    table = answers.get("multiples") or {}
    return {key: str(row["value"]) for key, row in table.items() if row.get("value") is not None}


def _ceiling_problems(unit: Unit, answers: Mapping[str, Any]) -> list[FieldProblem]:
    award_class = answers["award_class"]
    field, allowed = ceilings_key(award_class), _table(unit, award_class)
    if not allowed:
        return [
            problem(
                "award_class",
                "Chưa có bảng số lượng tối đa cho loại khen thưởng này. Báo quản trị quy trình triển khai bảng quota.",
            )
        ]
    problems = []
    for ceiling in allowed:
        value = record(answers, field, row_key(ceiling)).get("ceiling")
        if value is not None and value > ceiling.ceiling:
            path = f"{field}.{row_key(ceiling)}.ceiling"
            problems.append(problem(path, f"Kế hoạch cho phép tối đa {ceiling.ceiling}. Có thể ghi ít hơn."))
    return problems


def _table(unit: Unit, award_class: str) -> tuple[Quota, ...]:
    """The newest deployed ceilings of a class; none where no table is deployed yet."""
    resource_id = rules.latest_resource_id(unit, "quota")
    return ceilings_of_table(unit, resource_id, award_class) if resource_id is not None else ()


def _head_fields() -> tuple[Field, ...]:
    return (
        line("title", "Tên đợt xét", required=True),
        Field(
            key="award_class",
            kind="select",
            label="Loại khen thưởng",
            required=True,
            options=options((key, words.AWARD_CLASSES[key]) for key in CEILING_CLASSES),
        ),
        Field(key="year", kind="integer", label="Năm xét", required=True, minimum=2026, maximum=2100),
        Field(
            key="cutoff_on",
            kind="date",
            label="Ngày chốt danh sách xét",
            hint="Nhập dd/mm/yyyy. Danh sách chốt lúc hết giờ làm việc; chốt sớm hơn nếu mọi đơn vị đã xong.",
            required=True,
        ),
        Field(
            key="subject_kinds",
            kind="checklist",
            label="Đối tượng được xét",
            hint="Kế hoạch 77/KH-UBND nêu tập thể và cá nhân; hộ gia đình chỉ có trong phần hồ sơ đột xuất.",
            required=True,
            options=options(words.SUBJECT_KINDS),
        ),
    )


def _unit_fields(unit: Unit) -> tuple[Field, ...]:
    units = selectable_units(unit)
    return (
        Field(
            key="units_scope",
            kind="radio",
            label="Đơn vị được mời",
            required=True,
            options=(
                Option(value="all", label=f"Tất cả {len(units)} đơn vị"),
                Option(value="selected", label="Chỉ các đơn vị được chọn"),
            ),
        ),
        Field(
            key="unit_ids",
            kind="checklist",
            label="Chọn đơn vị",
            conditional=True,
            options=tuple(Option(value=row.id, label=row.name) for row in units),
            shown_if=("units_scope", ("selected",)),
        ),
    )


def _ceiling_field(award_class: str, ceilings: Sequence[Quota]) -> Field:
    return Field(
        key=ceilings_key(award_class),
        kind="rows",
        label=f"Số lượng tối đa, {words.AWARD_CLASSES[award_class].lower()}",
        hint="Hình thức, đối tượng",
        columns=(Field(key="ceiling", kind="integer", label="Tối đa", required=True, minimum=0, maximum=10_000),),
        row_keys=tuple(
            (
                row_key(ceiling),
                ceiling_words(award_form=ceiling.award_form, subject_kind=ceiling.subject_kind, bloc=ceiling.bloc),
            )
            for ceiling in ceilings
        ),
        shown_if=("award_class", (award_class,)),
    )


def _vote_fields() -> tuple[Field, ...]:
    return (
        Field(
            key="vote_threshold_percent",
            kind="integer",
            label="Ngưỡng đồng ý với bằng khen (%)",
            hint="Phải trên tỷ lệ này, tính trên tổng số thành viên hội đồng. Mặc định 50.",
            required=True,
            minimum=0,
            maximum=99,
        ),
        Field(
            key="flag_threshold_percent",
            kind="integer",
            label="Ngưỡng đồng ý với cờ thi đua (%)",
            hint="Phải từ tỷ lệ này trở lên, tính trên tổng số thành viên hội đồng. Mặc định 80.",
            required=True,
            minimum=1,
            maximum=100,
        ),
        Field(
            key="top_n",
            kind="integer",
            label="“Dẫn đầu Chỉ số CCHC” tính đến thứ hạng",
            hint="1: chỉ đơn vị xếp thứ nhất.",
            required=True,
            minimum=1,
            maximum=200,
        ),
        Field(key="secret_ballot", kind="boolean", label="Bỏ phiếu kín"),
    )


def _money_fields() -> tuple[Field, ...]:
    return (
        base_salary_field("Lương cơ sở (đồng/tháng)", KNOWN_SALARY),
        multiples_field("Hình thức, đối tượng", tuple(_multiple_rows().items())),
    )


def _multiple_rows() -> dict[str, str]:
    """Row key -> words; a default that was not checked against the decree says so."""
    rows = {}
    for multiple in DEFAULT_MULTIPLES:
        name = ceiling_words(award_form=multiple.award_form, subject_kind=multiple.subject_kind, bloc="")
        rows[f"{multiple.award_form}-{multiple.subject_kind}"] = f"{name} ({multiple.source})"
    for key in HOUSEHOLD_KEYS:
        form, kind = multiple_key(key)
        rows[key] = f"{ceiling_words(award_form=form, subject_kind=kind, bloc='')} (chưa có mặc định)"
    return rows


def _starting_values(
    task: TaskContext, found: Row[Any] | None, tables: Mapping[str, Sequence[Quota]]
) -> dict[str, Any]:
    today = task.at.astimezone(VIETNAM).date()
    values = {
        "title": f"Đợt xét khen thưởng hằng năm {today.year}",
        "award_class": "annual",
        "year": today.year,
        "cutoff_on": task.calendar.workdays_after(task.at, DEFAULT_NOTICE_WORKDAYS).astimezone(VIETNAM).date(),
        "subject_kinds": ["collective", "individual"],
        "units_scope": "all",
        "unit_ids": [],
        "vote_threshold_percent": int(MORE_THAN_HALF.share * 100),
        "flag_threshold_percent": int(FOUR_FIFTHS.share * 100),
        "top_n": 1,
        "secret_ballot": True,
        "base_salary": base_salary_on(today).amount,
        "multiples": {f"{m.award_form}-{m.subject_kind}": {"value": m.value} for m in DEFAULT_MULTIPLES},
        "guidance_text": _GUIDANCE_TEXT,
    }
    for award_class, ceilings in tables.items():
        values[ceilings_key(award_class)] = {row_key(c): {"ceiling": c.ceiling} for c in ceilings}
    return {**values, **(_stored_values(found) if found is not None else {})}


def _stored_values(found: Row[Any]) -> dict[str, Any]:
    """What the returned draft said."""
    settings = found.settings
    values = {
        name: getattr(found, name)
        for name in (
            "title",
            "award_class",
            "year",
            "subject_kinds",
            "vote_threshold_percent",
            "flag_threshold_percent",
            "top_n",
            "secret_ballot",
            "base_salary",
            "guidance_text",
        )
    }
    values["cutoff_on"] = found.cutoff_at.astimezone(VIETNAM).date()
    values["units_scope"] = settings.get("units_scope", "selected")
    values["unit_ids"] = list(found.invited_unit_ids)
    values["multiples"] = {key: {"value": Decimal(value)} for key, value in settings.get("multiples", {}).items()}
    values[ceilings_key(found.award_class)] = {
        key: {"ceiling": value} for key, value in settings.get("ceilings", {}).items()
    }
    return values


_GUIDANCE_TEXT = (
    "Thực hiện phong trào thi đua “Cải cách hành chính đồng bộ - Chính quyền phục vụ nhân dân”, "
    "Sở Nội vụ hướng dẫn các đơn vị họp xét, lập hồ sơ đề nghị khen thưởng gửi về Sở Nội vụ trước ngày chốt danh sách. "
    "Số lượng nêu trên là số lượng tối đa; đề nghị ít hơn vẫn đúng quy định."
)
