"""Whether a written bullet keeps to the order of its source: who did what to whom, which number is whose.

Words, numbers and names of a sentence can all be there and say something else: "rose from 3.6 to 3.2" for
"3.2, down from 3.6", or "a firm took bribes from managers". So the words of a bullet must be words of one
sentence, in that sentence's order, nothing that turns a statement may be left out among them or before
them, and nothing may be new. Faithful sentences in another order are refused with the others; the
source's own words stand in their place, which is never wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from briefer.claims import STOP, stem

_TOKEN: Final = re.compile(
    r"(?:(?<=\s)[-−+])?\d+(?:[.,]\d+)*|n['’]t\b|[^\W\d_]+(?:['’](?!t\b)[a-z]+)?|[.,;:!?()–—-]|[^\s\w]"
)
_LIGHT: Final = (STOP | frozenset("also its it the a more".split())) - frozenset("if than would will more and or but".split())  # fmt: skip
#: Words that turn what is said: a bullet has each of them where its sentence has it, and none that its sentence has not.
_NEGATIONS: Final = "not no never none neither nor nobody nothing without cannot n't hardly barely rarely fail failed fails unable"
_HEDGES: Final = """may might could can should would will likely unlikely possibly possible perhaps probably reportedly allegedly apparently potentially
 estimated expected about around nearly almost roughly approximately least most more less fewer up over under than only just some half between"""
_CONDITIONS: Final = "if unless provided assuming until once except whether pending"
_ATTITUDES: Final = """suspect accuse allege claim believe think expect plan propose consider want hope seek ask urge demand threaten warn deny dispute doubt fear intend aim
 predict forecast promise vow offer agree refuse decline try attempt suggest recommend request order call wish due set prepare charge suppose rumour"""
_FORMER: Final = "former ex acting late deputy vice interim first second third fourth fifth"
_SCALES: Final = "hundred thousand million billion trillion dozen percent percentage minus"
_FALSE: Final = "false untrue wrong wrongly fake rumour rumor hoax myth unclear dismiss reject refute contrary instead against little"
_TURNING: Final = frozenset(
    stem(w)
    for w in f"{_NEGATIONS} {_HEDGES} {_CONDITIONS} {_ATTITUDES} {_FORMER} {_SCALES} {_FALSE}".split()
)
_IFS: Final = frozenset(stem(w) for w in _CONDITIONS.split())
_MINDS: Final = frozenset(stem(w) for w in f"{_ATTITUDES} {_FALSE}".split())
#: Who says something says it still: none of these may be passed over.
_SAYING: Final = frozenset(
    stem(w)
    for w in """said says say saying told tells reported reports announced announces added stated states warned confirmed explained argued argues noted wrote writes alleges
    alleged found finds finding estimates estimated concluded concludes suggests suggested showed shows tweeted posted testified insisted admitted acknowledged predicts
    complained declared revealed reveals accuses accused claims claimed believes according critics""".split()
)
#: Small words that a bullet may leave out, but not change: "voted for", "sold by".
_PREPOSITIONS: Final = frozenset("for from to by with in on at".split())
_BOUNDS: Final = frozenset(
    stem(w)
    for w in "about around nearly almost roughly approximately least most more less fewer up over under than only just some at to".split()
)
#: What opens a piece that a sentence can be told without.
_OPENERS: Final = frozenset(
    """of to in on at by for with from as after before during since into through across against among amid despite near off onto outside inside
    toward towards under via within along behind beside beyond because when while where who whom whose which that and or but so""".split()
)
_DAYS: Final = frozenset("january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday".split())  # fmt: skip
_JOINERS: Final = frozenset("and or but while whereas nor than".split())
_BREAKS: Final = frozenset(",;:()–—")
_ZONES: Final = frozenset(";")
_SAYS: Final = re.compile(r"\b(?:said|says|told|reported|according\sto)\b")
_BEFORE: Final = re.compile(
    r"^(?P<who>[^,;:]{2,80}?)\s(?:said|says|reported|told\s\S+)\s(?:on\s\w+\s)?(?:that\s)?|^According\sto\s(?P<source>[^,;:]{2,80}),\s",
    re.I,
)
_BEHIND: Final = re.compile(
    r",\s(?:(?P<who>[^,;:]{2,80})\s(?:said|says|reported)(?:\son\s\w+)?|according\sto\s(?P<source>[^,;:]{2,80}))\.$",
    re.I,
)
_OF: Final = re.compile(r"\b([^\W\d_]+)\sof\s([^\W\d_]+)\b")
_WHO: Final = 3  # words between who says it and the verb that says so


class _Word(NamedTuple):
    plain: str
    key: str
    is_light: bool
    is_name: bool


@lru_cache(maxsize=512)
def _words(text: str) -> tuple[_Word, ...]:
    found = []
    for match in _TOKEN.finditer(text):
        plain = match[0].lower().replace("’", "'") if match[0] != "May" else "May"  # the month
        key = plain if not plain[0].isalpha() else stem(plain)
        found.append(_Word(plain, key, plain in _LIGHT or not (plain[0].isalnum() or plain == "n't"), match[0][0].isupper() and plain.lower() not in _DAYS))  # fmt: skip
    return tuple(found)


def keeps_order(text: str, sentences: Sequence[str]) -> bool:
    """Whether every clause of a bullet is a piece of one of its sentences, in order, with all that turns it.

    Args:
        text: the bullet.
        sentences: that it rests on.
    """
    said, who = _without_speaker(text)
    # Whoever says it says it in that sentence.
    if any(
        _follows(said, sentence, who) and (not who or _names(who, sentence))
        for sentence in sentences
    ):
        return True
    if len(sentences) < 2 or who:
        return False
    # Two sentences told in one, where one of them ends at a mark or an "and".
    for match in re.finditer(r"[;:,]\s|\s(?:and|but|while)\s|[.!?]\s", said):
        first, second = said[: match.start()], said[match.end() :]
        if any(_follows(first, a) for a in sentences) and any(
            _follows(second, b) for b in sentences
        ):
            return True
    return False


def _without_speaker(text: str) -> tuple[str, str]:
    """A bullet without who says it, and who that is."""
    behind = _BEHIND.search(text)
    if behind:
        return text[: behind.start()] + ".", behind["who"] or behind["source"]
    before = _BEFORE.search(text)
    if before:
        return text[before.end() :], before["who"] or before["source"]
    return text, ""


def _names(who: str, sentence: str) -> bool:
    """Whether a sentence has the speaker's words together, beside a verb of saying."""
    words = [
        w.key
        for w in _words(who)
        if w.plain not in {"the", "a", "an", "its", "their", "his", "her"}
    ]
    theirs = [w.key for w in _words(sentence)]
    if not words:
        return bool(_SAYS.search(sentence))
    says = [i for i, w in enumerate(_words(sentence)) if _SAYS.fullmatch(w.plain) or w.plain == "according"]  # fmt: skip
    for i in range(len(theirs) - len(words) + 1):
        if theirs[i : i + len(words)] == words:
            return any(
                -_WHO - 1 <= at - (i + len(words)) <= _WHO or -_WHO - 2 <= at - i < 0 for at in says
            )
    return False


