"""Forms drawn in form-js's own editor: everything its palette offers is read, or refused by its name."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from service.engine.camunda_forms import check
from service.engine.form_components import read_components
from tests.modeler.conftest import Modeler
from tests.service.engine.forms.kit import EVERY_FILE
from tests.service.engine.forms.recipe import RECIPE

BUTTON = '.fjs-palette-field[data-field-type="{}"]'
NOT_SHOWN = {"filepicker", "documentPreview", "iframe"}
UNFINISHED = {"expression": "“None” không phải là biểu thức FEEL (bắt đầu bằng =)."}
"""What the editor itself adds without the one thing it needs."""


def begun(modeler: Modeler, **document: Any) -> None:
    """An empty form."""
    empty = {"type": "default", "id": "f", "schemaVersion": 19, **document, "components": []}
    assert modeler.opens("Form", "f.form", json.dumps(empty)) == []


def saved(modeler: Modeler) -> dict[str, Any]:
    """What the editor saves; rows of its grid by their order, not by chance."""
    text: str = modeler.calls("exportFile", "f.form")
    rows = list(dict.fromkeys(re.findall(r"Row_\w+", text)))
    return dict(json.loads(re.sub(r"Row_\w+", lambda found: f"Row_{rows.index(found[0]) + 1}", text)))


def draw(modeler: Modeler, component: Mapping[str, Any], parent: str | None = None) -> None:
    """A button of the palette, or a drop into a container; then what the properties panel sets."""
    if parent is None:
        modeler.page.locator(BUTTON.format(component["type"])).press("Enter")
        drawn = modeler.calls("lastField")
    else:
        drawn = modeler.calls("dropField", component["type"], parent)
    properties = {name: value for name, value in component.items() if name not in ("type", "components")}
    modeler.calls("describeField", drawn, properties)
    for inner in component.get("components", ()):
        draw(modeler, inner, component["id"])


def test_the_form_with_every_component_is_what_the_editor_saves(modeler: Modeler) -> None:
    """`TRINH_FORMS=write` writes the file anew, after the recipe or form-js has changed."""
    begun(modeler, **{name: value for name, value in RECIPE.items() if name != "components"})
    for component in RECIPE["components"]:
        draw(modeler, component)
    written = json.dumps(saved(modeler), ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("TRINH_FORMS") == "write":
        EVERY_FILE.write_text(written, encoding="utf-8")
    assert EVERY_FILE.read_text(encoding="utf-8") == written
    assert check("every.form", written.encode()) == []


def test_everything_the_palette_offers_is_read_or_refused_by_its_name(modeler: Modeler) -> None:
    begun(modeler)
    buttons = modeler.page.locator(".fjs-palette-field")
    offered = [str(each.get_attribute("data-field-type")) for each in buttons.all()]
    for kind in offered:
        modeler.page.locator(BUTTON.format(kind)).press("Enter")
    drawn = saved(modeler)["components"]
    assert [each["type"] for each in drawn] == offered
    assert {*offered} >= NOT_SHOWN | {"textfield", "dynamiclist", "table"}
    for component in drawn:
        kind = component["type"]
        told = [sentence for _place, sentence in read_components([component]).problems]
        refused = f"Loại thành phần “{kind}” chưa hiển thị được." if kind in NOT_SHOWN else UNFINISHED.get(kind)
        assert told == ([refused] if refused else []), component
    assert {each["type"] for each in RECIPE["components"]} == {*offered} - NOT_SHOWN
