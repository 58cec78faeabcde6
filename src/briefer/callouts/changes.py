"""Whether a number is the size of a change, the level reached by it, or the level it began from.

"Fell 5" is a change and "fell to 5" a level; "make up 5 percent", "set down" and "turned down"
are neither. Comparisons ("twice as many as…") are found as words and never computed.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from briefer.types import Direction, Span

Relation = Literal["size", "level", "base"]

_UP_VERBS = (
    r"r(?:ise|ises|ose|isen|ising)|increas(?:e|es|ed|ing)|gr(?:ow|ows|ew|own|owing|owth)|climb(?:s|ed|ing)?|jump(?:s|ed|ing)?|surg(?:e|es|ed|ing)|"
    r"soar(?:s|ed|ing)?|gain(?:s|ed|ing)?|advanc(?:e|es|ed|ing)|rall(?:y|ies|ied|ying)|rebound(?:s|ed|ing)?|recover(?:s|ed|ing)?|"
    r"expand(?:s|ed|ing)?|add(?:s|ed|ing)|improv(?:e|es|ed|ing|ement)|strengthen(?:s|ed|ing)?|accelerat(?:e|es|ed|ing)|"
    r"rais(?:e|es|ed|ing)|hik(?:e|es|ed|ing)|lift(?:s|ed|ing)?|boost(?:s|ed|ing)?|widen(?:s|ed|ing)?|skyrocket(?:s|ed|ing)?|rocket(?:s|ed|ing)?|"
    r"leap(?:s|t|ed|ing)?|leapt|spik(?:e|es|ed|ing)|swell(?:s|ed|ing)?|swollen|upgrad(?:e|ed|ing)|appreciat(?:e|ed|ing)|escalat(?:e|ed|ing)|"
    r"expansion|increases|rises|hikes|gains|bounc(?:e|ed|ing)|inflat(?:e|ed|ing)|upward|upwards|higher|swelled|multipl(?:y|ied)|(?:doubl|tripl|trebl|quadrupl)(?:e|es|ed|ing)"
)
_DOWN_VERBS = (
    r"f(?:all|alls|ell|allen|alling)|declin(?:e|es|ed|ing)|decreas(?:e|es|ed|ing)|drop(?:s|ped|ping)?|slip(?:s|ped|ping)?|sli(?:de|des|d|ding)|"
    r"tumbl(?:e|es|ed|ing)|plung(?:e|es|ed|ing)|plummet(?:s|ed|ing)?|slump(?:s|ed|ing)?|s(?:ink|ank|unk|inking)|shr(?:ink|inks|ank|unk|inking)|"
    r"contract(?:ed|ing|ion)|los(?:e|es|t|ing)|shed(?:s|ding)?|dip(?:s|ped|ping)?|eas(?:e|es|ed|ing)|weaken(?:s|ed|ing)?|retreat(?:s|ed|ing)?|"
    r"cut(?:s|ting)?|slash(?:es|ed|ing)?|reduc(?:e|es|ed|ing|tion)|lower(?:s|ed|ing)?|trim(?:s|med|ming)?|narrow(?:s|ed|ing)?|slow(?:s|ed|ing)?|"
    r"collaps(?:e|es|ed|ing)|div(?:e|ed|ing)|dove|crash(?:es|ed|ing)?|reced(?:e|ed|ing)|shav(?:e|ed|ing)|downgrad(?:e|ed|ing)|"
    r"depreciat(?:e|ed|ing)|deteriorat(?:e|ed|ing)|deflat(?:e|ed|ing)|losses|downward|downwards|wip(?:ed|ing)\soff|discount(?:ed|ing)?|diminish(?:es|ed|ing)?|erod(?:e|ed|es|ing)|dwindl(?:e|ed|es|ing)|halv(?:e|ed|es|ing)|ax(?:e|ed|es|ing)|curtail(?:s|ed|ing)?|la(?:y|ys|id|ying)\soff|scal(?:ed|ing)\sback|backed\soff|pared|nosediv(?:e|ed|ing)"
)
_MOVERS = r"(?:edg(?:e|es|ed|ing)|inch(?:es|ed|ing)?|tick(?:s|ed|ing)?|go(?:es|ing|ne)?|went|mov(?:e|es|ed|ing)|shot|shoot(?:s|ing)?|crept|creep(?:s|ing)?|nudg(?:e|ed|ing)|pick(?:s|ed|ing)|driv(?:en|ing)|drove|push(?:ed|ing)|pull(?:ed|ing)|com(?:e|ing)|came|brought|bring(?:s|ing)?|revis(?:ed|ing)|is|are|was|were|be|been|trad(?:ed|ing)|clos(?:ed|ing)|end(?:ed|ing)?|finish(?:ed|ing)?|open(?:ed|ing)?|stood|remain(?:s|ed)?)"
# "make up", "set down", "turn down": a particle that says nothing of a direction.
_IDIOM = re.compile(r"\b(?:ma[kd]e|makes|making|set|sets|setting|turn(?:s|ed|ing)?|t[ao]ke?n?|took|tak(?:es|ing)|put|puts|putting|bring|brought|show(?:s|ed|ing)?|sign(?:s|ed|ing)?|gave|giv(?:es|ing|en|e)|hold(?:s|ing)?|held|back(?:s|ed|ing)?|follow(?:s|ed|ing)?|br[eo]ak|blow|blew|pick(?:s|ed|ing)?|build|built|stand|stood|wak\w+|wok\w+|gr[eo]w|call(?:s|ed|ing)?|l[ia]y|laid|write|wrote|shut|speed|line[sd]?|us(?:e|es|ed|ing)|ramp\w*|free[ds]?)\s(?:\w+\s)?$")  # fmt: skip
_ADVERB = r"(?:[a-z]+ly|further|again|even|another|an?|the|some|its|by|nearly|almost|about|[a-z]+-than-[a-z]+|a\sfurther|an\sadditional|as\smuch\sas|more|up|down|slightly|back|off|out|in|total|of|another|roughly|much|just|only|well|on\saverage|at\san?\s(?:annual\s(?:rate|pace)\sof|annuali[sz]ed(?:\s(?:rate|pace)\sof)?|rate\sof|pace\sof)|year-on-year|on\sthe\s(?:day|week|month|year)|year\son\syear|total)"
_UP, _DOWN = rf"(?:{_UP_VERBS})", rf"(?:{_DOWN_VERBS})"
_CHANGE_WORD = re.compile(rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<particle>up|down))\b", re.I)
_SIZE_BEFORE = re.compile(
    rf"\b(?:(?:{_MOVERS}\s+)?(?:(?P<up>{_UP}|up)|(?P<down>{_DOWN}|down)))(?:\s+{_ADVERB}){{0,4}}\s+$", re.IGNORECASE,
)  # fmt: skip
_SIZE_NOUN = re.compile(
    r"\b(?:(?P<up>increases?|rises?|growth|gains?|jumps?|surges?|hikes?|improvements?|upturn|expansion|climbs?|advances?|raises?|boost|leap|uptick)|"
    r"(?P<down>decreases?|declines?|falls?|drops?|reductions?|cuts?|slumps?|plunges?|contraction|slide|dip|downturn|shrinkage|loss(?:es)?))\b",
    re.IGNORECASE,
)
_SIZE_NOUN_JOIN = re.compile(
    r"(?:\s(?:in|for|to|on)\s[^,.;:\d]{1,60})?\s(?:of|by|was|is|were|to)\s(?:only\s|just\s|nearly\s)?$",
    re.IGNORECASE,
)
_SIZE_NOUN_AFTER = re.compile(
    r"(?:\s|-)(?:(?!(?:but|and|or|to|for|in|of|the|by|as|while|after|on|at|from|with|that|which|who|is|are|was|were|a|an|than)\b)[a-z]+[\s-]|year-on-year\s|month-on-month\s){0,2}?(?:(?P<up>increases?|ris(?:e|es)|growth|gains?|jumps?|surges?|hikes?|improvements?|upturn|expansion|(?:average\s)?rate\sof\sgrowth|climb|advances?|rall(?:y|ies)|spike|uptick|more|higher|greater|larger|up|faster|bigger|better|leap|boost)|"
    r"(?P<down>decreases?|declines?|falls?|drops?|reductions?|cuts?|slumps?|plunges?|contraction|slides?|dip|less|lower|fewer|down|smaller|slower|sell-off|loss(?=\s(?:in|of)\b|\slast\b|\sthis\b|[,.])))\b(?!\s(?:rates?|taxes|tax|education|court|house|stage|level)\b)",
    re.IGNORECASE,
)
_LEVEL_JOIN = re.compile(r"\b(?P<join>to|at)\s(?:(?:an?|the|its|their|either|just|only|about|almost|nearly|around|over|more\sthan|end|close|as)\s)?(?:(?:[a-z-]+\s){0,4}(?:of|high|low|level|record|rate|at)\s|(?:\d{1,3}|[a-z]+)-[a-z]+\s(?:[a-z]+\s){0,2}of\s|record\s|new\s)?$", re.IGNORECASE)  # fmt: skip
_REACHED = re.compile(r"\b(?:reach(?:es|ed|ing)?|hit(?:s|ting)?|touch(?:es|ed|ing)?|peak(?:s|ed|ing)?\sat|top(?:s|ped|ping)|surpass(?:es|ed|ing)?)\s(?:(?:an?|the|its)\s(?:[a-z\d-]+\s){0,3}(?:high|low|record|level|peak|total)\s(?:of\s)?|over\s|up\sto\s|about\s|almost\s|nearly\s)?$", re.I)  # fmt: skip
_FROM = re.compile(r"\b(?:from|than|compared\s(?:with|to)|against|versus|vs\.?|as\sopposed\sto|instead\sof|rather\sthan)\s(?:(?:an?|the|its|some|just|only|last\syear(?:’s|'s)|a\srevised|the\sprevious)\s)?(?:(?:[a-z-]+\s){0,3}of\s)?$", re.I)  # fmt: skip
_POSTS = re.compile(
    r"\b(?:jobs?|posts?|positions?|seats?|customers?|subscribers?|members?)\b", re.I
)
_PASSIVE = re.compile(
    r"\s(?:[a-z]+\s){0,2}?(?:be|been|being|are|were|was)\s(?:(?P<down>cut|lost|shed|axed|slashed|eliminated)|(?P<up>created|added|gained))\b"
)
_LEVEL_AFTER = re.compile(
    r"^(?:\s?\([^()]{1,40}\))?[^\w.;:]{0,3}\s?(?:(?:in|at|for|on|last|this|during|of|over\sthe\scourse\sof)\s[a-z\d\s]{0,24}?[\s,(]\s?)??(?:which\s(?:is|was)\s|that\s(?:is|was)\s|a\sfigure\s|having\s)?(?:an?\s(?:[a-z.\d%-]+\s){0,3}?)?(?:(?P<up>up(?!\sto\b)|risen|grown|climbed|increased|boosted|increase|rise|gain|jump|improvement|higher)|(?P<down>down|fallen|dropped|declined|decreased|decrease|decline|fall|drop|lower|reduction))\s(?:by\s|of\s|on\s|than\s|over\s|compared\s|from\s|(?:[a-z]+\s)?[\d$£€])",
    re.IGNORECASE,
)
_BASIS = re.compile(
    r"\b(?:year[\s-](?:on|over)[\s-]year|month[\s-](?:on|over)[\s-]month|quarter[\s-](?:on|over)[\s-]quarter|on[\s-](?:the[\s-])?(?:year|month|quarter|week)(?=[\s,.])|"
    r"on\sthe\s(?:same|previous|preceding|corresponding)\s(?!day|week)[^,.;:()]{2,40}?(?=[,.;:()]|\sto\s|$)|on\san?\s(?:yearly|annual|monthly|quarterly|annualis?z?ed)\sbasis|at\san\sannual(?:is?z?ed)?\s(?:rate|pace)|(?:from|than|over|compared\s(?:with|to)|against|versus|relative\sto)\s(?:in\s)?"
    r"(?:(?:the\s|that\sin\sthe\s|those\sin\sthe\s)?(?:same|previous|prior|preceding|corresponding|last|year-ago|year-earlier)\s[^,.;:()]{2,40}?(?=[,.;:()]|\sto\s|$)|a\s(?:year|month|quarter|week|decade)\s(?:ago|earlier|before)|(?:two|three|four|five|ten)\syears\s(?:ago|earlier|before)|"
    r"last\s(?:year|month|week|quarter)(?:’s|'s)?(?:\s[a-z]+)?|(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:\s\d{4})?|\d{4}(?:\slevels)?(?=[\s,.;:)])|yesterday|(?:Mon|Tues|Wednes|Thurs|Fri)day|the\s(?:year|month|quarter|week|day)\s(?:before|earlier)|"
    r"(?:the\s)?(?:first|second|third|fourth)\squarter(?:\sof\s\d{4})?)|since\s(?:the\s)?[^,.;:()]{2,30}?(?=[,.;:()]|$))",
    re.IGNORECASE,
)
_COMPARISON = re.compile(
    r"\b(?:(?:more\sthan\s|less\sthan\s|nearly\s|almost\s|about\s|over\s|roughly\s)?(?:twice|double|triple|half|(?:two|three|four|five|six|seven|eight|nine|ten|\d[\d.,]*)\stimes|[a-z]+fold))\s"
    r"(?:(?:as\s[a-z]+|more|less|higher|lower|larger|greater|bigger|fewer|the|that|those|its|what|their|last)\b)[^,.;()]{3,120}",
    re.IGNORECASE,
)
_CLAUSE_CUT = re.compile(
    r"[;:()]|,\sand\s|,\s(?:while|whereas|but|although|though|which|who)\s|\s(?:while|whereas|but)\s"
)


# "the rate of Value Added Tax (VAT)": a bracket that ends no clause.
_ABBREVIATION = re.compile(r"\([A-Z][\w&. ’'-]{0,18}\)")


class Movement(NamedTuple):
    """What a number has to do with a change.

    Attributes:
        relation: its size, the level reached, or the level before it.
        direction: "up" or "down"; ``None`` for a base that no direction is given with, and for a
            change that did not happen.
        words: span of the word that says so ("shot up").
    """

    relation: Relation
    direction: Direction | None
    words: Span | None
    is_reached: bool = False


def movement_of(text: str, figure: Span, kind: str, sentence: Span) -> Movement | None:
    """Tell a size, a level and a base apart.

    Args:
        text: of the article.
        figure: number with its bound and unit.
        kind: of its unit: percent, points, money, count…; "" without one.
        sentence: nothing beyond it is looked at.
    """
    start = max(sentence.start, figure.start - 140)
    before = _last_clause(text[start : figure.start])
    offset = figure.start - len(before)
    after = text[figure.end : min(sentence.end, figure.end + 90)]
    noun = _SIZE_NOUN_AFTER.match(after)
    base = _FROM.search(before)
    if base and kind != "time" and not (noun and _FORESEEN.match(after, noun.end())):
        return Movement("base", None, Span(offset + base.start(), offset + base.end()))
    if noun and _COMPARING.fullmatch(noun[0].strip()) and _THAN_ANOTHER.match(after, noun.end()):
        noun = None  # "20 percent more than its rivals": no change
    if noun and noun[0].strip().lower().endswith("loss") and kind == "money":
        noun = None  # "a $14.6 billion loss" is a level of its own
    if noun and kind in {"percent", "points", "money", "count"} and not _followed_by_from(after, noun):  # fmt: skip
        up = noun["up"] is not None
        words = Span(
            figure.end + noun.start("up" if up else "down"),
            figure.end + noun.end("up" if up else "down"),
        )
        if kind != "count" or noun[0].strip().lower() in {"more", "fewer", "less"}:
            return Movement("size", "up" if up else "down", words)
    made = _CREATED.search(before) if kind == "count" and _POSTS.search(figure.of(text)) else None
    if made:
        return Movement(
            "size",
            "up",
            Span(offset + made.start(), offset + made.start() + len(made[0].split()[0])),
        )
    passed = _PASSED.match(figure.of(text))
    if passed and kind in {"percent", "points", "money", ""}:
        return Movement(
            "level", "up", Span(figure.start, figure.start + passed.end()), is_reached=True
        )
    passive = _PASSIVE.match(after) if kind == "count" else None
    if passive:
        group = "up" if passive["up"] else "down"
        at = Span(figure.end + passive.start(group), figure.end + passive.end(group))
        return Movement("size", _as_direction(group), at)
    for found in (
        _size(before, offset, kind, is_posts=_POSTS.search(figure.of(text)) is not None),
        _level(before, offset, after, figure, kind),
    ):
        if found and found.relation == "size" and _OWNED.search(before) and _NOUN_NEXT.match(after):
            continue  # "halve its €1.1 billion dividend": what it was
        if found and found.words is not None:
            if _NEGATED.search(
                text[max(sentence.start, found.words.start - 24) : found.words.start]
            ):
                return found._replace(direction=None)  # "did not rise 3 percent"
            if found.relation == "size" and _THRESHOLD.match(text, figure.start):
                return found._replace(relation="level")  # "fell below $30"
            return found
    return None


# "the 3 percent drop that analysts predicted": no level before a change.
_FORESEEN = re.compile(
    r"\s(?:that\s)?(?:[a-z]+\s){0,2}(?:predicted|forecast|expected|anticipated|projected|estimated|recorded|reported|seen)\b"
)
_COMPARING = re.compile(r"(?:[a-z]+[\s-])?(?:more|higher|greater|larger|faster|bigger|better|less|lower|fewer|smaller|slower)", re.I)  # fmt: skip
_THAN_ANOTHER = re.compile(
    r"\s(?:[a-z]+\s){0,3}than\s(?![^.;:()]{0,60}\b(?:year|month|quarter|week|day|decade|season|ago|earlier|before|previous(?:ly)?|last|prior|first|second|third|fourth|yesterday|expected|forecast|predicted|planned|peak|record|normal|usual|average|now|(?:19|20)\d\d|January|February|March|April|May|June|July|August|September|October|November|December)\b)"
)
_OWNED = re.compile(r"\b(?:its|their|his|her|our)\s$")
_NOUN_NEXT = re.compile(
    r"\s(?!(?:in|on|at|by|to|from|for|of|and|or|as|a|the|this|last|since)\b)[a-z]{3,}"
)
_CREATED = re.compile(r"\bcreat(?:e|es|ed|ing)\s(?:an?\s)?(?:[a-z]+\s){0,2}$")
_PASSED = re.compile(r"(?:surpass(?:es|ed|ing)|topp(?:ed|ing)|passed|exceeded)\b", re.I)
_NEGATED = re.compile(r"(?:\bnot|n['’]t|\bnever|\bfailed\sto|\bwithout)\s(?:[a-z]+\s)?$")
_THRESHOLD = re.compile(r"(?:above|below|as\s(?:low|high)\sas|past)\s")


def _followed_by_from(after: str, noun: re.Match[str]) -> bool:
    """As in "5 percent, up from 4": the word belongs to a level, unless it is a noun with its own article."""
    return after[: noun.start()].strip() == "" and noun[0].strip().lower() in {
        "up",
        "down",
        "higher",
        "lower",
    } and re.match(r"\s(?:from|on|by)\b|\s[\d$£€]", after[noun.end() :]) is not None  # fmt: skip


def _last_clause(before: str) -> str:
    cuts = list(_CLAUSE_CUT.finditer(_ABBREVIATION.sub(lambda m: "_" * len(m[0]), before)))
    return before[cuts[-1].end() :] if cuts else before


def _is_idiom(before: str, match: re.Match[str], group: str) -> bool:
    if match[group].lower() not in {"up", "down"}:
        return False
    head = before[: match.start(group)]
    return _IDIOM.search(head) is not None or re.match(r"\s*to\b", before[match.end(group) :], re.I) is not None  # fmt: skip


def _size(before: str, offset: int, kind: str, *, is_posts: bool) -> Movement | None:
    nouns = [m for m in _SIZE_NOUN.finditer(before) if _SIZE_NOUN_JOIN.fullmatch(before, m.end())]
    if nouns:
        noun = nouns[-1]
        up = noun["up"] is not None
        group = "up" if up else "down"
        join = before[noun.end() :]
        to_level = re.search(r"\s(?:was|is|were|to)\s\w*\s?$", join, re.I) and kind not in {
            "percent", "points",
        }  # fmt: skip
        lost = (
            noun[0].lower().startswith("loss")
            and kind not in {"percent", "points"}
            and not is_posts
        )
        if (
            not to_level
            and not lost
            and not re.search(r"\sto\s(?:only\s|just\s|nearly\s)?$", join, re.I)
        ):
            return Movement(
                "size",
                "up" if up else "down",
                Span(offset + noun.start(group), offset + noun.end(group)),
            )
    match = _SIZE_BEFORE.search(before)
    if match:
        group = "up" if match["up"] else "down"
        word = match[group].lower()
        verbal = word not in {"up", "down"}
        takes_any = kind in {"percent", "points", "", "money"} or word in {
            "lost", "lose", "losing", "axed", "axe", "axing", "shed", "shedding", "cut", "cutting", "cuts", "added", "adding", "adds", "gained", "up", "down",
            "laid off", "laying off", "lay off", "fell", "rose", "dropped", "drop", "grew", "increased", "fall", "rise", "declined", "climbed", "reduced", "slashed",
        }  # fmt: skip
        held = (word in {"loss", "losses"} and kind not in {"percent", "points"}) or (kind == "money" and word in {
            "lost", "lose", "losing", "loses", "raised", "raise", "raising", "raises", "gain", "gained", "recover", "recovered", "cost", "added", "adding", "gains",
        })  # fmt: skip
        if (
            takes_any
            and not held
            and (verbal or not _is_idiom(before, match, group))
            and kind != "time"
        ):
            start = match.start() if not verbal else match.start(group)
            return Movement(
                "size", _as_direction(group), Span(offset + start, offset + match.end(group))
            )
    if re.search(r"\bby\s(?:an?\s|the\s)?(?:[a-z]+\s){0,2}$", before, re.I) and kind != "time":
        found = _nearest(before)
        if (
            found
            and not (kind == "count" and "," in before[found.end() :])
            and not re.search(r"\d", re.sub(r"\b(?:19|20)\d\d\b", "", before[found.end() :]))
        ):
            group = found.lastgroup or "up"
            if group == "particle":
                group = found["particle"].lower()
            return Movement(
                "size", _as_direction(group), Span(offset + found.start(), offset + found.end())
            )
    return None


def _nearest(before: str) -> re.Match[str] | None:
    found = None
    for match in _CHANGE_WORD.finditer(before):
        if match.lastgroup == "particle" and _is_idiom(before, match, "particle"):
            continue
        if match.start() and match[0][0].isupper():
            continue  # "Value Added Tax": a name
        # "Reduced its forecast of growth to 3%": the verb says where it goes, not the noun.
        if found is not None and match[0].lower() == "growth":
            continue
        found = match
    return found


def nearest_change(text: str, figure: Span, sentence: Span, direction: Direction) -> Span | None:
    """The word of a direction that stands closest to a figure in its sentence."""
    found = [
        Span(match.start(), match.end())
        for match in _CHANGE_WORD.finditer(text, sentence.start, sentence.end)
        if (match["up"] and direction == "up")
        or (match["down"] and direction == "down")
        or (match["particle"] or "").lower() == direction
    ]
    return min(
        found, key=lambda s: max(figure.start - s.end, s.start - figure.end, 0), default=None
    )


def _as_direction(group: str) -> Direction:
    return "down" if group == "down" else "up"


def _level(before: str, offset: int, after: str, figure: Span, kind: str) -> Movement | None:
    join = _LEVEL_JOIN.search(before)
    if join:
        head = before[: join.start()]
        found = _nearest(head)
        if found and len(head) - found.end() < 70:
            group = found.lastgroup or "up"
            if group == "particle":
                group = found["particle"].lower()
            if _STEADY.search(head, found.end()):
                return None
            is_at = join["join"].lower() == "at"
            if not is_at or re.search(r"\d|\b(?:up|down|higher|lower)\b", head[found.start() :]):
                return Movement(
                    "level",
                    _as_direction(group),
                    Span(offset + found.start(), offset + found.end()),
                )
    later = _LEVEL_AFTER.match(after)
    if later:
        if _THAN_ANOTHER.match(after, later.end("up" if later["up"] else "down")):
            return None
        group = "up" if later["up"] else "down"
        return Movement(
            "level",
            _as_direction(group),
            Span(figure.end + later.start(group), figure.end + later.end(group)),
        )
    further = _UP_FROM.match(after)
    if further and kind != "time":
        group = "up" if further["up"] else "down"
        words = Span(figure.end + further.start(group), figure.end + further.end(group))
        return Movement("level", _as_direction(group), words)
    high = _HIGH.search(before)
    if high and kind != "time":
        group = "up" if high["up"] else "down"
        words = Span(offset + high.start("words"), offset + high.end("words"))
        return Movement("level", _as_direction(group), words, is_reached=True)
    reached = _REACHED.search(before)
    if reached and not _FORMER.search(reached[0]) and kind != "time":
        word = re.match(r"\w+", reached[0])
        end = reached.start() + (len(word[0]) if word else 0)
        return Movement(
            "level", "up", Span(offset + reached.start(), offset + end), is_reached=True
        )
    return None


_HEDGED = re.compile(
    r"(?:\b(?:will|would|could|may|might|should|(?:is|are|was|were)\s(?:likely|expected|forecast|projected|set|due|estimated)|[a-z]{3,}ly|likely|perhaps|also|has|have|had|to)\s)+$",
    re.IGNORECASE,
)


# Nothing of a direction is left: "saw a rise of €0.80, remaining at 80 percent".
_STEADY = re.compile(r"\b(?:remain\w*|ke(?:pt|eps?|eping)|stay\w*|steady|stable|unchanged)\b", re.I)
# "earned 64 crowns in the 13 weeks to June, up from 208": nothing but words, years and lengths between.
_UP_FROM = re.compile(
    r"(?:[^\d.;:()$£€¥,]|\b(?:19|20)\d\d\b|\b\d{1,2}\s(?:[a-z]+\s)?(?:days|weeks|months)\b|\([^()]{1,40}\)){0,100}?,\s(?:(?P<up>up)|(?P<down>down))\s(?:from|by|on|\d|[$£€¥])"
)
# "closed at a new record high of 2,061"
_HIGH = re.compile(
    r"\b(?P<words>(?:record|all-time|[a-z]+-(?:year|month|week|day)|new)\s(?:closing\s|intraday\s)?(?:(?P<up>high)|(?P<down>low)))\s(?:of|at)\s$",
    re.I,
)
_FORMER = re.compile(r"\b(?:previous|prior|old|earlier|former|last)\b", re.I)


def with_hedges(text: str, words: Span, sentence: Span) -> Span:
    """The words of a change with the hedges before them: "reach" becomes "will likely reach"."""
    start = max(sentence.start, words.start - 60)
    match = _HEDGED.search(text[start : words.start])
    if not match or not re.search(r"\b(?:will|would|could|may|might|should|likely|perhaps|expected|forecast|projected|set|due|estimated|\w+ly)\b", match[0], re.I):  # fmt: skip
        return words
    found = re.search(r"\b(?!(?:has|have|had|to|also)\b)\w", match[0])
    return Span(start + match.start() + (found.start() if found else 0), words.end)


def basis_near(text: str, figure: Span, sentence: Span) -> Span | None:
    """What a change is measured against: the nearest such words after the figure, else before it."""
    after = _BASIS.search(text, figure.end, min(sentence.end, figure.end + 110))
    if after and not (after[0].lower().startswith("since") and _RARE.search(text[figure.end : after.start()])):  # fmt: skip
        return Span(after.start(), after.end())
    start = max(sentence.start, figure.start - 60)
    found = None
    for match in _BASIS.finditer(text, start, figure.start):
        found = match
    if found and re.search(r",\swhen\s", text[found.end() : figure.start]):
        return None
    return Span(found.start(), found.end()) if found else None


_RARE = re.compile(
    r"\b(?:[a-z]{3,}est|first|worst|best|most|least|record)\b[^.;]{0,60}$", re.IGNORECASE
)


def comparison_in(text: str, start: int, sentence: Span) -> Span | None:
    """Words such as "twice as many as that among…", from ``start`` on; quoted, never computed."""
    match = _COMPARISON.search(text, start, sentence.end)
    return Span(match.start(), match.start() + len(match[0].rstrip())) if match else None
