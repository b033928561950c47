"""Passwords: argon2id, with the same work for a name that does not exist.

The Modeler sends the password with each request. One that fitted is remembered for some minutes, by a keyed digest in
this process's memory, so that the work is not done for every one of them; one that did not fit is worked on each time.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from functools import cache
from hashlib import blake2b
from threading import BoundedSemaphore, Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.people.errors import PasswordTooWeak

MIN_LENGTH = 12
"""Source: default of this product; longer phrases are welcome, forced symbols are not asked for."""
MAX_LENGTH = 256

_hasher = PasswordHasher()
_at_once = BoundedSemaphore(2)
"""Each takes 64 MB and a core: a flood of sign-ins must take neither all memory nor all cores."""

REMEMBERED_SECONDS = 300
MOST_REMEMBERED = 1_000
_key = secrets.token_bytes(32)
_fitted: OrderedDict[bytes, float] = OrderedDict()
_fitted_lock = Lock()


def hash_password(password: str) -> str:
    """Raises PasswordTooWeak."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise PasswordTooWeak(shortest=MIN_LENGTH, longest=MAX_LENGTH)
    return _hasher.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. Without a hash it works as long, and says no."""
    if len(password) > MAX_LENGTH:
        return False
    if password_hash is not None and _has_fitted(password_hash, password):
        return True
    try:
        with _at_once:
            if password_hash is not None and _has_fitted(password_hash, password):
                return True  # of several requests at once, one did the work
            fits = _hasher.verify(password_hash or _hash_of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    if not fits or password_hash is None:
        return False
    _remember(password_hash, password)
    return True


def _has_fitted(password_hash: str, password: str) -> bool:
    """Whether this password fitted this very hash a short while ago: a changed password has another hash."""
    with _fitted_lock:
        return _fitted.get(_digest(password_hash, password), 0.0) > time.monotonic()


def _remember(password_hash: str, password: str) -> None:
    with _fitted_lock:
        _fitted[_digest(password_hash, password)] = time.monotonic() + REMEMBERED_SECONDS
        while len(_fitted) > MOST_REMEMBERED:
            _fitted.popitem(last=False)


def _digest(password_hash: str, password: str) -> bytes:
    return blake2b(f"{password_hash}\0{password}".encode("utf-8", "surrogatepass"), key=_key).digest()


def outdated(password_hash: str) -> bool:
    """True if the hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("không ai có mật khẩu này")
