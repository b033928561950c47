"""The tree of live tokens and the variables, as bytes. Specs are named, never stored; nothing of the past is kept.

Layout of format 1, JSON: `[variables, tokens]`, and a third 1 while the instance is suspended; a token is
`[id, node, state, fields, children, inside]` with empty ends left out; ids are 22 letters of base64; `inside` are the
tokens of its sub-process.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import orjson

from workflows.errors import NotWaiting, StateUnreadable, WorkflowError
from workflows.instance import Instance, Sub
from workflows.model import Deadline, Snapshot, Value
from workflows.specs.activities import EventSubProcess, User
from workflows.specs.events import Event
from workflows.specs.nodes import CHILD
from workflows.tokens import Failure, Token, short
from workflows.values import pack, unpack

FORMAT = 1
MAX_VARIABLES_BYTES = 256 * 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class VariablesTooLarge(WorkflowError):
    """More variables than an instance may carry."""

    code = "variables_too_large"


def write(instance: Instance) -> bytes:
    """Raises VariablesTooLarge."""
    variables = pack(instance.variables)
    rows = [_row(token, instance) for token in instance.task_tree.children]
    if len(orjson.dumps(variables)) > MAX_VARIABLES_BYTES:
        limit = MAX_VARIABLES_BYTES // 1024
        raise VariablesTooLarge(f"Các biến của quy trình vượt quá {limit} kB; hãy lưu nội dung lớn ở ngoài biến.")
    return orjson.dumps([variables, rows, 1] if instance.suspended else [variables, rows])


def read(instance: Instance, snapshot: Snapshot) -> None:
    """Put the stored tokens and variables into a new instance.

    Raises:
        StateUnreadable: another format, damaged bytes, or a node that this version of the process does not have.
    """
    variables, rows = _decoded(snapshot)
    instance.suspended = is_suspended(snapshot)
    try:
        instance.variables = unpack(variables)
        _plant(rows, instance, instance.task_tree, instance)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        message = f"Trạng thái đã lưu không khớp với quy trình {instance.definition.id}: {error!r}."
        raise StateUnreadable(message) from error


def variables(snapshot: Snapshot, *, seen_from: str | None = None) -> dict[str, Value]:
    """The process's own variables; with a token's id, everything that token sees.

    Raises StateUnreadable, and NotWaiting for a token that is not there.
    """
    stored, rows = _decoded(snapshot)
    found: dict[str, Value] = unpack(stored)
    if seen_from is None:
        return found
    token_id = short(seen_from)
    way = _way_to(rows, _short_id(token_id)) if token_id is not None else None
    if way is None:
        raise NotWaiting(f"Bước {seen_from} không còn chờ nữa.")
    for fields in way:
        found.update(unpack(fields.get("v")) or {})
    return found


def _way_to(rows: list[Any], identity: str) -> list[dict[str, Any]] | None:
    """The fields of the tokens from the outermost to the one of this id."""
    for this, _, _, fields, children, inside in map(_padded, rows):
        if this == identity:
            return [fields]
        if (way := _way_to([*children, *inside], identity)) is not None:
            return [fields, *way]
    return None


def standing(snapshot: Snapshot) -> dict[str, int]:
    """Element -> how many tokens stand there, for the diagram. Armed boundary events and listeners do not count.

    Raises StateUnreadable.
    """
    return dict(Counter(_standing(_decoded(snapshot)[1])))


def _decoded(snapshot: Snapshot) -> tuple[Any, Any]:
    if snapshot.format != FORMAT:
        raise StateUnreadable(f"Trạng thái lưu theo định dạng {snapshot.format}; phiên bản này đọc định dạng {FORMAT}.")
    try:
        stored = orjson.loads(snapshot.state)
    except orjson.JSONDecodeError as error:
        raise StateUnreadable("Trạng thái đã lưu bị hỏng.") from error
    if not isinstance(stored, list) or len(stored) not in (2, 3):
        raise StateUnreadable("Trạng thái đã lưu bị hỏng.")
    return stored[0], stored[1]


def is_suspended(snapshot: Snapshot) -> bool:
    """Whether `run.suspend` holds it. The flag is at the end of the bytes; their rest is not read."""
    return snapshot.state.endswith(b"],1]")


def _standing(rows: Iterable[Any], *, bodies_only: bool = False) -> Iterator[str]:
    for _, node, _, fields, children, inside in map(_padded, rows):
        if fields.get("l") or (bodies_only and not node.endswith(CHILD)):
            continue
        bodies = list(_standing(children, bodies_only=True))
        if not bodies:
            yield node.removesuffix(CHILD)
        yield from bodies
        yield from _standing(inside)


# -- one token


def _row(token: Token, instance: Instance) -> list[Any]:
    sub = instance.subprocesses.get(token.id)
    row = [
        token.short or _short_id(token.id),
        token.task_spec.name,
        token.state,
        _fields(token),
        [_row(child, instance) for child in token.children],
        [_row(inner, instance) for inner in sub.task_tree.children] if sub is not None else None,
    ]
    while not row[-1] and len(row) > 3:
        row.pop()
    return row


def _short_id(token_id: UUID) -> str:
    return urlsafe_b64encode(token_id.bytes)[:22].decode()


def _padded(row: list[Any]) -> tuple[str, str, int, dict[str, Any], list[Any], list[Any]]:
    identity, node, state, *rest = row
    fields, children, inside = (*rest, None, None, None)[:3]
    return identity, node, state, fields or {}, children or [], inside or []


def _plant(rows: list[Any], scope: Any, parent: Token, instance: Instance) -> None:
    for identity, node, state, fields, children, inside in map(_padded, rows):
        token_id = UUID(bytes=urlsafe_b64decode(identity + "=="))
        token = Token(scope, scope.spec.task_specs[node], parent, state=state, id=token_id)
        token.short = identity
        if fields:
            _set_fields(token, fields)
        if children:
            _plant(children, scope, token, instance)
        if inside:
            sub: Sub = instance.create_subprocess(token, token.task_spec.spec)
            _plant(inside, sub, sub.task_tree, instance)


_LAYOUT: tuple[tuple[str, str, Literal["plain", "flag", "value"]], ...] = (
    ("f", "flow", "plain"),
    ("g", "group", "plain"),
    ("s", "subscribed", "plain"),
    ("j", "job", "plain"),
    ("n", "left", "plain"),
    ("p", "stage", "plain"),
    ("k", "counts", "plain"),
    ("q", "place", "plain"),
    ("h", "hops", "plain"),
    ("a", "again", "plain"),
    ("l", "listening", "flag"),
    ("r", "running", "flag"),
    ("o", "open", "flag"),
    ("v", "locals", "value"),
    ("i", "items", "value"),
    ("b", "returned", "value"),
    ("c", "gathered", "value"),
)
"""Key in the stored fields, name in `Token`, and how it is written. `d` and `x` are the deadline and the failure."""
_BY_NAME = {name: (key, kind) for key, name, kind in _LAYOUT}
_BY_KEY = {key: (name, kind) for key, name, kind in _LAYOUT}


def _fields(token: Token) -> dict[str, Any]:
    """What differs from a new token's defaults."""
    fields: dict[str, Any] = {}
    for name, value in vars(token).items():
        if name in _BY_NAME and value is not None and value is not False and (value or name not in ("place", "hops")):
            key, kind = _BY_NAME[name]
            fields[key] = pack(value) if kind == "value" else 1 if kind == "flag" else value
    if token.deadline is not None:
        fields["d"] = _pack_deadline(token.deadline, drawn(token))
    if token.failure is not None:
        fields["x"] = [token.failure.stage, token.failure.code, pack(token.failure.message)]
    return fields


