"""String functions (DMN 10.3.4.3). Positions count from 1, from the end with negative numbers, in characters."""

from __future__ import annotations

from decimal import Decimal

from workflows.feel import regex
from workflows.feel.functions.registry import builtin
from workflows.feel.scope import Run
from workflows.feel.text import to_text
from workflows.feel.values import Value


@builtin("substring", "string: string", "start position: number", "length?: number?")
def substring(run: Run, string: str, start: Decimal, length: Decimal | None = None) -> str | None:
    if not start or start != start.to_integral_value() or start.copy_abs() > len(string):
        return None
    first = int(start) - 1 if start > 0 else len(string) + int(start)
    if length is None:
        return run.text(string[first:])
    return run.text(string[first : first + int(min(length, Decimal(len(string))))]) if length >= 1 else None


@builtin("string length", "string: string")
def string_length(run: Run, string: str) -> Decimal:
    return Decimal(len(string))


@builtin("upper case", "string: string")
def upper_case(run: Run, string: str) -> str:
    return run.text(string.upper())


@builtin("lower case", "string: string")
def lower_case(run: Run, string: str) -> str:
    return run.text(string.lower())


@builtin("substring before", "string: string", "match: string")
def substring_before(run: Run, string: str, match: str) -> str:
    before, found, _ = string.partition(match) if match else ("", "", "")
    return run.text(before) if found else ""


@builtin("substring after", "string: string", "match: string")
def substring_after(run: Run, string: str, match: str) -> str:
    _, _, after = string.partition(match) if match else ("", "", string)
    return run.text(after)


@builtin("contains", "string: string", "match: string")
def contains(run: Run, string: str, match: str) -> bool:
    return match in string


@builtin("starts with", "string: string", "match: string")
def starts_with(run: Run, string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with", "string: string", "match: string")
def ends_with(run: Run, string: str, match: str) -> bool:
    return string.endswith(match)


@builtin("matches", "input: string", "pattern: string", "flags?: string?")
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool | None:
    compiled = regex.compile(pattern, flags or "")
    return None if compiled is None else compiled.search(text, 0, run) is not None


@builtin("replace", "input: string", "pattern: string", "replacement: string", "flags?: string?")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    compiled = regex.compile(pattern, flags or "")
    if compiled is None:
        return None
    parts: list[str] = []
    end = 0
    for match in compiled.every(text, run):
        made = replacement if "q" in (flags or "") else match.expand(replacement)
        if made is None:
            return None
        parts += [text[end : match.start], run.text(made)]
        end = match.end
    return run.text("".join([*parts, text[end:]]))


@builtin("split", "string: string", "delimiter: string")
def split(run: Run, string: str, delimiter: str) -> list[Value] | None:
    compiled = regex.compile(delimiter, "")
    if compiled is None:
        return None
    parts: list[Value] = []
    end = 0
    for match in compiled.every(string, run):
        if match.end == match.start:
            continue
        parts.append(string[end : match.start])
        end = match.end
    return run.items([*parts, string[end:]])


@builtin("string join", "list: list", "delimiter?: string?")
def string_join(run: Run, strings: list[Value], delimiter: str | None = None) -> str | None:
    kept = [item for item in strings if item is not None]
    if not all(isinstance(item, str) for item in kept):
        return None
    run.charge((sum(map(len, kept)) + len(delimiter or "") * len(kept)) // 8)
    return run.text((delimiter or "").join(kept))


@builtin("string", "from: any")
def string(run: Run, value: Value) -> str | None:
    return None if value is None else to_text(value, run)


@builtin("trim", "string: string")
def trim(run: Run, string: str) -> str:
    return run.text(string.strip())


@builtin("is blank", "string: string")
def is_blank(run: Run, string: str) -> bool:
    return not string.strip()


@builtin("extract", "string: string", "pattern: string")
def extract(run: Run, text: str, pattern: str) -> list[Value] | None:
    compiled = regex.compile(pattern, "")
    return (
        None if compiled is None else run.items([text[match.start : match.end] for match in compiled.every(text, run)])
    )
