"""Regular expressions as XPath has them; every refusal is null, every cost is bounded."""

from __future__ import annotations

from typing import Any

import pytest

from workflows.feel import regex
from workflows.feel.scope import Run

MATCHES: list[tuple[str, str, str, str | None]] = [
    ("abc", "b", "", "b"),
    ("abc", "x", "", None),
    ("abc", "a.c", "", "abc"),
    ("a\nc", "a.c", "", None),
    ("a\nc", "a.c", "s", "a\nc"),
    ("aab", "a*", "", "aa"),
    ("aab", "a*?b", "", "aab"),
    ("aab", "a+?", "", "a"),
    ("aaaa", "a{2}", "", "aa"),
    ("aaaa", "a{2,}", "", "aaaa"),
    ("aaaa", "a{1,3}", "", "aaa"),
    ("aaaa", "a{1,3}?", "", "a"),
    ("colour", "colou?r", "", "colour"),
    ("cat", "dog|cat", "", "cat"),
    ("abab", "(ab)\\1", "", "abab"),
    ("abcab", "(a)(b)c\\1\\2", "", "abcab"),
    ("xx", "^x$", "", None),
    ("a\nb", "^b$", "m", "b"),
    ("a\nb", "^b$", "", None),
    ("ABC", "b", "i", "B"),
    ("ĐỀ", "đề", "i", "ĐỀ"),
    ("a1b", "[0-9]", "", "1"),
    ("a-b", "[a\\-]+", "", "a-"),
    ("hello", "[a-z-[aeiou]]+", "", "h"),
    ("x]y", "[\\]]", "", "]"),
    ("Hà Nội", "\\p{Lu}\\p{L}+", "", "Hà"),
    ("Hà", "\\P{IsBasicLatin}", "", "à"),
    ("a b", "\\s", "", " "),
    ("a b", "\\S+", "", "a"),
    ("số 12", "\\d+", "", "12"),
    ("a_b-c", "\\w+", "", "a"),
    ("xs:id", "\\i\\c*", "", "xs:id"),
    ("a.b", "a.b", "q", "a.b"),
    ("axb", "a.b", "q", None),
    ("ab", "a b # ", "x", None),
    ("ab", " a b ", "x", "ab"),
    ("a b", "a[ ]b", "x", "a b"),
    ("", "", "", ""),
    ("aaa", "(a*)*", "", "aaa"),
    ("aaa", "(a|b)*?$", "", "aaa"),
    ("(x)", "\\(x\\)", "", "(x)"),
]
BROKEN = [
    "(",
    ")",
    "[",
    "[]",
    "a**",
    "*",
    "a{2,1}",
    "a{",
    "\\",
    "\\q",
    "\\p{Xx}",
    "\\p{IsNowhere}",
    "[z-a]",
    "(?=a)",
    "\\1",
    "(a)\\2",
    "[a-[b]",
    "}",
]


def _run() -> Run:
    return Run({}, {}, strict=False)


@pytest.mark.parametrize(("text", "pattern", "flags", "wanted"), MATCHES)
def test_first_match(text: str, pattern: str, flags: str, wanted: str | None) -> None:
    compiled = regex.compile(pattern, flags)
    assert compiled is not None
    match = compiled.search(text, 0, _run())
    assert (None if match is None else match.whole) == wanted


@pytest.mark.parametrize("pattern", BROKEN)
def test_broken_patterns_are_none(pattern: str) -> None:
    assert regex.compile(pattern, "") is None


def test_unknown_flags_are_none() -> None:
    assert regex.compile("a", "g") is None


def test_patterns_too_large_are_none() -> None:
    assert regex.compile("a" * 2_001, "") is None
    assert regex.compile("((a{1000}){1000}){1000}", "") is None
    assert regex.compile("(" * 60 + "a" + ")" * 60, "") is None


@pytest.mark.parametrize(
    ("replacement", "wanted"),
    [
        ("[$1]", "[a]"),
        ("$0", "ab"),
        ("$2", ""),
        ("$12", "a2"),
        ("\\$1", "$1"),
        ("\\\\", "\\"),
        ("$", None),
        ("\\n", None),
    ],
)
def test_replacements(replacement: str, wanted: Any) -> None:
    compiled = regex.compile("(a)b", "")
    assert compiled is not None
    match = compiled.search("ab", 0, _run())
    assert match is not None
    assert match.expand(replacement) == wanted
