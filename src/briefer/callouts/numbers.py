"""Numbers in running text: where they stand and what they are worth.

The grammar works on the raw text, so offsets hold. It is linear: every repeated part is
bounded, and a run of digits is matched once. A value is parsed exactly or not at all; ranges
are joined in `ranges`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from briefer.types import Span

NumberKind = Literal["digits", "words", "fraction", "multiplier", "range"]

_UNITS = {
    word: value
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen""".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALE_WORDS = {
    "hundred": 10**2, "thousand": 10**3, "lakh": 10**5, "million": 10**6, "crore": 10**7,
    "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
_SCALES = _SCALE_WORDS | {
    "k": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "mio": 10**6, "b": 10**9, "bn": 10**9, "bln": 10**9,
    "tn": 10**12, "trn": 10**12,
}  # fmt: skip
_DENOMINATORS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "hundredth": 100,
}  # fmt: skip
_VULGAR = {"½": (1, 2), "¼": (1, 4), "¾": (3, 4), "⅓": (1, 3), "⅔": (2, 3), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8)}  # fmt: skip
_MULTIPLIERS = {
    "twice": 2, "thrice": 3, "double": 2, "doubled": 2, "doubles": 2, "doubling": 2, "triple": 3, "tripled": 3,
    "triples": 3, "tripling": 3, "trebled": 3, "quadruple": 4, "quadrupled": 4, "halved": None, "halves": None, "halving": None,
}  # fmt: skip


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_WORD = _any_of([*_UNITS, *_TENS, *_SCALE_WORDS])
_SMALL = _any_of([word for word, value in _UNITS.items() if 0 < value <= 12])
# A run of digits is taken whole or not at all: "12,34,567", "1.234.567", "192.168.1.1", "1 234 567"
# and the OCR break "1 ,036" are no numbers to this grammar: a part of one would be a wrong figure.
# Spaces between groups are taken where the last group is "000", which nothing else could be.
_END = r"(?![0-9]|[.,][0-9]|[ \n][0-9]{3}(?![0-9.])|[ \n],[0-9]{3}(?![0-9])|-?fold\b)"
_DIGITS = rf"(?:[0-9]{{1,3}}(?:[ ][0-9]{{3}}){{0,3}}[ ]000(?![ ]?[0-9])|[0-9]{{1,3}},[0-9]{{1,2}}(?=[ ]?(?:%|percent|per[ ]cent)|[ ]points\b)|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,6}}|[0-9]{{1,15}})(?:\.[0-9]{{1,12}})?{_END}|(?<![0-9])\.[0-9]{{1,4}}{_END}"
# "million" and "bn" may stand apart; a single letter only glued to its number.
_SCALE = (
    r"(?:(?:[ \n]{1,2}|-)?(?:hundred|thousand|lakh|(?:million|crore|billion|trillion)s?)\b(?:[ ](?:million|billion|trillion)\b)?"
    r"|[ ]?(?:mln|mio|bln|trn|mn|bn|tn)\b|[mbk]\b)"
)
# Codes other than the three commonest only in capitals: "try 5", "Ron 30" are no money, nor is a PS5.
# Signs, signs with a country glued to either side, and codes; "Y=" and "PS" are how wires spell ¥ and £.
_CURRENCY = (
    r"(?:(?:(?<![A-Za-z])(?:(?:USD?|AU|NZ|CA|HK|NT)[ ]?|[A-Z]{1,4}))?\$(?:US|AUS|AU|A|NZ|C|HK|S)?[ ]{0,2}|(?:(?<![A-Za-z])(?-i:STG|IR))?[£€¥₩₹₽₺₪₦₱฿₫][ ]{0,2}"
    r"|(?<![A-Za-z])(?:USD|EUR|GBP|(?-i:JPY|AUD|CAD|NZD|CHF|CNY|RMB|INR|KRW|HKD|SGD|ZAR|SEK|NOK|DKK|MYR|BRL|MXN|PLN|CZK|HUF|THB|IDR|PHP|ISK|TWD|TRY|ARS|CLP|COP|ILS|SAR|AED|PKR|VND|NGN|KES|EGP|UAH|RON))[ ]{0,2}"
    r"|(?<![A-Za-z])(?-i:RM|Y=|PS(?=[0-9]+(?:[.,][0-9]|[ ]?[mb])))|(?<![A-Za-z])Rs\.?[ ]?|(?<![A-Za-z])(?-i:Euros?)[ ](?=[0-9]))"
)
# A sign before a number is part of it; a dash after another number or a word is not.
_SIGN = r"(?:(?<![-–—−\w)%])[-−–](?=[$£€0-9])|\b(?:minus|negative)[ -])?"
_FRACTION = rf"[ ](?:and[ ])?(?P<over>[1-9])/(?P<under>[2-9]|1[026])(?![0-9/]|[.,][0-9])|[ ]?(?P<vulgar>[{''.join(_VULGAR)}])"
_NUMBER = re.compile(
    rf"(?P<simple>(?<![\w.,/$£€-])(?:(?P<upper>[1-9])/(?P<lower>[2-9]|1[026])(?![0-9/]|[.,-][0-9])(?=[ -][a-z])|(?P<lone>[{''.join(_VULGAR)}])))"
    rf"|(?P<number>(?P<sign>{_SIGN})(?P<currency>{_CURRENCY})?(?<![0-9.,])(?<![0-9][ \n])(?P<digits>{_DIGITS})(?:{_FRACTION})?(?P<scale>{_SCALE})?)"
    rf"|\b(?P<half>half[ ]an?[ -](?:hundred|thousand|million|billion|trillion|dozen)\b)"
    rf"|(?P<fraction>\b(?P<parts>an?|{_SMALL}|[1-9])[ -](?P<of>thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|hundredths?)\b|\bhalf\b|\bone-half\b)"
    rf"|(?P<multiplier>\b(?:{_any_of(_MULTIPLIERS)})\b(?![ -](?:digit|room|bed|check|standard|decker|murder|jeopardy|agent|edged|glaz))|\b(?:{_SMALL}|[0-9]{{1,4}}(?:\.[0-9])?)-?fold\b)"
    rf"|(?P<words>\b(?:an?[ ](?=(?:{_any_of(_SCALE_WORDS)}|dozen)\b))?(?:{_WORD}|dozen)(?:(?:[ -]|\s(?:and|and[ ]an?)\s)(?:{_WORD}|half|dozen)){{0,9}}\b)",
    re.IGNORECASE,
)
_LETTER_SCALE_AFTER = re.compile(
    r"\s(?:of\b|bpd\b|(?:[a-z][a-z’'-]+\s){0,2}?(?:people|[A-Za-z]{2,}s)\b)"
)
_MILLIONS_BEFORE = re.compile(
    r"(?:\b(?:at|to|from|were|was|of|is|reached|than|about|around|nearly|over|population|estimated|worth)|:)\s$"
)
_METRES_AFTER = re.compile(r"(?:-|\s)(?:hurdles|relay|dash|freestyle|swim|long|high|tall|wide|deep|sprint|race|final|away|below|above|swell|waves?)\b|\s?\(\s?[\d,.]+\s?(?:ft|feet)")  # fmt: skip


