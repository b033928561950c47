"""The roles people hold. Their keys are the candidate groups that diagrams name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """One role. A scoped role is held for one unit; the others are held for the whole City."""

    key: str
    name: str
    """Vietnamese, as screens show it."""
    scoped: bool = False
    reads_every_dossier: bool = False
    """Sees the content of every unit's dossiers."""


_ALL = (
    Role(key="unit_clerk", name="Văn thư đơn vị", scoped=True),
    Role(key="council_secretary", name="Thư ký hội đồng", scoped=True),
    Role(key="council_member", name="Thành viên hội đồng", scoped=True),
    Role(key="unit_head", name="Thủ trưởng đơn vị", scoped=True),
    Role(key="snv_expert", name="Chuyên viên Sở Nội vụ", reads_every_dossier=True),
    Role(key="snv_division_head", name="Lãnh đạo phòng của Sở Nội vụ", reads_every_dossier=True),
    Role(key="snv_director", name="Giám đốc Sở Nội vụ", reads_every_dossier=True),
    Role(key="ubnd_office", name="Văn phòng UBND Thành phố", reads_every_dossier=True),
    Role(key="ubnd_chair", name="Lãnh đạo UBND Thành phố", reads_every_dossier=True),
    Role(key="supervisor", name="Giám sát tiến độ"),
    Role(key="process_owner", name="Quản trị quy trình"),
    Role(key="auditor", name="Kiểm toán hoặc thanh tra", reads_every_dossier=True),
    Role(key="administrator", name="Quản trị hệ thống"),
    Role(key="service_worker", name="Dịch vụ tự động"),
)

ROLES: Mapping[str, Role] = MappingProxyType({role.key: role for role in _ALL})
"""Every role by its key, in the order of the procedure."""


def role_name(key: str) -> str:
    """The Vietnamese name of a role; the key itself for a group that only a diagram knows."""
    role = ROLES.get(key)
    return role.name if role else key
