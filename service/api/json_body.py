"""Reading JSON strictly: what a database, the engine or a second parser would stumble over is refused at the door."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import flask
from marshmallow import RAISE
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request

from service.errors import Invalid

MAX_DEPTH = 32
LARGEST_INTEGER = 2**63 - 1


class MalformedJson(Invalid):
    """The body is not one JSON document in UTF-8, or holds what JSON or the database does not know."""

    code = "malformed_json"
    message = "Nội dung JSON không đọc được: {why}."


class StrictParser(FlaskParser):
    """webargs' parser with our reading of JSON; a misspelt parameter is refused, not overlooked."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - as the base class has it
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
    }

    def _raw_load_json(self, req: flask.Request) -> Any:
        return read_json(req.get_data(cache=True)) if is_json_request(req) else missing


def read_json(body: bytes) -> Any:
    """The document; fractions as Decimal, no NaN, no key twice, no number over 64 bits, no NUL or lone surrogate.

    Raises:
        MalformedJson.
    """
    try:
        document = json.loads(
            body.decode("utf-8"),
            parse_float=_fraction,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_repeats,
        )
    except (ValueError, RecursionError) as error:
        raise MalformedJson(why="không đúng cú pháp JSON hoặc không phải UTF-8") from error
    _check(document, 0)
    return document


def _fraction(digits: str) -> Decimal:
    """What has more digits in its exponent than Decimal can hold is no number for us."""
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise MalformedJson(why="có số quá lớn hoặc quá nhiều chữ số") from error


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedJson(why=f"{name} không phải là số")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise MalformedJson(why="có khóa lặp lại trong cùng một đối tượng")
    return document


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise MalformedJson(why=f"lồng quá {MAX_DEPTH} cấp")
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise MalformedJson(why="có ký tự không hợp lệ trong chuỗi")
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise MalformedJson(why="có số nguyên quá lớn")
    elif isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > 30 or len(value.as_tuple().digits) > 40:
            raise MalformedJson(why="có số quá lớn hoặc quá nhiều chữ số")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check(key, depth)
            _check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1)
