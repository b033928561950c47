"""Accounts and the roles they hold, written by an administrator, the command line or the demo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from service.people.actor import RoleHeld
from service.people.errors import (
    RoleWithoutUnit,
    RoleWithUnit,
    UnknownRole,
    UnknownUnit,
    UsernameTaken,
    UsernameUnfit,
)
from service.people.roles import ROLES
from service.people.tables import account, role_assignment
from service.people.tables import unit as unit_table

if TYPE_CHECKING:
    from service.database.unit import Unit

MAX_USERNAME = 80


def add_account(
    unit: Unit,
    *,
    username: str,
    full_name: str,
    roles: Iterable[RoleHeld],
    title: str = "",
    gender: str | None = None,
    email: str | None = None,
    password_hash: str | None = None,
    demo: bool = False,
) -> int:
    """Write an account with its roles and return its id.

    Raises:
        UsernameUnfit, UsernameTaken, UnknownRole, UnknownUnit, RoleWithoutUnit, RoleWithUnit.
    """
    name = username.strip().lower()
    if not _fit(name):
        raise UsernameUnfit(username=username)
    held = tuple(roles)
    for each in held:
        _check_role(unit, each)
    if unit.connection.execute(select(account.c.id).where(account.c.username == name)).first():
        raise UsernameTaken(username=name)
    account_id = unit.connection.execute(
        insert(account)
        .values(
            username=name,
            full_name=full_name,
            title=title,
            gender=gender,
            email=email,
            password_hash=password_hash,
            active=True,
            demo=demo,
            created_at=unit.at,
        )
        .returning(account.c.id)
    ).scalar_one()
    if held:
        rows = [{"account_id": account_id, "role": each.role, "unit_id": each.unit_id} for each in held]
        unit.connection.execute(insert(role_assignment), rows)
    return int(account_id)


def parse_role(text: str) -> RoleHeld:
    """`unit_clerk@00070` or `snv_expert`, as the command line takes it."""
    role, _, unit_id = text.strip().partition("@")
    return RoleHeld(role=role, unit_id=unit_id or None)


def demo_accounts_active(unit: Unit) -> bool:
    """True if somebody could sign in with a demo account."""
    query = select(account.c.id).where(account.c.demo, account.c.active).limit(1)
    return unit.connection.execute(query).first() is not None


def _check_role(unit: Unit, held: RoleHeld) -> None:
    role = ROLES.get(held.role)
    if role is None:
        raise UnknownRole(role=held.role)
    if role.scoped and held.unit_id is None:
        raise RoleWithoutUnit(role=role.key)
    if held.unit_id is not None:
        if not role.scoped:
            raise RoleWithUnit(role=role.key)
        if not unit.connection.execute(select(unit_table.c.id).where(unit_table.c.id == held.unit_id)).first():
            raise UnknownUnit(unit_id=held.unit_id)


def _fit(name: str) -> bool:
    """ASCII letters, digits, dot, dash, underscore: a name stands between commas in a task's candidates."""
    return 0 < len(name) <= MAX_USERNAME and name.isascii() and all(char.isalnum() or char in ".-_" for char in name)
