"""What stands beside a number: its unit or counted noun, normalised, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from briefer.callouts.numbers import Number
from briefer.callouts.tagging import ALWAYS_VERBS, Token
from briefer.callouts.unit_table import CURRENCY_SIGNS, UNIT_TABLE, UnitKind
from briefer.types import Span


def _all_forms() -> tuple[re.Pattern[str], dict[str, tuple[str, UnitKind]]]:
    """One pattern with a group a unit, longest forms first within a kind, and what each group is."""
    groups: dict[str, tuple[str, UnitKind]] = {}
    parts: list[str] = []
    for kind, table in UNIT_TABLE.items():
        for row in table.splitlines():
            name, _, forms = row.strip().partition(":")
            key = f"u{len(groups)}"
            groups[key] = (name, kind)
            parts.append(f"(?P<{key}>(?i:{forms}))" if kind == "money" else f"(?P<{key}>{forms})")
    # The longest match wins; the order of the table breaks ties (alternation is ordered).
    return re.compile(rf"(?:{'|'.join(parts)})(?![A-Za-z0-9])|(?P<percent>%)"), groups


_UNIT, _GROUPS = _all_forms()
#: Names of every unit of the table; any other unit is a counted noun.
LISTED_UNITS = frozenset([name for name, _ in _GROUPS.values()] + list(CURRENCY_SIGNS.values()))
_LEAD = re.compile(r"[ \n]?-?[ \n]?")
_TRAILING_CURRENCY = re.compile(
    r"[ \n](?:(?:U\.?S\.?|American|Canadian|Australian|Hong Kong|Singapore|New Zealand|Taiwan|Jamaican)[ \n])?(?=(?:dollars?|cents?)\b)"
)
_PER_WORD = (
    "second|minute|hour|day|night|week|month|quarter|year|annum|decade|century|share|barrel|tonne|ton|ounce|pound|kilo|"
    "kilogram|kg|litre|liter|gallon|mile|kilometre|kilometer|km|metre|meter|square met(?:er|re)|square (?:foot|mile|kilomet(?:er|re))|sq\\.? ?(?:m|ft|km)|acre|hectare|person|head|"
    "capita|household|family|employee|worker|unit|vehicle|car|bushel|game|match|inning|student|pupil|patient|child|piece|"
    "MWh|kWh|megawatt[ -]hour|kilowatt[ -]hour|mmBTU|tonne of \\w+"
)
_PER = re.compile(
    rf"\s?(?:/|\b(?:per|each|every)\s|-?\ban?[\s-])\s?(?:US\s|troy\s)?(?P<what>(?:100|1,000|10,000|100,000|thousand|million)\s(?:(?:cubic|square)\s)?\w+|{_PER_WORD})\b(?!\s(?:ago|earlier|before|later|previously|after)\b)|\s(?P<annual>annually|yearly)\b",
    re.IGNORECASE,
)
_PER_NAMES = {"annum": "year", "liter": "litre", "kg": "kilogram", "kilo": "kilogram", "kilometer": "kilometre", "meter": "metre",
              "km": "kilometre", "sq m": "square metre", "sq. m": "square metre", "mmbtu": "mega british thermal unit"}  # fmt: skip

_IRREGULAR_PLURALS = {
    "people": "people", "men": "man", "women": "woman", "children": "child", "staff": "staff", "police": "police",
    "personnel": "personnel", "troops": "troop", "cattle": "cattle", "sheep": "sheep", "fish": "fish", "aircraft": "aircraft",
    "spacecraft": "spacecraft", "youth": "youth", "crew": "crew", "deaths": "death", "wives": "wife", "lives": "life", "halves": "half",
    "salesmen": "salesman", "businessmen": "businessman", "workforce": "workforce", "policemen": "policeman", "fishermen": "fisherman",
    "firemen": "fireman", "species": "species", "servicemen": "serviceman", "feet": "foot", "homeless": "homeless", "dead": "dead", "injured": "injured",
}  # fmt: skip
# Plurals that count nothing, and words in -s that are no plurals.
_NOT_COUNTED = frozenset(
    """others ones thousands millions billions hundreds dozens goods means series news politics economics plus minus
    times versus perhaps always less across towards besides unless thus this its his hers ours theirs thirds halves
    fourths fifths sixths sevenths eighths ninths tenths us rises falls gains loses""".split()
)
_TIMES = frozenset(
    "second minute hour day night week fortnight month quarter year decade century".split()
)
_NOT_MODIFIERS = frozenset("ago later earlier more less other".split())


class Unit(NamedTuple):
    """The unit of a number.

    Attributes:
        span: the unit's own words ("percent", "$", "cargo ships").
        name: normalised, singular ("percent", "dollar per barrel", "cargo ship").
        kind: what sort of unit it is.
        end: where the figure ends, "per barrel" included.
        borrowed: whether the words stand beside another number of the sentence.
    """

    span: Span
    name: str
    kind: UnitKind
    end: int
    borrowed: bool = False


def unit_of(text: str, number: Number, tokens: Sequence[Token], limit: int) -> Unit | None:
    """Unit or counted noun of a number, ``None`` if there is none beside it.

    Args:
        text: of the article.
        number: the number.
        tokens: of its sentence, in order.
        limit: where the sentence ends.
    """
    if number.currency is not None:
        return _with_per(text, _money_unit(text, number, limit), limit)
    if number.kind == "multiplier":
        return None
    rate = _PER.match(text, number.whole.end, min(number.whole.end + 30, limit))
    if rate and rate[0].lstrip().startswith("per "):
        at = Span(rate.end() - len(rate[0].lstrip()), rate.end())
        return Unit(at, at.of(text).lower(), "count", rate.end())
    found = _listed_unit(text, number, limit)
    if found is not None:
        return _with_per(text, found, limit)
    counted = counted_noun(number, tokens, _past_bound(text, number.whole.end, limit))
    return _with_per(text, counted, limit) if counted else None


# A quotation mark that is still open: the next one closes it and is no sign of feet.
_QUOTED = re.compile(r"(?<!\w)['‘](?=[\w$£€])[^'’]*$")
_BOUND_AFTER = re.compile(
    r"\+|[ ](?:or|and)[ ](?:more|less|fewer|so)(?=[ ][a-z])|[- ]odd(?=[ ][a-z])"
)


def _past_bound(text: str, end: int, limit: int) -> int:
    """Where a number ends that its bound follows ("300 or more people", "213+ points")."""
    match = _BOUND_AFTER.match(text, end, min(end + 12, limit))
    return match.end() if match else end


def _money_unit(text: str, number: Number, limit: int) -> Unit:
    currency = number.currency
    assert currency is not None
    sign = currency.of(text).replace(" ", "").lower()
    end = number.whole.end
    # "$76 US a barrel", "£5 sterling"
    qualified = re.compile(
        r"[ ](?:US|U\.S\.|USD|AUD|CAD|Australian|Canadian|sterling|dollars|euros|pounds)(?![A-Za-z])(?!\s[a-z]+s\b)"
    )
    match = qualified.match(text, end, min(end + 12, limit))
    return Unit(currency, CURRENCY_SIGNS.get(sign, sign), "money", match.end() if match else end)


def _listed_unit(text: str, number: Number, limit: int) -> Unit | None:
    end = _past_bound(text, number.whole.end, limit)
    stop = min(end + 50, limit)
    country = _TRAILING_CURRENCY.match(text, end, stop)
    if country and country[0].strip():
        match = _UNIT.match(text, country.end(), stop)
        if match:
            start = country.start() + 1
            return Unit(Span(start, match.end()), _dollar_name(text[start : match.end()]), "money", match.end())  # fmt: skip
    lead = _LEAD.match(text, end, stop)
    at = lead.end() if lead else end
    match = _UNIT.match(text, at, stop)
    if not match:
        return None
    glued = at == end
    word = match[0]
    if match.lastgroup == "percent" or word == "%":
        return Unit(Span(match.start(), match.end()), "percent", "percent", match.end())
    name, kind = _GROUPS[match.lastgroup or ""]
    # Single letters are units only where they are glued, or where nothing else could follow.
    if len(word) == 1 and word.isalpha() and not glued and not re.match(r"[\s.,;)]", text[match.end() : match.end() + 1] or "."):  # fmt: skip
        return None
    if len(word) == 1 and word.isalpha() and not glued and word not in "pCFR":
        return None
    if word in {"'", "’"} and (number.kind != "digits" or glued is False or len(number.digits.of(text)) > 3 or _QUOTED.search(text, max(0, number.whole.start - 60), number.whole.start)):  # fmt: skip
        return None
    if kind == "time" and re.match(r"[\s-]olds?\b", text[match.end() : match.end() + 5]):
        return Unit(Span(match.start(), match.end()), f"{name} of age", "age", match.end())
    if word in {"C", "F"}:
        name, kind = ("celsius" if word == "C" else "fahrenheit"), "measure"
    end_of_unit = match.end()
    return Unit(Span(match.start(), end_of_unit), name, kind, end_of_unit)


def _dollar_name(words: str) -> str:
    country = re.split(r"\s(?=dollar|cent)", words)[0].lower()
    coin = "cent" if re.search(r"cents?$", words) else "dollar"
    name = "dollar" if country in {"american", "us", "u.s.", "u.s"} else f"{country} dollar"
    return name if coin == "dollar" else "cent"


def _with_per(text: str, unit: Unit, limit: int) -> Unit:
    match = _PER.match(text, unit.end, min(unit.end + 40, limit))
    if not match or unit.kind == "age":
        return unit
    if match["annual"]:
        what = "year"
    else:
        what = " ".join(match["what"].lower().split())
        what = _PER_NAMES.get(what, what)
        if re.match(r"\s?-?an?\b", match[0].strip(), re.I) and unit.kind == "time" and what in {"week", "day", "month", "year"}:  # fmt: skip
            pass  # "50 hours a week"
    if unit.name in {"mile", "kilometre", "metre", "barrel"} and what in {"hour", "second", "day"}:
        return unit._replace(
            name=f"{unit.name} per {what}", end=match.end(), span=Span(unit.span.start, match.end())
        )
    span = (
        Span(unit.span.start, match.end())
        if unit.end == unit.span.end and unit.kind != "money"
        else unit.span
    )
    return unit._replace(name=f"{unit.name} per {what}", end=match.end(), span=span)


def counted_noun(number: Number, tokens: Sequence[Token], end: int) -> Unit | None:
    """The noun that a number counts: up to four words after its ``end`` that close in a plural.

    "Five new berths", "60 coastal cargo ships", "a 12-page document" (the page).
    """
    at = next((i for i, t in enumerate(tokens) if t.span.start >= end), None)
    if at is None:
        return None
    first = tokens[at]
    if first.low == "-" and first.span.start == end:
        if at + 1 < len(tokens) and tokens[at + 1].span.start == first.span.end:
            word = tokens[at + 1]
            if word.tag in {"noun", "adjective", "name"} and word.low.isalpha() and len(word.low) > 2 and word.low not in {"to", "and", "strong"}:  # fmt: skip
                return Unit(word.span, singular(word.low), "count", word.span.end)
        return None
    if first.span.start == number.whole.end and first.tag != "mark":
        return None  # "a 250h engine"
    if first.span.start > end + 2 or number.kind == "fraction":
        return None
    if first.low == "of" and number.kind in {"words", "digits"}:
        return _one_of(tokens, at)
    start = at
    singular_head = number.low == 1 and number.high == 1
    last: int | None = None
    for i in range(at, min(at + 6, len(tokens))):
        token = tokens[i]
        if token.low in _NOT_MODIFIERS:
            if i == at and token.low in {"more", "other"}:
                start = i + 1 if token.low == "more" else start
                continue
            break
        if token.tag == "conjunction" and token.low == "and" and i > at and i + 1 < len(tokens):
            # "health and social workers": one head for both.
            if last is None and tokens[i - 1].tag == "adjective":
                continue
            break
        if token.tag == "adverb" and token.low.endswith("ly"):
            start = i + 2  # "newly built berths"
            continue
        if token.tag == "number" and token.low.isdigit() and i > at:
            continue  # "two new Volt 9 ferries"
        if token.tag not in {"noun", "name", "adjective", "participle", "gerund"}:
            break
        if _is_plural(token):
            last = i
            following = tokens[i + 1] if i + 1 < len(tokens) else None
            if following is None or not (following.tag == "noun" and _is_plural(following)):
                break
            if singular_head:
                last = last if last is not None else i
                break
        elif singular_head and token.tag == "noun":
            last = i
    if last is None or last < start:
        return _attributive(tokens, at)
    following = tokens[last + 1] if last + 1 < len(tokens) else None
    if following is not None and following.low in {"’s", "'s", "’"}:
        return None
    head = tokens[last]
    if singular(head.low) in _TIMES:
        return Unit(head.span, singular(head.low), "time", head.span.end)
    span = Span(tokens[start].span.start, head.span.end)
    words = [token.low for token in tokens[start:last]] + [singular(head.low)]
    return Unit(span, " ".join(words), "count", head.span.end)


def _attributive(tokens: Sequence[Token], at: int) -> Unit | None:
    """As in "A 12 page document", "the 11 member trade agreement": a noun that describes a noun."""
    if at + 1 >= len(tokens) or tokens[at].tag != "noun" or tokens[at + 1].tag not in {"noun", "adjective"}:  # fmt: skip
        return None
    word = tokens[at]
    if not word.low.isalpha() or word.low.endswith(
        ("ing", "ive", "ous", "ful", "able", "ible", "ish")
    ):
        return None
    return Unit(word.span, word.low, "count", word.span.end)


def _one_of(tokens: Sequence[Token], at: int) -> Unit | None:
    """As in "One of the oldest piers", "two of the mayor's deputies": what they are some of."""
    i = at + 1
    while i < len(tokens) and (tokens[i].tag == "determiner" or tokens[i].low in {"our", "them"}):
        i += 1
    if i == at + 1 and tokens[i : i + 1] and tokens[i].tag != "name":
        return None
    for j in range(i, min(i + 6, len(tokens))):
        if tokens[j].tag not in {"noun", "name", "adjective", "adverb", "participle"} and tokens[
            j
        ].low not in {"’s", "'s"}:
            return None
        if _is_plural(tokens[j]):
            return Unit(Span(tokens[i].span.start, tokens[j].span.end), singular(tokens[j].low), "count", tokens[j].span.end)  # fmt: skip
    return None


def _is_plural(token: Token) -> bool:
    low = token.low
    if (
        token.tag not in {"noun", "name"}
        or low in _NOT_COUNTED
        or (low in ALWAYS_VERBS and low not in _IRREGULAR_PLURALS)
    ):
        return False
    return low in _IRREGULAR_PLURALS or (
        (len(low) > 3 or token.tag == "name")
        and low.endswith("s")
        and not low.endswith(("ss", "us", "is", "’s", "'s"))
    )


def unit_named(text: str) -> str:
    """The normalised name of a unit, from any of its forms: "%" and "per cent" are "percent", "USD" is "dollar"."""
    plain = " ".join(text.split())
    if (sign := CURRENCY_SIGNS.get(plain.lower().replace(" ", ""))) is not None:
        return sign
    for form in (plain, plain.upper()):
        match = _UNIT.fullmatch(form)
        if match is not None:
            return _GROUPS[match.lastgroup][0] if match.lastgroup in _GROUPS else "percent"
    *before, last = plain.lower().split() or [""]
    return " ".join([*before, singular(last)])


def singular(word: str) -> str:
    """A plural noun in the singular, by spelling."""
    if word in _IRREGULAR_PLURALS:
        return _IRREGULAR_PLURALS[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")) or word in {
        "buses",
        "viruses",
        "gases",
    }:
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