def _set_fields(token: Token, fields: dict[str, Any]) -> None:
    for key, stored in fields.items():
        if key == "d":
            token.deadline = _unpack_deadline(stored, drawn(token))
        elif key == "x":
            stage, code, message = stored
            token.failure = Failure(stage, code, unpack(message))
        else:
            name, kind = _BY_KEY[key]
            setattr(token, name, unpack(stored) if kind == "value" else True if kind == "flag" else stored)


def drawn(token: Token) -> str:
    """The expression of the token's deadline in the diagram, which need not be stored."""
    node = token.task_spec
    if isinstance(node, User):
        return node.due_date.text if node.due_date is not None else ""
    if isinstance(node, (Event, EventSubProcess)) and node.trigger.expression is not None:
        return node.trigger.expression.text
    return ""


def _pack_deadline(deadline: Deadline, drawn_text: str) -> list[Any]:
    """Instants as whole microseconds since 1970."""
    packed: list[Any] = [
        (deadline.due_at - _EPOCH) // _MICROSECOND,
        (deadline.started_at - _EPOCH) // _MICROSECOND,
        deadline.budget,
        deadline.percent,
    ]
    if deadline.expression != drawn_text:
        packed.append(pack(deadline.expression))
    elif deadline.percent == 100:
        del packed[-1 if deadline.budget is not None else -2 :]
    return packed


def _unpack_deadline(packed: list[Any], drawn_text: str) -> Deadline:
    due_at, started_at, *rest = packed
    defaults: list[Any] = [None, 100]
    budget, percent, *other = rest + defaults[len(rest) :]
    return Deadline(
        due_at=_EPOCH + due_at * _MICROSECOND,
        started_at=_EPOCH + started_at * _MICROSECOND,
        budget=budget,
        percent=percent,
        expression=unpack(other[0]) if other else drawn_text,
    )
