"""Numbers that name something: of a model, a street, a section, a score, a telephone; and years."""

from __future__ import annotations

import re
from typing import NamedTuple

from briefer.callouts.numbers import Number
from briefer.callouts.units import Unit
from briefer.types import NumberRole

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY_OF_WEEK = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
BEFORE_DATE = re.compile(
    rf"\b{MONTH},?\s+(?:(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)?\s?(?:[-–/]|to|and|,)\s?)*$|\b(?:19|20)\d\d-(?:\d\d-)?$|\d{{1,2}}/(?:\d{{1,2}}/)?$|\d\.(?:\d{{1,2}}\.)?$"
    rf"|{_DAY_OF_WEEK},?\s+(?:the\s+)?$|\b(?:A\.?D\.?|AD)\s(?:\d+\sand\s)?$"
)
_APPOSED = re.compile(r"[A-Z][\w'’.-]+,\s$")
_ADDRESS = re.compile(
    r"[A-Za-z]?\s+(?:[A-Z0-9][\w'’.-]*\s+){0,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Drive|Boulevard|Blvd|Square|Place|Way|Court|Terrace|Plaza)\b"
)
_ADDRESS_BEFORE = re.compile(
    r"\b(?:Street|Avenue|Ave|Road|Boulevard|Unit|Suite|Apt|Box|ZIP|Flat)\.?,?\s$"
)
_PHONE = re.compile(r"(?:\+|\(?0)?\d[\d ()./-]{8,20}\d")
_SCORE_AFTER = re.compile(
    r"\s?[-–]\s?(?P<other>\d{1,3})(?![\d,]|\.\d|\s?(?:%|percent|per\scent))(?P<counted>\s[a-z]{3})?"
)
_SCORE_BEFORE = re.compile(r"\b\d{1,3}\s?[-–]\s?$")
_SCORE_TO = re.compile(
    r"\bto\s\d{1,3}\b(?!\s?%|\s(?:percent|per|points?|million|billion|people|years?|days?)\b)"
)
_VOTE_WORD = re.compile(
    r"\b(?:vote[sd]?|voting|won|win|lost|beat|passed|defeated|approved|rejected|score|margin|lead)\b[^.;]{0,30}$",
    re.I,
)
LABEL_WORD = re.compile(
    r"\b(?:No|Nos|pp?|tier|number|article|section|chapter|page|pages|room|gate|flight|route|highway|interstate|paragraph|"
    r"phase|stage|level|grade|version|game|round|week|day|season|volume|part|step|model|type|area|size|row|"
    r"category|channel|platform|resolution|clause|rule|title|amendment|apollo|figure|table|chart|item|act|unit|"
    r"reactor|terminal|district|zone|ward|precinct|building|block|bus|train|line|bill|fortune|top|big|g|group\sof|group|class|form|proposition)s?\.?\s$",
    re.IGNORECASE,
)
_PARENTHESIS_LABEL = re.compile(r"[A-Z][\w'’.-]+\s\($")
_NAME_BEFORE = re.compile(r"(?:^|[\s(“\"'&/])(?P<name>[A-Z][\w&’'./-]*)\s$")
# A capital after a verb or an article, where no count would follow ("owns Falk 190 jets", but "In Harn 190 people").
_OWN_NAME = re.compile(
    r"\b(?:the|an?|owns?|operates?|bought|ordered|flies|its|their|new)\s[A-Z][\w&’'./-]*\s$"
)
_NAME_INNER = re.compile(r"[\w&]-?$")
_NOT_NAMES = frozenset(
    """The A An In On At By For From Of To With About Around Some Only Nearly Almost Over Under More Less
    Up Between Among And Or But Since Until Than As Another All Just These Those Its Their His Her Our
    Least Most Roughly Approximately Exactly Currently Today When While If That There Those Both US UK Another
    Meanwhile However Overall Nationwide Monday Tuesday Wednesday Thursday Friday Saturday Sunday Last
    Every Each Per We They He She It You Where Also""".split()
)
YEAR = re.compile(r"(?:1[4-9]|2[01])\d\d")
_FAR = 2040  # later, a bare number before a noun is sooner a count than a year
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|since|by|until|till|of|from|during|for|before|after|to|and|early|late|mid|the|year|through|between|than|as|end|fiscal|FY|late|around|circa|around|at|its|their|our|his|her)|[’']s)[\s-]$",
    re.IGNORECASE,
)
_INDEX_BEFORE = re.compile(
    r"(?:S\s?&?\s?P|ASX|FTSE|Nasdaq|NASDAQ|CAC|Nikkei|Stoxx|STOXX|Russell|Fortune|IBEX|CSI|TSX|BSE|Topix|KOSPI|OMX|SMI|AEX|Global|G|Forbes)[\s-]$"
)
_MODEL_AFTER = re.compile(
    r"7[0-9]7\s(?:Max|MAX|Dreamliner|jet|airliner|aircraft|plane)|\d{5}\sZIP\b|\d[\d.]*\s?[×x]\s?10"
)
# "with the numbers 9, 21, 31": drawn or listed.
_DRAWN_BEFORE = re.compile(r"\b(?:numbers?|balls?)\b[^.;]{0,12}?(?:\d{1,2},?\s(?:and\s)?)+$")
_YEAR_OF = re.compile(
    r"(?:earnings|levels?|profits?|sales|revenues?|results?|budgets?|presidential|elections?|season|forecasts?|estimates?|guidance|census)\b"
)
_MODEL = re.compile(r"7[0-9]7")
_FLEET = re.compile(r"(?:pilot|freighter|jet|aircraft|plane|fleet|program)")
_STRICT_LABEL = re.compile(
    r"\b(?:[Cc]hapter|[Ss]ection|[Aa]rticle|[Vv]ersion|[Pp]hase|[Tt]itle)\s$"
)
_COUNTED_NAME = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|\d[\d.,]*(?:\s(?:million|thousand))?)\s[A-Z]\w+\s$"
)
# Counted without a comma even between 1990 and 2040: people and what else runs to thousands.
_COUNTABLE = re.compile(
    r"people|person|job|death|case|employee|worker|vote|home|house|car|vehicle|unit|point|soldier|troop|student|member|seat|ton|compan|store|famil|household|share|vessel|ship|school|bed|patient|acre|hectare|resident|passenger|customer|barrel"
)


