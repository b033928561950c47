"""Collects what is wrong with a file while it is read, so that every problem is told at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from workflows.dmn.xml import Element
from workflows.errors import WorkflowError
from workflows.model import Problem


@dataclass(slots=True)
class Problems:
    """The problems of one file."""

    file: str = ""
    thorough: bool = False
    """Whether to look for warnings that cost time: overlaps and gaps."""
    found: list[Problem] = field(default_factory=list)

    def add(
        self, element: Element, code: str, message: str, *, severity: Literal["error", "warning"] = "error"
    ) -> None:
        """Note one. The nearest id at or above the element names the place."""
        named: Element | None = element
        while named is not None and not named.get("id"):
            named = named.getparent()
        line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs say `...`
        place = str(named.get("id")) if named is not None else None
        self.found.append(
            Problem(file=self.file, element=place, line=line, severity=severity, code=code, message=message)
        )

    def refused(self, error: WorkflowError) -> None:
        """Note why the file could not be read at all."""
        self.found.append(
            Problem(
                file=self.file,
                element=error.element,
                line=None,
                severity="error",
                code=error.code,
                message=error.message,
            )
        )

    def first_error(self) -> Problem | None:
        """The first that forbids deployment."""
        return next((problem for problem in self.found if problem.severity == "error"), None)
