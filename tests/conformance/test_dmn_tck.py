"""The DMN Technology Compatibility Kit, through `workflows.dmn`. Its data stand beside the checkout, never in it."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

import pytest

from tests.conformance import tck
from workflows import dmn

ROOT = tck.folder()
CASES = dict(tck.cases(ROOT)) if ROOT.is_dir() else {}


@lru_cache(maxsize=1)
def _loaded(model: Path) -> dmn.Decisions:
    return dmn.load(model.read_bytes())


@pytest.mark.parametrize("case", list(CASES) or ["kit-is-absent"])
def test_case_of_the_kit(case: str) -> None:
    if not CASES:
        _absent()
    for result in CASES[case]:
        found = _loaded(result.model).evaluate(result.service or result.name, result.inputs)
        assert tck.same(found, result.expected), f"{result.id}: {found!r}, expected {result.expected!r}"


def _absent() -> NoReturn:
    """In CI a missing kit is a failure. Elsewhere the project's own tables stand for it, and the report says so."""
    sentence = f"The DMN TCK is not at {ROOT} (set TRINH_DMN_TCK): none of its cases ran."
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)
