"""What a number is for: a quantity, or a date, a clock time, an age, a label… with the reason."""

from __future__ import annotations

import re
from typing import NamedTuple

from briefer.callouts.numbers import Number
from briefer.callouts.units import percent_after, unit_of
from briefer.types import NumberRole, Span

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY_OF_WEEK = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_TIME_UNIT = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|fortnights?|months?|quarters?|years?|"
    r"decades?|centur(?:y|ies)|yrs?)\b"
)
_AFTER_DATE = re.compile(
    rf"(?:st|nd|rd|th)?(?:\s+of)?[\s,-]+{_MONTH}(?![a-z])|-\d\d-\d\d\b|/\d{{1,2}}/\d{{2,4}}\b|\.\d{{1,2}}\.\d{{4}}\b"
)
_BEFORE_DATE = re.compile(rf"\b{_MONTH}\s+(?:\d{{1,2}}\s?(?:[-–/]|to|and)\s?)?$|\b(?:19|20)\d\d-(?:\d\d-)?$|\d{{1,2}}/(?:\d{{1,2}}/)?$|\d\.(?:\d{{1,2}}\.)?$|{_DAY_OF_WEEK},?\s+(?:the\s+)?$")  # fmt: skip
_AFTER_CLOCK = re.compile(r"[:.]\d\d\b(?:\s?[ap]\.?m\b)?|\s?(?:[ap]\.?m\b|o['’]?clock|noon\b|midnight\b)|\s?(?:GMT|UTC|hrs|hours\sGMT)\b", re.IGNORECASE)  # fmt: skip
_BEFORE_CLOCK = re.compile(r"\d[:.h]$")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_DURATION = re.compile(
    r"[\s-]+(?:(?:more|consecutive|straight|full|whole|long|additional|further|successive|calendar|working|"
    r"business|trading|school|fiscal|light|and\sa\shalf|or\sso|or\smore)[\s-]+)?"
    rf"{_TIME_UNIT}"
)
_RANGE_DURATION = re.compile(rf"\s?(?:-|–|to|or)\s?[\w.]{{1,12}}[\s-]+{_TIME_UNIT}")
_AGE_AFTER = re.compile(
    r"[\s-]+years?[\s-]olds?\b|[\s-]+(?:months?|weeks?|days?)[\s-]old\b|-year-old", re.IGNORECASE
)
_AGE_BEFORE = re.compile(
    r"\b(?:aged?|ages|turned|turns|turning)\s+(?:of\s+|between\s+)?(?:\d{1,3}\s?(?:-|–|to|and)\s?)?$",
    re.IGNORECASE,
)
_AGE_BOUND = re.compile(
    r"\b(?:under|over|above|below|(?:he|she|who)\s(?:was|is))\s$", re.IGNORECASE
)
_APPOSED = re.compile(r"[A-Z][\w'’.-]+,\s$")
_ADDRESS = re.compile(
    r"[A-Za-z]?\s+(?:[A-Z][\w'’.-]+\s+){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Drive|Boulevard|Blvd|Square|Place|Way|Court|Terrace|Plaza)\b"
)
_PHONE = re.compile(r"(?:\+|\(?0)?\d[\d ()./-]{8,20}\d")
_SCORE_AFTER = re.compile(
    r"\s?[-–]\s?(?P<other>\d{1,3})(?![\d,]|\.\d|\s?(?:%|percent|per\scent))(?P<counted>\s[a-z]{3})?"
)
_SCORE_BEFORE = re.compile(r"\b\d{1,3}\s?[-–]\s?$")
_SMALL_WORD = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred)"
# "2 1/2 percent", "three in ten adults", "3 out of 10", "a 100-seat chamber": parts of one thing.
_AFTER_PART = re.compile(
    rf"\s?\d{{1,2}}/\d|/\d|\s?[½¼¾⅓⅔⅛⅜⅝⅞]|\s(?:in|out\sof)\s(?:every\s)?(?:\d{{1,3}}\b(?![,.]\d)|{_SMALL_WORD}\b)"
)
_BEFORE_PART = re.compile(
    rf"\d/$|\b(?:\d{{1,3}}|one|{_SMALL_WORD})\s(?:in|out\sof)\s(?:every\s)?$", re.IGNORECASE
)
_LARGEST_BARE = (
    31  # days of a month, ages of children, ranks: whole numbers up to it tell nothing alone
)
_NO_YEAR = 2200  # "on Monday, 1,234,567 cases": no part of a date is as large
_SIGN_WORD = re.compile(r"\b(?:minus|plus|negative)\s$", re.IGNORECASE)
_LABEL_WORD = re.compile(
    r"\b(?:No|Nos|number|article|section|chapter|page|pages|line|lines|room|gate|flight|route|highway|interstate|"
    r"phase|stage|level|group|grade|class|version|game|round|week|day|season|volume|part|step|point|model|type|"
    r"category|channel|platform|resolution|clause|rule|title|amendment|apollo|figure|table|chart|item|act|unit|"
    r"reactor|terminal|district|zone|ward|precinct|area|building|block|bus|train|line)s?\.?\s$",
    re.IGNORECASE,
)
_NAME_BEFORE = re.compile(r"(?:^|[\s(“\"'])(?P<name>[A-Z][\w&’'.-]*)\s$")
_NAME_INNER = re.compile(r"[\w&]-?$")
_NOT_NAMES = frozenset(
    """The A An In On At By For From Of To With About Around Some Only Nearly Almost Over Under More Less
    Up Between Among And Or But Since Until Than As Another All Just These Those Its Their His Her Our
    Least Most Roughly Approximately Exactly Currently Today When While If That There Those Both US UK""".split()
)