def _follows(text: str, sentence: str, who: str = "") -> bool:
    # "Timber exports" are "exports of timber".
    return _is_within(text, sentence, who) or _is_within(text, _OF.sub(r"\2 \1", sentence), who)


def _is_within(text: str, sentence: str, who: str = "") -> bool:
    ours = [w for w in _words(text) if not w.is_light or w.plain in _PREPOSITIONS]
    theirs = _words(sentence)
    if not ours or (not who and not _says_as_much(ours, theirs)):
        return False
    places: dict[str, list[int]] = {}
    for j, word in enumerate(theirs):
        if not word.is_light or word.plain in _PREPOSITIONS:
            places.setdefault(word.key, []).append(j)
    # For each place that the last word so far may have, the fewest turning words passed over.
    row: dict[int, int] = {-1: 0}
    for number, word in enumerate(ours):
        found: dict[int, int] = {}
        for j in places.get(word.key, ()):
            costs = [
                cost + (0 if number == 0 else _passed(theirs, before + 1, j))
                for before, cost in row.items() if before < j
            ]  # fmt: skip
            if costs:
                found[j] = min(costs) + (_lead(theirs, j) if number == 0 else 0) + _bounds(theirs, ours, number, j)  # fmt: skip
        if not found:
            return False
        row = found
    return any(cost == 0 and _ends_well(theirs, j, ours) for j, cost in row.items())


