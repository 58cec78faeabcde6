"""What a number is for: a quantity, or a date, a clock time, an age, a label… with the reason."""

from __future__ import annotations

import re

from briefer.callouts.labels import BEFORE_DATE, LABEL_WORD, MONTH, YEAR, Role, is_year, name_role
from briefer.callouts.numbers import Number
from briefer.callouts.units import Unit
from briefer.types import Span

_AFTER_DATE = re.compile(
    rf"(?:st|nd|rd|th)?(?:\s+of)?(?:\s?[-–]\s?\d{{1,2}})?[\s,-]+{MONTH}(?![a-z])|-\d\d-\d\d\b|/\d{{1,2}}/\d{{2,4}}\b|\.\d{{1,2}}\.\d{{4}}\b"
    r"|\s?(?:AD|BC|B\.C\.|A\.D\.|CE|BCE)\b"
)
_AFTER_CLOCK = re.compile(
    r"[:.]\d\d\b(?:\s?[ap]\.?m\b)?|\s?(?:[ap]\.?m\b|o['’]?clock|noon\b|midnight\b)|\s?(?:GMT|UTC|hrs|hours\sGMT)\b",
    re.IGNORECASE,
)
_CLOCK_POINT = re.compile(r"\.\d\d(?!\d)(?!\s?(?:[ap]\.?m\b|GMT|hrs\b))")
_BEFORE_CLOCK = re.compile(r"\d[:.h]$")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_AGE_BEFORE = re.compile(
    r"\b(?:aged?|ages|turned|turns|turning)\s+(?:of\s+|between\s+)?(?:\d{1,3}\s?(?:-|–|to|and)\s?)?$",
    re.IGNORECASE,
)
_AGE_BOUND = re.compile(
    r"\b(?:(?:aged|those|people|men|women|children|adults|anyone|everyone|pensioners)\s(?:under|over)|(?:he|she|who)\s(?:was|is))\s$",
    re.IGNORECASE,
)
_SMALL_WORD = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred)"
# "three in ten adults", "3 out of 10", "72/100": parts of one thing.
_AFTER_PART = re.compile(
    rf"/\d|\s(?:in|out\sof)\s(?:every\s)?(?:\d{{1,3}}\b(?![,.]\d)(?!\s?(?:%|per|of|[a-z]+\s(?:and|in)))|{_SMALL_WORD}\b)"
)
_BEFORE_PART = re.compile(
    rf"\d/$|\b(?:\d{{1,3}}|one|{_SMALL_WORD})\s(?:in|out\sof)\s(?:every\s)?$", re.IGNORECASE
)
_LARGEST_BARE = (
    31  # days of a month, ranks: whole numbers up to it tell nothing alone, so they are doubted
)
_NO_YEAR = 2200  # "on Monday, 1,234,567 cases": no part of a date is as large
_ROUND = frozenset([1, 10, 100, 1000])
_PRICE_BEFORE = re.compile(
    r"\b(?:dollars?|euros?|pounds?|cents?|price|\$[\d.,]+)\s(?:[a-z]+\s){0,3}for\s$"
)
# "a $10 bill", "the sale of 500 notes"
_DENOMINATIONS = frozenset([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])
_NOTE_AFTER = re.compile(
    r"[\s-](?:(?:dollar|euro|pound)[\s-])?(?:bill|bank\s?note|note|coin)s?\b(?!\s(?:of|from|to|by)\b)"
)


