"""`camunda:failedJobRetryTimeCycle`: how often failed work is tried again, and after what pauses."""

from __future__ import annotations

import re
from datetime import timedelta

from workflows import instants
from workflows.errors import ExpressionError

MAX_RETRIES = 100
_REPEAT = re.compile(r"R(\d{1,3})")


def pauses(text: str) -> tuple[timedelta, ...]:
    """The pause before each further try. Empty: none.

    As Camunda 7 counts: `R3/PT10M` is three tries in all, two of them after ten minutes; `PT5M, PT1H` is one more try
    after each.

    Raises ExpressionError.
    """
    text = text.strip()
    if not text:
        return ()
    repeat, slash, length = text.partition("/")
    if slash:
        match = _REPEAT.fullmatch(repeat.strip())
        if match is None:
            raise _wrong(text)
        found = [_pause(length)] * max(int(match.group(1)) - 1, 0)
    else:
        found = [_pause(part) for part in text.split(",")]
    if len(found) > MAX_RETRIES:
        raise ExpressionError(f"“{text[:60]}” thử lại nhiều hơn {MAX_RETRIES} lần.")
    return tuple(found)


def _pause(text: str) -> timedelta:
    length = instants.span(text)
    if length.months:
        raise _wrong(text)
    return length.rest


def _wrong(text: str) -> ExpressionError:
    return ExpressionError(f"“{text[:60]}” không phải cách thử lại; ví dụ R3/PT10M hoặc PT5M,PT1H.")
