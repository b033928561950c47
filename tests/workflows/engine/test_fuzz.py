"""Whatever a file is: the check answers, deploying refuses with our own error or accepts, and what is accepted runs
within bounds. Real procedures are damaged, byte by byte and element by element; random commands follow.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.workflows.engine.diagrams import NOW
from workflows.errors import WorkflowError
from workflows.lint import check
from workflows.simulate import Simulator

FOLDER = Path(__file__).parents[3] / "bpmn" / "awards"
SOURCES = {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.bpmn"))}
TABLES = {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.dmn"))}
SECONDS = 20.0
"""Far above what any of it takes on a busy machine; a search without end would go past it."""
NAMES = st.sampled_from(sorted(SOURCES))
JUNK = (b"<", b"&", b"\0", b"\xff\xfe", b"]]>", b'"', b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"${", b"\xed\xa0\x80")
VALUES = (
    "",
    " ",
    "${",
    "=1 +",
    "${a.b.c.d}",
    "9" * 400,
    "\u202e",
    "PT0S",
    "R/PT0S",
    "${1/0}",
    "true",
    "p",
    "../../etc",
    "a b",
)


def bounded(act: Callable[[], Any]) -> None:
    """Our errors only, in bounded time."""
    begun = time.process_time()
    with suppress(WorkflowError):
        act()
    assert time.process_time() - begun < SECONDS


def deploy_and_run(files: dict[str, bytes], seed: int) -> None:
    """Deploy; then start everything and do what is open, at random."""
    simulator = Simulator(at=NOW)
    simulator.deploy({**TABLES, **files})
    random = Random(seed)  # noqa: S311
    for key in list(simulator.library.processes):
        bounded(lambda key=key: simulator.start(key, {"late": False, "returns": 0}))  # type: ignore[misc]
    for _ in range(15):
        bounded(lambda: _something(simulator, random))


def _something(simulator: Simulator, random: Random) -> None:
    tasks = [task for one in simulator.running() for task in simulator.open_tasks(one)]
    work = [task for one in simulator.running() for task in simulator.external_of(one)]
    answers = {"decision": random.choice(("approved", "returned", 5, None, ["x"])), "quorate": random.random() < 0.5}
    if tasks and random.random() < 0.6:
        simulator.complete(random.choice(tasks).id, answers)
    elif work:
        simulator.finish_external(random.choice(work).id, answers)


@settings(max_examples=60, deadline=None)
@given(NAMES, st.integers(0, 2**32))
def test_bytes_of_a_procedure_damaged_at_random(name: str, seed: int) -> None:
    random = Random(seed)  # noqa: S311
    data = bytearray(SOURCES[name])
    for _ in range(random.randint(1, 8)):
        place = random.randrange(len(data))
        length = random.choice((0, 1, 1, 5, 200))
        data[place : place + length] = random.choice((b"", random.choice(JUNK), bytes(data[:length])))
    bounded(lambda: check({name: bytes(data)}))
    bounded(lambda: deploy_and_run({name: bytes(data)}, seed))


@settings(max_examples=80, deadline=None)
@given(NAMES, st.integers(0, 2**32))
def test_elements_of_a_procedure_moved_dropped_doubled_or_misnamed(name: str, seed: int) -> None:
    random = Random(seed)  # noqa: S311
    root = etree.fromstring(SOURCES[name])
    for _ in range(random.randint(1, 6)):
        _damage(root, random)
    data = etree.tostring(root)
    bounded(lambda: check({name: data}))
    bounded(lambda: deploy_and_run({name: data}, seed))


def _damage(root: etree._Element, random: Random) -> None:
    elements = [one for one in root.iter() if isinstance(one.tag, str) and one.getparent() is not None]
    one, other = random.choice(elements), random.choice(elements)
    parent = one.getparent()
    assert parent is not None
    what = random.randrange(6)
    if what == 0:
        parent.remove(one)
    elif what == 1 and other not in list(one.iter()):
        other.append(one)
    elif what == 2:
        parent.append(etree.fromstring(etree.tostring(one)))
    elif what == 3 and one.attrib:
        one.set(random.choice(list(one.attrib)), random.choice(VALUES))
    elif what == 4:
        one.tag = other.tag
    else:
        one.text = random.choice(VALUES)


HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
TAGS = st.sampled_from(
    "startEvent endEvent task userTask serviceTask scriptTask subProcess transaction callActivity exclusiveGateway "
    "parallelGateway inclusiveGateway eventBasedGateway boundaryEvent intermediateCatchEvent intermediateThrowEvent "
    "sequenceFlow multiInstanceLoopCharacteristics standardLoopCharacteristics timerEventDefinition laneSet "
    "messageEventDefinition errorEventDefinition linkEventDefinition extensionElements script incoming".split()
)
KEYS = st.sampled_from(
    "id name sourceRef targetRef attachedToRef default cancelActivity triggeredByEvent calledElement messageRef "
    "errorRef camunda:type camunda:topic camunda:asyncBefore camunda:collection camunda:dueDate camunda:formKey".split()
)
TEXTS = st.one_of(st.sampled_from(("a", "b", "s", "e", "true", "external", "${x}", "=1", "")), st.text(max_size=8))


def _element(tag: str, attributes: dict[str, str], inner: list[str]) -> str:
    drawn = "".join(
        f' {key}="{"".join(letter for letter in value if letter.isprintable() and letter not in chr(34) + "<&")}"'
        for key, value in attributes.items()
    )
    return f"<{tag}{drawn}>{''.join(inner)}</{tag}>"


TREES = st.recursive(
    st.builds(_element, TAGS, st.dictionaries(KEYS, TEXTS, max_size=4), st.just([])),
    lambda inner: st.builds(_element, TAGS, st.dictionaries(KEYS, TEXTS, max_size=4), st.lists(inner, max_size=5)),
    max_leaves=25,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(TREES, max_size=6))
def test_trees_of_bpmn_words(trees: list[str]) -> None:
    data = f'{HEAD}<process id="p" isExecutable="true">{"".join(trees)}</process></definitions>'.encode(
        "utf-8", "replace"
    )
    bounded(lambda: check({"p.bpmn": data}))
    bounded(lambda: deploy_and_run({"p.bpmn": data}, 1))


def test_huge_and_deep_files_are_refused_within_bounds() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    flat = "".join(f'<task id="t{number}"/>' for number in range(60_000))
    deep = '<subProcess id="x">' * 5_000 + "</subProcess>" * 5_000
    fan = "".join(f'<sequenceFlow id="f{n}" sourceRef="a" targetRef="j"/>' for n in range(9_000))
    star = f'<startEvent id="s"/><exclusiveGateway id="a"/><parallelGateway id="j"/>{fan}'
    for inner in (flat, deep, star, "x" * 6_000_000):
        data = f'{HEAD}<process id="p" isExecutable="true">{inner}</process></definitions>'.encode()
        begun = time.process_time()
        assert [one for one in check({"p.bpmn": data}) if one.severity == "error"]
        assert time.process_time() - begun < SECONDS
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 800, f"{grown} MB"
