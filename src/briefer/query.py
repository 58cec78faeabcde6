"""What a user asks of an index, read into an expression that SQLite's FTS5 cannot misread.

``sanctions AND (defector OR "asylum seeker") NOT north*  value:>1000 unit:percent measure:unemployment``
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final, NamedTuple, get_args

from briefer.errors import UsageError
from briefer.types import CalloutKind, Direction

_TOKEN: Final = re.compile(
    r'\s*(?:(?P<field>[A-Za-z]+):(?P<value>"[^"]*"\*?|[^\s()"]+)|"(?P<phrase>[^"]*)"|(?P<paren>[()])|(?P<word>[^\s()"]+)|(?P<quote>"))'
)
_COLUMNS: Final = {"title": "title", "text": "body", "bullets": "bullets", "bullet": "bullets", "numbers": "numbers"}  # fmt: skip
_OF_REPORTS: Final = {"source": "source", "language": "language", "lang": "language"}
_OF_NUMBERS: Final = ("value", "unit", "measure", "direction", "kind")
_FIELDS: Final = (*_COLUMNS, *_OF_REPORTS, *_OF_NUMBERS)
_ONE_OF: Final = {"direction": get_args(Direction), "kind": (*get_args(CalloutKind), "base")}
_NUMBER: Final = (
    r"[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:(?<=\d)\.\d+|\.\d+|(?<=\d))(?:[eE][-+]?\d{1,3})?"
)
_SCALES: Final = {"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12}  # fmt: skip
_COMPARED: Final = re.compile(
    rf"(?P<sign><=|>=|<|>|=)?(?P<low>{_NUMBER})(?:\.\.(?P<high>{_NUMBER}))?(?P<scale>[a-z]+)?(?P<percent>%)?",
    re.IGNORECASE,
)
_QUOTES: Final = str.maketrans("“”„", '"""')
_MOST_WORDS: Final = 200
_HINT: Final = 'Words, "a phrase", AND, OR, NOT, (…), word*, and title: text: bullets: numbers: value:>1000 unit: measure: direction: kind: source: lang:'


class Query(NamedTuple):
    """What was asked.

    Attributes:
        match: expression of FTS5; "" if no words were asked for.
        excluded: expression of what must not be there; in ``match`` too, and for searching by meaning.
        words: those asked for, without operators, for searching by meaning.
        values: bounds of a number: sign and value.
        filters: other conditions: name and value.
        without: conditions that must not be met, of reports only.
    """

    match: str
    excluded: str
    words: str
    values: tuple[tuple[str, float], ...]
    filters: tuple[tuple[str, str], ...]
    without: tuple[tuple[str, str], ...] = ()

    @property
    def of_numbers(self) -> bool:
        """Whether a report must have a callout that meets conditions."""
        return bool(self.values) or any(name in _OF_NUMBERS for name, _ in self.filters)


