"""Sets of characters: classes, categories, blocks, and what `i` makes of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

Test = Callable[[str], bool]

_BLOCKS = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "IPAExtensions": (0x0250, 0x02AF),
    "SpacingModifierLetters": (0x02B0, 0x02FF),
    "CombiningDiacriticalMarks": (0x0300, 0x036F),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "Thai": (0x0E00, 0x0E7F),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7AF),
}
_CATEGORIES = frozenset(
    "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp S Sm Sc Sk So C Cc Cf Co Cn".split()
)


def category(name: str) -> Test | None:
    """The test of `\\p{name}`, or None where there is no such category or block."""
    if name.startswith("Is"):
        block = _BLOCKS.get(name[2:])
        return None if block is None else between(chr(block[0]), chr(block[1]))
    if name not in _CATEGORIES:
        return None
    return lambda character: unicodedata.category(character).startswith(name)


def between(first: str, last: str) -> Test:
    """Any character from `first` to `last`."""
    return lambda character: first <= character <= last


def exactly(wanted: str) -> Test:
    """That character."""
    return lambda character: character == wanted


def negated(test: Test) -> Test:
    """The other characters."""
    return lambda character: not test(character)


def either(tests: list[Test]) -> Test:
    """Any of the sets."""
    if len(tests) == 1:
        return tests[0]
    return lambda character: any(test(character) for test in tests)


def without(test: Test, taken: Test) -> Test:
    """The first set less the second."""
    return lambda character: test(character) and not taken(character)


def in_any_case(test: Test) -> Test:
    """A set that also holds the other case of its characters."""
    return lambda character: test(character) or any(test(variant) for variant in _variants(character))


def _variants(character: str) -> list[str]:
    variants = {character.lower(), character.upper(), character.casefold(), character.lower().upper()}
    return [variant for variant in variants if len(variant) == 1 and variant != character]


def _word(character: str) -> bool:
    return unicodedata.category(character)[0] not in "PZC"


def _name_start(character: str) -> bool:
    return character in "_:" or character.isalpha()


def _name_part(character: str) -> bool:
    return character in "_:-.\u00b7" or character.isalnum() or unicodedata.category(character)[0] == "M"


_SETS: dict[str, Test] = {
    "d": lambda character: unicodedata.category(character) == "Nd",
    "s": lambda character: character in " \t\n\r",
    "w": _word,
    "i": _name_start,
    "c": _name_part,
}
ESCAPES: dict[str, Test] = {**_SETS, **{name.upper(): negated(test) for name, test in _SETS.items()}}
"""`\\d`, `\\S` …"""
SINGLE = {"n": "\n", "r": "\r", "t": "\t", **{character: character for character in "\\|.-^?*+{}()[]$"}}
"""What a backslash before one of these stands for."""
