"""Numbers in running text: where they stand and what they are worth.

The grammar works on the raw text, so offsets hold. It is linear: every repeated part is
bounded, and a run of digits is matched once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from briefer.types import Span

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
_SCALES = {
    "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "k": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "b": 10**9, "bn": 10**9, "bln": 10**9, "tn": 10**12, "trn": 10**12,
}  # fmt: skip
_WORD = "|".join(
    sorted(
        [*_UNITS, *_TENS, "hundred", "thousand", "million", "billion", "trillion"],
        key=len,
        reverse=True,
    )
)

# A run of digits is taken whole or not at all: "12,34,567", "1.234.567", "192.168.1.1" and
# "1 234 567" are no numbers to this grammar, and a part of one would be a wrong figure.
_DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,6}|\d{1,15})(?:\.\d{1,12})?(?!\d|[.,]\d|[ \n]\d{3}(?!\d))"
# "million" and "bn" may stand apart; a single letter only glued to its number.
_SCALE = r"(?:[ \n-](?:hundred|thousand|million|billion|trillion)\b|[ ]?(?:mln|bln|trn|mn|bn|tn)\b|[mbk]\b)"
_NUMBER = re.compile(
    rf"(?P<digits>(?<![\w.,])(?<!\d[ \n])(?:(?<![-–—−])[-−](?=\d))?(?:{_DIGITS}))(?P<scale>{_SCALE})?"
    rf"|(?P<sign>(?:US|A|C|NZ|HK|S|R)?[$£€¥₩₹]\s?)(?P<money>{_DIGITS})(?P<moneyscale>{_SCALE})?"
    rf"|(?P<words>\b(?:{_WORD})(?:(?:[ -]|\sand\s)(?:{_WORD})){{0,5}}\b)",
    re.IGNORECASE,
)


class Number(NamedTuple):
    """A number: its span (currency sign and scale word excluded), scale included in ``value``.

    Attributes:
        digits: span of the number itself ("2.7").
        whole: span with its currency sign and scale ("£2.7m").
        value: parsed, scale applied; ``None`` where words do not add up to a number.
        in_words: whether it is written out ("thirteen").
    """

    digits: Span
    whole: Span
    value: Decimal | None
    in_words: bool

    @property
    def has_currency(self) -> bool:
        """Whether a currency sign stands before it."""
        return self.whole.start < self.digits.start


def find_numbers(text: str, span: Span) -> Iterator[Number]:
    """Numbers inside ``span`` of ``text``, in order."""
    for match in _NUMBER.finditer(text, span.start, span.end):
        if match["words"] is not None:
            at = Span(match.start(), match.end())
            yield Number(at, at, _words_value(match["words"]), in_words=True)
            continue
        name = "digits" if match["digits"] is not None else "money"
        scale = match["scale" if name == "digits" else "moneyscale"]
        value = Decimal(match[name].replace(",", "").replace("−", "-"))
        if scale:
            value *= _SCALES.get(scale.strip(" \n-").lower(), 1)
        yield Number(
            digits=Span(match.start(name), match.end(name)),
            whole=Span(match.start(), match.end()),
            value=value,
            in_words=False,
        )


def _words_value(words: str) -> Decimal | None:
    """Value of a number in words, or ``None`` if they are no one number ("two three")."""
    total = current = 0
    last = ""
    if (
        re.split(r"[\s-]", words.lower(), maxsplit=1)[0] in _SCALES
    ):  # "a trillion dollars", "hundreds of": no figure
        return None
    for word in re.split(r"[\s-]+", words.lower()):
        if word == "and":
            continue
        if word not in _UNITS and word not in _TENS and word not in _SCALES:
            return None  # "ſeven": a letter that is another only when case is ignored
        if word in _UNITS:
            if last == "unit" or (last == "ten" and _UNITS[word] >= 10):
                return None
            current += _UNITS[word]
            last = "unit"
        elif word in _TENS:
            if last in {"unit", "ten"}:
                return None
            current += _TENS[word]
            last = "ten"
        elif word == "hundred":
            current = (current or 1) * 100
            last = "scale"
        else:
            total += (current or 1) * _SCALES[word]
            current = 0
            last = "scale"
    return Decimal(total + current)