def role_of(text: str, number: Number, unit: Unit | None, sentence: Span) -> Role:
    """Tell what a number is for.

    Only a ``quantity`` may become a callout; in doubt a number is not one, since no callout is
    better than a wrong one.

    Args:
        text: of the article.
        number: a number of ``sentence``.
        unit: what stands beside it.
        sentence: where it stands; nothing beyond it is looked at.
    """
    before = text[max(sentence.start, number.whole.start - 40) : number.whole.start]
    after = text[number.whole.end : min(sentence.end, number.whole.end + 60)]
    if (
        unit is not None
        and unit.borrowed
        and number.whole == number.digits
        and LABEL_WORD.search(before)
    ):
        return Role("label", "the number of something")  # "phase 1 of the 20-acre park"
    if number.kind == "multiplier":
        return Role("multiplier", "a factor, which is quoted and never multiplied out")
    if number.low in _DENOMINATIONS and _NOTE_AFTER.match(after) and (number.has_currency or unit is None or unit.kind != "percent"):  # fmt: skip
        return Role("label", "a banknote or coin")
    if unit is not None and unit.kind == "measure" and number.kind != "range" and (before.endswith("per ") or (before.endswith("for ") and number.low in _ROUND and _PRICE_BEFORE.search(before))):  # fmt: skip
        return Role("label", "the amount that a price is for")
    if number.low is None or number.high is None:
        return Role("label", "words that are not one number")
    if unit is not None and unit.kind in {"percent", "points", "money", "measure"} and not unit.borrowed:  # fmt: skip
        if unit.kind == "measure" and unit.name == "degree" and re.search(r"[NSEW]$", after[:4].strip()):  # fmt: skip
            return Role("label", "a position on the map")
        return Role(
            "quantity",
            {"percent": "a percentage", "money": "an amount of money"}.get(
                unit.kind, "a unit follows"
            ),
        )
    if number.kind == "fraction":
        return Role("quantity", "a fraction")
    if _AFTER_PART.match(after) or (_BEFORE_PART.search(before) and number.high < 1000):
        return Role("label", "one part of a ratio")
    settled = _time_role(text, before, after, number, unit) or name_role(
        text, before, after, number, unit
    )
    if settled:
        return settled
    if is_year(text, before, number, unit):
        return Role("year", "four digits that read as a year")
    if unit is None and re.match(r"\stimes\b|x\b", after):
        return Role("multiplier", "a factor, which is quoted and never multiplied out")
    if unit is None and re.match(r"-[a-z]", after):
        return Role("label", "part of a compound")
    if unit is None and number.low == number.low.to_integral_value():
        if number.low < 120 and _AGE_BOUND.search(before):
            return Role("age", "under or over, and nothing counted")
        if number.low <= _LARGEST_BARE and number.kind != "range" and "." not in number.digits.of(text):  # fmt: skip
            return Role("label", "a small number that counts nothing beside it")
    if number.in_words and unit is None:
        return Role("label", "a number word that counts nothing beside it")
    if number.in_words and number.low == 0:
        return Role("label", "zero of something")
    return Role("quantity", "a noun is counted" if unit else "nothing else it could be")


def _time_role(
    text: str, before: str, after: str, number: Number, unit: Unit | None
) -> Role | None:
    low = number.low
    if not number.in_words:
        if _AFTER_CLOCK.match(after) and not _CLOCK_POINT.match(after):
            return Role("clock", "a time of day follows")
        if _BEFORE_CLOCK.search(before):
            return Role("clock", "minutes of a time of day")
        if (_AFTER_DATE.match(after) and low is not None and low < _NO_YEAR) or (
            BEFORE_DATE.search(before)
            and low is not None
            and (low <= 31 or YEAR.fullmatch(number.digits.of(text)))
            and (unit is None or (unit.kind == "count" and low <= 31 and _is_singular(text, unit)))
        ):
            return Role("date", "a month or the rest of a date beside it")
        if re.match(r"s\b|['’]s\b", after) and low is not None and low >= 10:
            return Role("year", "a decade")
        if _ORDINAL.match(after):
            return Role("ordinal", "an ordinal ending")
    if unit is not None and unit.kind == "age":
        return Role("age", "years of age")
    if _AGE_BEFORE.search(before) and unit is None:
        return Role("age", "years of age")
    if unit is not None and unit.kind == "time":
        return Role("duration", "a unit of time follows")
    return None


def _is_singular(text: str, unit: Unit) -> bool:
    """As in "a July 2 deadline": nothing is counted with a noun in the singular."""
    words = unit.span.of(text)
    return not words.endswith("s") and words not in {"people", "men", "women", "children"}