class Role(NamedTuple):
    """Role of a number and why it was given."""

    role: NumberRole
    reason: str


def name_role(text: str, before: str, after: str, number: Number, unit: Unit | None) -> Role | None:
    """The role of a number that names something, ``None`` if it does not.

    Args:
        text: of the article.
        before: up to 40 characters of the sentence before the number with its currency sign.
        after: up to 60 behind the number with its scale.
        number: the number.
        unit: what stands beside it.
    """
    if number.in_words:
        if number.low is not None and number.low < 100 and LABEL_WORD.search(before) and unit is None:  # fmt: skip
            return Role("label", "the number of something")
        return None
    plain = number.digits.of(text)
    small = number.whole == number.digits and re.fullmatch(r"\d{1,4}", plain) is not None
    if small and re.match(r"-[A-Z]", after):
        return Role("label", "part of a name")
    counted = unit.span.of(text).lower() if unit is not None else ""
    if (plain == "911" and not _COUNTABLE.search(counted)) or (
        _MODEL.fullmatch(plain) and (unit is None or _FLEET.match(counted))
    ):
        return Role("label", "the number of an index or a model")
    if re.search(r"\b(?:version|release|OS\sX)\s$", before) or re.search(r"\bnumber,\s$", before):
        return Role("label", "the number of something")
    if small and _STRICT_LABEL.search(before):
        return Role("label", "the number of something")
    if re.match(r"\s(?:yellow\s|white\s|rose\s)?gold\b", after) and number.whole.of(text)[-1] in "Kk":  # fmt: skip
        return Role("label", "the fineness of gold")
    if small and (re.match(r"[Kk](?:arat)?\b", after) or (re.match(r";|\s?px\b", after) and re.search(r"[a-z]-[a-z]+:\s?$", before))):  # fmt: skip
        return Role(
            "label", "an attribute of markup" if ":" in before[-2:] else "the fineness of gold"
        )
    if len(plain) == 2 and before.endswith(("'", "’")) and re.search(r"(?:^|\s)['’]$", before):
        return Role("year", "two digits after an apostrophe")
    if small and unit is not None and unit.kind == "count" and _COUNTED_NAME.search(before):
        return Role("label", "part of a name")  # "two Falk 604 jets"
    if re.match(r"\s?[a-z]+illions?\b", after):
        return Role("label", "words that are not one number")
    if re.search(r"\b[A-Z]{2,8}:\s?$", before) and small:
        return Role("label", "the symbol of a share")
    if small and _DRAWN_BEFORE.search(before):
        return Role("label", "one of a row of numbers")
    if number.kind == "range" and LABEL_WORD.search(before) and unit is None:
        return Role("label", "the number of something")
    if small and unit is None and re.search(r"\b(?:located|based|lives?|shop|store|house)\sat\s$", before) and re.match(r"\s[A-Z]", after):  # fmt: skip
        return Role("address", "a street beside it")
    if re.match(r"\([a-z]\)", after):
        return Role("label", "a clause of a law")  # "a 401(k) plan"
    if number.kind == "range" and (
        re.search(r"\d\s?[-–]\s?$", before) or re.match(r"\s?[-–]\s?\d", after)
    ):
        return Role("label", "one of a row of numbers")
    if before.endswith(('="', "='")):
        return Role("label", "an attribute of markup")
    if before and _NAME_INNER.search(before[-2:]):
        return Role("label", "part of a name")
    if re.match(r"-?[A-Za-z]\w*|[_/@#]", after) and not re.match(r"-(?:[a-z]{2,})|\sto\b", after) and unit is None:  # fmt: skip
        return Role("label", "letters glued to it")
    if _in_phone_number(text, number):
        return Role("phone", "a run of digit groups")
    if _ADDRESS.match(after) or (_ADDRESS_BEFORE.search(before) and unit is None):
        return Role("address", "a street beside it")
    if _INDEX_BEFORE.search(before) or _MODEL_AFTER.match(plain + after):
        return Role("label", "the number of an index or a model")
    score = _score_role(before, after, plain, small=small, unit=unit)
    if score:
        return score
    if small and _APPOSED.search(before) and after[:1] in {",", ".", ")"} and 9 < int(plain) < 120:
        return Role("age", "apposed to a name")
    if (
        small
        and _PARENTHESIS_LABEL.search(before)
        and after[:1] == ")"
        and number.low is not None
        and number.low < 100
    ):
        return Role("label", "a number in brackets after a name")
    if small and LABEL_WORD.search(before) and unit is None:
        return Role("label", "the number of something")
    name = _NAME_BEFORE.search(before)
    if small and name and name["name"] not in _NOT_NAMES and unit is None and not is_year(text, before, number, unit):  # fmt: skip
        return Role("label", "part of a name")
    if small and unit is None and re.match(r"\s(?:model|variant|edition|engine|chip)\b", after):
        return Role("label", "the number of a model")
    if (
        small
        and name
        and unit is not None
        and unit.kind == "count"
        and not unit.span.of(text).endswith("s")
        and name["name"] not in _NOT_NAMES
        and int(plain) > 1
        and len(plain) == 1
    ):
        return Role("label", "part of a name")  # "a Falk 3 game"
    if (
        small
        and name
        and unit is not None
        and unit.kind == "count"
        and len(plain) > 1
        and name["name"] not in _NOT_NAMES
        and _OWN_NAME.search(before)
    ):
        return Role("label", "part of a name")  # "owns Falk 190 jets"
    if small and LABEL_WORD.search(before) and unit is not None and unit.kind == "count" and name:
        return Role("label", "the number of something")
    return None


