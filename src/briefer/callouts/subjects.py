"""The subject of the clause that a number stands in, by the classes of the words before it."""

from __future__ import annotations

from collections.abc import Sequence

from briefer.callouts.phrases import LINKS, PLACES, Phrase, phrase_left
from briefer.callouts.tagging import Token

_RAISING = (
    "expect",
    "predict",
    "forecast",
    "project",
    "see",
    "saw",
    "caus",
    "allow",
    "estimat",
    "want",
    "help",
    "push",
    "anticipat",
    "believ",
)
_NO_VERBS = frozenset(
    "closing ending including beginning starting running involving regarding concerning following".split()
)


def subject_of(tokens: Sequence[Token], at: int, *, floor: int = 0) -> Phrase | None:
    """The subject of the clause that token ``at`` stands in: the phrase before its finite verb.

    Verbs joined by "and", participles after a comma ("reaching 5 percent") and infinitives share
    the subject of the verb before them; a relative pronoun stands for the phrase before it.
    """
    verb = _verb_before(tokens, at, floor)
    while verb is not None:
        i = verb
        while i > floor and tokens[i - 1].tag in {"auxiliary", "adverb", "participle", "verb", "to", "gerund"} and tokens[i - 1].low not in PLACES:  # fmt: skip
            i -= 1
        if i <= floor:
            return None
        before = tokens[i - 1]
        if tokens[i].tag == "to" and before.is_content:
            # "Announced plans to lay off…", "rose 5 percent to end at…": whoever announced, or rose.
            earlier = _verb_before(tokens, i - 1, floor)
            raised = phrase_left(tokens, i, floor=floor)
            if (
                raised is not None
                and earlier is not None
                and tokens[earlier].low.startswith(_RAISING)
            ):
                return raised  # "predicts its global sales to fall"
            if earlier is not None:
                verb = earlier
                continue
        if before.tag == "relative" or before.low == "that":
            head = i - 1
            if head > floor and tokens[head - 1].low == ",":
                head -= 1
            if head > floor and tokens[head - 1].low in LINKS:  # "of which", "in which"
                head -= 1
                if head > floor and tokens[head - 1].low == ",":
                    head -= 1
            found = phrase_left(tokens, head, floor=floor)
            if found and before.low != "that":
                return found
            if found and tokens[head - 1].tag in {"noun", "name"}:
                return found
            verb = _verb_before(tokens, i - 1, floor)
            continue
        if before.low in {",", ")", "—", "–", "-"}:
            inner = _before_aside(tokens, i - 1, floor)
            if inner is not None:
                found = phrase_left(tokens, inner, floor=floor)
                if (
                    found
                    and found.start - 2 > floor
                    and tokens[found.start - 1].tag == "preposition"
                    and tokens[found.start - 2].low == ","
                ):
                    # "The designer, of Velland, Harn, was paid": not Velland.
                    found = phrase_left(tokens, found.start - 2, floor=floor) or found
                if found:
                    return _before_apposition(tokens, found, floor)
            if before.low == ",":
                # "Sales fell, reaching…": the subject of the verb before.
                verb = _verb_before(tokens, i - 1, floor)
                continue
        if before.tag == "conjunction":
            earlier = _verb_before(tokens, i - 1, floor)
            if earlier is not None:
                verb = earlier
                continue
        if before.tag in {
            "noun",
            "name",
            "pronoun",
            "adjective",
            "number",
            "determiner",
        } or before.low in {"”", ")", "%", *PLACES}:
            found = phrase_left(tokens, i, floor=floor)
            if found:
                return _past_relative(tokens, found, floor) or found
        verb = _verb_before(tokens, i - 1, floor)
    return None


def _before_apposition(tokens: Sequence[Token], found: Phrase, floor: int) -> Phrase:
    """As in "Cellvik, the maker based in Harn, Velland, has…": Cellvik, and not the maker."""
    i = found.start
    if i - 2 <= floor or tokens[i - 1].low not in {"a", "an", "the"} or tokens[i - 2].low != ",":
        return found
    if tokens[i - 3].tag not in {"name", "noun"} and tokens[i - 3].low != ")":
        return found
    return phrase_left(tokens, i - 2, floor=floor) or found


def _past_relative(tokens: Sequence[Token], found: Phrase, floor: int) -> Phrase | None:
    """As in "The wall that is to protect the estuary will cost…": the wall, and not the estuary."""
    i = found.start
    while i > floor and tokens[i - 1].tag in {"determiner", "adverb", "preposition"}:
        i -= 1
    if (
        i - 3 >= floor
        and tokens[i - 1].tag == "verb"
        and tokens[i - 2].low == "to"
        and tokens[i - 3].tag in {"noun", "name"}
        and not any(
            t.tag in {"verb", "auxiliary", "participle"} for t in tokens[max(floor, i - 9) : i - 3]
        )
    ):
        return phrase_left(tokens, i - 2, floor=floor)  # "The deal to end the strike will…"
    if i <= floor or tokens[i - 1].tag not in {"verb", "participle", "auxiliary", "noun"}:
        return None
    for j in range(i - 1, max(floor, i - 8) - 1, -1):
        token = tokens[j]
        if token.low == "," or token.tag == "conjunction":
            return None
        if (token.tag == "relative" or token.low == "that") and j > floor and tokens[j - 1].tag in {"noun", "name"}:  # fmt: skip
            return phrase_left(tokens, j, floor=floor)
    return None


def _verb_before(tokens: Sequence[Token], at: int, floor: int) -> int | None:
    for i in range(at - 1, floor - 1, -1):
        if tokens[i].tag in {"verb", "auxiliary"}:
            return i
        if tokens[i].tag in {"participle", "gerund"} and i > floor and (
            tokens[i - 1].low == "," or tokens[i - 1].tag in {"auxiliary", "conjunction"}
            or (tokens[i].tag == "gerund" and tokens[i - 1].tag in {"noun", "name"} and tokens[i].low not in _NO_VERBS)
        ):  # fmt: skip
            return i
        if tokens[i].low in {";", ":"}:
            return None
    return None


def _before_aside(tokens: Sequence[Token], close: int, floor: int) -> int | None:
    """Where the phrase ends that an aside between commas, dashes or brackets follows."""
    mark = tokens[close].low
    opening = {",": {","}, ")": {"("}, "—": {"—"}, "–": {"–"}, "-": {"-"}}[mark]
    if mark == "-" and close > floor and tokens[close - 1].low == "-":
        close -= 1  # "--"
    for i in range(close - 1, max(floor, close - 30), -1):
        if tokens[i].low in opening:
            if (
                mark == ","
                and tokens[i + 1].tag not in {"relative", "preposition", "participle", "gerund"}
                and any(t.tag in {"verb", "auxiliary"} for t in tokens[i + 1 : close])
                and not any(t.tag == "relative" for t in tokens[i + 1 : close])
            ):
                return None  # a clause of its own, and no aside
            doubled = mark == "-" and i > floor and tokens[i - 1].low == "-"
            at = i - 1 if doubled else i
            return at if at > floor and (tokens[at - 1].is_content or tokens[at - 1].low == ")") else None  # fmt: skip
    return None
