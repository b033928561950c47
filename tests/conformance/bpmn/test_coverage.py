"""docs/bpmn-coverage.md and docs/check-codes.md say what the cases and the catalogue say."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conformance.bpmn import check_codes, coverage
from tests.conformance.bpmn.covers import SHOWN
from tests.conformance.bpmn.rows import HONOURED
from workflows import dmn

ELEMENTS = """start: none, start: message, start: timer, start: signal; task: undefined, task: manual, task: user,
task: send, task: receive, task: service, task: script (feel), task: script (juel), task: business rule; activity: call,
activity: sub-process, activity: event sub-process, activity: transaction; gateway: exclusive, gateway: parallel,
gateway: inclusive, gateway: event-based, flow: conditional, flow: default; throw: none, catch: timer, catch: message,
throw: message, catch: signal, throw: signal, catch: conditional, throw: link, catch: link, throw: escalation;
boundary: timer, boundary: message, boundary: signal, boundary: error, boundary: escalation, boundary: conditional,
boundary: cancel; end: none, end: message, end: signal, end: error, end: escalation, end: terminate, end: cancel;
multi-instance: parallel, multi-instance: sequential, multi-instance: cardinality, multi-instance: completionCondition,
standard loop"""
"""What the engine promises to run."""


def test_the_coverage_page_is_up_to_date() -> None:
    assert coverage.PAGE.read_text(encoding="utf-8") == coverage.page(), (
        "run: python -m tests.conformance.bpmn.coverage"
    )


def test_the_page_of_codes_is_up_to_date() -> None:
    written = check_codes.PAGE.read_text(encoding="utf-8")
    assert written == check_codes.page(), "run: python -m tests.conformance.bpmn.check_codes"


def test_every_code_of_the_tables_check_is_on_the_page() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(dmn.__file__).parent.glob("*.py"))
    written = set(re.findall(r'\.add\(\s*[^()"]*(?:\([^()]*\)[^()"]*)?,\s*"([a-z_]+)"', sources))
    assert written
    assert written - set(check_codes.DMN) == set()


def test_every_element_and_attribute_that_is_promised_has_a_case() -> None:
    coverage.page()
    promised = {row.strip() for part in ELEMENTS.split(";") for row in part.replace("\n", " ").split(",")}
    assert promised - set(SHOWN) == set()
    assert set(HONOURED) - set(SHOWN) == set()
