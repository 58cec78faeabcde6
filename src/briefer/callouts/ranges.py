"""The two ends of a range as one number: "between 2,000 and 3,000", "10–15", "five to 10".

"Rose 22 percent to 13,176" is no range, and "rose from 5 to 9 million" is a change with its base.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefer.callouts.numbers import Number
from briefer.types import Span

_UNIT_BETWEEN = re.compile(
    r"^\s?(?:percentage points?|percent|per cent|%|pc|degrees?(?:\s(?:celsius|fahrenheit|[CF]\b))?|[a-zA-Z°/]{1,14}(?:\s(?:per|an?)\s[a-z]+)?)?\s?$",
    re.IGNORECASE,
)
_DASH = re.compile(r"\s?[-–—]\s?|\s-\s")
_CHANGING = re.compile(
    r"\b(?:rose|risen|rises?|rising|fell|falls?|fallen|falling|grew|grow[ns]?|growing|increas\w+|decreas\w+|declin\w+|"
    r"dropp?\w*|climb\w*|jump\w*|surg\w+|soar\w*|plung\w*|plummet\w*|slump\w*|shot|shrank|shr[iu]nk|widen\w*|narrow\w*|"
    r"gain\w*|slip\w*|slid\w*|up|down|went|go|goes|going|gone|cut|cuts|cutting|rais\w+|lower\w*|reduc\w+|mov\w+|chang\w+|"
    r"slow\w*|rebound\w*|tumbl\w*|eas\w+|boost\w*|lift\w*|hik\w+|slash\w*|downgrad\w+|upgrad\w+|improv\w+|expand\w*|"
    r"shifted|edg\w+|inch\w+|dip\w*|weaken\w*|strengthen\w*|advanc\w+|ris\w+)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:increas(?:e|es|ed|ing)|rais(?:e|es|ed|ing)|hik(?:e|es|ed|ing)|lower(?:s|ed|ing)?|reduc(?:e|es|ed|ing)|expand(?:s|ed|ing)?|"
    r"boost(?:s|ed|ing)?|rose|risen|fell|fallen|grew|grown|cuts?)\b"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_RANGING = re.compile(r"\b(?:rang\w+|var(?:y|ies|ied|ying)|anywhere|somewhere|aged?|ages)\b", re.I)


# "from its present level of around |150 euros"
_FROM = re.compile(r"\bfrom\s(?:(?:its|their|the|a|an)\s[^,;:.()\d]{0,30}(?:level|rate|total|price|figure|average|low|high|peak)\sof\s)?(?:about\s|around\s|some\s|roughly\s)?$", re.I)  # fmt: skip
_NOUN_AFTER = re.compile(
    r"\s(?!per\b|an?\b|and\b|or\b|in\b|for\b|of\b|each\b|dollars?\b|euros?\b)(?:[A-Z][a-z]+\s)?[a-z]{2,}s?\b"
)
_UNIT_AFTER = re.compile(
    r"\s?(?:%|percent|per\scent|cents?|dollars?|euros?|pence|yen|pounds?|points?)", re.I
)


def _has_unit(text: str, number: Number) -> bool:
    return number.has_currency or _UNIT_AFTER.match(text, number.whole.end) is not None


def join_ranges(text: str, numbers: Sequence[Number], sentence: Span) -> list[Number]:
    """Numbers of a sentence, in order, with the ends of each range joined to one.

    The lower end of "from 5 to 7–9 billion" takes the scale of the upper one.
    """
    found: list[Number] = []
    i = 0
    while i < len(numbers):
        low = numbers[i]
        if i + 1 < len(numbers):
            high = numbers[i + 1]
            joined = _joined(text, low, high, sentence)
            if joined is not None:
                if found:
                    found[-1] = _with_scale(text, found[-1], joined, sentence)
                found.append(joined)
                i += 2
                continue
            low = _with_scale(text, low, high, sentence)
        found.append(low)
        i += 1
    return found


def _joined(text: str, low: Number, high: Number, sentence: Span) -> Number | None:
    gap = text[low.whole.end : high.whole.start]
    if len(gap) > 40 or low.low is None or high.low is None or "range" in {low.kind, high.kind}:
        return None
    if (low.kind in {"fraction", "multiplier"}) != (high.kind in {"fraction", "multiplier"}):
        return None
    if _YEAR.fullmatch(low.digits.of(text)) and not _YEAR.fullmatch(high.digits.of(text)) and re.search(r"\b(?:in|of|since|by|during|from)\s$", text[max(sentence.start, low.whole.start - 7) : low.whole.start]) and not _DASH.fullmatch(gap):  # fmt: skip
        return None  # "2,140 students in 2016 to 2,475 in 2018"
    low = _scaled(low, high)
    unit_gap, is_range = _reads_as_range(text, low, high, sentence, gap)
    if not is_range or low.low is None or high.low is None or not low.low < high.low:
        return None
    if _YEAR.fullmatch(low.digits.of(text)) and unit_gap:
        return None  # "the 1990s to 1997"
    if unit_gap and not _same_unit(text, unit_gap, high):
        return None
    start = low.whole.start
    opener = text[max(sentence.start, start - 8) : start]
    if opener.lower() == "between ":
        start -= len(opener)  # "2,000 and 3,000" alone would read as two numbers
    return Number(
        digits=Span(low.digits.start, high.digits.end),
        whole=Span(start, high.whole.end),
        low=low.low,
        high=high.low,
        kind="range",
        currency=low.currency or high.currency,
        scale=high.scale,
    )


def _reads_as_range(
    text: str, low: Number, high: Number, sentence: Span, gap: str
) -> tuple[str, bool]:
    """The unit between the two ends, and whether the words say that it is a range."""
    if _DASH.fullmatch(gap):
        # "7-Eleven" is a name.
        return "", not (high.in_words and not low.in_words and high.whole.of(text)[0].isupper())
    before = text[max(sentence.start, low.whole.start - 90) : low.whole.start]
    between = before.lower().endswith("between ")
    if gap == " or " and low.whole == low.digits and high.scale > 1:
        return "", True  # "at least 7 or 8 million"
    match = re.fullmatch(
        r"(?P<unit>.{0,30}?)(?P<join>\s(?:to|and)\s|-to-|\s?[-–]\s?)", gap, re.DOTALL
    )
    if not match or not _UNIT_BETWEEN.match(match["unit"]):
        return "", False
    unit, join = match["unit"].strip(), match["join"].strip()
    if join == "and":
        return unit, between
    if join != "to":
        return unit, bool(re.search(r"\d$|%$|[a-z°]$", match["unit"] or "0"))
    signed = bool(unit or low.has_currency) and _has_unit(text, high)
    if _FROM.search(before):
        clause = re.split(r"[;:]|,\s(?:while|and|but)\s", before)[-1][-60:]
        changing = _CHANGING.search(clause) is not None
        if signed and not changing:
            # With a sign at both ends, a verb of change may stand further off.
            far = text[max(sentence.start, low.whole.start - 160) : low.whole.start]
            changing = _CHANGED.search(re.split(r"[;:]", far)[-1]) is not None
        return unit, bool(_RANGING.search(clause)) or not changing
    if low.has_currency and not high.has_currency and high.scale == 1 and _NOUN_AFTER.match(text, high.whole.end):  # fmt: skip
        return unit, False  # "lent $31 to 55 farmers"
    if signed and before.lower().endswith("by "):
        return unit, False  # "cut by $150 to $349": to fall by 2 to 3 percent has one unit
    last = before.split()[-1] if before.split() else ""
    if unit and last.lower() not in {"up", "down"} and _CHANGING.fullmatch(last):
        return unit, False  # "fell 0.5 percent to 1.5 percent"
    if (
        low.low
        and high.low
        and high.low > 5 * low.low
        and _CHANGING.search(before[-20:])
        and (not unit or signed)
    ):
        return unit, False  # "the index rose 5 to 110"
    return unit, True


def _same_unit(text: str, unit: str, high: Number) -> bool:
    """Whether the word between the ends stands after the upper end too, or is a unit of money."""
    after = text[high.whole.end : high.whole.end + 30].lstrip(" -")
    alike = {"percent": "%", "per cent": "%", "pc": "%"}
    unit, after = unit.lower(), after.lower()
    if after.startswith(unit.rstrip("s")):
        return True
    signs = {alike.get(unit, unit)}
    return any(
        after.startswith(word) for word, sign in [*alike.items(), ("%", "%")] if sign in signs
    )


def _scaled(low: Number, high: Number) -> Number:
    """The lower end with the scale of the upper one, where it has none of its own."""
    if (
        high.scale == 1
        or low.scale != 1
        or low.low is None
        or high.low is None
        or low.kind != "digits"
    ):
        return low
    if abs(low.low) * 10 <= abs(high.low / high.scale):
        return low._replace(low=None, high=None)  # "from 40 to 900 million": of what, is not clear
    if abs(low.low) >= 1000:
        return low  # "800,000 to 1.3 million" needs none
    value = low.low * high.scale
    return low._replace(low=value, high=value, scale=high.scale)


def _with_scale(text: str, base: Number, level: Number, sentence: Span) -> Number:
    """As in "From 24.2 to 35 billion": the base of a change takes the scale of the level."""
    gap = text[base.whole.end : level.whole.start]
    before = text[max(sentence.start, base.whole.start - 5) : base.whole.start].lower()
    if gap.strip() == "to" and before.endswith("from ") and base.kind == "digits":
        return _scaled(base, level)
    return base
