"""Dates, times and numbers as people here type them; what cannot be read stays as typed, to be shown again."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal

_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})\s*(?::|h|giờ)\s*(\d{2})?(?:\s*phút)?", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d{1,18})(?:,(\d{1,9}))?", re.ASCII)


def read_date(text: str) -> date | str:
    """`24/11/2026` as a date; anything else as it is."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return text
    day, month, year = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return text


def read_number(text: str) -> Decimal | int | str:
    """`1.000,5` as a number; anything else as it is. A point groups thousands, a comma begins the decimals."""
    plain = text.strip().replace(" ", "").replace("\u00a0", "")
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return text
    digits = plain.replace(".", "").replace(",", ".")
    return Decimal(digits) if match.group(1) else int(digits)


def read_time(text: str) -> time | str:
    """`08:30`, `8h30`, `8 giờ 30` as a time; anything else as it is."""
    match = _TIME.fullmatch(text.strip())
    if match is None or (match[2] is None and ":" in match[0]):
        return text
    hours, minutes = int(match[1]), int(match[2] or 0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else text


def read_moment(text: str) -> datetime | str:
    """`24/11/2026 08:30` as a moment without a zone; anything else as it is."""
    first, _, rest = text.strip().replace(",", " ").partition(" ")
    day, clock = read_date(first), read_time(rest)
    if isinstance(day, date) and isinstance(clock, time):
        return datetime.combine(day, clock)
    return text
