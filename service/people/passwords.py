"""Passwords: argon2id, with the same work for a name that does not exist."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.people.errors import PasswordTooWeak

MIN_LENGTH = 12
"""Source: default of this product; longer phrases are welcome, forced symbols are not asked for."""
MAX_LENGTH = 256

_hasher = PasswordHasher()
_at_once = BoundedSemaphore(2)
"""Each takes 64 MB and a core: a flood of sign-ins must take neither all memory nor all cores."""


def hash_password(password: str) -> str:
    """Raises PasswordTooWeak."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise PasswordTooWeak(shortest=MIN_LENGTH, longest=MAX_LENGTH)
    return _hasher.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. Without a hash it works as long, and says no."""
    if len(password) > MAX_LENGTH:
        return False
    try:
        with _at_once:
            fits = _hasher.verify(password_hash or _hash_of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return fits and password_hash is not None


def outdated(password_hash: str) -> bool:
    """True if the hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("không ai có mật khẩu này")
