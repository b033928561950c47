"""The written tests beside the diagrams: what `trinh simulate bpmn/awards --script …` plays."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.procedures.files import everything
from workflows.script import play

SCRIPTS = sorted((Path(__file__).parents[2] / "bpmn" / "awards" / "tests").glob("*.yaml"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_diagrams_do_what_their_scripts_say(script: Path) -> None:
    play(everything(), yaml.safe_load(script.read_text(encoding="utf-8")))


def test_every_process_has_a_script() -> None:
    told = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in SCRIPTS]
    begun = {each.get("process") or {"unit_invited": "unit_submission"}[each["message"]] for each in told}
    assert begun == {path.stem for path in SCRIPTS[0].parents[1].glob("*.bpmn")}