def _says_as_much(ours: Sequence[_Word], theirs: Sequence[_Word]) -> bool:
    """Whether the bullet has every verb of saying of its statement."""
    had = {word.key for word in ours}
    zones: list[list[_Word]] = [[]]
    for word in theirs:
        if word.plain in _ZONES:
            zones.append([])
        zones[-1].append(word)
    # The statement that it is a piece of: the one with most of its words.
    zone = max(zones, key=lambda words: len({w.key for w in words} & had))
    return all(word.key in had for word in zone if word.key in _SAYING)


def _passed(theirs: Sequence[_Word], start: int, end: int) -> int:
    """What speaks against leaving out what lies between: a turning word, or that it is no piece of its own."""
    passed = theirs[start:end]
    turning = sum(word.key in _TURNING for word in passed)
    if all(word.is_light for word in passed):
        return turning
    first, last = passed[0].plain, passed[-1].plain
    is_aside = first in _BREAKS and last in _BREAKS
    # "talks [with the union] in May", but never "fell [in Harn and rose] in Norrvik".
    is_phrase = first in _OPENERS and (passed[-1].is_light or theirs[end].plain in _OPENERS) and last not in _BREAKS and not any(
        word.plain in _BREAKS | _JOINERS for word in passed
    )  # fmt: skip
    is_joined = len(passed) == 1 and first in _JOINERS  # "Ada, Ben and Cid": the joint alone
    return turning + (0 if is_aside or is_phrase or is_joined else 1)


def _lead(theirs: Sequence[_Word], first: int) -> int:
    """Turning words before the first word: in its own clause any, in its whole statement those of the mind."""
    before = theirs[first - 1] if first else None
    # A name may lose its title, but "Vice President Mo" is no president, and "coal imports" are no imports of all.
    cost = int(
        before is not None
        and not before.is_light
        and before.plain not in _OPENERS
        and not theirs[first].is_name
    )
    cost += int(before is not None and before.is_name and theirs[first].is_name)
    clause = True
    for j in range(first - 1, -1, -1):
        word = theirs[j]
        if word.plain in _ZONES:
            break
        clause = clause and word.plain not in _BREAKS
        cost += word.key in (_TURNING if clause else _MINDS | _IFS)
    return cost


def _bounds(theirs: Sequence[_Word], ours: Sequence[_Word], number: int, j: int) -> int:
    """Whether a number has lost, or got, what stands before it: "at least", "more than"."""
    if not theirs[j].plain[0].isdigit():
        return 0
    k = j - 1
    wanted = []
    while k >= 0 and (theirs[k].key in _BOUNDS):
        if not theirs[k].is_light:
            wanted.append(theirs[k].key)
        k -= 1
    had = [word.key for word in reversed(ours[max(0, number - len(wanted)) : number])]
    return int(wanted != had[: len(wanted)])


def _ends_well(theirs: Sequence[_Word], last: int, ours: Sequence[_Word]) -> bool:
    """Whether nothing behind turns it: a condition anywhere in its statement, "or more" behind a number."""
    had = {word.key for word in ours}
    for word in theirs[last + 1 :]:
        if word.plain in _ZONES:
            break
        if word.key in _IFS and word.key not in had:
            return False
    behind = [word.plain for word in theirs[last + 1 : last + 3]]
    if behind[:1] in (["or"], ["per"], ["each"]) or behind == ["a", "week"]:
        return False
    # It ends where a piece ends: not in the middle of "water [treatment]", nor of a list or of "both".
    if behind and theirs[last + 1].key in _TURNING:
        return False
    if behind and not (theirs[last + 1].is_light or behind[0] in _OPENERS):
        return False
    is_list = last > 1 and theirs[last - 1].plain == ","
    return not (behind[:1] == ["and"] and (is_list or had & {"both", "between"}))
