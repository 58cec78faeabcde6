"""What stands beside a number: its unit or counted noun, and the words that bound it."""

from __future__ import annotations

import re

from briefer.callouts.numbers import Number
from briefer.types import Span

_PERCENT = re.compile(
    r"[ \n-]?(?:%|percentage[ -]points?\b|per\s?cent\b|percent\b|pct\b|basis points\b)",
    re.IGNORECASE,
)
_CURRENCY_WORD = re.compile(
    r"[ \n](?:(?:U\.?S\.?|American|Canadian|Australian|Hong Kong|Singapore|New Zealand)[ \n])?"
    r"(?:dollars?|euros?|pounds?(?:\ssterling)?|yen|won|yuan|renminbi|rupees?|roubles?|rubles?|francs?|pesos?|"
    r"reals?|reais|rand|liras?|crowns?|kron(?:er|or|a|e)|cents?|pence|dirhams?|riyals?|shekels?|zlotys?|"
    r"forints?|baht|ringgit|rupiah|dong|naira|cedis?|shillings?|USD|EUR|GBP|JPY|KRW|CHF|CNY)\b",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"[ \n-]?(?:(?:square|cubic)[ -])?(?:kilomet(?:er|re)s?|met(?:er|re)s?|centimet(?:er|re)s?|miles?|feet|foot|inch(?:es)?|"
    r"hectares?|acres?|tonn?es?|tons?|kilograms?|kilos?|grams?|ounces?|lit(?:er|re)s?|gallons?|barrels?|bushels?|"
    r"(?:kilo|mega|giga|tera)?watt[ -]hours?|(?:kilo|mega|giga|tera)?watts?|degrees?(?:\s(?:celsius|fahrenheit))?|"
    r"km/h|kph|mph|km2?|cm|mm|kg|MW|GW|kW|kWh|TWh|GWh|°C|°F|bpd|ppm|decibels?|hertz|MHz|GHz|gigabytes?|megabytes?|"
    r"terabytes?|GB|MB|TB|points|pips|seats|votes|shares)\b(?:\s(?:per|an?)\s[a-z]+)?",
)
# A counted noun: up to two words before it that can describe it, then a plural.
_COUNTED = re.compile(
    r"[ \n]+(?:(?!(?:and|or|of|to|in|at|by|for|from|with|than|as|is|are|was|were|has|have|had|on|that|who|which|"
    r"will|would|could|but|per|the|a|an|this|last|next|year|years|times|after|before|since|until|while|when|if|"
    r"because|more|less|fewer|others|percent|cent|it|they|its|his|her|their)\b)[A-Za-z][\w’'-]{1,24}[ \n]+){0,2}?"
    r"(?P<noun>(?:people|men|women|children|staff|police|personnel|troops|cattle|sheep|fish|aircraft|spacecraft|migrants|"
    r"media|data|[a-z][a-z’-]{1,22}(?<![siu'’])s))\b(?![’'])"
)
_NOT_NOUNS = frozenset(
    """is was has as this its his hers ours theirs yours does us plus minus times versus perhaps always
    less across towards besides unless thus pass says years months weeks days hours minutes seconds
    decades centuries quarters others ones thousands millions billions hundreds dozens wins loses
    remains rises falls gains shows means makes takes comes goes gets gives sees seems needs wants
    goals sets thirds halves fourths fifths sixths sevenths eighths ninths tenths""".split()
)
_BOUND = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|approx\.?|nearly|almost|close\sto|some|an?\sestimated|estimated|"
    r"more\sthan|over|above|at\sleast|upwards\sof|in\sexcess\sof|exceeding|up\sto|as\s(?:many|much|few|little|high|low)\sas|"
    r"(?:no|not)\s(?:more|fewer|less)\sthan|slightly\s(?:more|less|over|under|fewer)(?:\sthan)?|"
    r"a\slittle\s(?:more\sthan|less\sthan|over|under)|just\sshy\sof|in\sthe\sregion\sof|a\s(?:minimum|maximum)\sof|"
    r"perhaps|maybe|possibly|probably|likely|less\sthan|fewer\sthan|under|below|at\smost|just\s(?:over|under|above|below)|"
    r"well\s(?:over|under)|only|barely|virtually|not\smore\sthan)\s+){1,2}(?:[$£€¥₩₹]\s?)?$",
    re.IGNORECASE,
)


def percent_after(text: str, number: Number, sentence: Span) -> Span | None:
    """Span of "percent", "%" or "percentage points" that follows a number."""
    return _follows(_PERCENT, text, number.whole.end, sentence.end)


def unit_of(text: str, number: Number, sentence: Span) -> Span | None:
    """Span of the unit or of the counted noun of a number, ``None`` if there is none beside it."""
    if number.has_currency:
        return Span(number.whole.start, number.digits.start)
    end = number.whole.end
    for pattern in (_PERCENT, _CURRENCY_WORD, _MEASURE):
        span = _follows(pattern, text, end, sentence.end)
        if span:
            return span
    match = _COUNTED.match(text, end, min(end + 90, sentence.end))
    if match and match["noun"] not in _NOT_NOUNS:
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        return Span(start, match.end())
    return None


def bound_start(text: str, number: Number, sentence: Span) -> int:
    """Where the words that bound a number begin ("more than"), or where the number begins."""
    start = number.whole.start
    match = _BOUND.search(text[max(sentence.start, start - 40) : start])
    if match:
        start -= len(match[0])
    # "~5,000", ">5", "±3": a sign bounds a number as a word does.
    while start > sentence.start and text[start - 1] in "~≈<>≤≥±":
        start -= 1
    return start


def _follows(pattern: re.Pattern[str], text: str, end: int, limit: int) -> Span | None:
    match = pattern.match(text, end, min(end + 60, limit))
    if not match:
        return None
    return Span(match.start() + len(match[0]) - len(match[0].lstrip(" \n-")), match.end())
