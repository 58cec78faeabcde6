"""Words that a sentence can be told without, as its marks and word classes show.

A word class tagger by rule knows no clauses, so that only what commas, dashes or brackets set apart
may go here; `clauses` finds more where there is a tree. In doubt nothing goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from briefer.callouts.tagging import Token
from briefer.callouts.tense import PAST
from briefer.types import Span


class Cut(NamedTuple):
    """Words that can be left out.

    Attributes:
        span: the words with the marks and the space that go with them.
        why: what they are.
        speaker: who says it, if the words say that.
    """

    span: Span
    why: str
    speaker: Span | None = None


_CONNECTIVE = re.compile(
    r"(?:(?:However|Meanwhile|Moreover|Furthermore|Additionally|Nevertheless|Nonetheless|Also|Separately|Besides|Indeed|"
    r"In\saddition|In\sfact|Of\scourse|For\sexample|For\sinstance|On\sthe\sother\shand|As\sa\sresult|At\sthe\ssame\stime|"
    r"In\sthe\smeantime|Still|Yet|Thus|Therefore|Then|Overall),\s"
    # Not "But for", "Yet to be", "So did", "So severe was".
    r"|(?:But|And|Yet)\s(?!far\b|much\b|many\b|that\b|long\b|what\b|is\b|on\b|for\b|to\b|d(?:o|oes|id)\b|w(?:as|ere)\b|too\b)"
    r"|So\s(?=(?:the|an?|this|these|those|he|she|they|we|it|there|his|her|their|its)\b|[A-Z]))"
)
_DATELINE = re.compile(
    r"[A-Z][A-Z.'’-]{2,}(?:[ ,/][A-Z][\w.'’-]+){0,4}(?:,\s[A-Z][\w.]+(?:\s\d{1,2})?)?\s?(?:\([^()]{2,30}\)\s?)?[–—-]{1,2}\s(?=[\"“‘'A-Z\d])"
    r"|(?:(?:[A-Z][\w.'’-]{1,30}(?:,?\s[A-Z][\w.'’-]{1,30}){0,4}\s?)?\((?:CNN|AP|AFP|UPI|Reuters|Bloomberg|Xinhua|Yonhap)\)\s?(?:[–—-]{1,2}\s?)?"
    r"|\([A-Z][\w ]{2,30}\)\s?)(?=[\"“‘'A-Z])"
)
_ASIDE_MARKS = re.compile(r"\s[–—]\s|\s--\s")
_ROUND = re.compile(r"\s?\([^()]{1,90}\)(?!\w)")
_ACRONYM = re.compile(
    r"\s?\((?:[A-Z](?=[^()]*[A-Z])[A-Za-z&.-]{1,9}|[A-Z]{2,6}:\s?[A-Z.]{1,6})\)(?!\w)"
)
# What brackets say of a number belongs to it: its currency, its zone of time, its months.
_AFTER_NUMBER = re.compile(
    r"(?:\d\S*|\b(?:million|billion|trillion|percent|cent|dollars?|euros?|a\.m\.|p\.m\.))\s?$"
)
# Whatever of these stands in a part of a sentence, that part stays.
KEPT = re.compile(
    r"\d|\b(?:not|no|never|none|nor|neither|nobody|nothing|without|cannot|hardly|barely|scarcely|only|except|unless|if|"
    r"although|though|despite|but|however|whether|may|might|could|would|should|likely|unlikely|possibl[ey]|perhaps|probabl[ey]|"
    r"reportedly|allegedly|apparently|about|around|nearly|almost|roughly|approximately|some|estimated|expected|believed|"
    r"thought|suspected|alleged|claim(?:s|ed|ing)?|den(?:y|ies|ied|ying)|refus\w+|fail\w*|declin\w+|reject\w+|yet|pending|subject|depend\w*|exceptions?|excluding|leaving|apart|unlike|instead|"
    # conditions
    r"assuming|barring|provid(?:ed|ing)|supposing|given|"
    # what came of it after all
    r"overturn\w*|revers(?:ed?|es|al)|revok\w+|set(?:s|ting)?\saside|cleared|clears|acquit\w*|quash\w*|annul\w*|withdr[ae]w\w*|"
    r"retract\w*|cancel\w*|scrapp\w+|repeal\w*|suspend\w*|wrong\w*|fals\w+|mistak\w+|incorrect\w*|"
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|billions?|half|third|"
    r"twice|double\w*)\b|n['’]t\b|[\"“”«»]",
    re.IGNORECASE,
)
# That a clause tells what happened, and not on what condition: a verb in the past, and none of now.
HAPPENED = re.compile(
    rf"(?!.*\b(?:is|are|has|have|do|does|can|must|allows?|permits?)\b).*\b(?:{PAST}|told|said)\b",
    re.IGNORECASE | re.DOTALL,
)
SAY = frozenset(
    """said says say told reported announced added stated warned confirmed explained argued noted wrote
    claimed insisted admitted acknowledged predicted suggested believes thinks""".split()
)
_SAYING = frozenset(
    "saying adding citing noting warning telling claiming arguing including according".split()
)
PERSONAL = frozenset("he she they it i we you who that this these those".split())
_FINITE = frozenset({"verb", "auxiliary"})
WHEN_SAID = re.compile(
    r"(?:\s(?:late\s|early\s|earlier\s)?(?:(?:on\s)?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|today|yesterday|this\s(?:week|morning|month))(?:\s(?:morning|afternoon|evening|night))?|"
    r"\sin\s(?:a|an|the|its|his|her|their)\s(?:\w+\s){0,2}(?:statement|interview|report|speech|letter|e-?mail|post|note|filing))*"
)


def always_cuts(text: str, sentence: Span) -> Iterator[Cut]:
    start = sentence.start
    dateline = _DATELINE.match(text, start, sentence.end)
    if dateline:
        yield Cut(Span(start, dateline.end()), "dateline")
        start = dateline.end()
    connective = _CONNECTIVE.match(text, start, sentence.end)
    if connective:
        yield Cut(Span(start, connective.end()), "connective")
    for match in _ACRONYM.finditer(text, start, sentence.end):
        if in_quotation(text, sentence, match.start()) or _AFTER_NUMBER.search(
            text, start, match.start()
        ):
            continue  # "$70 million (NZD)" says which dollars
        word = re.sub(r"\W", "", match[0])
        if len(re.findall(rf"\b{re.escape(word)}\b", text[start : sentence.end])) == 1:
            yield Cut(Span(match.start(), match.end()), "acronym")


def optional_cuts(text: str, tokens: Sequence[Token], sentence: Span) -> Iterator[Cut]:
    for match in _ROUND.finditer(text, sentence.start, sentence.end):
        if not KEPT.search(match[0]) and not _AFTER_NUMBER.search(text, sentence.start, match.start()):  # fmt: skip
            yield Cut(Span(match.start(), match.end()), "brackets")
    yield from _dashes(text, sentence)
    yield from _opening(text, tokens)
    yield from _said_that(text, tokens)
    commas = [i for i, token in enumerate(tokens) if token.low == ","]
    for nth, i in enumerate(commas):
        if in_quotation(text, sentence, tokens[i].span.start):
            continue
        closing = commas[nth + 1] if nth + 1 < len(commas) else None
        yield from _between_commas(text, tokens, i, closing)
        if closing is None:
            yield from _at_the_end(text, tokens, i, sentence)


def _dashes(text: str, sentence: Span) -> Iterator[Cut]:
    marks = list(_ASIDE_MARKS.finditer(text, sentence.start, sentence.end))
    if len(marks) == 2:
        inside = Span(marks[0].start(), marks[1].end())
        if not KEPT.search(inside.of(text)):
            yield Cut(Span(inside.start, inside.end - 1), "aside")


def _between_commas(
    text: str, tokens: Sequence[Token], opening: int, closing: int | None
) -> Iterator[Cut]:
    """What two commas set apart between a noun and its verb: a relative clause, an apposition."""
    if closing is None or not 0 < opening < closing - 1 or closing + 1 >= len(tokens):
        return
    inside = tokens[opening + 1 : closing]
    words = text[inside[0].span.start : inside[-1].span.end]
    before, after = tokens[opening - 1], tokens[closing + 1]
    if KEPT.search(words) or len(inside) > LONGEST_ASIDE or before.tag not in {"noun", "name"}:
        return
    if any(token.low == "," for token in tokens[:opening]):
        return  # an aside within an aside, or a list
    if not (after.tag in _FINITE or (after.tag == "adverb" and closing + 2 < len(tokens) and tokens[closing + 2].tag in _FINITE)):  # fmt: skip
        return
    cut = Span(tokens[opening].span.start, tokens[closing].span.end)
    if inside[0].tag == "relative":
        if any(token.tag in _FINITE for token in inside[1:]):
            yield Cut(cut, "relative clause")
    # "Anna Berg, |head of the port|, …": a name goes with nothing, and who "its head" is, it alone says.
    elif (
        before.tag == "name"
        and inside[0].tag in {"determiner", "noun", "adjective"}
        and not any(token.tag in _FINITE or token.low in {"and", "or"} for token in inside)
    ):
        yield Cut(cut, "apposition")


LONGEST_ASIDE = 18  # words


def _at_the_end(text: str, tokens: Sequence[Token], comma: int, sentence: Span) -> Iterator[Cut]:
    """What the last comma sets apart: a relative clause, or who says it."""
    if not 0 < comma < len(tokens) - 3 or tokens[-1].low not in {".", "!"}:
        return
    inside = tokens[comma + 1 : -1]
    span = Span(tokens[comma].span.start, tokens[-1].span.start)
    words = span.of(text)
    if inside[0].tag == "relative" and inside[0].low in {"which", "who", "where", "whose"}:
        told = inside[0].low != "where" or HAPPENED.search(words)  # else a condition
        if told and not KEPT.search(words) and len(inside) <= LONGEST_ASIDE:
            yield Cut(span, "relative clause")
        return
    if len(inside) <= LONGEST_ASIDE and not KEPT.search(text[inside[0].span.end : span.end]):
        clause = any(token.tag in _FINITE for token in inside[1:])
        # "race, policing and immigration" is a list
        if inside[0].tag == "gerund" and inside[0].low not in _SAYING and not KEPT.fullmatch(inside[0].low) and inside[1].low not in {"and", "or"}:  # fmt: skip
            yield Cut(span, "participle")
        elif inside[0].low in {"as", "after", "before"} and clause and inside[1].low not in AS_LONG:  # fmt: skip
            yield Cut(span, "subordinate clause")
        elif inside[0].low == "and" and clause and _opens_statement(tokens, comma):
            yield Cut(span, "second statement")
    speaker = _speaker(text, inside)
    if speaker is not None and not re.search(r"\d|[\"“”]", words):
        yield Cut(span, "attribution", speaker)


AS_LONG = frozenset("well long far soon much many".split())  # "as long as": a condition, a measure


def _opens_statement(tokens: Sequence[Token], comma: int) -> bool:
    """Whether ", and …" begins a statement of its own, and is no end of a list."""
    subject = tokens[comma + 2]
    if any(token.low == "," for token in tokens[max(0, comma - 5) : comma]):
        return False
    return subject.tag in {"determiner", "name", "pronoun"} and subject.low != "that"


def _opening(text: str, tokens: Sequence[Token]) -> Iterator[Cut]:
    """A phrase or clause before the subject: "Speaking in Harn, …", but not when it was."""
    comma = next((i for i, token in enumerate(tokens) if token.low == ","), None)
    if comma is None or not 1 < comma <= LONGEST_ASIDE or comma + 2 >= len(tokens):
        return
    words = text[tokens[0].span.start : tokens[comma].span.start]
    after = tokens[comma + 1]
    if after.low in _OWN or not _verb_comes_first(tokens[comma + 1 :]):
        return
    if (
        tokens[0].low == "according"
        and tokens[1].low == "to"
        and after.tag in {"determiner", "name", "noun"}
    ):
        who = tokens[2:comma]
        plain = who and not any(t.tag in _FINITE or t.tag == "relative" for t in who)
        speaker = speaker_of(Span(who[0].span.start, who[-1].span.end), who) if plain else None
        if speaker is not None and not re.search(r"\d", words):
            yield Cut(Span(tokens[0].span.start, after.span.start), "attribution", speaker)
        return
    if tokens[0].tag not in {"preposition", "subordinator", "gerund"} or after.tag not in {"determiner", "name", "noun"}:  # fmt: skip
        return
    if KEPT.search(words) or _WHEN.search(words) or _NOT_IN_FORCE.search(words):
        return
    # "In Harn, Falk said": where it was may be all that tells.
    if tokens[0].low in {"in", "at", "on"} and not any(t.tag in _FINITE for t in tokens[:comma]) and _STATEMENT.search(words) is None:  # fmt: skip
        return
    yield Cut(Span(tokens[0].span.start, after.span.start), "opening")


# "Under the draft rules": what is proposed is no law yet.
_NOT_IN_FORCE = re.compile(
    r"\b(?:draft|propos\w+|plans?|planned|bill|scheme|model|scenario|theory)\b", re.IGNORECASE
)
_WHEN = re.compile(r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October|November|December|today|yesterday|tomorrow|last|next|week|month|year|quarter|night|morning|evening)\b")  # fmt: skip
_STATEMENT = re.compile(
    r"\b(?:statement|interview|report|speech|letter|e-?mail|response|reaction|addition)\b"
)


_HOW = re.compile(r"\w{2,}ly")
_OWN = frozenset("his her its their our my your".split())


def _verb_comes_first(tokens: Sequence[Token]) -> bool:
    """Whether a statement begins here: its verb stands before the next comma ("Harn, Velland, he said" does not)."""
    for token in tokens:
        if token.low == ",":
            return False
        if token.tag in _FINITE:
            return True
    return False


def _said_that(text: str, tokens: Sequence[Token]) -> Iterator[Cut]:
    """Who says it, in front: "The ministry said on Tuesday that …"."""
    verb = next((i for i, token in enumerate(tokens[:_LONGEST_NAME]) if token.low in SAY), None)
    if not verb:
        return
    that = next((i for i in range(verb + 1, min(verb + 9, len(tokens))) if tokens[i].low == "that"), None)  # fmt: skip
    who = tokens[:verb]
    if that is None or that + 3 >= len(tokens) or any(token.tag in _FINITE or token.low in {",", "and"} for token in who):  # fmt: skip
        return
    between = text[tokens[verb].span.end : tokens[that].span.start].rstrip()
    # "The minister wrongly said": how it was said may say that it is not so.
    if any(_HOW.fullmatch(token.low) and not text[token.span.start].isupper() for token in who):
        return
    if WHEN_SAID.fullmatch(between) is None or tokens[that + 1].tag not in {"determiner", "name", "noun", "adjective", "number"}:  # fmt: skip
        return
    speaker = speaker_of(Span(who[0].span.start, who[-1].span.end), who)
    if speaker is not None and not re.search(r"\d", speaker.of(text)):
        yield Cut(Span(who[0].span.start, tokens[that + 1].span.start), "attribution", speaker)


def _speaker(text: str, inside: Sequence[Token]) -> Span | None:
    """Who says it, if these words tell that and no more: "the ministry said on Tuesday"."""
    first, last = inside[0], inside[-1]
    if len(inside) > LONGEST_ASIDE:
        return None
    if first.low == "according" and len(inside) > 2 and inside[1].low == "to":
        who = inside[2:]
        if any(token.tag in _FINITE or token.tag == "relative" for token in who):
            return None
        return speaker_of(Span(who[0].span.start, last.span.end), who)
    verbs = [i for i, token in enumerate(inside) if token.low in SAY]
    if len(verbs) != 1 or verbs[0] > _LONGEST_NAME:
        return None
    verb = verbs[0]
    if verb == 0:  # "…, said the minister"
        if first.low not in {"said", "says"} or len(inside) > _LONGEST_NAME:
            return None
        who = inside[1:]
        if not who or any(token.tag in _FINITE or token.tag == "relative" for token in who):
            return None
        return speaker_of(Span(who[0].span.start, last.span.end), who)
    who = inside[:verb]
    rest = text[inside[verb].span.end : last.span.end]
    if WHEN_SAID.fullmatch(rest) is None or any(token.tag in _FINITE for token in who):
        return None
    return speaker_of(Span(who[0].span.start, who[-1].span.end), who)


_LONGEST_NAME = 10  # words


def speaker_of(span: Span, who: Sequence[Token]) -> Span | None:
    """The speaker, unless it is a pronoun, which says nothing beside a source."""
    if all(token.low in PERSONAL or token.tag in {"pronoun", "mark"} for token in who):
        return None
    return span


def in_quotation(text: str, sentence: Span, at: int) -> bool:
    before = text[sentence.start : at]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1
