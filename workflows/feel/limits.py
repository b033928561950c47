"""What one expression may cost. Every limit ends in an `ExpressionError`, never in a crash or a stalled worker."""

from __future__ import annotations

from workflows.errors import ExpressionError

TEXT_CHARACTERS = 20_000
"""Longest expression that is read at all."""
BRACKETS = 150
"""Deepest nesting of brackets in the text."""
TREE_DEPTH = 250
"""Deepest tree: every level is one Python frame while it is evaluated."""
CALL_DEPTH = 500
"""Sum of the depths of all function bodies that are open at once: recursion ends here, not in Python's own limit."""
STEPS = 1_000_000
"""Nodes evaluated in loops and calls, elements and characters built: about half a second."""
COMMAND_STEPS = 10 * STEPS
"""Of everything that one command works out: about five seconds. As much again is lent to expressions of `LEAST_STEPS`
at most: the cheap ones are not held for the costly. Then nothing more is worked out."""
LEAST_STEPS = 200
STRING_CHARACTERS = 1_000_000
LIST_ELEMENTS = 100_000
VALUE_DEPTH = 100
"""Deepest nesting of lists and contexts inside one value."""
NUMBER_DIGITS = 34
NUMBER_EXPONENT = 6144
"""Decimal128: 34 digits, exponents to 6144."""


def too_long() -> ExpressionError:
    """The text is longer than `TEXT_CHARACTERS`."""
    return ExpressionError(f"Biểu thức dài quá {TEXT_CHARACTERS} ký tự; hãy chia nhỏ.", code="expression_too_long")


def too_deep() -> ExpressionError:
    """The text nests too deeply, or functions call one another too deeply."""
    return ExpressionError("Biểu thức lồng nhau quá sâu; hãy chia nhỏ.", code="expression_too_deep")


def too_many_steps() -> ExpressionError:
    """The budget of steps is used up."""
    return ExpressionError(
        "Biểu thức tính quá lâu nên đã bị dừng; hãy thu hẹp vòng lặp hoặc danh sách.", code="expression_too_costly"
    )


def too_large(what: str) -> ExpressionError:
    """A string, list or number beyond its limit. `what` names the kind in Vietnamese."""
    return ExpressionError(f"Biểu thức tạo ra {what} quá lớn nên đã bị dừng.", code="value_too_large")
