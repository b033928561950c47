"""What the documents point to is there: files, pictures, tests, commands of the Makefile."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.files import ROOT, files

LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def documents() -> Iterator[Path]:
    yield from (ROOT / name for name in ("README.md", "CHANGELOG.md"))
    yield from files("docs", suffixes=(".md",))


def test_links_lead_somewhere() -> None:
    missing = []
    for document in documents():
        for match in LINK.finditer(document.read_text("utf-8")):
            target = (match[1] or match[2]).split("#")[0]
            if target and "://" not in target and not (document.parent / target).exists():
                missing.append(f"{document.relative_to(ROOT)}: {target}")
    assert missing == []


def test_anchors_lead_to_headings() -> None:
    missing = []
    for document in documents():
        text = document.read_text("utf-8")
        headings = {
            re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-")
            for line in text.splitlines()
            if line.startswith("#")
        }
        wanted = {match[1][1:] for match in LINK.finditer(text) if match[1] and match[1].startswith("#")}
        missing += [f"{document.relative_to(ROOT)}: #{anchor}" for anchor in wanted - headings]
    assert missing == []


def test_every_decision_is_confirmed_by_tests_that_exist() -> None:
    wrong = []
    for decision in files("docs/decisions", suffixes=(".md",)):
        confirmed = decision.read_text("utf-8").partition("\nConfirmed by:")[2]
        named = TEST.findall(confirmed)
        if not named:
            wrong.append(f"{decision.name}: confirmed by nothing")
        wrong += [f"{decision.name}: {path} {test}" for path, test in named if not exists(path, test)]
    assert wrong == []


def exists(path: str, test: str) -> bool:
    if not (ROOT / path).is_file():
        return False
    functions = ast.walk(ast.parse((ROOT / path).read_text("utf-8")))
    return not test or test in {each.name for each in functions if isinstance(each, ast.FunctionDef)}


def test_commands_in_the_documents_are_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = "\n".join(document.read_text("utf-8") for document in documents())
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)) - targets == set()