def read_query(text: str) -> Query:
    """Read what a user typed.

    Raises:
        UsageError: an operator has nothing to work on, a parenthesis or quote is not closed, a field or value is none.
    """
    parser = _Parser(text.translate(_QUOTES))
    match = parser.expression()
    if parser.peek is not None:
        raise _wrong(f"{parser.peek.text!r} stands alone", text)
    if not match and not parser.values and not parser.filters:
        raise _wrong("nothing was asked for", text)
    if parser.n_words > _MOST_WORDS:
        raise _wrong(f"{parser.n_words} words are more than the {_MOST_WORDS} that may be asked for", text)  # fmt: skip
    return Query(match, parser.excluded, " ".join(parser.words), tuple(parser.values), tuple(parser.filters), tuple(parser.without))  # fmt: skip


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
    """Recursive descent; between two words without an operator stands AND.

    Conditions stand beside the words, outside OR and parentheses: an expression of FTS5 cannot hold them.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._scan()
        self.peek = next(self._tokens, None)
        self.words: list[str] = []
        self.n_words = 0
        self.values: list[tuple[str, float]] = []
        self.filters: list[tuple[str, str]] = []
        self.without: list[tuple[str, str]] = []
        self.excluded = ""
        self._depth = self._denied = 0
        self._condition = ""  # the first one that was read

    def _scan(self) -> Iterator[_Token]:
        for match in _TOKEN.finditer(self._text.rstrip()):
            if match["quote"]:
                raise _wrong("a quotation mark is not closed", self._text)
            if match["field"] and match["field"].lower() in _FIELDS:
                yield _Token("field", match["field"].lower(), match["value"])
            elif match["field"] and not match["value"].startswith("//"):
                raise _wrong(f"there is no field {match['field']}: (in quotation marks it is a word)", self._text)  # fmt: skip
            elif match["field"]:
                yield _Token("word", match[0].strip())
            elif match["phrase"] is not None:
                yield _Token("phrase", match["phrase"])
            elif match["paren"]:
                yield _Token(match["paren"], match["paren"])
            else:
                word = match["word"]
                if word.endswith(":") and word[:-1].lower() in _FIELDS:
                    raise _wrong(f"{word} has nothing right behind it", self._text)
                yield _Token(word if word in {"AND", "OR", "NOT"} else "word", word)

    def _take(self) -> _Token | None:
        token, self.peek = self.peek, next(self._tokens, None)
        return token

    def expression(self) -> str:
        found = [self._conjunction()]
        while self.peek is not None and self.peek.kind == "OR":
            self._take()
            if self._condition:
                raise self._misplaced()
            found.append(self._conjunction())
            if self._condition:
                raise self._misplaced()
            self.excluded = ""  # of one side only
            if not all(found):
                raise _wrong("OR has nothing on one side", self._text)
        return found[0] if len(found) == 1 else f"({' OR '.join(found)})"

    def _conjunction(self) -> str:
        wanted, denied = [self._atom()], list[str]()
        while self.peek is not None and self.peek.kind not in {"OR", ")"}:
            kind = self.peek.kind
            if kind in {"AND", "NOT"}:
                self._take()
                if kind == "AND" and self.peek is not None and self.peek.kind == "NOT":
                    self._take()
                    kind = "NOT"
                if self.peek is None or self.peek.kind in {"OR", ")", "AND", "NOT"}:
                    raise _wrong(f"{kind} has nothing behind it", self._text)
            self._denied += kind == "NOT"
            (denied if kind == "NOT" else wanted).append(self._atom())
            self._denied -= kind == "NOT"
        wanted, denied = [*filter(None, wanted)], [*filter(None, denied)]
        if denied and not wanted and (self._depth or not self._condition):
            raise _wrong("NOT has no words before it", self._text)
        match = wanted[0] if len(wanted) == 1 else f"({' AND '.join(wanted)})" if wanted else ""
        if not denied:
            return match
        without = denied[0] if len(denied) == 1 else f"({' OR '.join(denied)})"
        if self._depth == 0:
            self.excluded = without
        return f"({match} NOT {without})" if match else ""

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
        value = token.value.strip('"')
        if not any(c.isalnum() for c in value) and not (token.text == "unit" and value):
            raise _wrong(f"{token.text}: has nothing right behind it", self._text)
        if token.text in _COLUMNS:
            words = self._words_of(value, is_phrase=token.value.endswith('"'))
            return f"{{{_COLUMNS[token.text]}}} : {words}"
        self._condition = self._condition or f"{token.text}:"
        if self._depth or (self._denied and token.text not in _OF_REPORTS):
            raise self._misplaced()
        if token.text == "value":
            self.values += self._bounds_of(token.value)
            return ""
        name = _OF_REPORTS.get(token.text, token.text)
        text = value.encode("utf-8", "ignore").decode()
        known = _ONE_OF.get(name, ())
        if known and text.lower() not in known:
            raise _wrong(f"{name}:{text} is none of {', '.join(known)}", self._text)
        text = text if name in {"source", "measure"} else text.lower()
        (self.without if self._denied else self.filters).append((name, text))
        return ""

    def _words_of(self, text: str, *, is_phrase: bool) -> str:
        if not any(c.isalnum() for c in text):
            return ""  # a phrase without words would match nothing
        self.n_words += len(text.split())
        if not self._denied:
            self.words.append(text.rstrip("*"))
        star = "*" if text.endswith("*") and not is_phrase else ""
        return phrase_of(text.rstrip("*") if star else text) + star

    def _bounds_of(self, value: str) -> list[tuple[str, float]]:
        match = _COMPARED.fullmatch(value)
        if match is None:
            raise _wrong(f"value:{value} is no number", self._text)
        scale = 1.0
        if match["scale"]:
            if match["scale"].lower() not in _SCALES:
                raise _wrong(f"{match['scale']} is no scale (thousand, million, billion, trillion)", self._text)  # fmt: skip
            scale = _SCALES[match["scale"].lower()]
        elif self.peek is not None and self.peek.text.lower() in _SCALES:
            scale = _SCALES[self.peek.text.lower()]
            self._take()
        if match["percent"]:
            self.filters.append(("unit", "percent"))
        low = self._number(match["low"], scale)
        if not match["high"]:
            return [(match["sign"] or "=", low)]
        high = self._number(match["high"], scale)
        if low > high or match["sign"]:
            raise _wrong(f"value:{value} is no range", self._text)
        return [(">=", low), ("<=", high)]

    def _number(self, text: str, scale: float) -> float:
        found = float(text.replace(",", "").replace("−", "-")) * scale
        if not math.isfinite(found):
            raise _wrong(f"{text[:20]}… is too large", self._text)
        return found

    def _misplaced(self) -> UsageError:
        return _wrong(f"{self._condition} stands inside OR, NOT or parentheses, where it cannot; put it beside the words", self._text)  # fmt: skip


def _wrong(what: str, text: str) -> UsageError:
    return UsageError(what, where=text[:80] or "the question", hint=_HINT)
