"""Runs JavaScript with the packages of `service/web/package.json`: bpmn-moddle, bpmnlint and the like."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from service.web.vendor import WEB, node_commands


def run_javascript(script: str, *arguments: str, timeout_seconds: float = 60) -> Any:
    """Run an ES module and read what it printed as JSON. Arguments are `process.argv.slice(1)`.

    Raises:
        AssertionError: the script failed; its messages are in it.
    """
    node, _ = node_commands()
    done = subprocess.run(
        [*node, "--no-warnings", "--input-type=module", "--eval", script, "--", *arguments],
        cwd=WEB,
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
