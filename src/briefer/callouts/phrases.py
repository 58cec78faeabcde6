"""Noun phrases around a point of a sentence: the subject of a clause, a phrase with its prepositional chain.

Rules over word classes. Positions are indices into the tokens of one sentence; a phrase is a
half-open range of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from briefer.callouts.tagging import Token

LINKS = frozenset("worth of in for on among amongst from between with by at within across against to per into under over around as about near throughout".split())  # fmt: skip
_TIME_NOUNS = frozenset(
    """january february march april may june july august september october november december jan feb mar apr jun
    jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday year years month months
    week weeks quarter quarters day days decade decades century yesterday today tomorrow morning afternoon night
    midday trading session spring summer autumn fall winter half weekend end start beginning period moment time date""".split()
)
_POINTERS = frozenset("last this next first second third fourth past previous recent current same early late latest following the a each every that mid final coming few several three two four five six ten".split())  # fmt: skip
_UNIT_WORDS = frozenset("percent cent per % percentage point points million billion trillion thousand hundred times yen dollars euros pounds cents yuan usd ago each".split())  # fmt: skip
PLACES = frozenset({"here", "worldwide", "nationwide", "abroad"})
_SUBJECTS = frozenset("he she they we i".split())
_NO_SUBJECT = frozenset("there here".split())
_FINITE = frozenset({"verb", "auxiliary"})


class Phrase(NamedTuple):
    """A noun phrase as a range of tokens ``[start, end)``."""

    start: int
    end: int


def phrase_left(
    tokens: Sequence[Token], end: int, *, floor: int = 0, links: frozenset[str] = LINKS
) -> Phrase | None:
    """The noun phrase that ends before token ``end``, with the chain of prepositions that it heads.

    "The number of North Korean defectors |has shot up": from *number* on. Lists with commas are
    taken whole where an *and* closes them.
    """
    kept = {"”", ")", "’", *PLACES}
    while end > floor and tokens[end - 1].tag in {"adverb", "mark"} and tokens[end - 1].low not in kept:  # fmt: skip
        end -= 1
    if end - 1 > floor and tokens[end - 1].tag == "number":
        end = without_time(tokens, floor, end)  # "job losses since the start of 2008 | total…"
    start = end
    while start > floor and tokens[start - 1].tag == "adverb" and tokens[start - 1].low in kept:
        start -= 1
    closed = False
    while start > floor:
        token = tokens[start - 1]
        before = tokens[start - 2] if start - 2 >= floor else None
        if token.low in _TIME_NOUNS and start < end and tokens[start].tag in {"name", "determiner"}:
            break  # "since the start of last year Cellvik…"
        if token.tag == "number" and start == end and not _is_name_part(tokens, start - 1, floor):
            break  # another figure
        if (
            token.is_content
            or token.tag == "number"
            or token.low in {"’s", "'s", "%", "’", "'"}
            or (token.tag == "mark" and token.low in {"“", "”", '"', "-", "–", "/"} and start < end)
        ):
            start -= 1
        elif token.tag == "mark" and token.low in {")", "("} and _bracket(tokens, start, floor):
            start = _bracket(tokens, start, floor)
        elif token.tag in {"determiner", "pronoun"}:
            start -= 1
            linked = before and before.low in links and token.low not in _SUBJECTS and not (token.low == "it" and before.low == "as") and start - 1 > floor and _is_head(tokens, start - 1)  # fmt: skip
            joined = (
                before is not None and before.tag == "conjunction" and start - 2 > floor and tokens[start - 2].tag == "name"
                and token.tag == "determiner"
            )  # fmt: skip
            if (
                token.low in {"it", "them"}
                and before is not None
                and before.low.endswith("ing")
                and start - 2 > floor
                and tokens[start - 2].low in links
            ):
                start -= 2  # "the cost of rebuilding it"
                continue
            if not linked and not joined and not (before and before.tag == "determiner"):
                break
        elif (
            token.low in {"before", "after"}
            and start < end
            and tokens[start].low in {"tax", "taxes", "interest"}
            and before
            and before.is_content
        ):
            start -= 1  # "earnings before taxes"
        elif token.low in links and start < end and before and before.low != "due" and (
            _is_head(tokens, start - 1) or (before.tag in {"gerund", "participle"} and start - 3 >= floor and tokens[start - 3].tag in {"noun", "name"})
        ):  # fmt: skip
            start -= 1
        elif start < end and tokens[start].tag == "number" and token.low in {"over", "about", "around", "nearly", "almost", "some", "than", "more", "less", "least", "up"}:  # fmt: skip
            start -= 1  # "the market worth over 2 billion"
        elif (
            token.tag == "conjunction"
            and start < end
            and before
            and (before.is_content or before.tag == "pronoun")
            and before.low not in _UNIT_WORDS
            and not (start - 3 >= floor and tokens[start - 3].tag == "number")
        ):
            closed = True
            start -= 1
        elif (
            token.low == "," and closed and before and before.is_content and _list_goes_on(tokens, start - 1, floor)
        ):  # fmt: skip
            start -= 1
        elif token.tag in {"participle", "gerund"} and start < end and before and before.is_content and tokens[start].low in LINKS:  # fmt: skip
            start -= 1  # "people employed in farming"
        else:
            break
    return trimmed(tokens, Phrase(start, end))


def _is_name_part(tokens: Sequence[Token], at: int, floor: int) -> bool:
    """Whether a number belongs to a name ("S&P 500"), and is no figure."""
    return at > floor and tokens[at - 1].tag == "name"


def _is_head(tokens: Sequence[Token], end: int) -> bool:
    """Whether the token before ``end`` can head a phrase that a preposition hangs on."""
    token = tokens[end - 1]
    return (
        token.tag in {"noun", "name", "pronoun"}
        or token.low in {"those", "that", "half", "all", "others"}
    ) and token.low not in _NO_SUBJECT


def _list_goes_on(tokens: Sequence[Token], comma: int, floor: int) -> bool:
    """Whether the comma at ``comma`` is one of a list that an "and" closes, and no aside's."""
    token = tokens[comma - 1]
    if comma - 2 >= floor and tokens[comma - 2].tag in _FINITE:
        return False
    return token.tag in {"noun", "name"}


