"""Parts of addresses: what does not look like one is no address of ours, and answered by 404."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import BaseConverter, IntegerConverter, Map

LARGEST_ROW_NUMBER = 2**31 - 1


class NameConverter(BaseConverter):
    """An id from a diagram, such as a process key."""

    regex = "[A-Za-z_][A-Za-z0-9_.-]{0,119}"
    part_isolating = True


def name_parameter(converter: NameConverter) -> dict[str, Any]:
    """The parameter's schema in the API's document."""
    return {"type": "string", "pattern": f"^{converter.regex}$"}


class RowNumberConverter(IntegerConverter):
    """`<int:…>` as a row's number: one that no column can hold is no address, instead of an error of the database."""

    def __init__(self, map: Map, max: int = LARGEST_ROW_NUMBER) -> None:  # noqa: A002 - Werkzeug's names
        super().__init__(map, min=1, max=max)