class Number(NamedTuple):
    """A number: its spans and what it is worth, scale included.

    Attributes:
        digits: span of the number itself ("2.7").
        whole: span with its currency sign and scale ("£2.7m").
        low, high: parsed value; the two differ for a range, and both are ``None`` where the
            words are no one number.
        kind: how it is written.
        currency: span of the currency sign or code before it.
        scale: what ``low`` and ``high`` were multiplied by.
    """

    digits: Span
    whole: Span
    low: Decimal | None
    high: Decimal | None
    kind: NumberKind
    currency: Span | None = None
    scale: int = 1

    @property
    def value(self) -> Decimal | None:
        """The value of a single number; ``None`` for a range."""
        return self.low if self.kind != "range" else None

    @property
    def in_words(self) -> bool:
        """Whether it is written out ("thirteen")."""
        return self.kind in {"words", "fraction", "multiplier"}

    @property
    def has_currency(self) -> bool:
        """Whether a currency sign or code stands before it."""
        return self.currency is not None


def find_numbers(text: str, span: Span) -> Iterator[Number]:
    """Numbers inside ``span`` of ``text``, in order; ranges come as their two ends."""
    for match in _NUMBER.finditer(text, span.start, span.end):
        number = _number_of(text, match)
        if number is None:
            continue
        if number.kind == "words" and number.low is None:
            yield from _two_numbers(text, match) or [number]
            continue
        yield number


