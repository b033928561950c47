"""The words of the domain: English in code, Vietnamese beside it in README."""

from __future__ import annotations

import ast
import re

from tests.architecture.files import ROOT, files

NOT_A_WORD = {"Protocol", "NamedTuple", "TypeDecorator"}
REFUSALS = {
    "ServiceError", "Invalid", "Refused", "NotFound", "Conflict", "Unavailable", "Unauthenticated", "AwardRefused",
    "Exception", "ValueError", "LookupError",
}  # fmt: skip


def domain_classes() -> set[str]:
    """Public classes of the rooms that speak of awards and people; refusals speak for themselves, in Vietnamese."""
    found = set()
    for path in files("service/awards", "service/people", suffixes=(".py",)):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                bases = {name.id for base in node.bases for name in ast.walk(base) if isinstance(name, ast.Name)}
                if not bases & (NOT_A_WORD | REFUSALS):
                    found.add(node.name)
    return found


def words() -> dict[str, str]:
    readme = (ROOT / "README.md").read_text("utf-8").split("## Words")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.+?) \|$", readme, re.MULTILINE))


def test_every_class_of_the_domain_has_its_vietnamese_word() -> None:
    assert sorted(domain_classes() - words().keys()) == []


def test_no_word_outlives_its_class() -> None:
    classes = {word for word in words() if word[0].isupper()}
    assert sorted(classes - domain_classes()) == []
