"""What a browser posts for a form -> raw answers for `form_schema.check_answers`.

Inputs are named by their path with dots, as `FieldProblem.field` is: `reason`, `nominees.0.full_name` (rows that a
person adds), `votes.17.yes` (fixed rows by key). A checkbox has the value `true`; a checklist repeats its name.
Dates are typed `24/11/2026`, numbers `1.000,5`; what cannot be read stays as typed, so that it is shown again.
Names that the form does not know (the token against forged requests, the revision, buttons) are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from service.engine.form_schema import DISPLAYED
from service.engine.forms import Field, Form

_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d{1,18})(?:,(\d{1,9}))?")


class Posted(Protocol):
    """A werkzeug MultiDict."""

    def get(self, key: str, default: Any = None, /) -> Any: ...
    def getlist(self, key: str, /) -> list[str]: ...
    def __iter__(self) -> Any: ...


def answers_from_html(form: Form, posted: Posted, *, keep_blank_rows: bool = False) -> dict[str, Any]:
    """Raw answers by field. Rows a person added and left blank are dropped, unless they are to be shown again."""
    return _answers(form.fields, posted, "", keep_blank_rows)


def _answers(drawn: tuple[Field, ...], posted: Posted, prefix: str, keep_blank: bool) -> dict[str, Any]:
    asked = (each for each in drawn if each.kind not in DISPLAYED and not each.read_only)
    return {each.key: _answer(each, posted, prefix + each.key, keep_blank) for each in asked}


def _answer(drawn: Field, posted: Posted, path: str, keep_blank: bool) -> Any:
    if drawn.kind == "boolean":
        return posted.get(path) in ("true", "on", "1")
    if drawn.kind == "checklist":
        return posted.getlist(path)
    if drawn.kind == "rows":
        return _rows(drawn, posted, path, keep_blank)
    text = posted.get(path)
    if not isinstance(text, str) or not text.strip():
        return None
    if drawn.kind == "date":
        return read_date(text)
    if drawn.kind in ("integer", "number"):
        return read_number(text)
    return text


def _rows(drawn: Field, posted: Posted, path: str, keep_blank: bool) -> Any:
    if drawn.row_keys:
        return {key: _answers(drawn.columns, posted, f"{path}.{key}.", keep_blank) for key, _words in drawn.row_keys}
    pattern = re.compile(re.escape(path) + r"\.(\d{1,5})\.")
    found = {int(match.group(1)) for name in posted if (match := pattern.match(name))}
    numbers = sorted(found)[: drawn.max_rows + 1]
    rows = [_answers(drawn.columns, posted, f"{path}.{number}.", keep_blank) for number in numbers]
    return rows if keep_blank else [row for row in rows if not _is_blank(row)]


def _is_blank(row: Mapping[str, Any]) -> bool:
    return all(value in (None, "", False) or value in ([], {}) for value in row.values())


def read_date(text: str) -> date | str:
    """`24/11/2026` as a date; anything else as it is."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return text
    day, month, year = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return text


def read_number(text: str) -> Decimal | int | str:
    """`1.000,5` as a number; anything else as it is. A point groups thousands, a comma begins the decimals."""
    plain = text.strip().replace(" ", "").replace("\u00a0", "")
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return text
    digits = plain.replace(".", "").replace(",", ".")
    return Decimal(digits) if match.group(1) else int(digits)
