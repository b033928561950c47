"""Every built-in of DMN 1.3 (tables 71 to 80): a call that works, each argument as null, each of a wrong type.

Null is the answer to both, unless the specification says that the parameter takes it: those are in `TAKES`.
The values themselves are in `test_builtins.py`.
"""

from __future__ import annotations

import pytest

from tests.workflows.feel.rows import evaluated
from workflows.feel.functions import BUILTINS

DAY, MOMENT, CLOCK = 'date("2026-11-24")', 'date and time("2026-11-24T08:30:00")', 'time("08:30:00")'
SMALLER = "function(x, y) x < y"

CALLS: dict[str, tuple[tuple[str, ...], ...]] = {
    "date": (('"2026-11-24"',), (MOMENT,), ("2026", "11", "24")),
    "date and time": (('"2026-11-24T08:30:00"',), (DAY, CLOCK)),
    "time": (('"08:30:00"',), (MOMENT,), ("8", "30", "0")),
    "number": (('"1.000,5"', '"."', '","'),),
    "string": (("1",),),
    "duration": (('"P1D"',),),
    "years and months duration": ((DAY, 'date("2027-11-24")'),),
    "not": (("true",),),
    "substring": (('"foobar"', "3"), ('"foobar"', "3", "2")),
    "string length": (('"foo"',),),
    "upper case": (('"foo"',),),
    "lower case": (('"FOO"',),),
    "substring before": (('"foobar"', '"bar"'),),
    "substring after": (('"foobar"', '"foo"'),),
    "replace": (('"abcd"', '"b"', '"x"'), ('"abcd"', '"B"', '"x"', '"i"')),
    "contains": (('"foobar"', '"of"'),),
    "starts with": (('"foobar"', '"fo"'),),
    "ends with": (('"foobar"', '"r"'),),
    "matches": (('"foobar"', '"^fo*b"'), ('"foobar"', '"^FO*b"', '"i"')),
    "split": (('"a;b"', '";"'),),
    "list contains": (("[1, 2]", "2"),),
    "count": (("[1, 2]",),),
    "min": (("[1, 2]",), ("1", "2")),
    "max": (("[1, 2]",), ("1", "2")),
    "sum": (("[1, 2]",), ("1", "2")),
    "mean": (("[1, 2]",), ("1", "2")),
    "all": (("[true]",), ("true", "true")),
    "any": (("[false]",), ("false", "false")),
    "sublist": (("[1, 2]", "1"), ("[1, 2]", "1", "1")),
    "append": (("[1]", "2"),),
    "concatenate": (("[1]", "[2]"),),
    "insert before": (("[1]", "1", "2"),),
    "remove": (("[1]", "1"),),
    "reverse": (("[1, 2]",),),
    "index of": (("[1, 2]", "2"),),
    "union": (("[1]", "[2]"),),
    "distinct values": (("[1, 1]",),),
    "flatten": (("[[1]]",),),
    "product": (("[2, 3]",), ("2", "3")),
    "median": (("[2, 3]",), ("2", "3")),
    "stddev": (("[2, 3]",), ("2", "3")),
    "mode": (("[2, 2]",), ("2", "2")),
    "decimal": (("1.25", "1"),),
    "floor": (("1.5",),),
    "ceiling": (("1.5",),),
    "abs": (("-1",),),
    "modulo": (("5", "3"),),
    "sqrt": (("4",),),
    "log": (("1",),),
    "exp": (("1",),),
    "odd": (("1",),),
    "even": (("1",),),
    "is": ((DAY, DAY),),
    "before": (("1", "2"), ("[1..2]", "[3..4]"), ("1", "[3..4]"), ("[1..2]", "3")),
    "after": (("2", "1"), ("[3..4]", "[1..2]"), ("3", "[1..2]"), ("[3..4]", "1")),
    "meets": (("[1..2]", "[2..3]"),),
    "met by": (("[2..3]", "[1..2]"),),
    "overlaps": (("[1..3]", "[2..4]"),),
    "overlaps before": (("[1..3]", "[2..4]"),),
    "overlaps after": (("[2..4]", "[1..3]"),),
    "finishes": (("3", "[1..3]"), ("[2..3]", "[1..3]")),
    "finished by": (("[1..3]", "3"), ("[1..3]", "[2..3]")),
    "includes": (("[1..3]", "2"), ("[1..3]", "[2..3]")),
    "during": (("2", "[1..3]"), ("[2..3]", "[1..3]")),
    "starts": (("1", "[1..3]"), ("[1..2]", "[1..3]")),
    "started by": (("[1..3]", "1"), ("[1..3]", "[1..2]")),
    "coincides": (("1", "1"), ("[1..3]", "[1..3]")),
    "day of year": ((DAY,),),
    "day of week": ((DAY,),),
    "month of year": ((DAY,),),
    "week of year": ((DAY,),),
    "sort": (("[2, 1]", SMALLER),),
    "get value": (("{a: 1}", '"a"'),),
    "get entries": (("{a: 1}",),),
}
ANYTHING = frozenset(("null", "wrong"))
TAKES: dict[tuple[str, int], frozenset[str]] = {
    ("string", 0): frozenset(("wrong",)),
    ("number", 1): frozenset(("null",)),
    ("number", 2): frozenset(("null",)),
    ("replace", 3): frozenset(("null",)),
    ("matches", 2): frozenset(("null",)),
    ("substring", 2): frozenset(("null",)),
    ("sublist", 2): frozenset(("null",)),
    ("concatenate", 1): frozenset(("wrong",)),
    ("union", 1): frozenset(("wrong",)),
    ("list contains", 1): ANYTHING,
    ("append", 1): ANYTHING,
    ("insert before", 2): ANYTHING,
    ("index of", 1): ANYTHING,
    ("is", 0): ANYTHING,
    ("is", 1): ANYTHING,
}
"""(function, position): what passes there. A separator or a flag may be null; an element may be anything."""
LISTS = frozenset(
    "list contains,count,min,max,sublist,append,concatenate,insert before,remove,reverse,index of,union,"
    "distinct values,flatten,sort".split(",")
)
"""A value that is no list passes for the list of it alone (10.3.2.9.4), so that only what is in it can be wrong."""
WRONG = "{wrong: true}"
"""Of no type that a parameter has, but the context's."""


def calls(wanted: str) -> list[tuple[str, str]]:
    """(function, call with one argument replaced): null, or one of a wrong type."""
    found = []
    for name, variants in CALLS.items():
        for arguments in variants:
            for place in range(len(arguments)):
                if wanted in TAKES.get((name, place), ()) or (wanted == "wrong" and place == 0 and name in LISTS):
                    continue
                odd = "null" if wanted == "null" else "[[1], [2]]" if arguments[place].startswith("{") else WRONG
                given = (*arguments[:place], odd, *arguments[place + 1 :])
                found.append((name, f"{name}({', '.join(given)})"))
    return found


def test_every_builtin_of_the_chapter_is_there() -> None:
    assert set(CALLS) <= set(BUILTINS)
    assert len(CALLS) == 74


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_works(name: str) -> None:
    for arguments in CALLS[name]:
        assert evaluated(f"{name}({', '.join(arguments)})") is not None


@pytest.mark.parametrize(("name", "call"), calls("null"))
def test_null_for_an_argument_gives_null(name: str, call: str) -> None:
    assert evaluated(call) is None, name


@pytest.mark.parametrize(("name", "call"), calls("wrong"))
def test_a_wrong_type_gives_null(name: str, call: str) -> None:
    assert evaluated(call) is None, name
