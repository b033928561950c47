"""Pages of a list by cursor: the place after the last row shown, not a number of rows that shifts meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime

from service.errors import FieldProblem, Invalid

Place = tuple[datetime | None, str]
"""The due date (None: no due date, last) and the id of the last row shown."""


class CursorUnreadable(Invalid):
    """The cursor is not one that this API gave."""

    code = "cursor_unreadable"
    message = "Con trỏ trang không đọc được; hãy tải lại danh sách từ đầu."


def write_cursor(place: Place) -> str:
    """A place as opaque text for an address."""
    due_at, row_id = place
    text = json.dumps([None if due_at is None else due_at.astimezone(UTC).isoformat(), row_id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Place:
    """Raises CursorUnreadable."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        due_text, row_id = json.loads(text)
        if not isinstance(row_id, str) or len(row_id) > 40 or not row_id.isascii() or not row_id.isprintable():
            raise ValueError("no id")
        due_at = None if due_text is None else datetime.fromisoformat(due_text)
        if due_at is not None and due_at.tzinfo is None:
            raise ValueError("no zone")
        return None if due_at is None else due_at.astimezone(UTC), row_id
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError) as error:
        problem = FieldProblem(field="cursor", message=CursorUnreadable.message)
        raise CursorUnreadable([problem]) from error
