"""Values as text: what `string()` gives and what a template puts in."""

from __future__ import annotations

from decimal import Decimal

from workflows.feel import limits
from workflows.feel.scope import Run
from workflows.feel.temporal import format_value
from workflows.feel.values import EXACT, Function, Range, Value


def format_number(value: Decimal) -> str:
    """Plain digits without an exponent and without trailing zeros; very large and small ones with an exponent."""
    if not value:
        return "0"
    normal = value.normalize(EXACT)
    if -20 < normal.adjusted() < 40:
        return f"{normal:f}"
    return str(normal)


def to_text(value: Value, run: Run) -> str:
    """FEEL's `string()`: strings bare at the top, quoted inside lists and contexts. Null is `null`."""
    if isinstance(value, str):
        return value
    out: list[str] = []
    _write(value, out, run, 0)
    return run.text("".join(out))


def _write(value: Value, out: list[str], run: Run, depth: int) -> None:
    run.charge(1)
    if depth > limits.VALUE_DEPTH:
        raise limits.too_deep()
    if isinstance(value, list):
        _write_items(value, out, run, depth)
    elif isinstance(value, dict):
        _write_entries(value, out, run, depth)
    elif isinstance(value, Range):
        _write_range(value, out, run, depth)
    elif isinstance(value, str):
        run.charge(len(value) // 8)
        out.append(_quoted(value))
    else:
        out.append(_plain(value))


def _plain(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format_number(value)
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    return format_value(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _key(name: str) -> str:
    return name if name.replace(" ", "").replace("_", "").isalnum() else _quoted(name)


def _write_items(items: list[Value], out: list[str], run: Run, depth: int) -> None:
    out.append("[")
    for place, item in enumerate(items):
        if place:
            out.append(", ")
        _write(item, out, run, depth + 1)
    out.append("]")


def _write_entries(entries: dict[str, Value], out: list[str], run: Run, depth: int) -> None:
    out.append("{")
    for place, (name, item) in enumerate(entries.items()):
        out.append(f"{', ' if place else ''}{_key(name)}: ")
        _write(item, out, run, depth + 1)
    out.append("}")


def _write_range(value: Range, out: list[str], run: Run, depth: int) -> None:
    if value.operator:
        out.append(f"({value.operator} ")
        _write(value.end if value.operator[0] == "<" else value.start, out, run, depth + 1)
        out.append(")")
        return
    out.append("[" if value.start_included else "(")
    _write(value.start, out, run, depth + 1)
    out.append("..")
    _write(value.end, out, run, depth + 1)
    out.append("]" if value.end_included else ")")
