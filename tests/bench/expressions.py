"""`make bench`: a parsed FEEL expression per evaluation, a decision table of 100 rules, a form of 30 fields checked.

No limit is asserted: the numbers say what one step pays for its expressions, tables and forms.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from service.engine.camunda_forms import camunda_form
from service.engine.form_schema import check_answers
from workflows import dmn, feel

ROUNDS, WARM_UP = 30, 3
EXPRESSIONS = (
    "amount > 1000 and unit in (wanted)",
    'if share >= 80 then "đề nghị" else "không đề nghị"',
    "sum(for line in lines return line.yes) / count(lines)",
    'lines[kind = "person" and yes > 9].name',
    'date("2026-11-24") + duration("P10D") > @"2026-12-01"',
)
VARIABLES: dict[str, Any] = {
    "amount": Decimal("1500.5"),
    "unit": "00070",
    "wanted": ["00070", "00073"],
    "share": Decimal(92),
    "lines": [{"name": f"Người {number}", "kind": "person", "yes": number} for number in range(20)],
}


def main() -> None:
    print(f"Median of {ROUNDS} rounds in this process.")
    print(f"{'what':<58}{'µs each':>10}{'each/s':>12}")
    for text in EXPRESSIONS:
        _print(f"FEEL  {text}"[:56], partial(feel.compile(text).evaluate, VARIABLES), 500)
    for policy in ("FIRST", "COLLECT", "UNIQUE"):
        decide = partial(dmn.load(table(100, policy)).evaluate, "d", {"amount": 9950})
        _print(f"DMN   100 rules, {policy}, the last one fits", decide, 20)
    plain, live = form(live=False), form(live=True)
    answers = {f"a{number}": 7 if number % 3 else "chữ" for number in range(30)}
    _print("form  30 fields checked", partial(check_answers, plain, answers), 20)
    _print("form  30 fields with 5 conditions and 5 computed, checked", partial(check_answers, live, answers), 20)


def _print(name: str, call: Callable[[], Any], times: int) -> None:
    each = []
    for number in range(WARM_UP + ROUNDS):
        begun = time.perf_counter()
        for _ in range(times):
            call()
        if number >= WARM_UP:
            each.append((time.perf_counter() - begun) / times)
    median = statistics.median(each)
    print(f"{name:<58}{median * 1e6:>10.1f}{1 / median:>12.0f}")


def table(rules: int, policy: str) -> bytes:
    """So many rules over ranges of one number."""
    rows = "".join(
        f'<rule id="r{number}"><inputEntry id="i{number}"><text>[{number}00..{number}99]</text></inputEntry>'
        f'<outputEntry id="o{number}"><text>"hạng {number}"</text></outputEntry></rule>'
        for number in range(rules)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="n">'
        f'<decision id="d" name="d"><decisionTable id="t" hitPolicy="{policy}"><input id="in"><inputExpression id="e">'
        '<text>amount</text></inputExpression></input><output id="out" name="out"/>'
        f"{rows}</decisionTable></decision></definitions>"
    ).encode()


def form(*, live: bool) -> Any:
    """30 fields: ten texts, twenty numbers; if live, five conditions and five computed values more."""
    components: list[dict[str, Any]] = [
        {"type": "number", "key": f"a{number}", "label": "Số", "validate": {"required": True, "min": 0, "max": 100}}
        if number % 3
        else {"type": "textfield", "key": f"a{number}", "label": "Chữ", "validate": {"required": True, "maxLength": 50}}
        for number in range(30)
    ]
    if live:
        for number in range(5):
            components[3 * number + 1]["conditional"] = {"hide": f"=a{3 * number + 2} > 50"}
            expression = f"=a{3 * number + 1} + a{3 * number + 2}"
            components.append({"type": "expression", "key": f"sum{number}", "expression": expression})
    return camunda_form(json.dumps({"id": "f", "schemaVersion": 19, "components": components}).encode(), {})


if __name__ == "__main__":
    main()
