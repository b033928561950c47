"""What a variable may hold, its copy, and its form in stored state.

Stored as JSON with tags: plain text, numbers of 64 bits, lists and maps stand as they are; everything else is
`{"": [tag, payload]}`. A map that has the key "" itself is stored tagged, so that no user data can look like a tag.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from workflows.errors import WorkflowError
from workflows.feel.limits import too_many_steps
from workflows.feel.scope import allowed, charge_shared
from workflows.feel.temporal import YearsMonths
from workflows.model import Value

MAX_DEPTH = 60
"""Lists and maps within one another; JSON readers on the way give up at about 250."""
MAX_NODES = 200_000
"""Values inside one variable."""
WORD = range(-(2**63), 2**63)


class ValueRefused(WorkflowError):
    """A variable that holds something the engine cannot store."""

    code = "value_refused"


class _TooMany(Exception):
    """More values than may be copied."""


def own(value: Value) -> Value:
    """A deep copy that shares nothing with the caller: floats become Decimal, tuples and sets of values lists.

    Raises:
        ValueRefused: a type that is not in `model.Value`, NaN or infinity, or nesting past `MAX_DEPTH`.
        ExpressionError: copies have used up what the command may spend.
    """
    most = allowed(MAX_NODES)
    left = [most]
    try:
        return _copy(value, 0, left)
    except _TooMany:
        if most < MAX_NODES:
            raise too_many_steps() from None
        message = f"Một biến chứa nhiều hơn {MAX_NODES:,} giá trị; hãy lưu dữ liệu lớn ở ngoài quy trình."
        raise ValueRefused(message) from None
    finally:
        charge_shared(most - left[0])


def own_all(variables: Mapping[str, Value]) -> dict[str, Value]:
    """`own` for every variable. Raises ValueRefused also for a name that is not text."""
    for name in variables:
        if not isinstance(name, str):
            raise ValueRefused(f"Tên biến phải là chữ, không phải {type(name).__name__}.")
    return {name: own(value) for name, value in variables.items()}


def _copy(value: Value, depth: int, left: list[int]) -> Value:
    left[0] -= 1
    if left[0] < 0:
        raise _TooMany
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return _finite(Decimal(repr(value)) if math.isfinite(value) else Decimal("NaN"))
    if isinstance(value, Decimal):
        return _finite(value)
    if isinstance(value, (list, tuple, Mapping)):
        return _copy_many(value, depth, left)
    if type(value) in _PACK:
        return value
    raise ValueRefused(f"Biến không nhận kiểu dữ liệu {type(value).__name__}.")


def _copy_many(value: Any, depth: int, left: list[int]) -> Value:
    if depth >= MAX_DEPTH:
        raise ValueRefused(f"Danh sách hoặc bảng lồng nhau quá {MAX_DEPTH} tầng.")
    if not isinstance(value, Mapping):
        return [_copy(item, depth + 1, left) for item in value]
    for key in value:
        if not isinstance(key, str):
            raise ValueRefused(f"Khóa của một bảng giá trị phải là chữ, không phải {type(key).__name__}.")
    return {key: _copy(item, depth + 1, left) for key, item in value.items()}


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise ValueRefused("Biến số phải là số hữu hạn (không nhận NaN, vô cực).")
    return number


def same(left: Value, right: Value) -> bool:
    """Equal as correlation needs it: 1 is neither "1" nor true."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def as_text(value: Value) -> str:
    """As a person or another system reads it: true, 1.5, 2026-03-02."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


# -- the stored form


def pack(value: Value) -> Any:
    """The JSON-ready form of a value that `own` has let through."""
    kind = type(value)
    if kind is str:
        return value if _is_plain(value) else {"": ["s", value.encode("utf-8", "surrogatepass").hex()]}
    if value is None or kind is bool:
        return value
    if kind is int:
        return value if value in WORD else {"": ["i", hex(value)]}
    if kind is list:
        return [pack(item) for item in value]
    if kind is dict:
        if "" not in value and all(map(_is_plain, value)):
            return {key: pack(item) for key, item in value.items()}
        return {"": ["m", [[pack(key), pack(item)] for key, item in value.items()]]}
    tag, write = _PACK[kind]
    return {"": [tag, write(value)]}


def unpack(stored: Any) -> Value:
    """The value that `pack` wrote."""
    kind = type(stored)
    if kind is dict:
        if "" not in stored:
            return {key: unpack(item) for key, item in stored.items()}
        tag, payload = stored[""]
        return _UNPACK[tag](payload)
    return [unpack(item) for item in stored] if kind is list else stored


def _is_plain(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _write_clock(clock: datetime | time) -> list[str]:
    zone = clock.tzinfo
    return [clock.isoformat(), zone.key] if isinstance(zone, ZoneInfo) and zone.key else [clock.isoformat()]


def _read_moment(payload: list[str]) -> datetime:
    moment = datetime.fromisoformat(payload[0])
    return moment.astimezone(ZoneInfo(payload[1])) if len(payload) > 1 else moment


def _read_time(payload: list[str]) -> time:
    clock = time.fromisoformat(payload[0])
    return clock.replace(tzinfo=ZoneInfo(payload[1])) if len(payload) > 1 else clock


_PACK: dict[type, tuple[str, Callable[[Any], Any]]] = {
    Decimal: ("n", str),
    date: ("d", date.isoformat),
    datetime: ("t", _write_clock),
    time: ("c", _write_clock),
    timedelta: ("p", lambda span: [span.days, span.seconds, span.microseconds]),
    YearsMonths: ("y", lambda span: span.months),
}
_UNPACK: dict[str, Callable[[Any], Value]] = {
    "n": Decimal,
    "d": date.fromisoformat,
    "t": _read_moment,
    "c": _read_time,
    "p": lambda parts: timedelta(days=parts[0], seconds=parts[1], microseconds=parts[2]),
    "y": YearsMonths,
    "i": lambda text: int(text, 16),
    "s": lambda text: bytes.fromhex(text).decode("utf-8", "surrogatepass"),
    "m": lambda pairs: {unpack(key): unpack(item) for key, item in pairs},
}
