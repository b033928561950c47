"""Reads the test cases of the DMN Technology Compatibility Kit, which stand beside the checkout, never in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from workflows.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time

TESTCASE = "{http://www.omg.org/spec/DMN/20160719/testcase}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One expected result of one case."""

    id: str
    model: Path
    name: str
    service: str | None
    inputs: dict[str, Any]
    expected: Any
    error: bool


def folder() -> Path:
    """Where the kit should be: `TRINH_DMN_TCK`, else `../shared/dmn-tck` beside the checkout."""
    named = os.environ.get("TRINH_DMN_TCK")
    return Path(named) if named else Path(__file__).resolve().parents[2].parent / "shared" / "dmn-tck"


def cases(root: Path) -> Iterator[tuple[str, list[Result]]]:
    """Every case: its id, and its expected results."""
    for path in sorted(root.rglob("*-test-*.xml")):
        document = ElementTree.parse(path).getroot()
        model = path.with_name(document.findtext(f"{TESTCASE}modelName") or "")
        for case in document.iter(f"{TESTCASE}testCase"):
            yield f"{path.stem}/{case.get('id')}", list(_results(case, path, model))


def _results(case: ElementTree.Element, path: Path, model: Path) -> Iterator[Result]:
    inputs = {str(node.get("name")): value_of(node) for node in case.findall(f"{TESTCASE}inputNode")}
    service = case.get("invocableName") if case.get("type") == "decisionService" else None
    for node in case.findall(f"{TESTCASE}resultNode"):
        expected = node.find(f"{TESTCASE}expected")
        yield Result(
            id=f"{path.stem}/{case.get('id')}/{node.get('name')}",
            model=model,
            name=str(node.get("name")),
            service=service,
            inputs=inputs,
            expected=None if expected is None else value_of(expected),
            error=node.get("errorResult") == "true",
        )


def value_of(node: ElementTree.Element) -> Any:
    """The value an element holds: a list, components, or one typed value."""
    items = node.find(f"{TESTCASE}list")
    if items is not None:
        return [value_of(item) for item in items.findall(f"{TESTCASE}item")]
    components = node.findall(f"{TESTCASE}component")
    if components:
        return {str(component.get("name")): value_of(component) for component in components}
    value = node.find(f"{TESTCASE}value")
    if value is None or value.get(NIL) == "true":
        return None
    return _typed((value.get(TYPE) or "xsd:string").rpartition(":")[2], value.text or "")


def _typed(kind: str, text: str) -> Any:
    if kind in ("decimal", "double", "integer", "float", "int", "long"):
        return Decimal(text)
    if kind == "boolean":
        return text == "true"
    if kind == "date":
        return parse_date(text)
    if kind == "time":
        return parse_time(text)
    if kind == "dateTime":
        return parse_date_time(text)
    if kind == "duration":
        return parse_duration(text)
    return text


def same(found: Any, expected: Any) -> bool:
    """Equal as the kit means it: numbers to a relative 1e-8, as its own runners compare."""
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and found.keys() == expected.keys()
            and all(same(found[name], value) for name, value in expected.items())
        )
    if isinstance(expected, Decimal):
        return isinstance(found, Decimal) and abs(found - expected) <= Decimal("1e-8") * max(1, abs(expected))
    if isinstance(expected, (date, datetime, time)):
        return type(found) is type(expected) and _plain(found) == _plain(expected)
    return type(found) is type(expected) and bool(found == expected)


def _plain(value: date | datetime | time) -> tuple[Any, ...]:
    offset = None if not isinstance(value, (datetime, time)) else value.utcoffset()
    return (value.replace(tzinfo=None) if isinstance(value, (datetime, time)) else value, offset)
