"""People and groups as sentences name them: “Bà Đặng Thùy Linh”, “Văn thư đơn vị, UBND Phường Láng”."""

from __future__ import annotations

from service.people.roles import ROLES, role_name
from service.web.words import lowered

_FORMS = {"male": "Ông ", "female": "Bà "}


def person(full_name: str, gender: str | None = None) -> str:
    """Ông or bà where the account states it, else the full name alone."""
    return f"{_FORMS.get(gender or '', '')}{full_name}"


def person_with_title(full_name: str, gender: str | None, title: str | None) -> str:
    """“Bà Đặng Thùy Linh, chuyên viên Sở Nội vụ”."""
    if not title:
        return person(full_name, gender)
    return f"{person(full_name, gender)}, {lowered(title)}"


def group(candidate_groups: str, unit_name: str | None = None) -> str:
    """Who may take a task: role names joined by “hoặc”, with the unit where a role belongs to one.

    Args:
        candidate_groups: `,role,role,` as a task's row has it.
    """
    keys = [key for key in candidate_groups.split(",") if key]
    if not keys:
        return "Người được chỉ định"
    names = " hoặc ".join([role_name(keys[0]), *(lowered(role_name(key)) for key in keys[1:])])
    scoped = any(key in ROLES and ROLES[key].scoped for key in keys)
    return f"{names}, {unit_name}" if scoped and unit_name else names