def _bracket(tokens: Sequence[Token], start: int, floor: int) -> int:
    """Where a bracket that closes before ``start`` opens, if it is short; else 0."""
    if tokens[start - 1].low != ")":
        return 0
    for i in range(start - 2, max(floor, start - 10) - 1, -1):
        if tokens[i].low == "(":
            return i
    return 0


def phrase_right(
    tokens: Sequence[Token],
    start: int,
    *,
    ceiling: int | None = None,
    relative: bool = False,
    purpose: bool = False,
) -> Phrase | None:
    """The noun phrase that begins at token ``start``, with its chain of prepositions.

    Args:
        tokens: of the sentence.
        start: first token.
        ceiling: stop here at the latest.
        relative: go on through a relative clause after a demonstrative ("those who have come…").
        purpose: go on through what it is to do and how many it is for ("a deal to buy 20 ferries").
    """
    limit = len(tokens) if ceiling is None else ceiling
    end = start
    while end < limit:
        token = tokens[end]
        before = tokens[end - 1] if end > start else None
        following = tokens[end + 1] if end + 1 < limit else None
        if (
            token.is_content
            or token.low in {"’s", "'s", "%"}
            or (
                token.tag in {"determiner", "pronoun"}
                and (before is None or before.low in LINKS or before.tag == "conjunction")
            )
        ):
            end += 1
        elif token.tag == "number" and before is not None and (before.tag == "determiner" or before.low.endswith(("'s", "’s"))) and following and following.is_content:  # fmt: skip
            end += 1  # "of the 611 surgeons"
        elif (
            purpose
            and before is not None
            and (before.tag == "verb" or before.low in LINKS)
            and token.tag in {"number", "determiner"}
            and following is not None
            and following.is_content
            and not _is_time(tokens, end - 1)
        ):
            end += 1  # "for the delivery of 20 additional trains"
        elif token.tag == "number" and before is not None and before.low in LINKS and not _is_time(tokens, end - 1):  # fmt: skip
            break
        elif purpose and token.tag == "gerund" and before and before.tag in {"noun", "name"} and following and (following.is_content or following.tag == "determiner"):  # fmt: skip
            end += 1 + (following.tag == "determiner")  # "companies providing financial services"
        elif purpose and token.tag == "to" and before and _is_head(tokens, end) and following and following.tag == "verb":  # fmt: skip
            end += 2
        elif token.low in LINKS and before and _is_head(tokens, end) and following and (
            following.is_content
            or following.tag in {"determiner", "pronoun", "gerund"}
            or (purpose and following.tag == "number")
        ):  # fmt: skip
            if token.low == "to" and following.tag not in {"name", "determiner"}:
                break
            end += 1
        elif (
            (token.tag == "gerund" and before and before.low in LINKS)
            or (
                token.tag == "participle"
                and before
                and before.is_content
                and following
                and (following.low in LINKS)
            )
            or (
                token.tag == "adverb"
                and following
                and following.is_content
                and before
                and before.low in LINKS
            )
            or (
                token.tag == "conjunction"
                and token.low in {"and", "or", "&"}
                and before
                and before.is_content
                and following
                and (following.is_content or following.tag == "determiner")
                and not _verb_follows(tokens, end + 1, limit)
                and not _number_follows(tokens, end + 1, limit)
            )
        ):
            end += 1
        elif relative and token.tag == "relative" and before and before.low in {"those", "people", "households", "families", "workers"}:  # fmt: skip
            end = _relative_end(tokens, end + 1, limit)
            break
        else:
            break
    return trimmed(tokens, Phrase(start, end))


