"""Where a noun can stand that says what a number measures: one small rule a place.

Each looks at the tokens around the figure, from ``first`` (its own first token) to ``last`` (the
token after it), and gives a phrase or ``None``. `measures` asks them in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefer.callouts.changes import Movement
from briefer.callouts.phrases import Phrase, phrase_left, phrase_right, without_time
from briefer.callouts.subjects import subject_of
from briefer.callouts.tagging import Token, is_third_person

HEADLESS = frozenset(
    "it they he she we i you this that these those which who there one many most some others".split()
)


_EMPTY_OF = frozenset(
    """average total maximum minimum record rate level rise fall increase decrease decline drop high low estimate
    mean median gain growth loss some value out because most more less one figure price kind sort jump peak
    reduction instead excess end addition range margin lead majority consisting close cost because""".split()
)


CONTINUES = frozenset("to by at from about around over under nearly almost some just only up down more less than roughly approximately".split())  # fmt: skip


def before_colon(tokens: Sequence[Token], first: int) -> Phrase | None:
    """As in "Thefts rose again, the mayor said: 12 in 2021; 19 in 2022": what the list is of."""
    colon = next((i for i in range(first - 1, -1, -1) if tokens[i].low == ":"), None)
    if colon is None:
        return None
    verb = next((i for i in range(1, colon) if tokens[i].tag in {"verb", "auxiliary"}), colon)
    return phrase_left(tokens, verb)


def object_of(tokens: Sequence[Token], first: int, movement: Movement | None) -> Phrase | None:
    """As in "Lengthen the quay by 40 metres", "raised fares to 5 crowns": what is moved."""
    if movement is None or movement.words is None or movement.relation == "base":
        return None
    start = next((i for i, t in enumerate(tokens) if t.span.start >= movement.words.end), first)
    if start + 1 < first and tokens[start].low in {"in", "of"} and tokens[start - 1].tag == "noun":
        start += 1  # "a fall in the fleet from 15 ships to 14"
    if start >= first or tokens[start].tag not in {"noun", "name", "adjective", "determiner"}:
        return None
    join = next((i for i in range(first - 1, start, -1) if tokens[i].low in {"by", "to", "from", "at"}), None)  # fmt: skip
    if join is None or first - join > 5:
        return None
    found = phrase_right(tokens, start, ceiling=join)
    if found is None:
        return None
    return (
        found if any(t.tag in {"noun", "name"} for t in tokens[found.start : found.end]) else None
    )


_KEEPING = re.compile(r"(?:left|leav(?:e|es|ing)|kept|keep(?:s|ing)?|held|hold(?:s|ing)?|maintain(?:s|ed|ing)?|set|sets|put|puts|cap(?:s|ped)?|fix(?:es|ed)?)$")  # fmt: skip


def kept_at(tokens: Sequence[Token], first: int) -> Phrase | None:
    """As in "Left its key interest rate unchanged at 3.75 percent": the rate."""
    i = first - 1
    if i < 2 or tokens[i].low != "at":
        return None
    if (
        i > 3
        and tokens[i - 1].tag in {"participle", "verb"}
        and tokens[i - 2].low == "be"
        and tokens[i - 3].low == "to"
    ):
        i -= 3  # "set the largest stake to be sold at 30 percent"
    while i > 0 and tokens[i - 1].low in {"unchanged", "steady", "stable", "constant", "flat"}:
        i -= 1
    for j in range(i - 1, max(0, i - 9) - 1, -1):
        if _KEEPING.match(tokens[j].low) and tokens[j].tag not in {"noun", "name"}:
            return phrase_right(tokens, j + 1, ceiling=i)
        if tokens[j].tag in {"mark", "auxiliary"}:
            return None
    return None


_BRINGING = re.compile(
    r"br(?:ing|ings|inging|ought)$|tak(?:e|es|ing|en)$|took$|push(?:es|ed|ing)?$|lift(?:s|ed|ing)?$|driv(?:e|es|ing|en)$|drove$|leav(?:e|es|ing)$|left$"
)


def brought_to(tokens: Sequence[Token], first: int) -> Phrase | None:
    """As in "Bringing the number of layoffs to 670": what is brought there."""
    i = first
    while i > 0 and (
        tokens[i - 1].tag in {"determiner", "adverb"}
        or tokens[i - 1].low in CONTINUES - {"to", "from", "by"}
        or tokens[i - 1].low == "estimated"
    ):
        i -= 1
    if i < 3 or tokens[i - 1].low not in {"to", "at"}:
        return None
    for j in range(i - 2, max(-1, i - 18), -1):
        token = tokens[j]
        if _BRINGING.match(token.low) and token.tag in {"verb", "participle", "gerund"}:
            found = phrase_right(tokens, j + 1, ceiling=i - 1)
            return (
                found
                if found is not None
                and any(t.tag in {"noun", "name"} for t in tokens[found.start : found.end])
                else None
            )
        if (
            token.low in {";", ":"}
            or token.tag in {"relative", "subordinator"}
            or (token.tag == "verb" and j < i - 2)
        ):
            return None
    return None


TIMES = frozenset("first second third fourth last next current previous fiscal this".split())


def noun_at(tokens: Sequence[Token], first: int) -> Phrase | None:
    """As in "put the backlog at 6%", "the index at 2,040": the noun before "at"."""
    i = first
    while i > 0 and tokens[i - 1].low in CONTINUES - {"to", "by", "at", "from"}:
        i -= 1
    if (
        i > 3
        and tokens[i - 1].low == "at"
        and tokens[i - 2].low in {"now", "currently", "still"}
        and tokens[i - 3].low == ","
    ):
        return phrase_left(tokens, i - 3)  # "the rate, now at 10.2%, is"
    if (
        i < 2
        or tokens[i - 1].low not in {"at", "between"}
        or tokens[i - 2].tag not in {"noun", "name"}
    ):
        return None
    if tokens[i - 2].low in {"day", "week", "year", "session", "trading", "end", "close", "high", "low"}:  # fmt: skip
        return None
    found = phrase_left(tokens, i - 1, links=_OF | {"in"})
    if found is None:
        return None
    before = tokens[found.start - 1] if found.start else None
    if before is not None and before.tag == "determiner" and found.start > 1:
        before = tokens[found.start - 2]
    opens = before is None or before.tag in {"verb", "participle", "gerund", "conjunction", "mark"} or before.low in {"for", "with"}  # fmt: skip
    return found if opens else None


def spread_of(tokens: Sequence[Token], first: int) -> Phrase | None:
    """As in "Flats from €90,000 to €200,000", "fees from…": the noun that a range is spread over."""
    if first < 2 or tokens[first - 1].low not in {"from", "between"} or tokens[first - 2].tag not in {"noun", "name"}:  # fmt: skip
        return None
    if any(token.low in _TIME_LIKE for token in tokens[first - 2 : first - 1]):
        return None
    verb = subject_of(tokens, first)
    return phrase_left(tokens, first - 1) if verb is None or first < 5 else None


_TIME_LIKE = frozenset("year month week quarter points percent".split())


def past_bracket(tokens: Sequence[Token], at: int) -> int:
    """The token after a bracket that opens at ``at``: "25 points (0.25%) |in the key rate"."""
    if at < len(tokens) and tokens[at].low == "(":
        for i in range(at + 1, min(at + 8, len(tokens))):
            if tokens[i].low == ")":
                return i + 1
    return at


def of_phrase(tokens: Sequence[Token], last: int) -> Phrase | None:
    if last + 1 < len(tokens) and tokens[last].low == "worth" and tokens[last + 1].low == "of":
        return phrase_right(tokens, last + 2)  # "$2 million worth of loans"
    if last < len(tokens) and tokens[last].low == "of":
        return phrase_right(tokens, last + 1, relative=True)
    return None


def change_of(tokens: Sequence[Token], last: int, movement: Movement | None) -> Phrase | None:
    """As in "A 30 percent rise in ferry traffic": what increases."""
    if movement is None or movement.relation != "size":
        return None
    last = past_bracket(tokens, last)
    if (
        movement.words is not None
        and last + 1 < len(tokens)
        and tokens[last].low == "in"
        and tokens[last + 1].low not in TIMES
    ):
        before = next(
            (i for i, t in enumerate(tokens[:last]) if t.span.end == movement.words.end), None
        )
        if before is not None and before + 1 < last and tokens[before + 1].low == "of":
            found = phrase_right(tokens, last + 1)  # "an increase of 25 points in the key rate"
            if found is not None:
                return found
    for i in range(last, min(last + 6, len(tokens))):
        if movement.words is not None and tokens[i].span.end == movement.words.end:
            between = tokens[last:i]
            if any(t.tag in {"noun", "name"} for t in between) and all(
                t.is_content for t in between
            ):
                return Phrase(last, i)  # "a 20 percent carbon emissions reduction"
            if tokens[i].low in {"more", "fewer", "less", "higher", "lower"}:
                return phrase_right(tokens, i + 1)
            if i + 1 < len(tokens) and tokens[i + 1].low in {"in", "of", "for", "on", "to", "among"}:  # fmt: skip
                if tokens[i + 1].low == "to":
                    return None
                found = phrase_right(tokens, i + 2)
                # "A drop in January": a time, nothing that drops.
                return Phrase(i, found.end) if found else None
            if tokens[i].tag in {"noun", "adjective"} and not undergoes(tokens, last):
                return Phrase(i, i + 1)  # "a projected 3.7% expansion": nobody's that is named
            return None
    return None


_COMPARED = re.compile(
    r"(?:light|thinn|heavi|tall|short|long|cheap|dear|fast|slow|strong|weak|old|young|rich|poor|warm|cold|hott|wett|dri|clean|saf|wid|deep|quick|steep)er"
)


def noun_after(
    tokens: Sequence[Token], last: int, kind: str, movement: Movement | None
) -> Phrase | None:
    """As in "A 12% levy on…", "an €80 ticket", "a 6 percent vacancy rate": the noun it describes."""
    if kind in {"count", "points", ""} or last >= len(tokens):
        return None
    if movement is not None and movement.relation == "size" and movement.words is not None:
        return None
    start = last
    if tokens[start].low == "-" and start + 1 < len(tokens):
        start += 1
    token = tokens[start]
    if (
        token.low in {"next", "last", "this", "each", "or"}
        or is_third_person(tokens, start)
        or (token.low == "due" and start + 1 < len(tokens) and tokens[start + 1].low == "to")
        or _COMPARED.fullmatch(token.low)
    ):
        return None
    if (
        token.tag not in {"noun", "name", "adjective", "gerund"}
        or token.low in HEADLESS
        or token.low in {"%", "ago", "old", "high", "deep"}
    ):
        return None
    found = phrase_right(tokens, start, purpose=kind == "money")
    if found and any(token.tag in {"noun", "name"} or token.low.endswith("holding") for token in tokens[found.start : found.end]):  # fmt: skip
        return found
    return None


def before_of(tokens: Sequence[Token], first: int, kind: str = "") -> Phrase | None:
    """As in "A net profit of ¥100 million", "a population of 5 million", "bonuses worth $2m"."""
    i = first - 1
    while i > 0 and (
        tokens[i].low in CONTINUES
        or tokens[i].tag in {"determiner", "adverb"}
        or tokens[i].low in {"between", "as", "much", "many", "high", "low"}
    ):
        i -= 1
    if i <= 0 or tokens[i].low not in {"of", "worth", "totalling", "totaling"}:
        return None
    noun = tokens[i - 1]
    if noun.low == "it" and i >= 3 and tokens[i - 2].low in {"in", "of", "from"} and tokens[i - 3].tag == "noun":  # fmt: skip
        return phrase_left(tokens, i)  # "bought stocks in it worth €17 million"
    if kind == "money" and noun.low in {"loss", "gain"}:
        return phrase_left(tokens, i, links=_OF)  # a sum that is lost is a loss, a share is a fall
    if noun.low in _EMPTY_OF and i >= 2 and tokens[i - 2].low.endswith(("'s", "’s")) and tokens[i - 2].tag == "noun":  # fmt: skip
        return phrase_left(tokens, i, links=_OF)  # "higher than the state's average of €2.80"
    if noun.low in _EMPTY_OF or not noun.is_content:
        if noun.low in _CHANGES and i >= 2 and tokens[i - 2].tag in {"noun", "name"}:
            return phrase_left(tokens, i, links=_OF)  # "a profit increase of 60%"
        if noun.low in {"price", "value", "cost", "fee"} or (noun.low in {"rate", "margin"} and i >= 2 and tokens[i - 2].is_content):  # fmt: skip
            return phrase_left(tokens, i, links=_OF)  # "an unemployment rate of": it says enough
        return None
    return phrase_left(tokens, i, links=_OF) if tokens[i].low == "of" else phrase_left(tokens, i)


_OF = frozenset({"of"})


_CHANGES = frozenset(
    "increase decrease rise fall decline drop growth gain loss cut reduction jump surge".split()
)


def predicate_of(tokens: Sequence[Token], last: int) -> Phrase | None:
    """As in "15 million people |are without work": what is said of those who are counted.

    Args:
        tokens: of the sentence.
        last: the token after the counted noun with its chain.
    """
    i = last
    while i < len(tokens) and tokens[i].tag == "adverb":
        i += 1
    if i >= len(tokens) or tokens[i].tag not in {"verb", "auxiliary"}:
        return None
    end = i + 1
    while end < len(tokens) and end - i < _LONGEST_PREDICATE:
        token = tokens[end]
        if (
            token.tag in {"number", "subordinator", "relative"}
            or token.low in {",", ";", ":", "(", ".", "!", "?", "—", "–", "”", '"'}
            or token.low in _MONEY_SIGNS
        ):
            break
        if token.tag == "conjunction":
            break
        end += 1
    end = without_time(tokens, i, end)
    while end > i and (
        tokens[end - 1].tag in {"preposition", "determiner", "to", "adverb", "auxiliary"}
        or (tokens[end - 2].low == "the" and tokens[end - 1].tag == "adjective")
    ):
        end -= 1
    return (
        Phrase(i, end)
        if end > i
        and any(t.tag in {"verb", "participle", "noun", "adjective"} for t in tokens[i:end])
        else None
    )


_LONGEST_PREDICATE = 14  # words
_MONEY_SIGNS = frozenset("$ £ € ¥".split())


def verbless(tokens: Sequence[Token], first: int) -> Phrase | None:
    """As in "With freight volumes up 4%": the noun before the particle."""
    i = first
    while i > 0 and (tokens[i - 1].tag == "adverb" or tokens[i - 1].low == "by") and tokens[i - 1].low not in {"up", "down"}:  # fmt: skip
        i -= 1
    if i < 2 or tokens[i - 1].low not in {"up", "down"} or tokens[i - 2].tag not in {"noun", "name"}:  # fmt: skip
        return None
    return phrase_left(tokens, i - 1)


def apposed(tokens: Sequence[Token], first: int) -> Phrase | None:
    """As in "Cellvik was down 2%, Melkhaus by 3%": the name just before."""
    i = first
    while i > 0 and (tokens[i - 1].low in {"by", ":", "at"} or tokens[i - 1].tag == "adverb"):
        i -= 1
    if i < 2 or tokens[i - 1].tag != "name":
        return None
    if i == first and not any(t.low in {"%", "percent"} for t in tokens[:i]):
        return None  # only after another share: "Cellvik owns 56% and Melkhaus 34%"
    j = i
    while j > 0 and tokens[j - 1].tag in {"name", "noun", "adjective"}:
        j -= 1
    if i == first and j > 0 and tokens[j - 1].tag == "determiner":
        j -= 1
    if j > 0 and tokens[j - 1].low in {",", "and", ";"}:
        return phrase_left(tokens, i, floor=j)
    return None


def nearest_phrase(tokens: Sequence[Token], first: int) -> Phrase | None:
    """Without a verb: the closest phrase before the figure, past prepositions and brackets."""
    i = first
    while i > 0 and (
        tokens[i - 1].tag in {"preposition", "mark", "adverb", "to", "determiner", "conjunction"}
    ):
        i -= 1
    return phrase_left(tokens, i) if i > 0 else None


def low_of(tokens: Sequence[Token], first: int) -> Phrase | None:
    """As in "It touched a low of 3,120": where the subject says nothing, the noun before "of"."""
    if first >= 2 and tokens[first - 1].low == "of" and tokens[first - 2].is_content:
        return phrase_left(tokens, first - 1, links=_OF)
    return None


def for_phrase(tokens: Sequence[Token], last: int) -> Phrase | None:
    if last + 1 < len(tokens) and tokens[last].low in {"for", "in", "on", "from", "to"}:
        return phrase_right(tokens, last + 1)
    return None


_UNDERGOING = re.compile(r"(?:ha(?:s|d|ve)|s[ae]e[ns]?|saw|seeing|suffer\w*|report\w*|post\w*|experienc\w+|record\w*|show\w*|register\w*|announc\w+|enjoy\w*|fac\w+|took|take\w*|achiev\w+|reach\w*|notch\w*|book\w*|gain\w*)$")  # fmt: skip


def undergoes(tokens: Sequence[Token], last: int) -> bool:
    """Whether the clause says who has the rise or fall ("the port saw a 9% increase")."""
    return any(
        _UNDERGOING.match(token.low) and token.tag in {"verb", "auxiliary", "participle", "gerund"} for token in tokens[max(0, last - 9) : last]
    )  # fmt: skip