class Role(NamedTuple):
    """Role of a number and why it was given."""

    role: NumberRole
    reason: str


def role_of(text: str, number: Number, sentence: Span, *, opens_range: bool = False) -> Role:
    """Tell what a number is for.

    Anything but ``quantity`` is kept out of the callouts; in doubt a number is not a quantity,
    since no callout is better than a wrong one.

    Args:
        text: of the article.
        number: a number of ``sentence``.
        sentence: where it stands; nothing beyond it is looked at.
        opens_range: whether it is the lower end of a range, whose unit stands after the upper.
    """
    before = text[max(sentence.start, number.whole.start - 40) : number.whole.start]
    after = text[number.whole.end : min(sentence.end, number.whole.end + 60)]
    percent = percent_after(text, number, sentence) is not None
    if number.value is None:
        return Role("label", "words that are not one number")
    if _AFTER_PART.match(after) or _BEFORE_PART.search(before):
        return Role("label", "one part of a fraction, a ratio or a compound")
    if _SIGN_WORD.search(before):
        return Role("label", "a sign in words, which the figure would lose")
    if percent or number.has_currency:
        return Role("quantity", "a percentage" if percent else "an amount of money")
    settled = _time_role(before, after, number) or _name_role(text, before, after, number, sentence)
    if settled:
        return settled
    plain = number.digits.of(text)
    if (
        not number.in_words
        and re.fullmatch(r"(?:1[5-9]|20)\d\d", plain)
        and number.whole == number.digits
    ):
        return Role("year", "four digits that read as a year")
    unit = unit_of(text, number, sentence)
    if unit is None and re.match(r"-[a-z]", after):
        return Role("label", "part of a compound")
    if unit is None and not opens_range and number.value == number.value.to_integral_value():
        if number.value <= _LARGEST_BARE:
            return Role("label", "a small number that counts nothing beside it")
        if number.value < 120 and _AGE_BOUND.search(before):
            return Role("age", "under or over, and nothing counted")
    if number.in_words and (number.value <= 1 or unit is None):
        return Role("label", "a number word that counts nothing beside it")
    return Role("quantity", "nothing else it could be")


def _time_role(before: str, after: str, number: Number) -> Role | None:
    if not number.in_words:
        if _AFTER_CLOCK.match(after) and not re.match(r"\.\d", after):
            return Role("clock", "a time of day follows")
        if _BEFORE_CLOCK.search(before):
            return Role("clock", "minutes of a time of day")
        if _AFTER_DATE.match(after) or (
            _BEFORE_DATE.search(before) and number.value is not None and number.value < _NO_YEAR
        ):
            return Role("date", "a month or the rest of a date beside it")
        if re.match(r"s\b|['’]s\b", after) and number.value is not None and number.value >= 10:
            return Role("year", "a decade")
        if _ORDINAL.match(after):
            return Role("ordinal", "an ordinal ending")
    if _AGE_AFTER.match(after) or _AGE_BEFORE.search(before):
        return Role("age", "years of age")
    if _DURATION.match(after) or _RANGE_DURATION.match(after):
        return Role("duration", "a unit of time follows")
    return None


def _name_role(text: str, before: str, after: str, number: Number, sentence: Span) -> Role | None:
    if number.in_words:
        return None
    plain = number.digits.of(text)
    small = number.whole == number.digits and re.fullmatch(r"\d{1,4}", plain) is not None
    if before and _NAME_INNER.search(before[-2:]):
        return Role("label", "part of a name")
    if re.match(r"-?[A-Za-z]\w*|[_/@#]", after) and not re.match(r"-(?:[a-z]{3,})", after):
        return Role("label", "letters glued to it")
    if _in_phone_number(text, number):
        return Role("phone", "a run of digit groups")
    if _ADDRESS.match(after):
        return Role("address", "a street follows")
    if small and _is_score(plain, after):
        return Role("score", "two small numbers joined by a dash")
    if small and _SCORE_BEFORE.search(before) and unit_of(text, number, sentence) is None:
        return Role("score", "two small numbers joined by a dash")
    if small and _APPOSED.search(before) and after[:1] in {",", "."} and int(plain) < 120:
        return Role("age", "apposed to a name")
    if small and _LABEL_WORD.search(before):
        return Role("label", "the number of something")
    name = _NAME_BEFORE.search(before)
    if (
        small
        and name
        and name["name"] not in _NOT_NAMES
        and unit_of(text, number, sentence) is None
    ):
        return Role("label", "part of a name")
    return None


def _is_score(plain: str, after: str) -> bool:
    """Whether "3-1" is a result; "10-15 people" is a range of people."""
    match = _SCORE_AFTER.match(after)
    return match is not None and (int(plain) >= int(match["other"]) or not match["counted"])


def _in_phone_number(text: str, number: Number) -> bool:
    start, end = number.digits.start, number.digits.end
    return any(
        match.start() <= start
        and end <= match.end()
        and sum(c.isdigit() for c in match[0]) >= 9
        and re.search(r"\d[ ()/.-]+\d", match[0]) is not None
        for match in _PHONE.finditer(text, max(0, start - 24), end + 24)
    )
