"""Text to tokens. Decides everything in FEEL that depends on context, so that the grammar can be LALR(1).

Names. Adjacent words are one name (`Monthly Salary`), as far as no infix keyword stands between. Names that this rule
would cut or join wrongly (`Date and Time`, `a-b`, `1st rate`) are found where they are *known*: given by the caller,
built in (`date and time`), or introduced as a key, variable or parameter earlier in the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark import Token

from workflows.errors import ExpressionError
from workflows.feel import limits
from workflows.feel.known import BUILTIN_NAMES, INFIX, KEYWORDS, PART, START, Names, is_simple, names_of

_SPACE = re.compile(r"(?:\s|[\u200B\uFEFF\u180E]|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_WORD = re.compile(f"(?:{START}){PART}*")
_MORE = re.compile(f"\\s+(?P<word>{PART}+)")
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_SIGNED = f"(?:{PART}|[ \\t\\r\\n./'+*-]){{1,200}}?"
_ITERATOR = re.compile(f"\\s*+({_SIGNED})\\s+in\\b")
_PARAMETER = re.compile(f"\\s*+({_SIGNED})\\s*[:,)]")
"""A name as it is introduced: what is read as one there is known from there on."""
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SYMBOLS = {
    "**": "POWER", "..": "DOTDOT", "->": "ARROW", "<=": "LE", ">=": "GE", "!=": "NE",
    "+": "PLUS", "-": "MINUS", "*": "TIMES", "/": "DIVIDE", "=": "EQ", "<": "LT", ">": "GT",
    "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB", "{": "LBRACE", "}": "RBRACE",
    ",": "COMMA", ":": "COLON", ".": "DOT",
}  # fmt: skip
_OPERAND_ENDS = frozenset(
    ("NAME", "NUMBER", "STRING", "AT_LITERAL", "TRUE", "FALSE", "NULL", "RPAR", "RSQB", "RBRACE", "RREV")
)
_CLOSERS = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE", "LREV": "RREV"}


class Scanner:
    """One pass over one text."""

    def __init__(self, text: str, known: frozenset[str], *, unary: bool) -> None:
        if len(text) > limits.TEXT_CHARACTERS:
            raise limits.too_long()
        self.text = text
        self.known = names_of(known)
        self.learned = Names()
        self.keyed = Names()
        """Keys in quotes: names after a dot only."""
        self.unary = unary
        self.place = 0
        self.last = ""
        self.brackets: list[str] = []
        self.spans: list[bool] = []
        self.loops: list[int] = []
        """At which depth the iterators of `for`, `some` and `every` stand, as long as they are read."""
        self.parameters: list[int] = []
        """At which depth the parameters of `function` stand."""

    def tokens(self) -> Iterator[Token]:
        """The tokens in order. Raises: ExpressionError at a character that begins none."""
        if self.unary and self.text.strip() == "-":
            yield self._token("DASH", "-", len(self.text))
            return
        while True:
            self._skip()
            if self.place >= len(self.text):
                return
            token = self._next()
            self.last = self._introduce(token.type)
            yield token

    def _introduce(self, kind: str) -> str:
        """Learn the name of an iterator or parameter that comes next.

        The token's kind; after the parameters of a function, whose body begins there, none that ends an operand.
        """
        depth = len(self.brackets)
        if kind in ("FOR", "SOME", "EVERY"):
            self.loops.append(depth)
        elif kind in ("RETURN", "SATISFIES") and self.loops:
            self.loops.pop()
        elif kind == "LPAR" and self.last == "FUNCTION":
            self.parameters.append(depth)
        elif kind == "RPAR" and self.parameters and self.parameters[-1] > depth:
            self.parameters.pop()
            return "PARAMETERS"
        elif kind != "COMMA":
            return kind
        pattern = None
        if kind in ("FOR", "SOME", "EVERY") or (kind == "COMMA" and self.loops and self.loops[-1] == depth):
            pattern = _ITERATOR
        elif kind in ("LPAR", "COMMA") and self.parameters and self.parameters[-1] == depth:
            pattern = _PARAMETER
        found = pattern.match(self.text, self.place) if pattern else None
        if found:
            self._learn(" ".join(found[1].split()))
        return kind

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.place)
        if match:
            self.place = match.end()

    def _next(self) -> Token:
        if self._at_key():
            return self._key()
        character = self.text[self.place]
        if character == '"':
            return self._string("STRING", self.place)
        if character == "@":
            return self._string("AT_LITERAL", self.place + 1)
        known = self._known_name()
        if known:
            return known
        number = _NUMBER.match(self.text, self.place)
        if number and self.last != "DOT":
            return self._token("NUMBER", number[0], number.end())
        return self._word() or self._symbol()

    def _token(self, kind: str, value: str, end: int) -> Token:
        token = Token(kind, value, start_pos=self.place)
        self.place = end
        return token

    def _string(self, kind: str, start: int) -> Token:
        match = _STRING.match(self.text, start)
        if match is None:
            raise syntax_error(self.text, self.place, "chuỗi không có dấu nháy đóng")
        return self._token(kind, match[0], match.end())

    def _at_key(self) -> bool:
        return bool(self.brackets) and self.brackets[-1] == "LBRACE" and self.last in ("LBRACE", "COMMA")

    def _key(self) -> Token:
        if self.text[self.place] == '"':
            key = self._string("KEY", self.place)
            self.keyed.add(key[1:-1])
            return key
        end = self.text.find(":", self.place)
        name = " ".join(self.text[self.place : end].split()) if end >= 0 else ""
        if not name or name[0] in "}," or "{" in name:
            return self._symbol()
        self._learn(name)
        return self._token("KEY", name, end)

    def _learn(self, name: str) -> None:
        if not is_simple(name):
            self.learned.add(name)

    def _known_name(self) -> Token | None:
        if self.last in _OPERAND_ENDS:  # no name can stand here: `x in progress`, where “in progress” is known, is `in`
            return None
        more = self.keyed if self.last == "DOT" else BUILTIN_NAMES
        trees = (self.known, self.learned, more)
        found = [match for match in (tree.match(self.text, self.place) for tree in trees) if match]
        if not found:
            return None
        name, end = max(found, key=lambda match: match[1])
        return self._token("NAME", name, end)

    def _word(self) -> Token | None:
        match = _WORD.match(self.text, self.place)
        if match is None:
            return None
        word, end = match[0], match.end()
        if self.last != "DOT":
            keyword = self._keyword(word, end)
            if keyword:
                return keyword
        words = [word]
        while True:
            more = _MORE.match(self.text, end)
            if more is None or more["word"] in INFIX:
                break
            words.append(more["word"])
            end = more.end()
        return self._token("NAME", " ".join(words), end)

    def _keyword(self, word: str, end: int) -> Token | None:
        if word == "instance":
            following = re.compile(r"\s+of\b").match(self.text, end)
            if following and self.last in _OPERAND_ENDS:
                return self._token("INSTANCE_OF", "instance of", following.end())
        if word == "not" and self.unary and not self.last and self._negates_all(end):
            return self._token("UNARY_NOT", word, end)
        if word not in KEYWORDS:
            return None
        return self._token(word.upper(), word, end)

    def _negates_all(self, end: int) -> bool:
        """Whether the bracket after `not` closes at the end of the text."""
        depth = 0
        inner = Scanner(self.text, frozenset(), unary=False)
        inner.place = end
        tokens = list(inner.tokens())
        for index, token in enumerate(tokens):
            depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)
            if depth == 0:
                return index == len(tokens) - 1 and index > 0
        return False

    def _symbol(self) -> Token:
        value = self.text[self.place : self.place + 2]
        kind = _SYMBOLS.get(value)
        if kind is None:
            value = value[:1]
            kind = _SYMBOLS.get(value)
        if kind is None:
            raise syntax_error(self.text, self.place, f"ký tự “{value}” không dùng được ở đây")
        return self._token(self._bracket(kind), value, self.place + len(value))

    def _bracket(self, kind: str) -> str:
        """Keep the stack of open brackets; `]` may open and `[` may close an interval."""
        if kind == "RSQB" and self.last not in _OPERAND_ENDS and not (self.last == "LSQB" and self._top() == "LSQB"):
            kind = "LREV"
        elif (
            kind == "LSQB"
            and self.spans
            and self.spans[-1]
            and self.last in _OPERAND_ENDS
            and not self._starts_operand()
        ):
            kind = "RREV"
        if kind == "DOTDOT" and self.spans:
            self.spans[-1] = True
        if kind in _CLOSERS:
            self.brackets.append(kind)
            self.spans.append(False)
            if len(self.brackets) > limits.BRACKETS:
                raise limits.too_deep()
        elif kind in ("RPAR", "RSQB", "RBRACE", "RREV") and self.brackets:
            self.brackets.pop()
            self.spans.pop()
        return kind

    def _top(self) -> str:
        return self.brackets[-1] if self.brackets else ""

    def _starts_operand(self) -> bool:
        """Whether what follows the `[` at the present place can begin an expression."""
        space = _SPACE.match(self.text, self.place + 1)
        start = space.end() if space else self.place + 1
        if start >= len(self.text):
            return False
        word = _WORD.match(self.text, start)
        if word:
            return word[0] not in INFIX
        return self.text[start] in '"@([{-' or bool(_NUMBER.match(self.text, start))


def syntax_error(text: str, place: int, what: str) -> ExpressionError:
    """A place in the text where reading stops, counted from 1."""
    shown = text if len(text) <= 80 else f"{text[:77]}…"
    return ExpressionError(f"Biểu thức “{shown}” sai cú pháp ở ký tự {place + 1}: {what}.", code="expression_syntax")
