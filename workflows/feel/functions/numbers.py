"""Numeric functions (DMN 10.3.4.5). Results are rounded to 34 digits, half to even, unless the name says otherwise."""

from __future__ import annotations

import decimal
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from workflows.feel.functions.registry import builtin
from workflows.feel.scope import Run
from workflows.feel.temporal import YearsMonths
from workflows.feel.values import EXACT, NUMBERS, Value

_SCALES = (Decimal(-6111), Decimal(6176))


def _scaled(value: Decimal, scale: Decimal, rounding: str) -> Decimal | None:
    """Rounded to `scale` decimals (negative: tens, hundreds …); None for a scale that decimal128 has not."""
    if scale != scale.to_integral_value() and not _SCALES[0] <= scale <= _SCALES[1]:
        return None
    if not _SCALES[0] <= scale <= _SCALES[1]:
        return None
    digits = int(scale)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -digits:
        return value
    rounded = value.quantize(Decimal((0, (1,), -digits)), rounding=rounding, context=EXACT)
    return NUMBERS.plus(rounded)


@builtin("decimal", "n: number", "scale: number")
def decimal_(run: Run, value: Decimal, scale: Decimal) -> Decimal | None:
    return _scaled(value, scale, decimal.ROUND_HALF_EVEN)


@builtin("floor", "n: number", "scale?: number")
def floor(run: Run, value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    return _scaled(value, scale, decimal.ROUND_FLOOR)


@builtin("ceiling", "n: number", "scale?: number")
def ceiling(run: Run, value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    return _scaled(value, scale, decimal.ROUND_CEILING)


@builtin("round up", "n: number", "scale: number")
def round_up(run: Run, value: Decimal, scale: Decimal) -> Decimal | None:
    return _scaled(value, scale, decimal.ROUND_UP)


@builtin("round down", "n: number", "scale: number")
def round_down(run: Run, value: Decimal, scale: Decimal) -> Decimal | None:
    return _scaled(value, scale, decimal.ROUND_DOWN)


@builtin("round half up", "n: number", "scale: number")
def round_half_up(run: Run, value: Decimal, scale: Decimal) -> Decimal | None:
    return _scaled(value, scale, decimal.ROUND_HALF_UP)


@builtin("round half down", "n: number", "scale: number")
def round_half_down(run: Run, value: Decimal, scale: Decimal) -> Decimal | None:
    return _scaled(value, scale, decimal.ROUND_HALF_DOWN)


@builtin("abs", "n: any")
def absolute(run: Run, value: Value) -> Value:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Decimal):
        return NUMBERS.abs(value)
    if isinstance(value, YearsMonths):
        return YearsMonths(abs(value.months))
    return abs(value) if isinstance(value, timedelta) else None


@builtin("modulo", "dividend: number", "divisor: number")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """With the divisor's sign: dividend - divisor × floor(dividend / divisor)."""
    if not divisor:
        return None
    try:
        rest = NUMBERS.remainder(dividend, divisor)
    except InvalidOperation:
        rest = NUMBERS.plus(EXACT.remainder(dividend, divisor))
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@builtin("sqrt", "number: number")
def sqrt(run: Run, value: Decimal) -> Decimal | None:
    return None if value < 0 else NUMBERS.sqrt(value)


@builtin("log", "number: number")
def log(run: Run, value: Decimal) -> Decimal | None:
    return None if value <= 0 else NUMBERS.ln(value)


@builtin("exp", "number: number")
def exp(run: Run, value: Decimal) -> Decimal:
    return NUMBERS.exp(value)


@builtin("odd", "number: number")
def odd(run: Run, value: Decimal) -> bool | None:
    return _last_bit(value) == 1 if value == value.to_integral_value() else False


@builtin("even", "number: number")
def even(run: Run, value: Decimal) -> bool | None:
    return _last_bit(value) == 0 if value == value.to_integral_value() else False


def _last_bit(value: Decimal) -> int:
    return int(EXACT.remainder(value.copy_abs(), Decimal(2)))
