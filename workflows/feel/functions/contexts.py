"""Context functions (DMN 10.3.4.9, 10.3.4.10)."""

from __future__ import annotations

from workflows.feel import limits
from workflows.feel.functions.registry import builtin
from workflows.feel.scope import Run
from workflows.feel.values import Value

Context = dict[str, Value]


@builtin("get value", "m: context", "key: string")
def get_value(run: Run, context: Context, key: str) -> Value:
    return context.get(key)


@builtin("get value", "context: context", "keys: list")
def get_value_below(run: Run, context: Context, keys: list[Value]) -> Value:
    value: Value = context
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str):
            return None
        value = value.get(key)
    return value if keys else None


@builtin("get entries", "m: context")
def get_entries(run: Run, context: Context) -> list[Value]:
    return run.items([{"key": key, "value": value} for key, value in context.items()])


@builtin("context", "entries: list")
def context(run: Run, entries: list[Value]) -> Context | None:
    made: Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or "key" not in entry or "value" not in entry:
            return None
        key = entry["key"]
        if not isinstance(key, str) or key in made:
            return None
        made[key] = entry["value"]
    return made


@builtin("context put", "context: context", "key: string", "value: any")
def context_put(run: Run, context: Context, key: str, value: Value) -> Context:
    run.charge(len(context))
    return {**context, key: value}


@builtin("context put", "context: context", "keys: list", "value: any")
def context_put_below(run: Run, context: Context, keys: list[Value], value: Value) -> Context | None:
    if not keys or len(keys) > limits.VALUE_DEPTH or not all(isinstance(key, str) for key in keys):
        return None
    levels: list[Context] = [context]
    for key in keys[:-1]:
        below = levels[-1].get(key)
        if below is not None and not isinstance(below, dict):
            return None
        levels.append(below or {})
    made: Value = value
    for level, key in zip(reversed(levels), reversed(keys), strict=True):
        run.charge(len(level))
        made = {**level, key: made}
    return made if isinstance(made, dict) else None


@builtin("context merge", "contexts: list")
def context_merge(run: Run, contexts: list[Value]) -> Context | None:
    made: Context = {}
    for one in contexts:
        if not isinstance(one, dict):
            return None
        run.charge(len(one))
        made.update(one)
    return made


@builtin("is defined", "value: any")
def is_defined(run: Run, value: Value) -> bool:
    """Camunda's: false only where the value is null."""
    return value is not None


@builtin("get or else", "value: any", "default: any")
def get_or_else(run: Run, value: Value, default: Value) -> Value:
    return default if value is None else value
