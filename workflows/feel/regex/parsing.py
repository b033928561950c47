"""A pattern's text to its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.feel.regex import characters
from workflows.feel.regex.characters import Test

_DEEPEST = 50
_COUNT = re.compile(r"\{(\d{1,4})(?:(,)(\d{1,4})?)?\}", re.ASCII)
_MOST_REPEATS = 1_000


class BadPattern(Exception):
    """The text is not a regular expression."""


@dataclass(frozen=True, slots=True)
class One:
    """One character of a set."""

    test: Test


@dataclass(frozen=True, slots=True)
class Edge:
    """`^` or `$`. `lines`: also at the ends of lines."""

    end: bool
    lines: bool


@dataclass(frozen=True, slots=True)
class Again:
    """`\\1`: what the group matched."""

    group: int
    any_case: bool


@dataclass(frozen=True, slots=True)
class Group:
    """`(…)`; number 0 does not capture."""

    number: int
    inner: Part


@dataclass(frozen=True, slots=True)
class Several:
    """Parts one after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`a|b`"""

    options: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`a{2,5}`; no `most` means without end."""

    inner: Part
    least: int
    most: int | None
    lazy: bool


Part = One | Edge | Again | Group | Several | Choice | Repeat


class Parser:
    """Reads one pattern, by descent; groups nest at most `_DEEPEST` deep."""

    def __init__(self, text: str, flags: str) -> None:
        self.flags = flags
        self.text = text
        self.place = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.depth = 0

    def parse(self) -> Part:
        """The whole pattern. Raises: BadPattern."""
        if "q" in self.flags:
            return Several(tuple(self._one(characters.exactly(character)) for character in self.text))
        if "x" in self.flags:
            self.text = _without_spaces(self.text)
        part = self._choice()
        if self.place < len(self.text):
            raise BadPattern
        return part

    def _peek(self) -> str:
        return self.text[self.place : self.place + 1]

    def _take(self) -> str:
        character = self._peek()
        if not character:
            raise BadPattern
        self.place += 1
        return character

    def _choice(self) -> Part:
        options = [self._sequence()]
        while self._peek() == "|":
            self.place += 1
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return Several(tuple(parts))

    def _repeated(self, atom: Part) -> Part:
        sign = self._peek()
        if sign in ("?", "*", "+") and sign:
            self.place += 1
            least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}[sign]
        elif sign == "{":
            least, most = self._count()
        else:
            return atom
        lazy = self._peek() == "?"
        self.place += lazy
        if self._peek() in ("?", "*", "+", "{") and self._peek():
            raise BadPattern
        return Repeat(atom, least, most, lazy)

    def _count(self) -> tuple[int, int | None]:
        match = _COUNT.match(self.text, self.place)
        if match is None:
            raise BadPattern
        self.place = match.end()
        least = int(match[1])
        most = (int(match[3]) if match[3] else None) if match[2] else least
        if least > _MOST_REPEATS or (most is not None and (most < least or most > _MOST_REPEATS)):
            raise BadPattern
        return least, most

    def _atom(self) -> Part:
        character = self._take()
        if character == "(":
            return self._group()
        if character == "[":
            return One(self._class())
        if character == ".":
            return One(characters.negated(lambda found: found in "\n\r") if "s" not in self.flags else lambda _: True)
        if character in "^$":
            return Edge(character == "$", "m" in self.flags)
        if character == "\\":
            return self._escape()
        if character in "?*+{}])":
            raise BadPattern
        return self._one(characters.exactly(character))

    def _one(self, test: Test) -> One:
        return One(characters.in_any_case(test) if "i" in self.flags else test)

    def _group(self) -> Part:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise BadPattern
        number = 0
        if self.text.startswith("?:", self.place):
            self.place += 2
        elif self._peek() == "?":
            raise BadPattern
        else:
            self.groups += 1
            number = self.groups
        inner = self._choice()
        if self._take() != ")":
            raise BadPattern
        self.closed.add(number)
        self.depth -= 1
        return Group(number, inner)

    def _escape(self) -> Part:
        character = self._peek()
        if character.isascii() and character.isdigit():
            return self._reference()
        return self._one(self._escaped())

    def _reference(self) -> Part:
        """The longest number that is a group already closed."""
        digits = self._take()
        while self._peek().isdigit() and int(digits + self._peek()) <= self.groups:
            digits += self._take()
        if int(digits) not in self.closed or digits == "0":
            raise BadPattern
        return Again(int(digits), "i" in self.flags)

    def _escaped(self) -> Test:
        character = self._take()
        if character in characters.ESCAPES:
            return characters.ESCAPES[character]
        if character in "pP":
            end = self.text.find("}", self.place)
            if self._peek() != "{" or end < 0:
                raise BadPattern
            test = characters.category(self.text[self.place + 1 : end])
            if test is None:
                raise BadPattern
            self.place = end + 1
            return test if character == "p" else characters.negated(test)
        if character in characters.SINGLE:
            return characters.exactly(characters.SINGLE[character])
        raise BadPattern

    def _class(self) -> Test:
        """`[a-z-[aeiou]]`, after its opening bracket."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise BadPattern
        negative = self._peek() == "^"
        self.place += negative
        tests: list[Test] = []
        taken: Test | None = None
        while self._peek() != "]" or not tests:
            if self.text.startswith("-[", self.place) and tests:
                self.place += 2
                taken = self._class()
                break
            tests.append(self._class_item())
        if self._take() != "]":
            raise BadPattern
        self.depth -= 1
        test = characters.either(tests)
        if "i" in self.flags:
            test = characters.in_any_case(test)
        test = characters.negated(test) if negative else test
        return test if taken is None else characters.without(test, taken)

    def _class_item(self) -> Test:
        start = self._class_character()
        if not isinstance(start, str):
            return start
        following = self.text[self.place + 1 : self.place + 2]
        if self._peek() != "-" or following in ("]", "[", ""):
            return characters.exactly(start)
        self.place += 1
        end = self._class_character()
        if not isinstance(end, str) or end < start:
            raise BadPattern
        return characters.between(start, end)

    def _class_character(self) -> str | Test:
        character = self._take()
        if character == "[":
            raise BadPattern
        if character != "\\":
            return character
        if self._peek() in characters.SINGLE:
            return characters.SINGLE[self._take()]
        return self._escaped()


def _without_spaces(text: str) -> str:
    """The pattern less its white space, except in classes (flag `x`)."""
    kept: list[str] = []
    depth = 0
    for place, character in enumerate(text):
        escaped = place > 0 and text[place - 1] == "\\"
        if not escaped:
            depth += (character == "[") - (character == "]" and depth > 0)
        if depth or character not in " \t\n\r":
            kept.append(character)
    return "".join(kept)
