"""Parts of addresses: what does not look like one is no address of ours, and answered by 404."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import BaseConverter


class NameConverter(BaseConverter):
    """An id from a diagram, such as a process key."""

    regex = "[A-Za-z_][A-Za-z0-9_.-]{0,119}"
    part_isolating = True


def name_parameter(converter: NameConverter) -> dict[str, Any]:
    """The parameter's schema in the API's document."""
    return {"type": "string", "pattern": f"^{converter.regex}$"}
