"""How often somebody may mistype a password: five times in fifteen minutes for one name from one address.

The pair is counted, so that nobody can lock a colleague out from elsewhere. One address has many more attempts in
all: an office shares it, but it is not meant for trying one password on everybody.
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from service.people.tables import sign_in_failure

if TYPE_CHECKING:
    from service.database.unit import Unit

ALLOWED = 5
ALLOWED_FROM_ADDRESS = 200
WINDOW = timedelta(minutes=15)


def attempts_left(unit: Unit, username: str, address: str) -> int:
    """How many attempts remain in the window, 0 when locked."""
    failures = select(func.count()).where(
        sign_in_failure.c.address == address[:60], sign_in_failure.c.at > unit.at - WINDOW
    )
    named = failures.where(sign_in_failure.c.username == username[:80])
    left = ALLOWED - int(unit.connection.execute(named).scalar_one())
    if _far(address):
        left = min(left, ALLOWED_FROM_ADDRESS - int(unit.connection.execute(failures).scalar_one()))
    return max(0, left)


def _far(address: str) -> bool:
    """Whether the address tells callers apart: behind a proxy nobody set `TRINH_PROXIES` for, all have the machine's
    own, and one could lock out everybody."""
    try:
        return not ip_address(address).is_loopback
    except ValueError:
        return False


def record_failure(unit: Unit, username: str, address: str) -> None:
    """Count one failed attempt, and forget those that are no longer counted."""
    unit.connection.execute(delete(sign_in_failure).where(sign_in_failure.c.at <= unit.at - WINDOW))
    unit.connection.execute(insert(sign_in_failure).values(username=username[:80], address=address[:60], at=unit.at))


def forget_failures(unit: Unit, username: str, address: str) -> None:
    """A success starts the count anew."""
    unit.connection.execute(
        delete(sign_in_failure).where(
            sign_in_failure.c.username == username[:80], sign_in_failure.c.address == address[:60]
        )
    )
