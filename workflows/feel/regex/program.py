"""A pattern's parts to instructions for the matcher."""

from __future__ import annotations

from workflows.feel.regex.parsing import Again, BadPattern, Choice, Edge, Group, One, Part, Repeat, Several

CHARACTER, SPLIT, JUMP, SAVE, EDGE, AGAIN, PROGRESS, DONE = range(8)
_LONGEST = 20_000

Instruction = tuple[int, object, object]


class Program:
    """The instructions of one pattern. Slots 0 and 1 hold the whole match, 2n and 2n+1 group n, then loops."""

    def __init__(self, part: Part) -> None:
        self.code: list[Instruction] = []
        self._emit(part)
        self._add(DONE)

    def _add(self, kind: int, first: object = None, second: object = None) -> int:
        if len(self.code) >= _LONGEST:
            raise BadPattern
        self.code.append((kind, first, second))
        return len(self.code) - 1

    def _emit(self, part: Part) -> None:
        if isinstance(part, One):
            self._add(CHARACTER, part.test)
        elif isinstance(part, Edge):
            self._add(EDGE, part.end, part.lines)
        elif isinstance(part, Again):
            self._add(AGAIN, part.group, part.any_case)
        elif isinstance(part, Several):
            for inner in part.parts:
                self._emit(inner)
        elif isinstance(part, Group):
            self._group(part)
        elif isinstance(part, Choice):
            self._choice(part)
        else:
            self._repeat(part)

    def _group(self, part: Group) -> None:
        if part.number:
            self._add(SAVE, 2 * part.number)
        self._emit(part.inner)
        if part.number:
            self._add(SAVE, 2 * part.number + 1)

    def _choice(self, part: Choice) -> None:
        jumps = []
        for option in part.options[:-1]:
            split = self._add(SPLIT)
            self._emit(option)
            jumps.append(self._add(JUMP))
            self.code[split] = (SPLIT, split + 1, len(self.code))
        self._emit(part.options[-1])
        for jump in jumps:
            self.code[jump] = (JUMP, len(self.code), None)

    def _repeat(self, part: Repeat) -> None:
        for _ in range(part.least):
            self._emit(part.inner)
        if part.most is None:
            self._loop(part)
            return
        splits = []
        for _ in range(part.most - part.least):
            splits.append(self._add(SPLIT))
            self._emit(part.inner)
        for split in splits:
            self._branch(split, part.lazy, len(self.code))

    def _loop(self, part: Repeat) -> None:
        """Without end; a round that matched nothing ends it, or `(a*)*` would never."""
        split = self._add(SPLIT)
        mark = self._add(PROGRESS, "mark", split)
        self._emit(part.inner)
        self._add(PROGRESS, "check", mark)
        self._add(JUMP, split)
        self._branch(split, part.lazy, len(self.code))

    def _branch(self, split: int, lazy: bool, after: int) -> None:
        self.code[split] = (SPLIT, after, split + 1) if lazy else (SPLIT, split + 1, after)
