"""Adding and removing rows of a form without JavaScript: the page comes back with one row more or less."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def changed_rows(answers: Mapping[str, Any], posted: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with the row added that button `add-row` names, or without the one `remove-row` names."""
    changed = dict(answers)
    added = posted.get("add-row")
    if isinstance(added, str) and isinstance(changed.get(added), list):
        changed[added] = [*changed[added], {}]
    removed = posted.get("remove-row")
    if isinstance(removed, str) and "." in removed:
        key, _, number = removed.rpartition(".")
        rows = changed.get(key)
        if isinstance(rows, list) and number.isdigit() and int(number) < len(rows):
            changed[key] = [row for at, row in enumerate(rows) if at != int(number)]
    return changed
