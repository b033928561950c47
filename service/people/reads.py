"""Who somebody is, and who holds a role. Every read is one SELECT."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, or_, select

from service.people.actor import Actor, RoleHeld
from service.people.sessions import account_of_session
from service.people.tables import access_token, account, role_assignment
from service.people.tokens import hash_of

if TYPE_CHECKING:
    from service.database.unit import Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who holds a role: enough to address them."""

    account_id: int
    username: str
    full_name: str
    title: str
    gender: str | None
    email: str | None


def actor_by_token(unit: Unit, token: str, *, demo_allowed: bool = True) -> Actor | None:
    """The person or service a bearer token stands for; None if unknown, expired or revoked, or the account is shut."""
    query = (
        _actors()
        .join(access_token, access_token.c.account_id == account.c.id)
        .where(
            access_token.c.token_hash == hash_of(token),
            access_token.c.revoked_at.is_(None),
            or_(access_token.c.expires_at.is_(None), access_token.c.expires_at > unit.at),
        )
    )
    return _actor(unit, query, demo_allowed)


def actor_by_account_id(unit: Unit, account_id: int, *, demo_allowed: bool = True) -> Actor | None:
    """The active account with its roles."""
    return _actor(unit, _actors().where(account.c.id == account_id), demo_allowed)


def actor_by_session(unit: Unit, token: str, *, demo_allowed: bool = True) -> Actor | None:
    """The person a browser's session stands for; None if they signed out, or the account is shut."""
    return _actor(unit, _actors().where(account.c.id == account_of_session(unit, token)), demo_allowed)


def actor_by_username(unit: Unit, username: str) -> Actor | None:
    """The active account with its roles, by the name it signs in with."""
    return _actor(unit, _actors().where(account.c.username == username), demo_allowed=True)


def people_holding(unit: Unit, role: str, unit_id: str | None = None) -> tuple[Person, ...]:
    """Active people who hold `role` city-wide or for `unit_id`, by name."""
    scope: ColumnElement[bool] = role_assignment.c.unit_id.is_(None)
    if unit_id is not None:
        scope = or_(scope, role_assignment.c.unit_id == unit_id)
    holders = select(role_assignment.c.account_id).where(role_assignment.c.role == role, scope)
    query = (
        select(*(account.c[name] for name in ("id", "username", "full_name", "title", "gender", "email")))
        .where(account.c.active, account.c.id.in_(holders))
        .order_by(account.c.full_name, account.c.id)
    )
    return tuple(
        Person(
            account_id=row.id,
            username=row.username,
            full_name=row.full_name,
            title=row.title,
            gender=row.gender,
            email=row.email,
        )
        for row in unit.connection.execute(query)
    )


def account_names(unit: Unit, account_ids: Iterable[int]) -> dict[int, str]:
    """Full names by account id, closed accounts included: a record names its author for good."""
    wanted = sorted(set(account_ids))
    if not wanted:
        return {}
    query = select(account.c.id, account.c.full_name).where(account.c.id.in_(wanted))
    return {row.id: row.full_name for row in unit.connection.execute(query)}


def _actors() -> Select[Any]:
    """Active accounts, one row per role held (one row with NULLs for none)."""
    return (
        select(
            account.c.id,
            account.c.username,
            account.c.full_name,
            account.c.title,
            account.c.gender,
            account.c.demo,
            role_assignment.c.role,
            role_assignment.c.unit_id,
        )
        .select_from(account)
        .outerjoin(role_assignment, role_assignment.c.account_id == account.c.id)
        .where(account.c.active)
        .order_by(role_assignment.c.id)
    )


def _actor(unit: Unit, query: Select[Any], demo_allowed: bool) -> Actor | None:
    rows = unit.connection.execute(query).all()
    if not rows or (rows[0].demo and not demo_allowed):
        return None
    first = rows[0]
    return Actor(
        account_id=first.id,
        username=first.username,
        full_name=first.full_name,
        title=first.title,
        gender=first.gender,
        roles=tuple(RoleHeld(role=row.role, unit_id=row.unit_id) for row in rows if row.role is not None),
    )