def _two_numbers(text: str, match: re.Match[str]) -> list[Number]:
    """As in "between five and ten": words that the grammar took for one number, and are two."""
    joint = re.search(r"\sand\s", match["words"])
    if joint is None:
        return []
    found = []
    for a, b in ((0, joint.start()), (joint.end(), len(match["words"]))):
        value = _words_value(match["words"][a:b])
        if value is None:
            return []
        at = Span(match.start() + a, match.start() + b)
        found.append(Number(at, at, value, value, "words"))
    return found


def _number_of(text: str, match: re.Match[str]) -> Number | None:
    at = Span(match.start(), match.end())
    if match["number"] is not None:
        return _digits_number(text, match)
    if match["simple"] is not None:
        upper, lower = (
            _VULGAR[match["lone"]] if match["lone"] else (int(match["upper"]), int(match["lower"]))
        )
        value = Decimal(upper) / lower if upper < lower else None
        return Number(at, at, value, value, "fraction")
    if match["half"] is not None:
        word = re.split(r"[ -]", match["half"].lower())[-1]
        value = Decimal(_SCALE_WORDS.get(word, 12)) / 2
        return Number(at, at, value, value, "words")
    if match["fraction"] is not None:
        return _fraction(text, match, at)
    if match["multiplier"] is not None:
        value = _multiplier_value(match["multiplier"].lower())
        return Number(at, at, value, value, "multiplier")
    value = _words_value(match["words"])
    return Number(at, at, value, value, "words")


def _digits_number(text: str, match: re.Match[str]) -> Number | None:
    start, end = match.start("digits"), match.end("digits")
    before = text[match.start() - 1 : match.start()] if match.start() else ""
    glued = before != "" and (before.isalnum() or before in "_.,/=")
    after_comma = before == "," and not text[match.start() - 2 : match.start() - 1].isdigit()
    if glued and not after_comma and not match["sign"] and not match["currency"]:
        return None  # "1/2", "x5", ".5": the rest of something
    # "3,8%": two digits after a comma are no group of thousands.
    decimal = re.fullmatch(r"[0-9]{1,3},[0-9]{1,2}", match["digits"])
    digits = match["digits"].replace(",", "." if decimal else "").replace(" ", "")
    value: Decimal | None = Decimal(digits)
    stop = end
    if match["over"] or match["vulgar"]:
        upper, lower = (
            _VULGAR[match["vulgar"]]
            if match["vulgar"]
            else (int(match["over"]), int(match["under"]))
        )
        value = value + Decimal(upper) / lower if value is not None and upper < lower else None
        stop = match.end("vulgar") if match["vulgar"] else match.end("under")
    scale, whole_end = 1, stop
    if match["scale"] and not _is_unit_letter(text, match):
        scale = _scale_of(match["scale"])
        whole_end = match.end("scale")
    if match["currency"] and scale == 1:
        spaced = re.compile(r"[ ]([BM])(?![\w.’'-])").match(text, stop)
        if spaced:  # "$138.6 B"
            scale, whole_end = _SCALES[spaced[1].lower()], spaced.end()
    if match["sign"] and value is not None:
        value = -value
    if value is not None:
        value *= scale
    currency = _currency_span(text, match)
    first = match.start() if match["sign"] or currency else start
    return Number(
        digits=Span(match.start() if match["sign"] and not currency else start, stop),
        whole=Span(min(first, currency.start if currency else first), whole_end),
        low=value,
        high=value,
        kind="digits",
        currency=currency,
        scale=scale,
    )


def _currency_span(text: str, match: re.Match[str]) -> Span | None:
    if not match["currency"]:
        return None
    start, end = match.span("currency")
    sign = match["currency"]
    # "in the US $5 billion": the country is not part of the sign.
    if re.match(r"(?:US|AU|NZ|CA)[ ]", sign) and re.search(r"\b(?:the|in)\s$", text[max(0, start - 4) : start], re.I):  # fmt: skip
        start += sign.index("$")
    return Span(start, start + len(text[start:end].rstrip()))


def _scale_of(words: str) -> int:
    scale = 1
    for word in re.split(r"[ \n-]+", words.strip(" \n-").lower()):
        scale *= _SCALES[word.removesuffix("s") if word.endswith("illions") else word]
    return scale


