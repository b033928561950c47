"""Moments and spans as the Modeler writes them: ISO 8601 dates, durations and cycles. Naive means Hà Nội's time."""

from __future__ import annotations

import calendar as months_of
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from workflows.calendar import VIETNAM
from workflows.errors import ExpressionError
from workflows.feel.temporal import YearsMonths

_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,7})D)?"
    r"(?:T(?=.)(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?"
)
_REPEAT = re.compile(r"R(\d{0,6})")


@dataclass(frozen=True, slots=True)
class Span:
    """An ISO duration: months are kept apart, because their length depends on where they start."""

    months: int
    rest: timedelta

    def after(self, start: datetime, times: int = 1) -> datetime:
        """`start` plus the span, `times` times; the 31st becomes the month's last day.

        Raises ExpressionError past the year 9999.
        """
        try:
            return _add_months(start, self.months * times) + self.rest * times
        except (OverflowError, ValueError) as error:
            raise ExpressionError("Thời điểm tính ra vượt quá năm 9999.") from error


@dataclass(frozen=True, slots=True)
class Cycle:
    """`R3/PT1H`, `R/2026-01-01T08:00:00/P1M`: how often (None: without end), from when, how far apart."""

    times: int | None
    start: datetime | None
    span: Span


def span(text: str) -> Span:
    """Raises ExpressionError for anything but a positive ISO duration such as `P3D` or `PT2H30M`."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ExpressionError(f"“{text[:60]}” không phải khoảng thời gian ISO 8601; ví dụ P3D hoặc PT2H30M.")
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in match.groups()[:6])
    seconds = float(match.group(7) or 0)
    rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return Span(years * 12 + months, rest)


def cycle(text: str) -> Cycle:
    """Raises ExpressionError for anything but `R[n]/[start/]duration`; cron is not read."""
    repeat, *rest = text.strip().split("/")
    match = _REPEAT.fullmatch(repeat)
    if match is None or len(rest) not in (1, 2):
        raise ExpressionError(f"“{text[:60]}” không phải chu kỳ ISO 8601; ví dụ R3/PT1H hoặc R/P1D (không nhận cron).")
    length = span(rest[-1])
    if length.months == 0 and length.rest < timedelta(seconds=1):
        raise ExpressionError(f"Chu kỳ “{text[:60]}” phải dài ít nhất một giây.")
    start = moment(rest[0]) if len(rest) == 2 else None
    times = int(match.group(1)) if match.group(1) else None
    if times == 0:
        raise ExpressionError(f"Chu kỳ “{text[:60]}” phải có ít nhất một lần.")
    return Cycle(times, start, length)


def moment(value: object, *, day_at: time = time(0)) -> datetime:
    """A date, a datetime or its ISO text as an instant in UTC; a bare date means `day_at` of that day.

    Raises ExpressionError when it is none of them.
    """
    if isinstance(value, str):
        value = _read(value)
    if isinstance(value, datetime):
        local = value if value.utcoffset() is not None else value.replace(tzinfo=VIETNAM)
        try:
            return local.astimezone(UTC)
        except OverflowError as error:
            raise ExpressionError("Thời điểm nằm ngoài các năm 1 đến 9999.") from error
    if isinstance(value, date):
        return datetime.combine(value, day_at, VIETNAM).astimezone(UTC)
    raise ExpressionError(f"Biểu thức phải cho ra ngày hoặc thời điểm, không phải {type(value).__name__}.")


def due(value: object, now: datetime, *, day_at: time = time(0)) -> datetime:
    """Like `moment`, and a duration (text or value) counts from `now`."""
    if isinstance(value, timedelta):
        return Span(0, value).after(now)
    if isinstance(value, YearsMonths):
        return Span(value.months, timedelta()).after(now)
    if isinstance(value, str) and value.lstrip().startswith("P"):
        return span(value).after(now)
    return moment(value, day_at=day_at)


def _read(text: str) -> datetime | date:
    text = text.strip()
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else datetime.fromisoformat(text)
    except ValueError as error:
        message = f"“{text[:60]}” không phải ngày giờ ISO 8601; ví dụ 2026-12-31 hoặc 2026-12-31T17:00:00+07:00."
        raise ExpressionError(message) from error


def _add_months(start: datetime, count: int) -> datetime:
    if count == 0:
        return start
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    month += 1
    if not 1 <= year <= 9999:
        raise OverflowError
    return start.replace(year=year, month=month, day=min(start.day, months_of.monthrange(year, month)[1]))
