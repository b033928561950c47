"""The pages that say which place takes which language, and which components a form may have, name them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.engine.form_components import _KINDS, _SHOWN
from service.engine.generated_forms import _KINDS as GENERATED
from service.engine.generated_forms import _RULES
from workflows.camunda.events import TIMERS
from workflows.lint.expressions import _WORKED_OUT, ATTRIBUTES, OURS

DOCS = Path(__file__).parents[4] / "docs"


@pytest.mark.parametrize("name", sorted({*(f"camunda:{name}" for name in ATTRIBUTES), *TIMERS, *_WORKED_OUT}))
def test_every_place_with_an_expression_is_named(name: str) -> None:
    assert f"`{name}`" in (DOCS / "expressions.md").read_text()


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_function_of_ours_is_named(name: str) -> None:
    assert f"`{name}(" in (DOCS / "expressions.md").read_text()


@pytest.mark.parametrize(
    "name", sorted({*_KINDS, *_SHOWN, "number", "datetime", "group", "button", *GENERATED, *_RULES})
)
def test_every_component_is_named(name: str) -> None:
    assert f"`{name}`" in (DOCS / "forms.md").read_text()
