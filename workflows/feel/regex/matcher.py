"""Runs a pattern's instructions with an explicit stack of the ways not yet tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workflows.feel.regex.program import AGAIN, CHARACTER, EDGE, JUMP, PROGRESS, SAVE, SPLIT, Instruction
from workflows.feel.scope import Run

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern matched. `groups` are the texts of the groups, from 1; None for one that took no part."""

    start: int
    end: int
    groups: tuple[str | None, ...]
    whole: str

    def expand(self, replacement: str) -> str | None:
        """The replacement with `$1` and `$0` filled in, `\\$` and `\\\\` unescaped; None where it is not valid."""
        made: list[str] = []
        place = 0
        while place < len(replacement):
            character = replacement[place]
            following = replacement[place + 1 : place + 2]
            if character == "\\":
                if following not in ("\\", "$") or not following:
                    return None
                made.append(following)
                place += 2
            elif character == "$":
                digits = self._digits(replacement, place + 1)
                if not digits:
                    return None
                made.append(self._group(int(digits)))
                place += 1 + len(digits)
            else:
                made.append(character)
                place += 1
        return "".join(made)

    def _digits(self, text: str, place: int) -> str:
        """The longest number that is a group, one digit at least."""
        digits = ""
        while place < len(text) and text[place] in "0123456789":
            if digits and int(digits + text[place]) > len(self.groups):
                break
            digits += text[place]
            place += 1
        return digits

    def _group(self, number: int) -> str:
        if number == 0:
            return self.whole
        return (self.groups[number - 1] or "") if number <= len(self.groups) else ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern with `groups` groups."""

    code: tuple[Instruction, ...]
    groups: int

    def search(self, text: str, start: int, run: Run) -> Match | None:
        """The first match at or after `start`. Raises: ExpressionError when the run's budget is used up."""
        for place in range(start, len(text) + 1):
            match = self._match(text, place, run)
            if match is not None:
                return match
        return None

    def every(self, text: str, run: Run) -> Iterator[Match]:
        """All matches that do not overlap."""
        place = 0
        while place <= len(text):
            match = self.search(text, place, run)
            if match is None:
                return
            yield match
            place = match.end if match.end > match.start else match.end + 1

    def _match(self, text: str, start: int, run: Run) -> Match | None:
        size = len(text)
        waiting: list[tuple[int, int, tuple[int, ...], dict[Any, int]]] = [(0, start, (-1,) * (2 * self.groups), {})]
        steps = 0
        while waiting:
            pc, place, saved, marks = waiting.pop()
            while True:
                steps += 1
                if steps >= _BATCH:
                    run.charge(steps)
                    steps = 0
                kind, first, second = self.code[pc]
                pc += 1
                if kind == CHARACTER:
                    if place >= size or not first(text[place]):  # type: ignore[operator]  # a Test
                        break
                    place += 1
                elif kind == SPLIT:
                    waiting.append((second, place, saved, marks))  # type: ignore[arg-type]  # an address
                    pc = first  # type: ignore[assignment]
                elif kind == JUMP:
                    pc = first  # type: ignore[assignment]
                elif kind == SAVE:
                    slot: int = first - 2  # type: ignore[operator]
                    steps += len(saved) // 8  # copied, and kept by every way not yet tried
                    saved = (*saved[:slot], place, *saved[slot + 1 :])
                elif kind == PROGRESS:
                    steps += len(marks) // 8
                    if first == "mark":
                        marks = {**marks, pc - 1: place}
                    elif marks.get(second) == place:
                        break
                elif kind == EDGE:
                    if not _at_edge(text, place, bool(first), bool(second)):
                        break
                elif kind == AGAIN:
                    length = _repeats(text, place, saved, first, bool(second))  # type: ignore[arg-type]
                    if length < 0:
                        break
                    place += length
                else:
                    run.charge(steps + 1)
                    return self._made(text, start, place, saved)
        run.charge(steps + 1)
        return None

    def _made(self, text: str, start: int, end: int, saved: tuple[int, ...]) -> Match:
        pairs = zip(saved[::2], saved[1::2], strict=True)
        groups = tuple(text[first:last] if 0 <= first <= last else None for first, last in pairs)
        return Match(start, end, groups, text[start:end])


def _at_edge(text: str, place: int, end: bool, lines: bool) -> bool:
    if end:
        return place == len(text) or (lines and text[place] == "\n")
    return place == 0 or (lines and text[place - 1] == "\n" and place < len(text))


def _repeats(text: str, place: int, saved: tuple[int, ...], group: int, any_case: bool) -> int:
    """The length of the group's text where it stands again at `place`; -1 where it does not."""
    first, last = saved[2 * group - 2], saved[2 * group - 1]
    wanted = text[first:last] if 0 <= first <= last else ""
    found = text[place : place + len(wanted)]
    same = found.casefold() == wanted.casefold() if any_case else found == wanted
    return len(wanted) if same else -1
