"""How often somebody may mistype a password: five times in fifteen minutes for one name from one address.

The pair is counted, so that nobody can lock a colleague out from elsewhere.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from service.people.tables import sign_in_failure

if TYPE_CHECKING:
    from service.database.unit import Unit

ALLOWED = 5
WINDOW = timedelta(minutes=15)


def attempts_left(unit: Unit, username: str, address: str) -> int:
    """How many attempts remain in the window, 0 when locked."""
    query = select(func.count()).where(
        sign_in_failure.c.username == username[:80],
        sign_in_failure.c.address == address[:60],
        sign_in_failure.c.at > unit.at - WINDOW,
    )
    return max(0, ALLOWED - int(unit.connection.execute(query).scalar_one()))


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
