"""DMN 1.1 to 1.5: decision tables with every hit policy, boxed expressions, requirement graphs; cells are FEEL."""

from __future__ import annotations

from workflows.dmn.decisions import Decisions
from workflows.dmn.problems import Problems
from workflows.dmn.reading import read
from workflows.dmn.xml import parse
from workflows.errors import ExpressionError, WorkflowError
from workflows.feel import limits
from workflows.model import Problem

__all__ = ["Decisions", "check", "load"]


def load(xml: bytes) -> Decisions:
    """Read a file.

    Raises: WorkflowError where it is not a DMN file; ExpressionError with the first problem's code, element and
    sentence where something in it cannot be read (`check` tells them all).
    """
    problems = Problems()
    try:
        model = read(parse(xml), problems)
    except RecursionError:
        raise limits.too_deep() from None
    first = problems.first_error()
    if first is not None:
        raise ExpressionError(first.message, element=first.element, code=first.code)
    return Decisions(model)


def check(xml: bytes, file: str) -> list[Problem]:
    """Everything that is wrong with a file; empty when it can be deployed without remark."""
    problems = Problems(file, thorough=True)
    try:
        read(parse(xml), problems)
    except WorkflowError as error:
        problems.refused(error)
    except RecursionError:
        problems.refused(limits.too_deep())
    return problems.found
