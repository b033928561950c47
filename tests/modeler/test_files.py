"""Every file under bpmn/ opens in the Modeler's own editors without a warning, and comes out as it went in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from tests.modeler.conftest import Modeler

BPMN = Path(__file__).parents[2] / "bpmn"
KINDS = {".bpmn": "Bpmn", ".dmn": "Dmn", ".form": "Form"}
FILES = sorted(path for path in BPMN.rglob("*") if path.suffix in KINDS)


def model(text: str) -> bytes:
    """The drawing aside, in canonical form: bpmn-js writes shapes in an order of its own."""
    root = etree.fromstring(text.encode(), etree.XMLParser(remove_blank_text=True))
    for name in ("BPMNDiagram", "DMNDI"):
        for drawing in root.findall(f"{{*}}{name}"):
            root.remove(drawing)
    for element in root.iter("{*}lane"):
        element[:] = sorted(element, key=lambda each: (each.tag, each.text or ""))
    return etree.tostring(root, method="c14n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_opens_without_a_warning_and_is_written_as_it_was(modeler: Modeler, path: Path) -> None:
    text = path.read_text("utf-8")
    assert modeler.opens(KINDS[path.suffix], path.name, text) == []
    written = modeler.calls("exportFile", path.name)
    if path.suffix == ".form":
        assert json.loads(written) == json.loads(text)
    else:
        assert model(written) == model(text)


def test_the_modeler_takes_every_template(modeler: Modeler) -> None:
    templates = [json.loads(path.read_text("utf-8")) for path in (BPMN / ".camunda").rglob("*.json")]
    drawn = (BPMN / "awards" / "council_session.bpmn").read_text("utf-8")
    assert modeler.opens("Bpmn", "council_session.bpmn", drawn) == []
    assert modeler.calls("useTemplates", templates) == []
