"""Who acts: an account with the roles it holds, read once per request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleHeld:
    """A role key of `people.roles`, for one unit or (None) for the whole City."""

    role: str
    unit_id: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """A signed-in person or a service's own account."""

    account_id: int
    username: str
    full_name: str
    title: str
    gender: str | None = None
    roles: tuple[RoleHeld, ...] = ()

    def holds(self, role: str, unit_id: str | None = None) -> bool:
        """True if this person holds `role` city-wide or for exactly `unit_id`."""
        return any(held.role == role and held.unit_id in (None, unit_id) for held in self.roles)

    @property
    def role_keys(self) -> frozenset[str]:
        """Every role key held, whatever the unit."""
        return frozenset(held.role for held in self.roles)

    @property
    def unit_ids(self) -> frozenset[str]:
        """The units this person holds a role for."""
        return frozenset(held.unit_id for held in self.roles if held.unit_id is not None)