def _is_unit_letter(text: str, match: re.Match[str]) -> bool:
    """Whether the letter glued to a number is a unit ("37m (121ft)") and no scale ("£2.7m")."""
    scale = match["scale"]
    if scale not in {"m", "b", "k", "M", "B", "K"} or match["currency"]:
        return False
    after = text[match.end("scale") : match.end("scale") + 40]
    if scale == "m" and _METRES_AFTER.match(after):
        return True
    if scale in "kK":
        return re.match(r"\s?(?:run|race)\b", after) is not None
    if scale == "m" and _MILLIONS_BEFORE.search(text[max(0, match.start() - 12) : match.start()]) and not re.match(r"\s(?:by|x)\s", after):  # fmt: skip
        return False
    return _LETTER_SCALE_AFTER.match(after) is None


def _fraction(text: str, match: re.Match[str], at: Span) -> Number | None:
    words = match["fraction"].lower()
    after = text[at.end : at.end + 24].lower()
    before = text[max(0, at.start - 12) : at.start].lower()
    if words in {"half", "one-half"}:
        if re.search(r"(?:first|second|last|latter|other|top|bottom|former|final|and a|better)[ -]$|[a-z]-$", before):  # fmt: skip
            return None
        if not re.match(r"\s(?:of|the|its|their|our|his|her|all|that|those|as)\b", after):
            return None
        value: Decimal | None = Decimal("0.5")
    else:
        parts = match["parts"].lower()
        count = 1 if parts in {"a", "an"} else _UNITS.get(parts) or int(parts)
        under = _DENOMINATORS[match["of"].lower().rstrip("s")]
        if count == 1 and match["of"].lower().endswith("s"):
            return None
        if (
            count == 1
            and not after.startswith(" of")
            and not (parts == "one" and after.startswith((" the", " in", " as", " more", " less")))
        ):
            return None  # "a third man", "one third party"
        if re.search(r"(?:next|last|past|first|previous|final)[ ]$", before) and "quarter" in words:
            return None  # "the next two quarters"
        if re.match(
            r"\s(?:(?:of\s)?(?:20\d\d|the year|19\d\d)|in a row|running|ago|earlier)", after
        ):
            return None  # "two quarters of 2020"
        value = Decimal(count) / under if count < under else None
    # "two thirds of a million" is one number that this grammar does not multiply out.
    if re.match(rf"\sof\s(?:an?\s)?(?:{_any_of(_SCALE_WORDS)}|percent|per\scent|\d)", after):
        value = None
    return Number(at, at, value, value, "fraction")


def _multiplier_value(words: str) -> Decimal | None:
    if words in _MULTIPLIERS:
        times = _MULTIPLIERS[words]
        return Decimal(times) if times else Decimal("0.5")
    head = words.removesuffix("fold").rstrip("-")
    return Decimal(_UNITS[head]) if head in _UNITS else Decimal(head)


def _words_value(words: str) -> Decimal | None:
    """Value of a number in words, or ``None`` if they are no one number ("two three")."""
    parts = re.split(r"[\s-]+", words.lower())
    if parts[0] in {"a", "an"}:
        parts[0] = "one"
    elif parts[0] in _SCALE_WORDS or parts[0] == "dozen":
        return None  # "trillion dollars", "hundreds of": no figure
    total = current = Decimal(0)
    last = ""
    for i, word in enumerate(parts):
        if word == "and" or (word in {"a", "an"} and last):
            continue
        if word == "half":
            if parts[i - 1] not in {"a", "an"}:
                return None
            current += Decimal("0.5")
            last = "half"
        elif word == "dozen":
            current = (current or Decimal(1)) * 12
            last = "dozen"
        elif word in _UNITS:
            if last in {"unit", "half", "dozen"} or (last == "ten" and not 0 < _UNITS[word] < 10):
                return None
            current += _UNITS[word]
            last = "unit"
        elif word in _TENS:
            if last in {"unit", "ten", "half", "dozen"}:
                return None
            current += _TENS[word]
            last = "ten"
        elif word == "hundred":
            if last == "hundred" or current >= 100:
                return None
            current = (current or Decimal(1)) * 100
            last = "hundred"
        elif word in _SCALE_WORDS:
            scale = _SCALE_WORDS[word]
            if last == "scale" and not current:
                return None
            if total and scale >= 1000 and total < scale:
                return None  # "one thousand two million"
            total += (current or Decimal(1)) * scale
            current = Decimal(0)
            last = "scale"
        else:
            return None  # "ſeven": a letter that is another only when case is ignored
    return total + current
