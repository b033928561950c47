"""Values as text: what `string()` gives and what a template puts in."""

from __future__ import annotations

from decimal import Decimal

from workflows.feel import limits
from workflows.feel.scope import Run
from workflows.feel.temporal import format_value
from workflows.feel.values import Function, Range, Value


def format_number(value: Decimal) -> str:
    """Plain digits without an exponent and without trailing zeros; very large and small ones with an exponent."""
    if not value:
        return "0"
    normal = value.normalize(None)
    if -20 < normal.adjusted() < 40:
        return f"{normal:f}"
    return str(normal)


def to_text(value: Value, run: Run) -> str:
    """FEEL's `string()`: strings bare at the top, quoted inside lists and contexts. Null is `null`."""
    return value if isinstance(value, str) else run.text("".join(_parts(value, run, 0)))


def _parts(value: Value, run: Run, depth: int) -> list[str]:
    run.charge(1)
    if depth > limits.VALUE_DEPTH:
        raise limits.too_deep()
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, Decimal):
        return [format_number(value)]
    if isinstance(value, str):
        run.charge(len(value) // 8)
        return ['"', value.replace("\\", "\\\\").replace('"', '\\"'), '"']
    if isinstance(value, list):
        return _joined("[", [_parts(item, run, depth + 1) for item in value], "]")
    if isinstance(value, dict):
        return _joined("{", [[f"{_key(name)}: ", *_parts(item, run, depth + 1)] for name, item in value.items()], "}")
    if isinstance(value, Range):
        return _range(value, run, depth)
    if isinstance(value, Function):
        return [f"function({', '.join(value.parameters)})"]
    return [format_value(value)]


def _key(name: str) -> str:
    return name if name.replace(" ", "").replace("_", "").isalnum() else '"' + name.replace('"', '\\"') + '"'


def _joined(opening: str, items: list[list[str]], closing: str) -> list[str]:
    parts = [opening]
    for index, item in enumerate(items):
        parts.extend([", ", *item] if index else item)
    parts.append(closing)
    return parts


def _range(value: Range, run: Run, depth: int) -> list[str]:
    if value.operator:
        bound = value.start if value.operator[0] in ">=!" else value.end
        return [f"({value.operator} ", *_parts(bound, run, depth + 1), ")"]
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return [opening, *_parts(value.start, run, depth + 1), "..", *_parts(value.end, run, depth + 1), closing]