def _verb_follows(tokens: Sequence[Token], start: int, limit: int) -> bool:
    """Whether what an "and" joins is a clause with a verb of its own."""
    for token in tokens[start : min(start + 6, limit)]:
        if token.tag in _FINITE:
            return True
        if token.tag == "mark":
            return False
    return False


def _number_follows(tokens: Sequence[Token], start: int, limit: int) -> bool:
    """Whether what an "and" joins has a share of its own: "56 percent of the yard and Melkhaus 34"."""
    end = start
    while end < limit and (tokens[end].is_content or tokens[end].tag == "determiner"):
        end += 1
    return end < limit and tokens[end].tag == "number"


def _relative_end(tokens: Sequence[Token], start: int, limit: int) -> int:
    for i in range(start, limit):
        if tokens[i].tag == "mark" or tokens[i].tag in {"conjunction", "subordinator"}:
            return i
    return limit


def _is_time(tokens: Sequence[Token], at: int) -> bool:
    words = tokens[at : at + 4]
    return any(
        token.low in _TIME_NOUNS or re.fullmatch(r"(?:19|20)\d\d", token.low) for token in words[1:]
    )


def trimmed(tokens: Sequence[Token], phrase: Phrase) -> Phrase | None:
    """The phrase without articles before it and without times, prepositions and marks after it."""
    start, end = phrase
    while start < end and (
        tokens[start].low in {"the", "a", "an", "its", "their", "his", "her", "our", "this", "’s", "'s", "both", "all", "about", "such"}
        or tokens[start].tag in {"conjunction", "adverb", "preposition", "to"}
        or (tokens[start].tag == "mark" and tokens[start].low not in {"“", "‘"})
    ):  # fmt: skip
        start += 1
    if (
        start + 1 < end
        and tokens[start].low == "that"
        and tokens[start + 1].tag in {"determiner", "pronoun"}
    ):
        return trimmed(tokens, Phrase(start + 1, end))  # "announced that its loss"
    changed = True
    while changed and end > start:
        changed = False
        last = tokens[end - 1]
        if (
            last.low in {"next", "last", "first", "past", "previous"}
            and end - 2 >= start
            and tokens[end - 2].low == "the"
        ):
            end -= 2  # "revenue for the next | four years"
            changed = True
            continue
        if last.low in PLACES:
            break
        if last.low in LINKS or (last.tag in {"conjunction", "determiner", "adverb", "subordinator", "to", "participle", "gerund"} and last.low not in {"those", "all"}):  # fmt: skip
            end -= 1
            changed = True
            continue
        if last.tag == "mark" and last.low not in {")", "”", "’"}:
            end -= 1
            changed = True
            continue
        at = _time_tail(tokens, start, end)
        if at is not None:
            end = at
            changed = True
    if end <= start or not any(_says_something(token) for token in tokens[start:end]):
        return None
    return Phrase(start, end)


def without_time(tokens: Sequence[Token], start: int, end: int) -> int:
    """The end of a run of words without the time that closes it."""
    while (at := _time_tail(tokens, start, end)) is not None:
        end = at
    return end


def _says_something(token: Token) -> bool:
    """Whether a word can carry a measure: no number, no unit, no time."""
    return (
        token.tag in {"noun", "name", "adjective", "pronoun", "determiner"}
        and token.low not in _TIME_NOUNS
        and token.low not in _UNIT_WORDS
        and (token.low not in _POINTERS or token.tag == "name")
    )


def _time_tail(tokens: Sequence[Token], start: int, end: int) -> int | None:
    """Where a time at the phrase's end begins: "in May", "last year", "in the third quarter of 2012"."""
    i = end
    seen = False
    while i > start:
        token = tokens[i - 1]
        if (
            token.low in _TIME_NOUNS
            or re.fullmatch(r"(?:19|20)\d\d|\d{1,2}", token.low)
            or token.low in {"ago", "earlier", "’s", "'s"}
        ):
            seen = seen or token.low not in {"’s", "'s"}
            i -= 1
        elif token.low in _POINTERS or (token.low in {"of", "to", "and", "-", "–"} and seen):
            i -= 1
        elif token.low in {"in", "during", "for", "since", "by", "on", "at", "over", "from", "between", "through", "until", "after", "as"} and seen:  # fmt: skip
            return i - 1 if i - 1 > start else None
        else:
            break
    if not seen or i <= start:
        return None
    # Without a preposition only "last year", "this month": a pointer opens it.
    if i < end and tokens[i].low in {"last", "this", "next"}:
        return i
    return None
