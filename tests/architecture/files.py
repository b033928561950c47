"""The files of the tree, for tests that read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_OURS = {"__pycache__", "node_modules", "vendor"}


def files(*folders: str, suffixes: tuple[str, ...] = ()) -> Iterator[Path]:
    """Our own files below the folders; of every kind when no suffix is given."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            inside = path.relative_to(ROOT)
            if path.is_file() and not NOT_OURS & set(inside.parts) and (not suffixes or path.suffix in suffixes):
                yield path


def lines_with(pattern: str, paths: Iterator[Path]) -> list[str]:
    """`path:line: text` of every line in which the pattern is found."""
    wanted = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if wanted.search(line)
    ]
