"""The Modeler's own stack in headless Chromium: bundled once from npm, on a page of `file://` like its own window."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from service.web.vendor import MODULES
from tests.support.services import locked

ENTRY = Path(__file__).with_name("stack.mjs")
ESBUILD = MODULES / "@esbuild" / "linux-x64" / "bin" / "esbuild"
STYLES = (
    "bpmn-js/dist/assets/diagram-js.css",
    "bpmn-js/dist/assets/bpmn-js.css",
    "bpmn-js/dist/assets/bpmn-font/css/bpmn.css",
    "@bpmn-io/properties-panel/dist/assets/properties-panel.css",
    "dmn-js/dist/assets/dmn-js-shared.css",
    "dmn-js/dist/assets/dmn-js-drd.css",
    "dmn-js/dist/assets/dmn-js-decision-table.css",
    "dmn-js/dist/assets/dmn-js-decision-table-controls.css",
    "dmn-js/dist/assets/dmn-js-literal-expression.css",
    "dmn-js/dist/assets/dmn-font/css/dmn.css",
    "@bpmn-io/form-js/dist/assets/form-js.css",
    "@bpmn-io/form-js/dist/assets/form-js-editor.css",
)
PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Modeler</title>{styles}
<style>body {{ margin: 0; display: flex; height: 100vh }} #canvas {{ flex: 1; min-width: 0; overflow: auto }}
#properties {{ width: 340px; overflow: auto; border-left: 1px solid #ccc }}</style>
<div id="canvas"></div><div id="properties"></div>{forms}<script src="modeler.js"></script></html>"""
FORM_EDITOR = MODULES / "@bpmn-io" / "form-js" / "dist" / "form-editor.umd.js"


@dataclass(frozen=True)
class Modeler:
    """One window of it, for one kind of file."""

    page: Page

    def calls(self, name: str, *arguments: Any) -> Any:
        """One of the functions of `stack.mjs`."""
        return self.page.evaluate(f"given => Modeler.{name}(...given)", list(arguments))

    def opens(self, kind: str, name: str, text: str) -> list[str]:
        """Import a file; the warnings."""
        self.page.reload()
        self.calls(f"open{kind}")
        warnings: list[str] = self.calls("importFile", name, text)
        return warnings

    def types(self, entry: str, value: str) -> None:
        """Write into a field of the properties panel, as its user does."""
        place = self.page.locator(f'[data-entry-id="{entry}"]')
        self._unfolds(place)
        field = place.locator("input, textarea, [contenteditable]").first
        field.fill(value)
        field.press("Tab")

    def chooses(self, label: str, option: str) -> None:
        """Choose in a drop-down of an element template."""
        place = self.page.locator(".bio-properties-panel-entry").filter(has_text=label)
        self._unfolds(place)
        place.locator("select").select_option(label=option)

    def shows(self, element: str) -> None:
        """Bring an element to the middle of the drawing."""
        self.calls("show", element)

    def takes_picture(self, path: Path) -> None:
        """The window as its user sees it; the name as the pages' pictures have it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=f"{path}-1440.png")

    def _unfolds(self, place: Locator) -> None:
        """Open the group that a field stands in."""
        group = self.page.locator(".bio-properties-panel-group").filter(has=place)
        header = group.locator(".bio-properties-panel-group-header")
        if "open" not in (header.get_attribute("class") or "").split():
            header.click()


@pytest.fixture(scope="session")
def window(services_folder: Path) -> Path:
    """The page's file; its script is made by the first who comes."""
    folder = services_folder / "modeler"
    with locked(services_folder, "modeler"):
        if not (folder / "modeler.html").is_file():
            folder.mkdir(exist_ok=True)
            command = [str(ESBUILD), str(ENTRY), "--bundle", "--format=iife", f"--outfile={folder / 'modeler.js'}"]
            made = subprocess.run(
                [*command, "--log-level=error", '--define:process.env.NODE_ENV="development"'],
                env={**os.environ, "NODE_PATH": str(MODULES)},
                capture_output=True,
                text=True,
                check=False,
            )
            assert made.returncode == 0, made.stderr
            styles = "".join(f'<link rel="stylesheet" href="{(MODULES / each).as_uri()}">' for each in STYLES)
            forms = f'<script src="{FORM_EDITOR.as_uri()}"></script>'
            (folder / "modeler.html").write_text(PAGE.format(styles=styles, forms=forms), "utf-8")
    return folder / "modeler.html"


@pytest.fixture
def modeler(window: Path, new_page: Callable[..., Page]) -> Modeler:
    """A window that nothing is open in."""
    page = new_page(1440, 820)
    page.goto(window.as_uri())
    return Modeler(page)
