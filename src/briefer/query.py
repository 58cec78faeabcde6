"""What a user asks of an index, read into an expression that SQLite's FTS5 cannot misread.

``sanctions AND (defector OR "asylum seeker") NOT north*  value:>1000 unit:percent measure:unemployment``
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from briefer.errors import UsageError

_TOKEN: Final = re.compile(
    r'\s*(?:(?P<field>[A-Za-z]+):(?P<value>"[^"]*"|[^\s()"]+)|"(?P<phrase>[^"]*)"|(?P<paren>[()])|(?P<word>[^\s()"]+)|(?P<quote>"))'
)
_COLUMNS: Final = {"title": "title", "text": "body", "bullets": "bullets", "bullet": "bullets", "numbers": "numbers"}  # fmt: skip
_FILTERS: Final = ("value", "unit", "measure", "direction", "kind", "source", "language", "lang")
_NUMBER: Final = r"-?(?:\d[\d,]*(?:\.\d+)?|\.\d+)"
_COMPARED: Final = re.compile(
    rf"(?P<sign><=|>=|<|>|=)?(?P<low>{_NUMBER})(?:\.\.(?P<high>{_NUMBER}))?"
)
_HINT: Final = 'Words, "a phrase", AND, OR, NOT, (…), word*, and title: bullets: numbers: value:>1000 unit: measure: direction: source: lang:'


class Query(NamedTuple):
    """What was asked.

    Attributes:
        match: expression of FTS5; "" if no words were asked for.
        words: those words, without operators, for searching by meaning.
        values: bounds of a number: sign and value.
        filters: other conditions: name and value.
    """

    match: str
    words: str
    values: tuple[tuple[str, float], ...]
    filters: tuple[tuple[str, str], ...]

    @property
    def of_numbers(self) -> bool:
        """Whether a report must have a callout that meets conditions."""
        return bool(self.values) or any(n in {"unit", "measure", "direction", "kind"} for n, _ in self.filters)  # fmt: skip


def read_query(text: str) -> Query:
    """Read what a user typed.

    Raises:
        UsageError: an operator has nothing to work on, a parenthesis or quote is not closed, a value is no number.
    """
    parser = _Parser(text)
    match = parser.expression()
    if parser.peek is not None:
        raise _wrong(f"{parser.peek.text!r} stands alone", text)
    if not match and not parser.values and not parser.filters:
        raise _wrong("nothing was asked for", text)
    return Query(match, " ".join(parser.words), tuple(parser.values), tuple(parser.filters))


def phrase_of(text: str) -> str:
    """Words as FTS5 takes them: quoted, so that none of them is an operator."""
    # Neither NUL nor half a character is a word; both would break the statement off.
    plain = text.replace("\0", " ").encode("utf-8", "ignore").decode()
    return '"' + plain.replace('"', '""') + '"'


class _Token(NamedTuple):
    kind: str
    text: str
    value: str = ""


class _Parser:
    """Recursive descent; between two words without an operator stands AND."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._scan()
        self.peek = next(self._tokens, None)
        self.words: list[str] = []
        self.values: list[tuple[str, float]] = []
        self.filters: list[tuple[str, str]] = []
        self._depth = 0

    def _scan(self) -> Iterator[_Token]:
        for match in _TOKEN.finditer(self._text.rstrip()):
            if match["quote"]:
                raise _wrong("a quotation mark is not closed", self._text)
            if match["field"] and match["field"].lower() in (*_COLUMNS, *_FILTERS):
                yield _Token("field", match["field"].lower(), match["value"].strip('"'))
            elif match["field"]:
                yield _Token("word", match[0].strip())
            elif match["phrase"] is not None:
                yield _Token("phrase", match["phrase"])
            elif match["paren"]:
                yield _Token(match["paren"], match["paren"])
            else:
                word = match["word"]
                yield _Token(word if word in {"AND", "OR", "NOT"} else "word", word)

    def _take(self) -> _Token | None:
        token, self.peek = self.peek, next(self._tokens, None)
        return token

    def expression(self) -> str:
        found = [self._conjunction()]
        while self.peek is not None and self.peek.kind == "OR":
            self._take()
            found.append(self._conjunction())
            if not all(found):
                raise _wrong("OR has nothing on one side", self._text)
        return found[0] if len(found) == 1 else f"({' OR '.join(found)})"

    def _conjunction(self) -> str:
        found = self._atom()
        while self.peek is not None and self.peek.kind not in {"OR", ")"}:
            kind = self.peek.kind
            if kind in {"AND", "NOT"}:
                self._take()
                if kind == "AND" and self.peek is not None and self.peek.kind == "NOT":
                    self._take()
                    kind = "NOT"
            is_last = self.peek is None
            right = self._atom()
            if kind == "NOT" and not (found and right):
                raise _wrong("NOT has nothing on one side", self._text)
            if kind == "AND" and is_last:
                raise _wrong("AND has nothing behind it", self._text)
            if found and right:
                found = f"({found} {'NOT' if kind == 'NOT' else 'AND'} {right})"
            else:
                found = found or right
        return found

    def _atom(self) -> str:
        token = self._take()
        if token is None:
            return ""
        if token.kind == "(":
            self._depth += 1
            if self._depth > 50:
                raise _wrong("too many parentheses", self._text)
            inner = self.expression()
            if self.peek is None or self.peek.kind != ")":
                raise _wrong("a parenthesis is not closed", self._text)
            self._take()
            self._depth -= 1
            return inner
        if token.kind == "field":
            return self._field(token)
        if token.kind in {"word", "phrase"}:
            return self._words_of(token.text, is_phrase=token.kind == "phrase")
        raise _wrong(f"{token.text} has nothing before it", self._text)

    def _field(self, token: _Token) -> str:
        if token.text in _COLUMNS:
            words = self._words_of(token.value, is_phrase=True)
            return f"{{{_COLUMNS[token.text]}}} : {words}" if words else ""
        if token.text == "value":
            self.values += _bounds_of(token.value, self._text)
        else:
            name = "language" if token.text == "lang" else token.text
            self.filters.append((name, token.value.encode("utf-8", "ignore").decode()))
        return ""

    def _words_of(self, text: str, *, is_phrase: bool) -> str:
        if not any(c.isalnum() for c in text):
            return ""  # a phrase without words would match nothing
        self.words.append(text.rstrip("*"))
        star = "*" if text.endswith("*") and not is_phrase else ""
        return phrase_of(text.rstrip("*") if star else text) + star


def _bounds_of(value: str, asked: str) -> list[tuple[str, float]]:
    match = _COMPARED.fullmatch(value)
    if match is None:
        raise _wrong(f"value:{value} is no number", asked)
    low = _number(match["low"], asked)
    if match["high"]:
        return [(">=", low), ("<=", _number(match["high"], asked))]
    return [(match["sign"] or "=", low)]


def _number(text: str, asked: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        raise _wrong(f"{text} is no number", asked) from None


def _wrong(what: str, text: str) -> UsageError:
    return UsageError(what, where=text[:80] or "the question", hint=_HINT)
