"""What each room may name and import, beyond the contracts that import-linter holds in `make check`."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

from tests.architecture.files import ROOT, files, lines_with

LOAD_THE_LAW = """
import importlib, json, pkgutil, sys
import service.awards.law as law
for module in pkgutil.walk_packages(law.__path__, law.__name__ + "."):
    importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""
NEVER_CALLED = {"eval", "exec", "__import__"}
NEVER_IMPORTED = {"pickle", "marshal", "shelve", "dill"}


def test_the_engine_knows_no_awards() -> None:
    named = [
        str(path.relative_to(ROOT)) for path in files("workflows", "service/engine") if "award" in path.name.lower()
    ]
    assert named + lines_with(r"(?i)award", files("workflows", "service/engine")) == []


def test_only_the_unit_of_work_begins_and_commits() -> None:
    paths = (path for path in files("workflows", "service", suffixes=(".py",)) if path.name != "unit.py")
    assert lines_with(r"\.(commit|begin)\(", paths) == []


def test_only_the_engine_names_spiffworkflow() -> None:
    assert lines_with("SpiffWorkflow", files("service", suffixes=(".py",))) == []


def test_the_law_is_the_standard_library_only() -> None:
    """In a process of its own, where nothing else has been imported."""
    found = subprocess.run(
        [sys.executable, "-c", LOAD_THE_LAW], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    at_the_start = subprocess.run(
        [sys.executable, "-c", "import json, sys; print(json.dumps(sorted(sys.modules)))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = set(json.loads(found.stdout)) - set(json.loads(at_the_start.stdout))
    foreign = {name for name in loaded if name.split(".")[0] not in sys.stdlib_module_names}
    allowed = {"service", "service.awards"}
    assert {name for name in foreign - allowed if not name.startswith("service.awards.law")} == set()
    assert "service.awards.law" in loaded


def test_no_python_is_run_from_a_diagram() -> None:
    """Neither the engine nor the application calls Python's own evaluators, or reads bytes that run code."""
    found = []
    for path in files("workflows", "service", suffixes=(".py",)):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NEVER_CALLED
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if called or NEVER_IMPORTED & {name.split(".")[0] for name in imported}:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def test_nothing_is_left_open() -> None:
    """No half-built place, no test that does not run."""
    open_ends = (
        r"\b(TODO|FIXME|XXX|NotImplementedError)\b|pytest\.skip|importorskip|mark\.(skip|xfail)|pragma: no cover"
    )
    paths = (path for path in files("workflows", "service", "tests") if path.suffix in {".py", ".js", ".html", ".css"})
    assert lines_with(open_ends, (path for path in paths if path.name != "test_rooms.py")) == []
