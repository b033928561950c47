"""Camunda Modeler opens every file without a warning, lints it without a remark, and would write the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from service.web.vendor import WEB
from tests.procedures.files import DIAGRAMS, FOLDER, TABLES, read

SUPPORT = Path(__file__).parents[1] / "support"
VIEWER = WEB / "node_modules" / "bpmn-js" / "dist" / "bpmn-navigated-viewer.production.min.js"
IMPORT = """async xml => {
    document.body.innerHTML = '<div id="canvas" style="height: 800px"></div>';
    const viewer = new BpmnJS({ container: '#canvas' });
    const { warnings } = await viewer.importXML(xml);
    return { warnings: warnings.map(({ message }) => message), drawn: viewer.get('elementRegistry').getAll().length };
}"""


def answers(javascript: Callable[..., Any], script: str, names: list[str]) -> dict[str, Any]:
    """What a script says of each file, by its name."""
    said = javascript((SUPPORT / script).read_text("utf-8"), *(str(FOLDER / name) for name in names))
    return {Path(path).name: answer for path, answer in said.items()}


def test_the_modelers_reader_and_writer_agree(javascript: Callable[..., Any]) -> None:
    said = answers(javascript, "import_diagrams.mjs", DIAGRAMS + TABLES)
    assert said == {name: {"warnings": [], "same": True} for name in DIAGRAMS + TABLES}


def test_bpmnlint_has_no_remark(javascript: Callable[..., Any]) -> None:
    assert answers(javascript, "lint_diagrams.mjs", DIAGRAMS) == {name: [] for name in DIAGRAMS}


@pytest.mark.parametrize("name", DIAGRAMS)
def test_the_viewer_draws_it(page: Page, name: str) -> None:
    page.add_script_tag(content=VIEWER.read_text("utf-8"))
    drawn = page.evaluate(IMPORT, read(name).decode())
    assert drawn["warnings"] == []
    assert drawn["drawn"] > 10
