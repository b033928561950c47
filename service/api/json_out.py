"""Writing JSON: moments in UTC, dates as ISO, numbers without loss."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from flask.json.provider import DefaultJSONProvider


class JsonProvider(DefaultJSONProvider):
    """Flask's provider with the types that variables and answers hold."""

    ensure_ascii = False
    sort_keys = False

    @staticmethod
    def default(value: Any) -> Any:
        return plain(value)


def plain(value: Any) -> Any:
    """One value that JSON does not know, as one it knows. Raises TypeError."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, frozenset | set | tuple):
        return list(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def number(value: Decimal) -> int | float | str:
    """A number where a double holds every digit, else the digits as text."""
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)
