"""Bearer tokens: 32 random bytes shown once, of which only the SHA-256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, update

from service.people.tables import access_token

if TYPE_CHECKING:
    from service.database.unit import Unit

_PREFIX = "trinh_"
"""So that a token pasted into a file or a mail can be found by a scanner."""


def hash_of(token: str) -> str:
    """What is stored of a token. It is random through and through, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def create_token(unit: Unit, account_id: int, *, label: str = "", expires_at: datetime | None = None) -> str:
    """Write a new token's hash and return the token, which nobody can read again."""
    token = _PREFIX + secrets.token_urlsafe(32)
    unit.connection.execute(
        insert(access_token).values(
            account_id=account_id,
            token_hash=hash_of(token),
            label=label,
            created_at=unit.at,
            expires_at=expires_at,
        )
    )
    return token


def revoke_token(unit: Unit, token: str) -> bool:
    """Shut a token for good. False if there is none, or it is shut already."""
    result = unit.connection.execute(
        update(access_token)
        .where(access_token.c.token_hash == hash_of(token), access_token.c.revoked_at.is_(None))
        .values(revoked_at=unit.at)
    )
    return bool(result.rowcount)