def _score_role(
    before: str, after: str, plain: str, *, small: bool, unit: Unit | None
) -> Role | None:
    if small:
        match = _SCORE_AFTER.match(after)
        if match and (int(plain) >= int(match["other"]) or not match["counted"]):
            return Role("score", "two small numbers joined by a dash")
        if _SCORE_BEFORE.search(before) and unit is None:
            return Role("score", "two small numbers joined by a dash")
        if (_SCORE_TO.match(after.lstrip()) and _VOTE_WORD.search(before)) or (
            re.search(r"\d{1,3}\sto\s$", before) and _VOTE_WORD.search(before) and unit is None
        ):
            return Role("score", "a vote or a result")
    return None


def is_year(text: str, before: str, number: Number, unit: Unit | None) -> bool:
    """Whether a number is a year, or a range of years; arguments as of `name_role`."""
    plain = number.digits.of(text)
    if number.kind == "range":
        match = re.fullmatch(r"((?:19|20)\d\d)\s?(?:[-–—/]|to|and)\s?((?:19|20)?\d\d)", plain)
        return match is not None and (unit is None or unit.kind == "count")
    if not YEAR.fullmatch(plain) or number.whole != number.digits:
        return False
    if unit is None or unit.borrowed:
        return True
    if unit.kind == "count" and 1900 <= int(plain) < _FAR and int(plain) != 2000:
        if before == "" or BEFORE_DATE.search(before):
            return True  # "2019 strikes were few", "the November 2007 strikes"
        if unit.span.of(text)[:1].isupper() and before.endswith(" "):
            return True  # "the 2008 Falk Awards"
        words = unit.span.of(text).lower()
        if _YEAR_OF.match(words) or (int(plain) >= 1990 and not _COUNTABLE.search(words)):
            return True  # "cut 2006 earnings per share", "below 2005 levels"
    # "in 2012 sales": a year before a noun; "1,950 sales" has its comma, "1950 people" has none.
    return unit.kind == "count" and _YEAR_BEFORE.search(before) is not None


def _in_phone_number(text: str, number: Number) -> bool:
    start, end = number.digits.start, number.digits.end
    return any(
        match.start() <= start
        and end <= match.end()
        and sum(c.isdigit() for c in match[0]) >= 9
        and re.search(r"\d[ ()/.-]+\d", match[0]) is not None
        and not re.fullmatch(r"[\d.]+\s?[-–]\s?[\d.]+", match[0])
        for match in _PHONE.finditer(text, max(0, start - 24), end + 24)
    )
