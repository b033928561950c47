"""Long texts cost no more than they are long."""

from __future__ import annotations

import time

from service.engine.forms import Field, Form
from service.worklist.answers_words import differences

FORM = Form(fields=(Field(key="reason", kind="textarea", label="Lý do"),))


def marked(yours: str, theirs: str) -> list[tuple[str, bool]]:
    (found,) = differences(FORM, {"reason": yours}, {"reason": theirs})
    assert "".join(text for text, _ in found.theirs) == theirs
    return list(found.theirs)


def test_the_words_that_differ_are_marked() -> None:
    assert marked("đồng ý trả lại hồ sơ", "đồng ý nhận hồ sơ") == [
        ("đồng ý ", False),
        ("nhận", True),
        (" hồ sơ", False),
    ]
    assert marked("a b c", "a b c d") == [("a b c", False), (" d", True)]
    assert marked("", "x") == [("x", True)]


def test_one_change_in_a_long_report_is_found() -> None:
    words = [f"chữ{number}" for number in range(4000)]
    changed = [*words[:2000], "khác", *words[2001:]]
    assert [text for text, differs in marked(" ".join(words), " ".join(changed)) if differs] == ["khác"]


def test_what_repeats_thousands_of_times_stops_nobody() -> None:
    begun = time.process_time()
    marked(" ".join(["a", "b"] * 200_000), " ".join(["b", "c", "a"] * 200_000))
    assert time.process_time() - begun < 5
